// Shards that are still overfull are relieved item by item: the best single move, else the best swap.
#include <algorithm>
#include <cmath>

#include "core/plan/search.h"

namespace shardwright {

// The coldest shards that may take something from `s`, by their fullest dimension; all of a small cluster.
std::vector<ShardIndex> Search::partners(ShardIndex s) const {
  std::vector<char> classes(m_problem.classes.size(), 0), takes(m_problem.shards, 0);
  for (const ItemIndex i : m_placement.itemsOn(s))
    if (!m_problem.fixed[i]) classes[m_problem.klass[i]] = 1;
  for (std::size_t k = 0; k < classes.size(); ++k)
    for (ShardIndex t = 0; classes[k] && t < m_problem.shards; ++t) takes[t] = takes[t] || m_problem.classes[k][t];
  std::vector<std::pair<double, ShardIndex>> byFill;
  for (const ShardIndex t : m_receivers)
    if (t != s && takes[t]) byFill.emplace_back(fill(t), t);
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

// Two shards, and the two items that gain most per byte by changing places, so far as it was looked.
struct Search::Swap {
  ShardIndex from = 0;
  ShardIndex to = 0;       // being looked at
  double score = 0;        // 0: none found yet
  ShardIndex target = 0;   // of the best
  ItemIndex out = 0, in = 0;
};

// Returns how many pairs were looked at.
std::int64_t Search::tryPairs(const std::vector<ItemIndex>& mine, const std::vector<ItemIndex>& theirs, Swap& best) const {
  const ShardIndex s = best.from, t = best.to;
  const double before = overload(s), targetBefore = overload(t);
  std::int64_t pairs = 0;
  for (const ItemIndex i : mine) {
    if (!m_problem.allowed(i, t) || overload(s, nullptr, m_problem.loadOf(i)) >= before) continue;
    for (const ItemIndex j : theirs) {
      if (!m_problem.allowed(j, s)) continue;
      ++pairs;
      const double gain = before + targetBefore - overload(s, m_problem.loadOf(j), m_problem.loadOf(i)) -
                          overload(t, m_problem.loadOf(i), m_problem.loadOf(j));
      if (gain <= 1e-12) continue;
      const double score = gain / (static_cast<double>(std::max<std::int64_t>(0, costOf(i, t) + costOf(j, s))) + m_trifle);
      if (score <= best.score || !arrives(i, t, m_problem.loadOf(j)) || !arrives(j, s, m_problem.loadOf(i))) continue;
      best.score = score;
      best.target = t;
      best.out = i;
      best.in = j;
    }
  }
  return pairs;
}

// One item of the overfull shard for one of another, if together they are less overloaded afterwards.
bool Search::bestSwap(ShardIndex s, std::size_t looks) {
  constexpr std::int64_t enough = 200'000;  // pairs, once something helps
  Swap best{.from = s};
  std::int64_t pairs = 0;
  const std::vector<ItemIndex> mine = sampleOf(s, looks);
  for (const ShardIndex t : partners(s)) {
    best.to = t;
    pairs += tryPairs(mine, sampleOf(t, looks), best);
    if (best.score > 0 && pairs > enough) break;
    if (!m_budget.spend(1)) break;
  }
  m_budget.spend(pairs * static_cast<std::int64_t>(m_problem.dims));
  if (best.score == 0) return false;
  m_placement.move(best.out, best.target);
  m_placement.move(best.in, s);
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
    if (bestMove(worst) || bestSwap(worst, 64) || bestSwap(worst, 512)) {
      std::fill(stuck.begin(), stuck.end(), 0);
    } else {
      stuck[worst] = 1;
    }
  }
  return std::none_of(m_receivers.begin(), m_receivers.end(), [&](ShardIndex s) { return overfull(s); });
}

}  // namespace shardwright
