#include "core/plan/solver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/plan/bounds.h"

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

// State of one search: fills as fractions of limits to rank by, loads as integers to decide by.
class Search {
 public:
  Search(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget)
      : m_problem(problem), m_limits(limits), m_placement(placement), m_budget(budget), m_inverse(limits.size()), m_leaving(limits.size(), 0) {
    for (std::size_t k = 0; k < limits.size(); ++k) m_inverse[k] = limits[k] > 0 ? 1 / static_cast<double>(limits[k]) : 1e18;
    for (ShardIndex s = 0; s < problem.shards; ++s)
      if (problem.receives[s]) m_receivers.push_back(s);
    double bytes = 0;
    for (const std::int64_t cost : problem.cost) bytes += static_cast<double>(cost);
    m_trifle = bytes / static_cast<double>(problem.items() + 1) * 1e-6 + 1e-300;
  }

  bool overfull(ShardIndex s) const {
    if (!m_problem.receives[s]) return false;
    for (std::size_t d = 0; d < m_problem.dims; ++d)
      if (held(s, d) > limit(s, d)) return true;
    return false;
  }

  // Overload of a shard as a fraction of its limits, summed over the dimensions, with `change` added to its load.
  double overload(ShardIndex s, const std::int64_t* plus = nullptr, const std::int64_t* minus = nullptr) const {
    double sum = 0;
    for (std::size_t d = 0; d < m_problem.dims; ++d) {
      const std::int64_t load = held(s, d) + (plus ? plus[d] : 0) - (minus ? minus[d] : 0);
      if (load > limit(s, d)) sum += static_cast<double>(load - limit(s, d)) * inverse(s, d);
    }
    return sum;
  }

  bool fits(ItemIndex i, ShardIndex s, const std::int64_t* minus = nullptr) const {
    for (std::size_t d = 0; d < m_problem.dims; ++d) {
      const std::int64_t load = m_problem.loadOf(i)[d];
      if (load > 0 && held(s, d) + load - (minus ? minus[d] : 0) > limit(s, d)) return false;
    }
    return arrives(i, s, minus);
  }

  bool arrives(ItemIndex i, ShardIndex s, const std::int64_t* minus = nullptr) const {
    if (s == m_problem.home[i]) return true;
    for (std::size_t d = 0; d < m_problem.dims; ++d) {
      const std::int64_t load = m_problem.loadOf(i)[d];
      if (load > 0 && held(s, d) + load - (minus ? minus[d] : 0) > m_problem.arrivalCap[s * m_problem.dims + d]) return false;
    }
    return true;
  }

  // Price of putting the item there: what it takes, weighed by how full the shard already is.
  double potential(ItemIndex i, ShardIndex s) const {
    double sum = 0;
    for (std::size_t d = 0; d < m_problem.dims; ++d) {
      const double each = static_cast<double>(m_problem.loadOf(i)[d]) * inverse(s, d);
      sum += priceTable.at(static_cast<double>(held(s, d)) * inverse(s, d)) * each;
    }
    return sum;
  }

  void exportForced(std::vector<ItemIndex>& pool);
  void exportExcess(std::vector<ItemIndex>& pool);
  void place(std::vector<ItemIndex>& pool);
  void rounds(int most);
  bool repair();
  void giveBack();
  void exchangeForCheaper();

 private:
  std::int64_t limit(ShardIndex s, std::size_t d) const { return m_limits[s * m_problem.dims + d]; }
  // What the shard holds, without the items that are about to be placed elsewhere.
  std::int64_t held(ShardIndex s, std::size_t d) const { return m_placement.loads(s)[d] - m_leaving[s * m_problem.dims + d]; }
  void leave(ItemIndex i, int sign) {
    for (std::size_t d = 0; d < m_problem.dims; ++d)
      m_leaving[m_placement.at(i) * m_problem.dims + d] += sign * m_problem.loadOf(i)[d];
  }
  double inverse(ShardIndex s, std::size_t d) const { return m_inverse[s * m_problem.dims + d]; }
  void exportFrom(ShardIndex s, std::vector<ItemIndex>& pool);
  std::vector<char> roomyClasses() const;
  double size(ItemIndex i) const;
  bool bestMove(ShardIndex s);
  bool bestSwap(ShardIndex s, std::size_t looks);
  std::vector<ItemIndex> sampleOf(ShardIndex s, std::size_t count) const;
  std::vector<ShardIndex> partners(ShardIndex s) const;
  std::int64_t costOf(ItemIndex i, ShardIndex to) const {
    return (to == m_problem.home[i] ? 0 : m_problem.cost[i]) - (m_placement.at(i) == m_problem.home[i] ? 0 : m_problem.cost[i]);
  }

