#include <QtTest>

#include "core/base/json.h"
#include "core/map/map_json.h"
#include "core/route/query_plan.h"

using namespace shardwright;

namespace {

Keyspace keyspaceOf(StrategyKind kind, KeyType type) {
  return {KeyspaceName("ks"),
          {kind, type, kind == StrategyKind::Hash ? "md5-64" : "", {}},
          KeyForm::Native,
          {{"", "parents", "id", {}}, {"", "children", "parent", {}}}};
}

ShardMap drawn(const Keyspace& keyspace, const char* drawing) {
  const auto strategy = ShardingStrategy::make(keyspace.strategy);
  auto map = drawnMap(keyspace.name, *strategy, drawing);
  if (!map) qFatal("%s", map.error().message().c_str());
  return *std::move(map);
}

Query rangeQuery(std::optional<std::int64_t> from, std::optional<std::int64_t> until) {
  RangeQuery range;
  if (from) range.span.from = Key::ofInt(*from);
  if (until) range.span.until = Key::ofInt(*until);
  return {{}, range};
}

QString stepsOf(const Result<QueryPlan>& plan) {
  if (!plan) return QString::fromStdString(plan.error().message());
  QStringList out;
  for (const auto& step : plan->steps)
    out << QString("%1:%2+%3").arg(QString::fromStdString(step.shard.text())).arg(step.ranges).arg(step.pins);
  return out.join(' ');
}

const Keyspace intLine = keyspaceOf(StrategyKind::Range, KeyType::Int);

}  // namespace

