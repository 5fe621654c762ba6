// ParetoFront: how low the highest utilisation gets for how many bytes moved. Every point is a plan of MigrationPlanner with
// the bounds of that plan; planning with the point's threshold gives it again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/plan/planner.h"

namespace shardwright {

struct ParetoPoint {
  double threshold = 0;  // in whole millionths
  PlanProposal plan;
};

// Invariant: from point to point the highest utilisation falls and the bytes rise; what another plan beats in both is no
// point. Empty where nothing has to be done or nothing helps: `sentence` says which.
struct ParetoFront {
  std::vector<ParetoPoint> points;
  std::optional<std::size_t> knee;       // the point farthest below the line from the first to the last: beyond it bytes pay less
  std::optional<double> now;             // highest utilisation before anything moves
  PlanBounds bounds;                     // no placement at all can be below bounds.maxUtilisation
  std::string sentence;
};

// At most `points` plans at levels in even proportions, from the one that asks for least to that of options.threshold.
// InvalidInput: fewer than 2 or more than 100 points, or a goal that is not about balance; else as planMigration.
Result<ParetoFront> paretoFront(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options, std::int64_t points);

// shardwright.pareto/1
Json paretoToJson(const ParetoFront& front, const PlanGoals& goals, const PlanOptions& options, const ClusterSnapshot& snapshot);

}  // namespace shardwright
