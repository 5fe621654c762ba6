// Goals that say what is to be done: move, split, merge, isolate. The planner adds what it costs, where there is a choice
// of target, and what speaks against it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/bytes.h"
#include "core/base/text.h"
#include "core/plan/goals.h"
#include "core/plan/model.h"
#include "core/plan/plan_words.h"
#include "core/plan/proposing.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright {

namespace {

Result<ShardingStrategy> strategyOf(const ClusterSnapshot& snapshot) {
  if (!snapshot.strategy)
    return invalidInput("the snapshot does not say where its ranges begin and end; take it from a live keyspace, or name ranges by id");
  return ShardingStrategy::make(*snapshot.strategy);
}

class Explicit {
 public:
  Explicit(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanModel& model)
      : m_snapshot(snapshot), m_goals(goals), m_model(model), m_loads(shardLoads(snapshot)) {}

  PlanProposal make(std::vector<Relocation> moves, std::vector<Token> splits, std::vector<Token> merges) const {
    PlanProposal out = Proposing(m_model, m_goals).make(std::move(moves), std::move(splits), std::move(merges));
    out.bounds.movedBytes = out.movedBytes();
    const UtilisationBound bound = utilisationBound(m_model.problem, smallestParts(m_model, true));
    out.bounds.maxUtilisation = reported(bound.ratio.num == 0 ? 0 : bound.ratio.value());
    if (out.after.maxUtilisation) out.bounds.maxUtilisation = std::min(*out.bounds.maxUtilisation, *out.after.maxUtilisation);
    out.bounds.reason = boundReason(m_model, bound, true);
    return out;
  }

  Result<ShardIndex> shardNamed(const ShardId& name) const {
    for (ShardIndex s = 0; s < m_snapshot.shards.size(); ++s)
      if (m_snapshot.shards[s].name == name) return s;
    return notFound(fmt::format("there is no shard \"{}\" in the snapshot", printable(name.text(), 60)));
  }

  // The shard that was named, or the emptiest other one; it must be able to take `bytes` more.
  Result<ShardIndex> target(const std::set<ShardIndex>& notThese, const std::vector<std::int64_t>& loads) const {
    if (m_goals.to) {
      const ShardIndex s = TRY(shardNamed(*m_goals.to));
      if (!m_model.problem.receives[s])
        return refused(fmt::format("{} cannot take load: it is {}", m_goals.to->text(),
                                   m_snapshot.shards[s].state == ShardState::Active ? std::string_view("without capacity")
                                                                                     : shardStateName(m_snapshot.shards[s].state)));
      if (const auto lacks = lacking(s, loads))
        return refused(fmt::format("{} has no room for this: it lacks {}", m_goals.to->text(), *lacks));
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

  const std::vector<std::vector<std::int64_t>>& loads() const { return m_loads; }

 private:
  std::int64_t scaled(std::int64_t load, std::size_t d) const { return load << m_model.dims[d].shift; }

  std::optional<std::string> lacking(ShardIndex s, const std::vector<std::int64_t>& loads) const {
    for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
      const std::size_t k = m_model.dims[d].snapshot;
      const std::int64_t cap = m_model.problem.arrivalCap[s * m_model.dims.size() + d];
      const std::int64_t after = scaled(m_loads[s][k] + loads[k], d);
      if (loads[k] > 0 && after > cap)
        return m_snapshot.dimensions[k] == "bytes" ? formatBytes((after - cap) >> m_model.dims[d].shift)
                                                   : formatCount((after - cap) >> m_model.dims[d].shift) + " " + m_snapshot.dimensions[k];
    }
    return std::nullopt;
  }

  Level levelWith(ShardIndex s, const std::vector<std::int64_t>& loads) const {
    Level level = 0;
    for (std::size_t d = 0; d < m_model.dims.size(); ++d) {
      const std::size_t k = m_model.dims[d].snapshot;
      if (m_model.problem.balanced[d])
        level = std::max(level, levelOf(scaled(m_loads[s][k] + loads[k], d), m_model.problem.capacity[s * m_model.dims.size() + d]));
    }
    return level;
  }

  const ClusterSnapshot& m_snapshot;
  const PlanGoals& m_goals;
  const PlanModel& m_model;
  std::vector<std::vector<std::int64_t>> m_loads;
};

// Ranges with known bounds, in order of the line.
std::vector<std::uint32_t> rangesOnLine(const ClusterSnapshot& snapshot) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t r = 0; r < snapshot.ranges.size(); ++r)
    if (snapshot.ranges[r].tokens && !snapshot.ranges[r].pin) out.push_back(r);
  std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
    return snapshot.ranges[a].tokens->from < snapshot.ranges[b].tokens->from;
  });
  return out;
}

