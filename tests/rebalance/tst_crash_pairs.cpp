// The long form of the crash proof: between the intent of a cut-over and its end, every commit is hit, and then every commit
// of the process that goes on is hit too.
#include <QtTest>

#include <algorithm>

#include "tests/rebalance/crash_case.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

// From the intent (or the fence, of a roll back) to the end of the move.
std::vector<CrashOrder> ordersOfCutOver(const std::vector<std::string>& commits, Verb verb) {
  const bool run = verb == Verb::Run;
  const std::string first = run ? "catalog/catalog.move.cutover" : "catalog/catalog.move.rollback";
  const std::string last = run ? "catalog/catalog.move.watching" : "catalog/catalog.move.rolledback";
  std::map<std::string, std::int64_t> before;
  const auto begin = std::ranges::find(commits, first);
  for (auto at = commits.begin(); at != begin; ++at) ++before[*at];
  const auto end = std::find(begin, commits.end(), last);
  std::vector<CrashOrder> orders;
  for (CrashOrder order : ordersAt(std::vector<std::string>(begin, end == commits.end() ? end : end + 1))) {
    order.nth += before[order.point];
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace

class TestCrashPairs : public QObject {
  Q_OBJECT
 private:
  CaseRunner m_runner{CRASH_RUNNER};
  Sweep m_all;

 private slots:
  void theProcessThatGoesOnMayEndAtAnyCommitToo_data() {
    QTest::addColumn<QString>("moved");
    QTest::addColumn<int>("verb");
    for (const char* moved : {"range", "hash", "directory", "pin"})
      for (const Verb verb : {Verb::Run, Verb::RollBack})
        QTest::addRow("%s %s", moved, std::string(verbName(verb)).c_str()) << moved << int(verb);
  }
  void theProcessThatGoesOnMayEndAtAnyCommitToo() {
    QFETCH(QString, moved);
    QFETCH(int, verb);
    const CrashCase dry{need(parseMoved(moved.toStdString())), static_cast<Verb>(verb), {}};
    m_runner.prepare(dry.moved, dry.verb);
    std::vector<CrashCase> cases;
    for (const CrashOrder& first : ordersOfCutOver(need(m_runner.commitsBehind(dry)), dry.verb))
      for (const CrashOrder& second : ordersAt(need(m_runner.commitsBehind({dry.moved, dry.verb, {first}}))))
        if (second.act != CrashOrder::Act::ReplyLost) cases.push_back({dry.moved, dry.verb, {first, second}});
    QVERIFY(cases.size() >= 100);
    const Sweep sweep = test::sweep(m_runner, cases);
    m_all += sweep;
    qInfo("%-18s %s", dry.text().c_str(), sweep.text().c_str());
    for (const std::string& fault : sweep.faults) qWarning("%s", fault.c_str());
    QVERIFY(sweep.faults.empty());
  }

  void cleanupTestCase() {
    qInfo("%-18s %s", "all", m_all.text().c_str());
    QVERIFY(m_all.missed.size() * 20 <= m_all.cases);
  }
};

QTEST_APPLESS_MAIN(TestCrashPairs)
#include "tst_crash_pairs.moc"
