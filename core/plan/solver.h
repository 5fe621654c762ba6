// Solver: from the present placement to one within limits, moving few bytes. Heuristic; what it finds is checked in
// integers, so an answer that says `within` is one.
#pragma once

#include <cstdint>
#include <vector>

#include "core/plan/placement.h"

namespace shardwright {

// Counts candidate evaluations, so that a search ends at the same place on every machine.
class WorkBudget {
 public:
  explicit WorkBudget(std::int64_t units) : m_left(units), m_given(units) {}
  bool spend(std::int64_t units) {
    m_left -= units;
    return m_left > 0;
  }
  bool exhausted() const { return m_left <= 0; }
  std::int64_t left() const { return m_left > 0 ? m_left : 0; }
  std::int64_t spent() const { return m_given - (m_left > 0 ? m_left : 0); }

 private:
  std::int64_t m_left, m_given;
};

struct Solution {
  Assignment placement;
  bool within = false;  // every shard within its limits, every item where it may be
};

// Starts with everything at home. `limits` as limitsAt() gives them.
Solution solve(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, WorkBudget& budget);

// Goes on from `placement`: brings shards below their limits by moves and swaps, then takes back needless bytes.
bool repair(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget);
void reduceBytes(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget);

}  // namespace shardwright
