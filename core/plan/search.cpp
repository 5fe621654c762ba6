#include "core/plan/search.h"

#include <algorithm>
#include <cmath>

namespace shardwright {

Search::Search(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget,
               double needless)
    : m_problem(problem),
      m_limits(limits),
      m_placement(placement),
      m_budget(budget),
      m_needless(needless),
      m_inverse(limits.size()),
      m_leaving(limits.size(), 0) {
  for (std::size_t k = 0; k < limits.size(); ++k) m_inverse[k] = limits[k] > 0 ? 1 / static_cast<double>(limits[k]) : 1e18;
  for (ShardIndex s = 0; s < problem.shards; ++s)
    if (problem.receives[s]) m_receivers.push_back(s);
  double bytes = 0;
  for (const std::int64_t cost : problem.cost) bytes += static_cast<double>(cost);
  m_trifle = bytes / static_cast<double>(problem.items() + 1) * 1e-6 + 1e-300;
}

double Search::fill(ShardIndex s) const {
  double fullest = 0;
  for (std::size_t d = 0; d < m_problem.dims; ++d) fullest = std::max(fullest, static_cast<double>(held(s, d)) * inverse(s, d));
  return fullest;
}

bool Search::overfull(ShardIndex s) const {
  if (!m_problem.receives[s]) return false;
  for (std::size_t d = 0; d < m_problem.dims; ++d)
    if (held(s, d) > limit(s, d)) return true;
  return false;
}

// As a fraction of the shard's limits, summed over the dimensions.
double Search::overload(ShardIndex s, const std::int64_t* plus, const std::int64_t* minus) const {
  double sum = 0;
  for (std::size_t d = 0; d < m_problem.dims; ++d) {
    const std::int64_t load = held(s, d) + (plus ? plus[d] : 0) - (minus ? minus[d] : 0);
    if (load > limit(s, d)) sum += static_cast<double>(load - limit(s, d)) * inverse(s, d);
  }
  return sum;
}

bool Search::fits(ItemIndex i, ShardIndex s, const std::int64_t* minus) const {
  for (std::size_t d = 0; d < m_problem.dims; ++d) {
    const std::int64_t load = m_problem.loadOf(i)[d];
    if (load > 0 && held(s, d) + load - (minus ? minus[d] : 0) > limit(s, d)) return false;
  }
  return arrives(i, s, minus);
}

bool Search::arrives(ItemIndex i, ShardIndex s, const std::int64_t* minus) const {
  if (s == m_problem.home[i]) return true;
  for (std::size_t d = 0; d < m_problem.dims; ++d) {
    const std::int64_t load = m_problem.loadOf(i)[d];
    if (load > 0 && held(s, d) + load - (minus ? minus[d] : 0) > m_problem.arrivalCap[s * m_problem.dims + d]) return false;
  }
  return true;
}

void Search::leave(ItemIndex i, int sign) {
  for (std::size_t d = 0; d < m_problem.dims; ++d) m_leaving[m_placement.at(i) * m_problem.dims + d] += sign * m_problem.loadOf(i)[d];
}

// What arrives may make its receiver give away something else, of which there is room for elsewhere.
void Search::rounds(int most) {
  double overloadBefore = HUGE_VAL;
  for (int round = 0; round < most && !m_budget.exhausted(); ++round) {
    std::vector<ItemIndex> pool;
    if (round == 0) exportForced(pool);
    for (const ItemIndex i : pool) leave(i, 1);
    const std::size_t forced = pool.size();
    exportExcess(pool);
    for (std::size_t k = forced; k < pool.size(); ++k) leave(pool[k], 1);
    if (pool.empty()) return;
    place(pool);
    double total = 0;
    for (const ShardIndex s : m_receivers) total += overload(s);
    if (round > 1 && total > overloadBefore * 0.9) return;
    overloadBefore = total;
  }
}

}  // namespace shardwright
