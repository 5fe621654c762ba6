#include "core/plan/solver.h"

#include <algorithm>
#include <optional>
#include <span>

#include "core/plan/bounds.h"
#include "core/plan/search.h"

namespace shardwright {

namespace {

// A way to search: so many rounds of export and placement, and what needless load in an export counts for - the less room
// there is elsewhere, the more it should.
struct Tactic {
  int rounds;
  double needless;
};

// No one way is the best for every cluster. The last two pay for small clusters only, and with one dimension no load is
// needless.
std::span<const Tactic> tacticsFor(const PlacementProblem& problem) {
  static constexpr Tactic several[] = {{12, 0.1}, {12, 0.5}, {12, 2}, {1, 0.1}, {1, 2}};
  static constexpr Tactic plain[] = {{12, 0}, {1, 0}};
  if (problem.dims == 1) return plain;
  return std::span(several).first(problem.items() * problem.shards <= 200'000 ? 5 : 3);
}

Solution solveBy(const Tactic& tactic, const PlacementProblem& problem, const std::vector<std::int64_t>& limits, WorkBudget& budget) {
  Solution solution{Assignment(problem), false};
  Search search(problem, limits, solution.placement, budget, tactic.needless);
  search.rounds(tactic.rounds);
  solution.within = search.repair() && !solution.placement.misplaced();
  if (solution.within) reduceBytes(problem, limits, solution.placement, budget);
  return solution;
}

bool isBetter(const Solution& one, const Solution& other) {
  return one.within && (!other.within || one.placement.movedBytes() < other.placement.movedBytes());
}

// Within half a percent of what is proven to be needed: another search could not save more than that.
bool isGoodEnough(const Solution& solution, std::int64_t needed) { return solution.within && solution.placement.movedBytes() <= needed + needed / 200; }

}  // namespace

Solution solve(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, WorkBudget& budget) {
  const std::int64_t needed = movedBytesBound(problem, limits);
  std::optional<Solution> best;
  for (const Tactic& tactic : tacticsFor(problem)) {
    const auto share = static_cast<std::int64_t>(problem.items() * problem.dims * 300) + 20'000'000;
    WorkBudget own(std::min(share, budget.left()));
    Solution found = solveBy(tactic, problem, limits, own);
    budget.spend(own.spent());
    if (!best || isBetter(found, *best)) best = std::move(found);
    if (isGoodEnough(*best, needed) || budget.exhausted()) break;
  }
  return *std::move(best);
}

bool repair(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget) {
  return Search(problem, limits, placement, budget).repair();
}

void reduceBytes(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget) {
  Search search(problem, limits, placement, budget);
  search.giveBack();
  for (int pass = 0; pass < 4 && !budget.exhausted(); ++pass) {
    const std::int64_t before = placement.movedBytes();
    search.exchangeForCheaper();
    search.giveBack();
    if (placement.movedBytes() == before) break;
  }
}

}  // namespace shardwright
