// The router against "ask every shard and filter in the test", on real files, random maps and random rows.
#include <QtTest>

#include <set>

#include "core/base/json.h"
#include "core/engines/sqlite/native_key.h"
#include "core/map/map_json.h"
#include "core/route/query_router.h"
#include "tests/route/sample_cluster.h"
#include "tests/route/session_double.h"

using namespace shardwright;
using namespace std::chrono_literals;

namespace {

using Function = Aggregate::Function;

QString drawn(const Row& row) {
  QStringList cells;
  for (const auto& value : row) cells << QString::fromStdString(describe(value));
  return cells.join(',');
}

// The rows that are seen by whoever knows the map: one database with nothing else in it.
class Oracle {
 public:
  Oracle(SampleCluster& cluster, const ShardMap& map) : m_keyspace(cluster.keyspace()), m_db(open()) {
    run("CREATE TABLE items(id INTEGER PRIMARY KEY, k, n INTEGER, r REAL, x)", {});
    for (const auto& shard : cluster.shards())
      for (const auto& item : cluster.items(shard)) {
        if (map.placementOf(item.key)->shard != shard) continue;
        run("INSERT INTO items VALUES (?, ?, ?, ?, ?)", {item.id, native(item.key), item.n, item.r, item.x});
        m_shardOf.emplace(item.id, shard);
      }
  }

  std::vector<Row> run(const std::string& sql, const std::vector<Value>& values) {
    auto statement = m_db.prepare(sql);
    if (!statement) qFatal("%s: %s", sql.c_str(), statement.error().message().c_str());
    for (std::size_t i = 0; i < values.size(); ++i) statement->bind(static_cast<int>(i) + 1, values[i]);
    std::vector<Row> rows;
    for (auto more = statement->step(); more && *more; more = statement->step()) rows.push_back(statement->row());
    return rows;
  }

  std::string where(const KeySpan& span, std::vector<Value>& values) const {
    std::string sql = " WHERE 1";
    if (span.from) {
      sql += " AND k >= ?";
      values.push_back(native(*span.from));
    }
    if (span.until) {
      sql += " AND k < ?";
      values.push_back(native(*span.until));
    }
    return sql;
  }

  Value native(const Key& key) const { return sqlite::nativeValue(key, m_keyspace.keyForm); }
  const ShardId& shardOf(std::int64_t id) const { return m_shardOf.at(id); }

 private:
  static sqlite::Database open() {
    sqlite::Database::Options options;
    options.mode = sqlite::Database::Mode::Create;
    return *sqlite::Database::open(":memory:", options);
  }
  Keyspace m_keyspace;
  sqlite::Database m_db;
  std::map<std::int64_t, ShardId> m_shardOf;
};

KeySpan randomSpan(Random& random, KeyType type) {
  KeySpan span;
  if (random() % 3) span.from = randomKey(random, type);
  if (random() % 3) span.until = randomKey(random, type);
  if (span.from && span.until && *span.until < *span.from) std::swap(span.from, span.until);
  return span;
}

std::optional<OrderBy> randomOrder(Random& random) {
  if (random() % 3 == 0) return std::nullopt;
  return OrderBy{std::array{"n", "r", "x", "id", "k"}[random() % 5], random() % 2 == 0};
}

std::vector<std::string> drawnSorted(std::vector<Row> rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(drawn(row).toStdString());
  std::ranges::sort(out);
  return out;
}

// Rows with a limit are any of those that may come first; everything else is exact.
QString difference(Oracle& oracle, const QueryAnswer& answer, const std::string& where, const std::vector<Value>& values,
                   const std::optional<OrderBy>& order, const std::optional<std::int64_t>& limit) {
  std::vector<Row> rows;
  for (const auto& row : answer.rows) {
    rows.push_back(row.values);
    if (!row.shard || *row.shard != oracle.shardOf(std::get<std::int64_t>(row.values[0]))) return "a row names another shard";
  }
  const auto all = oracle.run("SELECT id, k, n, r, x FROM items" + where, values);
  const std::size_t expected = std::min(all.size(), limit ? static_cast<std::size_t>(*limit) : all.size());
  if (rows.size() != expected) return QString("%1 rows where %2 are").arg(rows.size()).arg(expected);
  const auto known = drawnSorted(all), got = drawnSorted(rows);
  if (!std::ranges::includes(known, got)) return "a row that is not there, or twice";
  if (!order) return {};
  const auto ordered = oracle.run("SELECT " + order->column + " FROM items" + where + " ORDER BY 1" + (order->descending ? " DESC" : ""), values);
  const std::size_t column = std::map<std::string, std::size_t>{{"id", 0}, {"k", 1}, {"n", 2}, {"r", 3}, {"x", 4}}.at(order->column);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (describe(rows[i][column]) != describe(ordered[i][0])) return QString("row %1 is out of order").arg(i);
  return {};
}

struct Setting {
  StrategyKind kind;
  KeyType type;
};
constexpr Setting settings[] = {{StrategyKind::Range, KeyType::Int},      {StrategyKind::Hash, KeyType::Int},
                                {StrategyKind::Directory, KeyType::Text}, {StrategyKind::Hash, KeyType::Text},
                                {StrategyKind::Range, KeyType::Uuid},     {StrategyKind::Range, KeyType::Timestamp}};

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> all = {"a", "b", "c", "d e\"f"};
  all.resize(count);
  return all;
}

