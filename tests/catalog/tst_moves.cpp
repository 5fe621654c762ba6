// The journal in the catalog: steps by compare-and-set, progress, wishes, and the records of what was made.
#include <QtTest>

#include "core/base/json.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

class TestMoves : public QObject {
  Q_OBJECT
 private slots:
  void movesBeginQueuedAndInOrder() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    const auto moves = must(world.catalog().moves(lease.plan));
    QCOMPARE(moves.size(), std::size_t(2));
    QCOMPARE(moves[0].move, m1);
    QCOMPARE(moves[1].move, m2);
    QCOMPARE(moves[0].phase, Phase::Queued);
    QCOMPARE(moves[0].decision, Decision::None);
    QCOMPARE(moves[0].token, lease.token);
    QCOMPARE(moves[0].rowsTotal, 50);
    QCOMPARE(moves[0].changedAt, noon);
  }

  void addingMovesAgainChangesNothing() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    must(world.catalog().advance(lease, m1, Phase::Queued, Phase::Prepare, {}));
    const AuditHead head = must(world.catalog().auditHead());
    MoveRow again;
    again.plan = lease.plan;
    again.move = m1;
    SW_OK(world.catalog().addMoves(lease, {again}));
    QCOMPARE(must(world.catalog().move(lease.plan, m1)).phase, Phase::Prepare);
    QCOMPARE(must(world.catalog().auditHead()).sequence, head.sequence);
    again.move = MoveId("m3");
    SW_OK(world.catalog().addMoves(lease, {again}));
    QCOMPARE(must(world.catalog().moves(lease.plan)).back().move, MoveId("m3"));
  }

  void aStepIsTakenWithItsProgressAndAudited() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.advanceClock(5);
    MoveProgress progress;
    progress.reason = "waiting for a reader";
    progress.rowsTotal = 77;
    progress.held = true;
    SW_OK(world.catalog().advance(lease, m1, Phase::Queued, Phase::Prepare, progress));
    const MoveRow row = must(world.catalog().move(lease.plan, m1));
    QCOMPARE(row.phase, Phase::Prepare);
    QCOMPARE(row.reason, std::string("waiting for a reader"));
    QCOMPARE(row.rowsTotal, 77);
    QVERIFY(row.held);
    QVERIFY(!row.paused);
    QCOMPARE(row.changedAt, noon + 5);
    const AuditEvent event = must(world.catalog().auditEvents()).back();
    QCOMPARE(event.event, std::string("move.phase"));
    QCOMPARE(event.subject, lease.plan.text());
    QCOMPARE(event.token, lease.token.value);
    const Json detail = must(parseJson(event.detail));
    QCOMPARE(detail.at("from"), Json("queued"));
    QCOMPARE(detail.at("to"), Json("prepare"));
  }

  void aStepFromAnotherPhaseIsAConflict() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    SW_FAILS(ErrorCode::Conflict, "queued", world.catalog().advance(lease, m1, Phase::Prepare, Phase::Copy, {}));
  }

  void anIllegalStepIsRefusedForEveryPair() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    const std::int64_t before = must(world.catalog().auditHead()).sequence;
    for (const Phase from : allPhases())
      for (const Phase to : allPhases())
        if (!mayFollow(from, to) || isDecisionPhase(to))
          QVERIFY(failedWith(world.catalog().advance(lease, m1, from, to, {}), ErrorCode::InvalidInput));
    QCOMPARE(must(world.catalog().auditHead()).sequence, before);
  }

  void everyLegalStepBetweenDecisionsCanBeTaken() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    for (const Phase from : allPhases())
      for (const Phase to : allPhases()) {
        if (!mayFollow(from, to) || isDecisionPhase(to)) continue;
        world.tamper("UPDATE moves SET phase = '" + std::string(phaseKey(from)) + "' WHERE move = 'm1'");
        SW_OK(world.catalog().advance(lease, m1, from, to, {}));
        QCOMPARE(must(world.catalog().move(lease.plan, m1)).phase, to);
      }
  }

  void notesChangeWhatIsGivenAndNothingElse() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    const std::int64_t before = must(world.catalog().auditHead()).sequence;
    MoveProgress progress;
    progress.rows = 10;
    progress.bytes = 1000;
    progress.backlog = 3;
    progress.pauseMs = 12.5;
    progress.paused = true;
    progress.throttle = 500;
    progress.verified = "{\"rows\":10}";
    progress.reason = "paused by bob";
    SW_OK(world.catalog().note(lease, m1, progress));
    MoveProgress cleared;
    cleared.reason = "";
    cleared.paused = false;
    SW_OK(world.catalog().note(lease, m1, cleared));
    const MoveRow row = must(world.catalog().move(lease.plan, m1));
    QCOMPARE(row.rows, 10);
    QCOMPARE(row.rowsTotal, 50);
    QCOMPARE(row.bytes, 1000);
    QCOMPARE(row.backlog, 3);
    QCOMPARE(row.pauseMs, 12.5);
    QCOMPARE(row.throttle, 500);
    QCOMPARE(row.verified, std::string("{\"rows\":10}"));
    QVERIFY(!row.paused);
    QCOMPARE(row.reason, std::string());
    QCOMPARE(row.phase, Phase::Queued);
    QCOMPARE(must(world.catalog().auditHead()).sequence, before);
    QCOMPARE(must(world.catalog().move(lease.plan, m2)).rows, 0);
  }

  void anUnknownMoveIsNotFound() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    SW_FAILS(ErrorCode::NotFound, "m9", world.catalog().move(lease.plan, MoveId("m9")));
    SW_FAILS(ErrorCode::NotFound, "m9", world.catalog().note(lease, MoveId("m9"), {}));
  }

  void whoLostTheLeaseChangesNothing() {
    World world;
    world.addCluster();
    const Lease old = world.startPlan();
    const Lease lease = must(world.catalog().takeLease(old.plan));
    Catalog& catalog = world.catalog();
    MoveProgress progress;
    progress.rows = 999;
    SW_FAILS(ErrorCode::Conflict, "lost", catalog.note(old, m1, progress));
    SW_FAILS(ErrorCode::Conflict, "lost", catalog.advance(old, m1, Phase::Queued, Phase::Prepare, {}));
    SW_FAILS(ErrorCode::Conflict, "lost", catalog.addMoves(old, {MoveRow{}}));
    SW_FAILS(ErrorCode::Conflict, "lost", catalog.decideAbort(old, m1, ""));
    SW_FAILS(ErrorCode::Conflict, "lost", catalog.recordObjects(old, m1, {}));
    SW_FAILS(ErrorCode::Conflict, "lost", catalog.resolveObjects(old, m1, "south"));
    QCOMPARE(must(catalog.move(old.plan, m1)).rows, 0);
    SW_OK(catalog.advance(lease, m1, Phase::Queued, Phase::Prepare, {}));
    QCOMPARE(must(catalog.move(old.plan, m1)).token, lease.token);
  }

  void aLostReplyToAStepIsReadAgain() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    auto watch = std::make_shared<Watch>();
    watch->loseReplyOf = "catalog.move.prepare";
    Catalog same = world.open("alice", watch);
    SW_FAILS(ErrorCode::Unavailable, "lost", same.advance(lease, m1, Phase::Queued, Phase::Prepare, {}));
    QCOMPARE(must(same.move(lease.plan, m1)).phase, Phase::Prepare);
    SW_FAILS(ErrorCode::Conflict, "prepare", same.advance(lease, m1, Phase::Queued, Phase::Prepare, {}));
  }

  void wishesAreReadInOrderUntilTheyAreAnswered() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    Catalog bob = world.open("bob");
    SW_OK(bob.wish(lease.plan, {}, Wish::PauseAfterWave));
    SW_OK(bob.wish(lease.plan, m1, Wish::Throttle, "500"));
    const auto wishes = must(world.catalog().openWishes(lease.plan));
    QCOMPARE(wishes.size(), std::size_t(2));
    QCOMPARE(wishes[0].wish, Wish::PauseAfterWave);
    QVERIFY(!wishes[0].move);
    QCOMPARE(wishes[1].move, std::optional(m1));
    QCOMPARE(wishes[1].argument, std::string("500"));
    QCOMPARE(wishes[1].actor, std::string("bob"));
    QCOMPARE(wishes[1].at, noon);
    SW_OK(world.catalog().answerWish(wishes[0].id, "paused"));
    QCOMPARE(must(world.catalog().openWishes(lease.plan)).size(), std::size_t(1));
    SW_FAILS(ErrorCode::Conflict, "answered", world.catalog().answerWish(wishes[0].id, "paused"));
    SW_FAILS(ErrorCode::NotFound, "wish", world.catalog().answerWish(4711, ""));
    SW_FAILS(ErrorCode::NotFound, "plan", bob.wish(PlanId("kind-lynx-44"), {}, Wish::Pause));
    SW_FAILS(ErrorCode::NotFound, "m9", bob.wish(lease.plan, MoveId("m9"), Wish::Pause));
  }

  void wishesOfAPlanAreItsOwn() {
    World world;
    world.addCluster();
    const PlanId one = world.addPlan("calm-otter-17"), other = world.addPlan("kind-lynx-44");
    must(world.catalog().wish(one, {}, Wish::Pause));
    QVERIFY(must(world.catalog().openWishes(other)).empty());
  }

  void whatWasMadeIsRememberedUntilItIsGone() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    Catalog& catalog = world.catalog();
    const ObjectRow trigger{lease.plan, m1, "north", "trigger", "shardwright_c1"};
    const ObjectRow table{lease.plan, m1, "south", "table", "shardwright_log"};
    SW_OK(catalog.recordObjects(lease, m1, {trigger, table}));
    SW_OK(catalog.recordObjects(lease, m1, {trigger}));
    QCOMPARE(must(catalog.unresolvedObjects()).size(), std::size_t(2));
    QCOMPARE(must(catalog.unresolvedObjects(PlanId("kind-lynx-44"))).size(), std::size_t(0));
    SW_OK(catalog.resolveObjects(lease, m1, "north"));
    const auto left = must(catalog.unresolvedObjects(lease.plan));
    QCOMPARE(left.size(), std::size_t(1));
    QCOMPARE(left[0].shard, std::string("south"));
    QCOMPARE(left[0].kind, std::string("table"));
    QCOMPARE(left[0].name, std::string("shardwright_log"));
    QCOMPARE(left[0].move, m1);
    const AuditHead head = must(catalog.auditHead());
    SW_OK(catalog.resolveObjects(lease, m1, "north"));
    QCOMPARE(must(catalog.auditHead()).sequence, head.sequence);
    SW_OK(catalog.recordObjects(lease, m1, {trigger}));
    QCOMPARE(must(catalog.unresolvedObjects()).size(), std::size_t(2));
  }
};

QTEST_APPLESS_MAIN(TestMoves)
#include "tst_moves.moc"