// Makes `at` a split point of the range, with loads between those of its neighbours if it is none yet.
void addSplitPoint(SnapshotRange& range, const Token& at) {
  if (at <= range.tokens->from || (range.tokens->until && at >= *range.tokens->until)) return;
  const auto next = std::lower_bound(range.splitPoints.begin(), range.splitPoints.end(), at,
                                     [](const SplitPoint& point, const Token& token) { return point.at < token; });
  if (next != range.splitPoints.end() && next->at == at) return;
  const std::vector<std::int64_t>& after = next == range.splitPoints.end() ? range.loads : next->below;
  const std::vector<std::int64_t> nothing(range.loads.size(), 0);
  const std::vector<std::int64_t>& before = next == range.splitPoints.begin() ? nothing : std::prev(next)->below;
  SplitPoint point{at, {}};
  for (std::size_t d = 0; d < range.loads.size(); ++d) point.below.push_back(before[d] + (after[d] - before[d]) / 2);
  range.splitPoints.insert(next, std::move(point));
}

Slice sliceWithin(const ClusterSnapshot& snapshot, std::uint32_t r, const TokenRange& wanted) {
  const SnapshotRange& range = snapshot.ranges[r];
  Slice slice{r, 0, static_cast<std::uint32_t>(range.splitPoints.size()) + 1};
  for (std::uint32_t k = 0; k < range.splitPoints.size(); ++k) {
    if (range.splitPoints[k].at == wanted.from) slice.from = k + 1;
    if (wanted.until && range.splitPoints[k].at == *wanted.until) slice.until = k + 1;
  }
  return slice;
}

// The slices that a move of `goals.range` or `goals.rangeIds` takes along. May add split points to the snapshot.
Result<std::vector<Slice>> slicesOf(ClusterSnapshot& snapshot, const PlanGoals& goals) {
  std::vector<Slice> out;
  if (goals.range) {
    TRY(strategyOf(snapshot));
    for (const std::uint32_t r : rangesOnLine(snapshot)) {
      SnapshotRange& range = snapshot.ranges[r];
      if (!range.tokens->overlaps(*goals.range)) continue;
      addSplitPoint(range, goals.range->from);
      if (goals.range->until) addSplitPoint(range, *goals.range->until);
      out.push_back(sliceWithin(snapshot, r, *goals.range));
    }
  }
  for (const std::string& id : goals.rangeIds) {
    const auto found = std::find_if(snapshot.ranges.begin(), snapshot.ranges.end(), [&](const SnapshotRange& r) { return r.id == id; });
    if (found == snapshot.ranges.end()) return notFound(fmt::format("there is no range \"{}\" in the snapshot", printable(id, 80)));
    out.push_back({static_cast<std::uint32_t>(found - snapshot.ranges.begin()), 0, static_cast<std::uint32_t>(found->splitPoints.size()) + 1});
  }
  if (out.empty()) return invalidInput("say which range: --range A..B");
  return out;
}

std::int64_t weightOfSlice(const ClusterSnapshot& snapshot, const Slice& slice, std::size_t d) {
  return sliceAmount(snapshot.ranges[slice.range], slice, d);
}

}  // namespace

