// A keyspace measured over several shards, and its tables compared.
#include <atomic>
#include <latch>

#include "core/engines/sqlite/sqlite_engine.h"
#include "core/monitor/patient_open.h"
#include "tests/support/shard_file.h"

using namespace shardwright;

namespace {

const std::string table = "CREATE TABLE t(id INTEGER PRIMARY KEY, note TEXT);";

std::string rows(std::int64_t first, std::int64_t last) { return "INSERT INTO t(id) SELECT value FROM " + numbers(first, last) + ";"; }

// Files of a cluster, with the shard names a, b, c ...
struct Cluster {
  std::vector<std::unique_ptr<ShardFile>> files;
  std::vector<Shard> shards;

  explicit Cluster(const std::vector<std::string>& contents) {
    for (const std::string& sql : contents) {
      files.push_back(std::make_unique<ShardFile>(sql));
      shards.push_back(files.back()->shard());
      shards.back().id = ShardId(std::string(1, static_cast<char>('a' + shards.size() - 1)));
    }
  }
};

LoadMonitor monitor() {
  return LoadMonitor([](const Shard& shard) { return SqliteEngine().open(shard); }, 2);
}

Keyspace keyspace() { return keyspaceOf(StrategyKind::Range, KeyType::Int, {tableRef("t", "id")}); }

// a: until 100, b: from 100 until 200, nobody: from 200; the key 50 is pinned to b, the key 150 to b as well.
std::shared_ptr<const ShardMap> map() {
  const auto strategy = must(ShardingStrategy::make(keyspace().strategy));
  const auto at = [&](std::int64_t key) { return must(strategy.tokenOf(Key::ofInt(key))); };
  MapBuilder builder(keyspace().name, strategy);
  builder.assign({Token::beginning(), at(100)}, ShardId("a")).assign({at(100), at(200)}, ShardId("b"));
  must(builder.pin(Key::ofInt(50), ShardId("b")));
  must(builder.pin(Key::ofInt(150), ShardId("b")));
  return std::make_shared<ShardMap>(must(builder.build()));
}

}  // namespace

