#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QtTest>

#include "core/manager/load_verbs.h"
#include "tests/ui/console.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/page_list.h"
#include "ui/shell/search.h"
#include "ui/theme/format.h"
#include "ui/widgets/table_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

class TestPalette : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatIsSearchedIsFound_data();
  void whatIsSearchedIsFound();
  void nothingTypedListsThePages();
  void aKeyIsFoundOnItsOwner();
  void keysLeadToWhatWasFound();
  void escapeGivesTheFocusBack();
};

void TestPalette::whatIsSearchedIsFound_data() {
  QTest::addColumn<QString>("words");
  QTest::addColumn<QString>("first");
  QTest::newRow("a page by its beginning") << QStringLiteral("over") << QStringLiteral("page overview");
  QTest::newRow("capitals do not matter") << QStringLiteral("OVER") << QStringLiteral("page overview");
  QTest::newRow("blanks around do not matter") << QStringLiteral("  over ") << QStringLiteral("page overview");
  QTest::newRow("a keyspace") << QStringLiteral("blo") << QStringLiteral("keyspace blocks");
  QTest::newRow("a shard") << QStringLiteral("nor") << QStringLiteral("shard north");
  QTest::newRow("the beginning before the middle") << QStringLiteral("s") << QStringLiteral("shard south");
  QTest::newRow("anything may be a key of text") << QStringLiteral("no such thing") << QStringLiteral("key");
}

void TestPalette::whatIsSearchedIsFound() {
  QFETCH(QString, words);
  QFETCH(QString, first);
  Console console;
  console.open(QStringLiteral("overview"));
  const auto hits = hitsOf(*console.session().facts().value(), KeyspaceName("accounts"), words);
  if (words == QStringLiteral("s")) {
    const auto at = [&](const QString& id) { return std::ranges::find(hits, id, &Hit::id) - hits.begin(); };
    QVERIFY(at(first) < at(QStringLiteral("shard east")));
    return;
  }
  QVERIFY(!hits.empty());
  QCOMPARE(hits.front().id, first);
}

void TestPalette::nothingTypedListsThePages() {
  Console console;
  console.open(QStringLiteral("overview"));
  const auto hits = hitsOf(*console.session().facts().value(), KeyspaceName("accounts"), {}, 100);
  const auto pages = std::ranges::count_if(allPages(), [](const PageInfo& info) { return info.under.isEmpty(); });
  QCOMPARE(static_cast<std::ptrdiff_t>(hits.size()), pages);
}

void TestPalette::aKeyIsFoundOnItsOwner() {
  Console console;
  console.open(QStringLiteral("overview"));
  const ClusterFacts& facts = *console.session().facts().value();
  const KeyspaceName blocks("blocks");
  for (const char* key : {"0", "17", "-5", "9223372036854775807"}) {
    const auto hits = hitsOf(facts, blocks, QString::fromLatin1(key));
    const auto hit = std::ranges::find(hits, QStringLiteral("key"), &Hit::id);
    QVERIFY2(hit != hits.end(), key);
    const auto placement = facts.keyspace(blocks)->map->placementOf(*Key::parse(KeyType::Int, key));
    QCOMPARE(hit->shard, placement->shard);
    QVERIFY(hit->titleIsCode && hit->keyspace == blocks);
  }
  QVERIFY(hitsOf(facts, blocks, QStringLiteral("no such thing")).empty());
}

void TestPalette::keysLeadToWhatWasFound() {
  Console console;
  console.open(QStringLiteral("overview"));
  QTest::keyClick(&console.window(), Qt::Key_K, Qt::ControlModifier);
  auto* const field = console.find<QLineEdit>(QStringLiteral("shell.palette.field"));
  auto* const list = console.find<TableView>(QStringLiteral("shell.palette.hits"));
  const QAbstractItemModelTester tester(list->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  QTRY_VERIFY(field->hasFocus());
  QTest::keyClicks(field, QStringLiteral("west"));
  QCOMPARE(list->chosenId(), QStringLiteral("shard west"));
  QTest::keyClick(field, Qt::Key_Return);
  QVERIFY(!field->isVisible());
  QCOMPARE(console.session().selection().shards(), std::set<ShardId>{ShardId("west")});

  console.click(QStringLiteral("shell.context.search"));
  QTRY_VERIFY(field->hasFocus());
  QCOMPARE(field->text(), QString());
  QTest::keyClicks(field, QStringLiteral("contracts"));
  QTest::keyClick(field, Qt::Key_Return);
  QCOMPARE(console.session().selection().keyspace(), KeyspaceName("contracts"));
}

void TestPalette::escapeGivesTheFocusBack() {
  Console console;
  console.open(QStringLiteral("overview"));
  auto* const metric = console.find<QWidget>(QStringLiteral("overview.load.metric"));
  metric->setFocus();
  QTest::keyClick(&console.window(), Qt::Key_K, Qt::ControlModifier);
  auto* const field = console.find<QLineEdit>(QStringLiteral("shell.palette.field"));
  QTRY_VERIFY(field->hasFocus());
  QTest::keyClick(field, Qt::Key_Down);
  QTest::keyClick(field, Qt::Key_Escape);
  QVERIFY(!field->isVisible());
  QVERIFY(metric->hasFocus());
}

CONSOLE_TEST_MAIN(TestPalette)
#include "tst_palette.moc"
