// Goals that name what goes: a range, or one key.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/plan/explicit_plan.h"

namespace shardwright {

namespace {

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
  Slice slice = wholeSlice(snapshot, r);
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
    out.push_back(wholeSlice(snapshot, static_cast<std::uint32_t>(found - snapshot.ranges.begin())));
  }
  if (out.empty()) return invalidInput("say which range: --range A..B");
  return out;
}

// Slices that are not yet where they shall be.
struct Leaving {
  std::vector<std::pair<Slice, ShardIndex>> slices;  // with their owners
  std::set<ShardIndex> owners;                       // of all that were asked for
  std::vector<std::int64_t> loads;                   // together
  std::vector<RefusedCandidate> refused;
};

Result<Leaving> leavingOf(const ClusterSnapshot& snapshot, const ExplicitPlan& plan, const std::vector<Slice>& slices, const std::optional<ShardId>& to) {
  Leaving leaving;
  leaving.loads.assign(snapshot.dimensions.size(), 0);
  for (const Slice& slice : slices) {
    const SnapshotRange& range = snapshot.ranges[slice.range];
    if (!range.shard) {
      leaving.refused.push_back({partName(range), "belongs to nobody; give it to a shard by a new version of the map"});
      continue;
    }
    TRY(refuseHeld(range));
    const ShardIndex owner = TRY(plan.shardNamed(*range.shard));
    leaving.owners.insert(owner);
    if (range.shard == to) continue;
    leaving.slices.emplace_back(slice, owner);
    for (std::size_t d = 0; d < leaving.loads.size(); ++d) leaving.loads[d] += sliceAmount(range, slice, d);
  }
  return leaving;
}

// The pin of the key, or the range around it.
std::optional<std::uint32_t> holderOf(const ClusterSnapshot& snapshot, const Key& key, const Token& token) {
  std::optional<std::uint32_t> holder;
  for (std::uint32_t r = 0; r < snapshot.ranges.size(); ++r) {
    const SnapshotRange& range = snapshot.ranges[r];
    if (range.pin == key) return r;
    if (!range.pin && range.tokens && range.tokens->contains(token)) holder = r;
  }
  return holder;
}

std::optional<std::vector<std::int64_t>> loadsOf(const Key& key, const SnapshotRange& holder) {
  if (holder.pin) return holder.loads;
  if (holder.hotKey && holder.hotKey->key == key) return holder.hotKey->loads;
  return std::nullopt;
}

}  // namespace

Result<PlanProposal> planMove(const ClusterSnapshot& given, const PlanGoals& goals, const PlanOptions& options) {
  if (goals.key) return planKey(given, goals, options);
  ClusterSnapshot snapshot = given;
  const std::vector<Slice> slices = TRY(slicesOf(snapshot, goals));
  const PlanModel model = TRY(modelOf(snapshot, options, {}));
  const ExplicitPlan plan(snapshot, goals, model);
  if (goals.to) TRY(plan.shardNamed(*goals.to));
  const Leaving leaving = TRY(leavingOf(snapshot, plan, slices, goals.to));
  std::vector<Relocation> moves;
  if (!leaving.slices.empty()) {
    const ShardIndex target = TRY(plan.target(leaving.owners, leaving.loads));
    for (const auto& [slice, owner] : leaving.slices) moves.push_back({slice, owner, target, "asked for by the operator", std::nullopt, {}});
  }
  PlanProposal out = plan.make(std::move(moves), {}, {});
  out.refused.insert(out.refused.end(), leaving.refused.begin(), leaving.refused.end());
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
  const ExplicitPlan plan(snapshot, goals, model);
  const std::string name = printable(goals.key->toText(), 80);
  const auto holder = holderOf(snapshot, *goals.key, token);
  if (!holder || !snapshot.ranges[*holder].shard) return refused(fmt::format("the key {} belongs to nobody", name));
  const SnapshotRange& range = snapshot.ranges[*holder];
  const auto measured = loadsOf(*goals.key, range);
  const std::vector<std::int64_t> loads = measured.value_or(std::vector<std::int64_t>(snapshot.dimensions.size(), 0));
  std::vector<Relocation> moves;
  if (goals.to != range.shard) {
    const ShardIndex source = TRY(plan.shardNamed(*range.shard));
    const ShardIndex target = TRY(plan.target({source}, loads));
    const std::string reason = goals.kind == GoalKind::Isolate ? "one hot key, taken out of its range" : "asked for by the operator";
    moves.push_back({wholeSlice(snapshot, *holder), source, target, reason, *goals.key, loads});
  }
  PlanProposal out = plan.make(std::move(moves), {}, {});
  if (!measured && !out.moves.empty())
    out.risks.push_back({"size-unknown", fmt::format("rows and bytes of the key {} are not measured; the plan counts them as 0", name)});
  out.sentence = out.moves.empty() ? fmt::format("No action needed: the key {} is on {}.", name, range.shard->text())
                                   : fmt::format("The key {} goes to {} and stays there, pinned.", name, out.moves.front().target.text());
  return out;
}

}  // namespace shardwright
