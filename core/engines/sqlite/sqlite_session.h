// SqliteSession: one open SQLite shard. Bytes are payload as stored; databaseBytes() counts the pages in use, so that
// space freed by a move is free. Texts are ordered and grouped by bytes (BINARY), whatever a column's collation says.
#pragma once

#include <memory>
#include <string>

#include "core/db/shard_session.h"
#include "core/engines/sqlite/database.h"
#include "core/engines/sqlite/keyed_table.h"

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
  Done scanKeys(const Keyspace& keyspace, const TableRef& table, const KeySpan& span,
                const std::function<bool(const Key&, std::int64_t rows)>& each, std::stop_token stop) override;
  Result<std::vector<Key>> randomKeys(const Keyspace& keyspace, const TableRef& table, std::int64_t count, std::uint64_t seed,
                                      std::stop_token stop) override;

  Result<ShardAnswer> ask(const ShardQuery& query, std::stop_token stop) override;

  Done publishMap(const PublishedMap& map) override;
  Result<std::optional<PublishedMap>> publishedMap(const KeyspaceName& keyspace) override;

  Result<ShardMarks> marks() override;

  Done closeParts(const Keyspace& keyspace, const ShardPlacement& owned, std::span<const PlacedPart> parts) override;
  Result<std::optional<Key>> keyIn(const Keyspace& keyspace, const PlacedPart& part, std::stop_token stop) override;
  Done placeBy(const Keyspace& keyspace, const ShardPlacement& owned, const PublishedMap& map) override;
  Result<bool> isPlacedBy(const Keyspace& keyspace, const ShardPlacement& owned) override;

  Result<std::int64_t> deleteMisplaced(const Keyspace& keyspace, const TableRef& table, std::span<const Key> keys) override;

 private:
  SqliteSession(Database db, Shard shard, std::string catalogUuid)
      : m_db(std::move(db)), m_shard(std::move(shard)), m_catalogUuid(std::move(catalogUuid)) {}

  const std::string& role() const { return m_db.options().role; }  // "shard north"
  // The outcome of something on this shard: a failure says on which, once, and a stop says that it was one.
  template <class T>
  Result<T> here(Result<T> outcome) const;

  // The table, read again only when the schema of the file has changed.
  Result<std::shared_ptr<const KeyedTable>> keyedTable(const Keyspace& keyspace, const TableRef& table);

  // session_check.cpp
  Result<std::vector<Finding>> databaseFindings();
  Done findSettings(std::vector<Finding>& findings);
  Done findIdentity(std::vector<Finding>& findings);
  Done findLeftovers(std::vector<Finding>& findings);
  Result<std::vector<Finding>> keyFindings(const Keyspace& keyspace, const TableRef& table, std::int64_t limit);
  // session_guard.cpp
  Result<Keyspace> asSpelled(const Keyspace& keyspace);
  // session_ask.cpp
  Result<ShardAnswer> answer(const ShardQuery& query);

  Database m_db;
  Shard m_shard;
  std::string m_catalogUuid;

  struct KnownTable {
    Keyspace keyspace;
    TableRef table;
    std::shared_ptr<const KeyedTable> read;
  };
  std::vector<KnownTable> m_tables;  // as of m_schemaVersion
  std::int64_t m_schemaVersion = -1;
};

template <class T>
Result<T> SqliteSession::here(Result<T> outcome) const {
  if (outcome) return outcome;
  const Error& error = outcome.error();
  if (error.code() == ErrorCode::Cancelled) return cancelled(role() + ": stopped before it was finished");
  return error.message().starts_with(role()) ? error : error.in(role());
}

}  // namespace shardwright::sqlite
