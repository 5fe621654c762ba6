#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "core/engines/sqlite/database.h"
#include "core/manager/shard_manager.h"
#include "tests/support/need.h"
#include "tests/ui/console.h"
#include "ui/pages/page_list.h"
#include "ui/pages/query_draft.h"
#include "ui/pages/query_rows.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/routing_picture.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

constexpr int longestStall = 1000;  // milliseconds: a blocked thread, not a slow machine

QString seen(const QWidget& page) {
  QStringList words;
  for (const QLabel* label : page.findChildren<QLabel*>())
    if (label->isVisible()) words << label->text();
  return words.join(QLatin1Char('\n'));
}

// Nobody else gets into the file while this lives: who opens it waits.
class LockedShard {
 public:
  explicit LockedShard(const DemoCluster& cluster, const std::string& shard)
      : m_file(need(sqlite::Database::open(fileOf(cluster, shard), {}))) {
    need(m_file.execute("PRAGMA journal_mode=DELETE; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"));
  }

 private:
  static std::string fileOf(const DemoCluster& cluster, const std::string& shard) {
    auto manager = need(ShardManager::open({.catalog = cluster.catalog()}));
    return need(manager.catalog().shard(ShardId(shard))).url.substr(std::string("sqlite://").size());
  }
  sqlite::Database m_file;
};

void choose(Console& console, const QString& kind, const QString& field, const QString& typed) {
  console.click(QStringLiteral("query.form.kind.") + kind);
  auto* const line = console.find<QLineEdit>(QStringLiteral("query.form.") + field);
  line->setFocus();
  line->selectAll();
  QTest::keyClicks(line, typed);
}

void useKeyspace(Console& console, const std::string& name) {
  console.session().selection().setKeyspace(KeyspaceName(name));
  QTRY_VERIFY(console.hasSettled());
}

TableView* answerOf(Console& console) { return console.find<TableView>(QStringLiteral("query.answer.rows")); }
TableView* shardsOf(Console& console) { return console.find<TableView>(QStringLiteral("query.routing.shards")); }

}  // namespace

class TestQueryPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aKeyTypedSaysItsShardAndTheReasonWithoutAskingAnybody();
  void aPinnedKeySaysThePin();
  void aQueryIsTypedAndRunByKeyboardAlone();
  void aRangeGoesToTheShardsThatOwnPartOfIt();
  void aGroupedSumIsMergedOverAllShards();
  void whatIsWrongStandsBesideItsField();
  void anUnknownColumnIsSaidByTheShards();
  void aShardThatHangsHoldsNothingUp();
  void stopWorksWhileAShardHangs();
  void aPartialAnswerIsMarkedAndOnlyGivenWhenAskedFor();
  void questionsAreRememberedAndNeverRunAgainByThemselves();
  void aProductionClusterIsAskedAsAWholeOnlyAfterASecondYes();
  void theCommandIsTheSameQuestion_data();
  void theCommandIsTheSameQuestion();
  void cellsOfTheBandDoNotOverlap_data();
  void cellsOfTheBandDoNotOverlap();
};

void TestQueryPage::aKeyTypedSaysItsShardAndTheReasonWithoutAskingAnybody() {
  Console console;
  console.open(QStringLiteral("query"));
  useKeyspace(console, "blocks");
  choose(console, QStringLiteral("key"), QStringLiteral("key"), QStringLiteral("17"));
  auto manager = need(ShardManager::open({.catalog = DemoCluster::shared().catalog()}));
  const Placement placement = need(manager.determineShard(KeyspaceName("blocks"), "17"));
  const QString shard = QString::fromStdString(placement.shard->text());
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("One of 4 shards is needed: ") + shard));
  QCOMPARE(shardsOf(console)->model()->rowCount(), 1);
  QCOMPARE(shardsOf(console)->model()->index(0, 0).data().toString(), shard);
  QVERIFY(shardsOf(console)->model()->index(0, 1).data().toString().contains(QStringLiteral("it owns the range")));
  QCOMPARE(shardsOf(console)->model()->index(0, 4).data().toString(), QStringLiteral("not asked"));
}

