#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QtTest>

#include "core/base/json.h"
#include "core/engines/sqlite/database.h"
#include "core/manager/shard_manager.h"
#include "tests/support/need.h"
#include "tests/ui/console.h"
#include "ui/models/cell.h"
#include "ui/pages/audit_trail.h"
#include "ui/widgets/event_timeline.h"
#include "ui/widgets/table_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

QString seen(const QWidget& page) {  // every word that is to be seen
  QStringList words;
  for (const QLabel* label : page.findChildren<QLabel*>())
    if (label->isVisible()) words << label->text();
  return words.join(QLatin1Char('\n'));
}

void tamper(const std::string& catalog, const std::string& sql) {
  auto file = need(sqlite::Database::open(catalog, {}));
  need(file.execute(sql));
}

ShardManager managerOf(const DemoCluster& cluster, const std::string& actor) { return need(ShardManager::open({.catalog = cluster.catalog(), .actor = actor})); }

}  // namespace

class TestAuditPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void anUnbrokenChainIsSaidWithItsLengthAndHead();
  void theRowsAreTheEventsTheNewestFirst();
  void aChangedEventIsShownAsABrokenChain();
  void anEventCutOffAtTheEndIsShownAsABrokenChain();
  void whatHappensMeanwhileComesIn();
  void filtersLeaveWhatTheySay();
  void aStretchOfTimeIsChosenByKeysAndTakenBack();
  void anEventOfAPlanOpensThePlansPlace();
  void theShownEventsAreExported();
  void foreignTextIsShownAsItIs();
  void binsHoldEveryEventOnce_data();
  void binsHoldEveryEventOnce();
};

void TestAuditPage::anUnbrokenChainIsSaidWithItsLengthAndHead() {
  Console console;
  console.open(QStringLiteral("audit"));
  ShardManager manager = managerOf(DemoCluster::shared(), "tester");
  const AuditHead head = need(manager.upkeep().auditHead());
  const QString words = seen(*console.window().current());
  QVERIFY2(words.contains(QStringLiteral("Unbroken since")), qPrintable(words));
  QVERIFY2(words.contains(QStringLiteral("%1 event").arg(head.sequence)), qPrintable(words));
  QVERIFY2(words.contains(QString::fromStdString(head.hash).left(12)), qPrintable(words));
}

void TestAuditPage::theRowsAreTheEventsTheNewestFirst() {
  Console console;
  console.open(QStringLiteral("audit"));
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  ShardManager manager = managerOf(DemoCluster::shared(), "tester");
  const auto events = need(manager.upkeep().audit());
  QCOMPARE(table->model()->rowCount(), static_cast<int>(events.size()));
  for (int row = 0; row < table->model()->rowCount(); ++row) {
    const AuditEvent& event = events[events.size() - 1 - static_cast<std::size_t>(row)];
    QCOMPARE(table->model()->index(row, 3).data().toString(), QString::fromStdString(event.subject));
    QCOMPARE(table->model()->index(row, 2).data().toString(), eventWords(event.event));
  }
}

void TestAuditPage::aChangedEventIsShownAsABrokenChain() {
  const DemoCluster cluster(800, 2);
  tamper(cluster.catalog(), "UPDATE audit SET actor = 'somebody else' WHERE sequence = 3");
  Console console(cluster);
  console.open(QStringLiteral("audit"));
  const QString words = seen(*console.window().current());
  QVERIFY2(words.contains(QStringLiteral("The audit is broken: event 3")), qPrintable(words));
  QVERIFY(!words.contains(QStringLiteral("Unbroken")));
}

void TestAuditPage::anEventCutOffAtTheEndIsShownAsABrokenChain() {
  const DemoCluster cluster(800, 2);
  Console console(cluster);
  console.open(QStringLiteral("audit"));
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("Unbroken since")));
  tamper(cluster.catalog(), "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)");
  console.click(QStringLiteral("audit.chain.check"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("events at its end were removed")));
}

void TestAuditPage::whatHappensMeanwhileComesIn() {
  const DemoCluster cluster(800, 2);
  Console console(cluster);
  console.open(QStringLiteral("audit"));
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  const int before = table->model()->rowCount();
  table->choose(table->model()->index(1, 0).data(rowIdRole).toString());
  const QString chosen = table->chosenId();
  ShardManager manager = managerOf(cluster, "mallory");
  need(manager.shards().set(ShardId("north"), {{"weight", "2"}}));
  QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), before + 1, 10'000);
  QCOMPARE(table->model()->index(0, 2).data().toString(), QStringLiteral("Shard changed"));
  QVERIFY(table->model()->index(0, 1).data().toString().startsWith(QStringLiteral("mallory (")));  // beside the system's user
  QCOMPARE(table->chosenId(), chosen);
}

void TestAuditPage::filtersLeaveWhatTheySay() {
  const DemoCluster cluster(800, 2);
  ShardManager manager = managerOf(cluster, "mallory");
  need(manager.shards().set(ShardId("east"), {{"zone", "attic"}}));
  Console console(cluster);
  console.open(QStringLiteral("audit"));
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  const int all = table->model()->rowCount();
  auto* const words = console.find<QLineEdit>(QStringLiteral("audit.filter.words"));
  words->setFocus();
  QTest::keyClicks(words, QStringLiteral("ATTIC"));
  QTRY_COMPARE(table->model()->rowCount(), 1);
  QVERIFY(table->model()->index(0, 4).data().toString().contains(QStringLiteral("attic")));
  words->clear();
  QTRY_COMPARE(table->model()->rowCount(), all);
  auto* const people = console.find<QComboBox>(QStringLiteral("audit.filter.person"));
  people->setCurrentText(QStringLiteral("mallory"));
  QTRY_COMPARE(table->model()->rowCount(), 1);
  QCOMPARE(table->model()->index(0, 3).data().toString(), QStringLiteral("east"));
}

