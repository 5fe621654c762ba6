#include "core/plan/pareto.h"

#include <algorithm>
#include <cmath>

#include "core/base/json.h"
#include "core/plan/strategy_json.h"

namespace shardwright {

namespace {

constexpr double noThreshold = 1000;  // the planner takes no higher one: whatever must be done, and nothing for balance

// The ratio between neighbours when `steps` of them lead from 1 to `ratio`. By halving, with multiplication alone: the
// library's pow() may differ between machines, and a different threshold could mean a different plan.
double evenRatio(double ratio, int steps) {
  double low = std::min(ratio, 1.0), high = std::max(ratio, 1.0);
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = low + (high - low) / 2;
    double power = 1;
    for (int k = 0; k < steps; ++k) power *= middle;
    (power < ratio ? low : high) = middle;
  }
  return low;
}

double wholeMillionths(double share) { return std::round(share * 1e6) / 1e6; }

class Front {
 public:
  Front(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) : m_snapshot(snapshot), m_goals(goals), m_options(options) {}

  Result<ParetoFront> make(int points) {
    const ParetoPoint tightest = TRY(plannedAt(wholeMillionths(m_options.threshold)));
    m_front.now = tightest.plan.before.maxUtilisation;
    m_front.bounds = tightest.plan.bounds;
    m_front.sentence = tightest.plan.sentence;
    if (tightest.plan.outcome == PlanProposal::Outcome::Planned) {
      TRY(addBetween(tightest, points));
      m_front.points.push_back(tightest);
    }
    keepUnbeaten();
    m_front.knee = kneeOf(m_front.points);
    return std::move(m_front);
  }

 private:
  Result<ParetoPoint> plannedAt(double threshold) const {
    PlanOptions options = m_options;
    options.threshold = threshold;
    auto plan = TRY(MigrationPlanner::planMigration(m_snapshot, m_goals, options));
    return ParetoPoint{threshold, std::move(plan)};
  }

  // Levels between where the cluster is, or is after what must be done, and where the tightest plan ends.
  Done addBetween(const ParetoPoint& tightest, int points) {
    const auto end = tightest.plan.after.maxUtilisation;
    const double bound = tightest.plan.bounds.maxUtilisation.value_or(0);
    if (!end || bound <= 0) return {};
    ParetoPoint loosest = TRY(plannedAt(noThreshold));
    const double start = loosest.plan.after.maxUtilisation.value_or(*end);
    int between = points - 1;
    if (loosest.plan.outcome == PlanProposal::Outcome::Planned) {
      m_front.points.push_back(std::move(loosest));
      --between;
    }
    if (start <= *end) return {};
    const double ratio = evenRatio(*end / start, between + 1);
    double level = start;
    for (int k = 0; k < between; ++k) {
      level *= ratio;
      const double threshold = wholeMillionths(level / bound - 1);
      if (threshold <= tightest.threshold) continue;
      m_front.points.push_back(TRY(plannedAt(threshold)));
    }
    return {};
  }

  // A tighter plan may take fewer bytes than a looser one, as both are found by search; then only the tighter one counts.
  void keepUnbeaten() {
    std::vector<ParetoPoint> kept;
    for (auto point = m_front.points.rbegin(); point != m_front.points.rend(); ++point) {
      if (point->plan.outcome != PlanProposal::Outcome::Planned) continue;
      const bool beaten = !kept.empty() && (point->plan.movedBytes() >= kept.back().plan.movedBytes() ||
                                            point->plan.after.maxUtilisation <= kept.back().plan.after.maxUtilisation);
      if (!beaten) kept.push_back(std::move(*point));
    }
    std::reverse(kept.begin(), kept.end());
    m_front.points = std::move(kept);
  }

  static std::optional<std::size_t> kneeOf(const std::vector<ParetoPoint>& points) {
    if (points.size() < 3) return std::nullopt;
    const auto bytes = [&](const ParetoPoint& point) { return static_cast<double>(point.plan.movedBytes()); };
    const auto level = [&](const ParetoPoint& point) { return point.plan.after.maxUtilisation.value_or(0); };
    const double wide = bytes(points.back()) - bytes(points.front()), high = level(points.front()) - level(points.back());
    if (wide <= 0 || high <= 0) return std::nullopt;
    std::optional<std::size_t> knee;
    double farthest = 0;
    for (std::size_t k = 1; k + 1 < points.size(); ++k) {
      const double below = 1 - (bytes(points[k]) - bytes(points.front())) / wide - (level(points[k]) - level(points.back())) / high;
      if (below <= farthest) continue;
      farthest = below;
      knee = k;
    }
    return knee;
  }

  const ClusterSnapshot& m_snapshot;
  const PlanGoals& m_goals;
  const PlanOptions& m_options;
  ParetoFront m_front;
};

Json toJson(const ParetoPoint& point, const PlanGoals& goals, PlanOptions options, const ClusterSnapshot& snapshot) {
  options.threshold = point.threshold;
  const Json plan = simulationToJson(point.plan, goals, options, snapshot);
  return {{"threshold", point.threshold},
          {"maxUtilisation", plan["after"]["maxUtilisation"]},
          {"movedBytes", plan["movedBytes"]},
          {"moves", plan["moves"].size()},
          {"splits", plan["splits"].size()},
          {"waves", point.plan.moves.empty() ? 0 : point.plan.moves.back().wave},
          {"bounds", plan["bounds"]},
          {"gap", plan["gap"]},
          {"fingerprint", plan["fingerprint"]}};
}

}  // namespace

Result<ParetoFront> paretoFront(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options, std::int64_t points) {
  if (points < 2 || points > 100) return invalidInput("a front has between 2 and 100 points");
  if (goals.kind != GoalKind::Balance && goals.kind != GoalKind::Drain && goals.kind != GoalKind::Add)
    return invalidInput("a front is drawn for the goals balance, drain and add; the others say exactly what moves");
  return Front(snapshot, goals, options).make(static_cast<int>(points));
}

Json paretoToJson(const ParetoFront& front, const PlanGoals& goals, const PlanOptions& options, const ClusterSnapshot& snapshot) {
  Json points = Json::array();
  for (const ParetoPoint& point : front.points) points.push_back(toJson(point, goals, options, snapshot));
  return {{"schema", "shardwright.pareto/1"},
          {"keyspace", snapshot.keyspace.text()},
          {"goal", goalName(goals.kind)},
          {"options", optionsToJson(goals, options, snapshot.strategy)},
          {"now", front.now ? Json(*front.now) : Json()},
          {"bound", {{"maxUtilisation", front.bounds.maxUtilisation ? Json(*front.bounds.maxUtilisation) : Json()}, {"reason", front.bounds.reason}}},
          {"sentence", front.sentence},
          {"knee", front.knee ? Json(*front.knee) : Json()},
          {"points", std::move(points)}};
}

}  // namespace shardwright
