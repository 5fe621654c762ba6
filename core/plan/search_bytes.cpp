// Bytes that need not move after all.
#include <algorithm>

#include "core/plan/search.h"

namespace shardwright {

std::vector<ItemIndex> Search::movedDearestFirst() const {
  std::vector<ItemIndex> moved;
  for (ItemIndex i = 0; i < m_problem.items(); ++i)
    if (m_placement.at(i) != m_problem.home[i] && m_problem.allowed(i, m_problem.home[i])) moved.push_back(i);
  std::sort(moved.begin(), moved.end(),
            [&](ItemIndex a, ItemIndex b) { return m_problem.cost[a] != m_problem.cost[b] ? m_problem.cost[a] > m_problem.cost[b] : a < b; });
  return moved;
}

std::vector<ItemIndex> Search::stayedCheapestFirst(ShardIndex home) const {
  std::vector<ItemIndex> stayed;
  for (const ItemIndex i : m_placement.itemsOn(home))
    if (m_problem.home[i] == home && !m_problem.fixed[i]) stayed.push_back(i);
  std::sort(stayed.begin(), stayed.end(),
            [&](ItemIndex a, ItemIndex b) { return m_problem.cost[a] != m_problem.cost[b] ? m_problem.cost[a] < m_problem.cost[b] : a < b; });
  return stayed;
}

void Search::giveBack() {
  for (const ItemIndex i : movedDearestFirst())
    if (fits(i, m_problem.home[i])) m_placement.move(i, m_problem.home[i]);
}

// Returns how many were looked at.
int Search::exchange(ItemIndex i, const std::vector<ItemIndex>& stayed) {
  constexpr int most = 2'000;
  const ShardIndex home = m_problem.home[i], away = m_placement.at(i);
  int looked = 0;
  for (const ItemIndex j : stayed) {
    if (m_problem.cost[j] >= m_problem.cost[i] || ++looked > most) break;
    if (m_placement.at(j) != home || !m_problem.allowed(j, away)) continue;
    if (!fits(i, home, m_problem.loadOf(j)) || !fits(j, away, m_problem.loadOf(i))) continue;
    m_placement.move(i, home);
    m_placement.move(j, away);
    break;
  }
  return looked;
}

void Search::exchangeForCheaper() {
  std::vector<std::vector<ItemIndex>> stayed(m_problem.shards);
  for (const ItemIndex i : movedDearestFirst()) {
    const ShardIndex home = m_problem.home[i];
    if (stayed[home].empty()) stayed[home] = stayedCheapestFirst(home);
    if (!m_budget.spend(exchange(i, stayed[home]) * static_cast<std::int64_t>(m_problem.dims) * 2)) return;
  }
}

}  // namespace shardwright