class TestQueryPlan : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aSpanTouchesOnlyTheShardsThatOwnPartOfIt_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("until");
    QTest::addColumn<QString>("steps");
    QTest::newRow("inside one") << "10" << "20" << "a:1+0";
    QTest::newRow("up to a bound") << "10" << "40" << "a:1+0";
    QTest::newRow("from a bound") << "40" << "41" << "b:1+0";
    QTest::newRow("over a bound") << "39" << "41" << "a:1+0 b:1+0";
    QTest::newRow("in the order of the line") << "100" << "300" << "c:1+0 a:1+0";
    QTest::newRow("open below") << "" << "0" << "a:1+0";
    QTest::newRow("open above") << "250" << "" << "a:1+0";
    QTest::newRow("a pin inside") << "60" << "71" << "b:1+0 c:0+1";
    QTest::newRow("a pin just past the end") << "60" << "70" << "b:1+0";
    QTest::newRow("everything") << "" << "" << "a:2+0 b:1+0 c:1+1";
    QTest::newRow("nobody's") << "85" << "90" << "";
    QTest::newRow("empty") << "10" << "10" << "";
  }
  void aSpanTouchesOnlyTheShardsThatOwnPartOfIt() {
    QFETCH(QString, from);
    QFETCH(QString, until);
    QFETCH(QString, steps);
    const auto map = drawn(intLine, "- 40 a | 40 - 80 b | 80 - 100 nobody | 100 - 200 c | 200 - a; pin 70 c");
    const auto side = [](const QString& text) {
      return text.isEmpty() ? std::optional<std::int64_t>() : std::optional<std::int64_t>(text.toLongLong());
    };
    QCOMPARE(stepsOf(planQuery(map, intLine, rangeQuery(side(from), side(until)))), steps);
  }

  void whatBelongsToNobodyIsNamedAndCutToTheSpan() {
    const auto map = drawn(intLine, "- 40 a | 40 - nobody");
    const auto plan = planQuery(map, intLine, rangeQuery(30, 50));
    QVERIFY(plan);
    QCOMPARE(plan->nobodys.size(), std::size_t{1});
    const auto text = formatQueryPlan(*plan, map.strategy());
    QVERIFY2(text.find("nobody: 40..50") != std::string::npos, text.c_str());
    QCOMPARE(toJson(*plan, map.strategy())["nobody"], Json::parse(R"([{"from":"40","until":"50"}])"));
  }

  void aPointGoesToItsOwnerAndSaysWhy() {
    const auto map = drawn(intLine, "- 40 a | 40 - b; pin 7 c");
    const auto ranged = planQuery(map, intLine, {{}, PointQuery{Key::ofInt(41), {}, {}, {}}});
    QCOMPARE(stepsOf(ranged), "b:1+0");
    QCOMPARE(ranged->steps.front().why, "it owns the range 40.., where key 41 lies");
    const auto pinned = planQuery(map, intLine, {{}, PointQuery{Key::ofInt(7), {}, {}, {}}});
    QCOMPARE(stepsOf(pinned), "c:0+1");
    QCOMPARE(pinned->steps.front().why, "key 7 is pinned to it");
  }

  void aPointOfNobodyIsNotFound() {
    const auto map = drawn(intLine, "- 40 a | 40 - nobody");
    const auto plan = planQuery(map, intLine, {{}, PointQuery{Key::ofInt(40), {}, {}, {}}});
    QVERIFY(!plan);
    QCOMPARE(plan.error().code(), ErrorCode::NotFound);
  }

  void hashingScattersASpanButNotAPoint() {
    const auto hashed = keyspaceOf(StrategyKind::Hash, KeyType::Int);
    const auto map = drawn(hashed, "- 8000000000000000 a | 8000000000000000 - b; pin 3 c");
    QCOMPARE(stepsOf(planQuery(map, hashed, rangeQuery(10, 11))), "a:1+0 b:1+0");
    QCOMPARE(stepsOf(planQuery(map, hashed, rangeQuery(3, 4))), "a:1+0 b:1+0 c:0+1");
    QCOMPARE(stepsOf(planQuery(map, hashed, rangeQuery(5, 5))), "");
    // md5-64 of 1 is fa5a..., of 2 is e675..., of -1 is c2cb...: all on b.
    QCOMPARE(stepsOf(planQuery(map, hashed, {{}, PointQuery{Key::ofInt(1), {}, {}, {}}})), "b:1+0");
  }

  void textSpansFollowTheLineToo() {
    const auto text = keyspaceOf(StrategyKind::Directory, KeyType::Text);
    const auto map = drawn(text, "- g a | g - p b | p - c");
    RangeQuery range;
    range.span = {*Key::ofText("ga"), *Key::ofText("pa")};
    QCOMPARE(stepsOf(planQuery(map, text, {{}, range})), "b:1+0 c:1+0");
    range.span = {*Key::ofText(""), *Key::ofText("g")};
    QCOMPARE(stepsOf(planQuery(map, text, {{}, range})), "a:1+0");
  }

  void wrongQueriesAreRefused_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("ends before it begins") << 0 << ErrorCode::InvalidInput;
    QTest::newRow("a key of another type") << 1 << ErrorCode::InvalidInput;
    QTest::newRow("a point of another type") << 2 << ErrorCode::InvalidInput;
    QTest::newRow("a table it has not") << 3 << ErrorCode::NotFound;
    QTest::newRow("a negative limit") << 4 << ErrorCode::InvalidInput;
    QTest::newRow("no aggregates") << 5 << ErrorCode::InvalidInput;
    QTest::newRow("SUM(*)") << 6 << ErrorCode::InvalidInput;
    QTest::newRow("order by what is not in the answer") << 7 << ErrorCode::InvalidInput;
  }
  void wrongQueriesAreRefused() {
    QFETCH(int, which);
    QFETCH(ErrorCode, code);
    const Key text = *Key::ofText("x");
    const Aggregate count{Aggregate::Function::Count, {}};
    const Query queries[] = {
        rangeQuery(5, 4),
        {{}, RangeQuery{{text, {}}, {}, {}, {}}},
        {{}, PointQuery{text, {}, {}, {}}},
        {"strangers", RangeQuery{}},
        {{}, RangeQuery{{}, {}, {}, -1}},
        {{}, AggregateQuery{}},
        {{}, AggregateQuery{{}, {{Aggregate::Function::Sum, {}}}, {}, {}, {}}},
        {{}, AggregateQuery{{}, {count}, {"a"}, OrderBy{"b", false}, {}}},
    };
    const auto map = drawn(intLine, "- 40 a | 40 - b");
    const auto plan = planQuery(map, intLine, queries[which]);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code(), code);
  }

  void theTableIsTheFirstUnlessItIsNamed() {
    const auto map = drawn(intLine, "- a");
    QCOMPARE(planQuery(map, intLine, {{}, RangeQuery{}})->table.name, "parents");
    QCOMPARE(planQuery(map, intLine, {"Children", RangeQuery{}})->table.keyColumn, "parent");
  }

  void averagesAreAskedForAsSumAndCount() {
    const auto map = drawn(intLine, "- 40 a | 40 - b");
    AggregateQuery query{{}, {{Aggregate::Function::Avg, "n"}, {Aggregate::Function::Max, "n"}}, {"g"}, OrderBy{"g", true}, 3};
    const auto plan = planQuery(map, intLine, {{}, query});
    QVERIFY(plan);
    const auto& asked = plan->shardQuery;
    QCOMPARE(asked.aggregates.size(), std::size_t{3});
    QCOMPARE(asked.aggregates[0].function, Aggregate::Function::Sum);
    QCOMPARE(asked.aggregates[1].function, Aggregate::Function::Count);
    QVERIFY2(!asked.limit && !asked.orderBy, "order and limit are of whole groups, which no shard has");
  }
};

QTEST_APPLESS_MAIN(TestQueryPlan)
#include "tst_query_plan.moc"
