// A cut-over that does not come about leaves the range open where it was; one that is decided opens it where it goes. No
// failure before the decision, and no stop at any instant, leaves a range closed for everybody.
#include <QtTest>

#include <thread>

#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/crash_case.h"
#include "tests/rebalance/scene.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

constexpr std::int64_t key = 50;

// Another column on the target, as somebody's migration tool makes it in the middle of a move.
void changeSchema(Scene& scene) {
  auto target = need(openShard(scene.cluster().files()[1]));
  need(target.execute("ALTER TABLE accounts ADD COLUMN note TEXT"));
}

const char* decision(Verb verb) { return verb == Verb::Run ? "catalog/catalog.decide.flip" : "catalog/catalog.decide.back"; }
const char* fenceOf(Verb verb) { return verb == Verb::Run ? "source/fence" : "target/fence"; }
ShardId before(Verb verb) { return verb == Verb::Run ? shardA : shardB; }
ShardId after(Verb verb) { return verb == Verb::Run ? shardB : shardA; }

}  // namespace

class TestGivenUp : public QObject {
  Q_OBJECT
 private:
  static void addVerbs() {
    QTest::addColumn<int>("verb");
    QTest::newRow("run") << int(Verb::Run);
    QTest::newRow("rollback") << int(Verb::RollBack);
  }
  // Up to where the verb begins; the script is not played yet.
  static std::unique_ptr<Scene> sceneFor(Verb verb) {
    auto scene = std::make_unique<Scene>();
    MoveCluster unscripted = scene->another();
    leadTo(unscripted, verb);
    return scene;
  }

 private slots:
  void whatIsRefusedUnderTheFenceOpensAgain_data() { addVerbs(); }
  void whatIsRefusedUnderTheFenceOpensAgain() {
    QFETCH(int, verb);
    const Verb what = static_cast<Verb>(verb);
    const auto scene = sceneFor(what);
    scene->script->beforeStep("unchanged target", [&] { changeSchema(*scene); });
    const auto outcome = perform(scene->cluster(), what);
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    QVERIFY(scene->script->commitsOf(fenceOf(what)) > 0);
    QVERIFY(scene->update(before(what), key));
    QVERIFY(!scene->update(after(what), key));
  }

  void whatIsRefusedAnywayIsRefusedBeforeTheFence_data() { addVerbs(); }
  void whatIsRefusedAnywayIsRefusedBeforeTheFence() {
    QFETCH(int, verb);
    const Verb what = static_cast<Verb>(verb);
    const auto scene = sceneFor(what);
    scene->script->beforeStep("schema source", [&] { changeSchema(*scene); });
    QCOMPARE(perform(scene->cluster(), what).error().code(), ErrorCode::Refused);
    QCOMPARE(scene->script->commitsOf(fenceOf(what)), 0);
    QVERIFY(scene->update(before(what), key));
  }

  void aCutOverThatTakesTooLongIsGivenUp_data() { addVerbs(); }
  void aCutOverThatTakesTooLongIsGivenUp() {
    QFETCH(int, verb);
    const Verb what = static_cast<Verb>(verb);
    const auto scene = sceneFor(what);
    const MapVersion version = scene->cluster().map()->version();
    RunOptions options = MoveCluster::smallChunks();
    options.mover.pauseBudgetMs = 0;  // every cut-over takes longer
    options.mover.cutOverTries = 2;
    auto rebalancer = scene->cluster().rebalancer(options);
    const auto outcome = what == Verb::Run ? rebalancer.run(MoveCluster::planId, {}) : rebalancer.rollBack(MoveCluster::planId, {}, {});
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    QVERIFY2(outcome.error().message().find("limit is 0 ms") != std::string::npos, outcome.error().message().c_str());
    QCOMPARE(scene->script->commitsOf(fenceOf(what)), 2);
    QCOMPARE(scene->script->commitsOf(decision(what)), 0);
    QCOMPARE(scene->cluster().map()->version(), version);
    QVERIFY(scene->update(before(what), key));
    QVERIFY(!scene->update(after(what), key));
  }

  // Time that goes into anything else than the drain counts as well, and the next attempt may be quicker.
  void aCutOverThatTookTooLongIsTriedAgain() {
    const auto scene = sceneFor(Verb::Run);
    RunOptions options = MoveCluster::smallChunks();
    options.mover.pauseBudgetMs = 300;
    scene->script->beforeStep("unchanged target", [&] {
      const Stopwatch closed;
      while (closed.seconds() * 1000 <= options.mover.pauseBudgetMs) std::this_thread::yield();
    });
    QCOMPARE(need(scene->cluster().rebalancer(options).run(MoveCluster::planId, {})).state, PlanState::Watching);
    QCOMPARE(scene->script->commitsOf("source/fence"), 2);
    QCOMPARE(faultsOf(scene->cluster(), 0), std::vector<std::string>());
  }

  void aStopUnderTheFenceOpensAgain_data() { addVerbs(); }
  void aStopUnderTheFenceOpensAgain() {
    QFETCH(int, verb);
    const Verb what = static_cast<Verb>(verb);
    const auto scene = sceneFor(what);
    std::stop_source stop;
    scene->script->afterCommitOf(fenceOf(what), [&] { stop.request_stop(); });
    const auto outcome = perform(scene->cluster(), what, {}, stop.get_token());
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code(), ErrorCode::Cancelled);
    QVERIFY(scene->update(before(what), key));
    QVERIFY(!scene->update(after(what), key));
    MoveCluster fresh = scene->another();
    QCOMPARE(need(perform(fresh, what)).state, endOf(what));
    QCOMPARE(faultsOf(fresh, 1), std::vector<std::string>());
  }

  void aStopAtTheDecisionGoesOnUntilItIsOpen_data() {
    QTest::addColumn<int>("verb");
    QTest::addColumn<bool>("replyLost");
    for (const Verb verb : {Verb::Run, Verb::RollBack})
      for (const bool lost : {false, true})
        QTest::addRow("%s, %s", std::string(verbName(verb)).c_str(), lost ? "reply lost" : "reply there") << int(verb) << lost;
  }
  void aStopAtTheDecisionGoesOnUntilItIsOpen() {
    QFETCH(int, verb);
    QFETCH(bool, replyLost);
    const Verb what = static_cast<Verb>(verb);
    const auto scene = sceneFor(what);
    std::stop_source stop;
    scene->script->afterCommitOf(decision(what), [&] { stop.request_stop(); });
    if (replyLost) scene->script->loseReplyOf(decision(what));
    const auto outcome = perform(scene->cluster(), what, {}, stop.get_token());
    QVERIFY2(!outcome || outcome->state == endOf(what), "a stop, or the end");
    QVERIFY(scene->update(after(what), key));
    QVERIFY(!scene->update(before(what), key));
    MoveCluster fresh = scene->another();
    if (need(fresh.catalog().planRecord(MoveCluster::planId)).state != endOf(what)) need(perform(fresh, what));
    QCOMPARE(faultsOf(fresh, 1), std::vector<std::string>());
  }
};

QTEST_APPLESS_MAIN(TestGivenUp)
#include "tst_given_up.moc"
