// Parts: a placement as a list of slices of the snapshot's ranges with their shards, whatever search found it. The form
// in which the results of searches are compared, continued and turned into moves.
#pragma once

#include <vector>

#include "core/plan/cuts.h"
#include "core/plan/model.h"

namespace shardwright {

struct Part {
  Slice slice;
  ShardIndex at = 0;
};

// By range and cut; neighbours of one range on one shard are one part. Ranges that belong to nobody have none.
std::vector<Part> partsOf(const PlanModel& model, const CutPlacement& placement);

// The snapshot with every part as a range of its own, on its shard: what would be planned on when all moves are done.
ClusterSnapshot snapshotOf(const ClusterSnapshot& snapshot, const std::vector<Part>& parts);

// `further` is a placement of snapshotOf(snapshot, parts); the same placement in terms of `snapshot`.
std::vector<Part> composed(const std::vector<Part>& parts, const std::vector<Part>& further);

}  // namespace shardwright
