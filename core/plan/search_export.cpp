// Which items leave: those that may not stay, and off overfull shards those that relieve them most per byte.
#include <algorithm>

#include "core/plan/bounds.h"
#include "core/plan/search.h"

namespace shardwright {

namespace {

// Items of one overfull shard until no excess is left, cheapest first by the prices. In steps, each with part of the price
// on what is left most of: where the prices leave a choice - all ranges cost what they weigh, say - the dimensions then
// come down together, and nothing is taken for one of them alone at the end.
class Taking {
 public:
  struct Weights {
    double needless = 0;
    double trifle = 0;
    std::vector<char> roomy;  // by class
  };

  Taking(const PlacementProblem& problem, const Assignment& placement, const Weights& weights, std::vector<ItemIndex> items,
         std::vector<double> prices, std::vector<std::int64_t>& excess)
      : m_problem(problem), m_placement(placement), m_weights(weights), m_rest(std::move(items)), m_prices(std::move(prices)),
        m_excess(excess), m_whole(excess), m_scale(problem.dims, 0) {
    for (std::size_t d = 0; d < problem.dims; ++d)
      if (m_whole[d] > 0) m_worth += m_prices[d] * static_cast<double>(m_whole[d]);
    double bytes = 0;
    for (const ItemIndex i : m_rest) {
      bytes += static_cast<double>(problem.cost[i]);
      for (std::size_t d = 0; d < problem.dims; ++d) m_scale[d] += static_cast<double>(problem.loadOf(i)[d]);
    }
    for (double& one : m_scale) one = one > 0 ? bytes / one : 0;
  }

  // In the order in which they were taken; `excess` is what is left, negative where more was taken.
  std::vector<ItemIndex> take() {
    const double start = left();
    for (int step = 1; step <= steps && left() > 0 && !m_rest.empty(); ++step)
      takeUntil(step == steps ? 0 : start * (steps - step) / steps);
    return std::move(m_taken);
  }

 private:
  static constexpr int steps = 16;
  static constexpr double together = 0.5;  // part of the price that goes to whatever is left most of

  // Shares of the excesses, summed over the dimensions.
  double left() const {
    double sum = 0;
    for (std::size_t d = 0; d < m_problem.dims; ++d)
      if (m_excess[d] > 0) sum += static_cast<double>(m_excess[d]) / static_cast<double>(m_whole[d]);
    return sum;
  }

  std::vector<double> pricesNow() const {
    std::vector<double> now(m_problem.dims, 0);
    for (std::size_t d = 0; d < m_problem.dims; ++d) {
      if (m_whole[d] <= 0) continue;
      const double remains = std::max(0.0, static_cast<double>(m_excess[d]) / static_cast<double>(m_whole[d]));
      now[d] = m_prices[d] + together * m_worth * remains / static_cast<double>(m_whole[d]);
    }
    return now;
  }

  // Bytes for relief, in the order of taking.
  std::vector<std::pair<double, ItemIndex>> ranked() const {
    const std::vector<double> prices = pricesNow();
    std::vector<std::pair<double, ItemIndex>> order;
    order.reserve(m_rest.size());
    for (const ItemIndex i : m_rest) {
      double relief = 0, needless = 0;
      for (std::size_t d = 0; d < m_problem.dims; ++d) {
        const auto load = static_cast<double>(m_problem.loadOf(i)[d]);
        relief += prices[d] * load;
        if (m_excess[d] <= 0) needless += m_scale[d] * load;
      }
      if (relief <= 0) continue;
      // What has moved already moves on for nothing; what has nowhere to go is asked last.
      const double cost = m_placement.at(i) == m_problem.home[i] ? static_cast<double>(m_problem.cost[i]) : 0;
      const double hurdle = m_weights.roomy[m_problem.klass[i]] ? 1 : 1e9;
      order.emplace_back((cost + m_weights.needless * needless + m_weights.trifle) / relief * hurdle, i);
    }
    std::sort(order.begin(), order.end());
    return order;
  }

