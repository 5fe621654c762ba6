#include "core/plan/bounds.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace shardwright {

namespace {

using Bits = std::vector<std::uint64_t>;

Bits bitsOf(const std::vector<char>& members) {
  Bits bits((members.size() + 63) / 64, 0);
  for (std::size_t s = 0; s < members.size(); ++s)
    if (members[s]) bits[s / 64] |= std::uint64_t{1} << (s % 64);
  return bits;
}

bool isSubset(const Bits& a, const Bits& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] & ~b[i]) return false;
  return true;
}

void raise(UtilisationBound& bound, const UtilisationBound& other) {
  if (bound.ratio < other.ratio) bound = other;
}

// Items by where they may be: those that are fixed count as if only their home were allowed.
struct Demand {
  Bits members;
  std::vector<std::int64_t> load;
  std::uint32_t klass = 0;
};

std::vector<Demand> demands(const PlacementProblem& problem) {
  std::map<Bits, Demand> byMembers;
  std::vector<Demand*> ofClass(problem.classes.size(), nullptr);
  std::vector<Demand*> ofShard(problem.shards, nullptr);
  for (ItemIndex i = 0; i < problem.items(); ++i) {
    if (problem.fixed[i] && !problem.receives[problem.home[i]]) continue;
    Demand*& slot = problem.fixed[i] ? ofShard[problem.home[i]] : ofClass[problem.klass[i]];
    if (!slot) {
      Bits members;
      if (problem.fixed[i]) {
        std::vector<char> alone(problem.shards, 0);
        alone[problem.home[i]] = 1;
        members = bitsOf(alone);
      } else {
        members = bitsOf(problem.classes[problem.klass[i]]);
      }
      slot = &byMembers.try_emplace(members, Demand{members, std::vector<std::int64_t>(problem.dims, 0), problem.klass[i]}).first->second;
    }
    for (std::size_t d = 0; d < problem.dims; ++d) slot->load[d] += problem.loadOf(i)[d];
  }
  std::vector<Demand> out;
  for (auto& [members, demand] : byMembers) out.push_back(std::move(demand));
  return out;
}

std::int64_t capacityOf(const PlacementProblem& problem, const Bits& members, std::size_t d) {
  std::int64_t sum = 0;
  for (ShardIndex s = 0; s < problem.shards; ++s)
    if (problem.receives[s] && (members[s / 64] >> (s % 64) & 1)) sum += problem.capacity[s * problem.dims + d];
  return sum;
}

// Volume and zones are one law: whatever must lie within a set of shards does not exceed their capacity together (Hall).
UtilisationBound hallBound(const PlacementProblem& problem) {
  UtilisationBound bound;
  const std::vector<Demand> classes = demands(problem);
  const Bits everywhere = bitsOf(problem.receives);
  const auto consider = [&](const Bits& set, UtilisationBound::Kind kind, std::uint32_t klass) {
    std::vector<std::int64_t> load(problem.dims, 0);
    for (const Demand& demand : classes)
      if (isSubset(demand.members, set))
        for (std::size_t d = 0; d < problem.dims; ++d) load[d] += demand.load[d];
    for (std::size_t d = 0; d < problem.dims; ++d)
      if (problem.balanced[d]) raise(bound, {{load[d], capacityOf(problem, set, d)}, kind, d, 0, klass});
  };
  consider(everywhere, UtilisationBound::Kind::Volume, 0);
  for (const Demand& demand : classes)
    if (demand.members != everywhere) consider(demand.members, UtilisationBound::Kind::Zone, demand.klass);
  return bound;
}

UtilisationBound biggestBound(const PlacementProblem& problem, const std::vector<std::int64_t>& smallest) {
  UtilisationBound bound;
  std::vector<std::int64_t> roomiest(problem.classes.size() * problem.dims, 0);
  for (std::size_t k = 0; k < problem.classes.size(); ++k)
    for (ShardIndex s = 0; s < problem.shards; ++s)
      for (std::size_t d = 0; problem.classes[k][s] && d < problem.dims; ++d)
        roomiest[k * problem.dims + d] = std::max(roomiest[k * problem.dims + d], problem.capacity[s * problem.dims + d]);
  for (ItemIndex i = 0; i < problem.items(); ++i) {
    if (problem.fixed[i]) continue;
    for (std::size_t d = 0; d < problem.dims; ++d)
      if (problem.balanced[d])
        raise(bound, {{smallest[i * problem.dims + d], roomiest[problem.klass[i] * problem.dims + d]},
                      UtilisationBound::Kind::Biggest, d, i, problem.klass[i]});
  }
  return bound;
}

