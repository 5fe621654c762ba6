// The main job on real files, through the real executable.
#include "tests/app/sample_cluster.h"

#include <csignal>

using namespace shardwright;

class TestMainJob : public QObject {
  Q_OBJECT
 private slots:
  void aPlanChangesNothingUntilItRuns();
  void aRunMovesTheRowsAndARollBackBringsThemHome();
  void aCleanedUpPlanLeavesNothingOnItsSource();
  void aRunTellsEveryPhaseAsOneJsonObjectALine();
  void aPinnedKeyMovesAlone();
  void aHeldMoveWaitsForItsSignal();
  void aStoppedRunIsResumed();
  void aKilledRunIsResumedByAnotherProcess();
  void aFailedRunSaysWhyAndIsTriedAgain();
  void aFailedRunIsCancelled();
  void twoRunsOfOnePlanAreRefusedAndTheFirstIsNamed();
  void aDetachedRunGoesOnByItself();
  void aDetachedRunThatIsRefusedSaysSoHereAndInItsLog();
  void aPausedRunGoesOnWhenToldTo();
  void aRunningMoveIsCancelled();
  void aRebasedPlanRunsWhereTheOldOneWasRefused();
  void writesMadeAfterTheCutOverComeBackWithTheRollBack();

 private:
  // A run that is to wait at its cut-over.
  struct HeldRun {
    SampleCluster cluster{300};
    QString plan = cluster.approved({"--goal", "move", "--range", "250..", "--to", "b"});
    QProcess process;
  };
  static void start(HeldRun& held);  // until it waits
  static void stop(HeldRun& held);   // started, and ended there
  static std::string phaseOf(const SampleCluster& cluster, const QString& plan);
};

std::string TestMainJob::phaseOf(const SampleCluster& cluster, const QString& plan) {
  const auto status = cluster.succeed({"--json", "status", plan}).json();
  return status.at("moves").at(0).at("phase").get<std::string>();
}

void TestMainJob::start(HeldRun& held) {
  held.cluster.run.start(held.process, {"run", held.plan, "--hold-cutover"});
  QTRY_COMPARE_WITH_TIMEOUT(phaseOf(held.cluster, held.plan), std::string("ready"), 20'000);
}

void TestMainJob::aPlanChangesNothingUntilItRuns() {
  const SampleCluster cluster(500);
  const Said made = cluster.succeed({"--json", "plan", "create", "blocks", "--goal", "move", "--range", "250..", "--to", "b"});
  const auto plan = made.json();
  QCOMPARE(plan.at("schema").get<std::string>(), std::string("shardwright.plan/1"));
  QCOMPARE(plan.at("moves").size(), std::size_t{1});
  QCOMPARE(plan.at("moves").at(0).at("source").get<std::string>(), std::string("a"));
  QCOMPARE(plan.at("moves").at(0).at("target").get<std::string>(), std::string("b"));
  QCOMPARE(cluster.succeed({"--json", "map", "show", "blocks"}).json().at("version").get<int>(), 1);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks"), 0);
  QCOMPARE(cluster.run({"run", QString::fromStdString(plan.at("id").get<std::string>())}).exit, 3);
}

void TestMainJob::aRunMovesTheRowsAndARollBackBringsThemHome() {
  const SampleCluster cluster(500);
  const QString plan = cluster.approved({"--goal", "move", "--range", "301..", "--to", "b"});
  cluster.succeed({"run", plan});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks"), 200);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM entries"), 200);
  auto verified = cluster.succeed({"--json", "verify", "blocks"}).json();
  QCOMPARE(verified.at("rows").get<int>(), 1000);
  QCOMPARE(verified.at("retained").get<int>(), 400);
  QCOMPARE(cluster.succeed({"--json", "route", "blocks", "301", "300"}).json().at(0).at("shard").get<std::string>(), std::string("b"));

  cluster.succeed({"--yes", "rollback", plan});
  verified = cluster.succeed({"--json", "verify", "blocks"}).json();
  QCOMPARE(verified.at("rows").get<int>(), 1000);
  QCOMPARE(verified.at("retained").get<int>(), 0);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks"), 0);
  QCOMPARE(cluster.run({"run", plan}).exit, 3);
  QCOMPARE(cluster.run({"--yes", "rollback", plan}).exit, 3);
  cluster.succeed({"map", "check", "blocks"});
  cluster.succeed({"audit", "check"});
}