Result<PlanProposal> planMove(const ClusterSnapshot& given, const PlanGoals& goals, const PlanOptions& options) {
  if (goals.key) return planKey(given, goals, options);
  ClusterSnapshot snapshot = given;
  const std::vector<Slice> slices = TRY(slicesOf(snapshot, goals));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  const Explicit plan(snapshot, goals, model);
  std::set<ShardIndex> owners;
  std::vector<std::int64_t> total(snapshot.dimensions.size(), 0);
  std::optional<ShardIndex> to;
  if (goals.to) to = TRY(plan.shardNamed(*goals.to));
  std::vector<std::pair<Slice, ShardIndex>> moving;
  std::vector<RefusedCandidate> refusals;
  for (const Slice& slice : slices) {
    const SnapshotRange& range = snapshot.ranges[slice.range];
    if (!range.shard) {
      refusals.push_back({"range " + range.id, "belongs to nobody; give it to a shard by a new version of the map"});
      continue;
    }
    if (range.pinned) return refused(fmt::format("range {} is held where it is; release it first", printable(range.id, 80)));
    const ShardIndex owner = TRY(plan.shardNamed(*range.shard));
    owners.insert(owner);
    if (owner == to) continue;
    moving.emplace_back(slice, owner);
    for (std::size_t d = 0; d < total.size(); ++d) total[d] += weightOfSlice(snapshot, slice, d);
  }
  std::vector<Relocation> moves;
  if (!moving.empty()) {
    const ShardIndex target = TRY(plan.target(owners, total));
    for (const auto& [slice, owner] : moving) moves.push_back({slice, owner, target, "asked for by the operator", std::nullopt, {}});
  }
  PlanProposal out = plan.make(std::move(moves), {}, {});
  out.refused.insert(out.refused.end(), refusals.begin(), refusals.end());
  out.sentence = out.outcome == PlanProposal::Outcome::Planned
                     ? fmt::format("{} of data go to {}.", formatBytes(out.movedBytes()), out.moves.empty() ? "-" : out.moves.front().target.text())
                     : "No action needed: the range is where it should be.";
  return out;
}

Result<PlanProposal> planKey(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  if (!goals.key) return invalidInput("say which key: --key K");
  const ShardingStrategy strategy = TRY(strategyOf(snapshot));
  const Token token = TRY(strategy.tokenOf(*goals.key));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  const Explicit plan(snapshot, goals, model);
  std::optional<std::uint32_t> holder;
  for (std::uint32_t r = 0; r < snapshot.ranges.size(); ++r) {
    const SnapshotRange& range = snapshot.ranges[r];
    if (range.pin == goals.key) {
      holder = r;
      break;
    }
    if (!range.pin && range.tokens && range.tokens->contains(token)) holder = r;
  }
  const std::string name = printable(goals.key->toText(), 80);
  if (!holder || !snapshot.ranges[*holder].shard) return refused(fmt::format("the key {} belongs to nobody", name));
  const SnapshotRange& range = snapshot.ranges[*holder];
  const ShardIndex source = TRY(plan.shardNamed(*range.shard));
  std::vector<std::int64_t> loads(snapshot.dimensions.size(), 0);
  bool measured = true;
  if (range.pin) loads = range.loads;
  else if (range.hotKey && range.hotKey->key == *goals.key) loads = range.hotKey->loads;
  else measured = false;
  std::vector<Relocation> moves;
  std::optional<ShardIndex> to;
  if (goals.to) to = TRY(plan.shardNamed(*goals.to));
  if (to != source) {
    const ShardIndex target = TRY(plan.target({source}, loads));
    Relocation move{{*holder, 0, static_cast<std::uint32_t>(range.splitPoints.size()) + 1}, source, target, "", *goals.key, loads};
    move.reason = goals.kind == GoalKind::Isolate ? "one hot key, taken out of its range" : "asked for by the operator";
    moves.push_back(std::move(move));
  }
  PlanProposal out = plan.make(std::move(moves), {}, {});
  if (!measured && !out.moves.empty())
    out.risks.push_back({"size-unknown", fmt::format("rows and bytes of the key {} are not measured; the plan counts them as 0", name)});
  out.sentence = out.moves.empty() ? fmt::format("No action needed: the key {} is on {}.", name, range.shard->text())
                                   : fmt::format("The key {} goes to {} and stays there, pinned.", name, out.moves.front().target.text());
  return out;
}

