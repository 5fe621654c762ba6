#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include "core/manager/load_verbs.h"
#include "tests/ui/console.h"
#include "tests/ui/hanging_file.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/page_list.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

constexpr qint64 longestAllowed = 1000;  // milliseconds: a blocked thread, not a slow machine

}  // namespace

// One shard of the cluster hangs in the system call that opens its file, for good.
class TestHangingShard : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyPageAnswersWhileAShardHangs();
  void theOverviewShowsWhatItKnowsWhileAShardHangs();
  void theWindowClosesWhileAShardHangs();
  // Threads that were left behind may still have files open.
  void cleanupTestCase() { QTRY_VERIFY(QDir(m_cluster.folder()).removeRecursively()); }

 private:
  DemoCluster m_cluster;
  std::string north() const { return m_cluster.folder().toStdString() + "/north.db"; }
};

void TestHangingShard::everyPageAnswersWhileAShardHangs() {
  auto file = std::make_unique<HangingFile>(north());
  Console console(m_cluster);
  QTRY_VERIFY(HangingFile::waiting() > 0);
  StallWatch watch;
  int pages = 0;
  for (const PageInfo& info : allPages()) {
    console.window().go({info.id, {}, {}});
    QCOMPARE(console.window().currentId(), info.id);
    console.window().resize(1100 + 20 * pages++, 700);
    console.session().refreshAll();
    // The window has been drawn, and the catalog has answered, after this page was opened.
    QSignalSpy answers(&console.session().facts(), &SourceBase::changed);
    QTRY_VERIFY(answers.count() > 0 && !console.session().facts().isAsking());
    QVERIFY(!console.window().current()->grab().isNull());
    QTest::keyClick(&console.window(), Qt::Key_Tab);
  }
  QVERIFY(HangingFile::waiting() > 0);
  qInfo("longest stall of the window's thread with a shard that hangs: %lld ms over %d pages", watch.longest(), pages);
  QVERIFY2(watch.longest() < longestAllowed, "the window's thread was blocked");
  file.reset();
  QTRY_COMPARE(HangingFile::waiting(), 0);
}

void TestHangingShard::theOverviewShowsWhatItKnowsWhileAShardHangs() {
  auto file = std::make_unique<HangingFile>(north());
  Console console(m_cluster);
  console.open(QStringLiteral("overview"));
  QVERIFY(console.session().load().value()->from == LoadFrom::Samples);
  QTRY_VERIFY(HangingFile::waiting() > 0);
  console.click(QStringLiteral("shell.context.refresh"));
  QTRY_VERIFY(!console.session().facts().isAsking());
  QVERIFY(console.window().current()->isSettled());
  QVERIFY(console.session().load().isAsking());
  file.reset();
  QTRY_VERIFY(console.session().load().value()->from == LoadFrom::Databases);
}

void TestHangingShard::theWindowClosesWhileAShardHangs() {
  auto file = std::make_unique<HangingFile>(north());
  QElapsedTimer time;
  {
    Console console(m_cluster);
    QTRY_VERIFY(HangingFile::waiting() > 0);
    time.start();
  }
  QVERIFY2(time.elapsed() < 10'000, "the window waited for a shard that hangs");
  QVERIFY(Workers::abandoned() > 0);
  file.reset();
  QTRY_COMPARE(HangingFile::waiting(), 0);
}

CONSOLE_TEST_MAIN(TestHangingShard)
#include "tst_hanging_shard.moc"
