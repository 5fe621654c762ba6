#include <QtTest>

#include "core/map/map_json.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

class TestRegistry : public QObject {
  Q_OBJECT
 private slots:
  void aShardReadsBackAsItWasAdded_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"north", "Nord-Süd", "a b", "quo\"te", "semi;colon'", "-- x"})
      if (checkName("shard", name)) QTest::newRow(name) << QString(name);
  }
  void aShardReadsBackAsItWasAdded() {
    QFETCH(QString, name);
    World world;
    Shard shard = shardNamed(ShardId(name.toStdString()));
    shard.weight = 0.1;
    shard.state = ShardState::Draining;
    SW_OK(world.catalog().addShard(shard));
    QCOMPARE(must(world.catalog().shard(shard.id)), shard);
    shard.capacity.reset();
    shard.state = ShardState::ReadOnly;
    SW_OK(world.catalog().updateShard(shard));
    QCOMPARE(must(world.open().shard(shard.id)), shard);
  }

  void shardsComeInOrderOfTheirNames() {
    World world;
    for (const ShardId& id : {west, north, south}) must(world.catalog().addShard(shardNamed(id)));
    const auto shards = must(world.catalog().shards());
    QCOMPARE(shards.size(), std::size_t(3));
    QCOMPARE(shards[0].id, north);
    QCOMPARE(shards[2].id, west);
  }

  void anUnknownShardIsNotFoundAndTheKnownOnesAreNamed() {
    World world;
    world.addCluster();
    SW_FAILS(ErrorCode::NotFound, "north, south", world.catalog().shard(west));
    SW_FAILS(ErrorCode::NotFound, "north, south", world.catalog().updateShard(shardNamed(west)));
    SW_FAILS(ErrorCode::NotFound, "north, south", world.catalog().removeShard(west));
  }

  void aNameIsUsedOnce() {
    World world;
    must(world.catalog().addShard(shardNamed(north)));
    SW_FAILS(ErrorCode::Conflict, "already", world.catalog().addShard(shardNamed(north)));
  }

  void oneDatabaseUnderTwoNamesIsRefused() {
    World world;
    must(world.catalog().addShard(shardNamed(north)));
    Shard twin = shardNamed(south);
    twin.identity = shardNamed(north).identity;
    SW_FAILS(ErrorCode::Refused, "north", world.catalog().addShard(twin));
    Shard sameUrl = shardNamed(south);
    sameUrl.url = shardNamed(north).url;
    SW_FAILS(ErrorCode::Refused, "north", world.catalog().addShard(sameUrl));
    Shard unknownIdentity = shardNamed(south);
    unknownIdentity.identity.clear();
    Shard alsoUnknown = shardNamed(west);
    alsoUnknown.identity.clear();
    SW_OK(world.catalog().addShard(unknownIdentity));
    SW_OK(world.catalog().addShard(alsoUnknown));
  }

  void aPasswordInAUrlIsRefusedAndNotRepeated_data() {
    QTest::addColumn<QString>("url");
    QTest::newRow("user") << "postgresql://ann:s3cret@db:5432/shop";
    QTest::newRow("query") << "postgresql://ann@db/shop?password=s3cret";
  }
  void aPasswordInAUrlIsRefusedAndNotRepeated() {
    QFETCH(QString, url);
    World world;
    Shard shard = shardNamed(north);
    shard.url = url.toStdString();
    const auto done = world.catalog().addShard(shard);
    SW_FAILS(ErrorCode::InvalidInput, "password", done);
    QVERIFY(!says(done, "s3cret"));
    shard.url = "postgresql://ann@db:5432/shop";
    SW_OK(world.catalog().addShard(shard));
  }

  void whatIsNoShardIsInvalid() {
    World world;
    Shard shard = shardNamed(north);
    shard.id = ShardId("");
    SW_FAILS(ErrorCode::InvalidInput, "name", world.catalog().addShard(shard));
    shard = shardNamed(north);
    shard.weight = -1;
    SW_FAILS(ErrorCode::InvalidInput, "weight", world.catalog().addShard(shard));
    shard = shardNamed(north);
    shard.capacity = -1;
    SW_FAILS(ErrorCode::InvalidInput, "capacity", world.catalog().addShard(shard));
    shard = shardNamed(north);
    shard.url.clear();
    SW_FAILS(ErrorCode::InvalidInput, "URL", world.catalog().addShard(shard));
  }

  void aShardThatOwnsSomethingStays() {
    World world;
    world.addCluster();
    SW_FAILS(ErrorCode::Refused, "drain", world.catalog().removeShard(south));
    must(world.catalog().addShard(shardNamed(west)));
    SW_OK(world.catalog().removeShard(west));
    SW_FAILS(ErrorCode::NotFound, "", world.catalog().shard(west));
  }

  void aShardThatAnUnfinishedPlanNamesStays() {
    World world;
    for (const ShardId& id : {north, south}) must(world.catalog().addShard(shardNamed(id)));
    must(world.catalog().addKeyspace(accountsKeyspace(), mapOf("- 100 north | 100 - north")));
    const PlanId plan = world.addPlan();
    SW_FAILS(ErrorCode::Refused, "calm-otter-17", world.catalog().removeShard(south));
    must(world.catalog().setPlanState(plan, PlanState::Draft, PlanState::Withdrawn, "not now"));
    SW_OK(world.catalog().removeShard(south));
  }

  void aKeyspaceReadsBackWithItsFirstMap() {
    World world;
    world.addCluster();
    QCOMPARE(must(world.catalog().keyspace(accounts)), accountsKeyspace());
    QCOMPARE(must(world.catalog().keyspaces()), std::vector<Keyspace>{accountsKeyspace()});
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
    Catalog other = world.open();
    QVERIFY(*must(other.currentMap(accounts)) == mapOf("- 100 north | 100 - 200 north | 200 - south"));
  }

  void aKeyspacesFirstMapMustBeItsOwn() {
    World world;
    for (const ShardId& id : {north, south}) must(world.catalog().addShard(shardNamed(id)));
    Keyspace other = accountsKeyspace();
    other.name = KeyspaceName("blocks");
    SW_FAILS(ErrorCode::InvalidInput, "another keyspace", world.catalog().addKeyspace(other, mapOf("- north")));
    const ShardMap second = must(MapBuilder(mapOf("- north")).build(2));
    SW_FAILS(ErrorCode::InvalidInput, "version 1", world.catalog().addKeyspace(accountsKeyspace(), second));
    SW_FAILS(ErrorCode::Refused, "west", world.catalog().addKeyspace(accountsKeyspace(), mapOf("- west")));
    QVERIFY(must(world.catalog().keyspaces()).empty());
    SW_OK(world.catalog().addKeyspace(accountsKeyspace(), mapOf("- north")));
    SW_FAILS(ErrorCode::Conflict, "already", world.catalog().addKeyspace(accountsKeyspace(), mapOf("- north")));
  }

  void aKeyspaceKeepsItsStrategy() {
    World world;
    world.addCluster();
    Keyspace more = accountsKeyspace();
    more.tables.push_back({"", "entries", "account", std::nullopt});
    SW_OK(world.catalog().updateKeyspace(more));
    QCOMPARE(must(world.catalog().keyspace(accounts)), more);
    more.strategy.kind = StrategyKind::Directory;
    SW_FAILS(ErrorCode::Refused, "strategy", world.catalog().updateKeyspace(more));
  }

  void anUnknownKeyspaceIsNotFoundAndTheKnownOnesAreNamed() {
    World world;
    world.addCluster();
    const KeyspaceName unknown("blocks");
    SW_FAILS(ErrorCode::NotFound, "accounts", world.catalog().keyspace(unknown));
    SW_FAILS(ErrorCode::NotFound, "accounts", world.catalog().currentMap(unknown));
    SW_FAILS(ErrorCode::NotFound, "accounts", world.catalog().removeKeyspace(unknown));
  }

  void aRemovedKeyspaceGivesItsNameBackAndKeepsItsVersions() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    SW_FAILS(ErrorCode::Refused, "calm-otter-17", world.catalog().removeKeyspace(accounts));
    must(world.catalog().setPlanState(plan, PlanState::Draft, PlanState::Rejected, "no"));
    SW_OK(world.catalog().removeKeyspace(accounts));
    SW_FAILS(ErrorCode::NotFound, "", world.catalog().currentMap(accounts));
    SW_OK(world.catalog().addKeyspace(accountsKeyspace(), mapOf("- south")));
    QVERIFY(*must(world.catalog().currentMap(accounts)) == mapOf("- south"));
    QCOMPARE(world.countOf("SELECT count(*) FROM map_versions"), 2);
  }
};

QTEST_APPLESS_MAIN(TestRegistry)
#include "tst_registry.moc"
