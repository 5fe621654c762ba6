// From what a person asked for to what the planner takes.
#pragma once

#include "core/base/result.h"
#include "core/manager/plan_verbs.h"
#include "core/map/shard_map.h"

namespace shardwright {

// InvalidInput: an unknown goal, a range or key that is none of this keyspace, arguments that the goal does not take.
Result<PlanGoals> goalsOf(const PlanRequest& request, const ShardingStrategy& strategy);
// The same for a recorded cluster, whose ranges are named by their ids.
Result<PlanGoals> simulationGoalsOf(const PlanRequest& request, const ClusterSnapshot& snapshot);
Result<PlanOptions> optionsOf(const PlanRequest& request);

Result<TokenRange> parseTokenRange(const ShardingStrategy& strategy, std::string_view text);  // A..B, A.., ..B

// Bounds that still have to be made, and the map at the end, for a plan whose moves or base have changed.
Done retarget(MigrationPlan& plan, const ShardMap& base);

}  // namespace shardwright
