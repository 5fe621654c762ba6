#include <QAbstractItemModelTester>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "core/engines/sqlite/database.h"
#include "core/manager/shard_manager.h"
#include "tests/support/need.h"
#include "tests/ui/console.h"
#include "tests/ui/walk.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/connections_health.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/test_steps.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

constexpr int longestStall = 1000;  // milliseconds: a blocked thread, not a slow machine
constexpr int waitForShard = 20'000;

QString seen(const QWidget& root) {
  QStringList words;
  for (const QLabel* label : root.findChildren<QLabel*>())
    if (label->isVisible()) words << label->text();
  return words.join(QLatin1Char('\n'));
}

QString cell(Console& console, int row, int column) {
  return console.find<TableView>(QStringLiteral("connections.shards"))->model()->index(row, column).data().toString();
}

void typeInto(Console& console, const QString& name, const QString& words) {
  auto* const line = console.find<QLineEdit>(name);
  line->setFocus();
  line->selectAll();
  QTest::keyClicks(line, words);
}

ShardManager managerOf(const DemoCluster& cluster) { return need(ShardManager::open({.catalog = cluster.catalog()})); }

// An empty database that may become a shard, in WAL mode or not.
QString emptyDatabase(const QTemporaryDir& folder, const QString& name, bool wal) {
  const QString file = folder.filePath(name);
  auto database = need(sqlite::Database::open(file.toStdString(), {.mode = sqlite::Database::Mode::Create}));
  need(database.execute(wal ? "PRAGMA journal_mode=WAL; CREATE TABLE note(id INTEGER PRIMARY KEY)" : "PRAGMA journal_mode=DELETE; CREATE TABLE note(id INTEGER PRIMARY KEY)"));
  return file;
}

void chooseShard(Console& console, const std::string& shard) {
  console.session().selection().setShards({ShardId(shard)});
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("Shard ") + QString::fromStdString(shard)));
}

}  // namespace

class TestConnectionsPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyShardIsListedWithItsSettingsAndLastCheck();
  void aShardWhoseFileIsGoneIsUnreachableSinceThen();
  void aShardThatHangsHoldsUpNeitherTheWindowNorTheOthers();
  void aShardIsTestedStepByStep();
  void aWrongJournalModeIsListedWithWhatToDo();
  void aShardIsAddedByKeyboardAndRemovedByItsName();
  void whatIsWrongWithANewShardStandsBesideItsField();
  void aShardThatOwnsSomethingIsNotRemovedButDrained();
  void settingsAreChangedAndTheCommandIsShown();
  void sinceWhenAShardIsGoneSurvivesARestart();
};

void TestConnectionsPage::everyShardIsListedWithItsSettingsAndLastCheck() {
  Console console;
  console.open(QStringLiteral("connections"));
  auto* const table = console.find<TableView>(QStringLiteral("connections.shards"));
  const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  const auto shards = need(managerOf(DemoCluster::shared()).shards().list());
  QCOMPARE(table->model()->rowCount(), static_cast<int>(shards.size()));
  for (int row = 0; row < table->model()->rowCount(); ++row) {
    const Shard& shard = shards[static_cast<std::size_t>(row)];
    QCOMPARE(cell(console, row, 0), QString::fromStdString(shard.id.text()));
    QCOMPARE(cell(console, row, 1), QStringLiteral("answers"));
    QCOMPARE(cell(console, row, 3), QStringLiteral("sqlite"));
    QCOMPARE(cell(console, row, 4), QString::fromStdString(shard.url));
    QVERIFY(cell(console, row, 8) != QStringLiteral("–"));
  }
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("All 4 shards answer")));
  typeInto(console, QStringLiteral("connections.filter"), QStringLiteral("SOUTH"));
  QTRY_COMPARE(table->model()->rowCount(), 1);
  QCOMPARE(cell(console, 0, 0), QStringLiteral("south"));
}

