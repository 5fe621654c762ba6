// ShardingStrategy: Key -> Token. A closed set of three; each is an immutable value.
//
// Range and directory keep the order of the keys (order-keeping encoding: integers and timestamps as 8 bytes big endian
// with the sign bit flipped, uuids as 16 bytes, text as its UTF-8). Hash scatters them (8 bytes, dialect by name; signed
// hashes are written as value XOR 2^63 so that bytes and numbers agree in order).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/keyspace.h"
#include "core/domain/token.h"

namespace shardwright {

// Key order kept: neighbours stay together, so range queries touch few shards; growth at one end is a hot spot.
struct RangeSharding {
  KeyType keyType;
};

// Key order given up for an even spread.
struct HashSharding {
  KeyType keyType;
  std::string dialect;
  std::optional<std::int64_t> slotCount;
};

// Placed key by key or stretch by stretch; a stretch may belong to nobody.
struct DirectorySharding {
  KeyType keyType;
};

class ShardingStrategy {
 public:
  static Result<ShardingStrategy> make(const StrategySpec& spec);  // InvalidInput: unknown dialect or key type for it

  const StrategySpec& spec() const { return m_spec; }
  StrategyKind kind() const { return m_spec.kind; }
  KeyType keyType() const { return m_spec.keyType; }
  bool keepsOrder() const { return kind() != StrategyKind::Hash; }

  Result<Token> tokenOf(const Key& key) const;  // InvalidInput: a key of another type
  Result<Key> keyOf(const Token& token) const;  // order-keeping strategies only; InvalidInput otherwise or if malformed

  // 8 for hash, int and timestamp, 16 for uuid; none for text, whose tokens have any length.
  std::optional<std::size_t> tokenWidth() const;

  // A token as it stands in JSON and on the command line: hex for hash, else the key's own form.
  std::string formatToken(const Token& token) const;
  Result<Token> parseToken(std::string_view text) const;
  Json tokenJson(const Token& token) const;             // always a string: integers as decimal strings
  Result<Token> tokenFromJson(const Json& json) const;  // numbers accepted for integers

  friend bool operator==(const ShardingStrategy& a, const ShardingStrategy& b) { return a.m_spec == b.m_spec; }

 private:
  using Held = std::variant<RangeSharding, HashSharding, DirectorySharding>;
  ShardingStrategy(StrategySpec spec, Held held) : m_spec(std::move(spec)), m_held(std::move(held)) {}
  StrategySpec m_spec;
  Held m_held;
};

}  // namespace shardwright
