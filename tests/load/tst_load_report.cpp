// Reports: one sentence with the number and the cause, and the command that goes on from there.
#include <QtTest>

#include <cmath>
#include <set>

#include "core/base/json.h"
#include "core/load/load_report.h"
#include "core/load/range_loads.h"
#include "core/load/shell_word.h"
#include "tests/load/load_cases.h"

using namespace shardwright;
using namespace shardwright::tests;

namespace {

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class TestLoadReport : public QObject {
  Q_OBJECT
 private slots:
  void anEvenClusterIsBalanced() {
    const ShardMap map = drawn("- 0 a | 0 - b");
    const LoadSample sample = bytesSample(map, 1000, {1'000'000, 1'020'000});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}));
    QVERIFY(report.cause == LoadCause::Balanced);
    QVERIFY2(says(report.sentence, "balanced in bytes: the fullest shard, b, carries 1.01 times"), report.sentence.c_str());
    QVERIFY(report.problems.empty());
    QVERIFY(!requiresRebalancing(report, 0.05));
    QVERIFY(requiresRebalancing(report, 0.005));
  }

  void oneRangeThatOutweighsTheOthersIsTheCause() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - 20 b | 20 - b");
    const LoadSample sample = bytesSample(map, 1000, {1'000'000, 100'000, 3'000'000, 100'000});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}));
    QVERIFY(report.cause == LoadCause::OneRange);
    QVERIFY2(says(report.sentence, "b carries 1.52 times its fair share") && says(report.sentence, "the range 10..20 alone is 93.8 % of it"), report.sentence.c_str());
    QCOMPARE(report.problems.front().command, std::string("shardwright plan create accounts --goal balance --metric bytes"));
    QVERIFY(report.shards.front().shard == ShardId("b") && report.shards.front().outside);
  }

  void manyRangesTogetherAreSkew() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - 20 b | 20 - b");
    const LoadSample sample = bytesSample(map, 1000, {1'000'000, 1'000'000, 1'100'000, 900'000});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}));
    QVERIFY(report.cause == LoadCause::Skew);
    QVERIFY2(says(report.sentence, "its 3 ranges together are too many"), report.sentence.c_str());
  }

  void aShardThatOutgrewTheOthersIsGrowth() {
    const ShardMap map = drawn("- -5 a | -5 - 0 a | 0 - 10 b | 10 - b");
    const std::vector<LoadSample> samples = {bytesSample(map, 0, {500'000, 500'000, 500'000, 500'000}),
                                             bytesSample(map, 86'400, {510'000, 510'000, 900'000, 900'000})};
    const LoadReport report = analyzeLoadDistribution(samples, map, shardsNamed({"a", "b"}));
    QVERIFY(report.cause == LoadCause::Growth);
    QVERIFY2(says(report.sentence, "it has grown by 761.7 KiB since 1970-01-01"), report.sentence.c_str());
  }

  void oneKeyIsToldFromItsRange() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - b");
    const std::vector<LoadSample> samples = {opsSample(map, 60, {1000, 4000, 100}, {{7, 3500}}), opsSample(map, 120, {1000, 4000, 100}, {{7, 3500}})};
    const LoadReport report = analyzeLoadDistribution(samples, map, shardsNamed({"a", "b"}), {LoadMetric::Ops, 0.05});
    QVERIFY(report.cause == LoadCause::OneKey);
    QVERIFY2(says(report.sentence, "the key 7 alone has at least 85.4 % of its operations"), report.sentence.c_str());
    QCOMPARE(report.problems.front().command, std::string("shardwright plan create accounts --goal isolate --key 7"));
  }

  void aPinnedKeyWeighsOnItsOwnShard() {
    const ShardMap map = drawn("- a; pin 7 b");
    LoadSample sample = bytesSample(map, 1000, {2'000'000});
    sample.pins.push_back({Key::ofInt(7), ShardId("b"), 1000, 1'000'000, {}, {}});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}));
    QVERIFY(report.shards.front().shard == ShardId("a"));
    QCOMPARE(report.total.value_or(-1), std::int64_t(3'000'000));
    QCOMPARE(report.shards.back().amount.value_or(-1), std::int64_t(1'000'000));
    QCOMPARE(report.shards.back().rows.value_or(-1), std::int64_t(1000));
    QCOMPARE(report.shards.back().pins, std::size_t(1));
  }

  void accessesOfAPinnedKeyGoWithIt() {
    const ShardMap map = drawn("- 0 a | 0 - a; pin 7 b");
    const LoadSample sample = opsSample(map, 60, {1000, 4000}, {{7, 3000}});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}), {LoadMetric::Ops, 0.05});
    QVERIFY(report.shards.front().shard == ShardId("b"));
    QCOMPARE(report.shards.front().amount.value_or(-1), std::int64_t(3000));
    QCOMPARE(report.shards.back().amount.value_or(-1), std::int64_t(2000));
    QVERIFY2(says(report.sentence, "the key 7 alone"), report.sentence.c_str());
    // It has its place already: what can go is what lies beside it.
    QCOMPARE(report.problems.front().command, std::string("shardwright plan create accounts --goal balance --metric ops"));
  }

  void aShardThatDrainsMustLoseItsPinsToo() {
    const ShardMap map = drawn("- a; pin 7 b");
    const LoadSample sample = bytesSample(map, 1000, {2'000'000});
    std::vector<Shard> shards = shardsNamed({"a", "b"});
    shards[1].state = ShardState::Draining;
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shards);
    QVERIFY(requiresRebalancing(report, 0.05));
    QVERIFY2(says(report.problems.back().sentence, "still has 0 ranges and 1 pin."), report.problems.back().sentence.c_str());
  }

  void whatHasNoSourceIsNotMeasuredAndNeverZero() {
    const ShardMap map = drawn("- 0 a | 0 - b");
    const LoadSample sample = bytesSample(map, 1000, {1'000'000, 5'000'000});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}), {LoadMetric::Ops, 0.05});
    QVERIFY(report.cause == LoadCause::NotMeasured);
    QVERIFY(!report.total && !report.highestRatio && !report.shards[0].reads);
    QVERIFY(loadReportToJson(report)["shards"][0]["reads"].is_null());
    QVERIFY(says(report.problems.front().command, "load import accounts"));
    QVERIFY(!requiresRebalancing(report, 0.05));
    const LoadReport nothing = analyzeLoadDistribution({}, map, shardsNamed({"a", "b"}));
    QVERIFY(nothing.cause == LoadCause::NotMeasured && nothing.at == 0);
  }

  void aShardThatIsMeasuredInPartIsNotTakenForALightOne() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - b");
    const LoadSample sample = bytesSample(map, 1000, {1'000'000, 10, -1});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}));
    QVERIFY(!report.shards.back().amount);
    QVERIFY(report.shards.back().shard == ShardId("b"));
    QVERIFY(std::any_of(report.problems.begin(), report.problems.end(), [](const LoadProblem& p) { return p.id == "not-measured"; }));
  }

  void anEmptyShardBesideAFullOneIsMeasuredAsEmpty() {
    const ShardMap map = drawn("- a");
    const LoadSample sample = bytesSample(map, 1000, {1'000'000});
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shardsNamed({"a", "b"}));
    QCOMPARE(*report.highestRatio, 2.0);
    QVERIFY(report.cause == LoadCause::OneRange);
    QCOMPARE(report.shards.back().amount.value_or(-1), std::int64_t(0));
  }

  void weightsStatesAndCapacitiesCount() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - c");
    const LoadSample sample = bytesSample(map, 1000, {2'000'000, 1'000'000, 500'000});
    std::vector<Shard> shards = shardsNamed({"a", "b", "c"});
    shards[0].weight = 2;
    shards[0].capacity = 2'100'000;
    shards[2].state = ShardState::Draining;
    const LoadReport report = analyzeLoadDistribution({&sample, 1}, map, shards, {LoadMetric::Bytes, 0.01});
    QVERIFY(std::abs(*report.highestRatio - 2'000'000 / (3'500'000 * 2.0 / 3)) < 1e-9);
    QVERIFY(requiresRebalancing(report, 0.5));
    std::set<std::string> ids;
    for (const LoadProblem& problem : report.problems) ids.insert(problem.id);
    QCOMPARE(ids, (std::set<std::string>{"draining", "nearly-full"}));
  }

  void samplesOfOlderMapsCountForTheRangesOfToday() {
    const ShardMap old = drawn("- 0 a | 0 - b");
    const ShardMap now = drawn("- 0 a | 0 - 10 b | 10 - a");
    const LoadSample sample = bytesSample(old, 1000, {700, 501});
    const RangeLoads loads = loadsUnder(now, {&sample, 1});
    QCOMPARE(*loads.ranges[1].bytes + *loads.ranges[2].bytes, std::int64_t(501));
    const RangeLoads back = loadsUnder(old, std::vector{bytesSample(now, 2000, {1, 2, 3})});
    QCOMPARE(*back.ranges[1].bytes, std::int64_t(5));
  }

  void commandsAreSafeToPaste() {
    QCOMPARE(shellWord("plain-7"), std::string("plain-7"));
    QCOMPARE(shellWord(""), std::string("''"));
    QCOMPARE(shellWord("o'brien; rm -rf $HOME"), std::string("'o'\\''brien; rm -rf $HOME'"));
    QCOMPARE(shellWord("~"), std::string("'~'"));
  }
};

QTEST_APPLESS_MAIN(TestLoadReport)
#include "tst_load_report.moc"
