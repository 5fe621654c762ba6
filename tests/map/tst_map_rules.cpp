// The named checks of a map against the registry and the version before it.
#include <QtTest>

#include "core/map/map_json.h"
#include "core/map/map_rules.h"

using namespace shardwright;

namespace {

ShardMap drawn(std::string_view drawing) {
  const auto strategy = *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt});
  auto map = drawnMap(KeyspaceName("orders"), strategy, drawing);
  if (!map) qFatal("%s", map.error().message().c_str());
  return *map;
}

std::vector<Shard> registry() {
  std::vector<Shard> shards(2);
  shards[0].id = ShardId("a");
  shards[1].id = ShardId("b");
  shards[1].state = ShardState::Draining;
  return shards;
}

}  // namespace

class TestMapRules : public QObject {
  Q_OBJECT
 private slots:
  void aSoundMapHasNoFindings() {
    const ShardMap one = drawn("- 4 a | 4 - 8 nobody | 8 - b; pin 7 b");
    QVERIFY(checkMap(one, registry()).empty());
    const ShardMap two = *MapBuilder(one).build();
    QVERIFY(checkMap(two, registry(), &one).empty());
  }

  void anUnknownOwnerIsOneFindingHoweverManyRangesItHas() {
    const auto findings = checkMap(drawn("- 4 a | 4 - 8 x | 8 - 9 b | 9 - x"), registry());
    QCOMPARE(findings.size(), std::size_t(1));
    QCOMPARE(findings[0].rule, std::string("owners"));
    const QString sentence = QString::fromStdString(findings[0].sentence);
    QVERIFY2(sentence.startsWith("2 of the ranges, the first of them from 4, belong to \"x\""), qPrintable(sentence));
  }

  void aPinToAnUnknownShardIsFound() {
    const auto findings = checkMap(drawn("- a; pin 7 b; pin 8 x"), registry());
    QCOMPARE(findings.size(), std::size_t(1));
    QCOMPARE(findings[0].rule, std::string("pins"));
    QVERIFY(findings[0].sentence.find("the key 8 is pinned to \"x\"") != std::string::npos);
  }

  void aVersionThatDoesNotFollowIsFound() {
    const ShardMap one = drawn("- a");
    const ShardMap three = *MapBuilder(one).build(3);
    const auto findings = checkMap(three, registry(), &one);
    QCOMPARE(findings.size(), std::size_t(1));
    QCOMPARE(findings[0].rule, std::string("version"));
    QCOMPARE(checkMap(one, registry(), &one).size(), std::size_t(1));
  }
};

QTEST_APPLESS_MAIN(TestMapRules)
#include "tst_map_rules.moc"
