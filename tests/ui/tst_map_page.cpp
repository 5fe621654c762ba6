// The shard map: on a demo cluster by mouse and keys, and its picture with 1,000,000 ranges.
#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include "core/base/bytes.h"
#include "core/map/map_json.h"
#include "tests/support/need.h"
#include "tests/ui/console.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/map_page.h"
#include "ui/widgets/range_table.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

std::shared_ptr<const ShardMap> drawn(const char* drawing) {
  const auto strategy = need(ShardingStrategy::make({.kind = StrategyKind::Directory, .keyType = KeyType::Int}));
  return std::make_shared<const ShardMap>(need(drawnMap(KeyspaceName("k"), strategy, drawing)));
}

std::shared_ptr<const MapScene> sceneOf(std::shared_ptr<const ShardMap> map, std::vector<std::int64_t> rows = {}, LineScale::Measure measure = LineScale::Measure::Ranges) {
  MapSceneInput input;
  input.map = std::move(map);
  input.colour = MapColour::Rows;
  input.measure = measure;
  if (!rows.empty()) {
    auto loads = std::make_shared<RangeLoads>();
    for (const std::int64_t amount : rows) {
      RangeLoad load;
      if (amount >= 0) load.rows = amount;
      loads->ranges.push_back(load);
    }
    input.loads = loads;
  }
  return MapScene::make(std::move(input), {});
}

// `ranges` of a hash line, dealt to 64 shards, with rows.
std::shared_ptr<const MapScene> largeScene(std::size_t ranges) {
  const auto strategy = need(ShardingStrategy::make({.kind = StrategyKind::Hash, .keyType = KeyType::Int, .dialect = "md5-64"}));
  MapBuilder builder(KeyspaceName("large"), strategy);
  auto loads = std::make_shared<RangeLoads>();
  for (std::size_t at = 0; at < ranges; ++at) {
    const ShardId shard("s" + std::to_string(100 + at * 2654435761u % 64));
    need(builder.append(at == 0 ? Token::beginning() : Token{bigEndian64(~std::uint64_t{0} / ranges * at)}, shard));
    RangeLoad load;
    load.rows = static_cast<std::int64_t>(at * 7919 % 100'000);
    loads->ranges.push_back(load);
  }
  MapSceneInput input;
  input.map = std::make_shared<const ShardMap>(need(builder.build()));
  input.loads = loads;
  input.colour = MapColour::Rows;
  return MapScene::make(std::move(input), {});
}

}  // namespace

class TestMapPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theHottestRangeOfAPixelIsSeen();
  void whatIsNotMeasuredAndWhatIsNobodysLookUnlikeAnyHeat();
  void everyRangeOfTheGridHasACellThatLeadsBackToIt();
  void positionsByKeysKeepTheOrderAndReachTheEnds();
  void aComparisonMarksWhatHasANewOwner();
  void theTableKeepsItsRulesWhileScenesChange();
  void aChoiceInThePictureIsChosenInTheTableAndBack();
  void aRangeIsFoundByKeysAlone();
  void theWheelMagnifiesAtThePointerAndBackspaceGoesBack();
  void aShardChosenElsewhereFiltersTheRanges();
  void aPlanIsAskedForTheChosenRange();
  void rangesAreWrittenAsCsv();
  void aMillionRangesAreDrawnAndPanned();
};

void TestMapPage::theHottestRangeOfAPixelIsSeen() {
  std::vector<std::int64_t> rows(1000, 10);
  rows[617] = 90'000;
  std::string drawing = "- 0 a";
  for (int at = 1; at < 1000; ++at) drawing += " | " + std::to_string(at - 1) + " - " + (at == 999 ? std::string() : std::to_string(at) + " ") + "a";
  const auto scene = sceneOf(drawn(drawing.c_str()), rows);
  QCOMPARE(scene->ranges(), std::size_t{1000});
  const MapInk ink = mapInk(*scene, 1);
  const BandLayout layout = BandLayout::make(QRectF(0, 0, 100, 40), {0, 1000}, 1, 0);
  const QImage image = bandPicture(*scene, layout, ink, {});
  QCOMPARE(image.pixel(61, 10), ink.heat[scene->code(617)]);
  QCOMPARE(image.pixel(60, 10), ink.heat[scene->code(0)]);
  QCOMPARE(rangeAt(*scene, layout, QPointF(61.5, 10)), std::optional<std::size_t>(617));
}

