// Goals balance, drain and add: the fewest bytes that bring the highest utilisation to its bound * (1 + threshold).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/base/text.h"
#include "core/plan/cuts.h"
#include "core/plan/goals.h"
#include "core/plan/model.h"
#include "core/plan/parts.h"
#include "core/plan/plan_words.h"
#include "core/plan/proposing.h"

namespace shardwright {

namespace {

class Balancer {
 public:
  Balancer(const PlanModel& model, const PlanGoals& goals, const PlanOptions& options)
      : m_model(model), m_goals(goals), m_options(options), m_budget(options.workUnits), m_now(model.problem) {
    m_ppm = std::llround(std::clamp(options.threshold, 0.0, 1000.0) * 1e6);
    for (ItemIndex i = 0; i < model.problem.items(); ++i) {
      m_divisible = m_divisible || (options.splits && model.divisible(i));
      if (model.problem.forced(i)) m_forced.push_back(i);
    }
    m_bound = utilisationBound(model.problem, smallestParts(model, options.splits));
    m_target = raisedLevel(m_bound.ratio, m_ppm);
  }

  Result<PlanProposal> plan() {
    TRY(refuseHeld());
    if (withinAlready()) return nothing(withinSentence());
    std::optional<Found> found = decide();
    if (!found && urgent()) return refused(stuckSentence());
    if (!found) return nothing(noBetterSentence());
    if (found->level > m_target && !m_options.maxBytes && !m_options.maxMoves) TRY(goOn(*found));
    return proposal(*found);
  }

 private:
  // A placement that a search has found.
  struct Found {
    std::vector<Part> parts;
    Level level = 0;
  };

  bool urgent() const { return !m_forced.empty() || m_model.scattered; }
  bool withinAlready() const { return !urgent() && m_now.highestLevel() <= m_target; }

  std::optional<Found> decide() {
    if (withinAlready()) return std::nullopt;
    std::optional<Found> found = search();
    if (found && !urgent() && !worthwhile(*found)) found.reset();
    return found;
  }

  // What stops short of the target is planned on from there, until nothing is found any more: the same that would be
  // found if the plan were carried out and planning began again.
  Done goOn(Found& found) {
    for (int round = 0; round < 8 && found.level > m_target && !m_budget.exhausted(); ++round) {
      const ClusterSnapshot placed = snapshotOf(*m_model.snapshot, found.parts);
      const std::vector<ShardId> draining = m_goals.kind == GoalKind::Drain ? m_goals.shards : std::vector<ShardId>();
      const PlanModel model = TRY(modelOf(placed, m_options, draining));
      PlanOptions options = m_options;
      options.workUnits = m_budget.left();
      Balancer next(model, m_goals, options);
      const std::optional<Found> further = next.decide();
      m_budget.spend(next.m_budget.spent());
      if (!further) break;
      found = {composed(found.parts, further->parts), further->level};
    }
    return {};
  }

  // A shard that must end empty cannot if something on it is held there.
  Done refuseHeld() const {
    if (m_goals.kind != GoalKind::Drain) return {};
    for (ItemIndex i = 0; i < m_model.problem.items(); ++i)
      if (m_model.problem.fixed[i] && std::find(m_goals.shards.begin(), m_goals.shards.end(), *m_model.rangeOf(i).shard) != m_goals.shards.end())
        return refused(fmt::format("{} cannot be emptied: {} is held there", m_model.rangeOf(i).shard->text(), partName(m_model.rangeOf(i))));
    return {};
  }

  // In the form of parts, if it keeps the limits, and those on bytes and moves.
  std::optional<Found> affordable(const CutPlacement& placement) const {
    if (!placement.within) return std::nullopt;
    Found found{partsOf(m_model, placement), placement.level};
    if (!m_options.maxBytes && !m_options.maxMoves) return found;
    std::int64_t bytes = 0, moves = 0;
    for (const Part& part : found.parts) {
      if (m_model.snapshot->shards[part.at].name == *m_model.snapshot->ranges[part.slice.range].shard) continue;
      bytes += sliceBytes(*m_model.snapshot, part.slice);
      ++moves;
    }
    if (bytes > m_options.maxBytes.value_or(bytes) || moves > m_options.maxMoves.value_or(moves)) return std::nullopt;
    return found;
  }