  const PlacementProblem& m_problem;
  const std::vector<std::int64_t>& m_limits;
  Assignment& m_placement;
  WorkBudget& m_budget;
  std::vector<double> m_inverse;
  std::vector<std::int64_t> m_leaving;
  std::vector<ShardIndex> m_receivers;
  double m_trifle = 0;  // bytes that are as good as none
};

// Largest share of a typical shard that the item takes, over the dimensions.
double Search::size(ItemIndex i) const {
  double largest = 0;
  const ShardIndex s = m_receivers.front();
  for (std::size_t d = 0; d < m_problem.dims; ++d)
    largest = std::max(largest, static_cast<double>(m_problem.loadOf(i)[d]) * inverse(s, d));
  return largest;
}

// Items that may not be where they are.
void Search::exportForced(std::vector<ItemIndex>& pool) {
  for (ItemIndex i = 0; i < m_problem.items(); ++i)
    if (m_problem.forced(i) && m_placement.at(i) == m_problem.home[i]) pool.push_back(i);
}

// From each overfull shard the items that relieve it most per byte.
void Search::exportExcess(std::vector<ItemIndex>& pool) {
  for (const ShardIndex s : m_receivers) exportFrom(s, pool);
}

// Classes with a shard that is not full in any dimension yet.
std::vector<char> Search::roomyClasses() const {
  std::vector<char> roomy(m_problem.classes.size(), 0);
  for (const ShardIndex s : m_receivers) {
    double fill = 0;
    for (std::size_t d = 0; d < m_problem.dims; ++d) fill = std::max(fill, static_cast<double>(held(s, d)) * inverse(s, d));
    if (fill >= 0.9999) continue;
    for (std::size_t k = 0; k < roomy.size(); ++k) roomy[k] = roomy[k] || m_problem.classes[k][s];
  }
  return roomy;
}

void Search::exportFrom(ShardIndex s, std::vector<ItemIndex>& pool) {
  const std::size_t dims = m_problem.dims;
  std::vector<std::int64_t> excess(dims);
  for (std::size_t d = 0; d < dims; ++d) excess[d] = held(s, d) - limit(s, d);
  const auto over = [&] { return std::any_of(excess.begin(), excess.end(), [](std::int64_t e) { return e > 0; }); };
  if (!over()) return;
  const std::vector<char> roomy = roomyClasses();
  std::vector<ItemIndex> items;
  for (const ItemIndex i : m_placement.itemsOn(s))
    if (!m_problem.fixed[i]) items.push_back(i);
  std::sort(items.begin(), items.end());
  ShardPrices prices = exportPrices(m_problem, items, excess);
  m_budget.spend(static_cast<std::int64_t>(items.size() * dims * 40));
  if (std::none_of(prices.price.begin(), prices.price.end(), [](double p) { return p > 0; }))
    for (std::size_t d = 0; d < dims; ++d) prices.price[d] = excess[d] > 0 ? 1 / static_cast<double>(excess[d]) : 0;
  std::vector<double> rank(items.size());
  std::vector<std::uint32_t> order;
  for (std::uint32_t k = 0; k < items.size(); ++k) {
    const ItemIndex i = items[k];
    double relief = 0;
    for (std::size_t d = 0; d < dims; ++d) relief += prices.price[d] * static_cast<double>(m_problem.loadOf(i)[d]);
    if (relief <= 0) continue;
    // What has moved already moves on for nothing; what has nowhere to go is asked last.
    const double bytes = m_placement.at(i) == m_problem.home[i] ? static_cast<double>(m_problem.cost[i]) : 0;
    rank[k] = (bytes + m_trifle) / relief * (roomy[m_problem.klass[i]] ? 1 : 1e9);
    order.push_back(k);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return rank[a] != rank[b] ? rank[a] < rank[b] : a < b; });
  std::vector<ItemIndex> taken;
  for (const std::uint32_t k : order) {
    if (!over()) break;
    for (std::size_t d = 0; d < dims; ++d) excess[d] -= m_problem.loadOf(items[k])[d];
    taken.push_back(items[k]);
  }
  // Taken last is dearest: give back whatever is not needed after all.
  for (auto it = taken.rbegin(); it != taken.rend(); ++it) {
    bool needed = false;
    for (std::size_t d = 0; d < dims; ++d) {
      const std::int64_t load = m_problem.loadOf(*it)[d];
      needed = needed || (load > 0 && excess[d] + load > 0);
    }
    if (needed) {
      pool.push_back(*it);
    } else {
      for (std::size_t d = 0; d < dims; ++d) excess[d] += m_problem.loadOf(*it)[d];
    }
  }
}

