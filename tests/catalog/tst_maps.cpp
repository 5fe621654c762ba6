// Map versions: compare-and-swap, history, and that large maps with small changes read back as they were published.
#include <QtTest>
#include <random>

#include "core/map/map_json.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

namespace {

std::uint64_t seed() {
  static const std::uint64_t value =
      qEnvironmentVariableIsSet("SHARDWRIGHT_SEED") ? qEnvironmentVariable("SHARDWRIGHT_SEED").toULongLong() : std::random_device()();
  return value;
}

ShardMap wideMap(int ranges) {
  const auto strategy = must(ShardingStrategy::make(accountsKeyspace().strategy));
  MapBuilder builder(accounts, strategy);
  must(builder.append(Token::beginning(), north));
  for (int i = 1; i < ranges; ++i) must(builder.append(must(strategy.tokenOf(Key::ofInt(i * 10))), i % 3 == 0 ? south : north));
  return must(builder.build(1));
}

std::size_t documentSize(World& world, MapVersion version) {
  return static_cast<std::size_t>(
      world.countOf("SELECT length(document) FROM map_versions WHERE version = " + std::to_string(version)));
}

}  // namespace

class TestMaps : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { qInfo("SHARDWRIGHT_SEED=%llu", static_cast<unsigned long long>(seed())); }

  void theNextVersionIsPublishedAndEarlierOnesStay() {
    World world;
    world.addCluster();
    const auto first = must(world.catalog().currentMap(accounts));
    const ShardMap second = must(world.flipOf(m1)(*first));
    SW_OK(world.catalog().publishMap(second, "by hand"));
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(2));
    QVERIFY(*must(world.catalog().currentMap(accounts)) == second);
    Catalog other = world.open();
    QVERIFY(*must(other.mapAt(accounts, 1)) == *first);
    QVERIFY(*must(other.mapAt(accounts, 2)) == second);
    SW_FAILS(ErrorCode::NotFound, "version 3", other.mapAt(accounts, 3));
  }

  void historyTellsWhoAndWhy() {
    World world;
    world.addCluster();
    world.advanceClock(60);
    Catalog bob = world.open("bob");
    must(bob.publishMap(must(world.flipOf(m1)(*must(bob.currentMap(accounts)))), "by hand"));
    const auto history = must(world.catalog().mapHistory(accounts));
    QCOMPARE(history.size(), std::size_t(2));
    QCOMPARE(history[1].version, MapVersion(2));
    QCOMPARE(history[1].actor, std::string("bob"));
    QCOMPARE(history[1].cause, std::string("by hand"));
    QCOMPARE(history[1].at, noon + 60);
    QCOMPARE(history[1].ranges, 3);
    QCOMPARE(history[1].checksum, must(world.catalog().currentMap(accounts))->checksum());
  }

  void whoPublishesSecondHasAConflict() {
    World world;
    world.addCluster();
    Catalog bob = world.open("bob");
    const ShardMap mine = must(world.flipOf(m1)(*must(world.catalog().currentMap(accounts))));
    const ShardMap his = must(world.flipOf(m2)(*must(bob.currentMap(accounts))));
    SW_OK(bob.publishMap(his, "first"));
    SW_FAILS(ErrorCode::Conflict, "version 2", world.catalog().publishMap(mine, "second"));
    QVERIFY(*must(world.catalog().currentMap(accounts)) == his);
  }

  void aMapOfAnUnknownShardIsRefused() {
    World world;
    world.addCluster();
    MapBuilder builder(*must(world.catalog().currentMap(accounts)));
    builder.assign({}, west);
    SW_FAILS(ErrorCode::Refused, "west", world.catalog().publishMap(must(builder.build()), "by hand"));
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
  }

  void readingAgainCostsNoParsing() {
    World world;
    world.addCluster();
    const auto once = must(world.catalog().currentMap(accounts));
    QVERIFY(must(world.catalog().currentMap(accounts)).get() == once.get());
    Catalog bob = world.open("bob");
    must(bob.publishMap(must(world.flipOf(m1)(*once)), "by hand"));
    QCOMPARE(must(world.catalog().currentMap(accounts))->version(), MapVersion(2));
  }

  void aLargeMapIsStoredAsItsDifferenceAndReadsBack() {
    World world;
    for (const ShardId& id : {north, south}) must(world.catalog().addShard(shardNamed(id)));
    must(world.catalog().addKeyspace(accountsKeyspace(), wideMap(4'000)));
    std::mt19937_64 random(seed());
    std::vector<ShardMap> published = {*must(world.catalog().currentMap(accounts))};
    for (int i = 0; i < 12; ++i) {
      MapBuilder builder(published.back());
      const std::size_t at = random() % published.back().rangeCount();
      const auto owner = published.back().owner(at);
      builder.assign(published.back().tokens(at), owner == north ? south : north);
      if (i % 3 == 0) must(builder.pin(Key::ofInt(static_cast<std::int64_t>(random() % 40'000)), i % 2 == 0 ? north : south));
      if (i % 5 == 0) builder.split(must(published.back().strategy().tokenOf(Key::ofInt(static_cast<std::int64_t>(random() % 40'000)))));
      published.push_back(must(builder.build()));
      SW_OK(world.catalog().publishMap(published.back(), "by hand"));
    }
    QVERIFY(documentSize(world, 1) > 100'000);
    QVERIFY(documentSize(world, 13) < 10'000);
    Catalog other = world.open();
    for (const ShardMap& map : published) QVERIFY(*must(other.mapAt(accounts, map.version())) == map);
    QVERIFY(must(other.check()).empty());
  }

  void aLargeMapThatChangesMuchIsStoredWhole() {
    World world;
    for (const ShardId& id : {north, south}) must(world.catalog().addShard(shardNamed(id)));
    must(world.catalog().addKeyspace(accountsKeyspace(), wideMap(2'000)));
    MapBuilder builder(*must(world.catalog().currentMap(accounts)));
    for (std::size_t i = 0; i + 1 < 2'000; i += 3) builder.assign(must(world.catalog().currentMap(accounts))->tokens(i + 1), south);
    const ShardMap next = must(builder.build());
    SW_OK(world.catalog().publishMap(next, "much"));
    QCOMPARE(world.countOf("SELECT count(*) FROM map_versions WHERE base IS NULL"), 2);
    QVERIFY(*must(world.open().currentMap(accounts)) == next);
  }

  void aMapThatWasEditedInTheFileIsCorrupt() {
    World world;
    world.addCluster();
    world.tamper("UPDATE map_versions SET document = CAST(replace(CAST(document AS TEXT), 'south', 'north') AS BLOB)");
    Catalog other = world.open();
    SW_FAILS(ErrorCode::Corrupt, "version 1", other.currentMap(accounts));
    QVERIFY(!must(other.check()).empty());
  }
};

QTEST_APPLESS_MAIN(TestMaps)
#include "tst_maps.moc"