  void takeUntil(double until) {
    const auto order = ranked();
    std::size_t next = 0;
    for (; next < order.size() && left() > until; ++next) {
      for (std::size_t d = 0; d < m_problem.dims; ++d) m_excess[d] -= m_problem.loadOf(order[next].second)[d];
      m_taken.push_back(order[next].second);
    }
    m_rest.clear();
    for (; next < order.size(); ++next) m_rest.push_back(order[next].second);
  }

  const PlacementProblem& m_problem;
  const Assignment& m_placement;
  const Weights& m_weights;
  std::vector<ItemIndex> m_rest, m_taken;
  std::vector<double> m_prices;
  std::vector<std::int64_t>& m_excess;
  const std::vector<std::int64_t> m_whole;
  std::vector<double> m_scale;  // bytes that a unit of load stands for here
  double m_worth = 0;           // of all that has to leave, in bytes
};

// Taken last is dearest: what is not needed after all stays.
void keepNeeded(const PlacementProblem& problem, const std::vector<ItemIndex>& taken, std::vector<std::int64_t>& excess,
                std::vector<ItemIndex>& pool) {
  for (auto it = taken.rbegin(); it != taken.rend(); ++it) {
    bool needed = false;
    for (std::size_t d = 0; d < problem.dims; ++d) {
      const std::int64_t load = problem.loadOf(*it)[d];
      needed = needed || (load > 0 && excess[d] + load > 0);
    }
    if (needed) {
      pool.push_back(*it);
    } else {
      for (std::size_t d = 0; d < problem.dims; ++d) excess[d] += problem.loadOf(*it)[d];
    }
  }
}

}  // namespace

void Search::exportForced(std::vector<ItemIndex>& pool) const {
  for (ItemIndex i = 0; i < m_problem.items(); ++i)
    if (m_problem.forced(i) && m_placement.at(i) == m_problem.home[i]) pool.push_back(i);
}

void Search::exportExcess(std::vector<ItemIndex>& pool) const {
  for (const ShardIndex s : m_receivers) exportFrom(s, pool);
}

// Classes with a shard that is not full in any dimension yet.
std::vector<char> Search::roomyClasses() const {
  std::vector<char> roomy(m_problem.classes.size(), 0);
  for (const ShardIndex s : m_receivers) {
    if (fill(s) >= 0.9999) continue;
    for (std::size_t k = 0; k < roomy.size(); ++k) roomy[k] = roomy[k] || m_problem.classes[k][s];
  }
  return roomy;
}

std::vector<double> Search::pricesOf(const std::vector<ItemIndex>& items, const std::vector<std::int64_t>& excess) const {
  std::vector<double> prices = exportPrices(m_problem, items, excess).price;
  m_budget.spend(static_cast<std::int64_t>(items.size() * m_problem.dims * 40));
  if (std::any_of(prices.begin(), prices.end(), [](double p) { return p > 0; })) return prices;
  for (std::size_t d = 0; d < m_problem.dims; ++d) prices[d] = excess[d] > 0 ? 1 / static_cast<double>(excess[d]) : 0;
  return prices;
}

void Search::exportFrom(ShardIndex s, std::vector<ItemIndex>& pool) const {
  std::vector<std::int64_t> excess(m_problem.dims);
  for (std::size_t d = 0; d < m_problem.dims; ++d) excess[d] = held(s, d) - limit(s, d);
  if (std::none_of(excess.begin(), excess.end(), [](std::int64_t e) { return e > 0; })) return;
  std::vector<ItemIndex> items;
  for (const ItemIndex i : m_placement.itemsOn(s))
    if (!m_problem.fixed[i]) items.push_back(i);
  std::sort(items.begin(), items.end());
  std::vector<double> prices = pricesOf(items, excess);
  const Taking::Weights weights{m_needless, m_trifle, roomyClasses()};
  const std::vector<ItemIndex> taken = Taking(m_problem, m_placement, weights, std::move(items), std::move(prices), excess).take();
  keepNeeded(m_problem, taken, excess, pool);
}

}  // namespace shardwright
