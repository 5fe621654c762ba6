#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QtTest>

#include "core/manager/load_verbs.h"
#include "tests/ui/console.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/problem_list.h"
#include "ui/pages/problems.h"
#include "ui/theme/format.h"
#include "ui/widgets/bar_layout.h"
#include "ui/widgets/load_bars.h"
#include "ui/widgets/table_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

void waitForDatabases(Console& console) {
  console.open(QStringLiteral("overview"));
  QTRY_VERIFY(console.session().load().value()->from == LoadFrom::Databases);
}

QStringList wordsOn(const QWidget& root) {
  QStringList words;
  for (const QLabel* label : root.findChildren<QLabel*>())
    if (label->isVisible()) words << label->text();
  return words;
}

}  // namespace

class TestOverview : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void fewBarsShareTheWidth();
  void manyBarsAreShownInPartAndInReach();
  void wordsGiveWayToMoreImportantOnes();
  void everyProblemHasANextAction_data();
  void everyProblemHasANextAction();
  void oneCauseIsOneRow();
  void keysAreSetInTheMonoType();
  void manyProblemsAreShownInPartUntilAllAreWanted();
  void aClickOnABarChoosesItsShard();
  void theTableOfAHighWindowFollowsTheChoice();
  void aDeadShardIsNamedAndTheOthersAreMeasured();
};

void TestOverview::fewBarsShareTheWidth() {
  const BarLayout at = BarLayout::of(QRectF(0, 20, 1000, 200), 4, 0, 2);
  QCOMPARE(at.count, std::size_t(4));
  QCOMPARE(at.step, 250.0);
  QCOMPARE(at.bar, 72.0);
  QCOMPARE(at.middle(0), 125.0);
  QCOMPARE(at.middle(3), 875.0);
  QCOMPARE(at.y(0), 220.0);
  QCOMPARE(at.y(2), 20.0);
  QCOMPARE(at.box(1, 1).height(), 100.0);
}

void TestOverview::manyBarsAreShownInPartAndInReach() {
  const BarLayout all = BarLayout::of(QRectF(0, 0, 800, 100), 64, 0, 1);
  QCOMPARE(all.count, std::size_t(64));
  const BarLayout part = BarLayout::of(QRectF(0, 0, 800, 100), 256, 0, 1);
  QVERIFY(part.count < 256 && part.count >= 50);
  const BarLayout last = BarLayout::of(QRectF(0, 0, 800, 100), 256, 1000, 1);
  QCOMPARE(last.first + last.count, std::size_t(256));
  QCOMPARE(BarLayout::of(QRectF(), 3, 0, 1).count, std::size_t(0));
}

void TestOverview::wordsGiveWayToMoreImportantOnes() {
  const std::vector<QRectF> wanted = {{0, 0, 30, 10}, {20, 0, 30, 10}, {45, 0, 30, 10}, {200, 0, 30, 10}};
  QCOMPARE(withoutOverlap(wanted, {0, 1, 2, 3}), (std::vector<std::size_t>{0, 2, 3}));
  QCOMPARE(withoutOverlap(wanted, {1, 0, 2, 3}), (std::vector<std::size_t>{1, 3}));
  QCOMPARE(withoutOverlap(wanted, {0, 3}, {QRectF(210, 0, 5, 5)}), (std::vector<std::size_t>{0}));
}

void TestOverview::everyProblemHasANextAction_data() {
  QTest::addColumn<int>("metric");
  for (int metric = 0; metric < 3; ++metric) QTest::addRow("metric %d", metric) << metric;
}

void TestOverview::everyProblemHasANextAction() {
  QFETCH(int, metric);
  Console console;
  waitForDatabases(console);
  const auto problems = problemsOf(*console.session().facts().value(), console.session().load().value().get(), static_cast<LoadMetric>(metric));
  QVERIFY(!problems.empty());
  QSet<QString> ids;
  for (const Problem& problem : problems) {
    QVERIFY2(!problem.action.isEmpty() || (problem.whereIsCode && !problem.where.isEmpty()), qPrintable(problem.what));
    QVERIFY2(problem.what.size() <= 48, qPrintable(problem.what));
    QVERIFY2(!ids.contains(problem.id), qPrintable(problem.id));
    ids << problem.id;
    // Names stay as they are written.
    for (const Shard& shard : console.session().facts().value()->shards) {
      QString capitalised = text(shard.id.text());
      capitalised[0] = capitalised[0].toUpper();
      QVERIFY2(!problem.what.contains(capitalised) && !problem.detail.contains(capitalised), qPrintable(problem.detail));
    }
  }
}

void TestOverview::oneCauseIsOneRow() {
  Console console;
  waitForDatabases(console);
  const auto& load = *console.session().load().value();
  const LoadReport& ops = load.report(LoadMetric::Ops);
  const HotSpot* const cause = hotSpotBehind(load, LoadMetric::Ops, ops.shards.front().shard);
  const auto problems = problemsOf(*console.session().facts().value(), &load, LoadMetric::Ops);
  const bool unbalanced = std::ranges::any_of(problems, [](const Problem& problem) { return problem.id == QStringLiteral("unbalanced"); });
  QCOMPARE(unbalanced, ops.cause != LoadCause::Balanced && cause == nullptr);
}

