#include "core/domain/shard.h"

#include <fmt/format.h>

namespace shardwright {

std::string_view shardStateName(ShardState state) {
  switch (state) {
    case ShardState::Active: return "active";
    case ShardState::Draining: return "draining";
    case ShardState::ReadOnly: return "read-only";
  }
  return "";
}

Result<ShardState> parseShardState(std::string_view name) {
  for (const ShardState state : {ShardState::Active, ShardState::Draining, ShardState::ReadOnly})
    if (shardStateName(state) == name) return state;
  return invalidInput(fmt::format("\"{}\" is no shard state; choose active, draining or read-only", name));
}

}  // namespace shardwright
