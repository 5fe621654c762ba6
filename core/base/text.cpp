#include "core/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace shardwright {

namespace {

// One decoded character: its length in bytes, 0 where the bytes at hand are not well-formed.
struct Character {
  std::size_t length = 0;
  char32_t code = 0;
};

Character decode(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {1, first};
  std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length == 0 || first > 0xf4 || s.size() < length) return {};
  char32_t code = first & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  static constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {length, code};
}

// Characters that change how their neighbours look, or cannot be seen.
bool misleads(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

}  // namespace

bool isUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Character c = decode(bytes);
    if (c.length == 0) return false;
    bytes.remove_prefix(c.length);
  }
  return true;
}

std::string printable(std::string_view foreign, std::size_t limit) {
  std::string out;
  while (!foreign.empty()) {
    const Character c = decode(foreign);
    std::string shown;
    if (c.length == 0)
      shown = fmt::format("\\x{:02x}", static_cast<unsigned char>(foreign[0]));
    else if (misleads(c.code))
      shown = fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(c.code));
    else
      shown = foreign.substr(0, c.length);
    if (limit != 0 && out.size() + shown.size() > limit) return out + "...";
    out += shown;
    foreign.remove_prefix(std::max<std::size_t>(c.length, 1));
  }
  return out;
}

std::string formatCount(std::int64_t n) {
  std::string digits = std::to_string(n);
  const std::size_t start = digits[0] == '-' ? 1 : 0;
  for (std::size_t i = digits.size(); i > start + 3;) {
    i -= 3;
    digits.insert(i, 1, ' ');
  }
  return digits;
}

std::string formatBytes(std::int64_t bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < std::size(units)) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string formatDuration(double seconds) {
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::optional<std::int64_t> parseInt64(std::string_view decimal) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
  if (problem != std::errc() || end != decimal.data() + decimal.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parseSize(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || !(number >= 0)) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  double factor = 1;
  if (!unit.empty()) {
    static constexpr std::string_view prefixes = "kmgtp";
    const char prefix = static_cast<char>(unit.front() | 0x20);
    const std::size_t power = prefixes.find(prefix);
    if (power != std::string_view::npos) {
      unit.remove_prefix(1);
      const bool binary = !unit.empty() && (unit.front() | 0x20) == 'i';
      if (binary) unit.remove_prefix(1);
      factor = std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power + 1));
    }
    if (!unit.empty() && unit != "B" && unit != "b") return std::nullopt;
  }
  const double value = number * factor;
  if (value > 9.2e18) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(value));
}

std::optional<double> parsePercent(std::string_view text) {
  const bool percent = !text.empty() && text.back() == '%';
  if (percent) text.remove_suffix(1);
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || !(number >= 0) || std::isinf(number)) return std::nullopt;
  return percent ? number / 100 : number;
}

std::vector<std::string> splitText(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace shardwright
