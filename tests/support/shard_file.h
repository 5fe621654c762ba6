// A real SQLite file for a test, and a session on it.
#pragma once

// Before Qt, whose macro `slots` would change what a strategy has.
#include "core/engines/sqlite/database.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/engines/sqlite/token_function.h"

#include <QTemporaryDir>
#include <QtTest>
#include <random>

namespace shardwright {

// Ends the process where a test cannot go on; says why.
template <class T>
T must(Result<T> result) {
  if (!result) qFatal("%s", result.error().message().c_str());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline std::string quoted(const std::string& name) { return sqlite::quoteName(name); }

// A table of the numbers first, first + 1, ... last, in a column called value.
inline std::string numbers(std::int64_t first, std::int64_t last) {
  return "(WITH RECURSIVE s(value) AS (SELECT " + std::to_string(first) + " UNION ALL SELECT value + 1 FROM s WHERE value < " +
         std::to_string(last) + ") SELECT value FROM s)";
}

class ShardFile {
 public:
  explicit ShardFile(const std::string& sql = {}, const std::string& name = "shard.db", bool wal = true)
      : m_path((m_folder.path() + "/").toStdString() + name) {
    sqlite::Database db = database();
    if (wal) must(db.execute("PRAGMA journal_mode=WAL"));
    must(db.execute(sql));
  }

  const std::string& path() const { return m_path; }
  QString folder() const { return m_folder.path(); }
  Shard shard() const { return {.id = ShardId("north"), .url = "sqlite://" + m_path, .capacity = {}, .zone = {}, .identity = {}}; }

  // A connection as the application has one.
  sqlite::Database database() const {
    auto db = must(sqlite::Database::open(m_path, {.mode = sqlite::Database::Mode::Create, .role = "test", .vfs = {}, .watch = {}}));
    sqlite::registerTokenFunction(db.handle());
    must(db.execute("PRAGMA synchronous=OFF"));  // these tests prove nothing about power loss
    return db;
  }
  std::unique_ptr<ShardSession> session() const { return must(sqlite::SqliteSession::open(shard(), {})); }
  void execute(const std::string& sql) const { must(database().execute(sql)); }

 private:
  QTemporaryDir m_folder;
  std::string m_path;
};

inline Keyspace keyspaceOf(StrategyKind kind, KeyType type, std::vector<TableRef> tables) {
  Keyspace keyspace;
  keyspace.name = KeyspaceName("ledger");
  keyspace.strategy = {kind, type, kind == StrategyKind::Hash ? "md5-64" : "", {}};
  keyspace.keyForm = defaultKeyForm(type);
  keyspace.tables = std::move(tables);
  return keyspace;
}

inline TableRef tableRef(std::string name, std::string keyColumn, std::optional<std::string> tokenColumn = {}) {
  return {"", std::move(name), std::move(keyColumn), std::move(tokenColumn)};
}

inline unsigned seedOfTest() {
  const unsigned seed = qEnvironmentVariableIsSet("SHARDWRIGHT_SEED")
                            ? static_cast<unsigned>(qEnvironmentVariableIntValue("SHARDWRIGHT_SEED"))
                            : std::random_device()();
  qInfo("SHARDWRIGHT_SEED=%u", seed);
  return seed;
}

inline QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace shardwright