// Among the k*N+1 heaviest items some shard holds k+1, which weigh at least as much as the k+1 lightest of them.
UtilisationBound packingBound(const PlacementProblem& problem, const std::vector<std::int64_t>& smallest) {
  UtilisationBound bound;
  std::size_t n = 0;
  for (const char receives : problem.receives) n += receives != 0;
  if (n == 0) return bound;
  constexpr std::size_t deepest = 8;
  for (std::size_t d = 0; d < problem.dims; ++d) {
    if (!problem.balanced[d]) continue;
    std::vector<std::int64_t> loads;
    for (ItemIndex i = 0; i < problem.items(); ++i)
      if (!problem.fixed[i] || problem.receives[problem.home[i]]) loads.push_back(smallest[i * problem.dims + d]);
    const std::size_t top = std::min(loads.size(), deepest * n + 1);
    std::partial_sort(loads.begin(), loads.begin() + static_cast<std::ptrdiff_t>(top), loads.end(), std::greater<>());
    std::int64_t roomiest = 0;
    for (ShardIndex s = 0; s < problem.shards; ++s)
      if (problem.receives[s]) roomiest = std::max(roomiest, problem.capacity[s * problem.dims + d]);
    for (std::size_t k = 1; k * n < top; ++k) {
      std::int64_t together = 0;
      for (std::size_t j = 0; j <= k; ++j) together += loads[k * n - j];
      raise(bound, {{together, roomiest}, UtilisationBound::Kind::Packing, d, 0, 0});
    }
  }
  return bound;
}

// Cheapest share of items, fractions allowed, whose priced load covers the priced excess: a bound for any prices >= 0.
// Evaluated in integers: `price` in units of 2^-shift bytes per load.
class Knapsack {
 public:
  Knapsack(const PlacementProblem& problem, const std::vector<ItemIndex>& items, const std::vector<std::int64_t>& excess)
      : m_problem(problem), m_items(items), m_excess(excess) {}

  // Bytes by the best multiple of `direction`; the multiple comes back in `scale`.
  double cheapest(const std::vector<double>& direction, double& scale) {
    double needed = 0;
    for (std::size_t d = 0; d < direction.size(); ++d) needed += direction[d] * static_cast<double>(std::max<std::int64_t>(0, m_excess[d]));
    offer(direction, needed);
    // Halves where the covering ends, instead of sorting: only one of them matters. Sums are of integers, so that their order,
    // which the library is free to choose, changes nothing.
    Int128 left = whole;
    std::int64_t bytes = 0;
    auto first = m_offers.begin(), last = m_offers.end();
    while (last - first > 1) {
      const auto middle = first + (last - first) / 2;
      std::nth_element(first, middle, last);
      Int128 covers = 0;
      std::int64_t costs = 0;
      for (auto it = first; it != middle; ++it) {
        covers += it->covers;
        costs += m_problem.cost[it->item];
      }
      if (covers >= left) {
        last = middle;
      } else {
        left -= covers;
        bytes += costs;
        first = middle;
      }
    }
    scale = first == last ? 0 : first->ratio;
    if (first == last || first->covers == 0) return static_cast<double>(bytes);
    const double share = static_cast<double>(std::min<Int128>(left, first->covers)) / static_cast<double>(first->covers);
    return static_cast<double>(bytes) + share * static_cast<double>(m_problem.cost[first->item]);
  }

  // sum_d y_d e_d - sum_i max(0, y.w_i - b_i), exactly, for y rounded to integers of 2^-shift.
  std::int64_t proven(const std::vector<double>& price) const {
    const int shift = shiftFor(price);
    std::vector<std::int64_t> y(price.size(), 0);
    Int128 sum = 0;
    for (std::size_t d = 0; d < price.size(); ++d) {
      if (m_excess[d] <= 0) continue;
      y[d] = static_cast<std::int64_t>(std::ldexp(price[d], shift));
      sum += static_cast<Int128>(y[d]) * m_excess[d];
    }
    for (const ItemIndex i : m_items) {
      Int128 gain = -(static_cast<Int128>(m_problem.cost[i]) << shift);
      for (std::size_t d = 0; d < price.size(); ++d) gain += static_cast<Int128>(y[d]) * m_problem.loadOf(i)[d];
      if (gain > 0) sum -= gain;
    }
    if (sum <= 0) return 0;
    return static_cast<std::int64_t>((sum + (static_cast<Int128>(1) << shift) - 1) >> shift);
  }

 private:
  static constexpr std::int64_t whole = std::int64_t{1} << 36;  // stands for the priced excess

  struct Offer {
    double ratio;         // bytes for priced load
    ItemIndex item;
    std::int64_t covers;  // in parts of the whole, of which one item may cover many
    friend bool operator<(const Offer& a, const Offer& b) { return a.ratio != b.ratio ? a.ratio < b.ratio : a.item < b.item; }
  };

