#include "core/base/civil_time.h"

#include <fmt/format.h>

namespace shardwright {

namespace {

constexpr std::int64_t daySeconds = 86'400;
constexpr std::int64_t eraDays = 146'097;   // of 400 years
constexpr std::int64_t epochDay = 719'468;  // 1970-01-01, counted from 0000-03-01

std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool isLeap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int daysIn(std::int64_t year, int month) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && isLeap(year) ? 29 : days[month - 1];
}

// Takes a text apart from its front.
class Reader {
 public:
  explicit Reader(std::string_view text) : m_rest(text) {}

  bool atEnd() const { return m_rest.empty(); }
  bool take(std::string_view anyOf) {
    if (m_rest.empty() || anyOf.find(m_rest.front()) == std::string_view::npos) return false;
    m_last = m_rest.front();
    m_rest.remove_prefix(1);
    return true;
  }
  char last() const { return m_last; }

  // At least `least` and at most `most` digits, as a number; nothing (and no character taken) where there are fewer.
  std::optional<std::int64_t> digits(std::size_t least, std::size_t most) {
    std::int64_t value = 0;
    std::size_t count = 0;
    for (; count < most && count < m_rest.size() && m_rest[count] >= '0' && m_rest[count] <= '9'; ++count)
      value = value * 10 + (m_rest[count] - '0');
    if (count < least) return std::nullopt;
    m_rest.remove_prefix(count);
    return value;
  }

  bool two(int& to) {
    const auto value = digits(2, 2);
    if (value) to = static_cast<int>(*value);
    return value.has_value();
  }

 private:
  std::string_view m_rest;
  char m_last = 0;
};

bool readDate(Reader& in, CivilTime& time) {
  const bool isSigned = in.take("+-");
  const bool negative = isSigned && in.last() == '-';
  const auto year = in.digits(4, isSigned ? 6 : 4);
  if (!year) return false;
  time.year = negative ? -*year : *year;
  return in.take("-") && in.two(time.month) && in.take("-") && in.two(time.day) && time.month >= 1 &&
         time.month <= 12 && time.day >= 1 && time.day <= daysIn(time.year, time.month);
}

bool readFraction(Reader& in, CivilTime& time) {
  std::int64_t unit = 100'000;
  bool any = false;
  for (; const auto digit = in.digits(1, 1); unit /= 10, any = true) {
    time.micros += *digit * unit;
    if (unit == 0) time.finer = true;
  }
  return any;
}

bool readTime(Reader& in, CivilTime& time) {
  if (!(in.two(time.hour) && in.take(":") && in.two(time.minute) && in.take(":") && in.two(time.second))) return false;
  if (time.hour > 23 || time.minute > 59 || time.second > 60) return false;
  return !in.take(".") || readFraction(in, time);
}

bool readZone(Reader& in, CivilTime& time) {
  if (in.atEnd()) return true;
  if (in.take("Zz")) {
    time.zone = 0;
    return in.atEnd();
  }
  if (!in.take("+-")) return false;
  const int sign = in.last() == '-' ? -1 : 1;
  int hours = 0, minutes = 0;
  if (!(in.two(hours) && in.take(":") && in.two(minutes)) || hours > 23 || minutes > 59) return false;
  time.zone = sign * (hours * 3600 + minutes * 60);
  return in.atEnd();
}

}  // namespace

std::optional<CivilTime> parseCivilTime(std::string_view text) {
  Reader in(text);
  CivilTime time;
  if (!readDate(in, time)) return std::nullopt;
  if (in.atEnd()) return time;
  if (!in.take("T ") || !readTime(in, time) || !readZone(in, time)) return std::nullopt;
  return time;
}

std::int64_t unixSeconds(const CivilTime& time) {
  const std::int64_t year = time.year - (time.month <= 2 ? 1 : 0);  // years begin in March, so that leap days end them
  const std::int64_t era = floorDiv(year, 400);
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t dayOfYear = (153 * (time.month + (time.month > 2 ? -3 : 9)) + 2) / 5 + time.day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  const std::int64_t day = era * eraDays + dayOfEra - epochDay;
  return day * daySeconds + time.hour * 3600 + time.minute * 60 + time.second - time.zone.value_or(0);
}

CivilTime civilTimeAt(std::int64_t seconds) {
  const std::int64_t day = floorDiv(seconds, daySeconds);
  const std::int64_t ofDay = seconds - day * daySeconds;
  const std::int64_t era = floorDiv(day + epochDay, eraDays);
  const std::int64_t dayOfEra = day + epochDay - era * eraDays;
  const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t march = (5 * dayOfYear + 2) / 153;
  CivilTime time;
  time.day = static_cast<int>(dayOfYear - (153 * march + 2) / 5 + 1);
  time.month = static_cast<int>(march < 10 ? march + 3 : march - 9);
  time.year = yearOfEra + era * 400 + (time.month <= 2 ? 1 : 0);
  time.hour = static_cast<int>(ofDay / 3600);
  time.minute = static_cast<int>(ofDay / 60 % 60);
  time.second = static_cast<int>(ofDay % 60);
  time.zone = 0;
  return time;
}

std::string formatDateAndTime(const CivilTime& time) {
  const std::string year =
      time.year >= 0 && time.year <= 9999 ? fmt::format("{:04}", time.year) : fmt::format("{:+05}", time.year);
  return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}", year, time.month, time.day, time.hour, time.minute,
                     time.second);
}

}  // namespace shardwright
