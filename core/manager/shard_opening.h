// Opening a shard by the engine of its URL. From any thread.
#pragma once

#include "core/db/shard_session.h"
#include "core/domain/shard.h"
#include "core/manager/engine_set.h"

namespace shardwright {

// Checks that it is the database that was added under this name. A shard that cannot be opened, or is another database, is
// Unavailable: it is not the caller's arguments that are wrong.
Result<std::unique_ptr<ShardSession>> openShard(const EngineSet& engines, const Shard& shard);
// Without the check of identity: for a shard that is being added.
Result<std::unique_ptr<ShardSession>> openUnknownShard(const EngineSet& engines, const Shard& shard);

}  // namespace shardwright