  // A placement within `target` and the budgets, with whole ranges if that can be, else with cuts.
  std::optional<Found> attempt(Level target) {
    const std::vector<std::int64_t> limits = limitsAt(m_model.problem, target);
    if (!m_divisible || !somethingTooBig(limits)) {
      const Solution whole = solve(m_model.problem, limits, m_budget);
      if (whole.within)
        if (auto found = affordable(uncut(m_model, whole.placement, true))) return found;
    }
    if (!m_divisible) return std::nullopt;
    return affordable(cutToFit(m_model, limits, m_budget));
  }

  // Whether some item fits on no shard at all: then whole ranges need not be tried.
  bool somethingTooBig(const std::vector<std::int64_t>& limits) const {
    const PlacementProblem& problem = m_model.problem;
    std::vector<std::int64_t> most(problem.classes.size() * problem.dims, 0);
    for (std::size_t k = 0; k < problem.classes.size(); ++k)
      for (ShardIndex s = 0; s < problem.shards; ++s)
        for (std::size_t d = 0; problem.classes[k][s] && d < problem.dims; ++d)
          most[k * problem.dims + d] = std::max(most[k * problem.dims + d], limits[s * problem.dims + d]);
    for (ItemIndex i = 0; i < problem.items(); ++i)
      for (std::size_t d = 0; !problem.fixed[i] && d < problem.dims; ++d)
        if (problem.loadOf(i)[d] > most[problem.klass[i] * problem.dims + d]) return true;
    return false;
  }

  // The lowest level that can be reached and afforded, from the target upwards: steps that double, then halves between
  // the last that failed and the first that did not.
  std::optional<Found> search() {
    std::optional<Found> best = attempt(m_target);
    if (best) return best;
    Level failed = m_target;
    Level reached = 0;
    const Level ceiling = std::max(m_now.highestLevel(), m_target) * 2;
    for (Level step = std::max<Level>(m_target / 128, 1); !m_budget.exhausted(); step *= 2) {
      const Level tried = std::min(m_target + step, greatestLevel);
      best = attempt(tried);
      if (best) {
        reached = std::min(tried, std::max(best->level, m_target));
        break;
      }
      failed = tried;
      if (tried > ceiling) return attempt(greatestLevel);
    }
    for (int halving = 0; best && halving < 6 && !m_budget.exhausted() && reached - failed > m_target / 512; ++halving) {
      const Level middle = failed + (reached - failed) / 2;
      std::optional<Found> better = attempt(middle);
      if (better) {
        best = std::move(better);
        reached = std::min(middle, std::max(best->level, m_target));
      } else {
        failed = middle;
      }
    }
    return best;
  }

  // A plan that does not reach the target has to pay: a quarter of the threshold at least, or it would be made again and
  // again, each time for a little.
  bool worthwhile(const Found& found) const {
    if (found.level <= m_target) return true;
    const Level now = m_now.highestLevel();
    return found.level < now - static_cast<Level>(static_cast<Int128>(now) * m_ppm / 4'000'000) - now / 1000;
  }

  std::vector<Relocation> relocations(const Found& found) const {
    std::vector<std::uint32_t> itemOf(m_model.snapshot->ranges.size(), PlanModel::noGroup);
    for (ItemIndex i = 0; i < m_model.problem.items(); ++i) {
      itemOf[m_model.firstRange[i]] = i;
      if (m_model.isGroup(i))
        for (const std::uint32_t r : m_model.groups[m_model.groupOf[i]]) itemOf[r] = i;
    }
    std::unordered_map<ShardId, ShardIndex> shards;
    for (ShardIndex s = 0; s < m_model.snapshot->shards.size(); ++s) shards.emplace(m_model.snapshot->shards[s].name, s);
    std::vector<Relocation> out;
    for (const Part& part : found.parts) {
      const ShardIndex source = shards.at(*m_model.snapshot->ranges[part.slice.range].shard);
      if (source != part.at)
        out.push_back({part.slice, source, part.at, reasonFor(itemOf[part.slice.range], source, part.at), std::nullopt, {}});
    }
    return out;
  }

