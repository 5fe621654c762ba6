// JSON from outside: what is taken, what is refused and with which words.
#include <QtTest>

#include "core/base/json.h"

using namespace shardwright;

namespace {

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

}  // namespace

class TestJson : public QObject {
  Q_OBJECT
 private slots:
  void whatIsStrangeIsRefusedWithASentence_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const std::string& text, const char* sentence) {
      QTest::newRow(name) << QByteArray::fromStdString(text) << sentence;
    };
    row("nothing", "", "not JSON");
    row("cut off", R"({"a":)", "not JSON");
    row("a comma too many", "[1,]", "not JSON");
    row("a comment", "[1] // x", "not JSON");
    row("more after the end", "{} {}", "not JSON");
    row("not a number", "[NaN]", "not JSON");
    row("a single quote", "['a']", "not JSON");
    row("a control character in a string", "[\"a\nb\"]", "not JSON");
    row("invalid UTF-8", "[\"\xc3(\"]", "not JSON");
    row("an over-long form", "[\"\xc0\xaf\"]", "not JSON");
    row("half a surrogate", R"(["\ud800"])", "not JSON");
    row("a key twice", R"({"a":1,"b":2,"a":3})", "the key \"a\" stands twice in one object");
    row("a key twice, further in", R"([{"x":{"a":1,"a":1}}])", "the key \"a\" stands twice");
    row("a key twice, once escaped", R"({"a":1,"\u0061":3})", "the key \"a\" stands twice");
    row("65 levels", nested(65), "nested deeper than 64 levels");
    row("a depth bomb", std::string(5'000'000, '['), "nested deeper than 64 levels");
    row(
        "a bomb of objects",
        [] {
          std::string bomb;
          for (int i = 0; i < 500'000; ++i) bomb += R"({"a":)";
          return bomb;
        }(),
        "nested deeper than 64 levels");
  }
  void whatIsStrangeIsRefusedWithASentence() {
    QFETCH(QByteArray, text);
    QFETCH(QString, sentence);
    const auto parsed = parseJson(text.toStdString());
    QVERIFY(!parsed.has_value());
    QCOMPARE(parsed.error().code(), ErrorCode::InvalidInput);
    QVERIFY2(QString::fromStdString(parsed.error().message()).contains(sentence), parsed.error().message().c_str());
  }

  void oneKeyMayStandInTwoObjects() {
    QVERIFY(parseJson(R"([{"a":1},{"a":2},{"b":{"a":3},"a":4}])").has_value());
    QVERIFY(parseJson(nested(64)).has_value());
  }

  void theSizeIsLimited() {
    QVERIFY(parseJson("[1,2]", {5, 64}).has_value());
    QCOMPARE(parseJson("[1,2]", {4, 64}).error().code(), ErrorCode::InvalidInput);
  }

  void theCanonicalFormIsSortedTightAndExact() {
    const auto parsed =
        parseJson("{ \"b\" : [ 1 , -9223372036854775808, 18446744073709551615 ], \"a\" : \"\\u00e4\\u0001\\/\" }");
    QVERIFY(parsed.has_value());
    QCOMPARE(QString::fromStdString(canonicalJson(*parsed)),
             QString::fromUtf8("{\"a\":\"\xc3\xa4\\u0001/\",\"b\":[1,-9223372036854775808,18446744073709551615]}"));
  }

  // The library's own callback parser compares each element with all before it and would run into the watchdog.
  void aLongListIsReadInOneGo() {
    std::string text = "[{}";
    for (int i = 1; i < 600'000; ++i) text += ",{}";
    const auto parsed = parseJson(text + "]");
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->size(), std::size_t(600'000));
  }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
