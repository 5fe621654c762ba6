// Load: its store and picture against brute force, and the page on a demo cluster by mouse and keys.
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QtTest>
#include <cmath>
#include <limits>
#include <random>

#include "core/map/map_json.h"
#include "tests/support/need.h"
#include "tests/support/random_seed.h"
#include "tests/ui/console.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/load_page.h"
#include "ui/widgets/table_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

LoadSample sampleAt(UnixSeconds at, MapVersion version, std::vector<std::tuple<std::int64_t, std::int64_t, const char*, std::int64_t>> ranges, const ShardingStrategy& strategy) {
  LoadSample sample;
  sample.keyspace = KeyspaceName("k");
  sample.mapVersion = version;
  sample.at = at;
  sample.seconds = 60;
  const auto token = [&](std::int64_t key) { return need(strategy.tokenOf(Key::ofInt(key))); };
  for (const auto& [from, until, shard, reads] : ranges) {
    RangeLoad load;
    load.tokens = {from < 0 ? Token::beginning() : token(from), until < 0 ? std::nullopt : std::optional(token(until))};
    load.shard = ShardId(shard);
    if (reads >= 0) load.reads = reads;
    sample.ranges.push_back(load);
  }
  return sample;
}

}  // namespace

class TestLoadPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void codesKeepTheOrderAndTellNothingFromZero();
  void thePyramidSaysWhatBruteForceSays();
  void aGapInTimeIsNoRest();
  void samplesOfOlderMapsAreDividedOverTheirParts();
  void thePictureSaysWhereItIsHottest();
  void aHotSpotIsChosenInThePictureAndInTheListBothWays();
  void theCursorWalksByKeysAndReadsEachCell();
  void timeStandsStillOnceItIsMovedByHand();
  void shardsStandBesideTimeWhenAskedFor();
  void countingNowAddsASampleAndCanBeStopped();
  void aMillionRangesOfADayAreComposed();
};

void TestLoadPage::codesKeepTheOrderAndTellNothingFromZero() {
  const HeatScale scale{1, 1e9, true};
  QCOMPARE(scale.codeOf({}), notMeasured);
  QCOMPARE(scale.codeOf(0), measuredZero);
  QCOMPARE(scale.codeOf(0.2), firstHeat);
  QCOMPARE(scale.codeOf(1e12), lastHeat);
  HeatCode before = measuredZero;
  for (double value = 1; value < 1e9; value *= 1.2) {
    const HeatCode code = scale.codeOf(value);
    QVERIFY(code > before);
    QVERIFY(std::fabs(scale.valueOf(code) / value - 1) < 0.05);
    before = code;
  }
  const auto ticks = scale.ticks(5);
  QVERIFY(ticks.size() >= 3 && std::ranges::is_sorted(ticks));
}

