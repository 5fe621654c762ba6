// Plans carried out end to end on real files, under an application that keeps writing.
#include <QtTest>

#include <thread>

#include "tests/rebalance/move_cluster.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

constexpr auto limit = std::chrono::seconds(20);

void addStrategies() {
  QTest::addColumn<QString>("moved");
  for (const char* name : {"range", "hash", "directory", "pin"}) QTest::newRow(name) << name;
}

struct Scene {
  QTemporaryDir folder;
  Moved moved;
  MoveCluster cluster;

  explicit Scene(Moved what = Moved::Range) : moved(what), cluster(make(folder, what), what) {}
  static std::string make(const QTemporaryDir& folder, Moved what) {
    MoveCluster::create(folder.path().toStdString(), what);
    return folder.path().toStdString();
  }
  Phase phase() const { return need(cluster.catalog().move(MoveCluster::planId, MoveId("m1"))).phase; }
};

// Runs a plan on a thread of its own, and tells where it has got to.
class Running {
 public:
  Running(MoveCluster& cluster, RunOptions options) {
    options.onEvent = [this](const RunEvent& event) {
      std::lock_guard lock(m_mutex);
      m_phases.push_back(event.move.phase);
      m_changed.notify_all();
    };
    m_thread = std::jthread([this, rebalancer = cluster.rebalancer(std::move(options))](std::stop_token stop) mutable {
      auto outcome = rebalancer.run(MoveCluster::planId, stop);
      std::lock_guard lock(m_mutex);
      m_outcome = std::move(outcome);
      m_changed.notify_all();
    });
  }
  bool waitFor(Phase phase) {
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, limit, [&] { return std::ranges::find(m_phases, phase) != m_phases.end() || m_outcome; });
    return std::ranges::find(m_phases, phase) != m_phases.end();
  }
  Result<RunOutcome> end() {
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait_for(lock, limit, [&] { return m_outcome.has_value(); })) return unavailable("the run did not end");
    return *m_outcome;
  }
  void stop() { m_thread.request_stop(); }

 private:
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::vector<Phase> m_phases;
  std::optional<Result<RunOutcome>> m_outcome;
  std::jthread m_thread;
};

RunOptions held() {
  RunOptions options = MoveCluster::smallChunks();
  options.holdCutOver = true;
  return options;
}

}  // namespace

class TestShardRebalancer : public QObject {
  Q_OBJECT
 private slots:
  void aPlanEndsOpenOnItsTargetWithNothingLost_data() { addStrategies(); }
  void aPlanEndsOpenOnItsTargetWithNothingLost() {
    QFETCH(QString, moved);
    Scene scene(need(parseMoved(moved.toStdString())));
    auto writer = need(LiveWriter::start(scene.cluster.writer(1)));
    QVERIFY(writer->waitForWrites(50, limit));
    const RunOutcome outcome = need(scene.cluster.rebalancer().run(MoveCluster::planId, {}));
    QCOMPARE(outcome.state, PlanState::Watching);
    QCOMPARE(outcome.moves.front().phase, Phase::Watching);
    QVERIFY(outcome.moves.front().pauseMs > 0);
    QVERIFY(writer->waitForWrites(50, limit));
    const WriterFigures figures = writer->stop();
    QVERIFY2(figures.surprises == 0, figures.surprise.c_str());
    const Verdict verdict = scene.cluster.verdict(100);
    QVERIFY2(verdict.passed(), verdict.text().c_str());
    QCOMPARE(scene.cluster.map()->version(), MapVersion(2));
    for (const ShardFile& file : scene.cluster.files()) {
      const auto client = need(publishedMap({file}, MoveCluster::keyspace(scene.moved).name)());
      QCOMPARE(client.version, MapVersion(2));
    }
  }

  void rollBackReturnsEveryWriteMadeMeanwhile_data() { addStrategies(); }
  void rollBackReturnsEveryWriteMadeMeanwhile() {
    QFETCH(QString, moved);
    Scene scene(need(parseMoved(moved.toStdString())));
    const auto before = scene.cluster.map();
    need(scene.cluster.rebalancer().run(MoveCluster::planId, {}));
    auto writer = need(LiveWriter::start(scene.cluster.writer(1)));
    QVERIFY(writer->waitForWrites(100, limit));
    const RunOutcome outcome = need(scene.cluster.rebalancer().rollBack(MoveCluster::planId, {}, {}));
    QCOMPARE(outcome.state, PlanState::RolledBack);
    QVERIFY(writer->waitForWrites(50, limit));
    writer->stop();
    const Verdict verdict = scene.cluster.verdict(150);
    QVERIFY2(verdict.passed(), verdict.text().c_str());
    const auto after = scene.cluster.map();
    QCOMPARE(after->version(), MapVersion(3));
    for (std::int64_t i = 0; i < MoveCluster::rows; ++i)
      QVERIFY(need(after->placementOf(Key::ofInt(i))).shard == need(before->placementOf(Key::ofInt(i))).shard);
    QCOMPARE(scene.cluster.leftovers(), std::vector<std::string>());
  }

