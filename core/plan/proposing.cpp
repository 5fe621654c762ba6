#include "core/plan/proposing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/base/text.h"

namespace shardwright {

double reported(double value) { return std::round(value * 1e9) / 1e9; }

std::vector<std::vector<std::int64_t>> shardLoads(const ClusterSnapshot& snapshot) {
  std::map<ShardId, std::size_t> index;
  for (std::size_t s = 0; s < snapshot.shards.size(); ++s) index[snapshot.shards[s].name] = s;
  std::vector<std::vector<std::int64_t>> loads(snapshot.shards.size(), std::vector<std::int64_t>(snapshot.dimensions.size(), 0));
  for (const SnapshotRange& range : snapshot.ranges) {
    if (!range.shard) continue;
    std::vector<std::int64_t>& mine = loads[index.at(*range.shard)];
    for (std::size_t d = 0; d < mine.size(); ++d) mine[d] += range.loads[d];
  }
  return loads;
}

std::vector<std::int64_t> Proposing::loadsOf(const Relocation& relocation) const {
  const ClusterSnapshot& snapshot = *m_model.snapshot;
  if (relocation.key) return relocation.keyLoads;
  std::vector<std::int64_t> loads;
  for (std::size_t d = 0; d < snapshot.dimensions.size(); ++d)
    loads.push_back(sliceAmount(snapshot.ranges[relocation.slice.range], relocation.slice, d));
  return loads;
}

PlacementSummary Proposing::summary(const std::vector<std::vector<std::int64_t>>& loads) const {
  const PlacementProblem& problem = m_model.problem;
  PlacementSummary out;
  for (ShardIndex s = 0; s < problem.shards; ++s) {
    ShardLoad& shard = out.perShard.emplace_back();
    shard.shard = m_model.snapshot->shards[s].name;
    shard.loads = loads[s];
    if (!problem.receives[s]) continue;
    shard.utilisation = 0;
    for (std::size_t d = 0; d < problem.dims; ++d) {
      if (!problem.balanced[d]) continue;
      const double load = std::ldexp(static_cast<double>(loads[s][m_model.dims[d].snapshot]), m_model.dims[d].shift);
      const double share = load == 0 ? 0 : load / static_cast<double>(problem.capacity[s * problem.dims + d]);
      shard.utilisation = std::max(*shard.utilisation, reported(share));
    }
    out.maxUtilisation = std::max(out.maxUtilisation.value_or(0), *shard.utilisation);
  }
  return out;
}

std::vector<WaveShard> Proposing::waveShards() const {
  const std::vector<std::vector<std::int64_t>> held = shardLoads(*m_model.snapshot);
  std::vector<WaveShard> shards(held.size());
  for (ShardIndex s = 0; s < shards.size(); ++s) {
    shards[s].slotsIn = m_model.snapshot->shards[s].slotsIn;
    shards[s].slotsOut = m_model.snapshot->shards[s].slotsOut;
    for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
      shards[s].held.push_back(held[s][m_model.dims[d].snapshot] << m_model.dims[d].shift);
      shards[s].cap.push_back(m_model.problem.arrivalCap[s * m_model.dims.size() + d]);
    }
  }
  return shards;
}

std::vector<WaveMove> Proposing::waveMoves(const std::vector<Relocation>& relocations) const {
  std::vector<WaveMove> moves;
  for (const Relocation& one : relocations) {
    WaveMove& move = moves.emplace_back();
    move.source = one.source;
    move.target = one.target;
    move.bytes = one.key ? 0 : sliceBytes(*m_model.snapshot, one.slice);
    const std::vector<std::int64_t> loads = loadsOf(one);
    for (const ModelDimension& d : m_model.dims) move.load.push_back(loads[d.snapshot] << d.shift);
  }
  return moves;
}

void Proposing::refuseBlocked(PlanProposal& out, const WaveSchedule& schedule, const std::vector<Relocation>& relocations) const {
  const ClusterSnapshot& snapshot = *m_model.snapshot;
  for (std::size_t b = 0; b < schedule.blocked.size(); ++b) {
    const Relocation& one = relocations[schedule.blocked[b]];
    const ModelDimension& d = m_model.dims[schedule.tight[b]];
    const std::int64_t missing = schedule.missing[b] >> d.shift;
    const std::string& unit = snapshot.dimensions[d.snapshot];
    out.refused.push_back({one.key ? "key " + printable(one.key->toText(), 80) : partName(snapshot.ranges[one.slice.range]),
                           fmt::format("cannot start: {} lacks {} of room, and every move that would free some waits for another; "
                                       "free some there, or raise its capacity",
                                       snapshot.shards[one.target].name.text(),
                                       unit == "bytes" ? formatBytes(missing) : formatCount(missing) + " " + unit)});
  }
  out.blocked = !schedule.blocked.empty();
}

