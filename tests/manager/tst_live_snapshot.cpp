// Accesses of a live snapshot: where counted reads and writes lie, and what is known of single keys.
#include "core/manager/live_snapshot_accesses.h"

#include <QtTest>

#include <random>

#include "core/map/map_json.h"
#include "tests/support/random_seed.h"

using namespace shardwright;

namespace {

ShardingStrategy intLine() { return *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt}); }

ShardMap drawn(const std::string& drawing) { return *drawnMap(KeyspaceName("accounts"), intLine(), drawing); }

Token at(std::int64_t key) { return *intLine().tokenOf(Key::ofInt(key)); }

// 1,000 bytes and 100 rows in every range and 10 rows in every pin; a place to cut at each of `cuts`, evenly filled.
ClusterSnapshot measured(const ShardMap& map, const std::vector<std::int64_t>& cuts = {}) {
  ClusterSnapshot snapshot;
  snapshot.keyspace = map.keyspace();
  snapshot.strategy = map.strategy().spec();
  snapshot.dimensions = {"bytes", "rows"};
  for (const ShardId& id : map.shards()) {
    SnapshotShard& shard = snapshot.shards.emplace_back();
    shard.name = id;
    shard.capacity = {std::nullopt, std::nullopt};
  }
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    SnapshotRange& range = snapshot.ranges.emplace_back();
    range.id = "r" + std::to_string(i);
    range.shard = map.owner(i);
    range.tokens = map.tokens(i);
    range.loads = {1000, 100};
    std::vector<Token> inside;
    for (const std::int64_t cut : cuts)
      if (range.tokens->contains(at(cut)) && range.tokens->from < at(cut)) inside.push_back(at(cut));
    const auto parts = static_cast<std::int64_t>(inside.size()) + 1;
    for (std::size_t k = 0; k < inside.size(); ++k) {
      const auto below = static_cast<std::int64_t>(k) + 1;
      range.splitPoints.push_back({inside[k], {1000 * below / parts, 100 * below / parts}});
    }
  }
  for (const Pin& pin : map.pins()) {
    SnapshotRange& part = snapshot.ranges.emplace_back();
    part.id = "pin " + pin.key.toText();
    part.shard = pin.shard;
    part.pin = pin.key;
    part.loads = {100, 10};
  }
  return snapshot;
}

RangeLoads counted(const ShardMap& map, const std::vector<std::pair<std::int64_t, std::int64_t>>& readsAndWrites,
                   std::vector<KeyLoad> keys = {}) {
  LoadSample sample;
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    RangeLoad& range = sample.ranges.emplace_back();
    range.tokens = map.tokens(i);
    range.reads = readsAndWrites[i].first;
    range.writes = readsAndWrites[i].second;
  }
  sample.hotKeys = std::move(keys);
  return loadsUnder(map, {&sample, 1});
}

using Amounts = std::vector<std::int64_t>;

}  // namespace

class TestLiveSnapshot : public QObject {
  Q_OBJECT
 private slots:
  void whereNobodyCountedThereAreNoAccesses() {
    const ShardMap map = drawn("- 0 a | 0 - b");
    ClusterSnapshot snapshot = measured(map);
    const ClusterSnapshot before = snapshot;
    RangeLoads loads = counted(map, {{0, 0}, {0, 0}});
    for (RangeLoad& range : loads.ranges) range.reads = range.writes = std::nullopt;
    addAccesses(loads, map, snapshot);
    QVERIFY(snapshot == before);
    QVERIFY(accessesOf({Key::ofInt(1), 5, 0}, snapshot.ranges[1]).empty());
  }

  void readsAndWritesBecomeDimensionsBesideBytesAndRows() {
    const ShardMap map = drawn("- 0 a | 0 - b");
    ClusterSnapshot snapshot = measured(map);
    addAccesses(counted(map, {{7, 1}, {50, 0}}), map, snapshot);
    QCOMPARE(snapshot.dimensions, (std::vector<std::string>{"bytes", "rows", "reads", "writes"}));
    QCOMPARE(snapshot.ranges[0].loads, (Amounts{1000, 100, 7, 1}));
    QCOMPARE(snapshot.ranges[1].loads, (Amounts{1000, 100, 50, 0}));
    QVERIFY(checkSnapshot(snapshot).has_value());
  }

  void whatIsMadeUpIsSaidToBe() {
    const ShardMap map = drawn("- a");
    RangeLoads loads = counted(map, {{1, 1}});
    loads.generated = true;
    ClusterSnapshot snapshot = measured(map);
    addAccesses(loads, map, snapshot);
    QVERIFY(snapshot.generated);
  }

