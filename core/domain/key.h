// Key: the value of a shard key. Its type is fixed for a keyspace; keys of different types never compare.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"

namespace shardwright {

enum class KeyType { Int, Text, Uuid, Timestamp };

std::string_view keyTypeName(KeyType type);  // int, text, uuid, timestamp
Result<KeyType> parseKeyType(std::string_view name);

using Uuid = std::array<unsigned char, 16>;

// Microseconds since 2000-01-01 00:00:00 UTC.
struct Timestamp {
  std::int64_t micros = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// Invariant: text is valid UTF-8 without NUL.
class Key {
 public:
  static Key ofInt(std::int64_t value) { return Key(value); }
  static Result<Key> ofText(std::string text);
  static Key ofUuid(const Uuid& uuid) { return Key(uuid); }
  static Key ofTimestamp(Timestamp when) { return Key(when); }

  // From what a person types: -17, alice, 123e4567-e89b-12d3-a456-426614174000, 2026-11-24T10:00:00Z.
  static Result<Key> parse(KeyType type, std::string_view text);

  KeyType type() const { return static_cast<KeyType>(m_value.index()); }
  std::int64_t asInt() const { return std::get<std::int64_t>(m_value); }
  const std::string& asText() const { return std::get<std::string>(m_value); }
  const Uuid& asUuid() const { return std::get<Uuid>(m_value); }
  Timestamp asTimestamp() const { return std::get<Timestamp>(m_value); }

  std::string toText() const;  // parse(type(), toText()) gives this key again

  friend bool operator==(const Key&, const Key&) = default;
  friend auto operator<=>(const Key&, const Key&) = default;

 private:
  using Held = std::variant<std::int64_t, std::string, Uuid, Timestamp>;
  explicit Key(Held value) : m_value(std::move(value)) {}
  Held m_value;
};

std::string formatTimestamp(Timestamp when);              // 2026-11-24T10:00:00.000000Z
Result<Timestamp> parseTimestamp(std::string_view text);  // RFC 3339; a blank may stand for the T; no zone = UTC;
                                                          // years outside 0000 to 9999 with a sign
std::string formatUuid(const Uuid& uuid);                 // lower-case canonical
Result<Uuid> parseUuid(std::string_view text);

}  // namespace shardwright
