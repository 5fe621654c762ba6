#include "core/plan/cuts.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace shardwright {

namespace {

// Items may be taken apart while they are placed; loads of shards are kept here, at() of the items beside them.
class Cutter {
 public:
  Cutter(const PlanModel& model, const std::vector<std::int64_t>& limits, WorkBudget& budget)
      : m_model(model), m_limits(limits), m_budget(budget), m_dims(model.problem.dims) {
    m_out.problem = model.problem;
    m_out.at = model.problem.home;
    m_load.assign(model.problem.shards * m_dims, 0);
    m_on.resize(model.problem.shards);
    for (ItemIndex i = 0; i < model.problem.items(); ++i) {
      m_out.slices.push_back({model.firstRange[i], 0, static_cast<std::uint32_t>(model.rangeOf(i).splitPoints.size()) + 1});
      m_cuttable.push_back(model.divisible(i));
      m_on[m_out.at[i]].push_back(i);
      add(m_out.at[i], m_out.problem.loadOf(i), 1);
    }
  }

  CutPlacement run() {
    placeForced();
    std::vector<char> stuck(m_out.problem.shards, 0);
    while (!m_budget.exhausted()) {
      const auto worst = worstShard(stuck);
      if (!worst) break;
      if (!relieve(*worst)) stuck[*worst] = 1;
    }
    settle();
    return std::move(m_out);
  }

 private:
  struct Choice {
    ItemIndex item = 0;
    Slice slice;
    ShardIndex target = 0;
    double gain = 0;
    bool covers = false;
    double bytes = 0;
  };

  void add(ShardIndex s, const std::int64_t* load, int sign) {
    for (std::size_t d = 0; d < m_dims; ++d) m_load[s * m_dims + d] += sign * load[d];
  }
  std::int64_t over(ShardIndex s, std::size_t d) const { return m_load[s * m_dims + d] - m_limits[s * m_dims + d]; }

  double overload(ShardIndex s) const {
    double sum = 0;
    for (std::size_t d = 0; d < m_dims; ++d)
      if (over(s, d) > 0) sum += static_cast<double>(over(s, d)) / static_cast<double>(std::max<std::int64_t>(1, m_limits[s * m_dims + d]));
    return sum;
  }

  std::optional<ShardIndex> worstShard(const std::vector<char>& stuck) const {
    std::optional<ShardIndex> worst;
    double most = 0;
    for (ShardIndex s = 0; s < m_out.problem.shards; ++s) {
      if (!m_out.problem.receives[s] || stuck[s]) continue;
      const double overloaded = overload(s);
      if (overloaded > most) {
        most = overloaded;
        worst = s;
      }
    }
    return worst;
  }

  std::int64_t loadOf(ItemIndex i, const Slice& slice, std::size_t d) const {
    const Slice& whole = m_out.slices[i];
    if (slice.from == whole.from && slice.until == whole.until) return m_out.problem.loadOf(i)[d];
    return m_model.sliceLoad(slice, d);
  }

  bool fits(ItemIndex i, const Slice& slice, ShardIndex t) const {
    for (std::size_t d = 0; d < m_dims; ++d) {
      const std::int64_t load = loadOf(i, slice, d);
      if (load > 0 && over(t, d) + load > 0) return false;
      if (load > 0 && t != m_out.problem.home[i] && m_load[t * m_dims + d] + load > m_out.problem.arrivalCap[t * m_dims + d]) return false;
    }
    return true;
  }

  bool covers(ItemIndex i, const Slice& slice, ShardIndex s) const {
    for (std::size_t d = 0; d < m_dims; ++d)
      if (over(s, d) > loadOf(i, slice, d)) return false;
    return true;
  }

  double gainOf(ItemIndex i, const Slice& slice, ShardIndex s) const {
    double sum = 0;
    for (std::size_t d = 0; d < m_dims; ++d)
      if (over(s, d) > 0)
        sum += static_cast<double>(std::min(over(s, d), loadOf(i, slice, d))) /
               static_cast<double>(std::max<std::int64_t>(1, m_limits[s * m_dims + d]));
    return sum;
  }

  // Whole items that are where they may not be go to the coldest shard that takes them; cut if none takes them whole.
  void placeForced() {
    for (ItemIndex i = 0; i < m_out.problem.items(); ++i) {
      while (m_out.problem.forced(i) && m_out.at[i] == m_out.problem.home[i] && !m_budget.exhausted()) {
        if (!placeOne(i)) break;
      }
    }
  }

