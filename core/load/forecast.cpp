#include "core/load/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/load/range_loads.h"
#include "core/load/shell_word.h"

namespace shardwright {

namespace {

constexpr UnixSeconds hour = 3600, day = 24 * hour;

double medianOf(std::vector<double>& values) {
  const std::size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle), values.end());
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle] + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle))) / 2;
}

// One point an hour, the median of its values, so that a burst of samples weighs no more than a quiet hour.
std::vector<SeriesPoint> hourly(std::span<const SeriesPoint> points) {
  std::map<UnixSeconds, std::vector<double>> hours;
  for (const SeriesPoint& point : points)
    if (point.at > points.back().at - 28 * day) hours[point.at / hour].push_back(point.value);
  std::vector<SeriesPoint> out;
  for (auto& [at, values] : hours) out.push_back({at * hour, medianOf(values)});
  return out;
}

}  // namespace

std::optional<Trend> trendOf(std::span<const SeriesPoint> points) {
  if (points.empty()) return std::nullopt;
  const std::vector<SeriesPoint> series = hourly(points);
  if (series.size() < 3) return std::nullopt;
  std::vector<double> slopes;
  slopes.reserve(series.size() * (series.size() - 1) / 2);
  for (std::size_t i = 0; i < series.size(); ++i)
    for (std::size_t j = i + 1; j < series.size(); ++j)
      slopes.push_back((series[j].value - series[i].value) / static_cast<double>(series[j].at - series[i].at) * static_cast<double>(day));
  std::sort(slopes.begin(), slopes.end());
  Trend trend;
  const std::size_t n = slopes.size();
  trend.perDay = n % 2 == 1 ? slopes[n / 2] : (slopes[n / 2 - 1] + slopes[n / 2]) / 2;
  // Kendall: the number of concordant pairs has standard deviation sqrt(n (n-1) (2n+5) / 18).
  const auto count = static_cast<double>(series.size());
  const double deviation = std::sqrt(count * (count - 1) * (2 * count + 5) / 18);
  const auto slopeAt = [&](double rank) { return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, static_cast<double>(n - 1)))]; };
  trend.perDayLow = slopeAt((static_cast<double>(n) - 1.2816 * deviation) / 2);
  trend.perDayHigh = slopeAt((static_cast<double>(n) + 1.2816 * deviation) / 2);
  const double low95 = slopeAt((static_cast<double>(n) - 1.96 * deviation) / 2);
  const double high95 = slopeAt((static_cast<double>(n) + 1.96 * deviation) / 2);
  trend.clear = low95 > 0 || high95 < 0;
  std::vector<double> residuals;
  for (const SeriesPoint& point : series)
    residuals.push_back(point.value - trend.perDay * static_cast<double>(point.at - series.back().at) / static_cast<double>(day));
  trend.level = medianOf(residuals);
  return trend;
}

std::string_view forecastKindName(ForecastKind kind) {
  switch (kind) {
    case ForecastKind::TooLittleData: return "too-little-data";
    case ForecastKind::NoTrend: return "no-trend";
    case ForecastKind::Shrinks: return "shrinks";
    case ForecastKind::Reaches: return "reaches";
    case ForecastKind::Reached: return "reached";
    case ForecastKind::NoCapacity: return "no-capacity";
  }
  return "";
}

std::string_view forecastCauseName(ForecastCause cause) {
  switch (cause) {
    case ForecastCause::None: return "none";
    case ForecastCause::Growth: return "growth";
    case ForecastCause::Skew: return "skew";
    case ForecastCause::OneRange: return "one-range";
    case ForecastCause::OneKey: return "one-key";
  }
  return "";
}

namespace {

std::string daysText(double days) { return days < 10 ? fmt::format("{:.1f}", days) : fmt::format("{:.0f}", days); }

class Forecasting {
 public:
  Forecasting(std::span<const LoadSample> samples, const ShardMap& map, std::span<const Shard> shards, double full)
      : m_map(map), m_shards(shards), m_full(full) {
    for (const LoadSample& sample : samples) add(sample);
  }

  LoadForecast run() {
    m_out.daysOfData = m_last > m_first ? static_cast<double>(m_last - m_first) / static_cast<double>(day) : 0;
    for (const Shard& shard : m_shards) m_out.shards.push_back(forecastOf(shard));
    std::stable_sort(m_out.shards.begin(), m_out.shards.end(), [](const ShardForecast& a, const ShardForecast& b) {
      return a.days.value_or(HUGE_VAL) < b.days.value_or(HUGE_VAL);
    });
    conclude();
    return std::move(m_out);
  }