std::unique_ptr<QueryRouter> routerOf(const SampleCluster& cluster, std::shared_ptr<const ShardMap> map,
                                      std::shared_ptr<SessionPool> pool = {}) {
  auto router = QueryRouter::make(cluster.keyspace(), [map] { return Result<std::shared_ptr<const ShardMap>>(map); },
                                  pool ? pool : cluster.pool());
  if (!router) qFatal("%s", router.error().message().c_str());
  return *std::move(router);
}

std::shared_ptr<const ShardMap> drawnOn(const SampleCluster& cluster, const char* drawing) {
  const auto strategy = ShardingStrategy::make(cluster.keyspace().strategy);
  auto map = drawnMap(cluster.keyspace().name, *strategy, drawing);
  if (!map) qFatal("%s", map.error().message().c_str());
  return std::make_shared<const ShardMap>(*std::move(map));
}

const Query countAll{{}, AggregateQuery{{}, {{Function::Count, {}}}, {}, {}, {}}};
const Query sumOfN{{}, AggregateQuery{{}, {{Function::Sum, "n"}}, {}, {}, {}}};

}  // namespace

class TestQueryRouter : public QObject {
  Q_OBJECT

  // Every key on its owner, copies and strays elsewhere, some of them changed.
  static std::shared_ptr<const ShardMap> fill(Random& random, SampleCluster& cluster) {
    auto map = randomMap(random, cluster.keyspace(), cluster.shards(), 3);
    const auto rows = static_cast<std::int64_t>(random() % 3 == 0 ? random() % 4 : random() % 60);
    for (std::int64_t id = 1; id <= rows; ++id) {
      auto item = randomItem(random, cluster.keyspace().strategy.keyType, id);
      const auto owner = map->placementOf(item.key)->shard;
      for (const auto& shard : cluster.shards()) {
        if (owner == shard) {
          cluster.put(shard, item);
        } else if (random() % 3 == 0) {
          auto copy = item;
          if (random() % 2) copy.n = std::int64_t{1000};
          cluster.put(shard, copy);
        }
      }
    }
    return map;
  }

 private Q_SLOTS:
  void queriesSeeExactlyWhatTheMapSaysIsThere() {
    const auto seed = printedSeed();
    Random random(seed);
    for (int round = 0; round < 36; ++round) {
      const auto& setting = settings[round % std::size(settings)];
      SampleCluster cluster(sampleKeyspace(setting.kind, setting.type), names(1 + random() % 4));
      const auto map = fill(random, cluster);
      const auto router = routerOf(cluster, map);
      Oracle oracle(cluster, *map);
      for (int i = 0; i < 12; ++i) {
        RangeQuery query{randomSpan(random, setting.type), {}, randomOrder(random), {}};
        if (random() % 3 == 0) query.limit = static_cast<std::int64_t>(random() % 8);
        const auto answer = router->run({{}, query}, {});
        QVERIFY2(answer, answer ? "" : answer.error().message().c_str());
        std::vector<Value> values;
        const auto where = oracle.where(query.span, values);
        const auto wrong = difference(oracle, *answer, where, values, query.orderBy, query.limit);
        QVERIFY2(wrong.isEmpty(), qPrintable(QString("seed %1 round %2 query %3: %4").arg(seed).arg(round).arg(i).arg(wrong)));
      }
    }
  }

  void pointsFindTheRowsOfTheirKeyOnItsOwner() {
    const auto seed = printedSeed();
    Random random(seed);
    for (int round = 0; round < 18; ++round) {
      const auto& setting = settings[round % std::size(settings)];
      SampleCluster cluster(sampleKeyspace(setting.kind, setting.type), names(1 + random() % 4));
      const auto map = fill(random, cluster);
      const auto router = routerOf(cluster, map);
      Oracle oracle(cluster, *map);
      for (int i = 0; i < 20; ++i) {
        const auto key = randomKey(random, setting.type);
        const auto answer = router->run({{}, PointQuery{key, {}, {}, {}}}, {});
        if (!map->placementOf(key)->shard) {
          QVERIFY(!answer);
          QCOMPARE(answer.error().code(), ErrorCode::NotFound);
          continue;
        }
        QVERIFY2(answer, answer ? "" : answer.error().message().c_str());
        QCOMPARE(answer->shards.size(), std::size_t{1});
        const auto wrong = difference(oracle, *answer, " WHERE k = ?", {oracle.native(key)}, {}, {});
        QVERIFY2(wrong.isEmpty(), qPrintable(QString("seed %1 round %2: %3").arg(seed).arg(round).arg(wrong)));
      }
    }
  }

