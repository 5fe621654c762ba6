#include <QAbstractItemModelTester>
#include <QtTest>
#include <random>

#include "tests/ui/console.h"
#include "ui/models/row_model.h"

using namespace shardwright::ui;

namespace {

struct Item {
  int id = 0;
  int value = 0;
  friend bool operator==(const Item&, const Item&) = default;
};

class Items : public RowModel<Item> {
 public:
  Items()
      : RowModel<Item>({{"Id", {}, [](const Item& item) { return Cell{QString::number(item.id)}; }, lessBy<Item>(&Item::id)},
                        {"Value", {}, [](const Item& item) { return Cell{QString::number(item.value), CellKind::Figure}; }, lessBy<Item>(&Item::value), true}},
                       [](const Item& item) { return QString::number(item.id); }) {}

  std::vector<Item> shown() const {
    std::vector<Item> rows;
    for (int at = 0; at < rowCount(); ++at) rows.push_back(row(at));
    return rows;
  }
};

std::vector<Item> randomItems(std::mt19937_64& random, int most) {
  std::vector<Item> items;
  for (int id = 0; id < most; ++id)
    if (random() % 3 != 0) items.push_back({id, static_cast<int>(random() % 50)});
  std::ranges::shuffle(items, random);
  return items;
}

std::uint64_t seed() {
  const QByteArray given = qgetenv("SHARDWRIGHT_SEED");
  return given.isEmpty() ? 7 : given.toULongLong();
}

}  // namespace

class TestRowModel : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void rowsAreThoseGivenWhateverWasThereBefore_data();
  void rowsAreThoseGivenWhateverWasThereBefore();
  void whatIsChosenStaysChosenOverARefresh();
  void sortingKeepsPersistentIndexesOnTheirRows();
  void aRowThatChangesIsSaidToHaveChanged();
  void anUnchangedTableIsSilent();
  void aBigTableIsSortedByAWorker();
  void aNewerSortMakesAnOlderOneWorthless();
};

void TestRowModel::rowsAreThoseGivenWhateverWasThereBefore_data() {
  QTest::addColumn<int>("size");
  QTest::newRow("few, one by one") << 12;
  QTest::newRow("many, all at once") << 900;
}

void TestRowModel::rowsAreThoseGivenWhateverWasThereBefore() {
  QFETCH(int, size);
  qInfo("seed %llu", static_cast<unsigned long long>(seed()));
  std::mt19937_64 random(seed());
  Items model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
  for (int round = 0; round < 40; ++round) {
    const std::vector<Item> items = randomItems(random, size);
    std::vector<Item> expected = items;
    const int sorted = static_cast<int>(random() % 3) - 1;
    const bool down = random() % 2 == 0;
    const bool even = random() % 4 == 0;
    if (even) model.setFilter([](const Item& item) { return item.value % 2 == 0; });
    else model.setFilter(nullptr);
    model.sort(sorted, down ? Qt::DescendingOrder : Qt::AscendingOrder);
    model.setRows(items);
    if (even) std::erase_if(expected, [](const Item& item) { return item.value % 2 != 0; });
    if (sorted >= 0)
      std::ranges::stable_sort(expected, [&](const Item& a, const Item& b) {
        const int first = sorted == 0 ? a.id : a.value, second = sorted == 0 ? b.id : b.value;
        return down ? second < first : first < second;
      });
    QVERIFY2(model.shown() == expected, qPrintable(QStringLiteral("round %1").arg(round)));
  }
}

void TestRowModel::whatIsChosenStaysChosenOverARefresh() {
  Items model;
  model.setRows({{1, 10}, {2, 20}, {3, 30}});
  const QPersistentModelIndex chosen(model.index(1, 0));
  model.setRows({{5, 1}, {3, 31}, {2, 21}});
  QVERIFY(chosen.isValid());
  QCOMPARE(model.row(chosen.row()).id, 2);
  model.setRows({{5, 1}});
  QVERIFY(!chosen.isValid());
}

void TestRowModel::sortingKeepsPersistentIndexesOnTheirRows() {
  Items model;
  std::vector<Item> items;
  for (int id = 0; id < 300; ++id) items.push_back({id, (id * 7919) % 300});
  model.setRows(items);
  QList<QPersistentModelIndex> held;
  for (int at = 0; at < 300; at += 17) held << QPersistentModelIndex(model.index(at, 1));
  model.sort(1, Qt::DescendingOrder);
  for (int at = 0; at < held.size(); ++at) QCOMPARE(model.row(held[at].row()).id, at * 17);
}

void TestRowModel::aRowThatChangesIsSaidToHaveChanged() {
  Items model;
  model.setRows({{1, 10}, {2, 20}});
  const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
  model.setRows({{1, 10}, {2, 21}});
  QCOMPARE(changed.size(), 1);
  QCOMPARE(model.data(model.index(1, 1), Qt::DisplayRole).toString(), QStringLiteral("21"));
}

void TestRowModel::anUnchangedTableIsSilent() {
  Items model;
  model.setRows({{1, 10}, {2, 20}});
  const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged), laidOut(&model, &QAbstractItemModel::layoutChanged),
      inserted(&model, &QAbstractItemModel::rowsInserted), removed(&model, &QAbstractItemModel::rowsRemoved), reset(&model, &QAbstractItemModel::modelReset);
  model.setRows({{1, 10}, {2, 20}});
  QCOMPARE(changed.size() + laidOut.size() + inserted.size() + removed.size() + reset.size(), 0);
}

void TestRowModel::aBigTableIsSortedByAWorker() {
  Items model;
  std::vector<Item> items;
  const int rows = static_cast<int>(IndexSorter::atOnce) + 1000;
  for (int id = 0; id < rows; ++id) items.push_back({id, (id * 31) % rows});
  model.setRows(items);
  QVERIFY(model.isSorting());
  QTRY_COMPARE(model.rowCount(), rows);
  model.sort(1, Qt::AscendingOrder);
  QVERIFY(model.isSorting());
  QTRY_VERIFY(!model.isSorting());
  QVERIFY(std::ranges::is_sorted(model.shown(), {}, &Item::value));
}

void TestRowModel::aNewerSortMakesAnOlderOneWorthless() {
  Items model;
  std::vector<Item> items;
  const int rows = static_cast<int>(IndexSorter::atOnce) + 1000;
  for (int id = 0; id < rows; ++id) items.push_back({id, rows - id});
  model.setRows(items);
  model.setRows({{1, 1}});
  QCOMPARE(model.rowCount(), 1);
  QTest::qWait(0);
  QTRY_COMPARE(model.rowCount(), 1);
}

CONSOLE_TEST_MAIN(TestRowModel)
#include "tst_row_model.moc"