// Largest first, each where it costs least by the potential; where it fits nowhere, where it overloads least.
void Search::place(std::vector<ItemIndex>& pool) {
  std::vector<double> sizes(m_problem.items(), 0);
  for (const ItemIndex i : pool) sizes[i] = size(i);
  std::sort(pool.begin(), pool.end(), [&](ItemIndex a, ItemIndex b) { return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b; });
  // All of them have left: none is in the way of another.
  for (const ItemIndex i : pool) {
    leave(i, -1);
    m_budget.spend(static_cast<std::int64_t>(m_receivers.size() * m_problem.dims));
    const ShardIndex from = m_placement.at(i);
    ShardIndex best = from;
    double bestScore = HUGE_VAL;
    bool bestFits = false;
    for (const ShardIndex s : m_receivers) {
      if (s == from || !m_problem.allowed(i, s)) continue;
      const bool fit = fits(i, s);
      if (bestFits && !fit) continue;
      if (!fit && !arrives(i, s)) continue;
      const double score = fit ? potential(i, s) : overload(s, m_problem.loadOf(i)) - overload(s) + potential(i, s) * 1e-6;
      if ((fit && !bestFits) || score < bestScore) {
        best = s;
        bestScore = score;
        bestFits = fit;
      }
    }
    m_placement.move(i, best);
  }
}

// Export and placement by turns: what arrives may make its receiver give away something else, of which there is room for
// elsewhere. Ends when nobody is overfull, or a round does not help.
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

// The coldest shards by their fullest dimension, and every shard of a small cluster.
std::vector<ShardIndex> Search::partners(ShardIndex s) const {
  std::vector<std::pair<double, ShardIndex>> byFill;
  for (const ShardIndex t : m_receivers) {
    if (t == s) continue;
    double fill = 0;
    for (std::size_t d = 0; d < m_problem.dims; ++d)
      fill = std::max(fill, static_cast<double>(held(t, d)) * inverse(t, d));
    byFill.emplace_back(fill, t);
  }
  const std::size_t count = std::min<std::size_t>(byFill.size(), 48);
  std::partial_sort(byFill.begin(), byFill.begin() + static_cast<std::ptrdiff_t>(count), byFill.end());
  std::vector<ShardIndex> out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(byFill[k].second);
  return out;
}

