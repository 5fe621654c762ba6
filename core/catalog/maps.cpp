// Map versions: reading, history, publishing by compare-and-swap.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace catalog {

Result<MapVersion> versionInForce(CatalogFile& file, std::int64_t keyspace) {
  const auto version = TRY(file.integer("SELECT max(version) FROM map_versions WHERE keyspace = ?", keyspace));
  if (!version) return corrupt(fmt::format("catalog {}: a keyspace has no map; go back to a backup of it", printable(file.path())));
  return *version;
}

}  // namespace catalog

Result<MapVersion> Catalog::currentVersion(const KeyspaceName& name) {
  const std::int64_t number = TRY(catalog::keyspaceNumber(m_state->file, name));
  return catalog::versionInForce(m_state->file, number);
}

Result<std::shared_ptr<const ShardMap>> Catalog::currentMap(const KeyspaceName& name) {
  auto& [file, maps] = *m_state;
  const std::int64_t number = TRY(catalog::keyspaceNumber(file, name));
  const MapVersion version = TRY(catalog::versionInForce(file, number));
  return maps.at(file, number, version).in(fmt::format("keyspace {}", name.text()));
}

Result<std::shared_ptr<const ShardMap>> Catalog::mapAt(const KeyspaceName& name, MapVersion version) {
  auto& [file, maps] = *m_state;
  const std::int64_t number = TRY(catalog::keyspaceNumber(file, name));
  return maps.at(file, number, version).in(fmt::format("keyspace {}", name.text()));
}

Result<std::vector<Catalog::MapVersionInfo>> Catalog::mapHistory(const KeyspaceName& name) {
  auto& file = m_state->file;
  const std::int64_t number = TRY(catalog::keyspaceNumber(file, name));
  const auto read = [](const sqlite::Statement& row) {
    return MapVersionInfo{row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.integer(5), row.integer(6)};
  };
  return file.all("SELECT version, at, cause, actor, checksum, ranges, pins FROM map_versions WHERE keyspace = ? ORDER BY version", read,
                  number);
}

// What can be done before the write lock is taken is done here: a large map takes its time.
Result<Catalog::State::NextMap> Catalog::State::prepare(const KeyspaceName& name,
                                                        const std::function<Result<ShardMap>(const ShardMap&)>& build) {
  NextMap next;
  next.keyspace = TRY(catalog::keyspaceNumber(file, name));
  const MapVersion version = TRY(catalog::versionInForce(file, next.keyspace));
  const auto base = TRY(maps.at(file, next.keyspace, version));
  auto built = TRY(build(*base));
  if (built.keyspace() != name || built.strategy() != base->strategy())
    return invalidInput(fmt::format("the new map is not one of the keyspace {}, or of another strategy", name.text()));
  if (built.version() != version + 1)
    return conflict(fmt::format("the map of {} is at version {}, so the next one is {}, not {}; read the map again", name.text(), version,
                                version + 1, built.version()));
  next.stored = TRY(maps.encoded(file, next.keyspace, built));
  next.map = std::make_shared<const ShardMap>(std::move(built));
  return next;
}

// Inside the caller's transaction.
Done Catalog::State::publish(const NextMap& next, const std::string& cause) {
  const MapVersion inForce = TRY(catalog::versionInForce(file, next.keyspace));
  if (inForce + 1 != next.map->version())
    return conflict(fmt::format("the map of {} has moved on to version {} meanwhile; read it again", next.map->keyspace().text(), inForce));
  TRY(catalog::ownersKnown(file, *next.map));
  return maps.insert(file, next.keyspace, *next.map, next.stored, cause);
}

Done Catalog::publishMap(const ShardMap& map, const std::string& cause, const std::optional<Lease>& lease) {
  auto& file = m_state->file;
  const auto next = TRY(m_state->prepare(map.keyspace(), [&](const ShardMap&) -> Result<ShardMap> { return map; }));
  auto change = TRY(file.begin("catalog.map.publish"));
  if (lease) TRY(catalog::requireLease(file, *lease));
  TRY(m_state->publish(next, cause));
  TRY(appendAudit(file, "map.published", map.keyspace().text(),
                  {{"keyspace", map.keyspace().text()},
                   {"mapVersion", map.version()},
                   {"checksum", map.checksum()},
                   {"cause", catalog::validText(cause)}},
                  lease ? lease->token : FencingToken{}));
  TRY(file.commit(change));
  m_state->maps.remember(next.keyspace, next.map);
  return {};
}

}  // namespace shardwright