void TestConnectionsPage::aShardWhoseFileIsGoneIsUnreachableSinceThen() {
  const DemoCluster cluster(800, 3);
  Console console(cluster);
  console.open(QStringLiteral("connections"));
  QCOMPARE(cell(console, 1, 1), QStringLiteral("answers"));
  const QString file = cluster.folder() + QStringLiteral("/north.db");
  QVERIFY(QFile::rename(file, file + QStringLiteral(".away")));
  QTest::keyClick(&console.window(), Qt::Key_F5);
  QTRY_VERIFY(cell(console, 1, 1).startsWith(QStringLiteral("unreachable since ")));
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("2 of 3 shards answer; north is unreachable since")));
  chooseShard(console, "north");
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("there is no file")));
  QVERIFY(QFile::rename(file + QStringLiteral(".away"), file));
  console.click(QStringLiteral("connections.check"));
  QTRY_COMPARE(cell(console, 1, 1), QStringLiteral("answers"));
}

void TestConnectionsPage::aShardThatHangsHoldsUpNeitherTheWindowNorTheOthers() {
  const DemoCluster cluster(800, 3);
  auto locked = need(sqlite::Database::open((cluster.folder() + QStringLiteral("/east.db")).toStdString(), {}));
  need(locked.execute("PRAGMA journal_mode=DELETE; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"));
  Console console(cluster);
  const StallWatch watch;
  console.window().go({QStringLiteral("connections"), {}, {}});
  QTRY_VERIFY_WITH_TIMEOUT(cell(console, 1, 1) == QStringLiteral("answers") && cell(console, 2, 1) == QStringLiteral("answers"), 4000);
  QTRY_COMPARE(cell(console, 0, 1), QStringLiteral("no answer yet"));
  QTRY_VERIFY_WITH_TIMEOUT(cell(console, 0, 1).startsWith(QStringLiteral("unreachable since ")), waitForShard);
  need(locked.execute("ROLLBACK; PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=WAL"));
  console.click(QStringLiteral("connections.check"));
  QTRY_VERIFY_WITH_TIMEOUT(cell(console, 0, 1) == QStringLiteral("answers"), waitForShard);
  qInfo("longest stall of the window's thread while a shard hung: %lld ms", watch.longest());
  QVERIFY2(watch.longest() < longestStall, qPrintable(QString::number(watch.longest())));
}

void TestConnectionsPage::aShardIsTestedStepByStep() {
  Console console;
  console.open(QStringLiteral("connections"));
  chooseShard(console, "south");
  console.click(QStringLiteral("connections.shard.test"));
  auto* const steps = console.find<TestSteps>(QStringLiteral("connections.shard.steps"));
  QTRY_COMPARE(steps->steps().size(), std::size_t{6});
  QTRY_VERIFY(!steps->isRunning());
  for (const ShardTestStep& step : steps->steps()) QVERIFY2(step.outcome == ShardTestStep::Outcome::Passed, step.sentence.c_str());
  const QString words = seen(*steps);
  QVERIFY(words.contains(QStringLiteral("Open the database")));
  QVERIFY(words.contains(QStringLiteral("passed")));
  QVERIFY(words.contains(QStringLiteral("it is the database that was added as shard south"), Qt::CaseInsensitive));
  const QStringList complaints = complaintsAbout(console.window());
  QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
}

void TestConnectionsPage::aWrongJournalModeIsListedWithWhatToDo() {
  const DemoCluster cluster(800, 2);
  need(need(sqlite::Database::open((cluster.folder() + QStringLiteral("/north.db")).toStdString(), {})).execute("PRAGMA journal_mode=DELETE"));
  Console console(cluster);
  console.open(QStringLiteral("connections"));
  QCOMPARE(cell(console, 1, 1), QStringLiteral("1 finding"));
  chooseShard(console, "north");
  console.click(QStringLiteral("connections.shard.test"));
  auto* const steps = console.find<TestSteps>(QStringLiteral("connections.shard.steps"));
  QTRY_VERIFY(steps->steps().size() == 6 && !steps->isRunning());
  QVERIFY(steps->steps()[3].outcome == ShardTestStep::Outcome::Failed);
  QVERIFY(seen(*steps).contains(QStringLiteral("PRAGMA journal_mode=WAL")));
}

