#include <QtTest>
#include <algorithm>

#include "core/base/json.h"
#include "core/manager/load_verbs.h"
#include "core/manager/shard_manager.h"
#include "tests/manager/demo_fixture.h"

using namespace shardwright;

namespace {

const KeyspaceName accounts("accounts");

ShardManager managerOf(const DemoReport& report) {
  ShardManager::Options options;
  options.catalog = report.catalogFile;
  options.actor = "tester";
  options.clock = [] { return UnixSeconds{1'790'000'000}; };
  return must(ShardManager::open(std::move(options)));
}

}  // namespace

class TestLoadOverview : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { m_demo = must(createDemo(optionsFor(m_folder))); }

  void everyMetricIsWhatItsOwnVerbSays_data() {
    QTest::addColumn<int>("metric");
    for (const LoadMetric metric : {LoadMetric::Bytes, LoadMetric::Rows, LoadMetric::Ops}) QTest::newRow(loadMetricName(metric).data()) << static_cast<int>(metric);
  }

  void everyMetricIsWhatItsOwnVerbSays() {
    QFETCH(int, metric);
    ShardManager manager = managerOf(m_demo);
    const LoadReportOptions options{static_cast<LoadMetric>(metric), 0.05};
    const LoadReport alone = must(manager.load().report(accounts, options, {}));
    const LoadOverview overview = must(manager.load().overview(accounts, LoadFrom::Databases, 0.05, {}));
    QCOMPARE(canonicalJson(loadReportToJson(overview.report(options.metric))), canonicalJson(loadReportToJson(alone)));
  }

  void rowsAreThoseOfTheDatabases() {
    ShardManager manager = managerOf(m_demo);
    const LoadOverview overview = must(manager.load().overview(accounts, LoadFrom::Databases, 0.05, {}));
    std::int64_t rows = 0;
    for (const DemoShard& shard : m_demo.shards) rows += shard.accounts;
    QCOMPARE(*overview.report(LoadMetric::Rows).total, rows);
    QCOMPARE(overview.ranges.ranges.size(), overview.map->rangeCount());
  }

  void aShardThatIsGoneIsNamedAndTheOthersAreMeasured() {
    const DemoShard& gone = m_demo.shards.front();
    std::filesystem::remove(gone.file);
    ShardManager manager = managerOf(m_demo);
    const LoadOverview overview = must(manager.load().overview(accounts, LoadFrom::Databases, 0.05, {}));
    QCOMPARE(overview.notMeasured.size(), std::size_t(1));
    QVERIFY(overview.notMeasured.front().starts_with("shard " + gone.shard.text() + ":"));
    for (const LoadReport& report : overview.reports)
      QVERIFY(std::ranges::any_of(report.problems, [&](const LoadProblem& problem) { return problem.sentence == overview.notMeasured.front(); }));
    for (const ShardBurden& burden : overview.report(LoadMetric::Rows).shards)
      for (const DemoShard& shard : m_demo.shards)
        if (shard.shard == burden.shard && shard.shard != gone.shard) QCOMPARE(burden.amount.value_or(-1), shard.accounts);
  }

  void samplesAloneOpenNoShard() {  // the last: the shards are gone
    for (const DemoShard& shard : m_demo.shards) std::filesystem::remove(shard.file);
    ShardManager manager = managerOf(m_demo);
    const LoadOverview overview = must(manager.load().overview(accounts, LoadFrom::Samples, 0.05, {}));
    QVERIFY(overview.from == LoadFrom::Samples);
    QVERIFY(overview.notMeasured.empty());
    QVERIFY(overview.hot.measured && overview.hot.generated);
    QVERIFY(overview.report(LoadMetric::Ops).highestRatio.has_value());
    for (const DemoShard& shard : m_demo.shards) QVERIFY(!std::filesystem::exists(shard.file));
  }

 private:
  QTemporaryDir m_folder;
  DemoReport m_demo;
};

QTEST_GUILESS_MAIN(TestLoadOverview)
#include "tst_load_overview.moc"
