// Forecast: when a shard is full, from how it has grown. Theil-Sen slopes - a few wild samples do not bend them - with
// Kendall's interval; where the slope may be 0 it says "no trend", and below seven days of data it says nothing
// (design: planner.md 5.4).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/domain/shard.h"
#include "core/load/load_sample.h"

namespace shardwright {

struct SeriesPoint {
  UnixSeconds at = 0;
  double value = 0;
};

struct Trend {
  double perDay = 0;
  double perDayLow = 0, perDayHigh = 0;  // 80 % interval
  bool clear = false;                    // the 95 % interval of the slope does not contain 0
  double level = 0;                      // on the line, at the last point
};

// Nothing: fewer than three hours with data. Points in order of time; the median of each hour counts, of the last 28 days.
std::optional<Trend> trendOf(std::span<const SeriesPoint> points);

enum class ForecastKind { TooLittleData, NoTrend, Shrinks, Reaches, Reached, NoCapacity };
std::string_view forecastKindName(ForecastKind kind);  // too-little-data, no-trend, shrinks, reaches, reached, no-capacity

struct ShardForecast {
  ShardId shard;
  ForecastKind kind = ForecastKind::TooLittleData;
  std::optional<std::int64_t> bytes, capacity;
  std::optional<double> perDay;                // bytes
  std::optional<double> days, daysLow, daysHigh;  // until `full` of the capacity; 80 % interval, the high end may be open
  std::string sentence;
};

enum class ForecastCause { None, Growth, Skew, OneRange, OneKey };
std::string_view forecastCauseName(ForecastCause cause);  // none, growth, skew, one-range, one-key

struct LoadForecast {
  std::vector<ShardForecast> shards;   // the soonest first
  ForecastCause cause = ForecastCause::None;
  std::string sentence;                // about the soonest, with the cause and what to do
  double daysOfData = 0;
  bool generated = false;
};

// `full`: the part of a capacity at which a shard counts as full.
LoadForecast forecastLoad(std::span<const LoadSample> samples, const ShardMap& map, std::span<const Shard> shards, double full = 0.8);

Json forecastToJson(const LoadForecast& forecast);
std::string formatForecast(const LoadForecast& forecast);

}  // namespace shardwright