void TestMapPage::whatIsNotMeasuredAndWhatIsNobodysLookUnlikeAnyHeat() {
  const auto scene = sceneOf(drawn("- 10 a | 10 - 20 a | 20 - nobody"), {5, -1, -1});
  const MapInk ink = mapInk(*scene, 1);
  QCOMPARE(scene->lanes().size(), std::size_t{2});
  const BandLayout layout = BandLayout::make(QRectF(0, 0, 90, 80), {0, 3}, 2, 0);
  const QImage image = bandPicture(*scene, layout, ink, {});
  const auto coloursIn = [&](int x, std::size_t lane) {
    QSet<QRgb> seen;
    const QRectF rect = layout.laneRect(lane);
    for (int y = static_cast<int>(rect.top()); y < static_cast<int>(rect.bottom()); ++y)
      for (int dx = 0; dx < 20; ++dx) seen << image.pixel(x + dx, y);
    return seen;
  };
  QCOMPARE(coloursIn(4, 0), QSet<QRgb>({ink.heat[scene->code(0)]}));
  QCOMPARE(coloursIn(34, 0), QSet<QRgb>({ink.hatch, ink.empty}));
  QCOMPARE(coloursIn(64, 1), QSet<QRgb>({ink.hole, ink.empty}));
  for (int code = firstHeat; code <= lastHeat; ++code) QVERIFY(ink.heat[static_cast<std::size_t>(code)] != ink.hatch && ink.heat[static_cast<std::size_t>(code)] != ink.empty);
}

void TestMapPage::everyRangeOfTheGridHasACellThatLeadsBackToIt() {
  const auto scene = largeScene(5000);
  const QRectF plot(10, 5, 700, 500);
  const GridLayout layout(*scene, plot, GridLayout::fitting(*scene, plot), 0);
  QCOMPARE(layout.zoom().perCell, 1);
  QVERIFY(layout.height() <= plot.height() || static_cast<double>(scene->lanes().size()) * (GridLayout::lowestBlock + GridLayout::gap) > plot.height());
  for (std::size_t range = 0; range < scene->ranges(); range += 37) {
    const QPointF place = layout.cellRect(*scene, range).center();
    if (plot.contains(place)) QCOMPARE(rangeAt(*scene, layout, place), std::optional(range));
  }
}

void TestMapPage::positionsByKeysKeepTheOrderAndReachTheEnds() {
  const auto map = drawn("- 10 a | 10 - 1000 b | 1000 - 1001 a | 1001 - b");
  const LineScale scale(*map, LineScale::Measure::Keys);
  for (std::size_t range = 0; range < scale.ranges(); ++range) {
    QVERIFY(scale.begin(range) < scale.end(range));
    QCOMPARE(scale.rangeAt((scale.begin(range) + scale.end(range)) / 2), range);
  }
  QCOMPARE(scale.begin(0), 0.0);
  QCOMPARE(scale.end(3), scale.total());
  QVERIFY(scale.end(1) - scale.begin(1) > 100 * (scale.end(2) - scale.begin(2)));
  const auto middle = LineScale::tokenAt(*map, 1, 0.5);
  QVERIFY(middle.has_value());
  QCOMPARE(need(map->strategy().keyOf(*middle)).asInt(), 504);
  QVERIFY(!LineScale::tokenAt(*map, 0, 0.5));
  QVERIFY(!LineScale::tokenAt(*map, 2, 0.5));
}