  // Places the item, or its longest beginning that fits anywhere. False if nothing fits.
  bool placeOne(ItemIndex i) {
    for (const ShardIndex t : coldest(i, m_out.at[i])) {
      if (fits(i, m_out.slices[i], t)) {
        place(i, m_out.slices[i], t);
        return true;
      }
    }
    if (!m_cuttable[i]) return false;
    for (const ShardIndex t : coldest(i, m_out.at[i])) {
      const std::uint32_t until = longestFit(i, t, false);
      if (until > m_out.slices[i].from) {
        place(i, {m_out.slices[i].range, m_out.slices[i].from, until}, t);
        return true;
      }
    }
    return false;
  }

  // Last cut of the longest beginning that fits on `t` (or first cut of the longest end).
  std::uint32_t longestFit(ItemIndex i, ShardIndex t, bool fromEnd) const {
    const Slice whole = m_out.slices[i];
    std::uint32_t low = 0, high = whole.until - whole.from;
    while (low < high) {
      const std::uint32_t middle = (low + high + 1) / 2;
      const Slice slice = fromEnd ? Slice{whole.range, whole.until - middle, whole.until} : Slice{whole.range, whole.from, whole.from + middle};
      if (fits(i, slice, t)) low = middle;
      else high = middle - 1;
    }
    return fromEnd ? whole.until - low : whole.from + low;
  }

  std::vector<ShardIndex> coldest(ItemIndex i, ShardIndex except) const {
    std::vector<std::pair<double, ShardIndex>> byFill;
    for (ShardIndex t = 0; t < m_out.problem.shards; ++t) {
      if (t == except || !m_out.problem.allowed(i, t)) continue;
      double fill = 0;
      for (std::size_t d = 0; d < m_dims; ++d)
        fill = std::max(fill, static_cast<double>(m_load[t * m_dims + d]) / static_cast<double>(std::max<std::int64_t>(1, m_limits[t * m_dims + d])));
      byFill.emplace_back(fill, t);
    }
    const std::size_t count = std::min<std::size_t>(byFill.size(), 16);
    std::partial_sort(byFill.begin(), byFill.begin() + static_cast<std::ptrdiff_t>(count), byFill.end());
    std::vector<ShardIndex> out;
    for (std::size_t k = 0; k < count; ++k) out.push_back(byFill[k].second);
    return out;
  }

  // One slice (or whole item) off an overfull shard: one that covers the whole excess for the fewest bytes, else the one
  // that relieves it most.
  bool relieve(ShardIndex s) {
    std::vector<ItemIndex> items;
    for (const ItemIndex i : m_on[s])
      if (!m_out.problem.fixed[i] && gainOf(i, m_out.slices[i], s) > 0) items.push_back(i);
    std::sort(items.begin(), items.end(), [&](ItemIndex a, ItemIndex b) {
      const double ga = gainOf(a, m_out.slices[a], s), gb = gainOf(b, m_out.slices[b], s);
      return ga != gb ? ga > gb : a < b;
    });
    if (items.size() > 256) items.resize(256);
    m_budget.spend(static_cast<std::int64_t>((m_on[s].size() + items.size() * 16) * m_dims));
    std::optional<Choice> best;
    for (const ItemIndex i : items)
      for (const ShardIndex t : coldest(i, s)) consider(i, s, t, best);
    if (!best) return false;
    place(best->item, best->slice, best->target);
    return true;
  }

  void consider(ItemIndex i, ShardIndex s, ShardIndex t, std::optional<Choice>& best) {
    const Slice whole = m_out.slices[i];
    offer(i, whole, s, t, best);
    if (!m_cuttable[i]) return;
    m_budget.spend(static_cast<std::int64_t>((whole.until - whole.from) * m_dims * 4));
    offer(i, {whole.range, whole.from, longestFit(i, t, false)}, s, t, best);
    offer(i, {whole.range, longestFit(i, t, true), whole.until}, s, t, best);
    // For each beginning the shortest slice that covers the excess.
    std::uint32_t until = whole.from + 1;
    for (std::uint32_t from = whole.from; from < whole.until; ++from) {
      until = std::max(until, from + 1);
      while (until < whole.until && !covers(i, {whole.range, from, until}, s)) ++until;
      if (!covers(i, {whole.range, from, until}, s)) break;
      offer(i, {whole.range, from, until}, s, t, best);
    }
    // And the shortest end that does.
    std::uint32_t from = whole.until - 1;
    while (from > whole.from && !covers(i, {whole.range, from, whole.until}, s)) --from;
    offer(i, {whole.range, from, whole.until}, s, t, best);
  }