  void aggregatesAreThoseOfOneDatabaseWithAllTheRows() {
    const auto seed = printedSeed();
    Random random(seed);
    for (int round = 0; round < 36; ++round) {
      const auto& setting = settings[round % std::size(settings)];
      SampleCluster cluster(sampleKeyspace(setting.kind, setting.type), names(1 + random() % 4));
      const auto map = fill(random, cluster);
      const auto router = routerOf(cluster, map);
      Oracle oracle(cluster, *map);
      for (int i = 0; i < 12; ++i) {
        AggregateQuery query{randomSpan(random, setting.type), {}, {}, {}, {}};
        std::string select;
        for (auto n = 1 + random() % 4; n > 0; --n) {
          const char* column = std::array{"n", "r", "n", "r", "x"}[random() % 5];
          auto function = std::array{Function::Count, Function::Sum, Function::Min, Function::Max, Function::Avg}[random() % 5];
          if (*column == 'x' && (function == Function::Sum || function == Function::Avg)) function = Function::Max;
          query.aggregates.push_back({function, function == Function::Count && random() % 2 ? "" : column});
          select += (select.empty() ? "" : ", ") + formatAggregate(query.aggregates.back());
        }
        if (random() % 2) query.groupBy = {std::array{"n", "x", "r"}[random() % 3]};
        const std::string groups = query.groupBy.empty() ? "" : query.groupBy.front();
        std::vector<Value> values;
        auto sql = "SELECT " + (groups.empty() ? "" : groups + ", ") + select + " FROM items" + oracle.where(query.span, values);
        if (!groups.empty()) sql += " GROUP BY " + groups;
        const auto answer = router->run({{}, query}, {});
        QVERIFY2(answer, answer ? "" : answer.error().message().c_str());
        std::vector<Row> rows;
        for (const auto& row : answer->rows) rows.push_back(row.values);
        const auto expected = oracle.run(sql, values);
        QVERIFY2(drawnSorted(rows) == drawnSorted(expected),
                 qPrintable(QString("seed %1 round %2: %3").arg(seed).arg(round).arg(QString::fromStdString(sql))));
      }
    }
  }

