// Civil time: dates of the proleptic Gregorian calendar and times of day, to and from RFC 3339 text.
// Years outside 0000 to 9999 are written with a sign, as ISO 8601 does, so that every 64-bit number of microseconds has
// a text. Conversion: H. Hinnant, "chrono-compatible low-level date algorithms".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shardwright {

struct CivilTime {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;           // 60 in a leap second
  std::int64_t micros = 0;  // of the second
  std::optional<int> zone;  // seconds east of UTC; none: the text names none
  bool finer = false;       // the text has more than six digits of a second; they are cut off
  friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

// 2026-11-24, 2026-11-24T10:00:00, 2026-11-24 10:00:00.25+01:00, +12345-01-01T00:00:00Z. Nothing if it is none of them.
std::optional<CivilTime> parseCivilTime(std::string_view text);

std::int64_t unixSeconds(const CivilTime& time);  // since 1970-01-01 UTC; no zone counts as UTC; micros left out
CivilTime civilTimeAt(std::int64_t unixSeconds);  // in UTC

std::string formatDateAndTime(const CivilTime& time);  // 2026-11-24T10:00:00, without fraction and zone

}  // namespace shardwright
