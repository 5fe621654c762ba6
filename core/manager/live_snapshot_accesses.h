// Accesses of a live snapshot: reads and writes that were counted, laid over ranges, pins and the places to cut.
#pragma once

#include "core/load/range_loads.h"
#include "core/map/shard_map.h"
#include "core/plan/snapshot.h"

namespace shardwright {

// `snapshot` has the dimensions bytes and rows, one range a range of `map` and one a pin behind them, and its split points.
// Adds reads and writes as two more dimensions, or nothing where nobody has counted any.
//
// Within a range the keys that are known to be heavy lie where they are, with the least that is certain of them, and the rest
// spreads as the rows do. Counters count a pinned key with the range around it: what is known of it goes to the pin.
void addAccesses(const RangeLoads& loads, const ShardMap& map, ClusterSnapshot& snapshot);

// What is certain of a key's reads and writes, in the proportion of its range. Behind addAccesses; empty where nobody counted.
std::vector<std::int64_t> accessesOf(const KeyLoad& key, const SnapshotRange& range);

}  // namespace shardwright