void TestQueryPage::aPinnedKeySaysThePin() {
  const DemoCluster cluster(800, 3);
  auto manager = need(ShardManager::open({.catalog = cluster.catalog()}));
  const auto before = need(manager.catalog().currentMap(KeyspaceName("blocks")));
  MapBuilder next(*before);
  need(next.pin(Key::ofInt(42), ShardId("south")));
  need(manager.catalog().publishMap(need(next.build()), "test"));
  Console console(cluster);
  console.open(QStringLiteral("query"));
  useKeyspace(console, "blocks");
  choose(console, QStringLiteral("key"), QStringLiteral("key"), QStringLiteral("42"));
  QTRY_VERIFY(shardsOf(console)->model()->rowCount() == 1 && shardsOf(console)->model()->index(0, 1).data().toString().contains(QStringLiteral("pinned")));
  QCOMPARE(shardsOf(console)->model()->index(0, 0).data().toString(), QStringLiteral("south"));
}

void TestQueryPage::aQueryIsTypedAndRunByKeyboardAlone() {
  Console console;
  console.open(QStringLiteral("query"));
  useKeyspace(console, "blocks");
  auto* const kind = console.find<QPushButton>(QStringLiteral("query.form.kind.key"));
  kind->setFocus();
  QTest::keyClick(kind, Qt::Key_Space);
  auto* const key = console.find<QLineEdit>(QStringLiteral("query.form.key"));
  for (int presses = 0; presses < 20 && !key->hasFocus(); ++presses) QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
  QVERIFY(key->hasFocus());
  QTest::keyClicks(key, QStringLiteral("17"));
  QTest::keyClick(key, Qt::Key_Return, Qt::ControlModifier);
  QTRY_VERIFY(answerOf(console)->model() != nullptr && answerOf(console)->isVisible());
  auto* const model = answerOf(console)->model();
  const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
  QCOMPARE(model->rowCount(), 1);
  QCOMPARE(model->headerData(model->columnCount() - 1, Qt::Horizontal).toString(), QStringLiteral("Shard"));
  QCOMPARE(model->index(0, model->columnCount() - 1).data().toString(), shardsOf(console)->model()->index(0, 0).data().toString());
  QCOMPARE(shardsOf(console)->model()->index(0, 4).data().toString(), QStringLiteral("answered"));
  QCOMPARE(shardsOf(console)->model()->index(0, 2).data().toString(), QStringLiteral("1"));
  answerOf(console)->setCurrentIndex(model->index(0, 0));
  answerOf(console)->setFocus();
  QTest::keyClick(answerOf(console), Qt::Key_C, Qt::ControlModifier);
  QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("17\t")));
}

void TestQueryPage::aRangeGoesToTheShardsThatOwnPartOfIt() {
  Console console;
  console.open(QStringLiteral("query"));
  useKeyspace(console, "blocks");
  choose(console, QStringLiteral("range"), QStringLiteral("from"), QStringLiteral("10"));
  choose(console, QStringLiteral("range"), QStringLiteral("until"), QStringLiteral("20"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("needed")) && shardsOf(console)->model()->rowCount() > 0);
  console.click(QStringLiteral("query.run.start"));
  QTRY_VERIFY(answerOf(console)->model() != nullptr && answerOf(console)->model()->rowCount() == 10);
}

