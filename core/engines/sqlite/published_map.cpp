#include "core/engines/sqlite/published_map.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace shardwright::sqlite {

namespace {

Result<bool> mapTableExists(Database& db) {
  auto find = TRY(db.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'shardwright_map'"));
  return find.step();
}

}  // namespace

Done writePublishedMap(Database& db, const PublishedMap& map) {
  TRY(db.execute("CREATE TABLE IF NOT EXISTS main.shardwright_map(keyspace TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, "
                 "document TEXT NOT NULL, checksum TEXT NOT NULL)"));
  const auto there = TRY(publishedVersion(db, map.keyspace));
  if (there && *there == map.version && TRY(readPublishedMap(db, map.keyspace))->checksum != map.checksum)
    return conflict(fmt::format("{}: another map of keyspace {} with version {} is published there; another catalog has written it",
                                printable(db.path()), printable(map.keyspace.text()), map.version));
  if (there && *there >= map.version) return {};
  auto write = TRY(db.prepare("INSERT INTO main.shardwright_map(keyspace, version, document, checksum) VALUES (?, ?, ?, ?) "
                              "ON CONFLICT(keyspace) DO UPDATE SET version = excluded.version, document = excluded.document, "
                              "checksum = excluded.checksum"));
  return write.bind(1, map.keyspace.text()).bind(2, map.version).bind(3, map.document).bind(4, map.checksum).run();
}

Result<std::optional<PublishedMap>> readPublishedMap(Database& db, const KeyspaceName& keyspace) {
  if (!TRY(mapTableExists(db))) return std::optional<PublishedMap>();
  auto read = TRY(db.prepare("SELECT version, document, checksum FROM main.shardwright_map WHERE keyspace = ?"));
  read.bind(1, keyspace.text());
  if (!TRY(read.step())) return std::optional<PublishedMap>();
  return std::optional(PublishedMap{keyspace, read.integer(0), read.text(1), read.text(2)});
}

Result<std::optional<MapVersion>> publishedVersion(Database& db, const KeyspaceName& keyspace) {
  if (!TRY(mapTableExists(db))) return std::optional<MapVersion>();
  auto read = TRY(db.prepare("SELECT version FROM main.shardwright_map WHERE keyspace = ?"));
  read.bind(1, keyspace.text());
  if (!TRY(read.step())) return std::optional<MapVersion>();
  return std::optional(read.integer(0));
}

}  // namespace shardwright::sqlite
