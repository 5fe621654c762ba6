#include "core/plan/explicit_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/text.h"

namespace shardwright {

PlanProposal ExplicitPlan::make(std::vector<Relocation> moves, std::vector<Token> splits, std::vector<Token> merges) const {
  PlanProposal out = Proposing(m_model, m_goals).make(std::move(moves), std::move(splits), std::move(merges));
  out.bounds.movedBytes = out.movedBytes();
  const UtilisationBound bound = utilisationBound(m_model.problem, smallestParts(m_model, true));
  out.bounds.maxUtilisation = reported(bound.ratio.num == 0 ? 0 : bound.ratio.value());
  if (out.after.maxUtilisation) out.bounds.maxUtilisation = std::min(*out.bounds.maxUtilisation, *out.after.maxUtilisation);
  out.bounds.reason = boundReason(m_model, bound, true);
  return out;
}

Result<ShardIndex> ExplicitPlan::shardNamed(const ShardId& name) const {
  for (ShardIndex s = 0; s < m_snapshot.shards.size(); ++s)
    if (m_snapshot.shards[s].name == name) return s;
  return notFound(fmt::format("there is no shard \"{}\" in the snapshot", printable(name.text(), 60)));
}

Done ExplicitPlan::checkRoom(ShardIndex s, const std::vector<std::int64_t>& loads) const {
  const SnapshotShard& shard = m_snapshot.shards[s];
  if (!m_model.problem.receives[s])
    return refused(fmt::format("{} cannot take load: it is {}", shard.name.text(),
                               shard.state == ShardState::Active ? std::string_view("without capacity") : shardStateName(shard.state)));
  if (const auto lacks = lacking(s, loads)) return refused(fmt::format("{} has no room for this: it lacks {}", shard.name.text(), *lacks));
  return {};
}

Result<ShardIndex> ExplicitPlan::target(const std::set<ShardIndex>& notThese, const std::vector<std::int64_t>& loads) const {
  if (m_goals.to) {
    const ShardIndex s = TRY(shardNamed(*m_goals.to));
    TRY(checkRoom(s, loads));
    return s;
  }
  std::optional<ShardIndex> best;
  for (ShardIndex s = 0; s < m_snapshot.shards.size(); ++s) {
    if (!m_model.problem.receives[s] || notThese.contains(s) || lacking(s, loads)) continue;
    if (!best || levelWith(s, loads) < levelWith(*best, loads)) best = s;
  }
  if (!best) return refused("no other shard has room for this; add a shard, or name one with --to");
  return *best;
}

std::optional<std::string> ExplicitPlan::lacking(ShardIndex s, const std::vector<std::int64_t>& loads) const {
  for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
    const std::size_t k = m_model.dims[d].snapshot;
    const std::int64_t cap = m_model.problem.arrivalCap[s * m_model.dims.size() + d];
    const std::int64_t after = scaled(m_loads[s][k] + loads[k], d);
    if (loads[k] <= 0 || after <= cap) continue;
    const std::int64_t missing = (after - cap) >> m_model.dims[d].shift;
    return m_snapshot.dimensions[k] == "bytes" ? formatBytes(missing) : formatCount(missing) + " " + m_snapshot.dimensions[k];
  }
  return std::nullopt;
}

Level ExplicitPlan::levelWith(ShardIndex s, const std::vector<std::int64_t>& loads) const {
  Level level = 0;
  for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
    const std::size_t k = m_model.dims[d].snapshot;
    if (m_model.problem.balanced[d])
      level = std::max(level, levelOf(scaled(m_loads[s][k] + loads[k], d), m_model.problem.capacity[s * m_model.dims.size() + d]));
  }
  return level;
}

Result<ShardingStrategy> strategyOf(const ClusterSnapshot& snapshot) {
  if (!snapshot.strategy)
    return invalidInput("the snapshot does not say where its ranges begin and end; take it from a live keyspace, or name ranges by id");
  return ShardingStrategy::make(*snapshot.strategy);
}

std::vector<std::uint32_t> rangesOnLine(const ClusterSnapshot& snapshot) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t r = 0; r < snapshot.ranges.size(); ++r)
    if (snapshot.ranges[r].tokens && !snapshot.ranges[r].pin) out.push_back(r);
  std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
    return snapshot.ranges[a].tokens->from < snapshot.ranges[b].tokens->from;
  });
  return out;
}

Slice wholeSlice(const ClusterSnapshot& snapshot, std::uint32_t range) {
  return {range, 0, static_cast<std::uint32_t>(snapshot.ranges[range].splitPoints.size()) + 1};
}

Done refuseHeld(const SnapshotRange& range) {
  if (!range.pinned) return {};
  return refused(fmt::format("{} is held where it is; release it first", partName(range)));
}

}  // namespace shardwright
