// Traces: CSV as others write it, and what is wrong in it by line.
#include <QtTest>

#include "core/load/trace.h"
#include "tests/load/load_cases.h"

using namespace shardwright;
using namespace shardwright::tests;

class TestTrace : public QObject {
  Q_OBJECT
 private slots:
  void everyFormOfALineIsRead() {
    const auto events = parseTrace("time,op,key,cost\r\n2026-11-24T10:00:00Z,read,7,\n1764000000,write,-3,2.5\n1764000001,range,5..9,1\n\n1764000002,range,..,\n", KeyType::Int);
    QVERIFY2(events.has_value(), events ? "" : events.error().message().c_str());
    QCOMPARE(events->size(), std::size_t(4));
    QVERIFY((*events)[0].key == Key::ofInt(7) && (*events)[0].cost == 1);
    QVERIFY((*events)[1].op == TraceEvent::Op::Write && (*events)[1].cost == 2.5);
    QVERIFY((*events)[2].low == Key::ofInt(5) && (*events)[2].high == Key::ofInt(9));
    QVERIFY(!(*events)[3].low && !(*events)[3].high);
    const auto text = parseTrace("key,time,op\n\"a,\"\"b\"\"\nc\",1,read\n", KeyType::Text);
    QVERIFY2(text.has_value(), text ? "" : text.error().message().c_str());
    QCOMPARE((*text)[0].key->asText(), std::string("a,\"b\"\nc"));
  }

  void whatIsWrongIsNamedWithItsLine_data() {
    QTest::addColumn<QByteArray>("csv");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("empty") << QByteArray("") << QByteArray("empty");
    QTest::newRow("no header") << QByteArray("1,read,7\n") << QByteArray("must name the columns");
    QTest::newRow("unknown column") << QByteArray("time,op,key,colour\n") << QByteArray("colour");
    QTest::newRow("doubled column") << QByteArray("time,op,key,key\n") << QByteArray("twice");
    QTest::newRow("time") << QByteArray("time,op,key\nnoon,read,7\n") << QByteArray("line 2: \"noon\" is no time");
    QTest::newRow("op") << QByteArray("time,op,key\n1,read,7\n1,look,7\n") << QByteArray("line 3: \"look\"");
    QTest::newRow("key") << QByteArray("time,op,key\n1,read,seven\n") << QByteArray("line 2");
    QTest::newRow("range") << QByteArray("time,op,key\n1,range,9\n") << QByteArray("LO..HI");
    QTest::newRow("backward range") << QByteArray("time,op,key\n1,range,9..5\n") << QByteArray("ends before");
    QTest::newRow("cost") << QByteArray("time,op,key,cost\n1,read,7,cheap\n") << QByteArray("no cost");
    QTest::newRow("negative cost") << QByteArray("time,op,key,cost\n1,read,7,-1\n") << QByteArray("no cost");
    QTest::newRow("fields") << QByteArray("time,op,key\n1,read\n") << QByteArray("2 fields");
    QTest::newRow("open quote") << QByteArray("time,op,key\n1,read,\"7\n") << QByteArray("does not end");
    QTest::newRow("after quote") << QByteArray("time,op,key\n1,read,\"7\"8\n") << QByteArray("after a quoted");
  }
  void whatIsWrongIsNamedWithItsLine() {
    QFETCH(QByteArray, csv);
    QFETCH(QByteArray, expected);
    const auto events = parseTrace(csv.toStdString(), KeyType::Int);
    QVERIFY(!events.has_value());
    QCOMPARE(events.error().code(), ErrorCode::InvalidInput);
    QVERIFY2(events.error().message().find(expected.toStdString()) != std::string::npos, events.error().message().c_str());
  }

  void limitsHold() {
    QVERIFY(!parseTrace("time,op,key\n1,read,7\n", KeyType::Int, {10, 10}).has_value());
    QVERIFY(!parseTrace("time,op,key\n1,read,7\n1,read,7\n", KeyType::Int, {1000, 1}).has_value());
    QVERIFY(parseTrace("time,op,key\n1,read,7\n", KeyType::Int, {1000, 1}).has_value());
  }

  void eventsBecomeSamplesOfTheirMinutesAndRanges() {
    const ShardMap map = drawn("- 0 a | 0 - 10 b | 10 - c");
    const auto events = parseTrace("time,op,key\n1,read,-5\n2,write,5\n3,range,-1..10\n4,range,..\n130,read,50\n131,read,50\n", KeyType::Int);
    const auto samples = samplesFromTrace(*events, map);
    QCOMPARE(samples->size(), std::size_t(2));
    const LoadSample& first = samples->front();
    QCOMPARE(first.at, UnixSeconds(60));
    QCOMPARE(*first.ranges[0].reads, std::int64_t(2));
    QCOMPARE(*first.ranges[1].reads, std::int64_t(1));
    QCOMPARE(*first.ranges[1].writes, std::int64_t(1));
    QCOMPARE(*first.ranges[2].reads, std::int64_t(0));
    QVERIFY(!first.ranges[0].bytes);
    QCOMPARE(first.everywhere, std::int64_t(1));
    QVERIFY(samples->back().hotKeys.front() == (KeyLoad{Key::ofInt(50), 2, 0}));
    QCOMPARE(samples->back().at, UnixSeconds(180));
  }
};

QTEST_APPLESS_MAIN(TestTrace)
#include "tst_trace.moc"
