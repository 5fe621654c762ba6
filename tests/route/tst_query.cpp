#include <QtTest>

#include "core/route/query.h"

using namespace shardwright;

class TestQuery : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aggregatesAreReadAsInSql_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written");
    QTest::newRow("count") << "COUNT(*)" << "COUNT(*)";
    QTest::newRow("any case") << "count(*),Sum(c)" << "COUNT(*),SUM(c)";
    QTest::newRow("blanks") << " COUNT ( * ) , AVG( c ) " << "COUNT(*),AVG(c)";
    QTest::newRow("count of a column") << "COUNT(c)" << "COUNT(c)";
    QTest::newRow("quoted") << "MIN(\"a b\")" << "MIN(\"a b\")";
    QTest::newRow("quoted without need") << "MIN(\"ab\")" << "MIN(ab)";
    QTest::newRow("quote in a name") << "MAX(\"a\"\"b\")" << "MAX(\"a\"\"b\")";
    QTest::newRow("comma and bracket in a name") << "SUM(\"a,b)\"),COUNT(*)" << "SUM(\"a,b)\"),COUNT(*)";
    QTest::newRow("umlaut") << "SUM(größe)" << "SUM(größe)";
  }
  void aggregatesAreReadAsInSql() {
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto aggregates = parseAggregates(text.toStdString());
    QVERIFY2(aggregates, aggregates ? "" : aggregates.error().message().c_str());
    QStringList out;
    for (const auto& aggregate : *aggregates) out << QString::fromStdString(formatAggregate(aggregate));
    QCOMPARE(out.join(','), written);
    const auto again = parseAggregates(written.toStdString());
    QVERIFY(again);
    QCOMPARE(again->size(), aggregates->size());
    for (std::size_t i = 0; i < again->size(); ++i) QCOMPARE((*again)[i].column, (*aggregates)[i].column);
  }

  void whatIsNoAggregateIsRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"", ",", "COUNT(*),", "COUNT", "COUNT(", "COUNT()", "SUM(*)", "MEDIAN(c)", "SUM(c", "SUM(c))",
                             "SUM(a b)", "SUM(a;b)", "SUM(\"a)", "SUM(\"a\"b\")", "SUM(\"\")", "SUM(1c)", "SUM(c)--", "(c)"})
      QTest::newRow(text) << text;
  }
  void whatIsNoAggregateIsRefused() {
    QFETCH(QString, text);
    const auto aggregates = parseAggregates(text.toStdString());
    QVERIFY(!aggregates);
    QCOMPARE(aggregates.error().code(), ErrorCode::InvalidInput);
  }
};

QTEST_APPLESS_MAIN(TestQuery)
#include "tst_query.moc"
