// The plan's picture and tree as plain values: what is folded, what is drawn where, what is summed.
#include <QAbstractItemModelTester>
#include <QtTest>
#include <random>

#include "core/map/map_json.h"
#include "tests/support/need.h"
#include "tests/support/random_seed.h"
#include "tests/ui/console.h"
#include "ui/models/move_tree.h"
#include "ui/models/plan_bands.h"
#include "ui/models/plan_standing.h"
#include "ui/models/shard_changes.h"
#include "ui/theme/format.h"
#include "ui/widgets/plan_bands_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

const ShardingStrategy& ints() {
  static const ShardingStrategy strategy = need(ShardingStrategy::make({StrategyKind::Range, KeyType::Int, {}, {}}));
  return strategy;
}

Token at(int key) { return need(ints().tokenOf(Key::ofInt(key))); }

ShardMap drawn(const char* drawing) { return need(drawnMap(KeyspaceName("blocks"), ints(), drawing)); }

// A line of `count` ranges of 10 keys each, on the shards a, b, c in turn.
ShardMap lineOf(int count) {
  MapBuilder builder(KeyspaceName("blocks"), ints());
  const std::string names[3] = {"a", "b", "c"};
  for (int i = 0; i < count; ++i) need(builder.append(i == 0 ? Token::beginning() : at(i * 10), ShardId(names[i % 3])));
  return need(builder.build(1));
}

PlannedMove moveOf(int number, int from, int until, const char* source, const char* target, std::int64_t rows = 100) {
  PlannedMove move;
  move.id = MoveId("m" + std::to_string(number));
  move.range = {at(from), at(until)};
  move.source = ShardId(source);
  move.target = ShardId(target);
  move.rows = rows;
  move.bytes = rows * 10;
  move.wave = number;
  move.reason = "because";
  return move;
}

MigrationPlan planWith(std::vector<PlannedMove> moves, std::vector<Token> splits = {}) {
  MigrationPlan plan;
  plan.keyspace = KeyspaceName("blocks");
  plan.baseVersion = 1;
  plan.strategy = ints().spec();
  plan.moves = std::move(moves);
  plan.splits = std::move(splits);
  return plan;
}

// One letter a part: k kept, F fold with its count, M move, P pin; a bound that comes is +, one that goes -.
QString drawing(const std::vector<BandPart>& parts) {
  QString out;
  for (const BandPart& part : parts) {
    if (part.left == BoundKind::Came) out += QLatin1Char('+');
    if (part.left == BoundKind::Gone) out += QLatin1Char('-');
    switch (part.kind) {
      case BandPart::Kind::Kept: out += QLatin1Char('k'); break;
      case BandPart::Kind::Fold: out += QStringLiteral("F%1").arg(part.count); break;
      case BandPart::Kind::Move: out += QLatin1Char('M'); break;
      case BandPart::Kind::Pin: out += QLatin1Char('P'); break;
    }
    out += QLatin1Char(' ');
  }
  return out.trimmed();
}

QString drawingOf(const ShardMap& base, const MigrationPlan& plan) { return drawing(bandParts(base, need(applyPlan(base, plan)), plan)); }

}  // namespace

class TestPlanModels : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatStaysIsFoldedAndItsNeighboursStayInSight();
  void aSplitIsABoundThatComes();
  void aKeyThatMovesStandsInItsRange();
  void everyKeyOfTheLineIsInExactlyOnePart();
  void aFoldOpensIntoWhatItHides();
  void widthsAscendAndHitTheirParts();
  void bundlesFillBothRows();
  void aLongLineGivesASmallPicture();
  void theTreeSumsWhatItGroups();
  void aFilterFindsKeysAsTheyAreTyped();
  void losersStandFirst();
  void aClickOnAFoldOpensIt();
};

