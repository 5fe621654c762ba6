#include "tests/support/ledger.h"

#include <QtTest>

#include <fstream>
#include <thread>

using namespace shardwright;
using namespace shardwright::test;

namespace {

std::string pathIn(const QTemporaryDir& dir) { return dir.filePath("ledger").toStdString(); }

void writeText(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

}  // namespace

class TestLedger : public QObject {
  Q_OBJECT

 private slots:
  void whatWasWrittenIsReadBack();
  void anOperationWithoutAnAnswerIsUnknown();
  void aLineCutByAKillIsSkipped();
  void aSecondClientAppendsToTheSameFile();
  void threadsDoNotMixTheirLines();
  void aLedgerThatContradictsItselfIsCorrupt_data();
  void aLedgerThatContradictsItselfIsCorrupt();
  void aFullDiskIsTold();
  void historiesAreReadInOrder();
};

void TestLedger::whatWasWrittenIsReadBack() {
  QTemporaryDir dir;
  const std::vector<Effect> both = {{WriteKind::Replace, 1, "key with\nodd \xff bytes"}, {WriteKind::Delete, 7, ""}};
  const std::vector<Effect> update = {{WriteKind::Update, 4, "k"}};
  const std::int64_t before = monotonicNanoseconds();
  {
    auto ledger = Ledger::append(pathIn(dir));
    QVERIFY(ledger);
    QVERIFY(ledger->invoke({1, 1}, both) && ledger->ok({1, 1}, 2));
    QVERIFY(ledger->invoke({1, 2}, update) && ledger->fail({1, 2}));
    QVERIFY(ledger->invoke({1, 3}, update) && ledger->unknown({1, 3}));
  }
  const auto operations = readLedger(pathIn(dir));
  QVERIFY(operations);
  QCOMPARE(operations->size(), std::size_t{3});
  const Operation& first = operations->front();
  QVERIFY(first.id == (OpId{1, 1}));
  QVERIFY(first.effects == both);
  QVERIFY(first.outcome == Outcome::Ok);
  QCOMPARE(first.rows, std::int64_t{2});
  QVERIFY(before <= first.invoked && first.invoked <= first.ended && first.ended <= monotonicNanoseconds());
  QVERIFY((*operations)[1].outcome == Outcome::Fail);
  QVERIFY((*operations)[2].outcome == Outcome::Unknown);
  QCOMPARE((*operations)[2].ended, Operation::never);
}

void TestLedger::anOperationWithoutAnAnswerIsUnknown() {
  QTemporaryDir dir;
  writeText(pathIn(dir), "invoke 1.1 10 insert:1:61\n");
  const auto operations = readLedger(pathIn(dir));
  QVERIFY(operations);
  QVERIFY(operations->front().outcome == Outcome::Unknown);
  QCOMPARE(operations->front().ended, Operation::never);
}

void TestLedger::aLineCutByAKillIsSkipped() {
  QTemporaryDir dir;
  writeText(pathIn(dir), "invoke 1.1 10 insert:1:61\nok 1.1 1");
  const auto operations = readLedger(pathIn(dir));
  QVERIFY(operations);
  QVERIFY(operations->front().outcome == Outcome::Unknown);
}

void TestLedger::aSecondClientAppendsToTheSameFile() {
  QTemporaryDir dir;
  const std::vector<Effect> insert = {{WriteKind::Insert, 1, "k"}};
  for (std::uint32_t client = 1; client <= 2; ++client) {
    auto ledger = Ledger::append(pathIn(dir));
    QVERIFY(ledger && ledger->invoke({client, 1}, insert) && ledger->ok({client, 1}, 1));
  }
  QCOMPARE(readLedger(pathIn(dir))->size(), std::size_t{2});
}

void TestLedger::threadsDoNotMixTheirLines() {
  QTemporaryDir dir;
  auto ledger = Ledger::append(pathIn(dir));
  QVERIFY(ledger);
  constexpr std::uint32_t threads = 4, each = 200;
  {
    std::vector<std::jthread> workers;
    for (std::uint32_t client = 1; client <= threads; ++client)
      workers.emplace_back([&ledger, client] {
        const std::vector<Effect> insert = {{WriteKind::Insert, 1, std::string(100, 'k')}};
        for (std::uint32_t number = 1; number <= each; ++number)
          if (ledger->invoke({client, number}, insert)) static_cast<void>(ledger->ok({client, number}, 1));
      });
  }
  const auto operations = readLedger(pathIn(dir));
  QVERIFY(operations);
  QCOMPARE(operations->size(), std::size_t{threads * each});
  for (const Operation& operation : *operations) QVERIFY(operation.outcome == Outcome::Ok);
}

void TestLedger::aLedgerThatContradictsItselfIsCorrupt_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::newRow("answer to no question") << QByteArray("ok 1.1 10 1\n");
  QTest::newRow("two answers") << QByteArray("invoke 1.1 10 insert:1:61\nok 1.1 11 1\nfail 1.1 12\n");
  QTest::newRow("asked twice") << QByteArray("invoke 1.1 10 insert:1:61\ninvoke 1.1 11 insert:1:61\n");
  QTest::newRow("no effect") << QByteArray("invoke 1.1 10\n");
  QTest::newRow("version 0") << QByteArray("invoke 1.1 10 insert:0:61\n");
  QTest::newRow("unknown kind") << QByteArray("invoke 1.1 10 upsert:1:61\n");
  QTest::newRow("no operation") << QByteArray("invoke 1 10 insert:1:61\n");
  QTest::newRow("no event") << QByteArray("invoke 1.1 10 insert:1:61\nmaybe 1.1 11\n");
}

void TestLedger::aLedgerThatContradictsItselfIsCorrupt() {
  QFETCH(QByteArray, text);
  QTemporaryDir dir;
  writeText(pathIn(dir), text.toStdString());
  const auto operations = readLedger(pathIn(dir));
  QVERIFY(!operations);
  QCOMPARE(operations.error().code(), ErrorCode::Corrupt);
}

void TestLedger::aFullDiskIsTold() {
  auto ledger = Ledger::append("/dev/full");
  QVERIFY(ledger);
  const auto written = ledger->fail({1, 1});
  QVERIFY(!written);
  QCOMPARE(written.error().code(), ErrorCode::Unavailable);
}

void TestLedger::historiesAreReadInOrder() {
  const auto history = parseHistory("1.4,12.5,");
  QVERIFY(history);
  QVERIFY(*history == (std::vector<OpId>{{1, 4}, {12, 5}}));
  QVERIFY(parseHistory("")->empty());
  QVERIFY(!parseHistory("1.4,12.5"));
  QVERIFY(!parseHistory("1.4,x,"));
}

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
