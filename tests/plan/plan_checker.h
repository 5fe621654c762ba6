// A checker of plans that shares no code with the planner: every rule a plan has to keep, from the documents alone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/plan/planner.h"

namespace shardwright::tests {

using ShardLoads = std::map<ShardId, std::vector<std::int64_t>>;

const SnapshotShard& shardOf(const ClusterSnapshot& snapshot, const ShardId& name);
ShardLoads loadsOf(const ClusterSnapshot& snapshot);

// The cluster when every move of the proposal is done.
ClusterSnapshot afterwards(const ClusterSnapshot& before, const PlanProposal& proposal);

// Highest load / capacity over the shards that take load, in millionths of a millionth, rounded up.
std::int64_t highest(const ClusterSnapshot& snapshot, const std::set<ShardId>& drained = {});

// The first rule that the proposal breaks; empty: it keeps all.
std::string violation(const ClusterSnapshot& before, const PlanProposal& proposal, const std::set<ShardId>& drained = {});

}  // namespace shardwright::tests