void TestPlanModels::whatStaysIsFoldedAndItsNeighboursStayInSight() {
  const ShardMap base = lineOf(12);
  // Range 5 holds the keys from 50 and belongs to c.
  QCOMPARE(drawingOf(base, planWith({moveOf(1, 50, 60, "c", "a")})), QStringLiteral("F4 k M k F5"));
  QCOMPARE(rangesUnchanged(bandParts(base, need(applyPlan(base, planWith({moveOf(1, 50, 60, "c", "a")}))), planWith({moveOf(1, 50, 60, "c", "a")}))), std::size_t{11});
  QCOMPARE(drawingOf(lineOf(4), planWith({moveOf(1, 20, 30, "c", "a")})), QStringLiteral("k k M k"));
}

void TestPlanModels::aSplitIsABoundThatComes() {
  const ShardMap base = drawn("- 40 a | 40 - b");
  const MigrationPlan plan = planWith({moveOf(1, 20, 40, "a", "b")}, {at(20)});
  QCOMPARE(drawingOf(base, plan), QStringLiteral("k +M k"));
  QCOMPARE(rangesUnchanged(bandParts(base, need(applyPlan(base, plan)), plan)), std::size_t{1});
}

void TestPlanModels::aKeyThatMovesStandsInItsRange() {
  const ShardMap base = drawn("- 40 a | 40 - b");
  PlannedMove move = moveOf(1, 0, 1, "a", "b");
  move.range = {};
  move.pin = Key::ofInt(20);
  const MigrationPlan plan = planWith({move});
  const auto parts = bandParts(base, need(applyPlan(base, plan)), plan);
  QCOMPARE(drawing(parts), QStringLiteral("k P k k"));
  QCOMPARE(parts[2].left, BoundKind::None);
}

void TestPlanModels::everyKeyOfTheLineIsInExactlyOnePart() {
  std::mt19937_64 random(randomSeed());
  for (int round = 0; round < 200; ++round) {
    const int count = 3 + static_cast<int>(random() % 60);
    const ShardMap base = lineOf(count);
    std::vector<PlannedMove> moves;
    std::vector<Token> splits;
    for (int i = 1; i + 1 < count; ++i) {
      if (random() % 5 != 0) continue;
      const bool part = random() % 2 == 0;
      const char* const names[3] = {"a", "b", "c"};
      if (part) splits.push_back(at(i * 10 + 5));
      moves.push_back(moveOf(static_cast<int>(moves.size()) + 1, part ? i * 10 + 5 : i * 10, i * 10 + 10, names[i % 3], names[(i + 1) % 3]));
    }
    const MigrationPlan plan = planWith(moves, splits);
    const auto parts = bandParts(base, need(applyPlan(base, plan)), plan);
    QVERIFY(parts.front().range.from.isBeginning());
    QVERIFY(!parts.back().range.until);
    std::size_t moved = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i + 1 < parts.size()) QVERIFY(parts[i].range.until == parts[i + 1].range.from);
      if (parts[i].kind == BandPart::Kind::Move) ++moved;
    }
    QCOMPARE(moved, moves.size());
  }
}

void TestPlanModels::aFoldOpensIntoWhatItHides() {
  const ShardMap base = lineOf(200);
  const MigrationPlan plan = planWith({moveOf(1, 1000, 1010, "b", "a")});
  auto parts = bandParts(base, need(applyPlan(base, plan)), plan);
  QCOMPARE(drawing(parts), QStringLiteral("F99 k M k F98"));
  parts = opened(parts, 0, base);
  std::size_t hidden = 0, folds = 0;
  for (std::size_t i = 0; i < 24; ++i) {
    hidden += parts[i].count;
    folds += parts[i].kind == BandPart::Kind::Fold ? 1 : 0;
  }
  QCOMPARE(hidden, std::size_t{99});
  QCOMPARE(folds, std::size_t{24});
  parts = opened(parts, 0, base);
  QCOMPARE(parts.front().kind, BandPart::Kind::Kept);
  QCOMPARE(parts.front().before, std::optional(ShardId("a")));
}

