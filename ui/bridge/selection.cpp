#include "ui/bridge/selection.h"

namespace shardwright::ui {

void Selection::setKeyspace(const KeyspaceName& keyspace) {
  if (keyspace == m_keyspace) return;
  m_keyspace = keyspace;
  m_ranges.clear();
  Q_EMIT keyspaceChanged();
  Q_EMIT changed();
}

void Selection::setShards(std::set<ShardId> shards) {
  if (shards == m_shards) return;
  m_shards = std::move(shards);
  Q_EMIT changed();
}

void Selection::setRanges(std::vector<TokenRange> ranges) {
  if (ranges == m_ranges) return;
  m_ranges = std::move(ranges);
  Q_EMIT changed();
}

void Selection::setPlan(const PlanId& plan) {
  if (plan == m_plan) return;
  m_plan = plan;
  m_moves.clear();
  Q_EMIT planChanged();
  Q_EMIT changed();
}

void Selection::setMoves(std::set<MoveId> moves) {
  if (moves == m_moves) return;
  m_moves = std::move(moves);
  Q_EMIT changed();
}

void Selection::clear() {
  m_shards.clear();
  m_ranges.clear();
  m_moves.clear();
  Q_EMIT changed();
}

}  // namespace shardwright::ui
