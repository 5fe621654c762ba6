// Search: one search for a placement within limits, and its steps. An Assignment is changed in place.
//
// Fills as fractions of the limits, and prices made of them, only rank what is tried; whether something fits or is within is
// decided in integers. Ties go to the smaller index, and all work is counted, so that a search ends the same everywhere.
#pragma once

#include <cstdint>
#include <vector>

#include "core/plan/placement.h"
#include "core/plan/solver.h"

namespace shardwright {

class Search {
 public:
  // `limits` as limitsAt() gives them. `needless`: what it counts for, against bytes, that an export carries load of which
  // the shard has no excess: such load takes room elsewhere.
  Search(const PlacementProblem& problem, const std::vector<std::int64_t>& limits, Assignment& placement, WorkBudget& budget,
         double needless = 0);

  // Export and placement by turns, until nobody is overfull or it helps no more.
  void rounds(int most);
  // Moves and swaps until no shard is overfull; false: some still are.
  bool repair();
  // Moved items that fit at home after all go back, dearest first.
  void giveBack();
  // A moved item changes places with a cheaper one that stayed at its home, where both shards stay within their limits.
  void exchangeForCheaper();

 private:
  std::int64_t limit(ShardIndex s, std::size_t d) const { return m_limits[s * m_problem.dims + d]; }
  // What the shard holds, without the items that are about to be placed elsewhere.
  std::int64_t held(ShardIndex s, std::size_t d) const { return m_placement.loads(s)[d] - m_leaving[s * m_problem.dims + d]; }
  double inverse(ShardIndex s, std::size_t d) const { return m_inverse[s * m_problem.dims + d]; }
  double fill(ShardIndex s) const;  // in its fullest dimension
  double overload(ShardIndex s, const std::int64_t* plus = nullptr, const std::int64_t* minus = nullptr) const;
  bool overfull(ShardIndex s) const;
  bool fits(ItemIndex i, ShardIndex s, const std::int64_t* minus = nullptr) const;
  bool arrives(ItemIndex i, ShardIndex s, const std::int64_t* minus = nullptr) const;
  void leave(ItemIndex i, int sign);
  std::int64_t costOf(ItemIndex i, ShardIndex to) const {
    return (to == m_problem.home[i] ? 0 : m_problem.cost[i]) - (m_placement.at(i) == m_problem.home[i] ? 0 : m_problem.cost[i]);
  }

  // search_export.cpp
  void exportForced(std::vector<ItemIndex>& pool) const;
  void exportExcess(std::vector<ItemIndex>& pool) const;
  void exportFrom(ShardIndex s, std::vector<ItemIndex>& pool) const;
  std::vector<double> pricesOf(const std::vector<ItemIndex>& items, const std::vector<std::int64_t>& excess) const;
  std::vector<char> roomyClasses() const;

  // search_place.cpp
  double size(ItemIndex i) const;
  double potential(ItemIndex i, ShardIndex s) const;
  ShardIndex bestPlace(ItemIndex i) const;
  void place(std::vector<ItemIndex>& pool);

  // search_repair.cpp
  struct Swap;
  std::vector<ShardIndex> partners(ShardIndex s) const;
  std::vector<ItemIndex> sampleOf(ShardIndex s, std::size_t count) const;
  bool bestMove(ShardIndex s);
  bool bestSwap(ShardIndex s, std::size_t looks);
  std::int64_t tryPairs(const std::vector<ItemIndex>& mine, const std::vector<ItemIndex>& theirs, Swap& best) const;

  // search_bytes.cpp
  std::vector<ItemIndex> movedDearestFirst() const;
  std::vector<ItemIndex> stayedCheapestFirst(ShardIndex home) const;
  int exchange(ItemIndex i, const std::vector<ItemIndex>& stayed);

  const PlacementProblem& m_problem;
  const std::vector<std::int64_t>& m_limits;
  Assignment& m_placement;
  WorkBudget& m_budget;
  double m_needless;
  std::vector<double> m_inverse;
  std::vector<std::int64_t> m_leaving;
  std::vector<ShardIndex> m_receivers;
  double m_trifle = 0;  // bytes that are as good as none
};

}  // namespace shardwright