namespace {

// The cut that leaves the smallest greater half, over all dimensions that are balanced.
std::optional<Token> halvingPoint(const SnapshotRange& range, const PlanModel& model) {
  std::optional<Token> best;
  double bestGreater = 2;
  for (std::uint32_t cut = 1; cut <= range.splitPoints.size(); ++cut) {
    double greater = 0;
    for (std::size_t d = 0; d < model.dims.size(); ++d) {
      const std::size_t k = model.dims[d].snapshot;
      if (!model.problem.balanced[d] || range.loads[k] == 0) continue;
      const double left = static_cast<double>(range.splitPoints[cut - 1].below[k]) / static_cast<double>(range.loads[k]);
      greater = std::max({greater, left, 1 - left});
    }
    if (greater < bestGreater) {
      bestGreater = greater;
      best = range.splitPoints[cut - 1].at;
    }
  }
  return best;
}

// The middle of a stretch of 8-byte tokens; hashes spread evenly, so half the tokens are half the rows.
std::optional<Token> middleOfHashes(const TokenRange& tokens) {
  const auto number = [](const Token& token, std::uint64_t otherwise) {
    return token.isBeginning() ? otherwise : readBigEndian64(token.bytes).value_or(otherwise);
  };
  const std::uint64_t from = number(tokens.from, 0);
  const std::uint64_t until = tokens.until ? number(*tokens.until, UINT64_MAX) : UINT64_MAX;
  const std::uint64_t middle = from + (until - from) / 2;
  if (middle <= from) return std::nullopt;
  return Token{bigEndian64(middle)};
}

}  // namespace

Result<PlanProposal> planSplit(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  const ShardingStrategy strategy = TRY(strategyOf(snapshot));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  const std::vector<std::uint32_t> line = rangesOnLine(snapshot);
  std::set<Token> splits;
  std::vector<RefusedCandidate> refusals;
  for (const Token& at : goals.at) {
    const auto found = std::find_if(line.begin(), line.end(), [&](std::uint32_t r) { return snapshot.ranges[r].tokens->contains(at); });
    if (found == line.end()) return invalidInput(fmt::format("{} lies in no range of the snapshot", strategy.formatToken(at)));
    if (at.isBeginning() || snapshot.ranges[*found].tokens->from == at) {
      refusals.push_back({strategy.formatToken(at), "is a bound already"});
    } else {
      splits.insert(at);
    }
  }
  if (goals.at.empty()) {
    if (!goals.range && goals.rangeIds.empty()) return invalidInput("say what to split: --range A..B, or the bounds with --at KEY");
    for (const std::uint32_t r : line) {
      const SnapshotRange& range = snapshot.ranges[r];
      const bool named = std::find(goals.rangeIds.begin(), goals.rangeIds.end(), range.id) != goals.rangeIds.end();
      if (!named && !(goals.range && goals.range->contains(*range.tokens))) continue;
      std::optional<Token> at = halvingPoint(range, model);
      if (!at && strategy.kind() == StrategyKind::Hash) at = middleOfHashes(*range.tokens);
      if (at) splits.insert(*at);
      else refusals.push_back({"range " + range.id, "has no sampled keys; say where with --at KEY"});
    }
    if (splits.empty() && refusals.empty())
      return notFound("no range of the map lies inside the range that was given; name the bounds of one, or say where with --at KEY");
  }
  const Explicit plan(snapshot, goals, model);
  PlanProposal out = plan.make({}, {splits.begin(), splits.end()}, {});
  out.refused.insert(out.refused.end(), refusals.begin(), refusals.end());
  if (splits.empty() && !refusals.empty() && goals.at.empty()) return refused(refusals.front().subject + " " + refusals.front().reason);
  out.sentence = splits.empty() ? "No action needed: the bounds stand already."
                                : fmt::format("{} more bound{}; no data moves.", splits.size(), splits.size() == 1 ? "" : "s");
  return out;
}

