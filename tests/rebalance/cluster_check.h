// What must hold of a cluster at rest, looked at from outside: the files, the ledger and the catalog, whoever wrote them.
#pragma once

#include <string>
#include <vector>

#include "tests/rebalance/move_cluster.h"

namespace shardwright::test {

// What is wrong; nothing: all is as it should be.
//   rows    nothing lost, doubled, resurrected, misplaced, and enough acknowledged writes to tell
//   guards  source and target accept exactly what the map in force gives them; nothing is left closed for everybody
//   map     every shard has published the version in force
//   objects of moves are left only while a way back is armed, and then not for the capture of the source
//   catalog sound: pages, chain of the audit, maps, decisions
std::vector<std::string> faultsOf(const MoveCluster& cluster, std::int64_t leastAcknowledged);

// The part that needs no ledger.
std::vector<std::string> guardFaults(const MoveCluster& cluster);

}  // namespace shardwright::test