  void cleanUpLeavesEveryRowOnceAndNothingOfOurs_data() { addStrategies(); }
  void cleanUpLeavesEveryRowOnceAndNothingOfOurs() {
    QFETCH(QString, moved);
    Scene scene(need(parseMoved(moved.toStdString())));
    auto writer = need(LiveWriter::start(scene.cluster.writer(1)));
    need(scene.cluster.rebalancer().run(MoveCluster::planId, {}));
    const RunOutcome outcome = need(scene.cluster.rebalancer().cleanUp(MoveCluster::planId, {}));
    QCOMPARE(outcome.state, PlanState::Done);
    QVERIFY(writer->waitForWrites(50, limit));
    writer->stop();
    const Verdict verdict = scene.cluster.verdict(50);
    QVERIFY2(verdict.passed(), verdict.text().c_str());
    QCOMPARE(scene.cluster.leftovers(), std::vector<std::string>());
    const auto back = scene.cluster.rebalancer().rollBack(MoveCluster::planId, {}, {});
    QVERIFY(!back.has_value());
    QCOMPARE(back.error().code(), ErrorCode::Refused);
  }

  void everyPieceOfWorkTellsItsRate() {
    Scene scene;
    std::map<Phase, double> least;
    RunOptions options = MoveCluster::smallChunks();
    options.onEvent = [&](const RunEvent& event) {
      if (event.kind != RunEvent::Kind::Move || event.move.kind != MoveEvent::Kind::Progress || event.move.rows == 0) return;
      const auto [known, isNew] = least.emplace(event.move.phase, event.move.rate);
      if (!isNew) known->second = std::min(known->second, event.move.rate);
    };
    need(scene.cluster.rebalancer(options).run(MoveCluster::planId, {}));
    need(scene.cluster.rebalancer(options).cleanUp(MoveCluster::planId, {}));
    for (const Phase phase : {Phase::Copy, Phase::Verify, Phase::CleanUp}) QVERIFY2(least[phase] > 0, std::string(phaseName(phase)).c_str());
  }

  void aHeldMoveWaitsForItsSignal() {
    Scene scene;
    Running running(scene.cluster, held());
    QVERIFY(running.waitFor(Phase::Ready));
    QCOMPARE(scene.phase(), Phase::Ready);
    QCOMPARE(scene.cluster.map()->version(), MapVersion(1));
    need(scene.cluster.catalog().wish(MoveCluster::planId, {}, Wish::CutOver));
    QCOMPARE(need(running.end()).state, PlanState::Watching);
  }

  void aCancelledMoveLeavesTheSourceAsItWas() {
    Scene scene;
    auto writer = need(LiveWriter::start(scene.cluster.writer(1)));
    Running running(scene.cluster, held());
    QVERIFY(running.waitFor(Phase::Ready));
    need(scene.cluster.catalog().wish(MoveCluster::planId, {}, Wish::Cancel));
    QCOMPARE(need(running.end()).state, PlanState::Cancelled);
    QVERIFY(writer->waitForWrites(50, limit));
    writer->stop();
    const Verdict verdict = scene.cluster.verdict(50);
    QVERIFY2(verdict.passed(), verdict.text().c_str());
    QCOMPARE(scene.cluster.map()->version(), MapVersion(1));
    QCOMPARE(scene.cluster.leftovers(), std::vector<std::string>());
  }

  void aStoppedRunIsResumedWhereItWas() {
    Scene scene;
    Running running(scene.cluster, held());
    QVERIFY(running.waitFor(Phase::Ready));
    running.stop();
    const auto stopped = running.end();
    QVERIFY(!stopped.has_value());
    QCOMPARE(stopped.error().code(), ErrorCode::Cancelled);
    QCOMPARE(need(scene.cluster.catalog().planRecord(MoveCluster::planId)).state, PlanState::Running);
    QCOMPARE(need(scene.cluster.rebalancer().run(MoveCluster::planId, {})).state, PlanState::Watching);
    const Verdict verdict = scene.cluster.verdict(0);
    QVERIFY2(verdict.passed(), verdict.text().c_str());
  }

  void aSecondExecutorIsRefusedWhileTheFirstLives() {
    Scene scene;
    Running running(scene.cluster, held());
    QVERIFY(running.waitFor(Phase::Ready));
    const auto second = scene.cluster.rebalancer().run(MoveCluster::planId, {});
    QVERIFY(!second.has_value());
    QCOMPARE(second.error().code(), ErrorCode::Refused);
    running.stop();
    QVERIFY(!running.end().has_value());
  }

  void aPlanOnAnOlderMapIsRefusedWithAWayOut() {
    Scene scene;
    Catalog catalog = scene.cluster.catalog();
    const auto map = scene.cluster.map();
    MapBuilder builder(*map);
    builder.split(need(map->strategy().tokenOf(Key::ofInt(500))));
    need(catalog.publishMap(need(builder.build()), "somebody else"));
    const auto outcome = scene.cluster.rebalancer().run(MoveCluster::planId, {});
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    QVERIFY2(outcome.error().message().find("plan rebase calm-otter-17") != std::string::npos, outcome.error().message().c_str());
  }

  void aTargetThatIsNotEmptyIsRefusedAndKept() {
    Scene scene;
    auto db = need(openShard(scene.cluster.files()[1]));
    need(db.execute("INSERT INTO accounts(id, v, hist, tag) VALUES (5, 1, '9.9,', 'theirs')"));
    const auto outcome = scene.cluster.rebalancer().run(MoveCluster::planId, {});
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    need(scene.cluster.rebalancer().cancel(MoveCluster::planId, {}, {}));
    QCOMPARE(need(db.singleInteger("SELECT count(*) FROM accounts WHERE hist = '9.9,'")), 1);
    QCOMPARE(scene.cluster.leftovers(), std::vector<std::string>());
  }
};

QTEST_APPLESS_MAIN(TestShardRebalancer)
#include "tst_shard_rebalancer.moc"
