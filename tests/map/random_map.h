// Random maps for laws: any strategy and key type, nobody where it is allowed, pins.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/map/shard_map.h"

namespace shardwright::test {

class RandomMaps {
 public:
  explicit RandomMaps(std::uint64_t seed) : m_random(seed) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(m_random); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  ShardingStrategy strategy() {
    StrategySpec spec;
    spec.kind = static_cast<StrategyKind>(below(3));
    spec.keyType = static_cast<KeyType>(below(4));
    if (spec.kind == StrategyKind::Hash) spec.dialect = chance(50) ? "md5-64" : "pg64";
    return *ShardingStrategy::make(spec);
  }

  // Half of the keys lie in a small world, so that they meet each other and the bounds.
  Key key(KeyType type) {
    const bool small = chance(50);
    switch (type) {
      case KeyType::Int:
        return Key::ofInt(small ? static_cast<std::int64_t>(below(40)) - 20 : anyInt());
      case KeyType::Timestamp:
        return Key::ofTimestamp({small ? static_cast<std::int64_t>(below(40)) - 20 : anyInt()});
      case KeyType::Uuid: {
        Uuid uuid{};
        if (!small)
          for (auto& byte : uuid) byte = static_cast<unsigned char>(m_random());
        uuid[15] = static_cast<unsigned char>(below(small ? 8 : 256));
        return Key::ofUuid(uuid);
      }
      case KeyType::Text:
        return *Key::ofText(text(small));
    }
    return Key::ofInt(0);
  }

  Token bound(const ShardingStrategy& strategy) {
    if (!strategy.keepsOrder()) return Token{bigEndian64(chance(30) ? below(20) << 60 : m_random())};
    for (;;) {
      Token token = *strategy.tokenOf(key(strategy.keyType()));
      if (!token.isBeginning()) return token;
    }
  }

  ShardId shard() { return ShardId(std::string(1, static_cast<char>('a' + below(5)))); }
  std::optional<ShardId> owner(const ShardingStrategy& strategy) {
    if (strategy.keepsOrder() && chance(15)) return std::nullopt;
    return shard();
  }

  ShardMap map(const ShardingStrategy& strategy, std::size_t mostRanges = 30) {
    MapBuilder builder(KeyspaceName("law"), strategy);
    std::vector<Token> bounds;
    for (std::size_t i = below(mostRanges); i > 0; --i) bounds.push_back(bound(strategy));
    std::ranges::sort(bounds);
    bounds.erase(std::ranges::unique(bounds).begin(), bounds.end());
    bool sound = builder.append(Token::beginning(), owner(strategy)).has_value();
    for (const Token& at : bounds) sound = sound && builder.append(at, owner(strategy)).has_value();
    for (std::size_t i = below(8); i > 0; --i)
      sound = sound && builder.pin(key(strategy.keyType()), shard()).has_value();
    if (!sound) std::abort();
    return *builder.build();
  }

  // Another version of `map`, by random edits.
  ShardMap edited(const ShardMap& map) {
    MapBuilder builder(map);
    for (std::size_t i = below(12); i > 0; --i) edit(builder, map);
    return *builder.build();
  }

 private:
  std::int64_t anyInt() {
    switch (below(8)) {
      case 0:
        return INT64_MIN;
      case 1:
        return INT64_MAX;
      default:
        return static_cast<std::int64_t>(m_random());
    }
  }

  std::string text(bool small) {
    static const std::string letters[] = {"a", "b", "~", "\u00e4", "\U0001F600", "\"", "\\", "\x01"};
    std::string out;
    if (chance(30)) out = "tenant:000";  // longer than a prefix of 8 bytes, so that ties are met
    for (std::size_t i = below(small ? 3 : 14); i > 0; --i) out += letters[below(small ? 2 : std::size(letters))];
    return out;
  }

  void edit(MapBuilder& builder, const ShardMap& map) {
    const ShardingStrategy& strategy = map.strategy();
    Token from = chance(20) ? Token::beginning() : bound(strategy);
    Token until = bound(strategy);
    if (until < from) std::swap(from, until);
    switch (below(5)) {
      case 0:
        builder.split(until);
        break;
      case 1:
        std::ignore = builder.merge(Token{std::string(map.line().froms[below(map.rangeCount())])});
        break;
      case 2:
        std::ignore = builder.pin(key(strategy.keyType()), shard());
        break;
      case 3:
        if (!map.pins().empty()) std::ignore = builder.unpin(map.pins()[below(map.pins().size())].key);
        break;
      default:
        if (chance(20))
          builder.assign({from, std::nullopt}, owner(strategy));
        else if (from < until)
          builder.assign({from, until}, owner(strategy));
    }
  }

  std::mt19937_64 m_random;
};

}  // namespace shardwright::test