void TestMapPage::aComparisonMarksWhatHasANewOwner() {
  MapSceneInput input;
  input.before = drawn("- 10 a | 10 - 20 b | 20 - a");
  input.map = drawn("- 10 a | 10 - 15 c | 15 - 20 b | 20 - a");
  input.colour = MapColour::Change;
  const auto scene = MapScene::make(input, {});
  QCOMPARE(scene->code(0), MapScene::stayed);
  QCOMPARE(scene->code(1), MapScene::changed);
  QCOMPARE(scene->code(2), MapScene::stayed);
  QCOMPARE(scene->beforeOf(1), QStringLiteral("b"));
  QCOMPARE(scene->changes().size(), std::size_t{1});
  QCOMPARE(scene->lanes()[scene->changes().front().before].name, QStringLiteral("b"));
  QCOMPARE(scene->diff().splits.size(), std::size_t{1});
}

void TestMapPage::theTableKeepsItsRulesWhileScenesChange() {
  RangeModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
  model.show(sceneOf(drawn("- 10 a | 10 - 20 b | 20 - a"), {3, 1, 2}));
  QCOMPARE(model.rowCount(), 3);
  model.sort(RangeModel::Rows, Qt::DescendingOrder);
  QCOMPARE(model.rangeAt(0), std::size_t{0});
  QCOMPARE(model.rangeAt(1), std::size_t{2});
  QPersistentModelIndex kept(model.index(1, 0));
  QCOMPARE(kept.data(rowIdRole).toString(), QStringLiteral("20.."));
  model.show(sceneOf(drawn("- 10 a | 10 - 15 b | 15 - 20 b | 20 - 30 c | 30 - a"), {1, 9, 8, 5, 7}));
  QCOMPARE(model.rowCount(), 5);
  QCOMPARE(kept.data(rowIdRole).toString(), QStringLiteral("20..30"));
  QCOMPARE(model.rangeAt(0), std::size_t{1});
  QCOMPARE(model.rowOf(4), std::optional<int>(2));
  model.show(sceneOf(drawn("- a"), {1}));
  QCOMPARE(model.rowCount(), 1);
}

void TestMapPage::aChoiceInThePictureIsChosenInTheTableAndBack() {
  Console console;
  console.open(QStringLiteral("map"));
  auto* const view = console.find<MapView>(QStringLiteral("map.picture"));
  auto* const table = console.find<RangeTable>(QStringLiteral("map.ranges"));
  QTRY_VERIFY(view->isDrawn());
  QTest::mouseClick(view, Qt::LeftButton, {}, view->rangeRect(3).center().toPoint());
  QCOMPARE(view->chosen(), MapView::Spans({{3, 3}}));
  QCOMPARE(table->chosenRanges(), MapView::Spans({{3, 3}}));
  QCOMPARE(console.session().selection().ranges(), std::vector<TokenRange>{view->scene()->map().tokens(3)});
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(*table->ranges().rowOf(4), 0)).center());
  QCOMPARE(view->chosen(), MapView::Spans({{4, 4}}));
  QTest::mouseClick(view, Qt::LeftButton, Qt::ShiftModifier, view->rangeRect(9).center().toPoint());
  QCOMPARE(view->chosen().size(), std::size_t{1});
  QCOMPARE(view->chosen().front().last, std::size_t{9});
  QTest::mouseMove(view, view->rangeRect(7).center().toPoint());
  QTRY_COMPARE(view->hovered(), std::optional<std::size_t>(7));
  QVERIFY(console.find<QLabel>(QStringLiteral("map.choice"))->text().contains(QStringLiteral("rows")));
}

void TestMapPage::aRangeIsFoundByKeysAlone() {
  Console console;
  console.open(QStringLiteral("map"));
  auto* const view = console.find<MapView>(QStringLiteral("map.picture"));
  view->setFocus();
  QTest::keyClick(view, Qt::Key_Home);
  QTest::keyClick(view, Qt::Key_Right);
  QTest::keyClick(view, Qt::Key_Right);
  QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
  QCOMPARE(view->chosen(), MapView::Spans({{2, 3}}));
  QTest::keyClick(view, Qt::Key_Return);
  QVERIFY(view->view().width() < 5);
  QTest::keyClick(view, Qt::Key_Down);
  QVERIFY(view->chosen().size() == 1 && view->chosen().front().first != 3);
  QTest::keyClick(view, Qt::Key_0);
  QCOMPARE(view->view().width(), view->scene()->axis().total());
  QTest::keyClick(view, Qt::Key_Escape);
  QVERIFY(view->chosen().empty());
  QTest::keyClick(view, Qt::Key_G);
  QCOMPARE(view->mode(), MapView::Mode::Grid);
  QTest::keyClick(view, Qt::Key_End);
  QCOMPARE(view->chosen().front().first, view->scene()->ranges() - 1);
}

