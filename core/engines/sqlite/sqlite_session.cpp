#include "core/engines/sqlite/sqlite_session.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/base/text.h"
#include "core/db/url.h"
#include "core/engines/sqlite/identity.h"
#include "core/engines/sqlite/published_map.h"
#include "core/engines/sqlite/schema_reader.h"
#include "core/engines/sqlite/token_function.h"

namespace shardwright::sqlite {

namespace {

// A file of another file system than the operating system's is looked for by opening it.
Result<std::string> fileOf(const Shard& shard, const std::string& vfs) {
  const DatabaseUrl url = TRY(parseDatabaseUrl(shard.url));
  if (url.engine != "sqlite") return invalidInput("its URL does not begin with sqlite:");
  std::error_code failed;
  if (vfs.empty() && !std::filesystem::exists(url.path, failed))
    return unavailable(fmt::format("there is no file {}; is its disk mounted, or has it been renamed?", printable(url.path)));
  return url.path;
}

}  // namespace

Result<std::unique_ptr<ShardSession>> SqliteSession::open(const Shard& shard, const Options& options) {
  const std::string role = "shard " + printable(shard.id.text(), 80);
  const std::string file = TRY(fileOf(shard, options.vfs).in(role));
  Database db = TRY(Database::open(file, {.mode = Database::Mode::ReadWrite,
                                          .busyMilliseconds = options.busyMilliseconds,
                                          .role = role,
                                          .vfs = options.vfs,
                                          .watch = options.watch}));
  if (registerTokenFunction(db.handle()) != SQLITE_OK) return db.error("shardwright_token cannot be registered");
  return std::unique_ptr<ShardSession>(new SqliteSession(std::move(db), shard, options.catalogUuid));
}

Result<std::string> SqliteSession::identity() { return here(identityOf(m_db)); }

Result<std::string> SqliteSession::plantIdentity(const std::string& catalogUuid) {
  return here(sqlite::plantIdentity(m_db, catalogUuid));
}

Done SqliteSession::releaseIdentity(const std::string& catalogUuid) {
  return here(sqlite::releaseIdentity(m_db, catalogUuid));
}

Result<std::int64_t> SqliteSession::databaseBytes() {
  return here(m_db.singleInteger(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"));
}

Result<std::shared_ptr<const KeyedTable>> SqliteSession::keyedTable(const Keyspace& keyspace, const TableRef& table) {
  constexpr std::size_t most = 64;
  const std::int64_t version = TRY(m_db.singleInteger("PRAGMA main.schema_version"));
  if (version != m_schemaVersion || m_tables.size() >= most) m_tables.clear();
  m_schemaVersion = version;
  for (const KnownTable& known : m_tables)
    if (known.table == table && known.keyspace == keyspace) return known.read;
  auto read = std::make_shared<const KeyedTable>(TRY(KeyedTable::read(m_db, keyspace, table)));
  m_tables.push_back({keyspace, table, read});
  return std::shared_ptr<const KeyedTable>(std::move(read));
}

Result<TableSchema> SqliteSession::tableSchema(const TableRef& table) { return here(readTableSchema(m_db, table)); }

Done SqliteSession::publishMap(const PublishedMap& map) {
  const auto publish = [&]() -> Done {
    // Without the write lock: most calls find the map there already.
    const auto there = TRY(publishedVersion(m_db, map.keyspace));
    if (there && *there > map.version) return {};
    auto transaction = TRY(Transaction::write(m_db, "shard.publish"));
    TRY(writePublishedMap(m_db, map));
    return transaction.commit();
  };
  return here(publish());
}

Result<std::optional<PublishedMap>> SqliteSession::publishedMap(const KeyspaceName& keyspace) {
  return here(readPublishedMap(m_db, keyspace));
}

}  // namespace shardwright::sqlite
