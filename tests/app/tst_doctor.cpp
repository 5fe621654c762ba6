// Doctor, with and without the catalog, on shards that were left in every bad way.
#include "tests/app/sample_cluster.h"

using namespace shardwright;

class TestDoctor : public QObject {
  Q_OBJECT
 private slots:
  void aSoundClusterHasNoFindings();
  void aMoveUnderWayIsNoFinding();
  void aKilledRunIsNamedWithTheWayOn();
  void aLaggingCopyOfTheMapIsWrittenAgain();
  void aMapNewerThanTheCatalogIsNeverTouched();
  void whatAnEndedMoveLeftIsRemovedAndNothingElse();
  void objectsOfNoKnownMoveAreLeftAlone();
  void fixingAsksFirst();
  void withoutACatalogItTellsWhatIsClosedAndHowToOpenIt();
};

void TestDoctor::aSoundClusterHasNoFindings() {
  const SampleCluster cluster(50);
  const QString plan = cluster.approved({"--goal", "move", "--range", "30..", "--to", "b"});
  cluster.succeed({"run", plan});
  cluster.succeed({"--yes", "cleanup", plan});
  QVERIFY(cluster.succeed({"--json", "doctor"}).json().at("findings").empty());
  cluster.succeed({"shard", "check"});
}

void TestDoctor::aMoveUnderWayIsNoFinding() {
  const SampleCluster cluster(50);
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "30..", "--to", "b"})});
  cluster.succeed({"doctor"});
  cluster.succeed({"shard", "check"});
}

void TestDoctor::aKilledRunIsNamedWithTheWayOn() {
  const SampleCluster cluster(50);
  const QString plan = cluster.approved({"--goal", "move", "--range", "30..", "--to", "b"});
  QProcess process;
  cluster.run.start(process, {"run", plan, "--hold-cutover"});
  const auto phase = [&] { return cluster.succeed({"--json", "status", plan}).json().at("moves").at(0).at("phase").get<std::string>(); };
  QTRY_COMPARE_WITH_TIMEOUT(phase(), std::string("ready"), 20'000);
  process.kill();
  QVERIFY(process.waitForFinished(20'000));
  const Said said = cluster.run({"doctor"});
  QCOMPARE(said.exit, 1);
  QVERIFY2(said.outHas("resume " + plan.toStdString()), said.out.c_str());
  cluster.succeed({"resume", plan});
  cluster.succeed({"doctor"});
}

void TestDoctor::aLaggingCopyOfTheMapIsWrittenAgain() {
  const SampleCluster cluster(50);
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "30..", "--to", "b"})});
  cluster.execute("c", "UPDATE shardwright_map SET version = 1");
  QCOMPARE(cluster.run({"doctor"}).exit, 1);
  const auto mended = cluster.succeed({"--yes", "--json", "doctor", "--fix"}).json();
  QCOMPARE(mended.at("findings").at(0).at("fixed").get<bool>(), true);
  QCOMPARE(cluster.count("c", "SELECT version FROM shardwright_map"), 3);
  cluster.succeed({"doctor"});
}

void TestDoctor::aMapNewerThanTheCatalogIsNeverTouched() {
  const SampleCluster cluster(50);
  cluster.execute("c", "UPDATE shardwright_map SET version = 99");
  const Said said = cluster.run({"--yes", "doctor", "--fix"});
  QCOMPARE(said.exit, 1);
  QVERIFY2(said.outHas("older than"), said.out.c_str());
  QCOMPARE(cluster.count("c", "SELECT version FROM shardwright_map"), 99);
}

void TestDoctor::whatAnEndedMoveLeftIsRemovedAndNothingElse() {
  const SampleCluster cluster(50);
  const QString plan = cluster.approved({"--goal", "move", "--range", "30..", "--to", "b"});
  cluster.succeed({"run", plan});
  cluster.succeed({"--yes", "cleanup", plan});
  const std::string stem = "shardwright_copy_" + plan.toStdString() + "_m1";
  std::string table = stem;
  std::ranges::replace(table, '-', '_');
  cluster.execute("b", "CREATE TABLE \"" + table + "\"(x); CREATE TABLE mine(x)");
  const Said said = cluster.run({"doctor"});
  QCOMPARE(said.exit, 1);
  QVERIFY2(said.outHas("with --fix"), said.out.c_str());
  cluster.succeed({"--yes", "doctor", "--fix"});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'shardwright_copy%'"), 0);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM sqlite_schema WHERE name = 'mine'"), 1);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks"), 21);
  cluster.succeed({"doctor"});
}

void TestDoctor::objectsOfNoKnownMoveAreLeftAlone() {
  const SampleCluster cluster(50);
  cluster.execute("b", "CREATE TABLE shardwright_copy_stranger_m1(x)");
  const Said said = cluster.run({"--yes", "--json", "doctor", "--fix"});
  QCOMPARE(said.exit, 1);
  QCOMPARE(said.json().at("findings").at(0).at("fixable").get<bool>(), false);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM sqlite_schema WHERE name = 'shardwright_copy_stranger_m1'"), 1);
}

void TestDoctor::fixingAsksFirst() {
  const SampleCluster cluster;
  QCOMPARE(cluster.run({"doctor", "--fix"}).exit, 3);
}

void TestDoctor::withoutACatalogItTellsWhatIsClosedAndHowToOpenIt() {
  const SampleCluster cluster(50);
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "30..", "--to", "b"})});
  const Program none("/nonexistent/catalog");
  const auto looked = none({"--json", "doctor", "--shard", cluster.url("a"), cluster.url("b")});
  QCOMPARE(looked.exit, 0);
  const auto document = looked.json();
  QCOMPARE(document.at("shards").at(0).at("maps").at(0).at("version").get<int>(), 3);
  QCOMPARE(document.at("shards").at(0).at("closed").at(0).at("gate").get<std::string>(), std::string("elsewhere"));

  cluster.execute("a", "UPDATE shardwright_guard_range SET gate = 'moving'");
  const Said said = none({"doctor", "--shard", cluster.url("a")});
  QCOMPARE(said.exit, 1);
  QVERIFY2(said.outHas("CLOSED FOR A CUT-OVER: 30"), said.out.c_str());
  QVERIFY(said.outHas("DELETE FROM shardwright_guard_range WHERE gate = 'moving';"));
  QCOMPARE(none({"doctor", "--shard", "sqlite:///nonexistent.db"}).exit, 4);
  QCOMPARE(none({"doctor", "--fix", "--shard", cluster.url("a")}).exit, 2);
}

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
