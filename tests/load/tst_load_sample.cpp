#include <QtTest>

#include "core/base/json.h"
#include "core/load/load_sample.h"

using namespace shardwright;

namespace {

ShardingStrategy strategyOf(StrategyKind kind, KeyType type) {
  return *ShardingStrategy::make({kind, type, kind == StrategyKind::Hash ? "md5-64" : "", {}});
}

LoadSample sampleOf(const ShardingStrategy& strategy, const Key& key) {
  const auto bound = *strategy.tokenOf(key);
  LoadSample sample;
  sample.keyspace = KeyspaceName("ks");
  sample.mapVersion = 3;
  sample.at = 1'790'000'000;
  sample.seconds = 7.5;
  sample.source = "router";
  sample.everywhere = 2;
  sample.ranges = {{{Token::beginning(), bound}, ShardId("a"), 10, 1000, 5, 0}, {{bound, std::nullopt}, std::nullopt, {}, {}, {}, {}}};
  sample.pins = {{key, ShardId("b"), 3, 300, {}, {}}};
  sample.hotKeys = {{key, 9, 1}};
  return sample;
}

}  // namespace

class TestLoadSample : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aSampleIsReadAsItWasWritten_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("key");
    QTest::newRow("hash") << int(StrategyKind::Hash) << "alice";
    QTest::newRow("directory") << int(StrategyKind::Directory) << "a \"b\" ä";
  }
  void aSampleIsReadAsItWasWritten() {
    QFETCH(int, kind);
    QFETCH(QString, key);
    const auto strategy = strategyOf(static_cast<StrategyKind>(kind), KeyType::Text);
    const auto sample = sampleOf(strategy, *Key::ofText(key.toStdString()));
    const auto text = canonicalJson(loadSampleToJson(sample, strategy));
    const auto again = loadSampleFromJson(*parseJson(text), strategy);
    QVERIFY2(again, again ? "" : again.error().message().c_str());
    QVERIFY(*again == sample);
  }

  void whatWasNotMeasuredIsNotZero() {
    const auto strategy = strategyOf(StrategyKind::Range, KeyType::Int);
    const auto json = loadSampleToJson(sampleOf(strategy, Key::ofInt(40)), strategy);
    QVERIFY(!json["ranges"][1].contains("rows"));
    QCOMPARE(json["ranges"][0]["writes"], Json(0));
    QCOMPARE(json["generated"], Json(false));
  }

  void wrongDocumentsAreRefused_data() {
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::newRow("another schema") << "/schema" << R"("shardwright.load/2")";
    QTest::newRow("no time") << "/at" << R"("yesterday")";
    QTest::newRow("a negative count") << "/ranges/0/reads" << "-1";
    QTest::newRow("a gap") << "/ranges/1/from" << R"("50")";
    QTest::newRow("not to the end") << "/ranges/1/until" << R"("60")";
    QTest::newRow("no ranges") << "/ranges" << "[]";
    QTest::newRow("a key of another type") << "/hotKeys/0/key" << R"("x")";
    QTest::newRow("an unknown field") << "/colour" << "1";
  }
  void wrongDocumentsAreRefused() {
    QFETCH(QString, field);
    QFETCH(QString, value);
    const auto strategy = strategyOf(StrategyKind::Range, KeyType::Int);
    auto json = loadSampleToJson(sampleOf(strategy, Key::ofInt(40)), strategy);
    QVERIFY(loadSampleFromJson(json, strategy));
    json[Json::json_pointer(field.toStdString())] = Json::parse(value.toStdString());
    const auto sample = loadSampleFromJson(json, strategy);
    QVERIFY(!sample);
    QCOMPARE(sample.error().code(), ErrorCode::InvalidInput);
  }
};

QTEST_APPLESS_MAIN(TestLoadSample)
#include "tst_load_sample.moc"
