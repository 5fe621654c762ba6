#include "core/domain/key.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "core/base/bytes.h"
#include "core/base/text.h"

namespace shardwright {

namespace {

using namespace std::chrono;

constexpr std::int64_t microsPerSecond = 1'000'000;
// 2000-01-01 in seconds since 1970-01-01.
constexpr std::int64_t epoch2000 = 946'684'800;

std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// A fraction of a second such as ".25", as microseconds; takes it off the front. Nothing beyond six digits.
std::optional<std::int64_t> takeFraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return 0;
  text.remove_prefix(1);
  std::int64_t micros = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    if (digits == 6) return std::nullopt;
    micros = micros * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) micros *= 10;
  return micros;
}

// "Z", nothing, or +hh:mm, as seconds east of UTC.
std::optional<std::int64_t> readZone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = parseInt64(text.substr(1, 2));
  const auto minutes = parseInt64(text.substr(4, 2));
  if (!hours || !minutes || *hours > 18 || *minutes > 59) return std::nullopt;
  return (*hours * 3600 + *minutes * 60) * (text[0] == '-' ? -1 : 1);
}

}  // namespace

std::string_view keyTypeName(KeyType type) {
  switch (type) {
    case KeyType::Int: return "int";
    case KeyType::Text: return "text";
    case KeyType::Uuid: return "uuid";
    case KeyType::Timestamp: return "timestamp";
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
        return invalidInput(fmt::format("\"{}\" is no 64-bit integer (from -9223372036854775808 to 9223372036854775807)",
                                        printable(text, 60)));
      return Key::ofInt(*value);
    }
    case KeyType::Text: return Key::ofText(std::string(text));
    case KeyType::Uuid: return Key::ofUuid(TRY(parseUuid(text)));
    case KeyType::Timestamp: return Key::ofTimestamp(TRY(parseTimestamp(text)));
  }
  return invalidInput("unknown key type");
}

std::string Key::toText() const {
  switch (type()) {
    case KeyType::Int: return std::to_string(asInt());
    case KeyType::Text: return asText();
    case KeyType::Uuid: return formatUuid(asUuid());
    case KeyType::Timestamp: return formatTimestamp(asTimestamp());
  }
  return {};
}

std::string formatTimestamp(Timestamp when) {
  const std::int64_t second = floorDiv(when.micros, microsPerSecond);
  const std::int64_t fraction = when.micros - second * microsPerSecond;
  const sys_seconds point{seconds{second + epoch2000}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss time{point - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), fraction);
}

Result<Timestamp> parseTimestamp(std::string_view text) {
  const auto wrong = [&] {
    return invalidInput(fmt::format("\"{}\" is no time such as 2026-11-24T10:00:00Z (years -9999 to 9999, at most microseconds)",
                                    printable(text, 60)));
  };
  int year, month, day, hour = 0, minute = 0, second = 0, used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%5d-%2d-%2d%n", &year, &month, &day, &used) < 3) return wrong();
  std::string_view rest = std::string_view(copy).substr(static_cast<std::size_t>(used));
  std::int64_t micros = 0;
  std::int64_t zone = 0;
  if (!rest.empty()) {
    int more = 0;
    if (std::sscanf(rest.data(), "%*1[T ]%2d:%2d:%2d%n", &hour, &minute, &second, &more) < 3) return wrong();
    rest.remove_prefix(static_cast<std::size_t>(more));
    const auto fraction = takeFraction(rest);
    const auto offset = readZone(rest);
    if (!fraction || !offset) return wrong();
    micros = *fraction;
    zone = *offset;
  }
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year > 9999 || year < -9999 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return wrong();
  const std::int64_t total =
      duration_cast<seconds>(sys_days{date}.time_since_epoch()).count() + hour * 3600 + minute * 60 + second - zone - epoch2000;
  return Timestamp{total * microsPerSecond + micros};
}

std::string formatUuid(const Uuid& uuid) {
  const std::string hex = toHex({reinterpret_cast<const char*>(uuid.data()), uuid.size()});
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' + hex.substr(20);
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
    return invalidInput(fmt::format("\"{}\" is no uuid such as 123e4567-e89b-12d3-a456-426614174000", printable(text, 60)));
  Uuid uuid;
  std::copy(bytes->begin(), bytes->end(), uuid.begin());
  return uuid;
}

}  // namespace shardwright