void TestConnectionsPage::aShardIsAddedByKeyboardAndRemovedByItsName() {
  const DemoCluster cluster(800, 2);
  const QTemporaryDir folder;
  const QString file = emptyDatabase(folder, QStringLiteral("new.db"), true);
  Console console(cluster);
  console.open(QStringLiteral("connections"));
  auto* const open = console.find<QPushButton>(QStringLiteral("connections.open-add"));
  open->setFocus();
  QTest::keyClick(open, Qt::Key_Space);
  auto* dialog = console.find<QDialog>(QStringLiteral("connections.add"));
  QVERIFY(dialog != nullptr && dialog->isVisible());
  const QStringList complaints = complaintsAbout(*dialog);
  QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
  typeInto(console, QStringLiteral("connections.add.name"), QStringLiteral("spare"));
  typeInto(console, QStringLiteral("connections.add.url"), QStringLiteral("sqlite://") + file);
  typeInto(console, QStringLiteral("connections.add.capacity"), QStringLiteral("2GB"));
  console.click(QStringLiteral("connections.add.test"));
  auto* const steps = console.find<TestSteps>(QStringLiteral("connections.add.steps"));
  QTRY_VERIFY(steps->steps().size() == 6 && !steps->isRunning());
  QVERIFY(steps->steps()[4].outcome == ShardTestStep::Outcome::Warned);  // the tables are not there yet
  QVERIFY(!need(managerOf(cluster).shards().list()).empty());
  const QString command = console.find<CommandStrip>(QStringLiteral("connections.add.command"))->command();
  QVERIFY2(command.contains(QStringLiteral("shard add spare sqlite://") + file) && command.contains(QStringLiteral("--capacity 2GB")), qPrintable(command));
  auto* const add = console.find<QPushButton>(QStringLiteral("connections.add.add"));
  add->setFocus();
  QTest::keyClick(add, Qt::Key_Space);
  auto* const table = console.find<TableView>(QStringLiteral("connections.shards"));
  QTRY_COMPARE(table->model()->rowCount(), 3);
  QTRY_COMPARE(cell(console, 2, 1), QStringLiteral("answers"));
  QCOMPARE(need(managerOf(cluster).catalog().shard(ShardId("spare"))).capacity, std::optional<std::int64_t>(2'000'000'000));

  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("Shard spare")));
  QTRY_VERIFY(console.find<QPushButton>(QStringLiteral("connections.shard.remove"))->isEnabled());
  console.click(QStringLiteral("connections.shard.remove"));
  auto* const remove = console.find<QPushButton>(QStringLiteral("connections.remove.remove"));
  auto* const name = console.find<QLineEdit>(QStringLiteral("connections.remove.name"));
  QVERIFY(!remove->isEnabled());
  QTest::keyClicks(name, QStringLiteral("spar"));
  QTest::keyClick(name, Qt::Key_Return);
  QVERIFY(!remove->isEnabled());
  QCOMPARE(need(managerOf(cluster).shards().list()).size(), std::size_t{3});
  QTest::keyClicks(name, QStringLiteral("e"));
  QVERIFY(remove->isEnabled());
  QTest::mouseClick(remove, Qt::LeftButton);
  QTRY_COMPARE(table->model()->rowCount(), 2);
  QCOMPARE(need(managerOf(cluster).shards().list()).size(), std::size_t{2});
}

void TestConnectionsPage::whatIsWrongWithANewShardStandsBesideItsField() {
  const DemoCluster cluster(800, 2);
  Console console(cluster);
  console.open(QStringLiteral("connections"));
  console.click(QStringLiteral("connections.open-add"));
  const auto problem = [&](const char* field) { return console.find<QLabel>(QStringLiteral("connections.add.%1.problem").arg(QLatin1String(field))); };
  typeInto(console, QStringLiteral("connections.add.name"), QStringLiteral("north"));
  QVERIFY(problem("name")->isVisible() && problem("name")->text().contains(QStringLiteral("already")));
  typeInto(console, QStringLiteral("connections.add.url"), QStringLiteral("postgresql://me:secret@host/db"));
  QVERIFY(problem("url")->isVisible() && problem("url")->text().contains(QStringLiteral("password")));
  typeInto(console, QStringLiteral("connections.add.capacity"), QStringLiteral("much"));
  QVERIFY(problem("capacity")->isVisible() && problem("capacity")->text().contains(QStringLiteral("much")));
  QVERIFY(!console.find<QPushButton>(QStringLiteral("connections.add.add"))->isEnabled());
  typeInto(console, QStringLiteral("connections.add.name"), QStringLiteral("fresh"));
  typeInto(console, QStringLiteral("connections.add.url"), QStringLiteral("sqlite:///no/such/file.db"));
  typeInto(console, QStringLiteral("connections.add.capacity"), QStringLiteral("5GB"));
  for (const char* field : {"name", "url", "capacity"}) QVERIFY2(!problem(field)->isVisible(), field);
  console.click(QStringLiteral("connections.add.add"));
  auto* const whole = console.find<QLabel>(QStringLiteral("connections.add.problem"));
  QTRY_VERIFY(whole->isVisible() && whole->text().contains(QStringLiteral("there is no file")));
  QCOMPARE(need(managerOf(cluster).shards().list()).size(), std::size_t{2});
}

