#include "core/manager/map_verbs.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/manager/handover.h"
#include "core/manager/placement_scan.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

// The document as the version after `current`.
Result<ShardMap> nextVersion(const ShardMap& current, std::string_view document, const std::vector<Shard>& registry) {
  const MapExpectation expected{current.keyspace(), current.strategy().spec()};
  const auto read = TRY(mapFromJson(document, {}, &expected));
  if (read.version() != 0 && read.version() != current.version() && read.version() != current.version() + 1) {
    return invalidInput(fmt::format("the file is version {}, and version {} is in force: it was made from an older map. "
                                    "Export the map again and repeat the change.",
                                    read.version(), current.version()));
  }
  auto next = TRY(MapBuilder(read).build(current.version() + 1));
  const auto findings = checkMap(next, registry, &current);
  if (!findings.empty()) return invalidInput(fmt::format("rule {}: {}", findings[0].rule, findings[0].sentence));
  return next;
}

bool changesOwners(const MapDiff& diff) { return !diff.owners.empty() || !diff.pins.empty(); }

}  // namespace

Result<MapVerbs::Format> parseMapFormat(std::string_view name) {
  if (name == "json") return MapVerbs::Format::MapJson;
  if (name == "csv") return MapVerbs::Format::Csv;
  if (name == "text") return MapVerbs::Format::Drawing;
  return invalidInput(fmt::format("\"{}\" is no format of maps; there are json, csv and text.", name));
}

Result<std::shared_ptr<const ShardMap>> MapVerbs::show(const KeyspaceName& keyspace, std::optional<MapVersion> at) {
  return at ? m_workspace.catalog().mapAt(keyspace, *at) : m_workspace.catalog().currentMap(keyspace);
}

Result<std::vector<Catalog::MapVersionInfo>> MapVerbs::history(const KeyspaceName& keyspace) {
  return m_workspace.catalog().mapHistory(keyspace);
}

Result<MapComparison> MapVerbs::diff(const KeyspaceName& keyspace, MapVersion from, MapVersion to) {
  const auto a = TRY(m_workspace.catalog().mapAt(keyspace, from));
  const auto b = TRY(m_workspace.catalog().mapAt(keyspace, to));
  auto difference = TRY(diffMaps(*a, *b));
  return MapComparison{std::move(difference), a->strategy()};
}

Result<std::vector<MapFinding>> MapVerbs::check(const KeyspaceName& keyspace) {
  const auto map = TRY(m_workspace.catalog().currentMap(keyspace));
  const auto registry = TRY(m_workspace.catalog().shards());
  std::shared_ptr<const ShardMap> parent;
  if (map->version() > 1) parent = TRY(m_workspace.catalog().mapAt(keyspace, map->version() - 1));
  auto findings = checkMap(*map, registry, parent.get());
  for (const Shard& shard : registry) {
    const auto published = [&]() -> Result<std::optional<PublishedMap>> {
      auto session = TRY(m_workspace.open(shard));
      return session->publishedMap(keyspace);
    }();
    if (!published) {
      findings.push_back({"published", published.error().message()});
      continue;
    }
    const MapVersion there = *published ? (*published)->version : 0;
    const bool same = there == map->version() && (*published)->checksum == map->checksum();
    if (same) continue;
    const char* advice = there > map->version() ? "the catalog is older than the databases; doctor says more" : "write it again: doctor --fix";
    findings.push_back({"published", fmt::format("shard {} holds version {} of the map and version {} is in force: {}.", shard.id.text(),
                                                 there, map->version(), advice)});
  }
  return findings;
}

Result<std::string> MapVerbs::exported(const KeyspaceName& keyspace, Format format, std::optional<MapVersion> at) {
  const auto map = TRY(show(keyspace, at));
  switch (format) {
    case Format::MapJson: return mapToJson(*map) + "\n";
    case Format::Csv: return mapToCsv(*map);
    case Format::Drawing: break;
  }
  return drawMap(*map) + "\n";
}

Result<ImportedMap> MapVerbs::import(const KeyspaceName& name, std::string_view document, std::stop_token stop) {
  const auto keyspace = TRY(m_workspace.catalog().keyspace(name));
  const auto current = TRY(m_workspace.catalog().currentMap(name));
  const auto registry = TRY(m_workspace.catalog().shards());
  TRY(m_workspace.refuseWhilePlansRun(name));
  const auto next = TRY(nextVersion(*current, document, registry));
  const auto difference = TRY(diffMaps(*current, next));
  if (difference.empty()) return ImportedMap{current, {}};
  Handover handover(m_workspace, keyspace, *current, next, difference);
  if (changesOwners(difference)) {
    // Most maps that would be refused are refused here, with counts, and nothing is closed for them.
    for (const ShardId& owner : current->shards()) {
      const auto shard = TRY(m_workspace.catalog().shard(owner));
      auto session = TRY(m_workspace.open(shard));
      TRY(refuseStrays(*session, keyspace, next, owner, stop));
    }
    TRY(handover.close(stop));
  }
  if (auto inForce = m_workspace.catalog().publishMap(next, "imported"); !inForce) {
    const Done opened = handover.openAgain();
    return opened ? inForce.error() : Error(inForce.error().code(), fmt::format("{} {}", inForce.error().message(), opened.error().message()));
  }
  const Done published = placeBy(m_workspace, keyspace, next, registry);
  return ImportedMap{std::make_shared<const ShardMap>(next), published ? std::nullopt : std::optional(published.error())};
}

}  // namespace shardwright
