// Forecasts: a slope that wild samples do not bend, an interval, and silence where there is nothing to say.
#include <QtTest>

#include <cmath>
#include <random>

#include "core/load/forecast.h"
#include "tests/load/load_cases.h"

using namespace shardwright;
using namespace shardwright::tests;

namespace {

constexpr UnixSeconds hour = 3600, day = 24 * hour;

std::vector<SeriesPoint> line(int days, double level, double perDay, double noise, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0, std::max(noise, 1e-300));
  std::vector<SeriesPoint> points;
  for (int h = 0; h < days * 24; ++h) points.push_back({h * hour, level + perDay * h / 24 + (noise > 0 ? normal(random) : 0)});
  return points;
}

// Bytes of each range by hour.
template <class Bytes>
std::vector<LoadSample> history(const ShardMap& map, int days, Bytes bytes) {
  std::vector<LoadSample> samples;
  for (int h = 0; h <= days * 24; h += 4) {
    std::vector<std::int64_t> now;
    for (std::size_t i = 0; i < map.rangeCount(); ++i) now.push_back(bytes(i, static_cast<double>(h) / 24));
    samples.push_back(bytesSample(map, h * hour, now));
  }
  return samples;
}

std::vector<Shard> withCapacity(std::initializer_list<const char*> names, std::int64_t capacity) {
  std::vector<Shard> shards = shardsNamed(names);
  for (Shard& shard : shards) shard.capacity = capacity;
  return shards;
}

}  // namespace

class TestForecast : public QObject {
  Q_OBJECT
 private slots:
  void theSlopeOfALineIsFoundExactly() {
    const auto trend = trendOf(line(10, 1000, 24, 0));
    QVERIFY(std::abs(trend->perDay - 24) < 1e-9);
    QVERIFY(trend->clear);
    QVERIFY(std::abs(trend->level - (1000 + 24.0 * 239 / 24)) < 1e-6);
  }

  void aFifthOfWildSamplesDoesNotBendIt() {
    auto points = line(14, 1000, 24, 1);
    for (std::size_t i = 0; i < points.size(); i += 5) points[i].value = 1e9;
    const auto trend = trendOf(points);
    QVERIFY2(std::abs(trend->perDay - 24) < 3, qPrintable(QString::number(trend->perDay)));
  }

  void noiseWithoutSlopeHasNoTrend() {
    int clear = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) clear += trendOf(line(8, 1000, 0, 50, seed))->clear;
    QVERIFY2(clear <= 4, qPrintable(QString("%1 of 20 took noise for a trend").arg(clear)));
  }

  void daysUntilFullComeWithAnInterval() {
    const ShardMap map = drawn("- 0 a | 0 - b");
    const auto samples = history(map, 10, [](std::size_t i, double d) { return std::int64_t((i == 0 ? 400 : 390) * 1e6 + 10e6 * d); });
    const LoadForecast forecast = forecastLoad(samples, map, withCapacity({"a", "b"}, 1'000'000'000));
    QVERIFY(forecast.shards[0].shard == ShardId("a"));
    QVERIFY(forecast.shards[0].kind == ForecastKind::Reaches);
    QVERIFY2(std::abs(*forecast.shards[0].days - 30) < 0.5, qPrintable(QString::number(*forecast.shards[0].days)));
    QVERIFY(*forecast.shards[0].daysLow <= *forecast.shards[0].days && *forecast.shards[0].days <= *forecast.shards[0].daysHigh);
    QVERIFY(forecast.cause == ForecastCause::Growth);
    QVERIFY2(forecast.sentence.find("add a shard") != std::string::npos, forecast.sentence.c_str());
  }

  void oneFastShardIsSkewAndOneFastRangeIsNamed() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - b");
    const auto skewed = history(map, 10, [](std::size_t i, double d) { return std::int64_t(300e6 + (i == 0 ? 1e6 : 10e6) * d); });
    QVERIFY(forecastLoad(skewed, map, withCapacity({"a", "b"}, 1'000'000'000)).cause == ForecastCause::Skew);
    const auto range = history(map, 10, [](std::size_t i, double d) { return std::int64_t(300e6 + (i == 2 ? 10e6 : 1e5) * d); });
    const LoadForecast forecast = forecastLoad(range, map, withCapacity({"a", "b"}, 1'000'000'000));
    QVERIFY(forecast.cause == ForecastCause::OneRange);
    QVERIFY2(forecast.sentence.ends_with("--goal split --range 10.."), forecast.sentence.c_str());
  }

  void belowSevenDaysThereIsNoForecast() {
    const ShardMap map = drawn("- a");
    const auto samples = history(map, 6, [](std::size_t, double d) { return std::int64_t(4e8 + 1e7 * d); });
    const LoadForecast forecast = forecastLoad(samples, map, withCapacity({"a"}, 1'000'000'000));
    QVERIFY(forecast.shards[0].kind == ForecastKind::TooLittleData);
    QVERIFY(!forecast.shards[0].days);
    QVERIFY2(forecast.sentence.find("6.0 days are measured") != std::string::npos, forecast.sentence.c_str());
    QVERIFY(forecastLoad({}, map, withCapacity({"a"}, 1)).shards[0].kind == ForecastKind::TooLittleData);
  }

  void whatShrinksStandsStillOrHasNoCapacitySaysSo() {
    const ShardMap map = drawn("- a");
    const auto shrinking = history(map, 8, [](std::size_t, double d) { return std::int64_t(4e8 - 1e7 * d); });
    QVERIFY(forecastLoad(shrinking, map, withCapacity({"a"}, 1'000'000'000)).shards[0].kind == ForecastKind::Shrinks);
    const auto still = history(map, 8, [](std::size_t, double) { return std::int64_t(4e8); });
    QVERIFY(forecastLoad(still, map, withCapacity({"a"}, 1'000'000'000)).shards[0].kind == ForecastKind::NoTrend);
    const auto growing = history(map, 8, [](std::size_t, double d) { return std::int64_t(4e8 + 1e7 * d); });
    QVERIFY(forecastLoad(growing, map, shardsNamed({"a"})).shards[0].kind == ForecastKind::NoCapacity);
    QVERIFY(forecastLoad(growing, map, withCapacity({"a"}, 400'000'000)).shards[0].kind == ForecastKind::Reached);
  }
};

QTEST_APPLESS_MAIN(TestForecast)
#include "tst_forecast.moc"
