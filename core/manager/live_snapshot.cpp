#include "core/manager/live_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/manager/live_snapshot_accesses.h"
#include "core/manager/load_verbs.h"

namespace shardwright {

namespace {

constexpr double samplesOverall = 2000;  // keys that are looked at over all ranges, by their bytes
constexpr double mostSamples = 400;      // of one range
constexpr std::size_t mostHotKeys = 16;  // that are counted

struct Measure {
  const Keyspace& keyspace;
  const ShardMap& map;
  const std::stop_token& stop;
};

SnapshotShard placeOf(const Shard& shard) {
  SnapshotShard place;
  place.name = shard.id;
  place.zone = shard.zone;
  place.state = shard.state;
  place.capacity = {shard.capacity, std::nullopt};
  place.weight = shard.weight;
  return place;
}

std::string rangeId(const ShardingStrategy& strategy, const TokenRange& range) {
  const std::string from = range.from.isBeginning() ? "" : strategy.formatToken(range.from);
  return from + ".." + (range.until ? strategy.formatToken(*range.until) : "");
}

// Where the range can be cut, with the share of its load below each place.
Result<std::vector<SplitPoint>> cutsOf(const Measure& measure, ShardSession& session, const SnapshotRange& range,
                                       std::int64_t samples) {
  const auto keys = TRY(session.sampleKeys(measure.keyspace, *range.tokens, samples, measure.stop));
  double all = 0;
  for (const SampledKey& key : keys) all += static_cast<double>(key.rows);
  std::vector<SplitPoint> cuts;
  double below = 0;
  for (const SampledKey& key : keys) {
    const bool inside = range.tokens->from < key.token && (cuts.empty() || cuts.back().at < key.token);
    if (inside && below > 0) {
      SplitPoint cut{key.token, {}};
      for (const std::int64_t load : range.loads) {
        cut.below.push_back(static_cast<std::int64_t>(std::floor(static_cast<double>(load) * below / all)));
      }
      cuts.push_back(std::move(cut));
    }
    below += static_cast<double>(key.rows);
  }
  return cuts;
}

using Sessions = std::map<ShardId, std::unique_ptr<ShardSession>>;

Result<Sessions> openOwners(Workspace& workspace, const std::vector<Shard>& owners) {
  Sessions sessions;
  for (const Shard& shard : owners) {
    auto session = TRY(workspace.open(shard));
    sessions.emplace(shard.id, std::move(session));
  }
  return sessions;
}

SnapshotRange rangeOf(const Measure& measure, std::size_t index, const RangeCount& count) {
  SnapshotRange range;
  range.tokens = measure.map.tokens(index);
  range.id = rangeId(measure.map.strategy(), *range.tokens);
  range.shard = measure.map.owner(index);
  range.loads = {count.bytes, count.rows};
  range.moveBytes = count.bytes;
  return range;
}

SnapshotRange pinOf(const Pin& pin, const RangeCount& count) {
  SnapshotRange part;
  part.id = "pin " + pin.key.toText();
  part.shard = pin.shard;
  part.pin = pin.key;
  part.loads = {count.bytes, count.rows};
  part.moveBytes = count.bytes;
  return part;
}

Done addCuts(const Measure& measure, const Sessions& sessions, std::vector<SnapshotRange>& ranges) {
  double all = 0;
  for (const SnapshotRange& range : ranges) all += static_cast<double>(range.loads[0]);
  for (SnapshotRange& range : ranges) {
    if (!range.tokens || !range.shard || all == 0) continue;
    const double samples = samplesOverall * static_cast<double>(range.loads[0]) / all;
    if (samples < 2) continue;
    const auto count = static_cast<std::int64_t>(std::min(samples, mostSamples));
    range.splitPoints = TRY(cutsOf(measure, *sessions.at(*range.shard), range, count));
  }
  return {};
}

// What a key weighs within its range: rows and bytes as counted now, accesses by what is certain of them.
HotKey weighed(const KeyLoad& key, const RangeCount& count, const SnapshotRange& range) {
  HotKey hot{key.key, {std::min(count.bytes, range.loads[0]), std::min(count.rows, range.loads[1])}};
  const auto accesses = accessesOf(key, range);
  hot.loads.insert(hot.loads.end(), accesses.begin(), accesses.end());
  return hot;
}

Done addHotKeys(const Measure& measure, const Sessions& sessions, const std::vector<KeyLoad>& keys, ClusterSnapshot& snapshot) {
  for (const KeyLoad& key : keys) {
    const auto token = TRY(measure.map.strategy().tokenOf(key.key));
    SnapshotRange& range = snapshot.ranges[measure.map.indexOf(token)];
    if (range.hotKey || !range.shard || measure.map.pinOf(key.key) != nullptr) continue;
    const auto count = TRY(sessions.at(*range.shard)->countKey(measure.keyspace, key.key, measure.stop));
    range.hotKey = weighed(key, count, range);
  }
  return {};
}

// The key that was asked about with what is known of it, then those that are asked for most.
std::vector<KeyLoad> keysToWeigh(const RangeLoads& loads, const std::optional<Key>& asked) {
  std::vector<KeyLoad> keys;
  if (asked) {
    const auto known = std::ranges::find(loads.keys, *asked, &KeyLoad::key);
    keys.push_back(known == loads.keys.end() ? KeyLoad{*asked, 0, 0} : *known);
  }
  keys.insert(keys.end(), loads.keys.begin(), loads.keys.begin() + static_cast<std::ptrdiff_t>(std::min(loads.keys.size(), mostHotKeys)));
  return keys;
}

}  // namespace

Result<ClusterSnapshot> liveSnapshot(Workspace& workspace, const KeyspaceName& name, const std::optional<Key>& asked,
                                     std::stop_token stop) {
  const auto keyspace = TRY(workspace.catalog().keyspace(name));
  const auto map = TRY(workspace.catalog().currentMap(name));
  const auto registry = TRY(workspace.catalog().shards());
  const auto owners = TRY(workspace.shardsNamed(map->shards()));
  const auto survey = TRY(workspace.monitor().survey(keyspace, map, owners, stop));
  if (const auto problems = survey.problems(); !problems.empty()) {
    return unavailable(fmt::format("{}", fmt::join(problems, "; ")));
  }
  ClusterSnapshot snapshot;
  snapshot.keyspace = name;
  snapshot.mapVersion = map->version();
  snapshot.strategy = map->strategy().spec();
  snapshot.dimensions = {"bytes", "rows"};
  for (const Shard& shard : registry) snapshot.shards.push_back(placeOf(shard));
  const Measure measure{keyspace, *map, stop};
  for (std::size_t i = 0; i < map->rangeCount(); ++i) {
    snapshot.ranges.push_back(rangeOf(measure, i, survey.ranges[i].value_or(RangeCount{})));
  }
  for (std::size_t i = 0; i < map->pins().size(); ++i) {
    snapshot.ranges.push_back(pinOf(map->pins()[i], survey.pins[i].value_or(RangeCount{})));
  }
  const auto samples = TRY(LoadVerbs(workspace).samplesOfTheDay(name));
  const RangeLoads loads = loadsUnder(*map, samples);
  const auto sessions = TRY(openOwners(workspace, owners));
  TRY(addCuts(measure, sessions, snapshot.ranges));
  addAccesses(loads, *map, snapshot);
  TRY(addHotKeys(measure, sessions, keysToWeigh(loads, asked), snapshot));
  return snapshot;
}

}  // namespace shardwright
