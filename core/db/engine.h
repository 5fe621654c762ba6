// Engine: opens sessions and moves on one kind of database. Open set: sqlite here, others beside it.
#pragma once

#include <memory>
#include <string_view>

#include "core/base/result.h"
#include "core/db/move_engine.h"
#include "core/db/shard_session.h"

namespace shardwright {

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string_view name() const = 0;  // the URL's scheme
  virtual Result<std::unique_ptr<ShardSession>> open(const Shard& shard) = 0;
  virtual Result<std::unique_ptr<MoveEngine>> openMove(const MoveTask& task, const MoveRules& rules = {}) = 0;
};

}  // namespace shardwright