namespace {

// Neighbours that are cold together: at most half a percent of their shard's capacity in every dimension.
bool coldTogether(const PlanModel& model, const SnapshotRange& a, const SnapshotRange& b, ShardIndex s) {
  for (std::size_t d = 0; d < model.dims.size(); ++d) {
    const std::size_t k = model.dims[d].snapshot;
    const std::int64_t capacity = model.problem.capacity[s * model.dims.size() + d];
    const Int128 together = static_cast<Int128>(a.loads[k] + b.loads[k]) << model.dims[d].shift;
    if (model.problem.balanced[d] && together * 200 > capacity) return false;
  }
  return true;
}

}  // namespace

Result<PlanProposal> planMerge(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  TRY(strategyOf(snapshot));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  const Explicit plan(snapshot, goals, model);
  const std::vector<std::uint32_t> line = rangesOnLine(snapshot);
  std::vector<Token> merges;
  std::vector<Relocation> moves;
  std::vector<RefusedCandidate> refusals;
  if (goals.range) {
    std::vector<std::uint32_t> members;
    std::map<ShardIndex, std::int64_t> bytes;
    std::vector<std::int64_t> total(snapshot.dimensions.size(), 0);
    for (const std::uint32_t r : line) {
      const SnapshotRange& range = snapshot.ranges[r];
      if (!goals.range->contains(*range.tokens)) continue;
      if (!range.shard) return refused(fmt::format("range {} belongs to nobody, so it cannot be merged", printable(range.id, 80)));
      members.push_back(r);
      const ShardIndex owner = TRY(plan.shardNamed(*range.shard));
      bytes[owner] += range.moveBytes;
    }
    if (members.size() < 2) return invalidInput("fewer than two ranges of the map lie inside the range that was given; there is nothing to merge");
    ShardIndex target = bytes.begin()->first;
    for (const auto& [shard, held] : bytes)
      if (held > bytes[target]) target = shard;
    if (goals.to) target = TRY(plan.shardNamed(*goals.to));
    for (std::size_t k = 0; k < members.size(); ++k) {
      const SnapshotRange& range = snapshot.ranges[members[k]];
      const Slice whole{members[k], 0, static_cast<std::uint32_t>(range.splitPoints.size()) + 1};
      const ShardIndex owner = TRY(plan.shardNamed(*range.shard));
      if (k > 0) merges.push_back(range.tokens->from);
      if (owner == target) continue;
      if (range.pinned) return refused(fmt::format("range {} is held where it is; release it first", printable(range.id, 80)));
      moves.push_back({whole, owner, target, "its neighbours are there, and they become one range", std::nullopt, {}});
      for (std::size_t d = 0; d < total.size(); ++d) total[d] += range.loads[d];
    }
    if (!moves.empty()) {
      PlanGoals towards = goals;
      towards.to = snapshot.shards[target].name;
      TRY(Explicit(snapshot, towards, model).target({}, total));
    }
  } else {
    std::optional<SnapshotRange> run;  // what has been merged so far, to the left
    for (const std::uint32_t r : line) {
      const SnapshotRange& range = snapshot.ranges[r];
      ShardIndex owner = 0;
      if (range.shard) owner = TRY(plan.shardNamed(*range.shard));
      const bool together = run && range.shard && run->shard == range.shard && run->tag == range.tag && run->group == range.group &&
                            run->tokens->until == range.tokens->from && coldTogether(model, *run, range, owner);
      if (!together) {
        run = range;
        continue;
      }
      merges.push_back(range.tokens->from);
      for (std::size_t d = 0; d < run->loads.size(); ++d) run->loads[d] += range.loads[d];
      run->tokens->until = range.tokens->until;
    }
  }
  PlanProposal out = plan.make(std::move(moves), {}, merges);
  out.sentence = out.outcome == PlanProposal::Outcome::NoActionNeeded
                     ? "No action needed: no neighbours on one shard are cold enough to become one range."
                     : fmt::format("{} bound{} fewer; {} of data move.", merges.size(), merges.size() == 1 ? "" : "s", formatBytes(out.movedBytes()));
  return out;
}

}  // namespace shardwright
