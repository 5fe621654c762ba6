#include <QSignalSpy>
#include <QtTest>
#include <latch>
#include <semaphore>

#include "core/manager/load_verbs.h"
#include "core/manager/shard_manager.h"
#include "tests/ui/console.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/theme/format.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

// Work that hangs until it is let go, as a call into a dead file server does; it hears no request to stop.
class Hang {
 public:
  Hang() : m_gate(std::make_shared<std::latch>(1)) {}
  ~Hang() { letGo(); }
  Hang(const Hang&) = delete;
  void letGo() {
    if (!m_gate->try_wait()) m_gate->count_down();
  }
  std::function<Result<int>(ShardManager&, Job&)> work() const {
    return [gate = m_gate](ShardManager&, Job&) -> Result<int> {
      gate->wait();
      return 1;
    };
  }

 private:
  std::shared_ptr<std::latch> m_gate;
};

Session::Options optionsOf(const DemoCluster& cluster, std::optional<std::string> actor = {}) {
  return {.catalog = cluster.catalog(), .actor = std::move(actor), .program = QCoreApplication::applicationDirPath() + QStringLiteral("/../shardwright")};
}

Result<int> number(int n) { return n; }

}  // namespace

class TestBridge : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void shardsThatHangDoNotDelayTheCatalog();
  void whatHangsIsLeftBehindWhenTheWindowCloses();
  void anAnswerThatComesTooLateFindsNobody();
  void aRequestThatIsAskedAgainGetsTheNewAnswer();
  void aSourceKeepsItsValueWhenAnAnswerFails();
  void aSourceForgetsTheAnswerToAnEarlierQuestion();
  void aSourceIsStaleAfterThreeIntervals();
  void aSourceThatIsAskedWhileItAsksAsksOnceMore();
  void aCommandIsExecutedAndAnswersWhatItPrints();
  void aCommandThatFailsAnswersItsSentence();
  void aCommandThatIsNotThereIsSaid();
  void aCommandOutlivesThePageThatWantedIt();
  void aCommandIsWrittenAsAShellReadsIt();
};

void TestBridge::shardsThatHangDoNotDelayTheCatalog() {
  Session session(optionsOf(DemoCluster::shared()));
  Hang hang;
  std::vector<std::shared_ptr<Job>> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(session.start(Lane::Shards, {}, hang.work(), [](Result<int>) {}));
  QTRY_VERIFY(session.facts().value() != nullptr);
  bool catalog = false, own = false;
  const auto quick = [](ShardManager& manager, Job&) -> Result<int> {
    const auto shards = TRY(manager.catalog().shards());
    return static_cast<int>(shards.size());
  };
  session.start(Lane::Catalog, {}, quick, [&](Result<int> answer) { catalog = answer && *answer == 4; });
  session.start(Lane::Own, {}, quick, [&](Result<int> answer) { own = answer && *answer == 4; });
  QTRY_VERIFY(catalog && own);
  QVERIFY(!session.load().value());  // its lane hangs
  hang.letGo();
  QTRY_VERIFY(session.load().value() != nullptr);
}

void TestBridge::whatHangsIsLeftBehindWhenTheWindowCloses() {
  const int before = Workers::abandoned();
  Hang hang;
  {
    Session session(optionsOf(DemoCluster::shared()));
    QTRY_VERIFY(session.load().value() != nullptr);
    std::binary_semaphore begun(0);
    session.start(
        Lane::Own, {}, [&begun, work = hang.work()](ShardManager& manager, Job& job) { return begun.release(), work(manager, job); }, [](Result<int>) {});
    begun.acquire();
  }
  QCOMPARE(Workers::abandoned(), before + 1);
}

void TestBridge::anAnswerThatComesTooLateFindsNobody() {
  Session session(optionsOf(DemoCluster::shared()));
  Hang hang;
  bool came = false;
  auto request = std::make_unique<Request>(session);
  request->start(Lane::Own, QStringLiteral("Late"), hang.work(), [&](Result<int>) { came = true; });
  request.reset();
  hang.letGo();
  QTRY_COMPARE(session.activity().running(), 0);
  QVERIFY(!came);
}

void TestBridge::aRequestThatIsAskedAgainGetsTheNewAnswer() {
  Session session(optionsOf(DemoCluster::shared()));
  Hang hang;
  Request request(session);
  std::vector<int> answers;
  const auto note = [&](Result<int> answer) { answers.push_back(answer ? *answer : -1); };
  request.start(Lane::Own, QStringLiteral("First"), hang.work(), note);
  request.start(Lane::Own, QStringLiteral("Second"), [](ShardManager&, Job&) { return number(2); }, note);
  QTRY_COMPARE(answers, std::vector<int>{2});
  hang.letGo();
  QTRY_COMPARE(session.activity().running(), 0);
  QCOMPARE(answers, std::vector<int>{2});
}

void TestBridge::aSourceKeepsItsValueWhenAnAnswerFails() {
  Session session(optionsOf(DemoCluster::shared()));
  Source<int> source(session, Lane::Catalog, {}, [](ShardManager&, Job&, const std::shared_ptr<const int>& before) -> Result<int> {
    if (before) return unavailable("the second answer fails.");
    return 1;
  });
  source.refresh();
  QTRY_VERIFY(source.value() != nullptr);
  QVERIFY(!source.error());
  source.refresh();
  QTRY_VERIFY(source.error().has_value());
  QCOMPARE(*source.value(), 1);
  QVERIFY(source.isStale(source.at()));
}

