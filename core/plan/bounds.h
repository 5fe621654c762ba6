// What is proven before anything is planned: how low the highest utilisation can be, and how few bytes can reach a level.
// Each bound is a proof on its own (planner.md 1.2, 1.3), evaluated in integers: bound <= plan holds always.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/plan/placement.h"

namespace shardwright {

struct UtilisationBound {
  enum class Kind { Volume, Biggest, Zone, Packing };
  Ratio ratio;
  Kind kind = Kind::Volume;
  std::size_t dim = 0;
  ItemIndex item = 0;         // Biggest: the item
  std::uint32_t klass = 0;    // Zone: the class whose shards must hold it all
};

// `smallest` is the load of what no split can take apart, in the layout of problem.load: the item itself where it
// cannot be split, its heaviest key or piece where it can.
UtilisationBound utilisationBound(const PlacementProblem& problem, const std::vector<std::int64_t>& smallest);

// Prices per byte of load of one overloaded shard, and what they prove.
struct ShardPrices {
  std::vector<double> price;     // one a dimension; 0 where the shard is within its limit
  std::int64_t bytes = 0;        // that must leave beside the forced ones; a proof
};

// For a shard that holds `items` (none forced or fixed among them) and exceeds its limits by `excess`.
ShardPrices exportPrices(const PlacementProblem& problem, const std::vector<ItemIndex>& items,
                         const std::vector<std::int64_t>& excess);

// Fewest bytes that any placement within `limits` moves: forced items and what the overloaded shards must give away.
std::int64_t movedBytesBound(const PlacementProblem& problem, const std::vector<std::int64_t>& limits);

}  // namespace shardwright
