#include "core/domain/key.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/civil_time.h"
#include "core/base/text.h"

namespace shardwright {

namespace {

constexpr std::int64_t microsPerSecond = 1'000'000;
// 2000-01-01 in seconds since 1970-01-01.
constexpr std::int64_t epoch2000 = 946'684'800;

}  // namespace

std::string_view keyTypeName(KeyType type) {
  switch (type) {
    case KeyType::Int:
      return "int";
    case KeyType::Text:
      return "text";
    case KeyType::Uuid:
      return "uuid";
    case KeyType::Timestamp:
      return "timestamp";
  }
  return "";
}

Result<KeyType> parseKeyType(std::string_view name) {
  for (const KeyType type : {KeyType::Int, KeyType::Text, KeyType::Uuid, KeyType::Timestamp})
    if (keyTypeName(type) == name) return type;
  return invalidInput(fmt::format("\"{}\" is no key type; choose int, text, uuid or timestamp", printable(name, 40)));
}

Result<Key> Key::ofText(std::string text) {
  if (!isUtf8(text)) return invalidInput(fmt::format("the key {} is not valid UTF-8", printable(text, 80)));
  if (text.find('\0') != std::string::npos)
    return invalidInput(fmt::format("the key {} has a NUL in it; such keys cannot be placed", printable(text, 80)));
  return Key(Held(std::in_place_type<std::string>, std::move(text)));
}

Result<Key> Key::parse(KeyType type, std::string_view text) {
  switch (type) {
    case KeyType::Int: {
      const auto value = parseInt64(text);
      if (!value)
        return invalidInput(fmt::format(
            "\"{}\" is no 64-bit integer (from -9223372036854775808 to 9223372036854775807)", printable(text, 60)));
      return Key::ofInt(*value);
    }
    case KeyType::Text:
      return Key::ofText(std::string(text));
    case KeyType::Uuid:
      return Key::ofUuid(TRY(parseUuid(text)));
    case KeyType::Timestamp:
      return Key::ofTimestamp(TRY(parseTimestamp(text)));
  }
  return invalidInput("unknown key type");
}

std::string Key::toText() const {
  switch (type()) {
    case KeyType::Int:
      return std::to_string(asInt());
    case KeyType::Text:
      return asText();
    case KeyType::Uuid:
      return formatUuid(asUuid());
    case KeyType::Timestamp:
      return formatTimestamp(asTimestamp());
  }
  return {};
}

std::string formatTimestamp(Timestamp when) {
  std::int64_t seconds = when.micros / microsPerSecond;
  std::int64_t fraction = when.micros % microsPerSecond;
  if (fraction < 0) {
    fraction += microsPerSecond;
    --seconds;
  }
  return fmt::format("{}.{:06}Z", formatDateAndTime(civilTimeAt(seconds + epoch2000)), fraction);
}

Result<Timestamp> parseTimestamp(std::string_view text) {
  const auto time = parseCivilTime(text);
  if (!time || time->finer || time->second > 59)
    return invalidInput(
        fmt::format("\"{}\" is no time such as 2026-11-24T10:00:00Z (at most microseconds)", printable(text, 60)));
  // The first and the last second of the type are there in part only, so the sum is made in more bits.
  __extension__ using Wide = __int128;
  const Wide micros = static_cast<Wide>(unixSeconds(*time) - epoch2000) * microsPerSecond + time->micros;
  if (micros < INT64_MIN || micros > INT64_MAX)
    return invalidInput(
        fmt::format("\"{}\" does not fit into 64 bits of microseconds since 2000-01-01", printable(text, 60)));
  return Timestamp{static_cast<std::int64_t>(micros)};
}

std::string formatUuid(const Uuid& uuid) {
  const std::string hex = toHex({reinterpret_cast<const char*>(uuid.data()), uuid.size()});
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20);
}

Result<Uuid> parseUuid(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) {
      digits.clear();
      break;
    }
    if (!dash) digits += text[i];
  }
  const auto bytes = fromHex(digits);
  if (text.size() != 36 || !bytes || bytes->size() != 16)
    return invalidInput(
        fmt::format("\"{}\" is no uuid such as 123e4567-e89b-12d3-a456-426614174000", printable(text, 60)));
  Uuid uuid;
  std::copy(bytes->begin(), bytes->end(), uuid.begin());
  return uuid;
}

}  // namespace shardwright
