// Text: what is valid, and foreign text made harmless for terminals and logs.
#include <QtTest>

#include "core/base/text.h"

using namespace shardwright;

class TestText : public QObject {
  Q_OBJECT
 private slots:
  void utf8IsWellFormedOrNot_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("valid");
    QTest::newRow("empty") << QByteArray("") << true;
    QTest::newRow("ASCII") << QByteArray("az~") << true;
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << true;
    QTest::newRow("two bytes") << QByteArray("\xc3\xa4") << true;
    QTest::newRow("three bytes") << QByteArray("\xe2\x82\xac") << true;
    QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x98\x80") << true;
    QTest::newRow("the last character") << QByteArray("\xf4\x8f\xbf\xbf") << true;
    QTest::newRow("beyond the last character") << QByteArray("\xf4\x90\x80\x80") << false;
    QTest::newRow("a lone continuation") << QByteArray("\x80") << false;
    QTest::newRow("cut off") << QByteArray("\xe2\x82") << false;
    QTest::newRow("over-long slash") << QByteArray("\xc0\xaf") << false;
    QTest::newRow("over-long in three") << QByteArray("\xe0\x80\xaf") << false;
    QTest::newRow("over-long in four") << QByteArray("\xf0\x80\x80\xaf") << false;
    QTest::newRow("a surrogate") << QByteArray("\xed\xa0\x80") << false;
    QTest::newRow("Latin-1") << QByteArray("M\xfcller") << false;
    QTest::newRow("0xff") << QByteArray("\xff") << false;
  }
  void utf8IsWellFormedOrNot() {
    QFETCH(QByteArray, bytes);
    QFETCH(bool, valid);
    QCOMPARE(isUtf8(bytes.toStdString()), valid);
  }

  void foreignTextCannotMisleadATerminal_data() {
    QTest::addColumn<QByteArray>("foreign");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("plain") << QByteArray("M\xc3\xbcller \xf0\x9f\x98\x80")
                           << QByteArray("M\xc3\xbcller \xf0\x9f\x98\x80");
    QTest::newRow("escape sequence") << QByteArray("\x1b[31mred") << QByteArray("\\u{001b}[31mred");
    QTest::newRow("line break") << QByteArray("a\nb\r") << QByteArray("a\\u{000a}b\\u{000d}");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("a\\u{0000}b");
    QTest::newRow("delete") << QByteArray("\x7f") << QByteArray("\\u{007f}");
    QTest::newRow("C1 control") << QByteArray("\xc2\x9b") << QByteArray("\\u{009b}");
    QTest::newRow("right to left override") << QByteArray(
                                                   "a\xe2\x80\xae"
                                                   "b")
                                            << QByteArray("a\\u{202e}b");
    QTest::newRow("isolate") << QByteArray("\xe2\x81\xa6") << QByteArray("\\u{2066}");
    QTest::newRow("zero width blank") << QByteArray("\xe2\x80\x8b") << QByteArray("\\u{200b}");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf") << QByteArray("\\u{feff}");
    QTest::newRow("invalid bytes") << QByteArray("a\xff\xc3") << QByteArray("a\\xff\\xc3");
  }
  void foreignTextCannotMisleadATerminal() {
    QFETCH(QByteArray, foreign);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(printable(foreign.toStdString())), shown);
  }

  void longTextIsCutAtACharacter_data() {
    QTest::addColumn<QByteArray>("foreign");
    QTest::addColumn<int>("limit");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("fits") << QByteArray("abc") << 3 << QByteArray("abc");
    QTest::newRow("one too many") << QByteArray("abcd") << 3 << QByteArray("abc...");
    QTest::newRow("half a character") << QByteArray("ab\xc3\xa4") << 3 << QByteArray("ab...");
    QTest::newRow("half an escape") << QByteArray("ab\n") << 5 << QByteArray("ab...");
    QTest::newRow("no limit") << QByteArray(1000, 'x') << 0 << QByteArray(1000, 'x');
  }
  void longTextIsCutAtACharacter() {
    QFETCH(QByteArray, foreign);
    QFETCH(int, limit);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(printable(foreign.toStdString(), static_cast<std::size_t>(limit))), shown);
  }

  void whatIsPrintableStaysAsItIsWhenShownAgain() {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    const std::string once = printable(all);
    QVERIFY(isUtf8(once));
    QCOMPARE(printable(once), once);
  }

  void integersAreTakenWholeOrNotAtAll_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isInteger");
    for (const char* text : {"0", "-1", "9223372036854775807", "-9223372036854775808"})
      QTest::newRow(text) << text << true;
    for (const char* text :
         {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "9223372036854775808", "-9223372036854775809", "--1"})
      QTest::newRow(text) << text << false;
  }
  void integersAreTakenWholeOrNotAtAll() {
    QFETCH(QString, text);
    QFETCH(bool, isInteger);
    const auto value = parseInt64(text.toStdString());
    QCOMPARE(value.has_value(), isInteger);
    if (value) QCOMPARE(QString::number(*value), text);
  }

  void sizesHaveUnitsOfAThousandOr1024_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("bytes");
    const auto row = [](const char* text, qint64 bytes) { QTest::newRow(text) << text << bytes; };
    row("0", 0);
    row("4096", 4096);
    row("10k", 10'000);
    row("10 KiB", 10'240);
    row("1.5MiB", 1'572'864);
    row("2 GB", 2'000'000'000);
    row("1TiB", qint64(1) << 40);
    row("8B", 8);
    for (const char* text : {"", "-1", "x", "1 x", "1kx", "nan", "inf", "9e18k", "1 KiB KiB"}) row(text, -1);
  }
  void sizesHaveUnitsOfAThousandOr1024() {
    QFETCH(QString, text);
    QFETCH(qint64, bytes);
    QCOMPARE(qint64(parseSize(text.toStdString()).value_or(-1)), bytes);
  }

  void sharesArePercentOrFractions() {
    QCOMPARE(parsePercent("5%"), std::optional(0.05));
    QCOMPARE(parsePercent("0.05"), std::optional(0.05));
    for (const char* text : {"", "%", "-5%", "5 %%", "x", "nan", "inf"}) QVERIFY2(!parsePercent(text), text);
  }

  void amountsReadWell() {
    QCOMPARE(formatCount(1'234'567), std::string("1 234 567"));
    QCOMPARE(formatCount(-1'234), std::string("-1 234"));
    QCOMPARE(formatCount(INT64_MIN), std::string("-9 223 372 036 854 775 808"));
    QCOMPARE(formatBytes(1'572'864), std::string("1.5 MiB"));
    QCOMPARE(formatDuration(0.42), std::string("420 ms"));
    QCOMPARE(formatDuration(200), std::string("3 min 20 s"));
    QCOMPARE(formatDuration(7'500), std::string("2 h 05 min"));
  }

  void textIsSplitKeepingEmptyParts() {
    QCOMPARE(splitText("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
    QCOMPARE(splitText("", ','), std::vector<std::string>{""});
  }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