  std::string reasonFor(ItemIndex i, ShardIndex source, ShardIndex target) const {
    const SnapshotShard& from = m_model.snapshot->shards[source];
    if (!m_model.problem.receives[source]) return fmt::format("{} must end empty", from.name.text());
    if (m_model.problem.forced(i))
      return fmt::format("it must lie in zone {}, where {} is", m_model.rangeOf(i).tag, m_model.snapshot->shards[target].name.text());
    if (m_model.isGroup(i) && m_model.problem.home[i] != source) return "its group comes together";
    std::size_t fullest = 0;
    Level most = -1;
    for (std::size_t d = 0; d < m_model.problem.dims; ++d) {
      const Level level = levelOf(m_now.loads(source)[d], m_model.problem.capacity[source * m_model.problem.dims + d]);
      if (m_model.problem.balanced[d] && level > most) {
        most = level;
        fullest = d;
      }
    }
    return fmt::format("{} is at {} in {}; the target is {}", from.name.text(), percentText(std::ldexp(static_cast<double>(most), -levelBits)),
                       m_model.snapshot->dimensions[m_model.dims[fullest].snapshot], percentText(std::ldexp(static_cast<double>(m_target), -levelBits)));
  }

  void addBounds(PlanProposal& out, Level reached) const {
    out.bounds.maxUtilisation = reported(m_bound.ratio.num == 0 ? 0 : m_bound.ratio.value());
    if (out.after.maxUtilisation && out.outcome == PlanProposal::Outcome::Planned)
      out.bounds.maxUtilisation = std::min(*out.bounds.maxUtilisation, *out.after.maxUtilisation);
    out.bounds.reason = boundReason(m_model, m_bound, m_options.splits);
    const std::vector<std::int64_t> limits = limitsAt(m_model.problem, std::max(m_target, reached + 1));  // levels are rounded down
    out.bounds.movedBytes = movedBytesBound(m_divisible ? finestProblem(m_model) : m_model.problem, limits);
  }

  void finish(PlanProposal& out) const {
    out.workUnits = m_budget.spent();
    out.exhausted = m_budget.exhausted();
    if (out.exhausted) out.risks.push_back({"search-cut-short", "the search ended at its limit of work; a higher limit may find fewer bytes"});
  }

  PlanProposal nothing(std::string sentence) const {
    PlanProposal out = Proposing(m_model, m_goals).make({}, {}, {});
    out.sentence = std::move(sentence);
    addBounds(out, m_now.highestLevel());
    out.bounds.movedBytes = 0;
    finish(out);
    return out;
  }

  PlanProposal proposal(const Found& found) const {
    PlanProposal out = Proposing(m_model, m_goals).make(relocations(found), {}, {});
    const bool better = out.after.maxUtilisation < out.before.maxUtilisation;
    if (out.outcome != PlanProposal::Outcome::Planned || (out.blocked && !urgent() && !better)) {
      PlanProposal none = nothing(fmt::format("No action: a placement at {} is known, but its moves wait for each other's room and none can "
                                              "start; free some, or raise a capacity.",
                                              percentText(std::ldexp(static_cast<double>(found.level), -levelBits))));
      none.refused = std::move(out.refused);
      return none;
    }
    // Moves that cannot start are left out, so what is reached may lie above what was found.
    const Level reached = static_cast<Level>(std::ldexp(out.after.maxUtilisation.value_or(0) + 1e-9, levelBits));
    addBounds(out, std::max(found.level, reached));
    refuseBigOnes(out, found);
    out.sentence = fmt::format("The highest utilisation goes from {} to {}.", percentText(out.before.maxUtilisation), percentText(out.after.maxUtilisation));
    if (!m_forced.empty()) out.sentence = fmt::format("{} ranges leave where they may not stay. ", m_forced.size()) + out.sentence;
    finish(out);
    return out;
  }

