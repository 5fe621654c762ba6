// LiveSnapshot: the cluster as the planner sees it, measured now.
#pragma once

#include <optional>
#include <stop_token>

#include "core/base/result.h"
#include "core/manager/workspace.h"
#include "core/plan/snapshot.h"

namespace shardwright {

// Bytes and rows of every range and pin, counted on its owner (one scan of each table); reads and writes of the last day as
// two more dimensions where anything has counted them; places where the larger ranges can be cut, from a sample of their
// keys; and the keys that weigh most, `asked` first. Unavailable: an owner cannot be reached.
Result<ClusterSnapshot> liveSnapshot(Workspace& workspace, const KeyspaceName& keyspace, const std::optional<Key>& asked,
                                     std::stop_token stop);

}  // namespace shardwright
