// The forms of a map: shardwright.map/1 JSON (stable, others build on it), CSV, and a short drawn text for tests.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "core/map/shard_map.h"

namespace shardwright {

// Canonical JSON with its checksum. Fast: 1,000,000 ranges well under a second.
std::string mapToJson(const ShardMap& map);

struct MapReadLimits {
  std::size_t bytes = std::size_t{2} << 30;
  std::size_t elements = 10'000'000;
};

// Reads shardwright.map/1, streamed. InvalidInput with what, where and what to do: gap, overlap, wrong order, wrong
// checksum, unknown fields, too deep or too large. version and checksum may be absent (version 0 then). Where the file
// names no keyspace or strategy, the caller's are taken; where it names others, it is refused.
Result<ShardMap> mapFromJson(std::string_view text, const MapReadLimits& limits = {});

std::string mapToCsv(const ShardMap& map);  // from,until,shard with a header; pins as pin,key,shard lines

// "- 40 a | 40 - 80 b | 80 - nobody; pin 7 c" over an int line, for tests and messages.
Result<ShardMap> drawnMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy, std::string_view drawing);
std::string drawMap(const ShardMap& map);

}  // namespace shardwright
