// Dates and times of day, held against Qt's calendar and against each other.
#include <QtTest>

#include <random>

#include "core/base/civil_time.h"
#include "core/base/clock.h"
#include "tests/support/random_seed.h"

using namespace shardwright;

class TestCivilTime : public QObject {
  Q_OBJECT
 private slots:
  void textIsATimeOrNot_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("seconds");
    const auto time = [](const char* text, qint64 seconds) { QTest::newRow(text) << text << seconds; };
    time("1970-01-01T00:00:00Z", 0);
    time("1970-01-01", 0);
    time("1970-01-01 00:00:00", 0);
    time("2026-11-24T10:00:00Z", 1'795'514'400);
    time("2026-11-24T10:00:00+01:30", 1'795'514'400 - 5'400);
    time("2026-11-24T10:00:00.123456-01:00", 1'795'514'400 + 3'600);
    time("2024-02-29T00:00:00Z", 1'709'164'800);
    time("0000-03-01T00:00:00Z", -62'162'035'200);
    time("+12345-01-01T00:00:00Z", 327'403'382'400);
    time("-0001-12-31T23:59:59Z", -62'167'219'201);
  }
  void textIsATimeOrNot() {
    QFETCH(QString, text);
    QFETCH(qint64, seconds);
    const auto time = parseCivilTime(text.toStdString());
    QVERIFY(time.has_value());
    QCOMPARE(qint64(unixSeconds(*time)), seconds);
  }

  void whatIsNoTimeIsRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             "2026",
                             "2026-11",
                             "26-11-24",
                             "2026-1-2",
                             "2026-11-24T",
                             "2026-11-24T10:00",
                             "2026-11-24T10:00:00 Z",
                             "2026-11-24T1:00:00Z",
                             "2026-13-01",
                             "2026-00-01",
                             "2026-02-29",
                             "2026-04-31",
                             "2026-11-00",
                             "2026-11-24T24:00:00Z",
                             "2026-11-24T10:60:00Z",
                             "2026-11-24T10:00:61Z",
                             "2026-11-24T10:00:00.Z",
                             "2026-11-24T10:00:00+1:00",
                             "2026-11-24T10:00:00+24:00",
                             "2026-11-24T10:00:00+-1:00",
                             "2026-11-24T -1:00:00Z",
                             "2026-11-24T-1:00:00Z",
                             "+2026-11-24T10:00:00Zx",
                             " 2026-11-24",
                             "2026-11-24 ",
                             "+1234567-01-01",
                             "20261124"})
      QTest::newRow(text) << text;
  }
  void whatIsNoTimeIsRefused() {
    QFETCH(QString, text);
    QVERIFY(!parseCivilTime(text.toStdString()));
  }

  void everySecondHasOneTextAndComesBack() {
    std::mt19937_64 random(test::randomSeed());
    for (int round = 0; round < 20'000; ++round) {
      const std::int64_t span = std::int64_t{1} << (20 + random() % 24);
      const std::int64_t seconds = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * span)) - span;
      const std::string text = formatDateAndTime(civilTimeAt(seconds));
      const auto back = parseCivilTime(text + "Z");
      QVERIFY2(back && unixSeconds(*back) == seconds, text.c_str());
      const QDateTime qt = QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC);
      if (qt.date().year() >= 1 && qt.date().year() <= 9999)
        QCOMPARE(QString::fromStdString(text), qt.toString("yyyy-MM-ddTHH:mm:ss"));
    }
  }

  void theClockReadsRfc3339WithAZoneOrEpochSeconds() {
    QCOMPARE(parseUtc("1795514400"), std::optional<UnixSeconds>(1'795'514'400));
    QCOMPARE(parseUtc("2026-11-24T10:00:00.5Z"), std::optional<UnixSeconds>(1'795'514'400));
    QCOMPARE(parseUtc("2026-11-24T10:00:00+01:00"), std::optional<UnixSeconds>(1'795'510'800));
    QVERIFY(!parseUtc("2026-11-24T10:00:00"));
    QVERIFY(!parseUtc("2026-11-24T-1:00:00Z"));
    QCOMPARE(formatUtc(1'795'514'400), std::string("2026-11-24T10:00:00Z"));
  }
};

QTEST_APPLESS_MAIN(TestCivilTime)
#include "tst_civil_time.moc"
