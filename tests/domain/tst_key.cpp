// Keys: what a person may type, and that every key has one text that gives it again.
#include <QtTest>

#include <random>

#include "core/domain/ids.h"
#include "core/domain/key.h"
#include "core/domain/value.h"
#include "tests/support/random_seed.h"

using namespace shardwright;

namespace {

KeyType typeOf(const QString& name) { return *parseKeyType(name.toStdString()); }

}  // namespace

class TestKey : public QObject {
  Q_OBJECT
 private slots:
  void whatIsTypedIsAKey_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* type, const char* typed, const char* text) {
      QTest::addRow("%s %s", type, typed) << type << QString::fromUtf8(typed) << QString::fromUtf8(text);
    };
    row("int", "-17", "-17");
    row("int", "9223372036854775807", "9223372036854775807");
    row("int", "-9223372036854775808", "-9223372036854775808");
    row("text", "", "");
    row("text", "M\xc3\xbcller, 'x'; --", "M\xc3\xbcller, 'x'; --");
    row("uuid", "123E4567-e89b-12d3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000");
    row("timestamp", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000000Z");
    row("timestamp", "2026-11-24 11:00:00.25+01:00", "2026-11-24T10:00:00.250000Z");
    row("timestamp", "2026-11-24", "2026-11-24T00:00:00.000000Z");
    row("timestamp", "1999-12-31T23:59:59.999999Z", "1999-12-31T23:59:59.999999Z");
    row("timestamp", "-290278-12-22T19:59:05.224192Z", "-290278-12-22T19:59:05.224192Z");
    row("timestamp", "+294277-01-09T04:00:54.775807Z", "+294277-01-09T04:00:54.775807Z");
  }
  void whatIsTypedIsAKey() {
    QFETCH(QString, type);
    QFETCH(QString, typed);
    QFETCH(QString, text);
    const auto key = Key::parse(typeOf(type), typed.toStdString());
    QVERIFY2(key.has_value(), key ? "" : key.error().message().c_str());
    QCOMPARE(QString::fromStdString(key->toText()), text);
    QVERIFY(Key::parse(key->type(), key->toText()) == *key);
  }

  void whatIsNoKeyIsRefused_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("typed");
    const auto row = [](const char* type, const QByteArray& typed) {
      QTest::addRow("%s %s", type, typed.toPercentEncoding().data()) << type << typed;
    };
    for (const char* typed : {"", "x", "1.0", " 1", "9223372036854775808", "-9223372036854775809"}) row("int", typed);
    row("text", "\xff");
    row("text", QByteArray("a\0b", 3));
    for (const char* typed : {"", "123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}",
                              "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-42661417400g",
                              "123e4567-e89b-12d3-a456_426614174000"})
      row("uuid", typed);
    for (const char* typed : {"", "now", "2026-11-24T10:00:00.1234567Z", "2026-11-24T10:00:60Z", "2026-02-30",
                              "+294277-01-09T04:00:54.775808Z", "-290278-12-22T19:59:05.224191Z", "1795514400"})
      row("timestamp", typed);
  }
  void whatIsNoKeyIsRefused() {
    QFETCH(QString, type);
    QFETCH(QByteArray, typed);
    const auto key = Key::parse(typeOf(type), typed.toStdString());
    QVERIFY(!key.has_value());
    QCOMPARE(key.error().code(), ErrorCode::InvalidInput);
  }

  void timestampsCountMicrosecondsSince2000() {
    QCOMPARE(parseTimestamp("2000-01-01T00:00:00Z")->micros, std::int64_t{0});
    QCOMPARE(parseTimestamp("2000-01-01T00:00:01.5Z")->micros, std::int64_t{1'500'000});
    QCOMPARE(parseTimestamp("1999-12-31T23:59:59.999999Z")->micros, std::int64_t{-1});
    QCOMPARE(parseTimestamp("-290278-12-22T19:59:05.224192Z")->micros, INT64_MIN);
    QCOMPARE(parseTimestamp("+294277-01-09T04:00:54.775807Z")->micros, INT64_MAX);
  }

  void anyKeyComesBackFromItsText() {
    std::mt19937_64 random(test::randomSeed());
    for (int round = 0; round < 20'000; ++round) {
      Uuid uuid;
      for (auto& byte : uuid) byte = static_cast<unsigned char>(random());
      const auto number = static_cast<std::int64_t>(random()) >> random() % 64;
      for (const Key& key : {Key::ofInt(number), Key::ofTimestamp({number}), Key::ofUuid(uuid)})
        QVERIFY2(Key::parse(key.type(), key.toText()) == key, key.toText().c_str());
    }
  }

  void keysOfDifferentTypesAreNotEqual() {
    QVERIFY(Key::ofInt(7) != *Key::ofText("7"));
    QVERIFY(Key::ofInt(7) != Key::ofTimestamp({7}));
  }

  void namesThatCannotBeShownAreRefused_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("accepted");
    const auto row = [](const char* what, const QByteArray& name, bool accepted) {
      QTest::newRow(what) << name << accepted;
    };
    row("plain", "north-1", true);
    row("quotes, blanks, semicolons, umlauts", "n\xc3\xb6rd \"1\"; 'x'", true);
    row("63 bytes", QByteArray(63, 'x'), true);
    row("64 bytes", QByteArray(64, 'x'), false);
    row("empty", "", false);
    row("line break", "a\nb", false);
    row("right to left", "a\xe2\x80\xae", false);
    row("invalid UTF-8", "a\xff", false);
    row("blank in front", " a", false);
    row("blank behind", "a ", false);
    row("like an option", "-a", false);
  }
  void namesThatCannotBeShownAreRefused() {
    QFETCH(QByteArray, name);
    QFETCH(bool, accepted);
    QCOMPARE(checkName("shard", name.toStdString()).has_value(), accepted);
  }

  void valuesAreDescribedByTheirRepresentation() {
    QCOMPARE(describe(Null{}), std::string("NULL"));
    QCOMPARE(describe(std::int64_t{1}), std::string("1"));
    QCOMPARE(describe(1.0), std::string("1.0"));
    QCOMPARE(describe(std::string("a\n")), std::string("a\\u{000a}"));
    QCOMPARE(describe(Blob{"a\xff"}), std::string("x'61ff'"));
    QVERIFY(Value(std::string("a")) != Value(Blob{"a"}));
    QVERIFY(Value(std::int64_t{1}) != Value(1.0));
  }
};

QTEST_APPLESS_MAIN(TestKey)
#include "tst_key.moc"
