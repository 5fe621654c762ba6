// Cuts: where whole ranges cannot balance, an overfull shard gives away a slice of a range, cut at sampled keys. A cut
// alone moves nothing; each slice is as large as the receiver's room or the excess asks, so cuts are few.
#pragma once

#include <vector>

#include "core/plan/model.h"
#include "core/plan/solver.h"

namespace shardwright {

// A placement of the problem with some items taken apart.
struct CutPlacement {
  PlacementProblem problem;    // the slices are items of their own, with their range's home
  std::vector<Slice> slices;   // of each item; whole ranges and groups are {first range, 0, cuts}
  std::vector<ShardIndex> at;  // where each item is
  std::int64_t movedBytes = 0;
  Level level = 0;             // highest utilisation
  bool within = false;
};

CutPlacement cutToFit(const PlanModel& model, const std::vector<std::int64_t>& limits, WorkBudget& budget);

// A placement of whole items in the same form.
CutPlacement uncut(const PlanModel& model, const Assignment& placement, bool within);

}  // namespace shardwright