void TestMainJob::aCleanedUpPlanLeavesNothingOnItsSource() {
  const SampleCluster cluster(500);
  const QString plan = cluster.approved({"--goal", "move", "--range", "..101", "--to", "c"});
  cluster.succeed({"run", plan});
  cluster.succeed({"--yes", "cleanup", plan});
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM blocks"), 400);
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM blocks"), 100);
  QCOMPARE(cluster.succeed({"--json", "verify", "blocks"}).json().at("retained").get<int>(), 0);
  QCOMPARE(cluster.run({"--yes", "rollback", plan}).exit, 3);
}

void TestMainJob::aRunTellsEveryPhaseAsOneJsonObjectALine() {
  const SampleCluster cluster(500);
  const QString plan = cluster.approved({"--goal", "move", "--range", "250..", "--to", "b"});
  const Said ran = cluster.succeed({"--json", "run", plan});
  std::vector<std::string> phases;
  nlohmann::json last, cutover;
  for (const QByteArray& line : QByteArray::fromStdString(ran.out).trimmed().split('\n')) {
    last = nlohmann::json::parse(line.toStdString(), nullptr, false);
    QVERIFY2(last.is_object() && last.contains("event"), line.constData());
    if (last["event"] == "phase") phases.push_back(last["phase"].get<std::string>());
    if (last["event"] == "cutover") cutover = last;
  }
  const std::vector<std::string> expected{"prepare", "copy", "catchup", "verify", "cutover", "watching"};
  QCOMPARE(phases, expected);
  QVERIFY(cutover.at("pauseMs").get<double>() > 0);
  QCOMPARE(cutover.at("mapVersion").get<int>(), 3);
  const nlohmann::json finished{{"event", "finished"}, {"state", "watching"}};
  QVERIFY(last == finished);
}

void TestMainJob::aPinnedKeyMovesAlone() {
  const SampleCluster cluster(100);
  const QString plan = cluster.approved({"--goal", "isolate", "--key", "7", "--to", "c"});
  cluster.succeed({"run", plan});
  const auto routed = cluster.succeed({"--json", "route", "blocks", "7", "8"}).json();
  QCOMPARE(routed.at(0).at("reason").get<std::string>(), std::string("pin"));
  QCOMPARE(routed.at(0).at("shard").get<std::string>(), std::string("c"));
  QCOMPARE(routed.at(1).at("shard").get<std::string>(), std::string("a"));
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM entries"), 1);
  cluster.succeed({"verify", "blocks"});
}

