#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QtTest>

#include "core/manager/load_verbs.h"
#include "tests/ui/console.h"
#include "tests/ui/walk.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/page_list.h"
#include "ui/shell/picture.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

qsizetype coloursOf(const QImage& image) {
  QSet<QRgb> colours;
  for (int y = 0; y < image.height(); y += 3)
    for (int x = 0; x < image.width(); x += 3) colours << image.pixel(x, y);
  return colours.size();
}

}  // namespace

class TestWindow : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyPageCanBeReadAndReachedWithoutAMouse();
  void theOverviewSaysTheVerdictWithItsNumber();
  void anotherKeyspaceGivesAnotherVerdict();
  void backAndForwardFollowThePlaces();
  void theArrangementIsBackAfterARestart();
  void aCatalogThatIsNotThereIsSaidAndNothingHangs();
  void aPictureIsDrawnOfEveryPage_data();
  void aPictureIsDrawnOfEveryPage();
  void aPictureAsVectorsHoldsItsWords();
  void theWindowsThreadNeverStalls();
};

void TestWindow::everyPageCanBeReadAndReachedWithoutAMouse() {
  Console console;
  for (const PageInfo& info : allPages()) {
    console.open(info.id);
    const QStringList complaints = complaintsAbout(console.window());
    QVERIFY2(complaints.isEmpty(), qPrintable(info.id + QStringLiteral(":\n") + complaints.join(QLatin1Char('\n'))));
  }
}

void TestWindow::theOverviewSaysTheVerdictWithItsNumber() {
  Console console;
  console.open(QStringLiteral("overview"));
  QTRY_VERIFY(console.session().load().value()->from == LoadFrom::Databases);
  const LoadReport& report = console.session().load().value()->report(LoadMetric::Bytes);
  bool said = false;
  for (const QLabel* label : console.window().current()->findChildren<QLabel*>())
    said = said || (label->isVisible() && label->text().contains(QStringLiteral("carries %1\u2009× its fair share").arg(*report.highestRatio, 0, 'f', 2)));
  QVERIFY(said);
}

void TestWindow::anotherKeyspaceGivesAnotherVerdict() {
  Console console;
  console.open(QStringLiteral("overview"));
  auto* const keyspaces = console.find<QComboBox>(QStringLiteral("shell.context.keyspace"));
  QVERIFY(keyspaces->count() > 1);
  keyspaces->setFocus();
  QTest::keyClick(keyspaces, Qt::Key_Down);
  QTRY_COMPARE(console.session().selection().keyspace().text(), keyspaces->itemText(1).toStdString());
  QTRY_VERIFY(console.session().load().value() != nullptr);
  QCOMPARE(console.session().load().value()->keyspace, console.session().selection().keyspace());
}

void TestWindow::backAndForwardFollowThePlaces() {
  Console console;
  console.open(QStringLiteral("overview"));
  const QString last = allPages().back().id;
  console.open(last);
  QTest::keyClick(&console.window(), Qt::Key_Left, Qt::AltModifier);
  QCOMPARE(console.window().currentId(), QStringLiteral("overview"));
  QTest::keyClick(&console.window(), Qt::Key_Right, Qt::AltModifier);
  QCOMPARE(console.window().currentId(), last);
}

void TestWindow::theArrangementIsBackAfterARestart() {
  const QTemporaryDir folder;
  const QString settings = folder.filePath(QStringLiteral("window.ini"));
  {
    Console console(DemoCluster::shared(), {}, settings);
    console.open(QStringLiteral("overview"));
    console.find<QComboBox>(QStringLiteral("overview.load.metric"))->setCurrentIndex(2);
    console.session().selection().setKeyspace(console.session().facts().value()->keyspaces.back().keyspace.name);
    console.window().close();
  }
  Console console(DemoCluster::shared(), {}, settings);
  console.open(QStringLiteral("overview"));
  QCOMPARE(console.find<QComboBox>(QStringLiteral("overview.load.metric"))->currentIndex(), 2);
  QCOMPARE(console.session().selection().keyspace(), console.session().facts().value()->keyspaces.back().keyspace.name);
}

