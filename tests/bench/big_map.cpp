#include "tests/bench/big_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <vector>

namespace shardwright::bench {

ShardMap bigMap() {
  const ShardingStrategy strategy = *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt});
  std::mt19937_64 random(7);
  std::vector<std::int64_t> bounds(bigMapRanges - 1);
  for (auto& bound : bounds) bound = static_cast<std::int64_t>(random());
  std::ranges::sort(bounds);
  MapBuilder builder(KeyspaceName("bench"), strategy);
  const auto shard = [&] { return ShardId(fmt::format("shard-{:02}", random() % 32)); };
  if (!builder.append(Token::beginning(), shard())) std::abort();
  for (const std::int64_t bound : bounds)
    if (!builder.append(*strategy.tokenOf(Key::ofInt(bound)), shard())) std::abort();
  return *builder.build();
}

}  // namespace shardwright::bench
