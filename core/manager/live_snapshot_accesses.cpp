#include "core/manager/live_snapshot_accesses.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace shardwright {

namespace {

constexpr std::size_t rowsAt = 1, readsAt = 2, writesAt = 3;  // dimensions of the snapshot

double certain(const KeyLoad& key) { return static_cast<double>(std::max<std::int64_t>(0, key.count - key.error)); }

double operations(const SnapshotRange& range) { return static_cast<double>(range.loads[readsAt]) + static_cast<double>(range.loads[writesAt]); }

std::int64_t partOf(std::int64_t amount, double part, double whole) {
  if (whole <= 0) return 0;
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(static_cast<double>(amount) * part / whole)), 0, amount);
}

// The heavy keys of one range, from its beginning to its end.
using Heavy = std::map<Token, double>;

// Rows below each split point and, last, of the whole range, without those of heavy keys: a split point stands at a sampled
// key, and the rows up to the next one are that key's.
std::vector<double> otherRows(const SnapshotRange& range, const Heavy& heavy) {
  std::vector<double> below;
  double sum = 0;
  for (std::size_t k = 0; k <= range.splitPoints.size(); ++k) {
    const std::int64_t until = k == range.splitPoints.size() ? range.loads[rowsAt] : range.splitPoints[k].below[rowsAt];
    const bool heavyKey = k > 0 && heavy.contains(range.splitPoints[k - 1].at);
    if (!heavyKey) sum += static_cast<double>(until - (k > 0 ? range.splitPoints[k - 1].below[rowsAt] : 0));
    below.push_back(sum);
  }
  return below;
}

void addBelow(SnapshotRange& range, const Heavy& heavy) {
  double known = 0;
  for (const auto& [token, count] : heavy) known += count;
  const double all = std::max(operations(range), known);  // counted by two means, which may be a little apart
  const std::vector<double> others = otherRows(range, heavy);
  double below = 0;
  auto next = heavy.begin();
  for (std::size_t k = 0; k < range.splitPoints.size(); ++k) {
    SplitPoint& point = range.splitPoints[k];
    for (; next != heavy.end() && next->first < point.at; ++next) below += next->second;
    const double spread = others.back() > 0 ? (all - known) * others[k] / others.back() : 0;
    for (const std::size_t d : {readsAt, writesAt}) point.below.push_back(partOf(range.loads[d], below + spread, all));
  }
}

}  // namespace

std::vector<std::int64_t> accessesOf(const KeyLoad& key, const SnapshotRange& range) {
  if (range.loads.size() <= writesAt) return {};
  const double all = operations(range);
  return {partOf(range.loads[readsAt], certain(key), all), partOf(range.loads[writesAt], certain(key), all)};
}

void addAccesses(const RangeLoads& loads, const ShardMap& map, ClusterSnapshot& snapshot) {
  const bool counted = std::ranges::any_of(loads.ranges, [](const RangeLoad& range) { return range.reads || range.writes; });
  if (!counted) return;
  snapshot.dimensions.insert(snapshot.dimensions.end(), {"reads", "writes"});
  snapshot.generated = loads.generated;
  for (SnapshotShard& shard : snapshot.shards) shard.capacity.insert(shard.capacity.end(), {std::nullopt, std::nullopt});
  for (SnapshotRange& range : snapshot.ranges) range.loads.insert(range.loads.end(), {0, 0});
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    snapshot.ranges[i].loads[readsAt] = loads.ranges[i].reads.value_or(0);
    snapshot.ranges[i].loads[writesAt] = loads.ranges[i].writes.value_or(0);
  }
  for (std::size_t i = 0; i < loads.pins.size(); ++i) {
    snapshot.ranges[map.rangeCount() + i].loads[readsAt] = loads.pins[i].reads.value_or(0);
    snapshot.ranges[map.rangeCount() + i].loads[writesAt] = loads.pins[i].writes.value_or(0);
  }
  std::vector<Heavy> heavy(map.rangeCount());
  for (const KeyLoad& key : loads.keys) {
    const auto token = map.strategy().tokenOf(key.key);
    if (!token) continue;  // of a type that the keyspace had once
    if (map.pinOf(key.key) == nullptr) heavy[map.indexOf(*token)][*token] += certain(key);
  }
  for (std::size_t i = 0; i < map.rangeCount(); ++i) addBelow(snapshot.ranges[i], heavy[i]);
}

}  // namespace shardwright
