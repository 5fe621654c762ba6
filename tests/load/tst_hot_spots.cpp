// Hot spots: what lasts and stands out is hot, one key is told from its range, and noise is nothing.
#include <QtTest>

#include <random>

#include "core/base/json.h"
#include "core/load/hot_spots.h"
#include "tests/load/load_cases.h"

using namespace shardwright;
using namespace shardwright::tests;

namespace {

ShardMap twenty() {
  std::string drawing = "- 1 a";
  for (int i = 1; i < 19; ++i) drawing += " | " + std::to_string(i) + " - " + std::to_string(i + 1) + (i % 2 == 0 ? " a" : " b");
  return drawn(drawing + " | 19 - b");
}

std::vector<LoadSample> minutes(const ShardMap& map, int count, const std::vector<std::int64_t>& reads,
                                const std::vector<std::pair<std::int64_t, std::int64_t>>& keys = {}, int from = 0) {
  std::vector<LoadSample> samples;
  for (int i = 0; i < count; ++i) samples.push_back(opsSample(map, (from + i + 1) * 60, reads, keys));
  return samples;
}

}  // namespace

class TestHotSpots : public QObject {
  Q_OBJECT
 private slots:
  void aRangeThatStaysFarAboveItsPeersIsHot() {
    const ShardMap map = twenty();
    std::vector<std::int64_t> reads(20, 500);
    reads[6] = 9'000;
    const auto spots = findHotSpots(minutes(map, 6, reads), map);
    QCOMPARE(spots.size(), std::size_t(1));
    QVERIFY(spots[0].kind == HotSpot::Kind::Range);
    QVERIFY(spots[0].range == map.tokens(6));
    QVERIFY(std::abs(spots[0].share - 9000.0 / 18'500) < 1e-3);
    QVERIFY(spots[0].confidence > 0.9);
    QCOMPARE(spots[0].since, UnixSeconds(60));
    const Json json = hotSpotsToJson(spots, map.strategy());
    QCOMPARE(json["hot"][0]["kind"].get<std::string>(), std::string("range"));
    QCOMPARE(json["hot"][0]["from"].get<std::string>(), std::string("6"));
    QVERIFY(spots[0].advice.ends_with("shardwright plan create accounts --goal split --range 6..7"));
  }

  void oneKeyThatIsHalfOfItsRangeIsTheSpotAndTheRangeIsNot() {
    const ShardMap map = twenty();
    std::vector<std::int64_t> reads(20, 500);
    reads[6] = 9'000;
    const auto spots = findHotSpots(minutes(map, 6, reads, {{6, 8'000}}), map);
    QCOMPARE(spots.size(), std::size_t(1));
    QVERIFY(spots[0].kind == HotSpot::Kind::Key);
    QVERIFY(spots[0].key == Key::ofInt(6));
    const Json json = hotSpotsToJson(spots, map.strategy());
    QCOMPARE(json["hot"][0]["key"].get<std::string>(), std::string("6"));
    QVERIFY(!json["hot"][0].contains("from"));
    QVERIFY(spots[0].advice.ends_with("--goal isolate --key 6"));
  }

  void aHotKeyInACoolRangeLeavesTheHotRangeNamed() {
    const ShardMap map = twenty();
    std::vector<std::int64_t> reads(20, 500);
    reads[6] = 30'000;
    const auto spots = findHotSpots(minutes(map, 6, reads, {{6, 5'000}}), map);
    QCOMPARE(spots.size(), std::size_t(2));
    QVERIFY(spots[0].kind == HotSpot::Kind::Range && spots[1].kind == HotSpot::Kind::Key);
  }

  void aBurstOfOneMinuteIsNotHot() {
    const ShardMap map = twenty();
    const std::vector<std::int64_t> even(20, 500);
    std::vector<std::int64_t> burst = even;
    burst[6] = 9'000;
    auto samples = minutes(map, 5, even);
    samples.push_back(opsSample(map, 360, burst));
    QVERIFY(findHotSpots(samples, map).empty());
  }

  void aSpotCoolsOnlyAfterItWasCoolForLong() {
    const ShardMap map = twenty();
    const std::vector<std::int64_t> even(20, 500);
    std::vector<std::int64_t> hot = even;
    hot[6] = 9'000;
    for (const auto& [quiet, spots] : {std::pair{6, 1}, std::pair{25, 0}}) {
      auto samples = minutes(map, 6, hot);
      for (auto& sample : minutes(map, quiet, even, {}, 6)) samples.push_back(sample);
      QCOMPARE(findHotSpots(samples, map).size(), static_cast<std::size_t>(spots));
    }
  }

  void tooFewEventsDecideNothing() {
    const ShardMap map = twenty();
    std::vector<std::int64_t> reads(20, 1);
    reads[6] = 30;
    QVERIFY(findHotSpots(minutes(map, 6, reads), map).empty());
    QVERIFY(!findHotSpots(minutes(map, 40, reads), map).empty());
  }

  void noiseIsNotHot() {
    const ShardMap map = twenty();
    std::mt19937_64 random(7);
    std::vector<LoadSample> samples;
    for (int minute = 1; minute < 60; ++minute) {
      std::vector<std::int64_t> reads;
      for (int i = 0; i < 20; ++i) reads.push_back(std::poisson_distribution<std::int64_t>(400)(random));
      samples.push_back(opsSample(map, minute * 60, reads));
    }
    QVERIFY(findHotSpots(samples, map).empty());
  }

  void aClusterOfTwoEvenRangesHasNoHotSpot() {
    const ShardMap map = drawn("- 0 a | 0 - b");
    QVERIFY(findHotSpots(minutes(map, 10, {5000, 5000}), map).empty());
    QVERIFY(findHotSpots({}, map).empty());
  }
};

QTEST_APPLESS_MAIN(TestHotSpots)
#include "tst_hot_spots.moc"
