// Map versions: compare-and-swap, history, and that large maps with small changes read back as they were published.
#include <QtTest>
#include <atomic>
#include <random>
#include <thread>

#include "core/map/map_json.h"
#include "tests/catalog/fixture.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using namespace shardwright::testing;

namespace {

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

  void anExecutorThatLostItsLeasePublishesNothing() {
    World world;
    world.addCluster();
    const Lease old = world.startPlan();
    const Lease lease = must(world.catalog().takeLease(old.plan));
    const ShardMap next = must(world.flipOf(m1)(*must(world.catalog().currentMap(accounts))));
    SW_FAILS(ErrorCode::Conflict, "lost", world.catalog().publishMap(next, "split", old));
    SW_OK(world.catalog().publishMap(next, "split", lease));
  }

  void publishersInManyThreadsEachGetAVersionOfTheirOwn() {
    World world;
    world.addCluster();
    constexpr int threads = 4, each = 8;
    std::atomic<int> conflicts = 0;
    std::vector<std::jthread> publishers;
    for (int i = 0; i < threads; ++i)
      publishers.emplace_back([&, i] {
        Catalog catalog = world.open("publisher " + std::to_string(i));
        for (int published = 0; published < each;) {
          const auto map = must(catalog.currentMap(accounts));
          const ShardMap next = must(MapBuilder(*map).assign(map->tokens(0), map->owner(0) == north ? south : north).build());
          const auto done = catalog.publishMap(next, "by hand");
          demand(done || done.error().code() == ErrorCode::Conflict, problem(done));
          done ? ++published : ++conflicts;
        }
      });
    publishers.clear();
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1 + threads * each));
    QCOMPARE(must(world.catalog().check()), std::vector<std::string>());
    qInfo("%d conflicts", conflicts.load());
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
    const auto second = must(world.catalog().currentMap(accounts));
    QCOMPARE(second->version(), MapVersion(2));
    QCOMPARE(must(world.catalog().mapAt(accounts, 1))->version(), MapVersion(1));
    QVERIFY(must(world.catalog().currentMap(accounts)).get() == second.get());
  }

  void aLargeMapIsStoredAsItsDifferenceAndReadsBack() {
    World world;
    for (const ShardId& id : {north, south}) must(world.catalog().addShard(shardNamed(id)));
    must(world.catalog().addKeyspace(accountsKeyspace(), wideMap(4'000)));
    std::mt19937_64 random(test::randomSeed());
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
