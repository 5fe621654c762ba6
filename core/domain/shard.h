// Shard: one independent database of the cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/ids.h"

namespace shardwright {

enum class ShardState { Active, Draining, ReadOnly };

std::string_view shardStateName(ShardState state);  // active, draining, read-only
Result<ShardState> parseShardState(std::string_view name);

struct Shard {
  ShardId id;
  std::string url;                       // no password in it, ever
  std::optional<std::int64_t> capacity;  // bytes; none = not declared
  double weight = 1;                     // share of the load it should carry, relative to its siblings
  std::string zone;                      // empty = none
  ShardState state = ShardState::Active;
  std::string identity;                  // of the database itself, read when it was added (see Engine::identity)
  friend bool operator==(const Shard&, const Shard&) = default;
};

}  // namespace shardwright