void TestBridge::aSourceForgetsTheAnswerToAnEarlierQuestion() {
  Session session(optionsOf(DemoCluster::shared()));
  Hang hang;
  Source<int> source(session, Lane::Own, {}, [work = hang.work()](ShardManager& manager, Job& job, auto&) { return work(manager, job); });
  source.refresh();
  source.readInstead([](ShardManager&, Job&, auto&) { return number(2); });
  QTRY_VERIFY(source.value() != nullptr);
  QCOMPARE(*source.value(), 2);
  QSignalSpy changes(&source, &SourceBase::changed);
  hang.letGo();
  session.facts().refresh();
  QTRY_VERIFY(!session.facts().isAsking());
  QCOMPARE(*source.value(), 2);
  QCOMPARE(changes.count(), 0);
}

void TestBridge::aSourceIsStaleAfterThreeIntervals() {
  Session session(optionsOf(DemoCluster::shared()));
  Source<int> source(session, Lane::Catalog, {}, [](ShardManager&, Job&, auto&) { return number(1); });
  QVERIFY(!source.isStale(0));  // nothing is known that could be old
  source.refresh();
  QTRY_VERIFY(source.value() != nullptr);
  QVERIFY(!source.isStale(source.at() + 1'000'000));  // read only when asked
  source.setInterval(60'000);
  QVERIFY(!source.isStale(source.at() + 180));
  QVERIFY(source.isStale(source.at() + 181));
}

void TestBridge::aSourceThatIsAskedWhileItAsksAsksOnceMore() {
  Session session(optionsOf(DemoCluster::shared()));
  std::counting_semaphore<8> allowed(0);
  std::atomic<int> asked = 0;
  Source<int> source(session, Lane::Own, {}, [&](ShardManager&, Job&, auto&) {
    allowed.acquire();
    return number(++asked);
  });
  for (int i = 0; i < 5; ++i) source.refresh();
  allowed.release(8);
  QTRY_VERIFY(source.value() && !source.isAsking());
  QCOMPARE(*source.value(), 2);
}

void TestBridge::aCommandIsExecutedAndAnswersWhatItPrints() {
  Session session(optionsOf(DemoCluster::shared()));
  QString printed;
  session.launch(QStringLiteral("Show the map"), session.command({QStringLiteral("map"), QStringLiteral("show"), QStringLiteral("accounts")}), this,
                 [&](Result<QString> answer) { printed = answer ? *answer : QStringLiteral("failed: ") + text(answer.error().message()); });
  QCOMPARE(session.activity().running(), 1);
  QTRY_VERIFY(!printed.isEmpty());
  QVERIFY2(printed.contains(QStringLiteral("north")), qPrintable(printed));
  QCOMPARE(session.activity().running(), 0);
  QCOMPARE(session.activity().entries().front().state, ActivityEntry::State::Finished);
}

void TestBridge::aCommandThatFailsAnswersItsSentence() {
  Session session(optionsOf(DemoCluster::shared()));
  std::optional<Error> error;
  session.launch(QStringLiteral("Run"), session.command({QStringLiteral("run"), QStringLiteral("no-such-plan")}), this, [&](Result<QString> answer) {
    if (!answer) error = answer.error();
  });
  QTRY_VERIFY(error.has_value());
  QVERIFY2(error->message().find("no-such-plan") != std::string::npos, error->message().c_str());
  QVERIFY(session.activity().latestFailure() != nullptr);
}

void TestBridge::aCommandThatIsNotThereIsSaid() {
  auto options = optionsOf(DemoCluster::shared());
  options.program = QStringLiteral("/nowhere/shardwright");
  Session session(options);
  std::optional<Error> error;
  session.launch(QStringLiteral("Run"), session.command({QStringLiteral("run")}), this, [&](Result<QString> answer) {
    if (!answer) error = answer.error();
  });
  QTRY_VERIFY(error.has_value());
  QVERIFY(error->message().find("/nowhere/shardwright") != std::string::npos);
}

void TestBridge::aCommandOutlivesThePageThatWantedIt() {
  Session session(optionsOf(DemoCluster::shared()));
  bool told = false;
  {
    QObject page;
    session.launch(QStringLiteral("Show the map"), session.command({QStringLiteral("map"), QStringLiteral("show"), QStringLiteral("accounts")}),
                   &page, [&](Result<QString>) { told = true; });
  }
  QTRY_COMPARE(session.activity().running(), 0);
  QCOMPARE(session.activity().entries().front().state, ActivityEntry::State::Finished);
  QVERIFY(!told);
}

void TestBridge::aCommandIsWrittenAsAShellReadsIt() {
  const Command command{QStringLiteral("/data/my cluster/catalog.db"), {QStringLiteral("query"), QStringLiteral("it's; $HOME")}};
  QCOMPARE(command.text(), QStringLiteral("shardwright --catalog '/data/my cluster/catalog.db' query 'it'\\''s; $HOME'"));
}

CONSOLE_TEST_MAIN(TestBridge)
#include "tst_bridge.moc"
