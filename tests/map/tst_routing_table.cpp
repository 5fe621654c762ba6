// The routing table sends every key where the map says.
#include <QtTest>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

#include "core/map/map_json.h"
#include "core/map/routing_table.h"
#include "tests/map/random_map.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using shardwright::test::RandomMaps;
using shardwright::test::randomSeed;

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
    RandomMaps random(randomSeed());
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

  // Shapes of lines for which no equal cut of the span will do.
  void skewedLinesStayRight_data() {
    QTest::addColumn<QString>("shape");
    for (const char* shape : {"slots", "slots and one between", "dense", "dense with strangers", "powers of two",
                              "every scale", "first and last token"})
      QTest::newRow(shape) << shape;
  }
  void skewedLinesStayRight() {
    QFETCH(QString, shape);
    std::mt19937_64 random(randomSeed());
    const ShardMap map = mapOver(bounds(shape, random));
    const RoutingTable table = RoutingTable::build(map);
    for (std::size_t i = 0; i < map.rangeCount(); ++i) checkBound(map, table, map.tokens(i).from);
    for (int i = 0; i < 2'000; ++i) checkBound(map, table, Token{bigEndian64(random() >> random() % 64)});
  }

  void textsThatBeginAlikeAreComparedInFull() {
    std::mt19937_64 random(randomSeed());
    const auto strategy = *ShardingStrategy::make({StrategyKind::Range, KeyType::Text, "", std::nullopt});
    std::set<std::string> bounds;
    for (int i = 0; i < 3'000; ++i)
      bounds.insert("tenant:" + std::string(random() % 30, 'x') + std::to_string(random() % 1'000));
    MapBuilder builder(KeyspaceName("law"), strategy);
    for (const std::string& bound : bounds)
      QVERIFY(builder.append(Token{bound}, ShardId("s" + std::to_string(random() % 9))).has_value());
    const ShardMap map = *builder.build();
    const RoutingTable table = RoutingTable::build(map);
    for (const std::string& bound : bounds) {
      for (const std::string& text :
           {bound, bound + "0", bound.substr(0, bound.size() - 1), bound.substr(0, random() % 9), "u" + bound}) {
        const Key key = *Key::ofText(text);
        QVERIFY2(shardOf(table, table.shardOf(key)) == map.placementOf(key)->shard, text.c_str());
      }
    }
  }

  // Two keys with one fingerprint: the second is made from the first by undoing what the hash of the library does.
  void aKeyWithThePrintOfAPinnedOneIsNotTakenForIt() {
    Uuid pinned{}, stranger{};
    pinned[3] = 7;
    stranger[3] = 8;
    const auto half = [](Uuid& uuid, std::size_t at) { return uuid.data() + at; };
    std::uint64_t first = 0, second = 0, otherFirst = 0;
    std::memcpy(&first, half(pinned, 0), 8);
    std::memcpy(&second, half(pinned, 8), 8);
    std::memcpy(&otherFirst, half(stranger, 0), 8);
    const std::uint64_t start = murmurSeed ^ (16 * murmurFactor);
    const std::uint64_t between = (start ^ murmurMixed(first)) * murmurFactor;
    const std::uint64_t otherBetween = (start ^ murmurMixed(otherFirst)) * murmurFactor;
    const std::uint64_t otherSecond = murmurUnmixed(otherBetween ^ between ^ murmurMixed(second));
    std::memcpy(half(stranger, 8), &otherSecond, 8);
    const auto print = [](const Uuid& uuid) {
      return std::hash<std::string_view>()({reinterpret_cast<const char*>(uuid.data()), uuid.size()});
    };
    QCOMPARE(print(stranger), print(pinned));
    const auto strategy = *ShardingStrategy::make({StrategyKind::Directory, KeyType::Uuid, "", std::nullopt});
    MapBuilder builder(KeyspaceName("law"), strategy);
    QVERIFY(builder.pin(Key::ofUuid(pinned), ShardId("a")).has_value());
    const RoutingTable table = RoutingTable::build(*builder.build());
    QVERIFY(shardOf(table, table.shardOf(Key::ofUuid(pinned))) == ShardId("a"));
    QVERIFY(!shardOf(table, table.shardOf(Key::ofUuid(stranger))));
  }

  void moreShardsThanSixteenBitsCanCountAreRoutedToo() {
    const auto strategy = *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt});
    std::vector<ShardId> shards;
    for (int i = 0; i < 66'000; ++i) shards.emplace_back("s" + std::to_string(i));
    const ShardMap map = *evenMap(KeyspaceName("law"), strategy, shards);
    const RoutingTable table = RoutingTable::build(map);
    for (std::size_t i = 0; i < map.rangeCount(); i += 500) checkBound(map, table, map.tokens(i).from);
  }

  void manyPinsAreFoundAndNobodyElseIsTakenForOne() {
    std::mt19937_64 random(randomSeed());
    RandomMaps maps(random());
    for (const KeyType type : {KeyType::Int, KeyType::Text, KeyType::Uuid, KeyType::Timestamp}) {
      const auto strategy = *ShardingStrategy::make({StrategyKind::Directory, type, "", std::nullopt});
      MapBuilder builder(KeyspaceName("law"), strategy);
      for (int i = 0; i < 5'000; ++i)
        QVERIFY(builder.pin(maps.key(type), ShardId("s" + std::to_string(i % 9))).has_value());
      const ShardMap map = *builder.build();
      const RoutingTable table = RoutingTable::build(map);
      for (const Pin& pin : map.pins()) QVERIFY(shardOf(table, table.shardOf(pin.key)) == pin.shard);
      for (int i = 0; i < 5'000; ++i) {
        const Key key = maps.key(type);
        QVERIFY(shardOf(table, table.shardOf(key)) == map.placementOf(key)->shard);
      }
    }
  }

 private:
  // MurmurHash64A, as std::hash has it for byte strings.
  static constexpr std::uint64_t murmurSeed = 0xc70f6907;
  static constexpr std::uint64_t murmurFactor = 0xc6a4a7935bd1e995;
  static std::uint64_t murmurMixed(std::uint64_t x) {
    x *= murmurFactor;
    return (x ^ x >> 47) * murmurFactor;
  }
  static std::uint64_t murmurUnmixed(std::uint64_t x) {
    std::uint64_t inverse = murmurFactor;  // by Newton's iteration: each step doubles the bits that are right
    for (int step = 0; step < 6; ++step) inverse *= 2 - murmurFactor * inverse;
    x *= inverse;
    return (x ^ x >> 47) * inverse;
  }

  static std::vector<std::uint64_t> bounds(const QString& shape, std::mt19937_64& random) {
    std::vector<std::uint64_t> made;
    const std::uint64_t middle = std::uint64_t{1} << 63;
    if (shape.startsWith("slots"))
      for (std::uint64_t i = 1; i < 1'024; ++i) made.push_back(i << 54);
    if (shape == "slots and one between") made.push_back(random());
    if (shape.startsWith("dense"))
      for (std::uint64_t i = 0; i < 3'000; ++i) made.push_back(middle + i);
    if (shape == "dense with strangers") made.insert(made.end(), {1, middle - 1'000'000, middle + 4'000, UINT64_MAX});
    if (shape == "powers of two")
      for (int i = 0; i < 64; ++i) made.push_back(std::uint64_t{1} << i);
    if (shape == "every scale")
      for (int i = 0; i < 5'000; ++i) made.push_back(random() >> random() % 60);
    if (shape == "first and last token") made = {0, 1, UINT64_MAX - 1, UINT64_MAX};
    return made;
  }

  static ShardMap mapOver(std::vector<std::uint64_t> bounds) {
    std::ranges::sort(bounds);
    bounds.erase(std::ranges::unique(bounds).begin(), bounds.end());
    MapBuilder builder(KeyspaceName("law"),
                       *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt}));
    for (std::size_t i = 0; i < bounds.size(); ++i)
      if (!builder.append(Token{bigEndian64(bounds[i])}, ShardId("s" + std::to_string(i % 7))))
        qFatal("bounds do not ascend");
    return *builder.build();
  }

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
