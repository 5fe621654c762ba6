// The invariants of a map as named checks, for `map check`, for imports and before every publication.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/domain/shard.h"
#include "core/map/shard_map.h"

namespace shardwright {

struct MapFinding {
  std::string rule;      // covers, order, owners, pins, version, checksum
  std::string sentence;  // what, where, what to do
};

// Against the registry, and against the version before it where there is one. Empty = sound.
std::vector<MapFinding> checkMap(const ShardMap& map, std::span<const Shard> registry,
                                 const ShardMap* parent = nullptr);

}  // namespace shardwright