ProposedMove Proposing::moveOf(const Relocation& one, int wave) const {
  const ClusterSnapshot& snapshot = *m_model.snapshot;
  const SnapshotRange& range = snapshot.ranges[one.slice.range];
  ProposedMove move;
  move.range = range.id;
  move.pin = one.key ? one.key : range.pin;
  if (!move.pin) move.tokens = sliceTokens(range, one.slice);
  move.source = snapshot.shards[one.source].name;
  move.target = snapshot.shards[one.target].name;
  move.wave = wave;
  move.reason = one.reason;
  if (one.key) {
    const auto bytes = dimensionNamed(snapshot, "bytes"), rows = dimensionNamed(snapshot, "rows");
    move.bytes = bytes ? one.keyLoads[*bytes] : 0;
    move.rows = rows ? one.keyLoads[*rows] : 0;
  } else {
    move.bytes = sliceBytes(snapshot, one.slice);
    move.rows = sliceRows(snapshot, one.slice);
  }
  return move;
}

// Leaves those relocations that can start, in the order of the plan.
void Proposing::addMoves(PlanProposal& out, std::vector<Relocation>& relocations) const {
  const WaveSchedule schedule = scheduleWaves(waveMoves(relocations), waveShards());
  refuseBlocked(out, schedule, relocations);
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < relocations.size(); ++k)
    if (schedule.wave[k] > 0) order.push_back(k);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(schedule.wave[a], relocations[a].source, relocations[a].target) <
           std::tuple(schedule.wave[b], relocations[b].source, relocations[b].target);
  });
  std::vector<Relocation> kept;
  for (const std::size_t k : order) {
    out.moves.push_back(moveOf(relocations[k], schedule.wave[k]));
    kept.push_back(relocations[k]);
  }
  relocations = std::move(kept);
}

// A cut stands where the parts on its two sides do not end on one shard.
void Proposing::addSplits(PlanProposal& out, const std::vector<Relocation>& relocations) const {
  std::set<Token> splits(out.splits.begin(), out.splits.end());
  for (const Relocation& one : relocations) {
    const SnapshotRange& range = m_model.snapshot->ranges[one.slice.range];
    if (one.key) continue;
    if (one.slice.from > 0) splits.insert(range.splitPoints[one.slice.from - 1].at);
    if (one.slice.until <= range.splitPoints.size()) splits.insert(range.splitPoints[one.slice.until - 1].at);
  }
  out.splits.assign(splits.begin(), splits.end());
}

// Of capacities that the operator has declared; a fair share can be exceeded without anything being full.
double Proposing::declaredFill(ShardIndex s, const PlacementSummary& summary) const {
  double fill = 0;
  for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
    const std::size_t k = m_model.dims[d].snapshot;
    const auto& capacity = m_model.snapshot->shards[s].capacity[k];
    if (capacity && *capacity > 0) fill = std::max(fill, static_cast<double>(summary.perShard[s].loads[k]) / static_cast<double>(*capacity));
  }
  return fill;
}

