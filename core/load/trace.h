// trace/1: what an application did, as CSV with the header `time,op,key,cost` - RFC 3339 or epoch seconds; read, write or
// range; the key (a range as LO..HI, an open side left out); cost in milliseconds of server time, 1 if absent. Fields with
// commas, quotes or line breaks stand in double quotes, doubled inside.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/load/load_sample.h"

namespace shardwright {

struct TraceEvent {
  enum class Op { Read, Write, Range };
  UnixSeconds at = 0;
  Op op = Op::Read;
  std::optional<Key> key;          // read and write
  std::optional<Key> low, high;    // range: from low (included) until high (excluded); none: open
  double cost = 1;
  friend bool operator==(const TraceEvent&, const TraceEvent&) = default;
};

struct TraceLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t events = 10'000'000;
};

// InvalidInput: says in which line, and what is expected there.
Result<std::vector<TraceEvent>> parseTrace(std::string_view csv, KeyType keyType, const TraceLimits& limits = {});

// Accesses per range of `map`, one sample for every `window` seconds in which something happened. A stretch of keys is one
// read of each range that it touches; under a hash strategy it touches the whole line.
Result<std::vector<LoadSample>> samplesFromTrace(const std::vector<TraceEvent>& events, const ShardMap& map, UnixSeconds window = 60);

}  // namespace shardwright
