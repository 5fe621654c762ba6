// The exact comparison of both sides: whatever differs is found, whatever the size of its steps.
#include <QtTest>

#include "tests/move/move_pair.h"

using namespace shardwright;
using namespace shardwright::test;

class TestSqliteVerify : public QObject {
  Q_OBJECT
 private slots:
  void representationsThatCompareEqualAreToldApart_data() {
    QTest::addColumn<QString>("there");
    QTest::addColumn<QString>("here");
    QTest::newRow("integer and real") << "1" << "1.0";
    QTest::newRow("text and blob") << "'a'" << "x'61'";
    QTest::newRow("null and empty") << "NULL" << "''";
    QTest::newRow("case") << "'a'" << "'A'";
    QTest::newRow("trailing blank") << "'a'" << "'a '";
    QTest::newRow("blob with zeros") << "x'0001'" << "x'000100'";
    QTest::newRow("nearly equal reals") << "0.1 + 0.2" << "0.3";
    QTest::newRow("great integers") << "9007199254740993" << "9007199254740992";
  }
  void representationsThatCompareEqualAreToldApart() {
    QFETCH(QString, there);
    QFETCH(QString, here);
    const Pair pair("id INTEGER PRIMARY KEY, v, note TEXT COLLATE NOCASE");
    need(pair.move->arm(Side::Source));
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = " + there.toStdString() + " WHERE id = 1"), std::string());
    while (!need(pair.move->copy(100, {})).done) {
    }
    pair.drain();
    QCOMPARE(pair.compare(Side::Source).differing, 0);
    QCOMPARE(pair.write("b", "UPDATE " + table + " SET v = " + here.toStdString() + " WHERE id = 1"), std::string());
    QCOMPARE(pair.compare(Side::Source).differing, 1);
  }

  // Rows that only one side has, at the ends and in the middle, move the two walks against each other.
  void everyDifferenceIsFoundInStepsOfAnySize() {
    Pair pair;
    pair.copyAll();
    Database target = pair.open("b");
    need(target.execute("DROP TRIGGER \"shardwright_guard_Konten; \"\"x\"\"_delete\"; DROP TRIGGER \"shardwright_guard_Konten; \"\"x\"\"_update\";"
                        "DROP TRIGGER \"shardwright_guard_Konten; \"\"x\"\"_insert\""));
    need(target.execute("DELETE FROM " + table + " WHERE id IN (0, 20, 21, 49)"));                  // 4 missing
    need(target.execute("UPDATE " + table + " SET v = -1 WHERE id IN (7, 8, 30)"));                 // 3 differ
    need(target.execute("INSERT INTO " + table + "(id) VALUES (-5), (-4), (-3)"));                  // 3 too many
    for (const std::int64_t rows : {1, 2, 3, 5, 7, 20, 53, 54, 1000}) {
      const VerifyReport report = pair.compare(Side::Source, rows);
      QCOMPARE(report.rows, 43);
      QCOMPARE(report.differing, 10);
      pair.move = need(sqlite::openSqliteMove(pair.task));
      for (const Side side : {Side::Source, Side::Target}) need(pair.move->takeOver(side, {1}));
    }
    pair.drain();
    QCOMPARE(pair.compare(Side::Source).differing, 0);
  }

  void whatIsWrittenBetweenTwoStepsIsComparedAfterwards() {
    const Pair pair;
    pair.copyAll();
    QVERIFY(!need(pair.move->verify(Side::Source, 10, {})).done);
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = -1 WHERE id IN (3, 40); UPDATE " + table + " SET id = -1 WHERE id = 45"), std::string());
    VerifyReport report;
    do report = need(pair.move->verify(Side::Source, 10, {}));
    while (!report.done);
    QCOMPARE(report.differing, 2);  // 40 and 45; what lies behind the walk is dirty
    pair.drain();
    need(pair.move->fence(Side::Source));
    const VerifyReport dirty = need(pair.move->verifyDirty(Side::Source));
    QCOMPARE(dirty.rows, 4);  // 3, 40, and 45 that is gone and is -1
    QCOMPARE(dirty.differing, 0);
    QCOMPARE(pair.count("b", "v = -1"), 2);
  }

  void aStopLeavesTheComparisonWhereItWas() {
    const Pair pair;
    pair.copyAll();
    std::stop_source stop;
    QCOMPARE(need(pair.move->verify(Side::Source, 10, stop.get_token())).rows, 10);
    stop.request_stop();
    const auto stopped = pair.move->verify(Side::Source, 10, stop.get_token());
    QVERIFY(!stopped.has_value());
    QCOMPARE(stopped.error().code(), ErrorCode::Cancelled);
    QCOMPARE(need(pair.move->verify(Side::Source, 10, {})).rows, 20);
  }
};

QTEST_APPLESS_MAIN(TestSqliteVerify)
#include "tst_sqlite_verify.moc"
