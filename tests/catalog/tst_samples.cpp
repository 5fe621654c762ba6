#include <QtTest>

#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

namespace {

std::vector<UnixSeconds> timesOf(World& world) {
  std::vector<UnixSeconds> times;
  for (const LoadSampleRow& row : must(world.catalog().loadSamples(accounts, 0, noon * 2))) times.push_back(row.at);
  return times;
}

// noon is a whole hour plus 13:20; ages below are chosen against whole minutes and hours.
constexpr UnixSeconds wholeHour = noon / 3600 * 3600;

}  // namespace

class TestSamples : public QObject {
  Q_OBJECT
 private slots:
  void samplesReadBackInOrderOfTime() {
    World world;
    world.addCluster();
    SW_OK(world.catalog().addLoadSample({accounts, noon - 10, "{\"b\":2}", true}));
    SW_OK(world.catalog().addLoadSample({accounts, noon - 20, "{\"a\":1}", false}));
    const auto rows = must(world.catalog().loadSamples(accounts, noon - 20, noon - 9));
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[0].document, std::string("{\"a\":1}"));
    QVERIFY(!rows[0].generated);
    QVERIFY(rows[1].generated);
    QCOMPARE(must(world.catalog().loadSamples(accounts, noon - 20, noon - 10)).size(), std::size_t(1));
    QVERIFY(must(world.catalog().loadSamples(KeyspaceName("blocks"), 0, noon)).empty());
  }

  void aSampleIsOfAKeyspaceThatIsThere() {
    World world;
    SW_FAILS(ErrorCode::NotFound, "accounts", world.catalog().addLoadSample({accounts, noon, "{}", false}));
  }

  void samplesAddedTogetherAreAddedAllOrNone() {
    World world;
    world.addCluster();
    std::vector<LoadSampleRow> rows = {{accounts, noon - 2, "{}", false}, {accounts, noon - 1, "{}", false}};
    SW_OK(world.catalog().addLoadSamples(rows));
    QCOMPARE(timesOf(world), (std::vector<UnixSeconds>{noon - 2, noon - 1}));
    rows = {{accounts, noon, "{}", false}, {KeyspaceName("strangers"), noon, "{}", false}};
    SW_FAILS(ErrorCode::NotFound, "strangers", world.catalog().addLoadSamples(rows));
    QCOMPARE(timesOf(world), (std::vector<UnixSeconds>{noon - 2, noon - 1}));
  }

  void allOfTheLastHourStay() {
    World world;
    world.addCluster();
    for (UnixSeconds age = 0; age <= 3600; age += 300)
      for (UnixSeconds within : {0, 1}) must(world.catalog().addLoadSample({accounts, noon - age + within, "{}", false}));
    const auto before = timesOf(world);
    SW_OK(world.catalog().thinLoadSamples(accounts));
    QCOMPARE(timesOf(world), before);
  }

  void ofTheLastDayTheLastOfEachMinuteStays() {
    World world;
    world.addCluster();
    const UnixSeconds minute = (noon - 5 * 3600) / 60 * 60;
    for (UnixSeconds within : {0, 30, 59, 60, 61}) must(world.catalog().addLoadSample({accounts, minute + within, "{}", false}));
    SW_OK(world.catalog().thinLoadSamples(accounts));
    QCOMPARE(timesOf(world), (std::vector<UnixSeconds>{minute + 59, minute + 61}));
  }

  void beyondADayTheLastOfEachHourStays() {
    World world;
    world.addCluster();
    const UnixSeconds hour = wholeHour - 30 * 3600;
    for (UnixSeconds within : {0, 60, 3599, 3600, 7199}) must(world.catalog().addLoadSample({accounts, hour + within, "{}", false}));
    SW_OK(world.catalog().thinLoadSamples(accounts));
    QCOMPARE(timesOf(world), (std::vector<UnixSeconds>{hour + 3599, hour + 7199}));
    SW_OK(world.catalog().thinLoadSamples(accounts));
    QCOMPARE(timesOf(world).size(), std::size_t(2));
  }

  // Three days of a sample every 20 seconds: all of an hour, one a minute of a day, one an hour beyond.
  void aLongRecordIsThinnedByAgeAndStaysAsItIs() {
    World world;
    world.addCluster();
    std::vector<LoadSampleRow> rows;
    for (UnixSeconds at = noon - 3 * 86'400; at < noon; at += 20) rows.push_back({accounts, at, "{}", false});
    SW_OK(world.catalog().addLoadSamples(rows));
    SW_OK(world.catalog().thinLoadSamples(accounts));
    const auto kept = timesOf(world);
    const auto between = [&](UnixSeconds from, UnixSeconds until) {
      return std::ranges::count_if(kept, [&](UnixSeconds at) { return at >= from && at < until; });
    };
    QCOMPARE(between(noon - 3600, noon), std::ptrdiff_t(180));
    QVERIFY(std::abs(between(noon - 86'400, noon - 3600) - 23 * 60) <= 1);
    QVERIFY(std::abs(between(0, noon - 86'400) - 48) <= 1);
    QCOMPARE(kept.back(), noon - 20);
    SW_OK(world.catalog().thinLoadSamples(accounts));
    QCOMPARE(timesOf(world), kept);
  }

  void measuredAndGeneratedSamplesAreThinnedApart() {
    World world;
    world.addCluster();
    const UnixSeconds hour = wholeHour - 30 * 3600;
    for (bool generated : {false, true})
      for (UnixSeconds within : {1, 2}) must(world.catalog().addLoadSample({accounts, hour + within, "{}", generated}));
    SW_OK(world.catalog().thinLoadSamples(accounts));
    QCOMPARE(timesOf(world), (std::vector<UnixSeconds>{hour + 2, hour + 2}));
  }
};

QTEST_APPLESS_MAIN(TestSamples)
#include "tst_samples.moc"
