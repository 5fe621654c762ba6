// Shards and keyspaces.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"
#include "core/map/map_json.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace {

constexpr std::string_view shardColumns = "SELECT name, url, capacity, weight, zone, state, identity FROM shards ";

Result<Shard> readShard(const sqlite::Statement& row) {
  Shard shard;
  shard.id = ShardId(row.text(0));
  shard.url = row.text(1);
  if (!row.isNull(2)) shard.capacity = row.integer(2);
  shard.weight = sqlite3_column_double(row.handle(), 3);
  shard.zone = row.text(4);
  const std::string state = row.text(5);
  shard.state = TRY(parseShardState(state));
  shard.identity = row.text(6);
  return shard;
}

bool holdsPassword(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos) return true;
  const std::size_t query = rest.find('?');
  return query != std::string_view::npos && rest.substr(query).find("password=") != std::string_view::npos;
}

Done checkShard(const Shard& shard) {
  TRY(checkName("shard", shard.id.text()));
  if (shard.url.empty()) return invalidInput(fmt::format("shard {} needs the URL of its database", shard.id.text()));
  if (!isUtf8(shard.url)) return invalidInput(fmt::format("the URL of shard {} is not valid UTF-8", shard.id.text()));
  if (holdsPassword(shard.url))
    return invalidInput(fmt::format("the URL of shard {} has a password in it, and the catalog keeps none; take it out and use the key "
                                    "ring, ~/.pgpass or SHARDWRIGHT_PASSWORD_<SHARD>",
                                    shard.id.text()));
  if (!std::isfinite(shard.weight) || shard.weight < 0)
    return invalidInput(fmt::format("the weight of shard {} must be a number of at least 0", shard.id.text()));
  if (shard.capacity && *shard.capacity < 0)
    return invalidInput(fmt::format("the capacity of shard {} must be at least 0 bytes", shard.id.text()));
  if (!shard.zone.empty()) TRY(checkName("zone", shard.zone));
  return {};
}

// One database under two names would hold every row twice.
Done checkAlone(CatalogFile& file, const Shard& shard) {
  const auto name = [](const sqlite::Statement& row) { return row.text(0); };
  const auto twin = TRY(file.one("SELECT name FROM shards WHERE name <> ?1 AND (url = ?2 OR (?3 <> '' AND identity = ?3))", name,
                                 shard.id.text(), shard.url, shard.identity));
  if (twin) return refused(fmt::format("the database of shard {} is the database of shard {} already", shard.id.text(), printable(*twin)));
  return {};
}

Json shardDetail(const Shard& shard) {
  return {{"shard", shard.id.text()},
          {"url", shard.url},
          {"capacity", shard.capacity ? Json(*shard.capacity) : Json(nullptr)},
          {"weight", shard.weight},
          {"zone", shard.zone},
          {"state", shardStateName(shard.state)},
          {"identity", shard.identity}};
}

Result<std::vector<Shard>> allShards(CatalogFile& file) {
  auto rows = TRY(file.all(std::string(shardColumns) + "ORDER BY name", readShard));
  std::vector<Shard> shards;
  for (auto& row : rows) {
    if (!row) return corrupt(fmt::format("catalog {}: a shard cannot be read: {}", printable(file.path()), row.error().message()));
    shards.push_back(*std::move(row));
  }
  return shards;
}

std::string namesOf(const std::vector<std::string>& names, std::string_view none) {
  return names.empty() ? std::string(none) : fmt::format("there are {}", fmt::join(names, ", "));
}

Result<std::vector<std::string>> shardNames(CatalogFile& file) {
  return file.all("SELECT name FROM shards ORDER BY name LIMIT 50", [](const sqlite::Statement& row) { return row.text(0); });
}

Error unknownShard(CatalogFile& file, const ShardId& id) {
  const auto names = shardNames(file);
  if (!names) return names.error();
  return notFound(fmt::format("there is no shard {}; {}", printable(id.text(), 80), namesOf(*names, "there is none yet")));
}

Result<bool> shardExists(CatalogFile& file, const ShardId& id) {
  const auto count = TRY(file.integer("SELECT count(*) FROM shards WHERE name = ?", id.text()));
  return *count > 0;
}