class TestLoadMonitor : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyRangeAndPinIsMeasuredOnItsOwner() {
    // a holds 1 to 99 without 50, and three rows that are b's; b holds 100 to 199 and the pin 50, and one row of nobody.
    const Cluster cluster({table + rows(1, 49) + rows(51, 99) + rows(110, 112), table + rows(100, 199) + rows(50, 50) + rows(300, 300)});
    const auto survey = must(monitor().survey(keyspace(), map(), cluster.shards, {}));
    QVERIFY(survey.complete());
    QCOMPARE(survey.ranges.size(), std::size_t(3));
    QCOMPARE(survey.ranges[0]->rows, std::int64_t(98));
    QCOMPARE(survey.ranges[1]->rows, std::int64_t(99));  // the pin 150 is counted as a pin
    QVERIFY(!survey.ranges[2].has_value());
    QCOMPARE(survey.pins[0]->rows, std::int64_t(1));
    QCOMPARE(survey.pins[1]->rows, std::int64_t(1));
    QVERIFY(survey.pins[0]->bytes > 0 && survey.ranges[0]->bytes > 98);
    QCOMPARE(survey.shards[0].owned.rows, std::int64_t(98));
    QCOMPARE(survey.shards[0].notOwned.rows, std::int64_t(3));
    QCOMPARE(survey.shards[1].owned.rows, std::int64_t(101));
    QCOMPARE(survey.shards[1].notOwned.rows, std::int64_t(1));
    QCOMPARE(survey.total()->rows, std::int64_t(199));
    QVERIFY(survey.shards[0].databaseBytes > 0);
  }

  void aPinnedKeyLeftBehindIsNotItsRanges() {
    const Cluster cluster({table + rows(1, 99), table});  // 50 is pinned to b, and still on a
    const auto survey = must(monitor().survey(keyspace(), map(), cluster.shards, {}));
    QCOMPARE(survey.ranges[0]->rows, std::int64_t(98));
    QCOMPARE(survey.shards[0].notOwned.rows, std::int64_t(1));
    QCOMPARE(survey.pins[0]->rows, std::int64_t(0));
  }

  void aShardThatCannotBeReadIsNotMeasured() {
    Cluster cluster({table + rows(1, 9), table + rows(100, 109)});
    cluster.shards[1].url = "sqlite:///nowhere/at/all.db";
    const auto survey = must(monitor().survey(keyspace(), map(), cluster.shards, {}));
    QVERIFY(!survey.complete());
    QVERIFY(!survey.total().has_value());
    QCOMPARE(survey.ranges[0]->rows, std::int64_t(9));
    QVERIFY(!survey.ranges[1].has_value());
    QVERIFY(!survey.pins[0].has_value());
    QCOMPARE(survey.shards[1].problem->code(), ErrorCode::Unavailable);
    QCOMPARE(survey.problems().size(), std::size_t(1));
    QVERIFY(text(survey.problems()[0]).contains("shard b"));
  }

  void thePublishedVersionIsRead() {
    const Cluster cluster({table, table});
    must(cluster.files[1]->session()->publishMap({keyspace().name, 4, "{}", "c"}));
    const auto survey = must(monitor().survey(keyspace(), map(), cluster.shards, {}));
    QVERIFY(!survey.shards[0].publishedVersion.has_value());
    QVERIFY(survey.shards[1].publishedVersion == MapVersion(4));
  }

  void aShardThatHangsIsLeftBehindAndTheOthersAreMeasured() {
    const Cluster cluster({table + rows(1, 9), table + rows(100, 109)});
    const auto gate = std::make_shared<std::latch>(1);
    const auto asked = std::make_shared<std::atomic<int>>(0), cameBack = std::make_shared<std::atomic<int>>(0);
    const auto open = [gate, asked, cameBack](const Shard& shard) {
      if (shard.id == ShardId("b")) {
        ++*asked;
        gate->wait();
        ++*cameBack;
      }
      return SqliteEngine().open(shard);
    };
    const LoadMonitor patient(patientOpen(open, std::chrono::milliseconds(50)), 2);
    for (int round = 0; round < 3; ++round) {
      const auto survey = must(patient.survey(keyspace(), map(), cluster.shards, {}));
      QCOMPARE(survey.ranges[0]->rows, std::int64_t(9));
      QVERIFY(!survey.ranges[1].has_value());
      QCOMPARE(survey.shards[1].problem->code(), ErrorCode::Unavailable);
      QVERIFY(text(survey.problems()[0]).contains(round == 0 ? "did not answer within 50 ms" : "has not come back yet"));
    }
    QCOMPARE(asked->load(), 1);  // nobody else is sent after it
    gate->count_down();
    QTRY_COMPARE(cameBack->load(), 1);
    QTRY_VERIFY(must(patient.survey(keyspace(), map(), cluster.shards, {})).complete());
  }

  void aStopEndsTheSurvey() {
    const Cluster cluster({table, table});
    std::stop_source stop;
    stop.request_stop();
    const auto survey = monitor().survey(keyspace(), map(), cluster.shards, stop.get_token());
    QVERIFY(!survey.has_value());
    QCOMPARE(survey.error().code(), ErrorCode::Cancelled);
  }

  void tablesThatAreAlikeHaveNothingToSay() {
    const Cluster cluster({table, "create table t (id integer primary key, note text)", table});
    const auto report = must(monitor().compareSchemas(keyspace(), cluster.shards, {}));
    QVERIFY(report.alike());
    QCOMPARE(report.tables[0].variants.size(), std::size_t(1));
    QCOMPARE(report.tables[0].variants[0].shards.size(), std::size_t(3));
    QVERIFY(report.sentences().empty());
  }

  void theRarerVariantIsHeldAgainstTheCommonOne() {
    const Cluster cluster({"CREATE TABLE t(id INTEGER PRIMARY KEY, note INT, more)", table, table, "CREATE TABLE u(id)"});
    const auto report = must(monitor().compareSchemas(keyspace(), cluster.shards, {}));
    QVERIFY(!report.alike());
    const TableReport& compared = report.tables[0];
    QCOMPARE(compared.variants.size(), std::size_t(2));
    QCOMPARE(compared.variants[0].shards, (std::vector{ShardId("b"), ShardId("c")}));
    QCOMPARE(compared.problems.size(), std::size_t(1));
    QVERIFY(compared.problems[0].shard == ShardId("d"));
    QStringList sentences;
    for (const auto& sentence : report.sentences()) sentences << text(sentence);
    QCOMPARE(sentences, QStringList({"shard a against shards b, c: table t: type of column note is INT, not TEXT",
                                     "shard a against shards b, c: table t: column more is there in addition",
                                     "shard d: there is no table t; there are: u"}));
  }
};

QTEST_GUILESS_MAIN(TestLoadMonitor)
#include "tst_load_monitor.moc"