  void groupsAreOrderedAndLimitedAfterTheyAreJoined() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    std::int64_t id = 0;
    const auto put = [&](const char* shard, std::int64_t key, const char* group, int times) {
      for (int i = 0; i < times; ++i) cluster.put(ShardId(shard), {++id, Key::ofInt(key), Null{}, Null{}, std::string(group)});
    };
    // The biggest group is the biggest on neither shard.
    put("a", 1, "left", 5);
    put("a", 1, "both", 4);
    put("b", 50, "right", 5);
    put("b", 50, "both", 4);
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"));
    const auto answer = router->run({{}, AggregateQuery{{}, {{Function::Count, {}}}, {"x"}, OrderBy{"COUNT(*)", true}, 1}}, {});
    QVERIFY(answer);
    QCOMPARE(answer->rows.size(), std::size_t{1});
    QCOMPARE(drawn(answer->rows[0].values), "both,8");
    QVERIFY(!answer->rows[0].shard);
  }

  void aSumThatDoesNotFitIsAnError() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"));
    cluster.put(ShardId("a"), {1, Key::ofInt(1), std::int64_t{INT64_MAX}, Null{}, Null{}});
    cluster.put(ShardId("b"), {2, Key::ofInt(50), std::int64_t{1}, Null{}, Null{}});
    auto answer = router->run(sumOfN, {});
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), ErrorCode::InvalidInput);
    cluster.put(ShardId("b"), {2, Key::ofInt(50), std::int64_t{-1}, Null{}, Null{}});
    answer = router->run(sumOfN, {});
    QVERIFY(answer);
    QCOMPARE(drawn(answer->rows[0].values), QString::number(INT64_MAX - 1));
    // On one shard it is the shard that says so.
    cluster.put(ShardId("a"), {3, Key::ofInt(1), std::int64_t{1}, Null{}, Null{}});
    answer = router->run(sumOfN, {});
    QVERIFY(!answer);
    QVERIFY2(answer.error().message().starts_with("shard a:"), answer.error().message().c_str());
  }

  void anEmptySpanAsksNobodyAndStillCounts() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a"});
    const auto router = routerOf(cluster, drawnOn(cluster, "- a"));
    auto query = countAll;
    std::get<AggregateQuery>(query.what).span = {Key::ofInt(5), Key::ofInt(5)};
    const auto answer = router->run(query, {});
    QVERIFY(answer);
    QVERIFY(answer->shards.empty());
    QCOMPARE(drawn(answer->rows[0].values), "0");
    QVERIFY(!answer->partial());
  }

  void aShardThatHangsFailsTheQueryUnlessAPartWillDo() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    cluster.put(ShardId("a"), {1, Key::ofInt(1), Null{}, Null{}, Null{}});
    cluster.put(ShardId("b"), {2, Key::ofInt(50), Null{}, Null{}, Null{}});
    const auto pool = std::make_shared<KeptSessions>([&](const ShardId& shard) -> Result<std::unique_ptr<ShardSession>> {
      if (shard == ShardId("b")) return std::unique_ptr<ShardSession>(new SessionDouble(hang));
      return cluster.open(shard);
    });
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"), pool);
    QueryRouter::Options options{300ms, 32, false};
    auto answer = router->run(countAll, options);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), ErrorCode::Unavailable);
    QVERIFY2(answer.error().message().find("shard b: did not answer within") == 0, answer.error().message().c_str());

    options.partialOk = true;
    answer = router->run(countAll, options);
    QVERIFY2(answer, answer ? "" : answer.error().message().c_str());
    QVERIFY(answer->partial());
    QCOMPARE(drawn(answer->rows[0].values), "1");
    QVERIFY(!answer->shards[0].missing);
    QVERIFY(answer->shards[1].missing);
    QCOMPARE(answer->shards[1].missing->code(), ErrorCode::Unavailable);
    const auto json = toJson(*answer, router->map()->strategy());
    QCOMPARE(json["partial"], Json(true));
    QVERIFY(json["shards"][1]["missing"].is_string());
  }

  void whatNoShardAnswersIsNoPartialAnswer() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    cluster.lose(ShardId("a"));
    cluster.lose(ShardId("b"));
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"));
    QueryRouter::Options options;
    options.partialOk = true;
    const auto answer = router->run(countAll, options);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), ErrorCode::Unavailable);
  }

  void aWrongQuestionFailsEvenIfAPartWouldDo() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"));
    QueryRouter::Options options;
    options.partialOk = true;
    const auto answer = router->run({{}, RangeQuery{{}, {"nonesuch"}, {}, {}}}, options);
    QVERIFY(!answer);
    QVERIFY2(answer.error().message().find("nonesuch") != std::string::npos, answer.error().message().c_str());
  }

  void aCallerMayStop() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    std::stop_source source;
    const auto stopping = [&](const ShardQuery& query, std::stop_token stop) {
      source.request_stop();
      return hang(query, stop);
    };
    const auto pool = std::make_shared<KeptSessions>([&](const ShardId&) -> Result<std::unique_ptr<ShardSession>> {
      return std::unique_ptr<ShardSession>(new SessionDouble(stopping));
    });
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"), pool);
    QueryRouter::Options options{60s, 32, true};
    const auto answer = router->run(countAll, options, source.get_token());
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), ErrorCode::Cancelled);
  }

  void readsAreCountedWhereTheyWent() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b"});
    const auto router = routerOf(cluster, drawnOn(cluster, "- 40 a | 40 - b"));
    QVERIFY(router->run({{}, PointQuery{Key::ofInt(50), {}, {}, {}}}, {}));
    QVERIFY(router->run({{}, RangeQuery{{Key::ofInt(39), Key::ofInt(41)}, {}, {}, {}}}, {}));
    QVERIFY(router->run(countAll, {}));
    const auto sample = router->accesses().drain(0);
    QCOMPARE(sample.ranges[0].reads, 1);
    QCOMPARE(sample.ranges[1].reads, 2);
    QCOMPARE(sample.everywhere, 1);
    QCOMPARE(sample.hotKeys.size(), std::size_t{1});
  }

  void aMapOfAnotherKeyspaceIsRefused() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a"});
    const auto map = drawnOn(cluster, "- a");
    auto other = cluster.keyspace();
    other.name = KeyspaceName("other");
    const auto router = QueryRouter::make(other, [map] { return Result<std::shared_ptr<const ShardMap>>(map); }, cluster.pool());
    QVERIFY(!router);
    QCOMPARE(router.error().code(), ErrorCode::Refused);
  }
};

QTEST_APPLESS_MAIN(TestQueryRouter)
#include "tst_query_router.moc"