  void offer(const std::vector<double>& direction, double needed) {
    m_offers.clear();
    for (const ItemIndex i : m_items) {
      const double load = priced(direction, i);
      if (load <= 0) continue;
      const double covers = std::min(0x1p26, load / needed) * static_cast<double>(whole);
      m_offers.push_back({static_cast<double>(m_problem.cost[i]) / load, i, static_cast<std::int64_t>(covers)});
    }
  }

  double priced(const std::vector<double>& price, ItemIndex i) const {
    double sum = 0;
    for (std::size_t d = 0; d < price.size(); ++d)
      if (price[d] > 0) sum += price[d] * static_cast<double>(m_problem.loadOf(i)[d]);
    return sum;
  }

  // As fine as leaves every product and sum within 126 bits, and every integer price within 62.
  int shiftFor(const std::vector<double>& price) const {
    double greatest = 1, total = 1;
    for (const ItemIndex i : m_items) {
      total += static_cast<double>(m_problem.cost[i]);
      for (std::size_t d = 0; d < price.size(); ++d) total += price[d] * static_cast<double>(m_problem.loadOf(i)[d]);
    }
    for (const double p : price) greatest = std::max(greatest, p);
    return std::clamp(std::min(120 - std::ilogb(total), 60 - std::ilogb(greatest)), 0, 60);
  }

  const PlacementProblem& m_problem;
  const std::vector<ItemIndex>& m_items;
  const std::vector<std::int64_t>& m_excess;
  std::vector<Offer> m_offers;
};

}  // namespace

UtilisationBound utilisationBound(const PlacementProblem& problem, const std::vector<std::int64_t>& smallest) {
  UtilisationBound bound = hallBound(problem);
  raise(bound, biggestBound(problem, smallest));
  raise(bound, packingBound(problem, smallest));
  return bound;
}

ShardPrices exportPrices(const PlacementProblem& problem, const std::vector<ItemIndex>& items,
                         const std::vector<std::int64_t>& excess) {
  ShardPrices best;
  best.price.assign(problem.dims, 0);
  Knapsack knapsack(problem, items, excess);
  std::vector<std::size_t> over;
  double bestBytes = -1;
  std::vector<double> direction(problem.dims, 0);
  const auto attempt = [&](const std::vector<double>& tried) {
    double scale = 0;
    const double bytes = knapsack.cheapest(tried, scale);
    if (bytes <= bestBytes) return false;
    bestBytes = bytes;
    direction = tried;
    for (std::size_t d = 0; d < problem.dims; ++d) best.price[d] = tried[d] * scale;
    return true;
  };
  for (std::size_t d = 0; d < problem.dims; ++d) {
    if (excess[d] <= 0) continue;
    over.push_back(d);
    std::vector<double> alone(problem.dims, 0);
    alone[d] = 1 / static_cast<double>(excess[d]);
    attempt(alone);
  }
  if (over.size() > 1) {
    std::vector<double> even(problem.dims, 0);
    for (const std::size_t d : over) even[d] = 1 / static_cast<double>(excess[d]);
    attempt(even);
    // The bound is quasi-concave in the direction: climb by changing one weight at a time, in smaller and smaller steps.
    for (double step = 4; step > 1.02; step = std::sqrt(step)) {
      for (int round = 0; round < 3; ++round) {
        bool better = false;
        for (const std::size_t d : over) {
          for (const double factor : {step, 1 / step}) {
            std::vector<double> tried = direction;
            tried[d] = std::max(tried[d], 1e-3 / static_cast<double>(excess[d])) * factor;
            better = attempt(tried) || better;
          }
        }
        if (!better) break;
      }
    }
  }
  best.bytes = knapsack.proven(best.price);
  return best;
}

std::int64_t movedBytesBound(const PlacementProblem& problem, const std::vector<std::int64_t>& limits) {
  std::vector<std::vector<ItemIndex>> free(problem.shards);
  std::vector<std::int64_t> load(problem.shards * problem.dims, 0);
  std::int64_t bytes = 0;
  for (ItemIndex i = 0; i < problem.items(); ++i) {
    const ShardIndex s = problem.home[i];
    if (problem.forced(i)) {
      bytes += problem.cost[i];
      continue;
    }
    for (std::size_t d = 0; d < problem.dims; ++d) load[s * problem.dims + d] += problem.loadOf(i)[d];
    if (!problem.fixed[i]) free[s].push_back(i);
  }
  std::vector<std::int64_t> excess(problem.dims);
  for (ShardIndex s = 0; s < problem.shards; ++s) {
    if (!problem.receives[s]) continue;
    bool over = false;
    for (std::size_t d = 0; d < problem.dims; ++d) {
      excess[d] = load[s * problem.dims + d] - limits[s * problem.dims + d];
      over = over || excess[d] > 0;
    }
    if (over) bytes += exportPrices(problem, free[s], excess).bytes;
  }
  return bytes;
}

}  // namespace shardwright
