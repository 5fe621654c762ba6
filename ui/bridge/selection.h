// Selection: what is chosen, shared by all pages. Choosing in one place highlights in all others.
#pragma once

#include <QObject>
#include <set>

#include "core/domain/ids.h"
#include "core/domain/token.h"

namespace shardwright::ui {

class Selection : public QObject {
  Q_OBJECT

 public:
  const KeyspaceName& keyspace() const { return m_keyspace; }
  const std::set<ShardId>& shards() const { return m_shards; }
  const std::vector<TokenRange>& ranges() const { return m_ranges; }  // of the keyspace
  const PlanId& plan() const { return m_plan; }
  const std::set<MoveId>& moves() const { return m_moves; }           // of the plan

  void setKeyspace(const KeyspaceName& keyspace);  // ranges are those of one keyspace: they go
  void setShards(std::set<ShardId> shards);
  void setRanges(std::vector<TokenRange> ranges);
  void setPlan(const PlanId& plan);                // moves go
  void setMoves(std::set<MoveId> moves);
  void clear();                                    // all but the keyspace and the plan

 Q_SIGNALS:
  void keyspaceChanged();
  void planChanged();
  void changed();  // any of it

 private:
  KeyspaceName m_keyspace;
  std::set<ShardId> m_shards;
  std::vector<TokenRange> m_ranges;
  PlanId m_plan;
  std::set<MoveId> m_moves;
};

}  // namespace shardwright::ui
