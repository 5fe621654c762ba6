// Differences of maps: what they say, and that applying one gives the other map exactly.
#include <QtTest>

#include "core/map/map_diff.h"
#include "core/map/map_json.h"
#include "tests/map/random_map.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using shardwright::test::RandomMaps;
using shardwright::test::randomSeed;

namespace {

const ShardingStrategy ints = *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt});

ShardMap drawn(std::string_view drawing, std::string_view keyspace = "orders") {
  auto map = drawnMap(KeyspaceName(std::string(keyspace)), ints, drawing);
  if (!map) qFatal("%s", map.error().message().c_str());
  return *map;
}

}  // namespace

class TestMapDiff : public QObject {
  Q_OBJECT
 private slots:
  void aDiffSaysWhatChanged_data() {
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<QString>("lines");
    QTest::newRow("nothing") << "- 4 a | 4 - b; pin 7 c"
                             << "- 4 a | 4 - b; pin 7 c"
                             << "";
    QTest::newRow("a split") << "- a"
                             << "- 4 a | 4 - a"
                             << "+ 4\n";
    QTest::newRow("a merge") << "- 4 a | 4 - a"
                             << "- a"
                             << "- 4\n";
    QTest::newRow("an owner") << "- 4 a | 4 - b"
                              << "- 4 a | 4 - c"
                              << "~ 4 - : b -> c\n";
    QTest::newRow("neighbours with one change are one stretch") << "- 4 a | 4 - 8 a | 8 - b"
                                                                << "- 4 c | 4 - 8 c | 8 - b"
                                                                << "~  - 8: a -> c\n";
    QTest::newRow("neighbours with two changes are two") << "- 4 a | 4 - 8 b | 8 - b"
                                                         << "- 4 c | 4 - 8 c | 8 - b"
                                                         << "~  - 4: a -> c\n~ 4 - 8: b -> c\n";
    QTest::newRow("a part of a range") << "- a"
                                       << "- 4 a | 4 - 8 b | 8 - a"
                                       << "+ 4\n+ 8\n~ 4 - 8: a -> b\n";
    QTest::newRow("to nobody and back") << "- 4 a | 4 - nobody"
                                        << "- 4 nobody | 4 - a"
                                        << "~  - 4: a -> nobody\n~ 4 - : nobody -> a\n";
    QTest::newRow("a shard that is new sorts before") << "- 4 b | 4 - c"
                                                      << "- 4 b | 4 - a"
                                                      << "~ 4 - : c -> a\n";
    QTest::newRow("pins") << "- a; pin 1 b; pin 2 b; pin 3 b"
                          << "- a; pin 1 c; pin 3 b; pin 4 b"
                          << "* 1: b -> c\n* 2: b -> no pin\n* 4: no pin -> b\n";
  }
  void aDiffSaysWhatChanged() {
    QFETCH(QString, a);
    QFETCH(QString, b);
    QFETCH(QString, lines);
    const auto diff = diffMaps(drawn(a.toStdString()), drawn(b.toStdString()));
    QCOMPARE(QString::fromStdString(formatDiff(*diff, ints)), lines);
    QCOMPARE(diff->empty(), lines.isEmpty());
  }

  void applyingADiffGivesTheOtherMap() {
    RandomMaps random(randomSeed());
    for (int round = 0; round < 600; ++round) {
      const ShardingStrategy strategy = random.strategy();
      const ShardMap a = random.map(strategy);
      const ShardMap b = random.chance(50) ? random.edited(a) : random.map(strategy);
      const MapDiff diff = *diffMaps(a, b);
      const auto applied = applyDiff(a, diff);
      QVERIFY2(applied.has_value(), applied ? "" : applied.error().message().c_str());
      QVERIFY(*applied == b);
      QCOMPARE(applied->checksum(), b.checksum());
      QCOMPARE(diffMaps(*applied, b)->empty(), true);
      for (const OwnerChange& change : diff.owners) {
        QVERIFY(change.before != change.after);
        QVERIFY(a.owner(a.indexOf(change.tokens.from)) == change.before);
        QVERIFY(b.owner(b.indexOf(change.tokens.from)) == change.after);
      }
      for (std::size_t i = 1; i < diff.owners.size(); ++i) {
        const OwnerChange& left = diff.owners[i - 1];
        const OwnerChange& right = diff.owners[i];
        QVERIFY(left.tokens.until && *left.tokens.until <= right.tokens.from);
        QVERIFY(*left.tokens.until < right.tokens.from || left.before != right.before || left.after != right.after);
      }
    }
  }

  void aDiffOfAnotherMapIsAConflict_data() {
    QTest::addColumn<QString>("map");
    for (const char* map : {"- 4 a | 4 - z", "- 4 a | 4 - b", "- 3 a | 3 - b; pin 7 c", "- 4 a | 4 - b; pin 7 d",
                            "- 4 a | 4 - 8 b | 8 - b; pin 7 c"})
      QTest::newRow(map) << map;
  }
  void aDiffOfAnotherMapIsAConflict() {
    QFETCH(QString, map);
    const MapDiff diff = *diffMaps(drawn("- 4 a | 4 - b; pin 7 c"), drawn("- 8 a | 8 - c"));
    QVERIFY(applyDiff(drawn("- 4 a | 4 - b; pin 7 c"), diff).has_value());
    const auto applied = applyDiff(drawn(map.toStdString()), diff);
    QVERIFY(!applied.has_value());
    QCOMPARE(applied.error().code(), ErrorCode::Conflict);
  }

  void aDiffOfAnotherVersionIsAConflict() {
    const ShardMap one = drawn("- 4 a | 4 - b");
    const ShardMap two = *MapBuilder(one).build();
    const MapDiff diff = *diffMaps(two, one);
    QCOMPARE(applyDiff(one, diff).error().code(), ErrorCode::Conflict);
  }

  void mapsOfTwoKeyspacesOrStrategiesAreNotCompared() {
    QCOMPARE(diffMaps(drawn("- a"), drawn("- a", "bills")).error().code(), ErrorCode::InvalidInput);
    const auto texts = *ShardingStrategy::make({StrategyKind::Range, KeyType::Text, "", std::nullopt});
    QCOMPARE(diffMaps(drawn("- a"), *drawnMap(KeyspaceName("orders"), texts, "- a")).error().code(),
             ErrorCode::InvalidInput);
  }
};

QTEST_APPLESS_MAIN(TestMapDiff)
#include "tst_map_diff.moc"
