#include <QtTest>

#include "core/route/merge.h"

using namespace shardwright;

namespace {

using Function = Aggregate::Function;
constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

ShardAnswer answerOf(std::vector<std::string> columns, std::vector<Row> rows) { return {std::move(columns), std::move(rows), {}}; }

QString drawn(const Result<MergedAnswer>& merged) {
  if (!merged) return "error: " + QString::fromStdString(merged.error().message());
  QStringList rows;
  for (const auto& row : merged->rows) {
    QStringList cells;
    for (const auto& value : row.values) cells << QString::fromStdString(describe(value));
    rows << cells.join(' ') + (row.source ? QString(" @%1").arg(*row.source) : QString());
  }
  return rows.join(" | ");
}

Query sumOf(std::vector<std::string> groupBy = {}) {
  return {{}, AggregateQuery{{}, {{Function::Sum, "n"}}, std::move(groupBy), {}, {}}};
}

Value integer(std::int64_t n) { return n; }

}  // namespace

class TestMerge : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void rowsAreOrderedAsSqliteOrdersThem() {
    const std::vector<Row> all = {{Null{}}, {integer(-3)}, {2.5}, {integer(3)}, {std::string("B")}, {std::string("a")}, {Blob{"a"}}};
    RangeQuery query{{}, {"x"}, OrderBy{"x", false}, {}};
    auto merged = mergeAnswers({{}, query}, {answerOf({"x"}, {all[0], all[2], all[5]}), answerOf({"x"}, {all[1], all[3], all[4], all[6]})});
    QCOMPARE(drawn(merged), "NULL @0 | -3 @1 | 2.5 @0 | 3 @1 | B @1 | a @0 | x'61' @1");
    query.orderBy->descending = true;
    query.limit = 3;
    merged = mergeAnswers({{}, query}, {answerOf({"x"}, {all[5], all[2], all[0]}), answerOf({"x"}, {all[6], all[4], all[3]})});
    QCOMPARE(drawn(merged), "x'61' @1 | a @0 | B @1");
  }

  void equalRowsStayInTheOrderOfTheShards() {
    const RangeQuery query{{}, {"x", "y"}, OrderBy{"X", false}, {}};
    const auto merged = mergeAnswers({{}, query}, {answerOf({"x", "y"}, {{integer(1), integer(1)}, {integer(1), integer(2)}}),
                                                   answerOf({"x", "y"}, {{integer(1), integer(3)}})});
    QCOMPARE(drawn(merged), "1 1 @0 | 1 2 @0 | 1 3 @1");
  }

  void theColumnOfTheOrderIsFetchedAndNotShown() {
    const Query query{{}, RangeQuery{{}, {"y"}, OrderBy{"x", false}, {}}};
    const auto asked = shardQueryOf({}, {}, query);
    QVERIFY(asked);
    QCOMPARE(asked->columns, (std::vector<std::string>{"y", "x"}));
    const auto merged = mergeAnswers(query, {answerOf({"y", "x"}, {{integer(20), integer(2)}}), answerOf({"y", "x"}, {{integer(10), integer(1)}})});
    QCOMPARE(drawn(merged), "10 @1 | 20 @0");
    QCOMPARE(merged->columns, (std::vector<std::string>{"y"}));
  }

  void columnsInAnotherOrderAreAlignedAndOtherColumnsRefused() {
    const Query query{{}, RangeQuery{}};
    QCOMPARE(drawn(mergeAnswers(query, {answerOf({"a", "b"}, {{integer(1), integer(2)}}), answerOf({"b", "a"}, {{integer(4), integer(3)}})})),
             "1 2 @0 | 3 4 @1");
    const auto merged = mergeAnswers(query, {answerOf({"a", "b"}, {}), answerOf({"a", "c"}, {})});
    QVERIFY(!merged);
    QCOMPARE(merged.error().code(), ErrorCode::Refused);
  }

  void sumsAddUpAsSqliteAdds_data() {
    QTest::addColumn<QVector<double>>("parts");  // NaN stands for NULL
    QTest::addColumn<bool>("reals");
    QTest::addColumn<QString>("total");
    const double null = qQNaN();
    QTest::newRow("integers") << QVector<double>{1, 2, -5} << false << "-2";
    QTest::newRow("a shard with nothing") << QVector<double>{1, null} << false << "1";
    QTest::newRow("nothing anywhere") << QVector<double>{null, null} << false << "NULL";
    QTest::newRow("no shard") << QVector<double>{} << false << "NULL";
    QTest::newRow("reals") << QVector<double>{0.5, 0.25} << true << "0.75";
  }
  void sumsAddUpAsSqliteAdds() {
    QFETCH(QVector<double>, parts);
    QFETCH(bool, reals);
    QFETCH(QString, total);
    std::vector<ShardAnswer> answers;
    for (const double part : parts) {
      const Value value = qIsNaN(part) ? Value(Null{}) : reals ? Value(part) : integer(static_cast<std::int64_t>(part));
      answers.push_back(answerOf({"SUM(n)"}, {{value}}));
    }
    QCOMPARE(drawn(mergeAnswers(sumOf(), answers)).section(" @", 0, 0), total);
  }

  void aSumThatFitsIsRightHoweverItGetsThere() {
    const std::vector<std::int64_t> parts = {most, 1, -1, least, most, -most, 2};  // together most - most - 1 + most - most + 2
    auto shuffled = parts;
    std::ranges::sort(shuffled);
    do {
      std::vector<ShardAnswer> answers;
      for (const auto part : shuffled) answers.push_back(answerOf({"SUM(n)"}, {{integer(part)}}));
      QCOMPARE(drawn(mergeAnswers(sumOf(), answers)), "1");
    } while (std::ranges::next_permutation(shuffled).found);
  }

  void aSumThatDoesNotFitIsAnErrorAndNotWrapped_data() {
    QTest::addColumn<QVector<qlonglong>>("parts");
    QTest::addColumn<bool>("fits");
    QTest::newRow("the most there is") << QVector<qlonglong>{most - 1, 1} << true;
    QTest::newRow("one more") << QVector<qlonglong>{most, 1} << false;
    QTest::newRow("the least there is") << QVector<qlonglong>{least + 1, -1} << true;
    QTest::newRow("one less") << QVector<qlonglong>{least, -1} << false;
    QTest::newRow("twice the most") << QVector<qlonglong>{most, most} << false;
    QTest::newRow("twice the least") << QVector<qlonglong>{least, least} << false;
  }
  void aSumThatDoesNotFitIsAnErrorAndNotWrapped() {
    QFETCH(QVector<qlonglong>, parts);
    QFETCH(bool, fits);
    std::vector<ShardAnswer> answers;
    for (const auto part : parts) answers.push_back(answerOf({"SUM(n)"}, {{integer(part)}}));
    const auto merged = mergeAnswers(sumOf(), answers);
    QCOMPARE(merged.has_value(), fits);
    if (!fits) QCOMPARE(merged.error().code(), ErrorCode::InvalidInput);
  }

  void groupsJoinAndNullIsOne() {
    Query query{{}, AggregateQuery{{}, {{Function::Count, {}}, {Function::Max, "n"}}, {"g"}, {}, {}}};
    const std::vector<std::string> columns = {"g", "COUNT(*)", "MAX(n)"};
    const std::vector<ShardAnswer> answers = {
        answerOf(columns, {{Null{}, integer(1), integer(5)}, {std::string("x"), integer(2), Null{}}}),
        answerOf(columns, {{Null{}, integer(3), integer(9)}, {std::string("X"), integer(1), integer(1)}})};
    QCOMPARE(drawn(mergeAnswers(query, answers)), "NULL 4 9 | X 1 1 @1 | x 2 NULL @0");
    auto& aggregate = std::get<AggregateQuery>(query.what);
    aggregate.orderBy = OrderBy{"count(*)", true};
    aggregate.limit = 2;
    QCOMPARE(drawn(mergeAnswers(query, answers)), "NULL 4 9 | x 2 NULL @0");
  }

  void averageIsOfAllRowsAndNullOfNone() {
    const Query query{{}, AggregateQuery{{}, {{Function::Avg, "n"}, {Function::Min, "n"}}, {}, {}, {}}};
    const std::vector<std::string> columns = {"SUM(n)", "COUNT(n)", "MIN(n)"};
    // Averages of 10 and of 1, 1, 1: 3.25 and not 5.5.
    QCOMPARE(drawn(mergeAnswers(query, {answerOf(columns, {{integer(10), integer(1), integer(10)}}),
                                        answerOf(columns, {{integer(3), integer(3), integer(1)}})})),
             "3.25 1");
    QCOMPARE(drawn(mergeAnswers(query, {answerOf(columns, {{Null{}, integer(0), Null{}}})})), "NULL NULL @0");
    QCOMPARE(drawn(mergeAnswers(query, {})), "NULL NULL");
  }

  void countOfNothingIsZeroAndGroupsOfNothingAreNone() {
    Query query{{}, AggregateQuery{{}, {{Function::Count, {}}}, {}, {}, {}}};
    QCOMPARE(drawn(mergeAnswers(query, {})), "0");
    std::get<AggregateQuery>(query.what).groupBy = {"g"};
    QCOMPARE(drawn(mergeAnswers(query, {})), "");
  }

  void ashardThatAnswersTooFewColumnsIsCorrupt() {
    const auto merged = mergeAnswers(sumOf({"g"}), {answerOf({"SUM(n)"}, {{integer(1)}})});
    QVERIFY(!merged);
    QCOMPARE(merged.error().code(), ErrorCode::Corrupt);
  }
};

QTEST_APPLESS_MAIN(TestMerge)
#include "tst_merge.moc"
