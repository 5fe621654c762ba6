#include "core/manager/handover.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/move/data_mover.h"

namespace shardwright {

Handover::Handover(Workspace& workspace, const Keyspace& keyspace, const ShardMap& before, const ShardMap& after, const MapDiff& diff)
    : m_workspace(workspace), m_keyspace(keyspace), m_before(before) {
  for (const OwnerChange& change : diff.owners) {
    PlacedPart part = before.partOf(change.tokens);
    // Keys that are pinned by either map are looked at one by one.
    for (Key& key : after.pinsIn(change.tokens)) part.withoutPins.push_back(std::move(key));
    std::ranges::sort(part.withoutPins);
    const auto twice = std::ranges::unique(part.withoutPins);
    part.withoutPins.erase(twice.begin(), twice.end());
    lose(change.before, std::move(part));
  }
  for (const PinChange& change : diff.pins) {
    const auto owner = [&](const ShardMap& map) -> std::optional<ShardId> {
      const auto placement = map.placementOf(change.key);
      return placement ? placement->shard : std::nullopt;
    };
    const auto loser = owner(before);
    if (loser != owner(after)) lose(loser, PlacedPart::ofPin(change.key));
  }
}

void Handover::lose(const std::optional<ShardId>& loser, PlacedPart part) {
  if (loser) m_lost[*loser].push_back(std::move(part));
}

Done Handover::closeOn(const ShardId& id, const std::vector<PlacedPart>& parts, const std::stop_token& stop) {
  const auto shard = TRY(m_workspace.catalog().shard(id));
  auto session = TRY(m_workspace.open(shard));
  for (const TableRef& table : m_keyspace.tables) {
    // A guard refuses every write to a row whose key it cannot place.
    for (const Finding& finding : TRY(session->checkKeys(m_keyspace, table, 1, stop)))
      if (finding.blocking) return refused(fmt::format("shard {}, table {}: {}", id.text(), table.name, finding.sentence));
  }
  TRY(session->closeParts(m_keyspace, placementOn(m_before, id), parts));
  for (const PlacedPart& part : parts) {
    const auto key = TRY(session->keyIn(m_keyspace, part, stop));
    if (key)
      return refused(fmt::format("key {} on shard {} would belong elsewhere by this map. Let the map say where the rows are, and move "
                                 "them by a plan.", printable(key->toText(), 60), id.text()));
  }
  return {};
}

Done Handover::close(std::stop_token stop) {
  for (const auto& [id, parts] : m_lost) {
    auto closed = closeOn(id, parts, stop);
    if (closed) continue;
    if (auto opened = openAgain(); !opened)
      return Error(closed.error().code(), fmt::format("{} {}", closed.error().message(), opened.error().message()));
    return closed;
  }
  return {};
}

Done Handover::openAgain() {
  const auto map = TRY(m_workspace.catalog().currentMap(m_keyspace.name));
  std::vector<ShardId> names;
  for (const auto& [id, parts] : m_lost) names.push_back(id);
  const auto shards = TRY(m_workspace.shardsNamed(names));
  return placeBy(m_workspace, m_keyspace, *map, shards);
}

Done placeBy(Workspace& workspace, const Keyspace& keyspace, const ShardMap& map, const std::vector<Shard>& shards) {
  const PublishedMap published = publishedForm(map);
  std::vector<std::string> failures;
  for (const Shard& shard : shards) {
    auto session = workspace.open(shard);
    const Done done = session ? (*session)->placeBy(keyspace, placementOn(map, shard.id), published) : Done(session.error());
    if (!done) failures.push_back(done.error().message());
  }
  if (failures.empty()) return {};
  return unavailable(fmt::format("version {} of the map of {} is in force, but could not be told to {} of {} shards: {}. Mend them, "
                                 "then: doctor --fix",
                                 map.version(), map.keyspace().text(), failures.size(), shards.size(), fmt::join(failures, "; ")));
}

}  // namespace shardwright
