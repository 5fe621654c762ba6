#include "core/strategy/order_encoding.h"

#include <fmt/format.h>

#include "core/base/bytes.h"

namespace shardwright {

namespace {

constexpr std::uint64_t signBit = std::uint64_t{1} << 63;

std::string encodeSigned(std::int64_t value) { return bigEndian64(static_cast<std::uint64_t>(value) ^ signBit); }

}  // namespace

Token encodeOrdered(const Key& key) {
  switch (key.type()) {
    case KeyType::Int: return {encodeSigned(key.asInt())};
    case KeyType::Timestamp: return {encodeSigned(key.asTimestamp().micros)};
    case KeyType::Uuid: return {std::string(key.asUuid().begin(), key.asUuid().end())};
    case KeyType::Text: return {key.asText()};
  }
  return {};
}

Result<Key> decodeOrdered(KeyType type, const Token& token) {
  const auto wrong = [&] {
    return invalidInput(fmt::format("x'{}' is no token of a {} key", toHex(token.bytes), keyTypeName(type)));
  };
  switch (type) {
    case KeyType::Int:
    case KeyType::Timestamp: {
      const auto bits = readBigEndian64(token.bytes);
      if (!bits) return wrong();
      const auto value = static_cast<std::int64_t>(*bits ^ signBit);
      return type == KeyType::Int ? Key::ofInt(value) : Key::ofTimestamp(Timestamp{value});
    }
    case KeyType::Uuid: {
      if (token.bytes.size() != 16) return wrong();
      Uuid uuid;
      std::copy(token.bytes.begin(), token.bytes.end(), uuid.begin());
      return Key::ofUuid(uuid);
    }
    case KeyType::Text: return Key::ofText(token.bytes);
  }
  return wrong();
}

}  // namespace shardwright
