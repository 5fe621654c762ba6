// LiveSnapshot: the cluster as the planner sees it, measured now.
#pragma once

#include <stop_token>

#include "core/base/result.h"
#include "core/manager/workspace.h"
#include "core/plan/snapshot.h"

namespace shardwright {

// Bytes and rows of every range and pin, counted on its owner (one scan of each table), and places where the larger
// ranges can be cut, from a sample of their keys. Unavailable: an owner cannot be reached.
Result<ClusterSnapshot> liveSnapshot(Workspace& workspace, const KeyspaceName& keyspace, std::stop_token stop);

}  // namespace shardwright
