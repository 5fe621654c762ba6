// Snapshots: what is written is what is read, and what is wrong is refused with a sentence that says where.
#include <QtTest>

#include "core/plan/snapshot.h"
#include "core/strategy/order_encoding.h"
#include "tests/plan/instances.h"

using namespace shardwright;

namespace {

Token at(std::int64_t key) { return encodeOrdered(Key::ofInt(key)); }

ClusterSnapshot live() {
  ClusterSnapshot snapshot;
  snapshot.keyspace = KeyspaceName("accounts");
  snapshot.mapVersion = 3;
  snapshot.strategy = StrategySpec{StrategyKind::Range, KeyType::Int, "", std::nullopt};
  snapshot.dimensions = {"bytes", "rows"};
  snapshot.generated = true;
  snapshot.options = R"({"note":"ü"})";
  snapshot.shards = {{ShardId("a"), "eu", ShardState::Active, {1000, 50}, {900, std::nullopt}, 1.5, std::vector<std::string>{"x"}, 2, 3},
                     {ShardId("b"), "", ShardState::Draining, {std::nullopt, std::nullopt}, {}, 1, std::nullopt, 1, 1}};
  SnapshotRange first{"..40", ShardId("a"), {600, 30}, 700, "x", "g", true, 1'764'000'000, TokenRange{Token::beginning(), at(40)}, std::nullopt, {}, std::nullopt};
  first.splitPoints = {{at(10), {100, 5}}, {at(20), {300, 20}}};
  first.hotKey = HotKey{Key::ofInt(12), {50, 1}};
  SnapshotRange rest{"40..", std::nullopt, {0, 0}, 0, "", "", false, std::nullopt, TokenRange{at(40), std::nullopt}, std::nullopt, {}, std::nullopt};
  SnapshotRange pin{"key 7", ShardId("b"), {5, 1}, 5, "", "", false, std::nullopt, std::nullopt, Key::ofInt(7), {}, std::nullopt};
  snapshot.ranges = {first, rest, pin};
  return snapshot;
}

}  // namespace

class TestSnapshot : public QObject {
  Q_OBJECT
 private slots:
  void aSnapshotIsTheSameAfterItsJson() {
    const ClusterSnapshot snapshot = live();
    const auto read = snapshotFromJson(snapshotToJson(snapshot));
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    QVERIFY(*read == snapshot);
    const ClusterSnapshot zones = tests::snapshotOf(tests::makeInstance("zones", 500, 10, 3), "zones");
    QVERIFY(*snapshotFromJson(snapshotToJson(zones)) == zones);
  }

  void theFewestFieldsSuffice() {
    const auto read = snapshotFromJson(
        R"({"schema":"shardwright.snapshot/1","keyspace":"k","dimensions":["bytes"],"shards":[{"name":"a","zone":"z","state":"active","capacity":[10]}],
           "ranges":[{"id":"r","shard":"a","loads":[3],"moveBytes":3,"tag":null,"group":null}]})");
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    QCOMPARE(read->ranges[0].loads[0], std::int64_t(3));
    QCOMPARE(read->shards[0].slotsIn, 1);
  }

  void aWrongFileIsRefusedSayingWhere_data() {
    QTest::addColumn<QByteArray>("find");
    QTest::addColumn<QByteArray>("replace");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no JSON") << QByteArray("{\"dim") << QByteArray("{dim") << QByteArray("not JSON");
    QTest::newRow("schema") << QByteArray("snapshot/1") << QByteArray("plan/1") << QByteArray("a snapshot says");
    QTest::newRow("negative load") << QByteArray("[600,30]") << QByteArray("[-600,30]") << QByteArray("ranges[0]");
    QTest::newRow("load beyond 2^60") << QByteArray("[600,30]") << QByteArray("[2000000000000000000,30]") << QByteArray("2^60");
    QTest::newRow("load as a fraction") << QByteArray("[600,30]") << QByteArray("[600.5,30]") << QByteArray("ranges[0]");
    QTest::newRow("too few loads") << QByteArray("[600,30]") << QByteArray("[600]") << QByteArray("2 dimensions");
    QTest::newRow("unknown shard") << QByteArray("\"shard\":\"a\"") << QByteArray("\"shard\":\"c\"") << QByteArray("\"c\" is not in the snapshot");
    QTest::newRow("doubled range") << QByteArray("\"id\":\"40..\"") << QByteArray("\"id\":\"..40\"") << QByteArray("stands twice");
    QTest::newRow("doubled field") << QByteArray("\"tag\":\"x\"") << QByteArray("\"tag\":\"x\",\"tag\":\"x\"") << QByteArray("twice");
    QTest::newRow("misspelt field") << QByteArray("\"tag\":\"x\"") << QByteArray("\"tagg\":\"x\"") << QByteArray("tagg");
    QTest::newRow("state") << QByteArray("draining") << QByteArray("asleep") << QByteArray("asleep");
    QTest::newRow("split points out of order") << QByteArray("\"at\":\"10\"") << QByteArray("\"at\":\"30\"") << QByteArray("ascend");
    QTest::newRow("split point above the load") << QByteArray("[300,20]") << QByteArray("[300,31]") << QByteArray("exceed");
    QTest::newRow("range is a number") << QByteArray("\"ranges\":[") << QByteArray("\"ranges\":[7,") << QByteArray("list of objects");
    QTest::newRow("no strategy") << QByteArray("\"strategy\":{") << QByteArray("\"options\":{},\"x\":{") << QByteArray("twice");
    QTest::newRow("slots") << QByteArray("\"slotsIn\":2") << QByteArray("\"slotsIn\":0") << QByteArray("slotsIn");
    QTest::newRow("deep") << QByteArray("\"note\":\"") << QByteArray("\"deep\":") + QByteArray(100, '[') + QByteArray(100, ']') + QByteArray(",\"note\":\"")
                          << QByteArray("deeper than 64");
  }
  void aWrongFileIsRefusedSayingWhere() {
    QFETCH(QByteArray, find);
    QFETCH(QByteArray, replace);
    QFETCH(QByteArray, says);
    QByteArray text = QByteArray::fromStdString(snapshotToJson(live()));
    const auto place = text.indexOf(find);
    QVERIFY(place >= 0);
    text.replace(place, find.size(), replace);
    const auto read = snapshotFromJson(text.toStdString());
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code(), ErrorCode::InvalidInput);
    QVERIFY2(read.error().message().find(says.toStdString()) != std::string::npos, read.error().message().c_str());
  }

  void aFilePastTheLimitsIsRefused() {
    const std::string text = snapshotToJson(live());
    QVERIFY(!snapshotFromJson(text, {text.size() - 1, 1000, 64}).has_value());
    QVERIFY(snapshotFromJson(text, {text.size(), 5, 64}).has_value());
    QVERIFY(!snapshotFromJson(text, {text.size(), 4, 64}).has_value());
  }

  void everyTruncationIsRefusedAndNoneCrashes() {
    const std::string text = snapshotToJson(live());
    for (std::size_t length = 0; length + 2 < text.size(); ++length) QVERIFY(!snapshotFromJson(text.substr(0, length)).has_value());
  }
};

QTEST_APPLESS_MAIN(TestSnapshot)
#include "tst_snapshot.moc"
