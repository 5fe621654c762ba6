// The commit point of a cut-over: once, under the lease, on the map that was read, and all of it or nothing.
#include <QtTest>

#include "core/base/json.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

class TestDecisions : public QObject {
  Q_OBJECT
 private slots:
  void aFlipPublishesDecidesAndTellsInOneTransaction() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    auto watch = std::make_shared<Watch>();
    Catalog same = world.open("alice", watch);
    const AuditHead head = must(same.auditHead());
    QCOMPARE(must(same.decideFlip(lease, m1, Decision::Flip, world.flipOf(m1))), MapVersion(2));
    QCOMPARE(watch->seen, std::vector<std::string>{"catalog.decide.flip"});

    const MoveRow row = must(world.catalog().move(lease.plan, m1));
    QCOMPARE(row.phase, Phase::Decided);
    QCOMPARE(row.decision, Decision::Flip);
    QCOMPARE(row.mapVersion, MapVersion(2));
    const auto map = must(world.catalog().currentMap(accounts));
    QCOMPARE(map->version(), MapVersion(2));
    QCOMPARE(map->owner(0), std::optional(south));
    const auto events = must(same.auditEvents(head.sequence));
    QCOMPARE(events.size(), std::size_t(1));
    QCOMPARE(events[0].event, std::string("move.decided"));
    const Json detail = must(parseJson(events[0].detail));
    QCOMPARE(detail.at("mapVersion"), Json(2));
    QCOMPARE(detail.at("checksum"), Json(map->checksum()));
    QCOMPARE(events[0].token, lease.token.value);
    QVERIFY(must(same.mapHistory(accounts)).back().cause.find("m1") != std::string::npos);
  }

  void aDecisionIsTakenOnce() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::Decided);
    SW_FAILS(ErrorCode::Conflict, "flip already", world.catalog().decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
    SW_FAILS(ErrorCode::Conflict, "flip already", world.catalog().decideAbort(lease, m1, "too late"));
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(2));
  }

  void anAbortExcludesAFlip() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    SW_OK(world.catalog().decideAbort(lease, m1, "a reader did not end"));
    const MoveRow row = must(world.catalog().move(lease.plan, m1));
    QCOMPARE(row.phase, Phase::Aborting);
    QCOMPARE(row.decision, Decision::Abort);
    QCOMPARE(row.reason, std::string("a reader did not end"));
    SW_FAILS(ErrorCode::Conflict, "abort already", world.catalog().decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
    SW_FAILS(ErrorCode::Conflict, "abort already", world.catalog().decideAbort(lease, m1, "again"));
    SW_OK(world.catalog().advance(lease, m1, Phase::Aborting, Phase::Aborted, {}));
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
  }

  void everyPhaseBeforeTheDecisionCanBeAborted_data() {
    QTest::addColumn<int>("phase");
    for (const Phase phase : allPhases())
      if (mayFollow(phase, Phase::Aborting)) QTest::newRow(std::string(phaseKey(phase)).c_str()) << int(phase);
  }
  void everyPhaseBeforeTheDecisionCanBeAborted() {
    QFETCH(int, phase);
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, static_cast<Phase>(phase));
    QCOMPARE(must(world.catalog().move(lease.plan, m1)).phase, static_cast<Phase>(phase));
    SW_OK(world.catalog().decideAbort(lease, m1, "asked for"));
  }

  void aFlipOutsideTheCutOverIsAConflict() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::Verify);
    SW_FAILS(ErrorCode::Conflict, "verify", world.catalog().decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
  }

  void whoLostTheLeaseDecidesNothing() {
    World world;
    world.addCluster();
    const Lease zombie = world.startPlan();
    world.bring(zombie, m1, Phase::CutOver);
    const Lease lease = must(world.catalog().takeLease(zombie.plan));
    SW_FAILS(ErrorCode::Conflict, "lost", world.catalog().decideFlip(zombie, m1, Decision::Flip, world.flipOf(m1)));
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
    SW_OK(world.catalog().decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
  }

  void whoLosesTheLeaseWhileBuildingTheMapDecidesNothing() {
    World world;
    world.addCluster();
    const Lease zombie = world.startPlan();
    world.bring(zombie, m1, Phase::CutOver);
    Catalog bob = world.open("bob");
    const auto build = [&](const ShardMap& map) {
      world.tamper("UPDATE leases SET instance = 'gone'");
      must(bob.takeLease(zombie.plan));
      return world.flipOf(m1)(map);
    };
    SW_FAILS(ErrorCode::Conflict, "lost", world.catalog().decideFlip(zombie, m1, Decision::Flip, build));
    QCOMPARE(must(bob.currentVersion(accounts)), MapVersion(1));
    QCOMPARE(must(bob.move(zombie.plan, m1)).decision, Decision::None);
  }

  void aMapThatMovedOnMeanwhileIsAConflictAndCanBeTriedAgain() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    Catalog bob = world.open("bob");
    const auto build = [&](const ShardMap& map) {
      must(bob.publishMap(must(world.flipOf(m2)(map)), "first"));
      return world.flipOf(m1)(map);
    };
    SW_FAILS(ErrorCode::Conflict, "version 2", world.catalog().decideFlip(lease, m1, Decision::Flip, build));
    QCOMPARE(must(world.catalog().move(lease.plan, m1)).decision, Decision::None);
    QCOMPARE(must(world.catalog().decideFlip(lease, m1, Decision::Flip, world.flipOf(m1))), MapVersion(3));
    const auto map = must(bob.currentMap(accounts));
    QCOMPARE(map->owner(0), std::optional(south));
    QCOMPARE(map->owner(1), std::optional(south));
  }

  void twoMovesOfOnePlanPublishOneAfterTheOther() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::Watching);
    world.bring(lease, m2, Phase::Watching);
    QCOMPARE(must(world.catalog().move(lease.plan, m2)).mapVersion, MapVersion(3));
  }

  void whatBuildRefusesIsTheAnswerAndNothingIsDecided() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    SW_FAILS(ErrorCode::Conflict, "no longer owns", world.catalog().decideFlip(lease, m1, Decision::Flip, [](const ShardMap&) {
      return Result<ShardMap>(conflict("the source no longer owns it"));
    }));
    SW_FAILS(ErrorCode::Conflict, "next one is 2", world.catalog().decideFlip(lease, m1, Decision::Flip, [&](const ShardMap& map) {
      return Result<ShardMap>(map);
    }));
    SW_FAILS(ErrorCode::Refused, "west", world.catalog().decideFlip(lease, m1, Decision::Flip, [&](const ShardMap& map) {
      return MapBuilder(map).assign(map.tokens(0), west).build();
    }));
    QCOMPARE(must(world.catalog().move(lease.plan, m1)).decision, Decision::None);
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
  }

  void aLostReplyToAFlipIsNeitherFailureNorSuccessUntilReadAgain() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    auto watch = std::make_shared<Watch>();
    watch->loseReplyOf = "catalog.decide.flip";
    Catalog same = world.open("alice", watch);
    SW_FAILS(ErrorCode::Unavailable, "lost", same.decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
    const MoveRow row = must(same.move(lease.plan, m1));
    QCOMPARE(row.decision, Decision::Flip);
    QCOMPARE(must(same.currentVersion(accounts)), row.mapVersion);
    QCOMPARE(must(same.currentMap(accounts))->owner(0), std::optional(south));
    SW_FAILS(ErrorCode::Conflict, "flip already", same.decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
  }

  void aDecisionThatDidNotReachItsCommitLeavesNothing() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    const std::int64_t events = must(world.catalog().auditHead()).sequence;
    struct Crash {};
    auto watch = std::make_shared<Watch>();
    {
      Catalog dying = world.open("alice", watch);
      watch->onceBefore = [] { throw Crash{}; };
      QVERIFY_EXCEPTION_THROWN(std::ignore = dying.decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)), Crash);
    }
    QCOMPARE(must(world.catalog().move(lease.plan, m1)).decision, Decision::None);
    QCOMPARE(must(world.catalog().move(lease.plan, m1)).phase, Phase::CutOver);
    QCOMPARE(must(world.catalog().currentVersion(accounts)), MapVersion(1));
    QCOMPARE(must(world.catalog().auditHead()).sequence, events);
    SW_OK(world.catalog().decideFlip(lease, m1, Decision::Flip, world.flipOf(m1)));
  }

  void goingBackIsASecondDecisionAndANewVersion() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    Catalog& catalog = world.catalog();
    world.bring(lease, m1, Phase::CutOver);
    SW_FAILS(ErrorCode::Conflict, "nothing to take back", catalog.decideFlip(lease, m1, Decision::Back, world.backOf(m1)));
    world.bring(lease, m1, Phase::Watching);
    SW_FAILS(ErrorCode::Conflict, "watching", catalog.decideFlip(lease, m1, Decision::Back, world.backOf(m1)));
    world.bring(lease, m1, Phase::RollBack);
    QCOMPARE(must(catalog.decideFlip(lease, m1, Decision::Back, world.backOf(m1))), MapVersion(3));
    const MoveRow row = must(catalog.move(lease.plan, m1));
    QCOMPARE(row.phase, Phase::BackDecided);
    QCOMPARE(row.decision, Decision::Back);
    QCOMPARE(row.mapVersion, MapVersion(3));
    QCOMPARE(must(catalog.currentMap(accounts))->owner(0), std::optional(north));
    SW_FAILS(ErrorCode::Conflict, "back already", catalog.decideFlip(lease, m1, Decision::Back, world.backOf(m1)));
    SW_FAILS(ErrorCode::Conflict, "back already", catalog.decideAbort(lease, m1, ""));
    SW_OK(catalog.advance(lease, m1, Phase::BackDecided, Phase::RolledBack, {}));
  }

  void aRollBackCanBeGivenUpBeforeItsDecision() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::RollBack);
    SW_OK(world.catalog().advance(lease, m1, Phase::RollBack, Phase::Watching, {}));
    world.bring(lease, m1, Phase::RollBack);
    SW_OK(world.catalog().decideFlip(lease, m1, Decision::Back, world.backOf(m1)));
  }

  void onlyFlipAndBackPublish() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::CutOver);
    SW_FAILS(ErrorCode::InvalidInput, "abort", world.catalog().decideFlip(lease, m1, Decision::Abort, world.flipOf(m1)));
    SW_FAILS(ErrorCode::InvalidInput, "none", world.catalog().decideFlip(lease, m1, Decision::None, world.flipOf(m1)));
  }
};

QTEST_APPLESS_MAIN(TestDecisions)
#include "tst_decisions.moc"