Result<std::vector<Keyspace>> allKeyspaces(CatalogFile& file) {
  const auto text = [](const sqlite::Statement& row) { return row.text(0); };
  const auto documents = TRY(file.all("SELECT document FROM keyspaces WHERE removed_at IS NULL ORDER BY name", text));
  std::vector<Keyspace> keyspaces;
  for (const std::string& document : documents) {
    auto keyspace = [&]() -> Result<Keyspace> {
      const Json json = TRY(parseJson(document));
      return keyspaceFromJson(json);
    }();
    if (!keyspace)
      return corrupt(fmt::format("catalog {}: a keyspace cannot be read: {}", printable(file.path()), keyspace.error().message()));
    keyspaces.push_back(*std::move(keyspace));
  }
  return keyspaces;
}

bool names(const MigrationPlan& plan, const ShardId& shard) {
  return std::ranges::any_of(plan.moves, [&](const PlannedMove& move) { return move.source == shard || move.target == shard; });
}

}  // namespace

namespace catalog {

Result<std::int64_t> keyspaceNumber(CatalogFile& file, const KeyspaceName& name) {
  const auto number = TRY(file.integer("SELECT id FROM keyspaces WHERE name = ? AND removed_at IS NULL", name.text()));
  if (number) return *number;
  const auto names = TRY(file.all("SELECT name FROM keyspaces WHERE removed_at IS NULL ORDER BY name LIMIT 50",
                                  [](const sqlite::Statement& row) { return row.text(0); }));
  return notFound(fmt::format("there is no keyspace {}; {}", printable(name.text(), 80), namesOf(names, "there is none yet")));
}

Done ownersKnown(CatalogFile& file, const ShardMap& map) {
  const auto names = TRY(file.all("SELECT name FROM shards", [](const sqlite::Statement& row) { return row.text(0); }));
  const std::set<std::string> known(names.begin(), names.end());
  for (const ShardId& owner : map.shards())
    if (!known.contains(owner.text()))
      return refused(fmt::format("the map of {} gives a part to {}, which is no shard of this catalog; add the shard first",
                                 map.keyspace().text(), printable(owner.text(), 80)));
  return {};
}

}  // namespace catalog

// ---- shards

Done Catalog::addShard(const Shard& shard) {
  TRY(checkShard(shard));
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.shard.add"));
  const bool there = TRY(shardExists(file, shard.id));
  if (there) return conflict(fmt::format("there is a shard {} already; choose another name", shard.id.text()));
  TRY(checkAlone(file, shard));
  TRY(file.run("INSERT INTO shards(name, url, capacity, weight, zone, state, identity) VALUES (?, ?, ?, ?, ?, ?, ?)", shard.id.text(),
               shard.url, shard.capacity, shard.weight, shard.zone, shardStateName(shard.state), shard.identity));
  TRY(appendAudit(file, "shard.added", shard.id.text(), shardDetail(shard)));
  return file.commit(change);
}

Done Catalog::updateShard(const Shard& shard) {
  TRY(checkShard(shard));
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.shard.update"));
  const bool there = TRY(shardExists(file, shard.id));
  if (!there) return unknownShard(file, shard.id);
  TRY(checkAlone(file, shard));
  TRY(file.run("UPDATE shards SET url = ?2, capacity = ?3, weight = ?4, zone = ?5, state = ?6, identity = ?7 WHERE name = ?1",
               shard.id.text(), shard.url, shard.capacity, shard.weight, shard.zone, shardStateName(shard.state), shard.identity));
  TRY(appendAudit(file, "shard.changed", shard.id.text(), shardDetail(shard)));
  return file.commit(change);
}

Done Catalog::removeShard(const ShardId& id) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.shard.remove"));
  const bool there = TRY(shardExists(file, id));
  if (!there) return unknownShard(file, id);
  const auto spaces = TRY(allKeyspaces(file));
  for (const Keyspace& keyspace : spaces) {
    const auto map = TRY(currentMap(keyspace.name));
    if (std::ranges::count(map->shards(), id) > 0)
      return refused(fmt::format("shard {} owns a part of the keyspace {} (map version {}); drain it first: shardwright plan create {} "
                                 "--goal drain --shard {}",
                                 id.text(), keyspace.name.text(), map->version(), keyspace.name.text(), id.text()));
  }
  const auto unfinished = TRY(catalog::unfinishedPlans(file));
  for (const PlanRecord& record : unfinished) {
    const MigrationPlan plan = TRY(catalog::storedPlan(file, record));
    if (names(plan, id))
      return refused(fmt::format("plan {} ({}) names shard {}; finish or withdraw the plan first", record.id.text(),
                                 planStateName(record.state), id.text()));
  }
  TRY(file.run("DELETE FROM shards WHERE name = ?", id.text()));
  TRY(appendAudit(file, "shard.removed", id.text(), {{"shard", id.text()}}));
  return file.commit(change);
}