void TestMapPage::theWheelMagnifiesAtThePointerAndBackspaceGoesBack() {
  Console console;
  console.open(QStringLiteral("map"));
  auto* const view = console.find<MapView>(QStringLiteral("map.picture"));
  const QPointF place = view->rangeRect(10).center();
  const AxisView whole = view->view();
  for (int turn = 0; turn < 8; ++turn) {
    QWheelEvent event(place, view->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view, &event);
  }
  QVERIFY(view->view().width() < whole.width() / 4);
  QVERIFY2(std::fabs(view->rangeRect(10).center().x() - place.x()) < view->rangeRect(10).width() / 2 + 1, "the range under the pointer went away");
  const AxisView near = view->view();
  QTest::mousePress(view, Qt::LeftButton, {}, place.toPoint());
  QTest::mouseMove(view, place.toPoint() - QPoint(60, 0));
  QTest::mouseMove(view, place.toPoint() - QPoint(120, 0));
  QTest::mouseRelease(view, Qt::LeftButton, {}, place.toPoint() - QPoint(120, 0));
  QVERIFY(view->view().from > near.from);
  QVERIFY(view->chosen().empty());
  QTRY_VERIFY(view->isDrawn());
  QTest::keyClick(view, Qt::Key_Backspace);
  QCOMPARE(view->view(), whole);
}

void TestMapPage::aShardChosenElsewhereFiltersTheRanges() {
  Console console;
  console.open(QStringLiteral("map"));
  auto* const table = console.find<RangeTable>(QStringLiteral("map.ranges"));
  auto* const only = console.find<QPushButton>(QStringLiteral("map.filter.shard"));
  QVERIFY(!only->isEnabled() && !only->toolTip().isEmpty());
  const std::size_t all = table->ranges().scene()->ranges();
  const ShardId shard = *table->ranges().scene()->lanes().front().shard;
  console.session().selection().setShards({shard});
  QTRY_VERIFY(only->isEnabled());
  console.click(QStringLiteral("map.filter.shard"));
  QTRY_COMPARE(static_cast<std::size_t>(table->ranges().rowCount()), table->ranges().scene()->lanes().front().ranges);
  QVERIFY(static_cast<std::size_t>(table->ranges().rowCount()) < all);
  console.click(QStringLiteral("map.filter.shard"));
  QTRY_COMPARE(static_cast<std::size_t>(table->ranges().rowCount()), all);
}

void TestMapPage::aPlanIsAskedForTheChosenRange() {
  Console console;
  console.open(QStringLiteral("map"));
  auto* const view = console.find<MapView>(QStringLiteral("map.picture"));
  auto* const plan = console.find<QPushButton>(QStringLiteral("map.actions.plan"));
  QVERIFY(!plan->isEnabled() && !plan->toolTip().isEmpty());
  QTest::mouseClick(view, Qt::LeftButton, {}, view->rangeRect(2).center().toPoint());
  QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
  const QString copied = QApplication::clipboard()->text();
  QVERIFY(copied.contains(QStringLiteral("..")));
  if (pageInfo(QStringLiteral("plans")) == nullptr) {
    QVERIFY(!plan->isEnabled());
    return;
  }
  std::optional<PlanRequest> asked;
  QObject::connect(&console.window().navigator(), &Navigator::asked, &console.window(), [&](const Place& place) { asked = place.request; });
  QTest::mouseClick(plan, Qt::LeftButton);
  QVERIFY(asked.has_value());
  QCOMPARE(asked->goal, std::string("move"));
  QCOMPARE(asked->range, std::optional(copied.toStdString()));
}

