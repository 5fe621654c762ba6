// What plans are made of on the command line: the metrics that are measured, and what single keys weigh.
#include <chrono>

#include "tests/app/sample_cluster.h"

using namespace shardwright;

namespace {

// 300 keys on shard a; each was read once in the last minutes, and key 7 written so many times beside.
class CountedCluster : public SampleCluster {
 public:
  explicit CountedCluster(int writesOfSeven = 100) : SampleCluster(300) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    QByteArray trace = "time,op,key\n";
    for (int key = 1; key <= 300; ++key) trace += QByteArray::number(qlonglong(now - 600 + key)) + ",read," + QByteArray::number(key) + "\n";
    for (int i = 0; i < writesOfSeven; ++i) trace += QByteArray::number(qlonglong(now - 600 + i % 300)) + ",write,7\n";
    succeed({"load", "import", "blocks", write("trace.csv", trace)});
  }
};

}  // namespace

class TestPlanning : public QObject {
  Q_OBJECT
 private slots:
  void operationsThatNobodyCountedAreRefusedAndTheWayToCountThemIsNamed() {
    const SampleCluster cluster(20);
    const Said said = cluster.run({"plan", "create", "blocks", "--metric", "ops"});
    QCOMPARE(said.exit, 3);
    QVERIFY2(said.errHas("operations are not measured") && said.errHas("load import blocks TRACE.csv"), said.err.c_str());
    QVERIFY(cluster.succeed({"--json", "plan", "list"}).json().at("plans").empty());
  }

  void aMetricThatIsNoneIsAnsweredWithThoseThereAre() {
    const SampleCluster cluster(20);
    const Said said = cluster.run({"plan", "create", "blocks", "--metric", "luck"});
    QCOMPARE(said.exit, 2);
    QVERIFY2(said.errHas("\"luck\"") && said.errHas("bytes, rows"), said.err.c_str());
    const CountedCluster counted;
    const Said again = counted.run({"plan", "create", "blocks", "--metric", "luck"});
    QVERIFY2(again.errHas("bytes, rows, reads, writes, ops"), again.err.c_str());
  }

  void operationsAreBalancedOnceTheyAreCounted() {
    const CountedCluster cluster;
    const auto plan = cluster.succeed({"--json", "plan", "create", "blocks", "--metric", "ops"}).json();
    QVERIFY(!plan.at("moves").empty());
    QCOMPARE(plan.at("options").at("metrics"), nlohmann::json({"ops"}));
    QVERIFY(plan.at("after").at("maxUtilisation").get<double>() < plan.at("before").at("maxUtilisation").get<double>());
  }

  void withoutAMetricBytesAndRowsAreBalanced() {
    const CountedCluster cluster;
    const auto plan = cluster.succeed({"--json", "plan", "create", "blocks"}).json();
    QCOMPARE(plan.at("options").at("metrics"), nlohmann::json({"bytes", "rows"}));
  }

  void theCommandThatALoadReportRecommendsMakesAPlan_data() {
    QTest::addColumn<QString>("metric");
    QTest::addColumn<int>("writesOfSeven");
    QTest::addColumn<QString>("command");
    QTest::newRow("bytes") << "bytes" << 100 << "shardwright plan create blocks --goal balance --metric bytes";
    QTest::newRow("rows") << "rows" << 100 << "shardwright plan create blocks --goal balance --metric rows";
    QTest::newRow("operations") << "ops" << 100 << "shardwright plan create blocks --goal balance --metric ops";
    QTest::newRow("one hot key") << "ops" << 900 << "shardwright plan create blocks --goal isolate --key 7";
  }
  void theCommandThatALoadReportRecommendsMakesAPlan() {
    QFETCH(QString, metric);
    QFETCH(int, writesOfSeven);
    QFETCH(QString, command);
    const CountedCluster cluster(writesOfSeven);
    const auto report = cluster.succeed({"--json", "load", "show", "blocks", "--metric", metric}).json();
    QCOMPARE(QString::fromStdString(report.at("problems").at(0).at("command").get<std::string>()), command);
    const auto plan = cluster.succeed(QStringList{"--json"} + command.split(' ').mid(1)).json();
    QVERIFY(!plan.at("moves").empty());
  }

  void aFrontIsDrawnWhosePointsAreThePlansOfTheirThresholds() {
    const CountedCluster cluster;
    const QString file = cluster.path("snapshot.json");
    cluster.succeed({"snapshot", "blocks", file});
    const auto front = cluster.succeed({"--json", "plan", "simulate", file, "--metric", "ops", "--pareto", "6"}).json();
    QCOMPARE(front.at("schema"), nlohmann::json("shardwright.pareto/1"));
    QVERIFY(front.at("points").size() >= 3 && front.at("points").size() <= 6);
    const auto point = front.at("points").at(1);
    const QString threshold = QString::fromStdString(point.at("threshold").dump());
    const auto plan = cluster.succeed({"--json", "plan", "simulate", file, "--metric", "ops", "--threshold", threshold}).json();
    QCOMPARE(plan.at("fingerprint"), point.at("fingerprint"));
    QCOMPARE(plan.at("movedBytes"), point.at("movedBytes"));
    const Said table = cluster.succeed({"plan", "simulate", file, "--metric", "ops", "--pareto", "6"});
    QVERIFY2(table.outHas("no placement can be below") && table.outHas("--threshold " + threshold.toStdString()), table.out.c_str());
    QCOMPARE(cluster.run({"plan", "simulate", file, "--pareto", "1"}).exit, 2);
    QCOMPARE(cluster.run({"plan", "simulate", file, "--goal", "split", "--range", "..", "--pareto", "4"}).exit, 2);
  }

  void anIsolatedKeyIsWeighed() {
    const CountedCluster cluster;
    const auto plan = cluster.succeed({"--json", "plan", "create", "blocks", "--goal", "isolate", "--key", "7"}).json();
    const auto move = plan.at("moves").at(0);
    QCOMPARE(move.at("rows").get<int>(), 2);  // one of blocks, one of entries
    QVERIFY(move.at("bytes").get<int>() > 80);
    QVERIFY(move.at("bytes").get<int>() < 1000);
    for (const auto& risk : plan.at("risks")) QVERIFY(risk.at("id") != "size-unknown");
    const Said text = cluster.succeed({"plan", "show", QString::fromStdString(plan.at("id").get<std::string>())});
    QVERIFY2(text.outHas("key 7") && text.outHas("2 rows"), text.out.c_str());
  }

  void aKeyThatNobodyAskedForIsWeighedAllTheSame() {
    const SampleCluster cluster(20);
    const auto plan = cluster.succeed({"--json", "plan", "create", "blocks", "--goal", "isolate", "--key", "3"}).json();
    QCOMPARE(plan.at("moves").at(0).at("rows").get<int>(), 2);
  }
};

QTEST_GUILESS_MAIN(TestPlanning)
#include "tst_planning.moc"