void TestQueryPage::aGroupedSumIsMergedOverAllShards() {
  Console console;
  console.open(QStringLiteral("query"));
  useKeyspace(console, "accounts");
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("COUNT(*)"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("All 4 shards are needed")));
  const QAbstractItemModelTester tester(shardsOf(console)->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  console.click(QStringLiteral("query.run.start"));
  QTRY_VERIFY(answerOf(console)->model() != nullptr && answerOf(console)->model()->rowCount() == 1);
  auto manager = need(ShardManager::open({.catalog = DemoCluster::shared().catalog()}));
  const Query query{std::nullopt, AggregateQuery{{}, {Aggregate{}}, {}, {}, {}}};
  const auto answer = need(manager.executeQuery(KeyspaceName("accounts"), query, {}, {}));
  QCOMPARE(answerOf(console)->model()->index(0, 0).data().toString(), QString::number(std::get<std::int64_t>(answer.rows[0].values[0])));
  QCOMPARE(answerOf(console)->model()->index(0, 1).data().toString(), QStringLiteral("merged"));
}

void TestQueryPage::whatIsWrongStandsBesideItsField() {
  Console console;
  console.open(QStringLiteral("query"));
  useKeyspace(console, "blocks");
  choose(console, QStringLiteral("key"), QStringLiteral("key"), QStringLiteral("seventeen"));
  auto* const problem = console.find<QLabel>(QStringLiteral("query.form.key.problem"));
  QTRY_VERIFY(problem->isVisible() && problem->text().contains(QStringLiteral("seventeen")));
  const auto* const run = console.find<QPushButton>(QStringLiteral("query.run.start"));
  QVERIFY(!run->isEnabled());
  QCOMPARE(run->toolTip(), problem->text());
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("MEDIAN(x)"));
  auto* const aggregates = console.find<QLabel>(QStringLiteral("query.form.aggregates.problem"));
  QTRY_VERIFY(aggregates->isVisible() && aggregates->text().contains(QStringLiteral("MEDIAN(x)")));
}

void TestQueryPage::anUnknownColumnIsSaidByTheShards() {
  Console console;
  console.open(QStringLiteral("query"));
  useKeyspace(console, "blocks");
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("SUM(no_such_column)"));
  QTRY_VERIFY(console.find<QPushButton>(QStringLiteral("query.run.start"))->isEnabled());
  QTRY_VERIFY(console.hasSettled());
  console.click(QStringLiteral("query.run.start"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("no_such_column")));
  QVERIFY(answerOf(console)->isHidden() || !answerOf(console)->isVisible());
}

void TestQueryPage::aShardThatHangsHoldsNothingUp() {
  const DemoCluster cluster(1200, 3);
  Console console(cluster);
  console.open(QStringLiteral("query"));
  useKeyspace(console, "accounts");
  const LockedShard locked(cluster, "east");
  const StallWatch watch;
  console.click(QStringLiteral("query.form.partial"));
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("COUNT(*)"));
  auto* const deadline = console.find<QLineEdit>(QStringLiteral("query.form.deadline"));
  deadline->selectAll();
  QTest::keyClicks(deadline, QStringLiteral("3"));
  QTRY_VERIFY(console.hasSettled());
  QElapsedTimer since;
  since.start();
  console.click(QStringLiteral("query.run.start"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("2 of 3 shards have answered")));
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("Waiting for east")));
  for (const PageInfo& info : allPages()) {
    if (info.id == QStringLiteral("query")) continue;
    console.window().go({info.id, {}, {}});
    QTRY_VERIFY_WITH_TIMEOUT(console.window().current()->isSettled() || since.elapsed() > 60'000, 60'000);
  }
  console.open(QStringLiteral("query"));
  QTRY_VERIFY(answerOf(console)->model() != nullptr && answerOf(console)->model()->rowCount() == 1);
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("did not answer within")));
  qInfo("longest stall of the window's thread while a shard hung: %lld ms", watch.longest());
  QVERIFY2(watch.longest() < longestStall, qPrintable(QString::number(watch.longest())));
}

