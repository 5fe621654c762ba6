// Work on a plan that ends by failure says so of the plan, with the reason, and the same verb goes on from there. A stop is
// no failure, and what is refused before its first step changes nothing.
#include <QtTest>

#include <filesystem>

#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/crash_case.h"
#include "tests/rebalance/scene.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

// The target's file is not where it was while this lives.
class TargetAway {
 public:
  explicit TargetAway(const MoveCluster& cluster) : m_path(cluster.files()[1].path) { std::filesystem::rename(m_path, m_path + ".away"); }
  ~TargetAway() { std::filesystem::rename(m_path + ".away", m_path); }
  TargetAway(const TargetAway&) = delete;
  TargetAway& operator=(const TargetAway&) = delete;

 private:
  std::string m_path;
};

PlanRecord record(const MoveCluster& cluster) { return need(cluster.catalog().planRecord(MoveCluster::planId)); }
MoveRow move(const MoveCluster& cluster) { return need(cluster.catalog().move(MoveCluster::planId, MoveId("m1"))); }
bool isExecuted(const MoveCluster& cluster) { return need(cluster.catalog().leaseHolder(MoveCluster::planId)).has_value(); }

}  // namespace

class TestFailedWork : public QObject {
  Q_OBJECT
 private slots:
  void workThatFailsIsGoneOnWithByTheSameVerb_data() {
    QTest::addColumn<int>("verb");
    for (const Verb verb : allVerbs) QTest::addRow("%s", std::string(verbName(verb)).c_str()) << int(verb);
  }
  void workThatFailsIsGoneOnWithByTheSameVerb() {
    QFETCH(int, verb);
    const Verb what = static_cast<Verb>(verb);
    Scene scene;
    leadTo(scene.cluster(), what == Verb::Run ? Verb::Cancel : what);
    {
      const TargetAway away(scene.cluster());
      const auto outcome = perform(scene.cluster(), what);
      QVERIFY(!outcome.has_value());
      QCOMPARE(outcome.error().code(), ErrorCode::Unavailable);
      QCOMPARE(record(scene.cluster()).state, PlanState::Failed);
      QCOMPARE(record(scene.cluster()).reason, outcome.error().message());
      QVERIFY(record(scene.cluster()).reason.find("b.db") != std::string::npos);
      QVERIFY(!isExecuted(scene.cluster()));
    }
    QCOMPARE(need(perform(scene.cluster(), what)).state, endOf(what));
    QCOMPARE(record(scene.cluster()).reason, std::string());
    QCOMPARE(faultsOf(scene.cluster(), 0), std::vector<std::string>());
  }

  void aFailedRunMayBeCancelled() {
    Scene scene;
    leadTo(scene.cluster(), Verb::Cancel);
    {
      const TargetAway away(scene.cluster());
      QVERIFY(!perform(scene.cluster(), Verb::Run).has_value());
    }
    QCOMPARE(need(perform(scene.cluster(), Verb::Cancel)).state, PlanState::Cancelled);
    QCOMPARE(faultsOf(scene.cluster(), 0), std::vector<std::string>());
  }

  void aMoveThatFailsTellsItsReasonUntilItIsWorkedOnAgain() {
    Scene scene;
    auto outside = need(openShard(scene.cluster().files()[1]));
    need(outside.execute("INSERT INTO accounts(id, v, hist, tag) VALUES (5, 1, '9.9,', 'theirs')"));
    QCOMPARE(perform(scene.cluster(), Verb::Run).error().code(), ErrorCode::Refused);
    QCOMPARE(record(scene.cluster()).state, PlanState::Failed);
    QVERIFY(move(scene.cluster()).reason.find("accounts") != std::string::npos);
    need(outside.execute("DELETE FROM accounts WHERE id = 5"));
    RunOptions options = MoveCluster::smallChunks();
    std::vector<std::string> reasons;
    options.onEvent = [&](const RunEvent& event) {
      if (event.move.phase == Phase::Copy) reasons.push_back(move(scene.cluster()).reason);
    };
    QCOMPARE(need(scene.cluster().rebalancer(options).run(MoveCluster::planId, {})).state, PlanState::Watching);
    QVERIFY(!reasons.empty());
    QCOMPARE(reasons, std::vector<std::string>(reasons.size()));
  }

  void aRefusedCutOverLeavesTheMoveCatchingUp() {
    Scene scene;
    scene.script->beforeStep("fence source", [&] {
      need(need(openShard(scene.cluster().files()[1])).execute("ALTER TABLE accounts ADD COLUMN note TEXT"));
    });
    const auto outcome = perform(scene.cluster(), Verb::Run);
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    QCOMPARE(record(scene.cluster()).state, PlanState::Failed);
    QCOMPARE(move(scene.cluster()).phase, Phase::CatchUp);
    QVERIFY(move(scene.cluster()).reason.find("schemas") != std::string::npos);
    QVERIFY(scene.update(shardA, 50));
  }

  void whoeverLooksOnIsToldOfTheFailure() {
    Scene scene;
    leadTo(scene.cluster(), Verb::Cancel);
    RunOptions options = MoveCluster::smallChunks();
    std::vector<RunEvent> ends;
    options.onEvent = [&](const RunEvent& event) {
      if (event.kind == RunEvent::Kind::Finished) ends.push_back(event);
    };
    const TargetAway away(scene.cluster());
    const auto outcome = scene.cluster().rebalancer(options).run(MoveCluster::planId, {});
    QCOMPARE(ends.size(), std::size_t{1});
    QCOMPARE(ends.front().state, PlanState::Failed);
    QCOMPARE(ends.front().reason, outcome.error().message());
  }

  void aStopIsNoFailure() {
    Scene scene;
    leadTo(scene.cluster(), Verb::Cancel);  // by a stop
    QCOMPARE(record(scene.cluster()).state, PlanState::Running);
    QVERIFY(!isExecuted(scene.cluster()));
  }

  void whatIsRefusedBeforeItsFirstStepChangesNothing() {
    Scene scene;
    {
      const TargetAway away(scene.cluster());
      QCOMPARE(perform(scene.cluster(), Verb::Run).error().code(), ErrorCode::Unavailable);
      QCOMPARE(record(scene.cluster()).state, PlanState::Approved);
    }
    need(perform(scene.cluster(), Verb::Run));
    QCOMPARE(perform(scene.cluster(), Verb::Cancel).error().code(), ErrorCode::Refused);
    QCOMPARE(record(scene.cluster()).state, PlanState::Watching);
  }

  // Of a greater token, which a successor has, everything that the one before it says is refused.
  void anExecutorThatWasOvertakenSaysNothingOfThePlan() {
    Scene scene;
    scene.script->afterCommitOf("target/copy", [&] {
      auto catalog = need(sqlite::Database::open(scene.cluster().path("catalog.db"), {}));
      need(catalog.execute("UPDATE leases SET token = token + 1"));
    });
    QCOMPARE(perform(scene.cluster(), Verb::Run).error().code(), ErrorCode::Conflict);
    QCOMPARE(record(scene.cluster()).state, PlanState::Running);
  }
};

QTEST_APPLESS_MAIN(TestFailedWork)
#include "tst_failed_work.moc"