// One item off an overfull shard, the most relief per byte. Relief that overloads the receiver counts only as it helps both.
bool Search::bestMove(ShardIndex s) {
  const double before = overload(s);
  ItemIndex bestItem = 0;
  ShardIndex bestTarget = s;
  double bestScore = 0;
  const std::vector<ShardIndex> targets = partners(s);
  std::vector<double> targetBefore;
  for (const ShardIndex t : targets) targetBefore.push_back(overload(t));
  m_budget.spend(static_cast<std::int64_t>(m_placement.itemsOn(s).size() * (1 + targets.size() / 4) * m_problem.dims));
  for (const ItemIndex i : m_placement.itemsOn(s)) {
    if (m_problem.fixed[i]) continue;
    const double relief = before - overload(s, nullptr, m_problem.loadOf(i));
    if (relief <= 1e-15) continue;
    for (std::size_t k = 0; k < targets.size(); ++k) {
      const ShardIndex t = targets[k];
      if (!m_problem.allowed(i, t) || !arrives(i, t)) continue;
      const double gain = relief - (overload(t, m_problem.loadOf(i)) - targetBefore[k]);
      if (gain <= 1e-12) continue;
      const double score = gain / (static_cast<double>(std::max<std::int64_t>(0, costOf(i, t))) + m_trifle);
      if (score > bestScore || (score == bestScore && bestTarget != s && i < bestItem)) {
        bestScore = score;
        bestItem = i;
        bestTarget = t;
      }
    }
  }
  if (bestTarget == s) return false;
  m_placement.move(bestItem, bestTarget);
  return true;
}

// Up to `count` items of a shard, evenly spread over all that may move.
std::vector<ItemIndex> Search::sampleOf(ShardIndex s, std::size_t count) const {
  std::vector<ItemIndex> free;
  for (const ItemIndex i : m_placement.itemsOn(s))
    if (!m_problem.fixed[i]) free.push_back(i);
  if (free.size() <= count) return free;
  std::vector<ItemIndex> out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(free[k * free.size() / count]);
  return out;
}