 private:
  void add(const LoadSample& sample) {
    const RangeLoads loads = loadsUnder(m_map, std::span(&sample, 1));
    std::map<ShardId, double> bytes;
    std::map<ShardId, bool> partly;
    bool any = false;
    for (const RangeLoad& range : loads.ranges) {
      if (!range.shard) continue;
      if (!range.bytes) partly[*range.shard] = true;
      bytes[*range.shard] += static_cast<double>(range.bytes.value_or(0));
      any = any || range.bytes;
    }
    if (!any) return;
    m_out.generated = m_out.generated || sample.generated;
    m_first = std::min(m_first, sample.at);
    m_last = std::max(m_last, sample.at);
    for (const auto& [shard, held] : bytes)
      if (!partly[shard]) m_series[shard].push_back({sample.at, held});
    for (std::size_t i = 0; i < loads.ranges.size(); ++i)
      if (loads.ranges[i].bytes) m_ranges[i].push_back({sample.at, static_cast<double>(*loads.ranges[i].bytes)});
  }

  ShardForecast forecastOf(const Shard& shard) {
    ShardForecast out;
    out.shard = shard.id;
    out.capacity = shard.capacity;
    const std::string& name = shard.id.text();
    const std::vector<SeriesPoint>& series = m_series[shard.id];
    if (!series.empty()) out.bytes = std::llround(series.back().value);
    const double span = series.empty() ? 0 : static_cast<double>(series.back().at - series.front().at) / static_cast<double>(day);
    const auto trend = trendOf(series);
    if (span < 7 || !trend) {
      out.sentence = fmt::format("{}: no forecast; {} days are measured, and it takes 7.", name, daysText(span));
      return out;
    }
    m_trends[shard.id] = *trend;
    out.perDay = trend->perDay;
    if (!trend->clear) {
      out.kind = ForecastKind::NoTrend;
      out.sentence = fmt::format("{}: no trend.", name);
      return out;
    }
    if (trend->perDay < 0) {
      out.kind = ForecastKind::Shrinks;
      out.sentence = fmt::format("{}: shrinks by {} a day.", name, formatBytes(std::llround(-trend->perDay)));
      return out;
    }
    if (!shard.capacity) {
      out.kind = ForecastKind::NoCapacity;
      out.sentence = fmt::format("{}: grows by {} a day; declare its capacity to know until when: shardwright shard set {} capacity=SIZE", name,
                                 formatBytes(std::llround(trend->perDay)), shellWord(name));
      return out;
    }
    reach(out, *trend, m_full * static_cast<double>(*shard.capacity));
    return out;
  }

  void reach(ShardForecast& out, const Trend& trend, double level) {
    const double left = level - trend.level;
    out.kind = left <= 0 ? ForecastKind::Reached : ForecastKind::Reaches;
    out.days = std::max(0.0, left / trend.perDay);
    out.daysLow = std::max(0.0, left / trend.perDayHigh);
    if (trend.perDayLow > 0) out.daysHigh = std::max(0.0, left / trend.perDayLow);
    if (left <= 0) {
      out.sentence = fmt::format("{}: is {:.0f} % full already and grows by {} a day.", out.shard.text(),
                                 trend.level / static_cast<double>(*out.capacity) * 100, formatBytes(std::llround(trend.perDay)));
      return;
    }
    out.sentence = fmt::format("{}: is {:.0f} % full in {} days (80 %: {}-{}); it grows by {} a day.", out.shard.text(), m_full * 100, daysText(*out.days),
                               daysText(*out.daysLow), out.daysHigh ? daysText(*out.daysHigh) : "open", formatBytes(std::llround(trend.perDay)));
  }

