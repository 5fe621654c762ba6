// The sample cluster: what is in it, where, and how it is made.
#include <QtTest>

#include <filesystem>
#include <fstream>

#include "core/base/json.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/load/load_sample.h"
#include "core/manager/demo_ledger.h"
#include "core/map/map_json.h"
#include "core/map/map_rules.h"
#include "tests/manager/demo_fixture.h"

using namespace shardwright;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> rowsOf(sqlite::Database& db, const std::string& sql) {
  auto statement = must(db.prepare(sql));
  std::vector<std::string> out;
  while (must(statement.step())) {
    std::string line;
    for (const auto& value : statement.row()) line += describe(value) + ",";
    out.push_back(line);
  }
  return out;
}

}  // namespace

class TestDemo : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyRowIsOnItsOwner_data() {
    QTest::addColumn<int>("shards");
    QTest::addColumn<int>("rows");
    QTest::newRow("two") << 2 << 3000;
    QTest::newRow("four") << 4 << 3000;
    QTest::newRow("five") << 5 << 1000;
    QTest::newRow("seventeen") << 17 << 1000;
    QTest::newRow("hardly any rows") << 5 << 7;
    QTest::newRow("no rows") << 2 << 0;
  }
  void everyRowIsOnItsOwner() {
    QFETCH(int, shards);
    QFETCH(int, rows);
    const QTemporaryDir folder;
    const auto report = must(createDemo(optionsFor(folder, shards, rows)));
    QCOMPARE(report.rows, rows);
    auto catalog = catalogOf(report);
    QCOMPARE(catalog.environment(), Environment::Development);
    const auto registry = must(catalog.shards());
    QCOMPARE(registry.size(), static_cast<std::size_t>(shards));
    std::int64_t seen = 0;
    for (const auto& keyspace : must(catalog.keyspaces())) {
      const auto map = must(catalog.currentMap(keyspace.name));
      QVERIFY(checkMap(*map, registry).empty());
      QCOMPARE(map->shards().size(), static_cast<std::size_t>(shards));
      for (const auto& shard : registry) {
        const auto session = must(sqlite::SqliteSession::open(shard, {.catalogUuid = catalog.uuid(), .vfs = {}, .watch = {}}));
        QCOMPARE(must(session->identity()), shard.identity);
        QCOMPARE(must(session->publishedMap(keyspace.name))->document, mapToJson(*map));
        QVERIFY(must(session->checkDatabase()).empty());
        for (const auto& finding : must(session->checkKeys(keyspace, keyspace.tables.front(), 10, {})))
          QVERIFY2(!finding.blocking, finding.sentence.c_str());
        must(session->scanKeys(keyspace, keyspace.tables.front(), {}, [&](const Key& key, std::int64_t count) {
          seen += count;
          if (must(map->placementOf(key)).shard != shard.id) qFatal("%s is not on its owner", key.toText().c_str());
          return true;
        }, {}));
      }
    }
    QCOMPARE(seen, rows);
    QVERIFY(must(catalog.check()).empty());
  }

  void itIsUnbalancedOnPurpose() {
    const QTemporaryDir folder;
    const auto report = must(createDemo(optionsFor(folder, 4, 8000)));
    auto most = report.shards.front(), least = most;
    for (const auto& shard : report.shards) {
      if (shard.accounts > most.accounts) most = shard;
      if (shard.accounts < least.accounts) least = shard;
    }
    QVERIFY2(most.accounts > 3 * least.accounts, "uneven slots");
    auto catalog = catalogOf(report);
    const auto hot = must(Key::ofText("harbour-exchange"));
    const auto owner = must(must(catalog.currentMap(KeyspaceName("contracts")))->placementOf(hot)).shard;
    for (const auto& shard : report.shards) {
      auto db = fileOf(shard.file);
      const auto contracts = must(db.singleInteger("SELECT count(*) FROM contracts WHERE owner = 'harbour-exchange'"));
      if (shard.shard == owner) QVERIFY2(contracts * 4 > 8000 / 5, "one owner has a quarter of the contracts");
      QCOMPARE(contracts > 0, shard.shard == owner);
    }
    const auto nobodys = must(must(catalog.currentMap(KeyspaceName("contracts")))->placementOf(must(Key::ofText("~"))));
    QVERIFY(!nobodys.shard);
  }

  void theSameSeedGivesTheSameClusterAndAnotherGivesAnother() {
    const QTemporaryDir one, two, three;
    const auto first = must(createDemo(optionsFor(one))), second = must(createDemo(optionsFor(two)));
    auto options = optionsFor(three);
    options.seed = 8;
    const auto other = must(createDemo(options));
    auto firstCatalog = catalogOf(first), secondCatalog = catalogOf(second);
    for (const auto& keyspace : must(firstCatalog.keyspaces()))
      QCOMPARE(mapToJson(*must(firstCatalog.currentMap(keyspace.name))), mapToJson(*must(secondCatalog.currentMap(keyspace.name))));
    for (const auto& keyspace : must(firstCatalog.keyspaces())) {
      const auto a = must(firstCatalog.loadSamples(keyspace.name, 0, INT64_MAX)), b = must(secondCatalog.loadSamples(keyspace.name, 0, INT64_MAX));
      QVERIFY(std::ranges::equal(a, b, {}, &LoadSampleRow::document, &LoadSampleRow::document));
    }
    for (std::size_t i = 0; i < first.shards.size(); ++i)
      for (const char* sql : {"SELECT * FROM accounts ORDER BY 1", "SELECT * FROM blocks ORDER BY 1", "SELECT * FROM contracts ORDER BY 1, 2"}) {
        auto a = fileOf(first.shards[i].file), b = fileOf(second.shards[i].file), c = fileOf(other.shards[i].file);
        const auto rows = rowsOf(a, sql);
        QVERIFY(!rows.empty());
        QCOMPARE(rows, rowsOf(b, sql));
        QVERIFY(rows != rowsOf(c, sql));
      }
  }

  void aDayOfLoadIsThereAndMarkedAsGenerated() {
    const QTemporaryDir folder;
    const auto report = must(createDemo(optionsFor(folder, 4, 8000)));
    auto catalog = catalogOf(report);
    std::int64_t samples = 0;
    for (const auto& keyspace : must(catalog.keyspaces())) {
      const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
      const UnixSeconds now = 1'790'000'000;
      QVERIFY(must(catalog.loadSamples(keyspace.name, 0, now - 86'400)).empty());
      const auto rows = must(catalog.loadSamples(keyspace.name, now - 86'400, now + 1));
      QVERIFY(rows.size() >= 24);
      samples += static_cast<std::int64_t>(rows.size());
      for (const auto& row : rows) {
        QVERIFY(row.generated);
        const auto sample = must(loadSampleFromJson(must(parseJson(row.document)), strategy));
        QVERIFY(sample.generated);
        QCOMPARE(sample.at, row.at);
      }
      const auto last = must(loadSampleFromJson(must(parseJson(rows.back().document)), strategy));
      QCOMPARE(last.at, now);
      std::int64_t held = 0, operations = 0;
      for (const auto& range : last.ranges) {
        held += *range.rows;
        operations += *range.reads + *range.writes;
      }
      // What the last sample says the shards hold is what they hold.
      std::int64_t there = 0;
      for (const auto& shard : report.shards)
        there += keyspace.name.text() == "accounts" ? shard.accounts : keyspace.name.text() == "blocks" ? shard.blocks : shard.contracts;
      QCOMPARE(held, there);
      if (keyspace.name.text() == "blocks") {
        const auto& tip = last.ranges.back();
        QVERIFY2(*tip.reads + *tip.writes > operations / 2, "the newest heights are hot");
      }
      if (keyspace.name.text() == "contracts") {
        QCOMPARE(last.hotKeys.front().key.toText(), "harbour-exchange");
        QVERIFY2(last.hotKeys.front().count > operations * 2 / 5, "one owner is hot");
      }
    }
    QCOMPARE(samples, report.loadSamples);
  }

  void wrongOptionsAreRefused_data() {
    QTest::addColumn<int>("shards");
    QTest::addColumn<qlonglong>("rows");
    QTest::addColumn<double>("skew");
    QTest::newRow("one shard") << 1 << 10LL << 1.0;
    QTest::newRow("too many shards") << 257 << 10LL << 1.0;
    QTest::newRow("negative rows") << 2 << -1LL << 1.0;
    QTest::newRow("negative skew") << 2 << 10LL << -0.5;
    QTest::newRow("skew that is no number") << 2 << 10LL << qQNaN();
  }
  void wrongOptionsAreRefused() {
    QFETCH(int, shards);
    QFETCH(qlonglong, rows);
    QFETCH(double, skew);
    const QTemporaryDir folder;
    auto options = optionsFor(folder, shards, rows);
    options.skew = skew;
    const auto report = createDemo(options);
    QVERIFY(!report);
    QCOMPARE(report.error().code(), ErrorCode::InvalidInput);
    QVERIFY(!fs::exists(options.folder));
  }

  void aFolderWithADemoIsRefusedAndLeftAlone() {
    const QTemporaryDir folder;
    const auto report = must(createDemo(optionsFor(folder)));
    const auto again = createDemo(optionsFor(folder));
    QVERIFY(!again);
    QCOMPARE(again.error().code(), ErrorCode::Refused);
    for (const auto& shard : report.shards) QVERIFY(fs::exists(shard.file));
    QVERIFY(must(catalogOf(report).check()).empty());
  }

  void aFailureLeavesNothingBehind() {
    const QTemporaryDir folder;
    const auto file = folder.filePath("file").toStdString();
    std::ofstream(file) << "in the way";
    auto options = optionsFor(folder);
    options.folder = file + "/demo";
    auto report = createDemo(options);
    QVERIFY(!report);
    QCOMPARE(report.error().code(), ErrorCode::Unavailable);
    // A stranger's file among them: the rest is removed again, the stranger's is not.
    options = optionsFor(folder);
    fs::create_directories(options.folder);
    const auto strange = options.folder + "/east.db";
    std::ofstream(strange) << "not ours";
    report = createDemo(options);
    QVERIFY(!report);
    QCOMPARE(report.error().code(), ErrorCode::Refused);
    QVERIFY(fs::exists(strange));
    QCOMPARE(std::distance(fs::directory_iterator(options.folder), {}), 1);
  }

  void theShapeIsReadAsItWasWritten() {
    const DemoShape shape{5, 12345, ~std::uint64_t{0}, 0.75};
    QCOMPARE(must(demoShapeFromJson(toJson(shape))), shape);
    for (const char* text : {"[]", "{}", R"({"schema":"shardwright.demo/1","shards":1,"rows":1,"seed":"1","skew":1})",
                             R"({"schema":"shardwright.demo/1","shards":2,"rows":1,"seed":"x","skew":1})",
                             R"({"schema":"shardwright.demo/2","shards":2,"rows":1,"seed":"1","skew":1})"})
      QVERIFY(!demoShapeFromJson(Json::parse(text)));
  }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