void TestQueryPage::stopWorksWhileAShardHangs() {
  const DemoCluster cluster(800, 3);
  Console console(cluster);
  console.open(QStringLiteral("query"));
  useKeyspace(console, "accounts");
  const LockedShard locked(cluster, "east");
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("COUNT(*)"));
  QTRY_VERIFY(console.hasSettled());
  console.click(QStringLiteral("query.run.start"));
  auto* const stop = console.find<QPushButton>(QStringLiteral("query.run.stop"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("2 of 3 shards have answered")));
  QVERIFY(stop->isEnabled());
  QElapsedTimer since;
  since.start();
  QTest::mouseClick(stop, Qt::LeftButton);
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("Stopped after")));
  QVERIFY2(since.elapsed() < longestStall, qPrintable(QString::number(since.elapsed())));
  QVERIFY(!stop->isEnabled());
  QVERIFY(console.find<QPushButton>(QStringLiteral("query.run.start"))->isEnabled());
}

void TestQueryPage::aPartialAnswerIsMarkedAndOnlyGivenWhenAskedFor() {
  const DemoCluster cluster(800, 3);
  QVERIFY(QFile::rename(cluster.folder() + QStringLiteral("/south.db"), cluster.folder() + QStringLiteral("/away.db")));
  Console console(cluster);
  console.open(QStringLiteral("query"));
  useKeyspace(console, "accounts");
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("COUNT(*)"));
  QTRY_VERIFY(console.hasSettled());
  console.click(QStringLiteral("query.run.start"));
  QTRY_VERIFY(seen(*console.window().current()).contains(QStringLiteral("south")) && console.find<QPushButton>(QStringLiteral("query.answer.state.retry"))->isVisible());
  QVERIFY(!answerOf(console)->isVisible());
  console.click(QStringLiteral("query.form.partial"));
  QTRY_VERIFY(console.hasSettled());
  console.click(QStringLiteral("query.run.start"));
  QTRY_VERIFY(answerOf(console)->isVisible());
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("Partial: rows may be missing")));
  for (int row = 0; row < 3; ++row) {
    const bool missing = shardsOf(console)->model()->index(row, 0).data().toString() == QStringLiteral("south");
    QCOMPARE(shardsOf(console)->model()->index(row, 4).data().toString(), missing ? QStringLiteral("missing") : QStringLiteral("answered"));
  }
}

void TestQueryPage::questionsAreRememberedAndNeverRunAgainByThemselves() {
  const QTemporaryDir folder;
  const QString settings = folder.filePath(QStringLiteral("window.ini"));
  {
    Console console(DemoCluster::shared(), {}, settings);
    console.open(QStringLiteral("query"));
    useKeyspace(console, "blocks");
    choose(console, QStringLiteral("key"), QStringLiteral("key"), QStringLiteral("23"));
    QTRY_VERIFY(console.hasSettled());
    console.click(QStringLiteral("query.run.start"));
    QTRY_VERIFY(answerOf(console)->isVisible());
    console.window().close();
  }
  Console console(DemoCluster::shared(), {}, settings);
  console.open(QStringLiteral("query"));
  QTRY_COMPARE(console.find<QLineEdit>(QStringLiteral("query.form.key"))->text(), QStringLiteral("23"));
  QTRY_VERIFY(console.hasSettled());
  QVERIFY(!answerOf(console)->isVisible());
  QVERIFY(seen(*console.window().current()).contains(QStringLiteral("Nothing has been asked yet")));
  QCOMPARE(shardsOf(console)->model()->index(0, 4).data().toString(), QStringLiteral("not asked"));
}

void TestQueryPage::aProductionClusterIsAskedAsAWholeOnlyAfterASecondYes() {
  const DemoCluster cluster(800, 3);
  {
    auto file = need(sqlite::Database::open(cluster.catalog(), {}));
    need(file.execute("UPDATE meta SET value = 'production' WHERE key = 'environment'"));
  }
  Console console(cluster);
  console.open(QStringLiteral("query"));
  useKeyspace(console, "accounts");
  choose(console, QStringLiteral("aggregate"), QStringLiteral("aggregates"), QStringLiteral("COUNT(*)"));
  QTRY_VERIFY(console.hasSettled());
  console.click(QStringLiteral("query.run.start"));
  auto* const yes = console.find<QPushButton>(QStringLiteral("query.consent.ask"));
  QVERIFY(yes->isVisible());
  QVERIFY(!answerOf(console)->isVisible());
  QCOMPARE(shardsOf(console)->model()->index(0, 4).data().toString(), QStringLiteral("not asked"));
  QTest::mouseClick(yes, Qt::LeftButton);
  QTRY_VERIFY(answerOf(console)->isVisible());
}