Result<std::vector<Shard>> Catalog::shards() { return allShards(m_state->file); }

Result<Shard> Catalog::shard(const ShardId& id) {
  auto& file = m_state->file;
  auto found = TRY(file.one(std::string(shardColumns) + "WHERE name = ?", readShard, id.text()));
  if (!found) return unknownShard(file, id);
  return std::move(*found);
}

// ---- keyspaces

Done Catalog::addKeyspace(const Keyspace& keyspace, const ShardMap& firstMap) {
  TRY(checkName("keyspace", keyspace.name.text()));
  if (firstMap.keyspace() != keyspace.name || firstMap.strategy().spec() != keyspace.strategy)
    return invalidInput(fmt::format("the first map of the keyspace {} is of another keyspace or strategy", keyspace.name.text()));
  if (firstMap.version() != 1)
    return invalidInput(fmt::format("the first map of the keyspace {} must be version 1, not {}", keyspace.name.text(), firstMap.version()));
  auto& file = m_state->file;
  const catalog::StoredMap stored{std::nullopt, mapToJson(firstMap)};
  auto change = TRY(file.begin("catalog.keyspace.add"));
  const auto there = TRY(file.integer("SELECT id FROM keyspaces WHERE name = ? AND removed_at IS NULL", keyspace.name.text()));
  if (there) return conflict(fmt::format("there is a keyspace {} already; choose another name", keyspace.name.text()));
  TRY(catalog::ownersKnown(file, firstMap));
  TRY(file.run("INSERT INTO keyspaces(name, document) VALUES (?, ?)", keyspace.name.text(), canonicalJson(toJson(keyspace))));
  const std::int64_t number = sqlite3_last_insert_rowid(file.db().handle());
  TRY(m_state->maps.insert(file, number, firstMap, stored, "keyspace created"));
  TRY(appendAudit(file, "keyspace.created", keyspace.name.text(),
                  {{"keyspace", toJson(keyspace)}, {"mapVersion", 1}, {"checksum", firstMap.checksum()}}));
  TRY(file.commit(change));
  m_state->maps.remember(number, std::make_shared<const ShardMap>(firstMap));
  return {};
}

Done Catalog::updateKeyspace(const Keyspace& keyspace) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.keyspace.update"));
  const std::int64_t number = TRY(catalog::keyspaceNumber(file, keyspace.name));
  const auto map = TRY(currentMap(keyspace.name));
  if (map->strategy().spec() != keyspace.strategy)
    return refused(fmt::format("the strategy of the keyspace {} cannot be changed: its maps are of the old one", keyspace.name.text()));
  TRY(file.run("UPDATE keyspaces SET document = ? WHERE id = ?", canonicalJson(toJson(keyspace)), number));
  TRY(appendAudit(file, "keyspace.changed", keyspace.name.text(), {{"keyspace", toJson(keyspace)}}));
  return file.commit(change);
}

Done Catalog::removeKeyspace(const KeyspaceName& name) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.keyspace.remove"));
  const std::int64_t number = TRY(catalog::keyspaceNumber(file, name));
  const auto unfinished = TRY(catalog::unfinishedPlans(file));
  for (const PlanRecord& record : unfinished)
    if (record.keyspace == name)
      return refused(fmt::format("plan {} ({}) is of the keyspace {}; finish or withdraw the plan first", record.id.text(),
                                 planStateName(record.state), name.text()));
  TRY(file.run("UPDATE keyspaces SET removed_at = ? WHERE id = ?", file.now(), number));
  TRY(appendAudit(file, "keyspace.removed", name.text(), {{"keyspace", name.text()}}));
  return file.commit(change);
}

Result<std::vector<Keyspace>> Catalog::keyspaces() { return allKeyspaces(m_state->file); }

Result<Keyspace> Catalog::keyspace(const KeyspaceName& name) {
  auto& file = m_state->file;
  const std::int64_t number = TRY(catalog::keyspaceNumber(file, name));
  const auto document = TRY(file.one("SELECT document FROM keyspaces WHERE id = ?",
                                     [](const sqlite::Statement& row) { return row.text(0); }, number));
  const Json json = TRY(parseJson(document.value_or("")));
  return keyspaceFromJson(json);
}

}  // namespace shardwright