void TestMainJob::aHeldMoveWaitsForItsSignal() {
  HeldRun held;
  auto& [cluster, plan, process] = held;
  start(held);
  QCOMPARE(cluster.succeed({"--json", "map", "show", "blocks"}).json().at("version").get<int>(), 2);
  cluster.succeed({"cutover", plan});
  QVERIFY(process.waitForFinished(20'000));
  QCOMPARE(process.exitCode(), 0);
  QCOMPARE(phaseOf(cluster, plan), std::string("watching"));
}

void TestMainJob::stop(HeldRun& held) {
  start(held);
  held.process.terminate();
  QVERIFY(held.process.waitForFinished(20'000));
  QCOMPARE(held.process.exitCode(), 5);
  QVERIFY(held.process.readAllStandardError().contains("resume " + held.plan.toUtf8()));
}

void TestMainJob::aStoppedRunIsResumed() {
  HeldRun held;
  const auto& [cluster, plan, process] = held;
  stop(held);
  const auto status = cluster.succeed({"--json", "status", plan}).json();
  QCOMPARE(status.at("state").get<std::string>(), std::string("running"));
  QVERIFY(status.at("executor").is_null() && status.at("reason").is_null());
  QVERIFY(cluster.succeed({"status", plan}).outHas("running, but nobody executes it now: resume " + plan.toStdString()));
  cluster.succeed({"resume", plan});
  QCOMPARE(phaseOf(cluster, plan), std::string("watching"));
  cluster.succeed({"verify", "blocks"});
}

void TestMainJob::aKilledRunIsResumedByAnotherProcess() {
  HeldRun held;
  auto& [cluster, plan, process] = held;
  start(held);
  process.kill();
  QVERIFY(process.waitForFinished(20'000));
  cluster.succeed({"resume", plan});
  cluster.succeed({"verify", "blocks"});
  QCOMPARE(phaseOf(cluster, plan), std::string("watching"));
}

void TestMainJob::aFailedRunSaysWhyAndIsTriedAgain() {
  HeldRun held;
  const auto& [cluster, plan, process] = held;
  stop(held);
  QVERIFY(QFile::rename(QString::fromStdString(cluster.file("b")), cluster.path("away")));
  const Said failed = cluster.run({"--json", "resume", plan});
  QCOMPARE(failed.exit, 4);
  QVERIFY2(failed.errHas("resume " + plan.toStdString() + " goes on from there"), failed.err.c_str());
  QVERIFY2(failed.outHas(R"("state":"failed")"), failed.out.c_str());
  const auto status = cluster.succeed({"--json", "status", plan}).json();
  QCOMPARE(status.at("state").get<std::string>(), std::string("failed"));
  QVERIFY(status.at("reason").get<std::string>().find(cluster.file("b")) != std::string::npos);
  QVERIFY(status.at("executor").is_null());
  QVERIFY(cluster.succeed({"status"}).outHas("failed, and nobody executes it now: "));
  QCOMPARE(cluster.run({"pause", plan}).exit, 3);
  QVERIFY(QFile::rename(cluster.path("away"), QString::fromStdString(cluster.file("b"))));
  cluster.succeed({"retry", plan});
  QCOMPARE(cluster.succeed({"--json", "status", plan}).json().at("state").get<std::string>(), std::string("watching"));
  cluster.succeed({"verify", "blocks"});
}

void TestMainJob::aFailedRunIsCancelled() {
  const SampleCluster cluster(300);
  const QString plan = cluster.approved({"--goal", "move", "--range", "250..", "--to", "b"});
  cluster.execute("b", "INSERT INTO blocks VALUES (260, 'not ours')");
  const Said refused = cluster.run({"run", plan});
  QCOMPARE(refused.exit, 3);
  QVERIFY2(refused.errHas("resume " + plan.toStdString()), refused.err.c_str());
  QCOMPARE(cluster.succeed({"--json", "status", plan}).json().at("state").get<std::string>(), std::string("failed"));
  cluster.succeed({"--yes", "cancel", plan});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks WHERE body = 'not ours'"), 1);
}

void TestMainJob::twoRunsOfOnePlanAreRefusedAndTheFirstIsNamed() {
  HeldRun held;
  auto& [cluster, plan, process] = held;
  start(held);
  const Said second = cluster.run({"run", plan});
  QCOMPARE(second.exit, 3);
  QVERIFY2(second.errHas(std::to_string(process.processId())), second.err.c_str());
  cluster.succeed({"cutover", plan});
  QVERIFY(process.waitForFinished(20'000));
}

void TestMainJob::aDetachedRunGoesOnByItself() {
  const SampleCluster cluster(300);
  const QString plan = cluster.approved({"--goal", "move", "--range", "250..", "--to", "b"});
  const auto started = cluster.succeed({"--json", "run", plan, "--detach", "--hold-cutover"}).json();
  QVERIFY(started.at("pid").get<int>() > 1);
  QTRY_COMPARE_WITH_TIMEOUT(phaseOf(cluster, plan), std::string("ready"), 20'000);
  cluster.succeed({"cutover", plan});
  QTRY_COMPARE_WITH_TIMEOUT(phaseOf(cluster, plan), std::string("watching"), 20'000);
  const Said followed = cluster.succeed({"--json", "status", plan, "--follow"});
  QVERIFY(followed.outHas("\"watching\""));
}

void TestMainJob::aDetachedRunThatIsRefusedSaysSoHereAndInItsLog() {
  const SampleCluster cluster(20);
  const QString plan = cluster.planned({"--goal", "move", "--range", "10..", "--to", "b"});
  for (int time = 1; time <= 2; ++time) {
    const Said said = cluster.run({"run", plan, "--detach"});
    QCOMPARE(said.exit, 3);
    QCOMPARE(QByteArray::fromStdString(said.err).count("is not approved"), 1);
    QFile log(QString::fromStdString(cluster.run.catalog()) + "." + plan + ".log");
    QVERIFY(log.open(QIODevice::ReadOnly));
    QCOMPARE(log.readAll().count("is not approved"), time);
  }
}

void TestMainJob::aPausedRunGoesOnWhenToldTo() {
  HeldRun held;
  auto& [cluster, plan, process] = held;
  start(held);
  cluster.succeed({"pause", plan});
  const auto paused = [&] { return cluster.succeed({"--json", "status", plan}).json().at("moves").at(0).at("paused").get<bool>(); };
  QTRY_VERIFY_WITH_TIMEOUT(paused(), 20'000);
  cluster.succeed({"cutover", plan});
  cluster.succeed({"resume", plan});
  QVERIFY(process.waitForFinished(20'000));
  QCOMPARE(process.exitCode(), 0);
}

void TestMainJob::aRunningMoveIsCancelled() {
  HeldRun held;
  auto& [cluster, plan, process] = held;
  start(held);
  cluster.succeed({"--yes", "cancel", plan});
  QVERIFY(process.waitForFinished(20'000));
  QCOMPARE(process.exitCode(), 3);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks"), 0);
  QCOMPARE(cluster.succeed({"--json", "plan", "show", plan}).json().at("state").get<std::string>(), std::string("cancelled"));
  cluster.succeed({"verify", "blocks"});
}

void TestMainJob::aRebasedPlanRunsWhereTheOldOneWasRefused() {
  const SampleCluster cluster(300);
  const QString first = cluster.approved({"--goal", "move", "--range", "250..", "--to", "b"});
  const QString second = cluster.approved({"--goal", "move", "--range", "..50", "--to", "c"});
  cluster.succeed({"run", first});
  const Said drifted = cluster.run({"run", second});
  QCOMPARE(drifted.exit, 3);
  QVERIFY2(drifted.errHas("plan rebase"), drifted.err.c_str());
  const auto rebased = cluster.succeed({"--json", "plan", "rebase", second}).json();
  const QString third = QString::fromStdString(rebased.at("id").get<std::string>());
  QVERIFY(third != second);
  QCOMPARE(rebased.at("baseVersion").get<int>(), 3);
  cluster.succeed({"plan", "approve", third, "--fingerprint", QString::fromStdString(rebased.at("fingerprint").get<std::string>())});
  cluster.succeed({"run", third});
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM blocks"), 49);
  cluster.succeed({"verify", "blocks"});
}

void TestMainJob::writesMadeAfterTheCutOverComeBackWithTheRollBack() {
  const SampleCluster cluster(300);
  const QString plan = cluster.approved({"--goal", "move", "--range", "250..", "--to", "b"});
  cluster.succeed({"run", plan});
  cluster.execute("b", "INSERT INTO blocks VALUES (5000, 'new'); UPDATE blocks SET body = 'changed' WHERE height = 260;"
                       "DELETE FROM entries WHERE height = 270");
  cluster.succeed({"--yes", "rollback", plan});
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM blocks WHERE body IN ('new', 'changed')"), 2);
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM entries WHERE height = 270"), 0);
  QCOMPARE(cluster.succeed({"--json", "verify", "blocks"}).json().at("rows").get<int>(), 600);
}

QTEST_GUILESS_MAIN(TestMainJob)
#include "tst_main_job.moc"
