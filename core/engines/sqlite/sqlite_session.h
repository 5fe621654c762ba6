// SqliteSession: one open SQLite shard. Bytes are payload as stored; databaseBytes() counts the pages in use, so that
// space freed by a move is free. Texts are ordered and grouped by bytes (BINARY), whatever a column's collation says.
#pragma once

#include <memory>
#include <string>

#include "core/db/shard_session.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

class SqliteSession : public ShardSession {
 public:
  struct Options {
    std::string catalogUuid;  // set: checkDatabase() reports a file that another catalog manages
    std::string vfs;
    std::shared_ptr<TransactionWatch> watch;
    int busyMilliseconds = 5000;
  };

  // Unavailable: the file is missing or cannot be opened. Corrupt: it is no SQLite database.
  static Result<std::unique_ptr<ShardSession>> open(const Shard& shard, const Options& options);
  static Result<std::unique_ptr<ShardSession>> open(const Shard& shard) { return open(shard, Options()); }

  Result<std::string> identity() override;
  Result<std::string> plantIdentity(const std::string& catalogUuid) override;
  Done releaseIdentity(const std::string& catalogUuid) override;

  Result<std::vector<Finding>> checkDatabase() override;
  Result<std::int64_t> databaseBytes() override;
  Result<TableSchema> tableSchema(const TableRef& table) override;
  Result<std::vector<Finding>> checkKeys(const Keyspace& keyspace, const TableRef& table, std::int64_t limit,
                                         std::stop_token stop) override;

  Result<std::vector<RangeCount>> countRanges(const Keyspace& keyspace, std::span<const Token> bounds,
                                              std::stop_token stop) override;
  Result<RangeCount> countKey(const Keyspace& keyspace, const Key& key, std::stop_token stop) override;
  Result<std::vector<SampledKey>> sampleKeys(const Keyspace& keyspace, const TokenRange& range, std::int64_t count,
                                             std::stop_token stop) override;
  Done scanKeys(const Keyspace& keyspace, const TableRef& table,
                const std::function<bool(const Key&, std::int64_t rows)>& each, std::stop_token stop) override;

  Result<ShardAnswer> ask(const ShardQuery& query, std::stop_token stop) override;

  Done publishMap(const PublishedMap& map) override;
  Result<std::optional<PublishedMap>> publishedMap(const KeyspaceName& keyspace) override;

  Result<std::int64_t> deleteMisplaced(const Keyspace& keyspace, const TableRef& table, std::span<const Key> keys) override;

 private:
  SqliteSession(Database db, Shard shard, std::string catalogUuid)
      : m_db(std::move(db)), m_shard(std::move(shard)), m_catalogUuid(std::move(catalogUuid)) {}

  const std::string& role() const { return m_db.options().role; }  // "shard north": in front of every error

  // session_check.cpp
  Result<std::vector<Finding>> databaseFindings();
  Done findLeftovers(std::vector<Finding>& findings);
  Result<std::vector<Finding>> keyFindings(const Keyspace& keyspace, const TableRef& table, std::int64_t limit);
  // session_count.cpp
  Result<std::vector<RangeCount>> countedRanges(const Keyspace& keyspace, std::span<const Token> bounds);
  // session_ask.cpp
  Result<ShardAnswer> answer(const ShardQuery& query);

  Database m_db;
  Shard m_shard;
  std::string m_catalogUuid;
};

}  // namespace shardwright::sqlite