void TestWindow::aCatalogThatIsNotThereIsSaidAndNothingHangs() {
  Session session({.catalog = "/nowhere/at/all/catalog.db"});
  MainWindow window(session, {});
  window.QMainWindow::show();
  QTRY_VERIFY(session.facts().error().has_value());
  QVERIFY(window.current()->isSettled());
  QVERIFY(window.findChild<QPushButton*>(QStringLiteral("overview.state.retry"))->isVisible());
}

void TestWindow::aPictureIsDrawnOfEveryPage_data() {
  QTest::addColumn<QString>("page");
  for (const PageInfo& info : allPages()) QTest::newRow(qPrintable(info.id)) << info.id;
}

// Light and dark, at scale 2; both are full of things and differ, and drawing changes nothing.
void TestWindow::aPictureIsDrawnOfEveryPage() {
  QFETCH(QString, page);
  const QTemporaryDir folder;
  QImage light;
  for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
    Theme::instance().setMode(mode);
    Console console;
    PictureRequest request;
    request.place = {page, {}, {}};
    request.file = folder.filePath(QStringLiteral("first.png"));
    request.size = {1024, 640};
    request.scale = 2;
    Picture picture(console.window(), request);
    std::optional<Done> outcome;
    connect(&picture, &Picture::finished, &picture, [&outcome](const Done& done) { outcome = done; });
    QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), 20'000);
    QVERIFY(outcome->has_value());
    const QImage image(request.file);
    QCOMPARE(image.size(), QSize(2048, 1280));
    QVERIFY2(coloursOf(image) > 24, "hardly anything is on the picture");
    request.file = folder.filePath(QStringLiteral("second.png"));
    QVERIFY(Picture::draw(console.window(), request).has_value());
    request.file = folder.filePath(QStringLiteral("third.png"));
    QVERIFY(Picture::draw(console.window(), request).has_value());
    QCOMPARE(QImage(folder.filePath(QStringLiteral("second.png"))), QImage(request.file));
    QVERIFY(image != light);
    light = image;
  }
  Theme::instance().setMode(Theme::Mode::Light);
}

void TestWindow::aPictureAsVectorsHoldsItsWords() {
  const QTemporaryDir folder;
  Console console;
  console.open(QStringLiteral("overview"));
  PictureRequest request;
  request.place = {QStringLiteral("overview"), {}, {}};
  request.file = folder.filePath(QStringLiteral("overview.svg"));
  QVERIFY(Picture::draw(console.window(), request).has_value());
  QFile svg(request.file);
  QVERIFY(svg.open(QIODevice::ReadOnly));
  const QByteArray drawn = svg.readAll();
  QVERIFY(drawn.contains("Load per shard") && drawn.contains("<rect") && !drawn.contains("<image"));
  request.file = folder.filePath(QStringLiteral("overview.pdf"));
  QVERIFY(Picture::draw(console.window(), request).has_value());
  QFile pdf(request.file);
  QVERIFY(pdf.open(QIODevice::ReadOnly) && pdf.readAll().startsWith("%PDF-"));
  request.file = QStringLiteral("/nowhere/overview.svg");
  QVERIFY(!Picture::draw(console.window(), request).has_value());
}

void TestWindow::theWindowsThreadNeverStalls() {
  Console console;
  StallWatch watch;
  for (int round = 0; round < 3; ++round)
    for (const PageInfo& info : allPages()) {
      console.open(info.id);
      console.session().refreshAll();
      console.window().resize(1024 + 100 * round, 640 + 50 * round);
    }
  qInfo("longest stall of the window's thread: %lld ms", watch.longest());
  QVERIFY2(watch.longest() < 1000, "the window's thread was blocked");
}

CONSOLE_TEST_MAIN(TestWindow)
#include "tst_window.moc"
