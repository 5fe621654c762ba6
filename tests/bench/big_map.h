// A map of 1,000,000 ranges of an int keyspace over 32 shards; the same every time.
#pragma once

#include "core/map/shard_map.h"

namespace shardwright::bench {

inline constexpr std::size_t bigMapRanges = 1'000'000;
ShardMap bigMap();

}  // namespace shardwright::bench
