// Handover: stretches of the line, and keys, that change their owner by a map made by hand, without a move. Only what has no
// row may do so, and no row may come while that is found out: whoever loses a part closes it first and is looked at then
// (moves.md: fence, then look). Until the map is in force every failure opens it again; after a crash doctor --fix does.
#pragma once

#include <map>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/manager/workspace.h"
#include "core/map/map_diff.h"

namespace shardwright {

class Handover {
 public:
  // `before` is in force, `after` the next version; both stay where they are while this lives.
  Handover(Workspace& workspace, const Keyspace& keyspace, const ShardMap& before, const ShardMap& after, const MapDiff& diff);

  // Closes what changes its owner. Refused, with an example, where a row lies in it; then, or after another failure,
  // everything is open again.
  Done close(std::stop_token stop);
  Done openAgain();  // the map in force has its say

 private:
  void lose(const std::optional<ShardId>& loser, PlacedPart part);
  Done closeOn(const ShardId& id, const std::vector<PlacedPart>& parts, const std::stop_token& stop);

  Workspace& m_workspace;
  const Keyspace& m_keyspace;
  const ShardMap& m_before;
  std::map<ShardId, std::vector<PlacedPart>> m_lost;
};

// What a map says, told to the guards there are, and published. All shards are tried; the error names those that failed.
Done placeBy(Workspace& workspace, const Keyspace& keyspace, const ShardMap& map, const std::vector<Shard>& shards);

}  // namespace shardwright
