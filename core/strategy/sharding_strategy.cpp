#include "core/strategy/sharding_strategy.h"

#include <fmt/format.h>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/strategy/hash_dialect.h"
#include "core/strategy/order_encoding.h"

namespace shardwright {

Result<ShardingStrategy> ShardingStrategy::make(const StrategySpec& spec) {
  switch (spec.kind) {
    case StrategyKind::Hash: {
      TRY(findHashDialect(spec.dialect));
      if (spec.slotCount) return invalidInput(fmt::format("the hash dialect {} has no slots", spec.dialect));
      return ShardingStrategy(spec, HashSharding{spec.keyType, spec.dialect, spec.slotCount});
    }
    case StrategyKind::Range:
    case StrategyKind::Directory: break;
  }
  if (!spec.dialect.empty() || spec.slotCount)
    return invalidInput(fmt::format("a hash dialect goes with the hash strategy only, not with {}", strategyName(spec.kind)));
  if (spec.kind == StrategyKind::Range) return ShardingStrategy(spec, RangeSharding{spec.keyType});
  return ShardingStrategy(spec, DirectorySharding{spec.keyType});
}

Result<Token> ShardingStrategy::tokenOf(const Key& key) const {
  if (key.type() != keyType())
    return invalidInput(fmt::format("{} is a {} key; this keyspace is sharded by {}", printable(key.toText(), 80),
                                    keyTypeName(key.type()), keyTypeName(keyType())));
  if (const auto* hash = std::get_if<HashSharding>(&m_held)) {
    const HashDialect* dialect = TRY(findHashDialect(hash->dialect));
    return dialect->tokenOf(key);
  }
  return encodeOrdered(key);
}

Result<Key> ShardingStrategy::keyOf(const Token& token) const {
  if (!keepsOrder()) return invalidInput("a hash token does not say which key it came from");
  return decodeOrdered(keyType(), token);
}

std::optional<std::size_t> ShardingStrategy::tokenWidth() const {
  if (!keepsOrder()) return 8;
  if (keyType() == KeyType::Text) return std::nullopt;
  return keyType() == KeyType::Uuid ? 16 : 8;
}

std::string ShardingStrategy::formatToken(const Token& token) const {
  if (!keepsOrder()) return toHex(token.bytes);
  const auto key = keyOf(token);
  return key ? key->toText() : toHex(token.bytes);
}

Result<Token> ShardingStrategy::parseToken(std::string_view text) const {
  if (keepsOrder()) return encodeOrdered(TRY(Key::parse(keyType(), text)));
  auto bytes = fromHex(text);
  if (!bytes || bytes->size() != 8)
    return invalidInput(fmt::format("\"{}\" is no hash token: 16 hexadecimal digits are expected", printable(text, 60)));
  return Token{*std::move(bytes)};
}

Json ShardingStrategy::tokenJson(const Token& token) const { return formatToken(token); }

Result<Token> ShardingStrategy::tokenFromJson(const Json& json) const {
  if (json.is_string()) return parseToken(json.get_ref<const std::string&>());
  if (keepsOrder() && keyType() == KeyType::Int && json.is_number_integer() &&
      (!json.is_number_unsigned() || json.get<std::uint64_t>() <= INT64_MAX))
    return encodeOrdered(Key::ofInt(json.get<std::int64_t>()));
  return invalidInput(fmt::format("{} is no bound of a {} keyspace over {} keys", json.dump(), strategyName(kind()),
                                  keyTypeName(keyType())));
}

}  // namespace shardwright