void TestQueryPage::theCommandIsTheSameQuestion_data() {
  QTest::addColumn<QVariantMap>("typed");
  QTest::addColumn<QString>("command");
  const auto row = [](const char* name, QVariantMap typed, const char* command) {
    typed[QStringLiteral("keyspace")] = QStringLiteral("blocks");
    typed[QStringLiteral("deadline")] = typed.value(QStringLiteral("deadline"), QStringLiteral("5"));
    QTest::newRow(name) << typed << QString::fromLatin1(command);
  };
  row("a key", {{"kind", 0}, {"key", "17"}}, "query blocks --key 17");
  row("a negative key", {{"kind", 0}, {"key", "-17"}}, "query blocks --key=-17");
  row("an open range", {{"kind", 1}, {"from", "5"}, {"columns", "height,size"}, {"limit", "10"}}, "query blocks --range 5.. --columns height,size --limit 10");
  row("everything", {{"kind", 1}, {"orderBy", "height"}, {"descending", true}}, "query blocks --range .. --order-by height desc");
  row("an aggregate", {{"kind", 2}, {"aggregates", "COUNT(*)"}, {"groupBy", "miner"}, {"partialOk", true}, {"deadline", "2"}},
      "query blocks --aggregate COUNT(*) --group-by miner --deadline 2 --partial-ok");
  row("an aggregate of a range", {{"kind", 2}, {"aggregates", "SUM(size)"}, {"from", "1"}, {"until", "9"}, {"table", "blocks"}}, "query blocks --table blocks --range 1..9 --aggregate SUM(size)");
}

void TestQueryPage::theCommandIsTheSameQuestion() {
  QFETCH(QVariantMap, typed);
  QFETCH(QString, command);
  const QueryDraft draft = QueryDraft::fromMap(typed);
  QCOMPARE(commandWords(draft).join(QLatin1Char(' ')), command);
  QCOMPARE(QueryDraft::fromMap(draft.toMap()), draft);
  QVERIFY(readDraft(draft, KeyType::Int).query.has_value());
}

void TestQueryPage::cellsOfTheBandDoNotOverlap_data() {
  QTest::addColumn<int>("shards");
  QTest::addColumn<bool>("named");
  for (const int shards : {1, 4, 12, 60, 400, 2000}) QTest::newRow(qPrintable(QString::number(shards))) << shards << (shards <= 12);
}

void TestQueryPage::cellsOfTheBandDoNotOverlap() {
  QFETCH(int, shards);
  QFETCH(bool, named);
  const QSizeF size(800, 138);
  const auto count = static_cast<std::size_t>(shards);
  const RoutingLayout at = RoutingLayout::of(size, count, 300);
  QCOMPARE(at.named, named);
  for (std::size_t index = 0; index < count; ++index) {
    const QRectF cell = at.cell(index);
    QVERIFY(cell.left() >= -0.01 && cell.right() <= size.width() + 1.01);
    const QPointF middle(at.band.left() + (static_cast<double>(index) + 0.5) * at.step, cell.center().y());
    QCOMPARE(at.cellAt(middle, count), std::optional(index));
    if (index > 0 && at.gap > 0) QVERIFY(at.cell(index - 1).right() <= cell.left() + 0.01);
    QVERIFY(cell.top() > at.question.bottom());
  }
}

CONSOLE_TEST_MAIN(TestQueryPage)
#include "tst_query_page.moc"
