// One function per family of goals; MigrationPlanner::planMigration chooses. Internal to core/plan.
#pragma once

#include "core/plan/planner.h"

namespace shardwright {

Result<PlanProposal> planBalance(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options);
Result<PlanProposal> planMove(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options);
Result<PlanProposal> planKey(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options);
Result<PlanProposal> planSplit(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options);
Result<PlanProposal> planMerge(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options);

}  // namespace shardwright
