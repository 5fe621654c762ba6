// The routing table sends every key where the map says.
#include <QtTest>

#include "core/map/map_json.h"
#include "core/map/routing_table.h"
#include "tests/map/random_map.h"

using namespace shardwright;
using shardwright::testing::RandomMaps;
using shardwright::testing::seedFromEnvironment;

namespace {

std::optional<ShardId> shardOf(const RoutingTable& table, std::uint32_t shard) {
  if (shard == RoutingTable::nobody) return std::nullopt;
  return table.shards().at(shard);
}

}  // namespace

class TestRoutingTable : public QObject {
  Q_OBJECT
 private slots:
  void itAgreesWithTheMapOnRandomMaps() {
    const std::uint64_t seed = seedFromEnvironment();
    qInfo("SHARDWRIGHT_SEED=%llu", static_cast<unsigned long long>(seed));
    RandomMaps random(seed);
    for (int round = 0; round < 300; ++round) {
      const ShardingStrategy strategy = random.strategy();
      const ShardMap map = random.map(strategy, round % 10 == 0 ? 3000 : 40);
      const RoutingTable table = RoutingTable::build(map);
      QCOMPARE(table.version(), map.version());
      std::vector<Key> keys;
      for (int i = 0; i < 60; ++i) keys.push_back(random.key(strategy.keyType()));
      for (const Pin& pin : map.pins()) keys.push_back(pin.key);
      for (const Key& key : keys) QVERIFY(shardOf(table, table.shardOf(key)) == map.placementOf(key)->shard);
      for (std::size_t i = 0; i < map.rangeCount(); ++i) checkBound(map, table, map.tokens(i).from);
      for (int i = 0; i < 60; ++i) checkBound(map, table, random.bound(strategy));
      checkBound(map, table, Token{std::string(20, '\xff')});
    }
  }

  void aKeyOfAnotherTypeBelongsToNobody() {
    const auto strategy = *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt});
    const RoutingTable table = RoutingTable::build(*drawnMap(KeyspaceName("orders"), strategy, "- a; pin 7 b"));
    QCOMPARE(table.shardOf(*Key::ofText("7")), RoutingTable::nobody);
    QVERIFY(shardOf(table, table.shardOf(Key::ofInt(7))) == ShardId("b"));
  }

 private:
  // The token itself and its neighbours, through every way in.
  static void checkBound(const ShardMap& map, const RoutingTable& table, const Token& token) {
    QVERIFY(shardOf(table, table.shardOf(token)) == map.owner(map.indexOf(token)));
    const auto number = readBigEndian64(token.bytes);
    if (map.strategy().tokenWidth() != std::size_t(8) || !number) return;
    const std::vector<std::uint64_t> around = {*number - 1, *number, *number + 1, 0, UINT64_MAX};
    std::vector<std::uint32_t> batch(around.size());
    table.shardsOf(around, batch);
    for (std::size_t i = 0; i < around.size(); ++i) {
      const auto owner = map.owner(map.indexOf(Token{bigEndian64(around[i])}));
      QVERIFY(shardOf(table, table.shardOfPrefix(around[i])) == owner);
      QVERIFY(shardOf(table, batch[i]) == owner);
    }
  }
};

QTEST_APPLESS_MAIN(TestRoutingTable)
#include "tst_routing_table.moc"