  // Why the plan stops above its target, where it does: the ranges that are too big to go anywhere.
  void refuseBigOnes(PlanProposal& out, const Found& found) const {
    if (found.level <= m_target) return;
    const std::vector<std::int64_t> limits = limitsAt(m_model.problem, m_target);
    for (ItemIndex i = 0; i < m_model.problem.items() && out.refused.size() < 100; ++i) {
      if (m_model.problem.fixed[i] || m_model.divisible(i)) continue;
      const ShardIndex s = m_model.problem.home[i];
      if (!m_model.problem.receives[s]) continue;
      for (std::size_t d = 0; d < m_model.problem.dims; ++d) {
        if (m_model.problem.loadOf(i)[d] <= limits[s * m_model.problem.dims + d]) continue;
        out.refused.push_back({partName(m_model.rangeOf(i)),
                               fmt::format("fills a shard above the target by its {} alone{}", m_model.snapshot->dimensions[m_model.dims[d].snapshot],
                                           m_model.rangeOf(i).pin ? "" : ", and has no sampled keys to split it at")});
        break;
      }
    }
  }

  std::string boundText() const { return percentText(m_bound.ratio.num == 0 ? 0 : m_bound.ratio.value()); }

  std::string withinSentence() const {
    return fmt::format("No action needed: the highest utilisation is {}, within {} of the {} that no placement can be below ({}).",
                       percentText(std::ldexp(static_cast<double>(m_now.highestLevel()), -levelBits)), percentText(m_options.threshold),
                       boundText(), boundReason(m_model, m_bound, m_options.splits));
  }

  std::string noBetterSentence() const {
    return fmt::format("No action: the highest utilisation is {}, no placement can be below {} ({}), and none was found that is better by "
                       "enough to pay for its moves{}.",
                       percentText(std::ldexp(static_cast<double>(m_now.highestLevel()), -levelBits)), boundText(),
                       boundReason(m_model, m_bound, m_options.splits),
                       m_options.maxBytes || m_options.maxMoves ? " within the limits on bytes and moves" : "");
  }

  std::string stuckSentence() const {
    std::int64_t bytes = 0;
    for (const ItemIndex i : m_forced) bytes += m_model.problem.cost[i];
    const std::string what = m_forced.empty() ? std::string("a group that lies on several shards cannot come together")
                                              : fmt::format("{} ranges ({}) must leave where they are ({} on {} among them)", m_forced.size(),
                                                            formatBytes(bytes), partName(m_model.rangeOf(m_forced.front())),
                                                            m_model.rangeOf(m_forced.front()).shard->text());
    if (m_options.maxBytes || m_options.maxMoves)
      return what + ", and no plan does that within the limits on bytes and moves; raise them";
    return what + ", and there is no room for that elsewhere; add a shard or raise a capacity";
  }

  const PlanModel& m_model;
  const PlanGoals& m_goals;
  const PlanOptions& m_options;
  WorkBudget m_budget;
  Assignment m_now;
  std::vector<ItemIndex> m_forced;
  bool m_divisible = false;
  std::int64_t m_ppm = 0;
  UtilisationBound m_bound;
  Level m_target = 0;
};

}  // namespace

Result<PlanProposal> planBalance(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  if (goals.kind == GoalKind::Drain && goals.shards.empty()) return invalidInput("drain needs the shards to empty; name them with --shard");
  if (goals.kind == GoalKind::Add) {
    if (goals.shards.empty()) return invalidInput("add needs the shards that take load; name them with --shard");
    for (const ShardId& name : goals.shards) {
      const auto found = std::find_if(snapshot.shards.begin(), snapshot.shards.end(), [&](const SnapshotShard& s) { return s.name == name; });
      if (found == snapshot.shards.end()) return notFound(fmt::format("there is no shard \"{}\" in the snapshot", printable(name.text(), 60)));
      if (found->state != ShardState::Active)
        return refused(fmt::format("{} is {}; it cannot take load", name.text(), shardStateName(found->state)));
    }
  }
  const std::vector<ShardId> draining = goals.kind == GoalKind::Drain ? goals.shards : std::vector<ShardId>();
  const PlanModel model = TRY(modelOf(snapshot, options, draining));
  return Balancer(model, goals, options).plan();
}

}  // namespace shardwright
