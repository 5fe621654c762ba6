// The crash proof: every commit of a run, a roll back, a clean-up and a cancel, of every strategy, hit before it, after it, and with
// its reply lost, under an application that keeps writing; a fresh process goes on, and nothing is lost, doubled or left.
#include <QtTest>

#include "tests/rebalance/crash_case.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

// Under a sanitizer, which slows everything down, a share of the cases: what it looks for is on every path.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stride = 11;
#else
constexpr std::size_t stride = 1;
#endif

}  // namespace

class TestCrashLoop : public QObject {
  Q_OBJECT
 private:
  CaseRunner m_runner{CRASH_RUNNER};
  Sweep m_all;
  std::size_t m_points = 0;

 private slots:
  void everyCommitMayBeTheLast_data() {
    QTest::addColumn<QString>("moved");
    QTest::addColumn<int>("verb");
    for (const char* moved : {"range", "hash", "directory", "pin"})
      for (const Verb verb : allVerbs) QTest::addRow("%s %s", moved, std::string(verbName(verb)).c_str()) << moved << int(verb);
  }
  void everyCommitMayBeTheLast() {
    QFETCH(QString, moved);
    QFETCH(int, verb);
    const CrashCase dry{need(parseMoved(moved.toStdString())), static_cast<Verb>(verb), {}};
    m_runner.prepare(dry.moved, dry.verb);
    const auto commits = need(m_runner.commitsBehind(dry));
    QVERIFY(commits.size() >= 12);
    std::vector<CrashCase> cases;
    const auto orders = ordersAt(commits);
    for (std::size_t i = 0; i < orders.size(); i += stride) cases.push_back({dry.moved, dry.verb, {orders[i]}});
    const Sweep sweep = test::sweep(m_runner, cases);
    m_all += sweep;
    m_points += commits.size();
    qInfo("%-18s %3zu points %s", dry.text().c_str(), commits.size(), sweep.text().c_str());
    for (const std::string& fault : sweep.faults) qWarning("%s", fault.c_str());
    QVERIFY(sweep.faults.empty());
    for (const CrashCase& missed : sweep.missed)
      QVERIFY2(dependsOnTheApplication(missed.orders.front().point), ("never reached: " + missed.text()).c_str());
    QVERIFY(sweep.leastWrites >= 20);
  }

  void cleanupTestCase() {
    qInfo("%-18s %3zu points %s", "all", m_points, m_all.text().c_str());
    QVERIFY(m_all.writes >= 1000);
    QVERIFY(m_all.missed.size() * 50 <= m_all.cases);
  }
};

QTEST_APPLESS_MAIN(TestCrashLoop)
#include "tst_crash_loop.moc"