void TestMapPage::rangesAreWrittenAsCsv() {
  Console console;
  console.open(QStringLiteral("map"));
  const QTemporaryDir folder;
  auto* const page = qobject_cast<MapPage*>(console.window().current());
  QSignalSpy written(page, &MapPage::exported);
  page->exportTo(folder.filePath(QStringLiteral("ranges.csv")));
  QTRY_COMPARE(written.size(), 1);
  QFile file(folder.filePath(QStringLiteral("ranges.csv")));
  QVERIFY(file.open(QIODevice::ReadOnly));
  const auto lines = file.readAll().trimmed().replace("\r\n", "\n").split('\n');
  QCOMPARE(static_cast<std::size_t>(lines.size()), console.find<RangeTable>(QStringLiteral("map.ranges"))->ranges().scene()->ranges() + 1);
  QCOMPARE(lines[0], QByteArray("from,until,shard,rows,bytes,accesses"));
  page->exportTo(folder.filePath(QStringLiteral("map.png")));
  QTRY_COMPARE(written.size(), 2);
  QVERIFY(!QImage(folder.filePath(QStringLiteral("map.png"))).isNull());
}

// The numbers are printed; the bounds are wide, for slow machines and debug builds.
void TestMapPage::aMillionRangesAreDrawnAndPanned() {
  QElapsedTimer timer;
  timer.start();
  const auto scene = largeScene(1'000'000);
  const qint64 made = timer.restart();
  MapView view(QStringLiteral("test.picture"));
  RangeTable table(QStringLiteral("test.table"));
  view.resize(1180, 420);
  view.QWidget::show();
  table.resize(800, 400);
  table.QWidget::show();
  QVERIFY(QTest::qWaitForWindowExposed(&view));
  StallWatch watch;
  timer.restart();
  view.show(scene);
  QTRY_VERIFY_WITH_TIMEOUT(view.isDrawn(), 20'000);
  const qint64 drawnAfter = timer.restart();
  table.show(scene);
  QTRY_COMPARE_WITH_TIMEOUT(table.ranges().rowCount(), 1'000'000, 20'000);
  const qint64 listed = timer.restart();
  view.zoomTo({499'000, 501'000});
  QTRY_VERIFY_WITH_TIMEOUT(view.isDrawn(), 20'000);
  view.zoomOut();
  view.zoomBy(0.5);
  QTRY_VERIFY_WITH_TIMEOUT(view.isDrawn(), 20'000);
  view.forgetFrames();
  const QPoint start(900, 100);
  QTest::mousePress(&view, Qt::LeftButton, {}, start);
  for (int step = 1; step <= 40; ++step) {
    QTest::mouseMove(&view, start - QPoint(step * 8, 0));
    QCoreApplication::sendPostedEvents();
    view.repaint();
  }
  QTest::mouseRelease(&view, Qt::LeftButton, {}, start - QPoint(320, 0));
  QTRY_VERIFY_WITH_TIMEOUT(view.isDrawn(), 20'000);
  qInfo("1,000,000 ranges: made in %lld ms, drawn after %lld ms, listed after %lld ms, longest frame while panning %.1f ms, longest stall %lld ms", made, drawnAfter, listed,
        static_cast<double>(view.longestFrame()) / 1000, watch.longest());
  QVERIFY(drawnAfter < 5000);
  QVERIFY(view.longestFrame() < 200'000);
  view.setMode(MapView::Mode::Grid);
  QTRY_VERIFY_WITH_TIMEOUT(view.isDrawn(), 20'000);
  view.choose({{123'456, 123'456}});
  view.zoomTo({123'456, 123'456});
  QTRY_VERIFY_WITH_TIMEOUT(view.isDrawn(), 20'000);
  QVERIFY(QRectF(view.rect()).contains(view.rangeRect(123'456).center()));
}

CONSOLE_TEST_MAIN(TestMapPage)
#include "tst_map_page.moc"
