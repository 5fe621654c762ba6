// What the goals share that say exactly what is to be done: targets with room, and a proposal with what is proven of it.
// Internal to core/plan.
#pragma once

#include <set>
#include <vector>

#include "core/plan/goals.h"
#include "core/plan/model.h"
#include "core/plan/proposing.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright {

class ExplicitPlan {
 public:
  ExplicitPlan(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanModel& model)
      : m_snapshot(snapshot), m_goals(goals), m_model(model), m_loads(shardLoads(snapshot)) {}

  PlanProposal make(std::vector<Relocation> moves, std::vector<Token> splits, std::vector<Token> merges) const;

  Result<ShardIndex> shardNamed(const ShardId& name) const;  // NotFound

  // The shard that was asked for, or the emptiest one that is none of these; it has room for `loads` more. Refused: there is
  // none, or the one asked for lacks room.
  Result<ShardIndex> target(const std::set<ShardIndex>& notThese, const std::vector<std::int64_t>& loads) const;
  Done checkRoom(ShardIndex s, const std::vector<std::int64_t>& loads) const;  // Refused

 private:
  std::int64_t scaled(std::int64_t load, std::size_t d) const { return load << m_model.dims[d].shift; }
  std::optional<std::string> lacking(ShardIndex s, const std::vector<std::int64_t>& loads) const;
  Level levelWith(ShardIndex s, const std::vector<std::int64_t>& loads) const;

  const ClusterSnapshot& m_snapshot;
  const PlanGoals& m_goals;
  const PlanModel& m_model;
  std::vector<std::vector<std::int64_t>> m_loads;
};

Result<ShardingStrategy> strategyOf(const ClusterSnapshot& snapshot);  // InvalidInput: it says of no range where it begins
std::vector<std::uint32_t> rangesOnLine(const ClusterSnapshot& snapshot);  // those with known bounds, in order of the line
Slice wholeSlice(const ClusterSnapshot& snapshot, std::uint32_t range);
Done refuseHeld(const SnapshotRange& range);  // Refused: it is pinned where it is

}  // namespace shardwright
