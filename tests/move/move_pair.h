// Two SQLite files with a move between them, for the steps of a move one by one.
#pragma once

#include <QTemporaryDir>
#include <memory>
#include <string>
#include <vector>

#include "core/engines/sqlite/sqlite_move.h"
#include "core/engines/sqlite/token_function.h"
#include "core/strategy/order_encoding.h"
#include "tests/support/need.h"

namespace shardwright::test {

using sqlite::Database;

inline Token at(std::int64_t key) { return encodeOrdered(Key::ofInt(key)); }

// Two files with one table, rows 0..99 on the source, keys 0..49 about to move.
struct Pair {
  QTemporaryDir folder;
  MoveTask task;
  std::unique_ptr<MoveEngine> move;

  explicit Pair(const std::string& columns = "id INTEGER PRIMARY KEY, v INTEGER, note TEXT", StrategyKind kind = StrategyKind::Range,
                const MoveRules& rules = {}, std::vector<Key> pins = {}) {
    task.catalogUuid = "test";
    task.plan = PlanId("calm-otter-17");
    task.move = MoveId("m1");
    task.keyspace.name = KeyspaceName("it's \"mine\"");
    task.keyspace.strategy = {kind, KeyType::Int, kind == StrategyKind::Hash ? "md5-64" : "", {}};
    task.keyspace.tables = {{"", "Konten; \"x\"", "id", {}}};
    task.source = {.id = ShardId("a"), .url = "sqlite:" + path("a")};
    task.target = {.id = ShardId("b"), .url = "sqlite:" + path("b")};
    if (kind == StrategyKind::Hash) {
      task.part.range = {Token::beginning(), Token{std::string("\x80\0\0\0\0\0\0\0", 8)}};
    } else {
      task.part.range = {Token::beginning(), at(50)};
    }
    task.part.withoutPins = pins;
    task.onSource.owned = {{Token::beginning(), std::nullopt}};
    task.onSource.pinsHere = pins;
    task.onTarget.pinsElsewhere = pins;
    for (const char* name : {"a", "b"}) {
      Database db = open(name, Database::Mode::Create);
      need(db.execute("PRAGMA journal_mode=WAL"));
      need(db.execute("CREATE TABLE \"Konten; \"\"x\"\"\"(" + columns + ")"));
    }
    Database db = open("a");
    need(db.execute("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
                    "INSERT INTO \"Konten; \"\"x\"\"\"(id, v, note) SELECT i, i * i, 'row ' || i FROM n"));
    move = need(sqlite::openSqliteMove(task, rules));
    need(move->takeOver(Side::Source, {1}));
    need(move->takeOver(Side::Target, {1}));
  }

  std::string path(const std::string& name) const { return folder.filePath(QString::fromStdString(name) + ".db").toStdString(); }
  Database open(const std::string& name, Database::Mode mode = Database::Mode::ReadWrite) const {
    Database db = need(Database::open(path(name), {.mode = mode, .role = name}));
    sqlite::registerTokenFunction(db.handle());
    return db;
  }
  // What an application would do; its error, or nothing.
  std::string write(const std::string& shard, const std::string& sql) const {
    Database db = open(shard);
    const auto done = db.execute(sql);
    return done ? std::string() : done.error().message();
  }
  std::int64_t count(const std::string& shard, const std::string& where = "1") const {
    Database db = open(shard);
    return need(db.singleInteger("SELECT count(*) FROM \"Konten; \"\"x\"\"\" WHERE " + where));
  }
  void copyAll() const {
    need(move->arm(Side::Source));
    need(move->closeTarget());
    while (!need(move->copy(7, {})).done) {
    }
  }
  void drain(Side from = Side::Source) const {
    while (need(move->apply(from, 10, {})).remaining > 0) {
    }
  }
  // Every row, `rows` of them at a time.
  VerifyReport compare(Side from, std::int64_t rows = 7) const {
    for (;;) {
      VerifyReport report = need(move->verify(from, rows, {}));
      if (report.done) return report;
    }
  }
  PublishedMap map(MapVersion version) const { return {task.keyspace.name, version, "{}", "sum " + std::to_string(version)}; }
};

inline const std::string table = "\"Konten; \"\"x\"\"\"";

}  // namespace shardwright::test