void TestLoadPage::thePyramidSaysWhatBruteForceSays() {
  const std::uint64_t seed = randomSeed();
  std::mt19937_64 random(seed);
  for (const std::size_t buckets : {1u, 2u, 5u, 64u, 1000u}) {
    HeatStore store({1, 1e6, true}, buckets);
    std::vector<float> values(buckets);
    for (float& value : values) value = random() % 5 == 0 ? none : static_cast<float>(random() % 100'000);
    need(store.append({0, 60, false}, values));
    for (int round = 0; round < 200; ++round) {
      const std::size_t first = random() % buckets, last = first + 1 + random() % (buckets - first);
      HeatCode most = notMeasured;
      for (std::size_t at = first; at < last; ++at) most = std::max(most, store.scale().codeOf(std::isnan(values[at]) ? std::nullopt : std::optional<double>(values[at])));
      QVERIFY2(store.code(0, first, last, HeatStore::Merge::Max) == most, qPrintable(QStringLiteral("seed %1, %2 buckets, %3 to %4").arg(seed).arg(buckets).arg(first).arg(last)));
      const HeatCode mean = store.code(0, first, last, HeatStore::Merge::Mean);
      QVERIFY(mean <= most);
      QCOMPARE(mean == notMeasured, most == notMeasured);
    }
  }
}

void TestLoadPage::aGapInTimeIsNoRest() {
  HeatStore store({1, 1e6, true}, 2);
  const std::vector<float> quiet{0, 5};
  need(store.append({0, 60, false}, quiet));
  need(store.append({120, 180, false}, quiet));
  QVERIFY(!store.append({170, 200, false}, quiet));
  const HeatValues values = heatValues(store, {{0, 180}, {0, 2}}, QSize(18, 4), HeatStore::Merge::Max, {});
  const auto at = [&](int x, int y) { return values.codes[static_cast<std::size_t>(x * 4 + y)]; };
  QCOMPARE(at(2, 0), measuredZero);
  QVERIFY(at(2, 3) > measuredZero);
  QCOMPARE(at(8, 0), notMeasured);
  QCOMPARE(at(8, 3), notMeasured);
  QCOMPARE(at(14, 0), measuredZero);
}

void TestLoadPage::samplesOfOlderMapsAreDividedOverTheirParts() {
  const auto strategy = need(ShardingStrategy::make({.kind = StrategyKind::Range, .keyType = KeyType::Int}));
  LoadGridInput input;
  input.map = std::make_shared<const ShardMap>(need(drawnMap(KeyspaceName("k"), strategy, "- 10 a | 10 - 20 b | 20 - b")));
  auto samples = std::make_shared<std::vector<LoadSample>>();
  samples->push_back(sampleAt(60, 1, {{-1, 10, "a", 60}, {10, -1, "b", 240}}, strategy));
  samples->push_back(sampleAt(120, 2, {{-1, 10, "a", 120}, {10, 20, "b", 0}, {20, -1, "b", -1}}, strategy));
  input.samples = samples;
  input.metric = HeatMetric::Reads;
  const auto grid = LoadGrid::make(input, {});
  QCOMPARE(grid->buckets(), std::size_t{3});
  QCOMPARE(grid->value(0, 0), std::optional(1.0));
  QCOMPARE(grid->value(0, 1), std::optional(2.0));
  QCOMPARE(grid->value(0, 2), std::optional(2.0));
  QCOMPARE(grid->store().code(1, 1, 2, HeatStore::Merge::Max), measuredZero);
  QCOMPARE(grid->store().code(1, 2, 3, HeatStore::Merge::Max), notMeasured);
  input.axis = LoadGridInput::Axis::Shards;
  const auto shards = LoadGrid::make(input, {});
  QCOMPARE(shards->buckets(), std::size_t{2});
  QCOMPARE(shards->value(0, *shards->bucketOf(ShardId("b"))), std::optional(4.0));
  QCOMPARE(shards->value(1, *shards->bucketOf(ShardId("b"))), std::optional(0.0));
}

void TestLoadPage::thePictureSaysWhereItIsHottest() {
  Console console;
  console.open(QStringLiteral("load"));
  auto* const view = console.find<HeatView>(QStringLiteral("load.picture"));
  QTRY_VERIFY(view->grid() && view->isDrawn());
  const LoadGrid& grid = *view->grid();
  double most = 0;
  for (std::size_t slot = 0; slot < grid.store().slots().size(); ++slot)
    for (std::size_t bucket = 0; bucket < grid.buckets(); ++bucket) most = std::max(most, grid.value(slot, bucket).value_or(0));
  bool said = false;
  for (const QLabel* label : console.window().current()->findChildren<QLabel*>()) said = said || (label->isVisible() && label->text().contains(heatText(HeatMetric::Accesses, most)));
  QVERIFY(said);
  QVERIFY(grid.hasGenerated());
  QVERIFY(console.find<QWidget>(QStringLiteral("load.generated"))->isVisible());
}

void TestLoadPage::aHotSpotIsChosenInThePictureAndInTheListBothWays() {
  Console console;
  console.open(QStringLiteral("load"));
  auto* const view = console.find<HeatView>(QStringLiteral("load.picture"));
  auto* const list = console.find<TableView>(QStringLiteral("load.hot"));
  QTRY_VERIFY(view->isDrawn());
  QTRY_VERIFY(list->model()->rowCount() > 0);
  QAbstractItemModelTester tester(list->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
  QCOMPARE(view->chosen().size(), std::size_t{1});
  QCOMPARE(console.session().selection().ranges().size(), std::size_t{1});
  const TokenRange hot = console.session().selection().ranges().front();
  QCOMPARE(view->grid()->tokens(view->chosen().front().first, view->chosen().front().last), hot);
  auto* const act = console.find<QPushButton>(QStringLiteral("load.hot.act"));
  QVERIFY(act->text().contains(QStringLiteral("…")));
  QTest::keyClick(view, Qt::Key_Escape);
  QVERIFY(list->chosenId().isEmpty());
  const std::size_t bucket = view->grid()->bucketOf(hot.from);
  QTest::mouseClick(view, Qt::LeftButton, {}, view->placeOf({view->window().time.until - 600, bucket}).toPoint());
  QCOMPARE(console.session().selection().ranges().front(), hot);
  QVERIFY(!list->chosenId().isEmpty());
}

void TestLoadPage::theCursorWalksByKeysAndReadsEachCell() {
  Console console;
  console.open(QStringLiteral("load"));
  auto* const view = console.find<HeatView>(QStringLiteral("load.picture"));
  QTRY_VERIFY(view->isDrawn());
  view->setFocus();
  QTest::keyClick(view, Qt::Key_Right);
  QVERIFY(view->cursor().has_value());
  const auto before = *view->cursor();
  QTest::keyClick(view, Qt::Key_Down);
  QVERIFY(view->cursor()->bucket > before.bucket);
  QTest::keyClick(view, Qt::Key_Left);
  QVERIFY(view->cursor()->time < before.time);
  QVERIFY2(view->accessibleDescription().contains(QStringLiteral("accesses/s")), qPrintable(view->accessibleDescription()));
  QTest::keyClick(view, Qt::Key_Down, Qt::ShiftModifier);
  QCOMPARE(view->chosen().size(), std::size_t{1});
  QVERIFY(view->chosen().front().last > view->chosen().front().first);
  const HeatWindow whole = view->window();
  QTest::keyClick(view, Qt::Key_Plus);
  QVERIFY(view->window().buckets.width() < whole.buckets.width());
  QTest::keyClick(view, Qt::Key_Backspace);
  QCOMPARE(view->window().buckets, whole.buckets);
}

void TestLoadPage::timeStandsStillOnceItIsMovedByHand() {
  Console console;
  console.open(QStringLiteral("load"));
  auto* const view = console.find<HeatView>(QStringLiteral("load.picture"));
  auto* const following = console.find<QPushButton>(QStringLiteral("load.picture.follow"));
  QTRY_VERIFY(view->isDrawn());
  QVERIFY(following->isChecked());
  const QPointF place(view->width() / 2.0, view->height() / 2.0);
  QWheelEvent event(place, view->mapToGlobal(place), {}, {0, 240}, Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase, false);
  const HeatWindow before = view->window();
  QApplication::sendEvent(view, &event);
  QVERIFY(!following->isChecked());
  QCOMPARE(view->window().buckets, before.buckets);
  QVERIFY(view->window().time.width() < before.time.width());
  console.click(QStringLiteral("load.picture.follow"));
  QCOMPARE(view->window().time.width(), before.time.width());
}

void TestLoadPage::shardsStandBesideTimeWhenAskedFor() {
  Console console;
  console.open(QStringLiteral("load"));
  auto* const view = console.find<HeatView>(QStringLiteral("load.picture"));
  QTRY_VERIFY(view->isDrawn());
  console.find<QComboBox>(QStringLiteral("load.picture.axis"))->setCurrentIndex(1);
  QTRY_VERIFY(view->grid() && !view->grid()->isKeys() && view->isDrawn());
  QCOMPARE(view->grid()->buckets(), console.session().facts().value()->shards.size());
  QTest::mouseClick(view, Qt::LeftButton, {}, view->placeOf({view->window().time.until - 600, 1}).toPoint());
  QCOMPARE(console.session().selection().shards(), std::set<ShardId>{view->grid()->shard(1)});
}

void TestLoadPage::countingNowAddsASampleAndCanBeStopped() {
  const DemoCluster cluster(1500, 3);
  Console console(cluster);
  console.open(QStringLiteral("load"));
  auto* const view = console.find<HeatView>(QStringLiteral("load.picture"));
  console.find<QComboBox>(QStringLiteral("load.picture.metric"))->setCurrentIndex(3);
  QTRY_VERIFY(view->grid() && view->grid()->input().metric == HeatMetric::Rows);
  const std::size_t before = view->grid()->input().samples->size();
  auto* const stop = console.find<QPushButton>(QStringLiteral("load.actions.stop"));
  QVERIFY(!stop->isVisible());
  console.click(QStringLiteral("load.actions.sample"));
  QVERIFY(stop->isVisible());
  QTRY_VERIFY(!stop->isVisible());
  QTRY_COMPARE(view->grid()->input().samples->size(), before + 1);
  QCOMPARE(view->grid()->input().samples->back().source, std::string("databases"));
  QVERIFY(console.find<QLabel>(QStringLiteral("load.sample.progress"))->text().contains(QStringLiteral("rows")));
}

// The numbers are printed; the bounds are wide, for slow machines and debug builds.
void TestLoadPage::aMillionRangesOfADayAreComposed() {
  constexpr std::size_t buckets = 1'000'000;
  HeatStore store({1, 1e9, true}, buckets);
  std::vector<float> values(buckets);
  for (std::size_t at = 0; at < buckets; ++at) values[at] = static_cast<float>(at * 7919 % 1000);
  values[617'283] = 5e8F;
  QElapsedTimer timer;
  timer.start();
  constexpr int slots = 12;
  for (int slot = 0; slot < slots; ++slot) need(store.append({slot * 60, slot * 60 + 60, false}, values));
  const qint64 appended = timer.restart();
  const HeatValues picture = heatValues(store, {{0, slots * 60}, {0, static_cast<double>(buckets)}}, QSize(1200, 700), HeatStore::Merge::Max, {});
  const qint64 composed = timer.restart();
  HeatInk ink;
  ink.palette = heatPalette(store.scale(), store.scale(), 0);
  QVERIFY(!heatImage(picture, ink).isNull());
  qInfo("1,000,000 ranges: a slot appended in %.1f ms, composed in %lld ms, coloured in %lld ms, %.2f bytes a cell", static_cast<double>(appended) / slots, composed, timer.elapsed(),
        static_cast<double>(store.bytes()) / buckets / slots);
  QVERIFY(store.bytes() < 2 * buckets * slots);
  const int row = static_cast<int>(617'283.0 / buckets * 700);
  QCOMPARE(picture.codes[static_cast<std::size_t>(row)], store.scale().codeOf(5e8));
  QVERIFY(composed < 5000);
}

CONSOLE_TEST_MAIN(TestLoadPage)
#include "tst_load_page.moc"
