// The demo's application: alone, and while ranges move under it.
#include <QtTest>

#include <thread>

#include "core/base/json.h"
#include "core/engines/sqlite/sqlite_engine.h"
#include "core/load/load_sample.h"
#include "core/manager/demo_ledger.h"
#include "core/manager/demo_writer.h"
#include "core/map/map_json.h"
#include "core/move/data_mover.h"
#include "tests/manager/demo_fixture.h"

using namespace shardwright;

namespace {

// One move of a part, by the engine's own steps and the catalog's decision, while others write; removed at the source.
class Mover {
 public:
  explicit Mover(const DemoReport& demo) : m_catalog(catalogOf(demo)) {}

  MapVersion move(const Keyspace& keyspace, const Key& key, const ShardId& target) {
    const auto before = must(m_catalog.currentMap(keyspace.name));
    const auto range = before->tokens(before->indexOf(must(before->placementOf(key)).token));
    MoveTask task;
    task.catalogUuid = m_catalog.uuid();
    task.plan = PlanId("test-plan-1");
    task.move = MoveId("m" + std::to_string(++m_moves));
    task.keyspace = keyspace;
    task.part = before->partOf(range);
    task.source = must(m_catalog.shard(*must(before->placementOf(key)).shard));
    task.target = must(m_catalog.shard(target));
    task.onSource = placementOn(*before, task.source.id);
    task.onTarget = placementOn(*before, task.target.id);
    SqliteEngine engine({.catalogUuid = m_catalog.uuid(), .vfs = {}, .watch = {}});
    const auto steps = must(engine.openMove(task));
    carryOver(*steps);

    MapBuilder builder(*before);
    builder.assign(range, target);
    const auto after = must(builder.build());
    must(m_catalog.publishMap(after, "moved by a test"));
    const PublishedMap published{keyspace.name, after.version(), mapToJson(after), after.checksum()};
    must(steps->open(Side::Target, published));
    must(steps->close(Side::Source, published));
    while (!must(steps->remove(Side::Source, 200, {})).done) {
    }
    must(steps->forget(Side::Source));
    must(steps->forget(Side::Target));
    return after.version();
  }

  Catalog& catalog() { return m_catalog; }

 private:
  static void carryOver(MoveEngine& steps) {
    for (const auto side : {Side::Source, Side::Target}) must(steps.takeOver(side, {1}));
    must(steps.arm(Side::Source));
    must(steps.closeTarget());
    while (!must(steps.copy(100, {})).done) {
    }
    while (must(steps.apply(Side::Source, 500, {})).remaining > 20) {
    }
    must(steps.fence(Side::Source));
    while (must(steps.apply(Side::Source, 500, {})).remaining > 0) {
    }
  }

  Catalog m_catalog;
  int m_moves = 0;
};

// The application on a thread of its own.
class Application {
 public:
  explicit Application(const std::string& folder)
      : m_thread([this, folder](std::stop_token stop) {
          DemoWriterOptions options;
          options.folder = folder;
          options.writesPerSecond = 0;
          m_report = runDemoWriter(options, stop);
        }) {}
  DemoWriterReport stop() {
    m_thread.request_stop();
    m_thread.join();
    return must(m_report);
  }

 private:
  Result<DemoWriterReport> m_report = unavailable("still running");
  std::jthread m_thread;
};

std::int64_t writesIn(const DemoReport& demo) {
  std::int64_t versions = 0;
  for (const auto& shard : demo.shards) {
    auto db = fileOf(shard.file);
    for (const char* table : {"accounts", "blocks", "contracts"})
      versions += must(db.singleInteger(std::string("SELECT coalesce(sum(version), 0) FROM ") + table));
  }
  return versions - demo.rows;
}

}  // namespace

