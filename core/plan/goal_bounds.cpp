// Goals about where ranges begin and end: split and merge.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/bytes.h"
#include "core/base/text.h"
#include "core/plan/explicit_plan.h"

namespace shardwright {

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

struct Cuts {
  std::set<Token> at;
  std::vector<RefusedCandidate> refused;
};

// Where the operator said.
Result<Cuts> cutsAsked(const ClusterSnapshot& snapshot, const std::vector<Token>& wanted, const ShardingStrategy& strategy) {
  const std::vector<std::uint32_t> line = rangesOnLine(snapshot);
  Cuts cuts;
  for (const Token& at : wanted) {
    const auto found = std::find_if(line.begin(), line.end(), [&](std::uint32_t r) { return snapshot.ranges[r].tokens->contains(at); });
    if (found == line.end()) return invalidInput(fmt::format("{} lies in no range of the snapshot", strategy.formatToken(at)));
    if (at.isBeginning() || snapshot.ranges[*found].tokens->from == at) cuts.refused.push_back({strategy.formatToken(at), "is a bound already"});
    else cuts.at.insert(at);
  }
  return cuts;
}

// Where the load of the ranges that were named halves.
Result<Cuts> cutsFound(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanModel& model, StrategyKind kind) {
  if (!goals.range && goals.rangeIds.empty()) return invalidInput("say what to split: --range A..B, or the bounds with --at KEY");
  Cuts cuts;
  for (const std::uint32_t r : rangesOnLine(snapshot)) {
    const SnapshotRange& range = snapshot.ranges[r];
    const bool named = std::find(goals.rangeIds.begin(), goals.rangeIds.end(), range.id) != goals.rangeIds.end();
    if (!named && !(goals.range && goals.range->contains(*range.tokens))) continue;
    std::optional<Token> at = halvingPoint(range, model);
    if (!at && kind == StrategyKind::Hash) at = middleOfHashes(*range.tokens);
    if (at) cuts.at.insert(*at);
    else cuts.refused.push_back({"range " + range.id, "has no sampled keys; say where with --at KEY"});
  }
  if (!cuts.at.empty()) return cuts;
  if (cuts.refused.empty())
    return notFound("no range of the map lies inside the range that was given; name the bounds of one, or say where with --at KEY");
  return refused(cuts.refused.front().subject + " " + cuts.refused.front().reason);
}

struct Merging {
  std::vector<Token> bounds;  // that fall
  std::vector<Relocation> moves;
};

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

bool mayBeOne(const SnapshotRange& left, const SnapshotRange& right) {
  return right.shard && left.shard == right.shard && left.tag == right.tag && left.group == right.group &&
         left.tokens->until == right.tokens->from;
}

Result<Merging> coldNeighbours(const ClusterSnapshot& snapshot, const PlanModel& model, const ExplicitPlan& plan) {
  Merging merging;
  std::optional<SnapshotRange> run;  // what has been merged so far, to the left
  for (const std::uint32_t r : rangesOnLine(snapshot)) {
    const SnapshotRange& range = snapshot.ranges[r];
    ShardIndex owner = 0;
    if (range.shard) owner = TRY(plan.shardNamed(*range.shard));
    if (!run || !mayBeOne(*run, range) || !coldTogether(model, *run, range, owner)) {
      run = range;
      continue;
    }
    merging.bounds.push_back(range.tokens->from);
    for (std::size_t d = 0; d < run->loads.size(); ++d) run->loads[d] += range.loads[d];
    run->tokens->until = range.tokens->until;
  }
  return merging;
}

Result<std::vector<std::uint32_t>> membersOf(const ClusterSnapshot& snapshot, const TokenRange& wanted) {
  std::vector<std::uint32_t> members;
  for (const std::uint32_t r : rangesOnLine(snapshot)) {
    const SnapshotRange& range = snapshot.ranges[r];
    if (!wanted.contains(*range.tokens)) continue;
    if (!range.shard) return refused(fmt::format("range {} belongs to nobody, so it cannot be merged", printable(range.id, 80)));
    members.push_back(r);
  }
  if (members.size() < 2)
    return invalidInput("fewer than two ranges of the map lie inside the range that was given; there is nothing to merge");
  return members;
}

// The shard that was asked for, or that holds most of it already.
Result<ShardIndex> gatheringPlace(const ClusterSnapshot& snapshot, const PlanGoals& goals, const ExplicitPlan& plan,
                                  const std::vector<std::uint32_t>& members) {
  if (goals.to) return plan.shardNamed(*goals.to);
  std::map<ShardIndex, std::int64_t> bytes;
  for (const std::uint32_t r : members) {
    const ShardIndex owner = TRY(plan.shardNamed(*snapshot.ranges[r].shard));
    bytes[owner] += snapshot.ranges[r].moveBytes;
  }
  return std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
}

Result<Merging> oneRangeOf(const ClusterSnapshot& snapshot, const PlanGoals& goals, const ExplicitPlan& plan) {
  const auto members = TRY(membersOf(snapshot, *goals.range));
  const ShardIndex target = TRY(gatheringPlace(snapshot, goals, plan, members));
  Merging merging;
  std::vector<std::int64_t> arriving(snapshot.dimensions.size(), 0);
  for (const std::uint32_t r : members) {
    const SnapshotRange& range = snapshot.ranges[r];
    const ShardIndex owner = TRY(plan.shardNamed(*range.shard));
    if (r != members.front()) merging.bounds.push_back(range.tokens->from);
    if (owner == target) continue;
    TRY(refuseHeld(range));
    merging.moves.push_back({wholeSlice(snapshot, r), owner, target, "its neighbours are there, and they become one range", std::nullopt, {}});
    for (std::size_t d = 0; d < arriving.size(); ++d) arriving[d] += range.loads[d];
  }
  if (!merging.moves.empty()) TRY(plan.checkRoom(target, arriving));
  return merging;
}

std::string counted(std::size_t n, std::string_view one) { return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s"); }

}  // namespace

Result<PlanProposal> planSplit(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  const ShardingStrategy strategy = TRY(strategyOf(snapshot));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  auto found = goals.at.empty() ? cutsFound(snapshot, goals, model, strategy.kind()) : cutsAsked(snapshot, goals.at, strategy);
  const Cuts cuts = TRY(std::move(found));
  PlanProposal out = ExplicitPlan(snapshot, goals, model).make({}, {cuts.at.begin(), cuts.at.end()}, {});
  out.refused.insert(out.refused.end(), cuts.refused.begin(), cuts.refused.end());
  out.sentence = cuts.at.empty() ? "No action needed: the bounds stand already." : counted(cuts.at.size(), "more bound") + "; no data moves.";
  return out;
}

Result<PlanProposal> planMerge(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  TRY(strategyOf(snapshot));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  const ExplicitPlan plan(snapshot, goals, model);
  auto found = goals.range ? oneRangeOf(snapshot, goals, plan) : coldNeighbours(snapshot, model, plan);
  Merging merging = TRY(std::move(found));
  const std::size_t count = merging.bounds.size();
  PlanProposal out = plan.make(std::move(merging.moves), {}, std::move(merging.bounds));
  out.sentence = out.outcome == PlanProposal::Outcome::NoActionNeeded
                     ? "No action needed: no neighbours on one shard are cold enough to become one range."
                     : fmt::format("{} fewer; {} of data move.", counted(count, "bound"), formatBytes(out.movedBytes()));
  return out;
}

}  // namespace shardwright