  void offer(ItemIndex i, const Slice& slice, ShardIndex s, ShardIndex t, std::optional<Choice>& best) {
    if (slice.from >= slice.until || !fits(i, slice, t)) return;
    Choice choice{i, slice, t, gainOf(i, slice, s), covers(i, slice, s), 0};
    if (choice.gain <= 0) return;
    const Slice& whole = m_out.slices[i];
    const int cuts = (slice.from > whole.from) + (slice.until < whole.until);
    const std::int64_t bytes = cuts == 0 ? m_out.problem.cost[i] : m_model.sliceCost(slice);
    // A cut more is worth it only where it saves one byte in twenty.
    choice.bytes = static_cast<double>(bytes) * (1 + 0.05 * cuts);
    if (best) {
      if (best->covers != choice.covers) {
        if (best->covers) return;
      } else if (choice.covers ? choice.bytes >= best->bytes : choice.gain <= best->gain * (1 + 1e-9)) {
        return;
      }
    }
    best = choice;
  }

  // Makes the slice an item of its own where it is not the whole one, and moves it.
  void place(ItemIndex i, const Slice& slice, ShardIndex target) {
    const Slice whole = m_out.slices[i];
    ItemIndex moved = i;
    if (slice.from != whole.from || slice.until != whole.until) {
      if (slice.from > whole.from && slice.until < whole.until) append(i, {whole.range, slice.until, whole.until});
      moved = append(i, slice);
      shrink(i, slice.from > whole.from ? Slice{whole.range, whole.from, slice.from} : Slice{whole.range, slice.until, whole.until});
    }
    add(m_out.at[moved], m_out.problem.loadOf(moved), -1);
    add(target, m_out.problem.loadOf(moved), 1);
    std::erase(m_on[m_out.at[moved]], moved);
    m_on[target].push_back(moved);
    m_out.at[moved] = target;
  }

  ItemIndex append(ItemIndex of, const Slice& slice) {
    PlacementProblem& problem = m_out.problem;
    for (std::size_t d = 0; d < m_dims; ++d) problem.load.push_back(m_model.sliceLoad(slice, d));
    problem.cost.push_back(m_model.sliceCost(slice));
    problem.home.push_back(problem.home[of]);
    problem.klass.push_back(problem.klass[of]);
    problem.fixed.push_back(0);
    m_out.slices.push_back(slice);
    m_out.at.push_back(m_out.at[of]);
    m_cuttable.push_back(true);
    const auto fresh = static_cast<ItemIndex>(problem.items() - 1);
    m_on[m_out.at[of]].push_back(fresh);
    return fresh;
  }

  void shrink(ItemIndex i, const Slice& slice) {
    PlacementProblem& problem = m_out.problem;
    for (std::size_t d = 0; d < m_dims; ++d) problem.load[i * m_dims + d] = m_model.sliceLoad(slice, d);
    problem.cost[i] = m_model.sliceCost(slice);
    m_out.slices[i] = slice;
  }

  // Whole-item repair and the byte pass over what the cuts have left.
  void settle() {
    Assignment placement(m_out.problem);
    for (ItemIndex i = 0; i < m_out.problem.items(); ++i) placement.move(i, m_out.at[i]);
    m_out.within = repair(m_out.problem, m_limits, placement, m_budget) && !placement.misplaced();
    if (m_out.within) reduceBytes(m_out.problem, m_limits, placement, m_budget);
    for (ItemIndex i = 0; i < m_out.problem.items(); ++i) m_out.at[i] = placement.at(i);
    m_out.movedBytes = placement.movedBytes();
    m_out.level = placement.highestLevel();
  }

  const PlanModel& m_model;
  const std::vector<std::int64_t>& m_limits;
  WorkBudget& m_budget;
  std::size_t m_dims;
  CutPlacement m_out;
  std::vector<std::int64_t> m_load;
  std::vector<std::vector<ItemIndex>> m_on;
  std::vector<char> m_cuttable;
};

}  // namespace

CutPlacement cutToFit(const PlanModel& model, const std::vector<std::int64_t>& limits, WorkBudget& budget) {
  return Cutter(model, limits, budget).run();
}

CutPlacement uncut(const PlanModel& model, const Assignment& placement, bool within) {
  CutPlacement out;
  out.problem = model.problem;
  for (ItemIndex i = 0; i < model.problem.items(); ++i) {
    out.slices.push_back({model.firstRange[i], 0, static_cast<std::uint32_t>(model.rangeOf(i).splitPoints.size()) + 1});
    out.at.push_back(placement.at(i));
  }
  out.movedBytes = placement.movedBytes();
  out.level = placement.highestLevel();
  out.within = within;
  return out;
}

}  // namespace shardwright
