// Drawn maps and samples over them, as input of the tests of core/load.
#pragma once

#include <string_view>
#include <vector>

#include "core/domain/shard.h"
#include "core/load/load_sample.h"
#include "core/map/map_json.h"

namespace shardwright::tests {

inline ShardingStrategy intLine() { return *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt}); }

inline ShardMap drawn(std::string_view drawing) { return *drawnMap(KeyspaceName("accounts"), intLine(), drawing); }

inline std::vector<Shard> shardsNamed(std::initializer_list<const char*> names) {
  std::vector<Shard> shards;
  for (const char* name : names) {
    Shard& shard = shards.emplace_back();
    shard.id = ShardId(name);
  }
  return shards;
}

// An instant: bytes of each range in order, rows a thousandth of them; -1: not measured.
inline LoadSample bytesSample(const ShardMap& map, UnixSeconds at, const std::vector<std::int64_t>& bytes) {
  LoadSample sample;
  sample.keyspace = map.keyspace();
  sample.mapVersion = map.version();
  sample.at = at;
  sample.source = "databases";
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    RangeLoad& range = sample.ranges.emplace_back();
    range.tokens = map.tokens(i);
    range.shard = map.owner(i);
    if (bytes[i] < 0) continue;
    range.bytes = bytes[i];
    range.rows = bytes[i] / 1000;
  }
  return sample;
}

// A stretch of 60 seconds: reads of each range in order, and how often single keys were asked for.
inline LoadSample opsSample(const ShardMap& map, UnixSeconds at, const std::vector<std::int64_t>& reads,
                            const std::vector<std::pair<std::int64_t, std::int64_t>>& keys = {}) {
  LoadSample sample = bytesSample(map, at, std::vector<std::int64_t>(reads.size(), -1));
  sample.seconds = 60;
  sample.source = "router";
  for (std::size_t i = 0; i < reads.size(); ++i) {
    sample.ranges[i].reads = reads[i];
    sample.ranges[i].writes = 0;
  }
  for (const auto& [key, count] : keys) sample.hotKeys.push_back({Key::ofInt(key), count, 0});
  return sample;
}

}  // namespace shardwright::tests
