// What people wish is heard in the middle of long work, not only between two phases.
#include <QtTest>

#include <atomic>
#include <thread>

#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/crash_case.h"
#include "tests/rebalance/scene.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

// Comes back when the executor has taken the wish up.
void wish(const Scene& scene, Wish what) {
  Catalog catalog = scene.another().catalog();
  need(catalog.wish(MoveCluster::planId, {}, what));
  while (!need(catalog.openWishes(MoveCluster::planId)).empty()) std::this_thread::yield();
}

// Resumes the move as soon as it is paused.
class Resumer {
 public:
  explicit Resumer(const Scene& scene)
      : m_thread([this, &scene](std::stop_token stop) {
          Catalog catalog = scene.another().catalog();
          while (!stop.stop_requested() && !m_seen) {
            const auto row = catalog.move(MoveCluster::planId, MoveId("m1"));  // none before the run has begun
            m_seen = row && row->paused;
          }
          if (m_seen) wish(scene, Wish::Resume);
        }) {}
  bool hasSeenAPause() {
    m_thread.request_stop();
    m_thread.join();
    return m_seen;
  }

 private:
  std::atomic<bool> m_seen{false};
  std::jthread m_thread;
};

}  // namespace

class TestHeard : public QObject {
  Q_OBJECT
 private slots:
  void aPauseIsHeardWhileRowsAreCompared_data() {
    QTest::addColumn<int>("verb");
    QTest::addColumn<QString>("step");
    QTest::newRow("run") << int(Verb::Run) << "verify source";
    QTest::newRow("rollback") << int(Verb::RollBack) << "verify target";
  }
  void aPauseIsHeardWhileRowsAreCompared() {
    QFETCH(int, verb);
    QFETCH(QString, step);
    const Verb what = static_cast<Verb>(verb);
    Scene scene;
    MoveCluster unscripted = scene.another();
    leadTo(unscripted, what);
    scene.script->beforeStep(step.toStdString(), [&] { wish(scene, Wish::Pause); });
    Resumer resumer(scene);
    QCOMPARE(need(perform(scene.cluster(), what)).state, endOf(what));
    QVERIFY(resumer.hasSeenAPause());
    QCOMPARE(faultsOf(scene.cluster(), 0), std::vector<std::string>());
  }

  void aCancelIsHeardWhileRowsAreCompared() {
    Scene scene;
    scene.script->beforeStep("verify source", [&] { wish(scene, Wish::Cancel); });
    QCOMPARE(need(perform(scene.cluster(), Verb::Run)).state, PlanState::Cancelled);
    QCOMPARE(scene.script->commitsOf("source/fence"), 0);
    QCOMPARE(faultsOf(scene.cluster(), 0), std::vector<std::string>());
  }

  void aStopIsHeardWhileRowsAreCompared() {
    Scene scene;
    std::stop_source stop;
    scene.script->beforeStep("verify source", [&] { stop.request_stop(); }, 2);
    QCOMPARE(perform(scene.cluster(), Verb::Run, {}, stop.get_token()).error().code(), ErrorCode::Cancelled);
    QCOMPARE(scene.script->commitsOf("source/fence"), 0);
    QCOMPARE(need(perform(scene.cluster(), Verb::Run)).state, PlanState::Watching);
    QCOMPARE(faultsOf(scene.cluster(), 0), std::vector<std::string>());
  }
};

QTEST_APPLESS_MAIN(TestHeard)
#include "tst_heard.moc"
