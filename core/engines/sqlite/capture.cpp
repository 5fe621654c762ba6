#include "core/engines/sqlite/capture.h"

#include <fmt/format.h>

#include <array>

#include "core/engines/sqlite/losers.h"

namespace shardwright::sqlite {

namespace {

constexpr std::array events = {"insert", "update", "delete", "before_insert", "before_update"};

// The log's own columns: k1, k2, ... beside the primary key's.
std::string logColumns(const MovedTable& table) {
  std::string out;
  for (std::size_t i = 1; i <= table.key.size(); ++i) out += fmt::format("{}k{}", i == 1 ? "" : ", ", i);
  return out;
}

std::string touched(const MovedTable& table) {
  return fmt::format("ON CONFLICT({}) DO UPDATE SET generation = generation + 1", logColumns(table));
}

// Notes the key of OLD or NEW if that row is in the part.
std::string noteRow(const MovedTable& table, const std::string& part, std::string_view row) {
  return fmt::format("INSERT INTO {}({}) SELECT {} WHERE {} {};", table.dirtyLog, logColumns(table),
                     MovedTable::list(table.key, std::string(row) + "."), part, touched(table));
}

// OLD and NEW are one row: the same key on both sides.
std::string sameRow(const MovedTable& table) {
  std::string out;
  for (const std::string& column : table.key) out += fmt::format("{0}OLD.{1} IS NEW.{1}", out.empty() ? "" : " AND ", column);
  return out;
}

// Notes rows of the part that NEW would push out.
std::string losersBody(const MovedTable& table, const std::string& besides = {}) {
  std::string body;
  for (const std::string& meets : loserConditions(table.schema, ""))
    body += fmt::format("INSERT INTO {}({}) SELECT {} FROM {} WHERE {} AND {}{} {};", table.dirtyLog, logColumns(table),
                        MovedTable::list(table.key), table.name, meets, besides, table.part.inlined(), touched(table));
  return body;
}

}  // namespace

Done armCapture(Database& db, const MovedTable& table, const MoveRules& rules) {
  TRY(db.execute(fmt::format("CREATE TABLE IF NOT EXISTS main.{}({}, generation INTEGER NOT NULL DEFAULT 1, UNIQUE({}))",
                             table.dirtyLog, logColumns(table), logColumns(table))));
  const auto make = [&](std::string_view event, std::string_view when, const std::string& body) {
    return db.execute(fmt::format("CREATE TRIGGER IF NOT EXISTS main.{} {} ON {} BEGIN {} END",
                                  quoteName(fmt::format("{}_{}", table.triggerStem, event)), when, table.name, body));
  };
  TRY(make("insert", "AFTER INSERT", noteRow(table, table.partOfNew, "NEW")));
  const std::string newToo = fmt::format("{} AND NOT ({} AND {})", table.partOfNew, table.partOfOld, sameRow(table));
  TRY(make("update", "AFTER UPDATE", noteRow(table, table.partOfOld, "OLD") + noteRow(table, newToo, "NEW")));
  TRY(make("delete", "AFTER DELETE", noteRow(table, table.partOfOld, "OLD")));
  if (!rules.replaceLosers) return {};
  TRY(make("before_insert", "BEFORE INSERT", losersBody(table)));
  return make("before_update", "BEFORE UPDATE", losersBody(table, notTheUpdatedRow(table.schema, "") + " AND "));
}

// main: the other side, attached, has objects of the same names.
Done disarmCapture(Database& db, const MovedTable& table) {
  for (const char* event : events)
    TRY(db.execute("DROP TRIGGER IF EXISTS main." + quoteName(fmt::format("{}_{}", table.triggerStem, event))));
  return db.execute("DROP TABLE IF EXISTS main." + table.dirtyLog);
}

Result<bool> captureArmed(Database& db, const MovedTable& table) {
  auto count = TRY(db.prepare("SELECT count(*) FROM main.sqlite_schema WHERE name = ? AND type = 'table'"));
  count.bind(1, table.triggerStem);
  TRY(count.step());
  return count.integer(0) > 0;
}

Result<std::int64_t> dirtyCount(Database& db, const MovedTable& table) {
  return db.singleInteger("SELECT count(*) FROM main." + table.dirtyLog);
}

Result<std::vector<DirtyKey>> dirtyKeys(Database& db, const MovedTable& table, std::int64_t limit, std::string_view schema) {
  auto read = TRY(db.prepare(fmt::format("SELECT {}, generation FROM {}.{} LIMIT ?", logColumns(table), schema, table.dirtyLog)));
  read.bind(1, limit);
  std::vector<DirtyKey> keys;
  while (TRY(read.step())) {
    DirtyKey dirty;
    dirty.key = read.row();
    dirty.generation = read.integer(static_cast<int>(table.key.size()));
    dirty.key.pop_back();
    keys.push_back(std::move(dirty));
  }
  return keys;
}

Done forgetKeys(Database& db, const MovedTable& table, const std::vector<DirtyKey>& keys, const MoveRules& rules) {
  std::string same;
  for (std::size_t i = 1; i <= table.key.size(); ++i) same += fmt::format("k{} IS ? AND ", i);
  auto erase = TRY(db.prepare(fmt::format("DELETE FROM main.{} WHERE {}(generation = ? OR {})", table.dirtyLog, same,
                                          rules.forgetByGeneration ? "0" : "1")));
  for (const DirtyKey& dirty : keys) {
    int at = 1;
    for (const Value& value : dirty.key) erase.bind(at++, value);
    erase.bind(at, dirty.generation);
    TRY(erase.run());
  }
  return {};
}

Done markDirty(Database& db, const MovedTable& table, const std::vector<Row>& keys) {
  std::string marks;
  for (std::size_t i = 0; i < table.key.size(); ++i) marks += i == 0 ? "?" : ", ?";
  auto insert = TRY(db.prepare(fmt::format("INSERT INTO main.{}({}) VALUES ({}) {}", table.dirtyLog, logColumns(table), marks,
                                           touched(table))));
  for (const Row& key : keys) {
    int at = 1;
    for (const Value& value : key) insert.bind(at++, value);
    TRY(insert.run());
  }
  return {};
}

std::vector<MoveObject> captureObjects(const MovedTable& table, Side side) {
  std::vector<MoveObject> objects = {{side, "table", table.triggerStem}};
  for (const char* event : events) objects.push_back({side, "trigger", fmt::format("{}_{}", table.triggerStem, event)});
  return objects;
}

}  // namespace shardwright::sqlite