class TestDemoWriter : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void nothingIsLostWhileRangesMoveUnderIt() {
    const QTemporaryDir folder;
    const auto demo = must(createDemo(optionsFor(folder)));
    const DemoLedger ledger({3, demo.rows, 7, 1.1});
    Application application(optionsFor(folder).folder);
    Mover mover(demo);
    const auto otherThan = [&](const Keyspace& keyspace, const Key& key) {
      const auto owner = must(must(mover.catalog().currentMap(keyspace.name))->placementOf(key)).shard;
      for (const auto& shard : demo.shards)
        if (shard.shard != owner) return shard.shard;
      return ShardId();
    };
    // What the application writes most: its hottest account, its hot owner, the tip - each twice, there and on.
    const auto account = must(Key::ofText(ledger.address(0))), owner = must(Key::ofText("harbour-exchange"));
    const auto tip = Key::ofInt(ledger.blocks() + 1);
    for (int round = 0; round < 2; ++round)
      for (const auto& [keyspace, key] : {std::pair{DemoLedger::accountsKeyspace(), account},
                                          std::pair{DemoLedger::contractsKeyspace(), owner},
                                          std::pair{DemoLedger::blocksKeyspace(), tip}})
        mover.move(keyspace, key, otherThan(keyspace, key));
    const auto report = application.stop();
    QVERIFY2(report.lost == 0, report.lostExamples.empty() ? "" : report.lostExamples.front().c_str());
    QVERIFY(report.acknowledged > 0);
    QVERIFY2(report.moved + report.moving > 0, "it met the guards");
    QVERIFY(report.reloads > 0);
    QCOMPARE(writesIn(demo), report.acknowledged);
    for (const auto& keyspace : must(mover.catalog().keyspaces())) QCOMPARE(must(mover.catalog().currentVersion(keyspace.name)), MapVersion{3});
  }

  void theApplicationWritesAndFindsWhatItWrote() {
    const QTemporaryDir folder;
    const auto demo = must(createDemo(optionsFor(folder)));
    DemoWriterOptions options;
    options.folder = optionsFor(folder).folder;
    options.seconds = 0.3;
    options.writesPerSecond = 0;
    const auto report = must(runDemoWriter(options, {}));
    QVERIFY(report.acknowledged > 0);
    QVERIFY(report.checkedRows > 0 && report.checkedRows <= report.acknowledged);
    QCOMPARE(report.lost, 0);
    QCOMPARE(report.moved + report.moving, 0);
    QVERIFY(report.longestPauseMs > 0);
    QCOMPARE(report.loadSamples, 3);
    // What the router counted stands in the catalog: measured, not generated.
    auto catalog = catalogOf(demo);
    std::int64_t writes = 0;
    for (const auto& keyspace : must(catalog.keyspaces()))
      for (const auto& row : must(catalog.loadSamples(keyspace.name, 0, INT64_MAX))) {
        if (row.generated) continue;
        const auto sample = must(loadSampleFromJson(must(parseJson(row.document)), must(ShardingStrategy::make(keyspace.strategy))));
        QCOMPARE(sample.source, "router");
        for (const auto& range : sample.ranges) {
          writes += *range.writes;
          QVERIFY(!range.rows);
        }
      }
    QCOMPARE(writes, report.acknowledged);
    // What it says it wrote is what the files have.
    QCOMPARE(writesIn(demo), report.acknowledged);
  }

  void itStopsWhenItIsTold() {
    const QTemporaryDir folder;
    must(createDemo(optionsFor(folder)));
    std::stop_source source;
    source.request_stop();
    const auto report = must(runDemoWriter({.folder = optionsFor(folder).folder}, source.get_token()));
    QCOMPARE(report.acknowledged, 0);
  }

  void itsRateIsKept() {
    const QTemporaryDir folder;
    must(createDemo(optionsFor(folder)));
    DemoWriterOptions options;
    options.folder = optionsFor(folder).folder;
    options.seconds = 0.5;
    options.writesPerSecond = 40;
    const auto report = must(runDemoWriter(options, {}));
    QVERIFY2(report.acknowledged >= 1 && report.acknowledged <= 22, qPrintable(QString::number(report.acknowledged)));
  }

  void withoutADemoItSaysSo() {
    const QTemporaryDir folder;
    const auto report = runDemoWriter({.folder = folder.path().toStdString()}, {});
    QVERIFY(!report);
    QCOMPARE(report.error().code(), ErrorCode::NotFound);
  }

  void aLostWriteIsReported() {
    const QTemporaryDir folder;
    const auto demo = must(createDemo(optionsFor(folder, 2)));
    DemoWriterOptions options;
    options.folder = optionsFor(folder).folder;
    options.writesPerSecond = 0;
    std::stop_source source;
    // After a second of writing, every account goes back to what it was, and the writer is stopped.
    options.onSecond = [&](const DemoWriterReport&) {
      for (const auto& shard : demo.shards) must(fileOf(shard.file).execute("UPDATE accounts SET version = 1"));
      source.request_stop();
    };
    const auto report = must(runDemoWriter(options, source.get_token()));
    QVERIFY(report.lost > 0);
    QVERIFY(!report.lostExamples.empty());
    QVERIFY2(report.lostExamples.front().find("accounts 0x") == 0, report.lostExamples.front().c_str());
  }
};

QTEST_GUILESS_MAIN(TestDemoWriter)
#include "tst_demo_writer.moc"