void TestOverview::keysAreSetInTheMonoType() {
  Console console;
  waitForDatabases(console);
  const auto problems = problemsOf(*console.session().facts().value(), console.session().load().value().get(), LoadMetric::Bytes);
  const auto key = std::ranges::find_if(problems, [](const Problem& problem) { return problem.where.startsWith(QStringLiteral("0x")); });
  QVERIFY(key != problems.end());
  int found = 0;
  for (const QLabel* label : console.window().current()->findChildren<QLabel*>())
    if (label->text() == key->where) {
      ++found;
      QCOMPARE(label->font().family(), typeface(Type::Mono).family());
    }
  QCOMPARE(found, 1);
  for (const QString& words : wordsOn(*console.window().current()))
    QVERIFY2(words == key->where || !words.contains(key->where), qPrintable(words));
}

void TestOverview::manyProblemsAreShownInPartUntilAllAreWanted() {
  ProblemList list(QStringLiteral("test.problems"));
  list.QWidget::show();
  std::vector<Problem> problems;
  for (int i = 0; i < 20; ++i) problems.push_back({.id = QString::number(i), .what = QStringLiteral("<b>problem</b> %1").arg(i), .action = QStringLiteral("Show…")});
  const auto rows = [&] {
    int shown = 0;
    for (const QPushButton* button : list.findChildren<QPushButton*>()) shown += button->isVisible() && button->text() == QStringLiteral("Show…") ? 1 : 0;
    return shown;
  };
  list.show(problems, {});
  QTRY_VERIFY(rows() > 0);
  QVERIFY(rows() < 20);
  auto* const more = list.findChild<QPushButton*>(QStringLiteral("test.problems.more"));
  QVERIFY(more->isVisible());
  QTest::mouseClick(more, Qt::LeftButton);
  QTRY_COMPARE(rows(), 20);
  QVERIFY(!more->isVisible());
  std::optional<QString> acted;
  connect(&list, &ProblemList::acted, &list, [&](const Problem& problem) { acted = problem.id; });
  QTest::mouseClick(list.findChild<QPushButton*>(QStringLiteral("test.problems.17")), Qt::LeftButton);
  QCOMPARE(acted, QStringLiteral("17"));
}

void TestOverview::aClickOnABarChoosesItsShard() {
  Console console;
  waitForDatabases(console);
  auto* const bars = console.find<LoadBars>(QStringLiteral("overview.load.bars"));
  QTest::mouseClick(bars, Qt::LeftButton, {}, QPoint(40, bars->height() / 2));
  QCOMPARE(console.session().selection().shards(), std::set<ShardId>{ShardId("east")});
  QTest::keyClick(bars, Qt::Key_Right);
  QCOMPARE(console.session().selection().shards(), std::set<ShardId>{ShardId("north")});
}

void TestOverview::theTableOfAHighWindowFollowsTheChoice() {
  Console console;
  console.window().resize(1600, 1300);
  waitForDatabases(console);
  auto* const table = console.find<TableView>(QStringLiteral("overview.shards.table"));
  QVERIFY(table->isVisible());
  const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  QCOMPARE(table->model()->rowCount(), 4);
  console.session().selection().setShards({ShardId("south")});
  QCOMPARE(table->chosenId(), QStringLiteral("south"));
  table->setFocus();
  QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);
  QCOMPARE(console.session().selection().shards(), std::set<ShardId>{ShardId("east")});
  console.session().refreshAll();
  QTRY_VERIFY(!console.session().load().isAsking());
  QCOMPARE(table->chosenId(), QStringLiteral("east"));
  console.window().resize(1440, 900);
  QTRY_VERIFY(!table->isVisible());
}

void TestOverview::aDeadShardIsNamedAndTheOthersAreMeasured() {
  const DemoCluster cluster;
  QVERIFY(QFile::remove(cluster.folder() + QStringLiteral("/south.db")));
  Console console(cluster);
  waitForDatabases(console);
  const auto problems = problemsOf(*console.session().facts().value(), console.session().load().value().get(), LoadMetric::Bytes);
  const auto silent = std::ranges::find_if(problems, [](const Problem& problem) { return problem.id == QStringLiteral("silent-south"); });
  QVERIFY(silent != problems.end());
  QVERIFY(silent->severity == Problem::Severity::Severe);
  const QString words = wordsOn(*console.window().current()).join(QLatin1Char('\n'));
  QVERIFY2(words.contains(QStringLiteral("south cannot be measured")), qPrintable(words));
  QVERIFY2(words.contains(QStringLiteral("carries")), qPrintable(words));
}

CONSOLE_TEST_MAIN(TestOverview)
#include "tst_overview.moc"