  // What drives the soonest: one of its ranges, this shard alone, or the keyspace as a whole.
  void conclude() {
    if (m_out.shards.empty() || !m_out.shards.front().days) {
      m_out.sentence = m_out.daysOfData < 7 ? fmt::format("No forecast yet: {} days are measured, and it takes 7.", daysText(m_out.daysOfData))
                                            : "No shard with a declared capacity is filling up.";
      return;
    }
    const ShardForecast& soonest = m_out.shards.front();
    const double growth = m_trends[soonest.shard].perDay;
    std::string why;
    const auto fastest = fastestRange(soonest.shard);
    double mean = 0;
    for (const auto& [shard, trend] : m_trends) mean += trend.perDay / static_cast<double>(m_trends.size());
    const std::string keyspace = shellWord(m_map.keyspace().text());
    if (fastest && fastest->second >= growth * 0.6 && m_rangesOf[soonest.shard] > 1) {
      m_out.cause = ForecastCause::OneRange;
      const TokenRange tokens = m_map.tokens(fastest->first);
      const std::string word = (tokens.from.isBeginning() ? "" : m_map.strategy().formatToken(tokens.from)) + ".." +
                               (tokens.until ? m_map.strategy().formatToken(*tokens.until) : "");
      why = fmt::format("one range, {}, is most of its growth; split it: shardwright plan create {} --goal split --range {}", printable(word, 120), keyspace,
                        shellWord(word));
    } else if (m_trends.size() > 1 && growth > 1.5 * mean) {
      m_out.cause = ForecastCause::Skew;
      why = fmt::format("it grows {:.1f} times as fast as the mean; rebalance: shardwright plan create {} --goal balance", growth / std::max(mean, 1e-9), keyspace);
    } else {
      m_out.cause = ForecastCause::Growth;
      why = fmt::format("the keyspace as a whole grows; add a shard, then: shardwright plan create {} --goal add --shard NAME", keyspace);
    }
    m_out.sentence = fmt::format("{} Cause: {}", soonest.sentence, why);
  }

  std::optional<std::pair<std::size_t, double>> fastestRange(const ShardId& shard) {
    std::optional<std::pair<std::size_t, double>> fastest;
    for (std::size_t i = 0; i < m_map.rangeCount(); ++i) {
      if (m_map.owner(i) != shard) continue;
      ++m_rangesOf[shard];
      const auto found = m_ranges.find(i);
      if (found == m_ranges.end()) continue;
      const std::vector<SeriesPoint>& series = found->second;
      // Between first and last is enough to rank by; the trend proper is only taken of the fastest.
      const double gained = series.back().value - series.front().value;
      if (!fastest || gained > fastest->second) fastest = {i, gained};
    }
    if (!fastest) return std::nullopt;
    const auto trend = trendOf(m_ranges[fastest->first]);
    if (!trend) return std::nullopt;
    return std::pair{fastest->first, trend->perDay};
  }

  const ShardMap& m_map;
  std::span<const Shard> m_shards;
  double m_full;
  LoadForecast m_out;
  std::map<ShardId, std::vector<SeriesPoint>> m_series;
  std::map<std::size_t, std::vector<SeriesPoint>> m_ranges;
  std::map<ShardId, Trend> m_trends;
  std::map<ShardId, std::size_t> m_rangesOf;
  UnixSeconds m_first = INT64_MAX, m_last = INT64_MIN;
};

template <class T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

LoadForecast forecastLoad(std::span<const LoadSample> samples, const ShardMap& map, std::span<const Shard> shards, double full) {
  return Forecasting(samples, map, shards, full).run();
}

Json forecastToJson(const LoadForecast& forecast) {
  Json shards = Json::array();
  for (const ShardForecast& s : forecast.shards)
    shards.push_back({{"shard", s.shard.text()}, {"kind", forecastKindName(s.kind)}, {"bytes", orNull(s.bytes)}, {"capacity", orNull(s.capacity)},
                      {"perDay", orNull(s.perDay)}, {"days", orNull(s.days)}, {"daysLow", orNull(s.daysLow)}, {"daysHigh", orNull(s.daysHigh)},
                      {"sentence", s.sentence}});
  return {{"cause", forecastCauseName(forecast.cause)}, {"sentence", forecast.sentence}, {"daysOfData", forecast.daysOfData},
          {"generated", forecast.generated}, {"shards", std::move(shards)}};
}

std::string formatForecast(const LoadForecast& forecast) {
  std::string out = fmt::format("{}{}\n\n", forecast.generated ? "[generated samples] " : "", printable(forecast.sentence));
  for (const ShardForecast& s : forecast.shards) out += fmt::format("  {}\n", printable(s.sentence));
  return out;
}

}  // namespace shardwright
