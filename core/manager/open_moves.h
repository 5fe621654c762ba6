// OpenMoves: the moves of a keyspace that have begun and not ended, and with them which shard may hold rows that it does
// not own: the target's copy before a cut-over, the source's way back after it.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/manager/workspace.h"
#include "core/plan/plan.h"

namespace shardwright {

struct OpenMove {
  MoveRow row;
  PlannedMove move;
  PlacedPart part;
};

class OpenMoves {
 public:
  static Result<OpenMoves> of(Catalog& catalog, const Keyspace& keyspace);

  const std::vector<OpenMove>& moves() const { return m_moves; }
  // The open move because of which `shard` may hold rows of `key`; null: none.
  const OpenMove* holding(const ShardId& shard, const Key& key, const Token& token) const;

  // Equal as long as no move began, took another phase, or ended.
  const std::string& fingerprint() const { return m_fingerprint; }

 private:
  std::vector<OpenMove> m_moves;
  std::string m_fingerprint;
};

bool carries(const PlacedPart& part, const Key& key, const Token& token);

}  // namespace shardwright
