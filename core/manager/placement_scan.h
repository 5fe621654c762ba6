// PlacementScan: every row of a keyspace on one shard, held against a map.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/domain/keyspace.h"
#include "core/map/routing_table.h"
#include "core/map/shard_map.h"

namespace shardwright {

// A key whose rows lie on a shard that does not own it.
struct StrayKey {
  TableRef table;
  Key key;
  std::int64_t rows = 0;
  std::optional<ShardId> owner;  // none: it belongs to nobody
};

struct PlacementScan {
  std::int64_t rows = 0;   // all that were seen
  std::int64_t stray = 0;  // of these, on the wrong shard
};

// Scans the tables of `keyspace` on `shard`; `each` sees every key that is not owned there. One scan of each table.
Result<PlacementScan> scanPlacement(ShardSession& session, const Keyspace& keyspace, const RoutingTable& routing,
                                    const ShardId& shard, const std::function<void(StrayKey)>& each,
                                    std::stop_token stop);

// Refused, with counts and examples, if a row on `shard` is not owned by it under `map`.
Done refuseStrays(ShardSession& session, const Keyspace& keyspace, const ShardMap& map, const ShardId& shard,
                  std::stop_token stop);

}  // namespace shardwright
