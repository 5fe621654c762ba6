// Hot spots: ranges, or single keys, that draw so much of the accesses that their shard suffers, told from noise by three
// gates - absolute, relative to their peers, and lasting (design: planner.md 6.1).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/load/load_sample.h"

namespace shardwright {

struct HotSpot {
  enum class Kind { Key, Range };
  Kind kind = Kind::Range;
  std::optional<Key> key;      // of kind Key
  TokenRange range;            // of kind Range; of a key, the range it lies in
  ShardId shard;
  double share = 0;            // of the keyspace's accesses
  double shardShare = 0;       // of its shard's
  UnixSeconds since = 0;
  double confidence = 0;       // 0..1: from how much was counted, and how long it has lasted
  std::string advice;          // a sentence, ending in the command to type
};

struct HotSpotOptions {
  double shardShare = 0.10;       // of its shard's accesses, for the gate relative to the shard
  double peers = 6;               // robust z-score among the keyspace's ranges, for the gate relative to its peers
  double keyspaceShare = 0.05;    // below this nothing is hot
  std::int64_t events = 400;      // counted at least: a relative error of 5 %
  int windows = 5, held = 3;      // hot if the gates hold in `held` of the last `windows` samples
  double cool = 0.6;              // a hot spot cools when it falls below this part of the gates ...
  int coolWindows = 10;           // ... for so many samples
  double fastHalfLife = 60;       // seconds
};

// Samples in order of time; those without accesses are passed over. The hottest first.
std::vector<HotSpot> findHotSpots(std::span<const LoadSample> samples, const ShardMap& map, const HotSpotOptions& options = {});

Json hotSpotsToJson(std::span<const HotSpot> spots, const ShardingStrategy& strategy);  // {"hot":[...]} of `load hot`
std::string formatHotSpots(std::span<const HotSpot> spots, const ShardingStrategy& strategy);

}  // namespace shardwright
