// Adoption: the map that says where the rows already are.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <utility>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/domain/keyspace.h"
#include "core/map/shard_map.h"

namespace shardwright {

struct OpenShard {
  ShardId id;
  std::unique_ptr<ShardSession> session;
};

// Version 1 of a map under which every row of the keyspace is where it belongs, with as few ranges as there can be.
// Reads every key; holds one token a distinct key in memory.
// Refused: a key on two shards, no row at all, or more than 100,000 ranges (these rows follow another strategy).
Result<ShardMap> adoptedMap(const Keyspace& keyspace, const ShardingStrategy& strategy, std::span<const OpenShard> shards,
                            std::stop_token stop);

}  // namespace shardwright