void TestPlanModels::widthsAscendAndHitTheirParts() {
  const ShardMap base = lineOf(50);
  const MigrationPlan plan = planWith({moveOf(1, 100, 110, "b", "a", 10), moveOf(2, 300, 310, "a", "b", 100'000)});
  const auto parts = bandParts(base, need(applyPlan(base, plan)), plan);
  const auto edges = bandEdges(parts, 1000);
  QCOMPARE(edges.size(), parts.size() + 1);
  QCOMPARE(edges.front(), 0.0);
  QVERIFY(std::abs(edges.back() - 1000) < 1e-9);
  std::vector<double> moved;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    QVERIFY(edges[i] < edges[i + 1]);
    QCOMPARE(partAt(edges, (edges[i] + edges[i + 1]) / 2), std::optional(i));
    if (parts[i].kind == BandPart::Kind::Move) moved.push_back(edges[i + 1] - edges[i]);
  }
  QVERIFY(moved[0] < moved[1]);
  QVERIFY(!partAt(edges, -1) && !partAt(edges, 1000));
}

void TestPlanModels::bundlesFillBothRows() {
  const MigrationPlan plan = planWith({moveOf(1, 0, 10, "a", "b"), moveOf(2, 10, 20, "a", "c"), moveOf(3, 20, 30, "b", "c"), moveOf(4, 30, 40, "a", "b")});
  const auto bundles = bundled(plan);
  QCOMPARE(bundles.size(), std::size_t{3});
  QCOMPARE(bundles[0].moves.size(), std::size_t{2});
  const BundleLayout layout = bundleLayout(bundles, 400, 10);
  QCOMPARE(layout.sources.size(), std::size_t{2});
  QCOMPARE(layout.targets.size(), std::size_t{2});
  QVERIFY(std::abs(layout.sources.back().span.right - 400) < 1e-6);
  QVERIFY(std::abs(layout.targets.back().span.right - 400) < 1e-6);
  QVERIFY(std::abs((layout.above[0].right - layout.above[0].left) - (layout.below[0].right - layout.below[0].left)) < 1e-6);
}

void TestPlanModels::aLongLineGivesASmallPicture() {
  const ShardMap base = lineOf(300'000);
  const MigrationPlan plan = planWith({moveOf(1, 2'000'010, 2'000'020, "a", "b")});
  const ShardMap target = need(applyPlan(base, plan));
  QElapsedTimer watch;
  watch.start();
  const auto parts = bandParts(base, target, plan);
  const qint64 took = watch.elapsed();
  QCOMPARE(parts.size(), std::size_t{5});
  QCOMPARE(rangesUnchanged(parts), std::size_t{299'999});
  QVERIFY2(took < 200, qPrintable(QStringLiteral("%1 ms").arg(took)));
}

void TestPlanModels::theTreeSumsWhatItGroups() {
  const auto base = std::make_shared<const ShardMap>(lineOf(20));
  const auto plan = std::make_shared<const MigrationPlan>(planWith({moveOf(1, 15, 20, "b", "a", 7), moveOf(2, 40, 50, "b", "a", 5), moveOf(3, 20, 30, "c", "a", 100)}, {at(15)}));
  MoveTree tree;
  const QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
  tree.show(plan, base);
  QCOMPARE(tree.rowCount(), 2);
  QCOMPARE(tree.index(0, MoveTree::What).data().toString(), QStringLiteral("c → a"));  // the most bytes first
  const QModelIndex second = tree.index(1, 0);
  QCOMPARE(tree.index(1, MoveTree::Rows).data().toString(), countText(12));
  QCOMPARE(tree.index(1, MoveTree::Bytes).data().toString(), bytesText(120));
  QCOMPARE(tree.index(1, MoveTree::Why).data().toString(), QStringLiteral("1 split, 2 moves"));
  QCOMPARE(tree.rowCount(second), 3);
  QCOMPARE(tree.index(0, 0, second).data(rowIdRole).toString(), QStringLiteral("split 0"));
  QCOMPARE(tree.movesAt(second), (std::vector<MoveId>{MoveId("m1"), MoveId("m2")}));
  QCOMPARE(tree.movesAt(tree.indexOf(MoveId("m2"))), std::vector<MoveId>{MoveId("m2")});
  tree.setGrouping(MoveTree::Grouping::Wave);
  QCOMPARE(tree.rowCount(), 3);
}

void TestPlanModels::aFilterFindsKeysAsTheyAreTyped() {
  const auto base = std::make_shared<const ShardMap>(lineOf(400));
  const auto plan = std::make_shared<const MigrationPlan>(planWith({moveOf(1, 2000, 2010, "c", "a"), moveOf(2, 3010, 3020, "b", "c")}));
  MoveTree tree;
  const QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
  tree.show(plan, base);
  tree.setFilter(QStringLiteral("2010"));
  QCOMPARE(tree.shownMoves(), std::size_t{1});
  QVERIFY(tree.indexOf(MoveId("m1")).isValid());
  tree.setFilter(QStringLiteral("nothing like it"));
  QCOMPARE(tree.rowCount(), 0);
  tree.setFilter({});
  QCOMPARE(tree.shownMoves(), std::size_t{2});
}

void TestPlanModels::losersStandFirst() {
  MigrationPlan plan = planWith({});
  plan.dimensions = {"bytes"};
  plan.before.perShard = {{ShardId("a"), {900}, 0.9}, {ShardId("b"), {100}, 0.1}, {ShardId("c"), {300}, 0.3}, {ShardId("d"), {5}, std::nullopt}};
  plan.after.perShard = {{ShardId("a"), {400}, 0.4}, {ShardId("b"), {450}, 0.45}, {ShardId("c"), {350}, 0.35}, {ShardId("d"), {5}, std::nullopt}};
  const auto rows = shardChangeRows(plan);
  QStringList order;
  for (const ShardChangeRow& row : rows) order << row.shard;
  QCOMPARE(order, (QStringList{QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("a"), QStringLiteral("d")}));
  QCOMPARE(rows[0].changeText, QStringLiteral("+35.0"));
  QCOMPARE(rows[3].beforeText, dash);
  QCOMPARE(shardsThatGetFuller(plan), std::size_t{2});
  QCOMPARE(shardChangeRows(plan, "bytes")[0].afterText, bytesText(450));
}

void TestPlanModels::aClickOnAFoldOpensIt() {
  const auto base = std::make_shared<const ShardMap>(lineOf(60));
  const auto plan = std::make_shared<const MigrationPlan>(planWith({moveOf(1, 300, 310, "a", "b")}));
  const auto target = std::make_shared<const ShardMap>(need(applyPlan(*base, *plan)));
  PlanBandsView view(QStringLiteral("test.bands"));
  view.resize(900, 176);
  view.QWidget::show();
  view.show(std::make_shared<const PlanPicture>(pictureOf(plan, base, target)));
  QVERIFY(!view.hasOpenFolds());
  QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(80, 16));
  QVERIFY(view.hasOpenFolds());
  view.setFocus();
  QTest::keyClick(&view, Qt::Key_Escape);
  QVERIFY(!view.hasOpenFolds());
  QSignalSpy chosen(&view, &PlanBandsView::chosen);
  QTest::keyClick(&view, Qt::Key_Right);  // the fold
  QTest::keyClick(&view, Qt::Key_Right);  // the move
  QTest::keyClick(&view, Qt::Key_Return);
  QCOMPARE(chosen.size(), 1);
  QCOMPARE(chosen.front().front().value<std::set<MoveId>>(), std::set<MoveId>{MoveId("m1")});
}

CONSOLE_TEST_MAIN(TestPlanModels)
#include "tst_plan_models.moc"
