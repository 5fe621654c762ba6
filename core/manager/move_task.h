// The move as an engine takes it, from what the catalog remembers.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/db/move_engine.h"
#include "core/manager/workspace.h"
#include "core/plan/plan.h"

namespace shardwright {

Result<std::unique_ptr<MoveEngine>> openMoveOf(Workspace& workspace, const Keyspace& keyspace, const PlanId& plan,
                                               const PlannedMove& move, const PlacedPart& part);

}  // namespace shardwright
