// LoadSample: how heavy each part of a keyspace was over one stretch of time. What was not measured says so; it is never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/map/shard_map.h"

namespace shardwright {

struct RangeLoad {
  TokenRange tokens;
  std::optional<ShardId> shard;         // none: nobody's
  std::optional<std::int64_t> rows;     // at the end of the stretch; none: not measured
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> reads;    // during the stretch
  std::optional<std::int64_t> writes;
  friend bool operator==(const RangeLoad&, const RangeLoad&) = default;
};

// A key that is asked for more often than others.
struct KeyLoad {
  Key key;
  std::int64_t count = 0;  // reads and writes together
  std::int64_t error = 0;  // the true count lies in [count - error, count]
  friend bool operator==(const KeyLoad&, const KeyLoad&) = default;
};

// A key that the map places by hand. What it weighs is counted apart from the range around it.
struct PinLoad {
  Key key;
  ShardId shard;
  std::optional<std::int64_t> rows, bytes;
  std::optional<std::int64_t> reads, writes;  // never in a sample: counters count a pinned key with the range around it
  friend bool operator==(const PinLoad&, const PinLoad&) = default;
};

struct LoadSample {
  KeyspaceName keyspace;
  MapVersion mapVersion = 0;     // whose ranges these are
  UnixSeconds at = 0;            // end of the stretch
  double seconds = 0;            // its length; 0: an instant, in which nothing is read or written
  std::string source;            // router, databases, trace, demo
  bool generated = false;        // invented for a demonstration: shown with a badge wherever it is shown
  std::int64_t everywhere = 0;   // reads of the whole line, which are not counted in `ranges`
  std::vector<RangeLoad> ranges; // in the order of the line, all of it
  std::vector<PinLoad> pins;     // of the map, by key; empty where nothing counts rows
  std::vector<KeyLoad> hotKeys;  // the most frequent first
  friend bool operator==(const LoadSample&, const LoadSample&) = default;
};

// shardwright.load/1, as the catalog keeps it.
Json loadSampleToJson(const LoadSample& sample, const ShardingStrategy& strategy);
Result<LoadSample> loadSampleFromJson(const Json& json, const ShardingStrategy& strategy);  // InvalidInput, says where

}  // namespace shardwright