void TestAuditPage::aStretchOfTimeIsChosenByKeysAndTakenBack() {
  Console console;
  console.open(QStringLiteral("audit"));
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  const int all = table->model()->rowCount();
  auto* const bars = console.find<EventTimeline>(QStringLiteral("audit.timeline.bars"));
  const QSignalSpy chosen(bars, &EventTimeline::chosen);
  bars->setFocus();
  QTest::keyClick(bars, Qt::Key_Left);   // the newest bar
  QTest::keyClick(bars, Qt::Key_Return);
  QCOMPARE(chosen.count(), 1);
  const auto span = chosen.front().front().value<std::optional<TimeSpan>>();
  QVERIFY(span);
  ShardManager manager = managerOf(DemoCluster::shared(), "tester");
  const auto events = need(manager.upkeep().audit());
  const auto inside = std::ranges::count_if(events, [&](const AuditEvent& event) { return span->contains(event.at); });
  QVERIFY(inside > 0);
  QCOMPARE(table->model()->rowCount(), static_cast<int>(inside));
  console.click(QStringLiteral("audit.timeline.all"));
  QCOMPARE(table->model()->rowCount(), all);
}

void TestAuditPage::anEventOfAPlanOpensThePlansPlace() {
  const DemoCluster cluster(2000, 3);
  ShardManager manager = managerOf(cluster, "tester");
  const auto made = need(manager.plans().create(KeyspaceName("accounts"), {.goal = "drain", .shards = {"north"}}, {}));
  QVERIFY(made.plan);
  Console console(cluster);
  console.open(QStringLiteral("audit"));
  const QSignalSpy asked(&console.window().navigator(), &Navigator::asked);
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  table->setCurrentIndex(table->model()->index(0, 0));
  table->setFocus();
  QTest::keyClick(table, Qt::Key_Return);
  QCOMPARE(asked.count(), 1);
  const Place place = asked.front().front().value<Place>();
  QCOMPARE(place.page, QStringLiteral("plan"));
  QCOMPARE(place.item, QString::fromStdString(made.plan->id.text()));
}

void TestAuditPage::theShownEventsAreExported() {
  const QTemporaryDir folder;
  Console console;
  console.open(QStringLiteral("audit"));
  console.find<QLineEdit>(QStringLiteral("audit.filter.words"))->setText(QStringLiteral("keyspace created"));
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  QTRY_COMPARE(table->model()->rowCount(), 3);
  console.find<QAction>(QStringLiteral("audit.export.json"))->trigger();
  auto* const dialog = console.find<QFileDialog>(QStringLiteral("audit.export.file"));
  QVERIFY(dialog != nullptr);
  const QString file = folder.filePath(QStringLiteral("events.json"));
  Q_EMIT dialog->fileSelected(file);
  dialog->close();
  QTRY_VERIFY(QFile::exists(file));
  QFile written(file);
  QVERIFY(written.open(QIODevice::ReadOnly));
  const auto json = need(parseJson(written.readAll().toStdString()));
  QCOMPARE(json.at("events").size(), std::size_t{3});
  QCOMPARE(json.at("events").at(0).at("event").get<std::string>(), std::string("keyspace.created"));
}

void TestAuditPage::foreignTextIsShownAsItIs() {
  const DemoCluster cluster(800, 2);
  ShardManager manager = managerOf(cluster, "<b>bold</b>");
  need(manager.shards().set(ShardId("north"), {{"weight", "3"}}));
  Console console(cluster);
  console.open(QStringLiteral("audit"));
  auto* const table = console.find<TableView>(QStringLiteral("audit.events"));
  table->setCurrentIndex(table->model()->index(0, 0));
  bool found = false;
  for (const QLabel* label : console.window().current()->findChildren<QLabel*>()) {
    QVERIFY(label->textFormat() == Qt::PlainText || !label->text().contains(QLatin1Char('<')));
    found = found || label->text().startsWith(QStringLiteral("<b>bold</b>"));
  }
  QVERIFY(found);
}

void TestAuditPage::binsHoldEveryEventOnce_data() {
  QTest::addColumn<QList<int>>("times");
  QTest::addColumn<int>("most");
  QTest::newRow("nothing") << QList<int>{} << 40;
  QTest::newRow("one event") << QList<int>{1'790'000'017} << 40;
  QTest::newRow("the same second") << QList<int>{5, 5, 5} << 2;
  QTest::newRow("a minute") << QList<int>{100, 103, 159} << 40;
  QTest::newRow("years") << QList<int>{0, 1'000'000, 1'790'000'000} << 100;
}

void TestAuditPage::binsHoldEveryEventOnce() {
  QFETCH(QList<int>, times);
  QFETCH(int, most);
  const std::vector<UnixSeconds> at(times.begin(), times.end());
  std::vector<bool> kept;
  for (std::size_t i = 0; i < at.size(); ++i) kept.push_back(i % 2 == 0);
  const EventBins bins = EventBins::of(at, kept, most);
  int all = 0, keptOnes = 0;
  for (const EventBins::Bin& bin : bins.bins) {
    all += bin.all;
    keptOnes += bin.kept;
  }
  QCOMPARE(all, static_cast<int>(at.size()));
  QCOMPARE(keptOnes, static_cast<int>(std::ranges::count(kept, true)));
  QVERIFY(static_cast<int>(bins.bins.size()) <= most);
  for (const UnixSeconds when : at) QVERIFY(bins.span(0, static_cast<int>(bins.bins.size()) - 1).contains(when));
}

CONSOLE_TEST_MAIN(TestAuditPage)
#include "tst_audit_page.moc"
