#include "core/manager/adoption.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "core/base/text.h"

namespace shardwright {

namespace {

constexpr std::size_t mostRanges = 100'000;

struct FoundToken {
  Token token;
  std::uint32_t shard = 0;
  friend auto operator<=>(const FoundToken&, const FoundToken&) = default;
};

Result<std::vector<FoundToken>> foundTokens(const Keyspace& keyspace, const ShardingStrategy& strategy,
                                            std::span<const OpenShard> shards, const std::stop_token& stop) {
  std::vector<FoundToken> found;
  for (std::uint32_t i = 0; i < shards.size(); ++i) {
    for (const TableRef& table : keyspace.tables) {
      std::optional<Error> failure;
      const auto collect = [&](const Key& key, std::int64_t) {
        auto token = strategy.tokenOf(key);
        if (!token) {
          failure = token.error();
          return false;
        }
        found.push_back({*std::move(token), i});
        return true;
      };
      TRY(shards[i].session->scanKeys(keyspace, table, {}, collect, stop));
      if (failure) return *failure;
    }
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

}  // namespace

Result<ShardMap> adoptedMap(const Keyspace& keyspace, const ShardingStrategy& strategy, std::span<const OpenShard> shards,
                            std::stop_token stop) {
  const auto found = TRY(foundTokens(keyspace, strategy, shards, stop));
  if (found.empty()) return refused("there is no row to take the map from; name the shards instead (--on SHARD...).");
  MapBuilder builder(keyspace.name, strategy);
  std::size_t ranges = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool again = i != 0 && found[i].token == found[i - 1].token;
    if (again) {
      return refused(fmt::format("key {} is on shard {} and on shard {}; a key has one owner. Remove one of them, then adopt.",
                                 printable(strategy.formatToken(found[i].token), 60), shards[found[i - 1].shard].id.text(),
                                 shards[found[i].shard].id.text()));
    }
    if (i != 0 && found[i].shard == found[i - 1].shard) continue;
    if (++ranges > mostRanges) {
      return refused(fmt::format("the rows change their shard more than {} times along the line of a {} strategy: they are "
                                 "not placed by it. Choose the strategy that the application uses.",
                                 formatCount(mostRanges), strategyName(strategy.kind())));
    }
    TRY(builder.append(i == 0 ? Token::beginning() : found[i].token, shards[found[i].shard].id));
  }
  return builder.build(1);
}

}  // namespace shardwright
