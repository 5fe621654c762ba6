// Where items go that have left: by exponential prices of what is nearly full, largest first.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/plan/search.h"

namespace shardwright {

namespace {

// exp(60 * (fill - 1)) in steps of 1/1024 of the limit, up to twice the limit. Made by multiplication alone: the
// library's exp() may differ between machines, and a different price could mean a different plan.
class PriceTable {
 public:
  static constexpr int steps = 1024;
  constexpr PriceTable() {
    constexpr double perStep = 1.0603384187;  // exp(60 / 1024)
    double price = 8.7565107627e-27;          // exp(-60)
    for (double& entry : m_price) {
      entry = price;
      price *= perStep;
    }
  }
  double at(double fill) const {
    const double step = fill * steps;
    return m_price[step >= 2 * steps ? 2 * steps : step <= 0 ? 0 : static_cast<std::size_t>(step)];
  }

 private:
  std::array<double, 2 * steps + 1> m_price{};
};

constexpr PriceTable priceTable;

}  // namespace

// Largest share of a typical shard that the item takes, over the dimensions.
double Search::size(ItemIndex i) const {
  double largest = 0;
  const ShardIndex s = m_receivers.front();
  for (std::size_t d = 0; d < m_problem.dims; ++d)
    largest = std::max(largest, static_cast<double>(m_problem.loadOf(i)[d]) * inverse(s, d));
  return largest;
}

// Price of putting the item there: what it takes, weighed by how full the shard already is.
double Search::potential(ItemIndex i, ShardIndex s) const {
  double sum = 0;
  for (std::size_t d = 0; d < m_problem.dims; ++d) {
    const double each = static_cast<double>(m_problem.loadOf(i)[d]) * inverse(s, d);
    sum += priceTable.at(static_cast<double>(held(s, d)) * inverse(s, d)) * each;
  }
  return sum;
}

// Where it costs least by the potential; where it fits nowhere, where it overloads least; where it is, if nothing else may
// hold it.
ShardIndex Search::bestPlace(ItemIndex i) const {
  const ShardIndex from = m_placement.at(i);
  ShardIndex best = from;
  double bestScore = HUGE_VAL;
  bool bestFits = false;
  for (const ShardIndex s : m_receivers) {
    if (s == from || !m_problem.allowed(i, s)) continue;
    const bool fit = fits(i, s);
    if (bestFits && !fit) continue;
    if (!fit && !arrives(i, s)) continue;
    const double score = fit ? potential(i, s) : overload(s, m_problem.loadOf(i)) - overload(s);
    if ((fit && !bestFits) || score < bestScore) {
      best = s;
      bestScore = score;
      bestFits = fit;
    }
  }
  return best;
}

void Search::place(std::vector<ItemIndex>& pool) {
  std::vector<double> sizes(m_problem.items(), 0);
  for (const ItemIndex i : pool) sizes[i] = size(i);
  std::sort(pool.begin(), pool.end(), [&](ItemIndex a, ItemIndex b) { return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b; });
  // All of them have left: none is in the way of another.
  for (const ItemIndex i : pool) {
    leave(i, -1);
    m_budget.spend(static_cast<std::int64_t>(m_receivers.size() * m_problem.dims));
    m_placement.move(i, bestPlace(i));
  }
}

}  // namespace shardwright
