// The forms of a map: shardwright.map/1 JSON (stable, others build on it), CSV, and a short drawn text for tests.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/map/shard_map.h"

namespace shardwright {

// Canonical JSON with its checksum. Fast: 1,000,000 ranges well under a second.
std::string mapToJson(const ShardMap& map);

// SHA-256, in hex, over the canonical JSON without "checksum". A map whose file names no version digests as version 0.
std::string mapDigest(const ShardMap& map);

struct MapReadLimits {
  std::size_t bytes = std::size_t{2} << 30;
  std::size_t elements = 10'000'000;  // ranges and pins together
};

// What the caller knows of the map already.
struct MapExpectation {
  KeyspaceName keyspace;
  StrategySpec strategy;
};

// Reads shardwright.map/1, streamed. InvalidInput with what, where and what to do: gap, overlap, wrong order, wrong
// checksum, unknown or doubled fields, too large, values of another kind than their place allows (so nothing nests
// deeper than the three levels of the format). pins, version (then 0) and checksum may be absent. With `expected`, a
// file that names no keyspace or strategy takes the caller's, and one that names others is refused.
Result<ShardMap> mapFromJson(std::string_view text, const MapReadLimits& limits = {},
                             const MapExpectation* expected = nullptr);

std::string mapToCsv(const ShardMap& map);  // from,until,shard with a header; pins as pin,key,shard lines

// "- 40 a | 40 - 80 b | 80 - nobody; pin 7 c" over an int line, for tests and messages.
Result<ShardMap> drawnMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy, std::string_view drawing);
std::string drawMap(const ShardMap& map);

}  // namespace shardwright
