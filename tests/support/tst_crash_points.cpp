#include "tests/support/crash_points.h"

#include <QtTest>

#include <csignal>

#include "tests/support/child_process.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace std::chrono_literals;

namespace {

constexpr auto limit = 30s;
const std::vector<std::string> allCommits = {"source/begin", "source/step", "source/step", "source/step", "source/end"};

std::string childPath() { return (QCoreApplication::applicationDirPath() + "/crash_child").toStdString(); }

// A database for the child, and what it leaves there.
class Scene {
 public:
  bool make() {
    sqlite::Database::Options options;
    options.mode = sqlite::Database::Mode::Create;
    auto db = sqlite::Database::open(database(), std::move(options));
    return db && db->execute("PRAGMA journal_mode=WAL; CREATE TABLE done(name TEXT)");
  }
  Result<ChildEnd> run(const CrashOrder& order) {
    return runChild(childPath(), {"write", database(), order.text(), record()}, limit, path("output"));
  }
  std::int64_t rows() const {
    auto db = sqlite::Database::open(database(), {});
    return db ? db->singleInteger("SELECT count(*) FROM done").value_or(-1) : -1;
  }
  std::string record() const { return path("record"); }

 private:
  std::string path(const char* name) const { return m_dir.filePath(name).toStdString(); }
  std::string database() const { return path("database"); }
  QTemporaryDir m_dir;
};

}  // namespace

class TestCrashPoints : public QObject {
  Q_OBJECT

 private slots:
  void aDryPassCountsEveryCommit();
  void everyCommitIsHitAtThreeInstants();
  void theNthCommitOfAnyPointCanBeMeant();
  void anOrderThatIsNeverReachedChangesNothing();
  void ordersAreReadAsTheyAreWritten();
  void whatIsNoOrderIsRefused_data();
  void whatIsNoOrderIsRefused();
  void aChildThatHangsIsEndedAtTheLimitAndNoOther();
  void aChildIsEndedWhenNobodyWantsItAnyMore();
  void aChildThatCannotBeStartedIsTold();
};

void TestCrashPoints::aDryPassCountsEveryCommit() {
  Scene scene;
  QVERIFY(scene.make());
  const auto end = scene.run({});
  QVERIFY2(end && end->exitCode == 0, end ? end->output.c_str() : "");
  const auto commits = readCommits(scene.record());
  QVERIFY(commits);
  QVERIFY(commits->done == allCommits);
  QVERIFY(commits->last.empty());
  QCOMPARE(ordersAt(commits->done).size(), 3 * allCommits.size());
}

void TestCrashPoints::everyCommitIsHitAtThreeInstants() {
  std::int64_t at = 0;
  for (const CrashOrder& order : ordersAt(allCommits)) {
    const std::int64_t number = at++ / 3 + 1;  // of the commit that is hit
    Scene scene;
    QVERIFY(scene.make());
    const auto end = scene.run(order);
    QVERIFY(end);
    const auto commits = readCommits(scene.record());
    QVERIFY(commits);
    switch (order.act) {
      case CrashOrder::Act::KillBefore:
      case CrashOrder::Act::KillAfter: {
        const bool after = order.act == CrashOrder::Act::KillAfter;
        QVERIFY2(end->wasKilled(), end->output.c_str());
        QCOMPARE(scene.rows(), after ? number : number - 1);
        QCOMPARE(commits->done.size(), std::size_t(number - 1));
        QCOMPARE(commits->last, order.point);
        break;
      }
      case CrashOrder::Act::ReplyLost:
        QCOMPARE(end->exitCode, 10);
        QVERIFY2(end->output.find("reply") != std::string::npos, end->output.c_str());
        QCOMPARE(scene.rows(), std::int64_t(allCommits.size()));
        break;
      case CrashOrder::Act::None: QFAIL("no order");
    }
  }
  QCOMPARE(at, std::int64_t{15});
}

void TestCrashPoints::theNthCommitOfAnyPointCanBeMeant() {
  Scene scene;
  QVERIFY(scene.make());
  const auto end = scene.run({CrashOrder::Act::KillBefore, {}, 4});
  QVERIFY(end && end->wasKilled());
  QCOMPARE(scene.rows(), std::int64_t{3});
}

void TestCrashPoints::anOrderThatIsNeverReachedChangesNothing() {
  Scene scene;
  QVERIFY(scene.make());
  const auto end = scene.run({CrashOrder::Act::KillBefore, "source/step", 4});
  QVERIFY(end);
  QCOMPARE(end->exitCode, 0);
  QCOMPARE(scene.rows(), std::int64_t(allCommits.size()));
}

void TestCrashPoints::ordersAreReadAsTheyAreWritten() {
  for (const CrashOrder& order : {CrashOrder{}, CrashOrder{CrashOrder::Act::KillAfter, "source/copy: chunk 2", 12},
                                  CrashOrder{CrashOrder::Act::ReplyLost, "catalog/decide", 1}}) {
    const auto read = parseCrashOrder(order.text());
    QVERIFY(read);
    QVERIFY(*read == order);
  }
}

void TestCrashPoints::whatIsNoOrderIsRefused_data() {
  QTest::addColumn<QString>("text");
  for (const char* text : {"", "kill-before", "kill-before:1", "kill-before:0:a/b", "kill-before:x:a/b", "maim:1:a/b"})
    QTest::addRow("\"%s\"", text) << text;
}

void TestCrashPoints::whatIsNoOrderIsRefused() {
  QFETCH(QString, text);
  const auto order = parseCrashOrder(text.toStdString());
  QVERIFY(!order);
  QCOMPARE(order.error().code(), ErrorCode::InvalidInput);
}

void TestCrashPoints::aChildThatHangsIsEndedAtTheLimitAndNoOther() {
  auto other = ChildProcess::start(childPath(), {"hang"});
  QVERIFY(other);
  const auto end = runChild(childPath(), {"hang"}, 50ms);
  QVERIFY(end);
  QVERIFY(end->timedOut);
  QCOMPARE(end->signal, SIGKILL);
  QVERIFY(!end->wasKilled());
  QCOMPARE(::kill(other->pid(), 0), 0);
  other->kill(SIGTERM);
  QCOMPARE(other->wait(limit).signal, SIGTERM);
}

void TestCrashPoints::aChildIsEndedWhenNobodyWantsItAnyMore() {
  pid_t pid = -1;
  {
    auto child = ChildProcess::start(childPath(), {"hang"});
    QVERIFY(child);
    pid = child->pid();
  }
  QCOMPARE(::kill(pid, 0), -1);
  QCOMPARE(errno, ESRCH);
}

void TestCrashPoints::aChildThatCannotBeStartedIsTold() {
  const auto end = runChild("/no/such/program", {}, limit);
  QVERIFY(!end);
  QCOMPARE(end.error().code(), ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestCrashPoints)
#include "tst_crash_points.moc"