void Proposing::addRisks(PlanProposal& out, const std::vector<Relocation>& kept) const {
  const ClusterSnapshot& snapshot = *m_model.snapshot;
  if (snapshot.generated)
    out.risks.push_back({"generated-load", "some of the loads this plan rests on are made up, not measured"});
  for (std::size_t d = 0; d < m_model.dims.size(); ++d)
    if (m_model.problem.balanced[d] && m_model.dims[d].byWeight)
      out.risks.push_back({"no-capacity", fmt::format("not every shard declares its capacity in {}; 100 % is a shard's fair share by weight",
                                                      snapshot.dimensions[m_model.dims[d].snapshot])});
  for (ShardIndex s = 0; s < snapshot.shards.size(); ++s) {
    const double before = declaredFill(s, out.before), after = declaredFill(s, out.after);
    if (after > before && after > 0.9)
      out.risks.push_back({"target-fills", fmt::format("{} will be {:.1f} % full", snapshot.shards[s].name.text(), after * 100)});
  }
  // Sources keep their copies until clean-up, which is a step of its own.
  std::vector<std::int64_t> arriving(snapshot.shards.size() * m_model.dims.size(), 0);
  for (const Relocation& one : kept) {
    const std::vector<std::int64_t> loads = loadsOf(one);
    for (std::size_t d = 0; d < m_model.dims.size(); ++d) arriving[one.target * m_model.dims.size() + d] += loads[m_model.dims[d].snapshot];
  }
  for (ShardIndex s = 0; s < snapshot.shards.size(); ++s)
    for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
      const std::int64_t cap = m_model.problem.arrivalCap[s * m_model.dims.size() + d] >> m_model.dims[d].shift;
      const std::int64_t most = out.before.perShard[s].loads[m_model.dims[d].snapshot] + arriving[s * m_model.dims.size() + d];
      if (arriving[s * m_model.dims.size() + d] > 0 && most > cap)
        out.risks.push_back({"clean-up-between", fmt::format("{} holds what it gave away until clean-up: with everything that arrives it would "
                                                             "be over its limit of {}; clean up between the waves",
                                                             snapshot.shards[s].name.text(),
                                                             snapshot.dimensions[m_model.dims[d].snapshot] == "bytes" ? formatBytes(cap)
                                                                                                                     : formatCount(cap))});
    }
}

PlanProposal Proposing::make(std::vector<Relocation> relocations, std::vector<Token> splits, std::vector<Token> merges) const {
  PlanProposal out;
  out.dimensions = m_model.snapshot->dimensions;
  out.splits = std::move(splits);
  out.merges = std::move(merges);
  out.refused = m_model.refused;
  std::vector<std::vector<std::int64_t>> loads = shardLoads(*m_model.snapshot);
  out.before = summary(loads);
  addMoves(out, relocations);
  for (const Relocation& one : relocations) {
    const std::vector<std::int64_t> moved = loadsOf(one);
    for (std::size_t d = 0; d < moved.size(); ++d) {
      loads[one.source][d] -= moved[d];
      loads[one.target][d] += moved[d];
    }
  }
  out.after = summary(loads);
  addSplits(out, relocations);
  addRisks(out, relocations);
  const bool something = !out.moves.empty() || !out.splits.empty() || !out.merges.empty();
  out.outcome = something ? PlanProposal::Outcome::Planned : PlanProposal::Outcome::NoActionNeeded;
  return out;
}

std::string boundReason(const PlanModel& model, const UtilisationBound& bound, bool splits) {
  const std::string& dimension = model.snapshot->dimensions[model.dims[bound.dim].snapshot];
  switch (bound.kind) {
    case UtilisationBound::Kind::Volume: return fmt::format("total {} over total capacity", dimension);
    case UtilisationBound::Kind::Zone: {
      const SnapshotRange* tagged = nullptr;
      for (ItemIndex i = 0; i < model.problem.items() && !tagged; ++i)
        if (model.problem.klass[i] == bound.klass) tagged = &model.rangeOf(i);
      if (tagged && !tagged->tag.empty())
        return fmt::format("the {} that must lie in zone {} over the capacity there", dimension, printable(tagged->tag, 60));
      return fmt::format("{} that is held where it is, over the capacity there", dimension);
    }
    case UtilisationBound::Kind::Biggest: {
      const SnapshotRange& range = model.rangeOf(bound.item);
      const std::string what = partName(range);
      if (model.isGroup(bound.item)) return fmt::format("the {} of the group of {}, which stays together", dimension, what);
      if (range.pin) return fmt::format("the {} of {} alone", dimension, what);
      if (!model.divisible(bound.item)) return fmt::format("the {} of {} alone, which has no sampled keys to split it at", dimension, what);
      if (!splits) return fmt::format("the {} of {} alone; allow splits", dimension, what);
      return fmt::format("the {} of the heaviest key or sampled part of {}", dimension, what);
    }
    case UtilisationBound::Kind::Packing: return fmt::format("the heaviest ranges in {}, of which some shard must hold several", dimension);
  }
  return {};
}

}  // namespace shardwright
