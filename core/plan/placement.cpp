#include "core/plan/placement.h"

#include <algorithm>

namespace shardwright {

namespace {

Level clamped(Int128 level) { return level > greatestLevel ? greatestLevel : static_cast<Level>(level); }

}  // namespace

Level levelOf(std::int64_t load, std::int64_t capacity) {
  if (load == 0) return 0;
  if (capacity == 0) return greatestLevel;
  return clamped((static_cast<Int128>(load) << levelBits) / capacity);
}

Level levelOf(const Ratio& ratio) { return levelOf(ratio.num, ratio.den); }

Level raisedLevel(const Ratio& base, std::int64_t ppm) {
  if (base.num == 0) return 0;
  if (base.den == 0) return greatestLevel;
  // Rounded up before and after the factor: 2^60 * 2^40 leaves room for nothing else in one step.
  const Int128 level = ((static_cast<Int128>(base.num) << levelBits) + base.den - 1) / base.den;
  if (level > greatestLevel) return greatestLevel;
  return clamped((level * (1'000'000 + ppm) + 999'999) / 1'000'000);
}

Assignment::Assignment(const PlacementProblem& problem)
    : m_problem(&problem),
      m_at(problem.home),
      m_load(problem.shards * problem.dims, 0),
      m_on(problem.shards),
      m_position(problem.items()) {
  for (ItemIndex i = 0; i < problem.items(); ++i) {
    const ShardIndex s = m_at[i];
    m_position[i] = static_cast<std::uint32_t>(m_on[s].size());
    m_on[s].push_back(i);
    for (std::size_t d = 0; d < problem.dims; ++d) m_load[s * problem.dims + d] += problem.loadOf(i)[d];
  }
}

void Assignment::move(ItemIndex i, ShardIndex to) {
  const ShardIndex from = m_at[i];
  if (from == to) return;
  const std::size_t dims = m_problem->dims;
  for (std::size_t d = 0; d < dims; ++d) {
    const std::int64_t load = m_problem->loadOf(i)[d];
    m_load[from * dims + d] -= load;
    m_load[to * dims + d] += load;
  }
  std::vector<ItemIndex>& left = m_on[from];
  const ItemIndex last = left.back();
  left[m_position[i]] = last;
  m_position[last] = m_position[i];
  left.pop_back();
  m_position[i] = static_cast<std::uint32_t>(m_on[to].size());
  m_on[to].push_back(i);
  if (from == m_problem->home[i]) {
    m_bytes += m_problem->cost[i];
    ++m_moved;
  } else if (to == m_problem->home[i]) {
    m_bytes -= m_problem->cost[i];
    --m_moved;
  }
  m_at[i] = to;
}

Level Assignment::level(ShardIndex s) const {
  Level highest = 0;
  if (!m_problem->receives[s]) return 0;
  for (std::size_t d = 0; d < m_problem->dims; ++d)
    if (m_problem->balanced[d]) highest = std::max(highest, levelOf(loads(s)[d], m_problem->capacity[s * m_problem->dims + d]));
  return highest;
}

Level Assignment::highestLevel() const {
  Level highest = 0;
  for (ShardIndex s = 0; s < m_problem->shards; ++s) highest = std::max(highest, level(s));
  return highest;
}

Ratio Assignment::highest() const {
  Ratio highest;
  for (ShardIndex s = 0; s < m_problem->shards; ++s) {
    if (!m_problem->receives[s]) continue;
    for (std::size_t d = 0; d < m_problem->dims; ++d) {
      const Ratio ratio{loads(s)[d], m_problem->capacity[s * m_problem->dims + d]};
      if (m_problem->balanced[d] && highest < ratio) highest = ratio;
    }
  }
  return highest;
}

bool Assignment::misplaced() const {
  for (ItemIndex i = 0; i < m_problem->items(); ++i)
    if (!m_problem->fixed[i] && !m_problem->allowed(i, m_at[i])) return true;
  return false;
}

std::vector<std::int64_t> limitsAt(const PlacementProblem& problem, Level target) {
  std::vector<std::int64_t> limits(problem.shards * problem.dims, 0);
  for (ShardIndex s = 0; s < problem.shards; ++s) {
    if (!problem.receives[s]) continue;
    for (std::size_t d = 0; d < problem.dims; ++d) {
      const std::size_t at = s * problem.dims + d;
      limits[at] = problem.cap[at];
      if (!problem.balanced[d]) continue;
      const Int128 share = (static_cast<Int128>(problem.capacity[at]) * target) >> levelBits;
      if (share < limits[at]) limits[at] = static_cast<std::int64_t>(share);
    }
  }
  return limits;
}

}  // namespace shardwright
