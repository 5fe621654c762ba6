// What plans are made of on the command line: the metrics that are measured, and what single keys weigh.
#include <chrono>

#include "tests/app/sample_cluster.h"

using namespace shardwright;

namespace {

// 300 keys on shard a; each was read once in the last minutes, and key 7 a hundred times more.
class CountedCluster : public SampleCluster {
 public:
  CountedCluster() : SampleCluster(300) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    QByteArray trace = "time,op,key\n";
    for (int key = 1; key <= 300; ++key) trace += QByteArray::number(qlonglong(now - 600 + key)) + ",read," + QByteArray::number(key) + "\n";
    for (int i = 0; i < 100; ++i) trace += QByteArray::number(qlonglong(now - 600 + i)) + ",write,7\n";
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

  void theCommandThatALoadReportRecommendsMakesAPlan() {
    const CountedCluster cluster;
    for (const char* metric : {"bytes", "rows", "ops"}) {
      const auto report = cluster.succeed({"--json", "load", "show", "blocks", "--metric", metric}).json();
      const QString command = QString::fromStdString(report.at("problems").at(0).at("command").get<std::string>());
      QVERIFY2(command.startsWith("shardwright plan create blocks"), qPrintable(command));
      QStringList arguments{"--json"};
      arguments += command.split(' ').mid(1);
      const auto plan = cluster.succeed(arguments).json();
      QVERIFY2(!plan.at("moves").empty(), qPrintable(command));
    }
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
