// Which ranges of a map a stretch of tokens touches.
#pragma once

#include <cstddef>

#include "core/map/shard_map.h"

namespace shardwright {

// Indexes from `first` to before `end`.
struct TouchedRanges {
  std::size_t first = 0;
  std::size_t end = 0;
};

inline TouchedRanges touchedRanges(const ShardMap& map, const TokenRange& tokens) {
  const std::size_t first = map.indexOf(tokens.from);
  if (!tokens.until) return {first, map.rangeCount()};
  const std::size_t last = map.indexOf(*tokens.until);
  return {first, map.line().froms[last] == tokens.until->bytes ? last : last + 1};
}

}  // namespace shardwright
