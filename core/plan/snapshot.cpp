#include "core/plan/snapshot.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_set>

#include "core/base/text.h"

namespace shardwright {

namespace {

constexpr std::int64_t greatestSum = std::int64_t{1} << 60;

std::string inQuotes(std::string_view foreign) { return '"' + printable(foreign, 60) + '"'; }

Done checkLoads(std::string_view where, std::string_view what, const std::vector<std::int64_t>& loads, std::size_t dimensions) {
  if (loads.size() != dimensions)
    return invalidInput(fmt::format("{}: {} has {} entries, but the snapshot has {} dimensions", where, what, loads.size(), dimensions));
  for (const std::int64_t load : loads)
    if (load < 0) return invalidInput(fmt::format("{}: {} has a negative entry", where, what));
  return {};
}

Done checkShard(const SnapshotShard& shard, std::size_t dimensions) {
  const std::string where = "shard " + inQuotes(shard.name.text());
  if (shard.name.empty()) return invalidInput("a shard of the snapshot has no name");
  if (shard.capacity.size() != dimensions)
    return invalidInput(fmt::format("{}: capacity has {} entries, but the snapshot has {} dimensions", where,
                                    shard.capacity.size(), dimensions));
  if (!shard.cap.empty() && shard.cap.size() != dimensions)
    return invalidInput(fmt::format("{}: cap has {} entries, but the snapshot has {} dimensions", where, shard.cap.size(), dimensions));
  for (const auto& limits : {shard.capacity, shard.cap})
    for (const auto& limit : limits)
      if (limit && (*limit < 0 || *limit > greatestSum))
        return invalidInput(where + ": capacity and cap must lie between 0 and 2^60");
  if (!(shard.weight >= 0 && shard.weight <= 1e6)) return invalidInput(where + ": weight must lie between 0 and 1000000");
  if (shard.slotsIn < 1 || shard.slotsOut < 1 || shard.slotsIn > 1000 || shard.slotsOut > 1000)
    return invalidInput(where + ": slotsIn and slotsOut must lie between 1 and 1000");
  return {};
}

Done checkSplitPoints(const SnapshotRange& range, const std::string& where, std::size_t dimensions) {
  if (range.splitPoints.empty()) return {};
  if (!range.tokens) return invalidInput(where + ": split points need the range's from and until");
  const std::vector<std::int64_t> nothing(dimensions, 0);
  const std::vector<std::int64_t>* below = &nothing;
  const Token* before = &range.tokens->from;
  for (const SplitPoint& point : range.splitPoints) {
    if (point.at <= *before || (range.tokens->until && point.at >= *range.tokens->until))
      return invalidInput(where + ": split points must ascend and lie inside the range");
    TRY(checkLoads(where, "a split point", point.below, dimensions));
    for (std::size_t d = 0; d < dimensions; ++d)
      if (point.below[d] < (*below)[d] || point.below[d] > range.loads[d])
        return invalidInput(where + ": the load below the split points must ascend and not exceed the range's");
    below = &point.below;
    before = &point.at;
  }
  return {};
}

Done checkRange(const SnapshotRange& range, std::size_t dimensions) {
  const std::string where = "range " + inQuotes(range.id);
  if (range.id.empty()) return invalidInput("a range of the snapshot has no id");
  TRY(checkLoads(where, "loads", range.loads, dimensions));
  if (range.moveBytes < 0 || range.moveBytes > greatestSum)
    return invalidInput(where + ": moveBytes must lie between 0 and 2^60");
  if (range.tokens && range.tokens->until && *range.tokens->until <= range.tokens->from)
    return invalidInput(where + ": from must lie before until");
  TRY(checkSplitPoints(range, where, dimensions));
  if (range.hotKey) TRY(checkLoads(where, "hotKey", range.hotKey->loads, dimensions));
  return {};
}

Done checkSums(const ClusterSnapshot& snapshot) {
  std::vector<std::int64_t> sums(snapshot.dimensions.size() + 1, 0);
  for (const SnapshotRange& range : snapshot.ranges) {
    for (std::size_t d = 0; d <= range.loads.size(); ++d) {
      const std::int64_t load = d < range.loads.size() ? range.loads[d] : range.moveBytes;
      if (load > greatestSum || (sums[d] += load) > greatestSum)
        return invalidInput(fmt::format("the sum of {} over all ranges exceeds 2^60; use a larger unit",
                                        d < range.loads.size() ? snapshot.dimensions[d] : "moveBytes"));
    }
  }
  return {};
}

Done checkCapacitySums(const ClusterSnapshot& snapshot) {
  for (std::size_t d = 0; d < snapshot.dimensions.size(); ++d) {
    std::int64_t sum = 0;
    for (const SnapshotShard& shard : snapshot.shards) {
      sum += shard.capacity[d].value_or(0);
      if (sum > greatestSum * 2) return invalidInput(fmt::format("the sum of the capacities in {} exceeds 2^61; use a larger unit", snapshot.dimensions[d]));
    }
  }
  return {};
}

}  // namespace

Done checkSnapshot(const ClusterSnapshot& snapshot) {
  if (snapshot.dimensions.empty()) return invalidInput("the snapshot has no dimensions; name at least one, such as bytes");
  if (snapshot.dimensions.size() > 16) return invalidInput("the snapshot has more than 16 dimensions");
  if (snapshot.shards.size() > 100'000) return invalidInput("the snapshot has more than 100 000 shards");
  std::unordered_set<std::string_view> names;
  for (const std::string& dimension : snapshot.dimensions)
    if (dimension.empty() || !names.insert(dimension).second)
      return invalidInput(fmt::format("the dimension {} stands twice, or is empty", inQuotes(dimension)));
  std::unordered_set<std::string_view> shards;
  for (const SnapshotShard& shard : snapshot.shards) {
    TRY(checkShard(shard, snapshot.dimensions.size()));
    if (!shards.insert(shard.name.text()).second)
      return invalidInput(fmt::format("the shard {} stands twice", inQuotes(shard.name.text())));
  }
  TRY(checkCapacitySums(snapshot));
  std::unordered_set<std::string_view> ids;
  ids.reserve(snapshot.ranges.size());
  for (const SnapshotRange& range : snapshot.ranges) {
    TRY(checkRange(range, snapshot.dimensions.size()));
    if (!ids.insert(range.id).second) return invalidInput(fmt::format("the range {} stands twice", inQuotes(range.id)));
    if (range.shard && !shards.contains(range.shard->text()))
      return invalidInput(fmt::format("range {}: its shard {} is not in the snapshot", inQuotes(range.id), inQuotes(range.shard->text())));
  }
  return checkSums(snapshot);
}

}  // namespace shardwright