void TestConnectionsPage::aShardThatOwnsSomethingIsNotRemovedButDrained() {
  Console console;
  console.open(QStringLiteral("connections"));
  chooseShard(console, "north");
  auto* const remove = console.find<QPushButton>(QStringLiteral("connections.shard.remove"));
  QVERIFY(!remove->isEnabled());
  QVERIFY(remove->toolTip().contains(QStringLiteral("drain it first")));
  const QSignalSpy asked(&console.window().navigator(), &Navigator::asked);
  console.click(QStringLiteral("connections.shard.drain"));
  QCOMPARE(asked.count(), 1);
  const Place place = asked.front().front().value<Place>();
  QCOMPARE(place.page, QStringLiteral("plans"));
  QVERIFY(place.request && place.request->goal == "drain" && place.request->shards == std::vector<std::string>{"north"});
}

void TestConnectionsPage::settingsAreChangedAndTheCommandIsShown() {
  const DemoCluster cluster(800, 2);
  Console console(cluster);
  console.open(QStringLiteral("connections"));
  chooseShard(console, "east");
  auto* const save = console.find<QPushButton>(QStringLiteral("connections.shard.save"));
  QVERIFY(!save->isEnabled());
  typeInto(console, QStringLiteral("connections.shard.weight"), QStringLiteral("none"));
  QVERIFY(console.find<QLabel>(QStringLiteral("connections.shard.weight.problem"))->isVisible());
  QVERIFY(!save->isEnabled());
  typeInto(console, QStringLiteral("connections.shard.weight"), QStringLiteral("2.5"));
  typeInto(console, QStringLiteral("connections.shard.zone"), QStringLiteral("north"));
  const QString command = console.find<CommandStrip>(QStringLiteral("connections.shard.command"))->command();
  QVERIFY2(command.endsWith(QStringLiteral("shard set east weight=2.5 zone=north")), qPrintable(command));
  QTest::mouseClick(save, Qt::LeftButton);
  QTRY_COMPARE(cell(console, 0, 5), QStringLiteral("north"));
  const Shard shard = need(managerOf(cluster).catalog().shard(ShardId("east")));
  QCOMPARE(shard.weight, 2.5);
  QCOMPARE(shard.zone, std::string("north"));
  QTRY_VERIFY(!save->isEnabled());
}

void TestConnectionsPage::sinceWhenAShardIsGoneSurvivesARestart() {
  Shard shard{.id = ShardId("a")};
  ShardHealth health;
  health.take({shard, std::nullopt, {}, 4096}, 100);
  health.take({shard, unavailable("there is no file"), {}, 0}, 200);
  health.take({shard, unavailable("there is no file"), {}, 0}, 300);
  QCOMPARE(health.since, UnixSeconds{200});
  QCOMPARE(health.answeredAt, UnixSeconds{100});
  QCOMPARE(health.bytes, std::int64_t{4096});
  ShardHealth again = ShardHealth::fromMap(health.toMap());
  QVERIFY(again == health);
  again.take({shard, unavailable("there is no file"), {}, 0}, 400);
  QCOMPARE(again.since, UnixSeconds{200});
  again.take({shard, std::nullopt, {}, 8192}, 500);
  QCOMPARE(again.since, UnixSeconds{0});
  QVERIFY(again.state == ShardHealth::State::Answers);
}

CONSOLE_TEST_MAIN(TestConnectionsPage)
#include "tst_connections_page.moc"
