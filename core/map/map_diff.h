// MapDiff: the difference of two maps of one keyspace. apply(a, diff(a, b)) gives b's content.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/map/shard_map.h"

namespace shardwright {

// A stretch of the line, as long as may be, that changes its owner from one and the same to one and the same other.
struct OwnerChange {
  TokenRange tokens;
  std::optional<ShardId> before;
  std::optional<ShardId> after;
  friend bool operator==(const OwnerChange&, const OwnerChange&) = default;
};

struct PinChange {
  Key key;
  std::optional<ShardId> before;  // none: was not pinned
  std::optional<ShardId> after;   // none: is not pinned any more
  friend bool operator==(const PinChange&, const PinChange&) = default;
};

struct MapDiff {
  MapVersion from = 0;
  MapVersion to = 0;
  std::vector<OwnerChange> owners;  // in order of the line
  std::vector<Token> splits;        // bounds that are new
  std::vector<Token> merges;        // bounds that are gone
  std::vector<PinChange> pins;      // in order of the keys
  bool empty() const { return owners.empty() && splits.empty() && merges.empty() && pins.empty(); }
  friend bool operator==(const MapDiff&, const MapDiff&) = default;
};

Result<MapDiff> diffMaps(const ShardMap& a, const ShardMap& b);  // InvalidInput: other keyspace or strategy
Result<ShardMap> applyDiff(const ShardMap& a, const MapDiff& diff);

// For people: one line a change, "+" new bound, "-" bound gone, "~" owner, "*" pin.
std::string formatDiff(const MapDiff& diff, const ShardingStrategy& strategy);

}  // namespace shardwright