// One item of the overfull shard for one of another, if together they are less overloaded afterwards.
bool Search::bestSwap(ShardIndex s, std::size_t looks) {
  const double before = overload(s);
  ItemIndex bestOut = 0, bestIn = 0;
  ShardIndex bestTarget = s;
  double bestScore = 0;
  std::int64_t pairs = 0;
  const std::vector<ItemIndex> mine = sampleOf(s, looks);
  for (const ShardIndex t : partners(s)) {
    const double targetBefore = overload(t);
    const std::vector<ItemIndex> theirs = sampleOf(t, looks);
    for (const ItemIndex i : mine) {
      if (!m_problem.allowed(i, t) || overload(s, nullptr, m_problem.loadOf(i)) >= before) continue;
      for (const ItemIndex j : theirs) {
        if (!m_problem.allowed(j, s)) continue;
        ++pairs;
        const double gain = before + targetBefore - overload(s, m_problem.loadOf(j), m_problem.loadOf(i)) -
                            overload(t, m_problem.loadOf(i), m_problem.loadOf(j));
        if (gain <= 1e-12) continue;
        const double bytes = static_cast<double>(std::max<std::int64_t>(0, costOf(i, t) + costOf(j, s)));
        const double score = gain / (bytes + m_trifle);
        if (score <= bestScore || !arrives(i, t, m_problem.loadOf(j)) || !arrives(j, s, m_problem.loadOf(i))) continue;
        bestScore = score;
        bestOut = i;
        bestIn = j;
        bestTarget = t;
      }
    }
    // Enough was looked at for one swap, and something helps.
    if (bestTarget != s && pairs > 100'000) break;
    if (!m_budget.spend(1)) break;
  }
  m_budget.spend(pairs * static_cast<std::int64_t>(m_problem.dims));
  if (bestTarget == s) return false;
  m_placement.move(bestOut, bestTarget);
  m_placement.move(bestIn, s);
  return true;
}

bool Search::repair() {
  std::vector<char> stuck(m_problem.shards, 0);
  while (!m_budget.exhausted()) {
    ShardIndex worst = 0;
    double most = 0;
    bool anyOver = false;
    for (const ShardIndex s : m_receivers) {
      if (!overfull(s)) continue;
      anyOver = true;
      const double over = overload(s);
      if (!stuck[s] && over > most) {
        most = over;
        worst = s;
      }
    }
    if (!anyOver) return true;
    if (most == 0) return false;
    if (bestMove(worst) || bestSwap(worst, 64) || bestSwap(worst, 256)) {
      std::fill(stuck.begin(), stuck.end(), 0);
    } else {
      stuck[worst] = 1;
    }
  }
  return std::none_of(m_receivers.begin(), m_receivers.end(), [&](ShardIndex s) { return overfull(s); });
}

// Moved items that fit at home after all go back, dearest first.
void Search::giveBack() {
  std::vector<ItemIndex> moved;
  for (ItemIndex i = 0; i < m_problem.items(); ++i)
    if (m_placement.at(i) != m_problem.home[i] && m_problem.allowed(i, m_problem.home[i])) moved.push_back(i);
  std::sort(moved.begin(), moved.end(),
            [&](ItemIndex a, ItemIndex b) { return m_problem.cost[a] != m_problem.cost[b] ? m_problem.cost[a] > m_problem.cost[b] : a < b; });
  for (const ItemIndex i : moved)
    if (fits(i, m_problem.home[i])) m_placement.move(i, m_problem.home[i]);
}

// A moved item changes places with a cheaper one that stayed at its home, where both shards stay within their limits.
void Search::exchangeForCheaper() {
  std::vector<ItemIndex> moved;
  for (ItemIndex i = 0; i < m_problem.items(); ++i)
    if (m_placement.at(i) != m_problem.home[i] && m_problem.allowed(i, m_problem.home[i])) moved.push_back(i);
  std::sort(moved.begin(), moved.end(),
            [&](ItemIndex a, ItemIndex b) { return m_problem.cost[a] != m_problem.cost[b] ? m_problem.cost[a] > m_problem.cost[b] : a < b; });
  std::vector<std::vector<ItemIndex>> cheapest(m_problem.shards);
  for (const ItemIndex i : moved) {
    const ShardIndex home = m_problem.home[i];
    const ShardIndex away = m_placement.at(i);
    if (home == away) continue;
    std::vector<ItemIndex>& stayed = cheapest[home];
    if (stayed.empty()) {
      for (const ItemIndex j : m_placement.itemsOn(home))
        if (m_problem.home[j] == home && !m_problem.fixed[j]) stayed.push_back(j);
      std::sort(stayed.begin(), stayed.end(), [&](ItemIndex a, ItemIndex b) {
        return m_problem.cost[a] != m_problem.cost[b] ? m_problem.cost[a] < m_problem.cost[b] : a < b;
      });
    }
    constexpr int looks = 2'000;
    int looked = 0;
    for (const ItemIndex j : stayed) {
      if (m_problem.cost[j] >= m_problem.cost[i] || ++looked > looks) break;
      if (m_placement.at(j) != home || !m_problem.allowed(j, away)) continue;
      if (!fits(i, home, m_problem.loadOf(j)) || !fits(j, away, m_problem.loadOf(i))) continue;
      m_placement.move(i, home);
      m_placement.move(j, away);
      break;
    }
    if (!m_budget.spend(looked * static_cast<std::int64_t>(m_problem.dims) * 2)) return;
  }
}

}  // namespace

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

namespace {

Solution solveOnce(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, int rounds, WorkBudget& budget) {
  Solution solution{Assignment(problem), false};
  Search search(problem, limits, solution.placement, budget);
  search.rounds(rounds);
  solution.within = search.repair() && !solution.placement.misplaced();
  if (solution.within) reduceBytes(problem, limits, solution.placement, budget);
  return solution;
}

}  // namespace

Solution solve(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, WorkBudget& budget) {
  std::optional<Solution> best;
  // Neither way is the better one for every cluster: one export and then repair, or exports by turns.
  for (const int rounds : {1, 12}) {
    const auto share = static_cast<std::int64_t>(problem.items() * problem.dims * 300) + 20'000'000;
    WorkBudget own(std::min(share, budget.left()));
    Solution found = solveOnce(problem, limits, rounds, own);
    budget.spend(own.spent());
    if (!best || (found.within && (!best->within || found.placement.movedBytes() < best->placement.movedBytes()))) best = std::move(found);
  }
  return *std::move(best);
}

}  // namespace shardwright