  void accessesSpreadOverARangeAsItsRowsDo() {
    const ShardMap map = drawn("- a");
    ClusterSnapshot snapshot = measured(map, {10, 20, 30});
    addAccesses(counted(map, {{800, 80}}), map, snapshot);
    QCOMPARE(snapshot.ranges[0].splitPoints[0].below, (Amounts{250, 25, 200, 20}));
    QCOMPARE(snapshot.ranges[0].splitPoints[2].below, (Amounts{750, 75, 600, 60}));
  }

  void aHeavyKeyLiesWhereItIs() {
    const ShardMap map = drawn("- a");
    ClusterSnapshot snapshot = measured(map, {10, 20, 30});
    addAccesses(counted(map, {{900, 100}}, {{Key::ofInt(15), 600, 0}}), map, snapshot);
    QCOMPARE(snapshot.ranges[0].splitPoints[0].below, (Amounts{250, 25, 90, 10}));
    QCOMPARE(snapshot.ranges[0].splitPoints[1].below, (Amounts{500, 50, 720, 80}));
  }

  void theRowsOfAHeavyKeyBringNoAccessesOfOthers() {
    const ShardMap map = drawn("- a");
    ClusterSnapshot snapshot = measured(map, {10, 20, 30});
    addAccesses(counted(map, {{1000, 0}}, {{Key::ofInt(20), 700, 0}}), map, snapshot);
    QCOMPARE(snapshot.ranges[0].splitPoints[1].below[2], std::int64_t(200));  // up to 20: two of the three other quarters
    QCOMPARE(snapshot.ranges[0].splitPoints[2].below[2], std::int64_t(900));
  }

  void onlyWhatIsCertainOfAKeyCounts() {
    const ShardMap map = drawn("- a");
    ClusterSnapshot snapshot = measured(map, {10});
    addAccesses(counted(map, {{1000, 0}}, {{Key::ofInt(5), 700, 700}}), map, snapshot);
    QCOMPARE(snapshot.ranges[0].splitPoints[0].below[2], std::int64_t(500));
    QCOMPARE(accessesOf({Key::ofInt(5), 700, 300}, snapshot.ranges[0]), (Amounts{400, 0}));
  }

  void aPinnedKeyTakesItsAccessesOutOfTheRangeAroundIt() {
    const ShardMap map = drawn("- a; pin 5 b");
    ClusterSnapshot snapshot = measured(map);
    addAccesses(counted(map, {{900, 300}}, {{Key::ofInt(5), 400, 0}}), map, snapshot);
    QCOMPARE(snapshot.ranges[0].loads, (Amounts{1000, 100, 600, 200}));
    QCOMPARE(snapshot.ranges[1].loads, (Amounts{100, 10, 300, 100}));
  }

  // Whatever was counted: nothing is lost or invented, and parts of a range are never more than it.
  void accessesAreNeitherLostNorInvented() {
    std::mt19937_64 random(test::randomSeed());
    const auto below = [&](std::int64_t n) { return std::uniform_int_distribution<std::int64_t>(0, n - 1)(random); };
    for (int round = 0; round < 300; ++round) {
      const ShardMap map = drawn("- 0 a | 0 - 40 b | 40 - a; pin " + std::to_string(below(80) - 20) + " c");
      std::vector<KeyLoad> keys;
      for (std::int64_t k = below(8); k > 0; --k) keys.push_back({Key::ofInt(below(80) - 20), below(1500), below(500)});
      const RangeLoads loads = counted(map, {{below(1000), below(1000)}, {below(3), below(3)}, {below(1'000'000), 0}}, std::move(keys));
      ClusterSnapshot snapshot = measured(map, {-10, 5, 6, 7, 30, 50});
      addAccesses(loads, map, snapshot);
      const Done checked = checkSnapshot(snapshot);
      QVERIFY2(checked.has_value(), checked ? "" : checked.error().message().c_str());
      std::int64_t reads = 0, writes = 0;
      for (const SnapshotRange& range : snapshot.ranges) {
        reads += range.loads[2];
        writes += range.loads[3];
      }
      for (const RangeLoad& range : loads.ranges) {
        reads -= *range.reads;
        writes -= *range.writes;
      }
      for (const PinLoad& pin : loads.pins) {
        reads -= pin.reads.value_or(0);
        writes -= pin.writes.value_or(0);
      }
      QCOMPARE(reads, std::int64_t(0));
      QCOMPARE(writes, std::int64_t(0));
    }
  }
};

QTEST_APPLESS_MAIN(TestLiveSnapshot)
#include "tst_live_snapshot.moc"
