// Strategies: order kept or given up, tokens of the right width, and their text and JSON forms both ways.
#include <QtTest>

#include <algorithm>
#include <random>

#include "core/base/json.h"
#include "core/strategy/order_encoding.h"
#include "core/strategy/sharding_strategy.h"
#include "tests/support/random_seed.h"

using namespace shardwright;

namespace {

constexpr KeyType allTypes[] = {KeyType::Int, KeyType::Text, KeyType::Uuid, KeyType::Timestamp};

ShardingStrategy made(StrategyKind kind, KeyType type, const std::string& dialect = "") {
  return *ShardingStrategy::make({kind, type, dialect, std::nullopt});
}

// Keys of one type with the ends of it and close neighbours among them.
std::vector<Key> keysOf(KeyType type, std::mt19937_64& random) {
  std::vector<Key> keys;
  const std::int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -256, -255, -1, 0, 1, 255, 256, INT64_MAX - 1, INT64_MAX};
  for (int i = 0; i < 200; ++i) {
    const std::int64_t number = i < 11 ? ends[i] : static_cast<std::int64_t>(random()) >> random() % 64;
    Uuid uuid{};
    for (std::size_t at = random() % 16; at < 16; ++at) uuid[at] = static_cast<unsigned char>(random());
    static const std::string letters[] = {
        "a", "b", "A", " ", "~", "\x01", "\xc3\xa4", "\xef\xbf\xbd", "\xf0\x9f\x98\x80"};
    std::string text;
    for (std::size_t length = random() % 12; length > 0; --length) text += letters[random() % std::size(letters)];
    switch (type) {
      case KeyType::Int:
        keys.push_back(Key::ofInt(number));
        break;
      case KeyType::Timestamp:
        keys.push_back(Key::ofTimestamp({number}));
        break;
      case KeyType::Uuid:
        keys.push_back(Key::ofUuid(uuid));
        break;
      case KeyType::Text:
        keys.push_back(*Key::ofText(text));
        break;
    }
  }
  return keys;
}

}  // namespace

class TestShardingStrategy : public QObject {
  Q_OBJECT
 private slots:
  void tokensOfOrderKeepingStrategiesCompareAsTheirKeysDo() {
    std::mt19937_64 random(test::randomSeed());
    for (const KeyType type : allTypes)
      for (const StrategyKind kind : {StrategyKind::Range, StrategyKind::Directory}) {
        const ShardingStrategy strategy = made(kind, type);
        const auto keys = keysOf(type, random);
        for (const Key& a : keys)
          for (const Key& b : keys) QVERIFY((a <=> b) == (*strategy.tokenOf(a) <=> *strategy.tokenOf(b)));
      }
  }

  void everyKeyComesBackFromItsToken() {
    std::mt19937_64 random(test::randomSeed());
    for (const KeyType type : allTypes) {
      const ShardingStrategy strategy = made(StrategyKind::Range, type);
      for (const Key& key : keysOf(type, random)) {
        const Token token = *strategy.tokenOf(key);
        QVERIFY(strategy.keyOf(token) == key);
        QVERIFY(strategy.parseToken(strategy.formatToken(token)) == token);
        QVERIFY(strategy.tokenFromJson(strategy.tokenJson(token)) == token);
        QVERIFY(!strategy.tokenWidth() || token.bytes.size() == *strategy.tokenWidth());
      }
    }
  }

  void integersAtBothEndsHaveTheFirstAndTheLastToken() {
    const ShardingStrategy strategy = made(StrategyKind::Range, KeyType::Int);
    QCOMPARE(strategy.tokenOf(Key::ofInt(INT64_MIN))->bytes, std::string(8, '\0'));
    QCOMPARE(strategy.tokenOf(Key::ofInt(INT64_MAX))->bytes, std::string(8, '\xff'));
    QCOMPARE(strategy.tokenOf(Key::ofInt(0))->bytes, std::string("\x80\0\0\0\0\0\0\0", 8));
  }

  void aMegabyteOfTextIsItsOwnToken() {
    const ShardingStrategy strategy = made(StrategyKind::Range, KeyType::Text);
    const std::string text(1'000'000, 'x');
    QCOMPARE(strategy.tokenOf(*Key::ofText(text))->bytes, text);
    QCOMPARE(made(StrategyKind::Hash, KeyType::Text, "md5-64").tokenOf(*Key::ofText(text))->bytes.size(),
             std::size_t(8));
  }

  void hashTokensAreEightBytesAndSpreadEvenly() {
    for (const std::string dialect : {"md5-64", "pg64"}) {
      const ShardingStrategy strategy = made(StrategyKind::Hash, KeyType::Int, dialect);
      int sixteenths[16] = {};
      for (std::int64_t key = 0; key < 16'000; ++key) {
        const Token token = *strategy.tokenOf(Key::ofInt(key));
        QCOMPARE(token.bytes.size(), std::size_t(8));
        ++sixteenths[static_cast<unsigned char>(token.bytes[0]) >> 4];
        QVERIFY(strategy.parseToken(strategy.formatToken(token)) == token);
      }
      // Six standard deviations of a fair spread.
      for (const int count : sixteenths) QVERIFY2(std::abs(count - 1'000) < 6 * 31, qPrintable(QString::number(count)));
    }
  }

  void aHashTokenDoesNotNameItsKey() {
    QCOMPARE(made(StrategyKind::Hash, KeyType::Int, "md5-64").keyOf(Token{"12345678"}).error().code(),
             ErrorCode::InvalidInput);
  }

  void bytesThatAreNoTokenAreRefused() {
    for (const std::string& bytes : {std::string(), std::string("1234567"), std::string("123456789")}) {
      QVERIFY(!decodeOrdered(KeyType::Int, Token{bytes}));
      QVERIFY(!decodeOrdered(KeyType::Timestamp, Token{bytes}));
      QVERIFY(!decodeOrdered(KeyType::Uuid, Token{bytes}));
    }
    QVERIFY(!decodeOrdered(KeyType::Text, Token{"\xff"}));
    QVERIFY(!decodeOrdered(KeyType::Text, Token{std::string("a\0", 2)}));
    const ShardingStrategy hash = made(StrategyKind::Hash, KeyType::Int, "md5-64");
    for (const char* text : {"", "0", "00000000000000", "000000000000000000", "000000000000000g"})
      QVERIFY2(!hash.parseToken(text), text);
  }

  void integerBoundsMayBeNumbersInJson() {
    const ShardingStrategy strategy = made(StrategyKind::Range, KeyType::Int);
    for (const std::int64_t number : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
      const Token token = *strategy.tokenOf(Key::ofInt(number));
      QVERIFY(strategy.tokenFromJson(Json(number)) == token);
      QVERIFY(strategy.tokenFromJson(Json(std::to_string(number))) == token);
      QVERIFY(strategy.tokenJson(token) == Json(std::to_string(number)));
    }
    for (const Json& wrong : {Json(9223372036854775808u), Json(1.0), Json(true), Json(), Json("x"), Json::array()})
      QVERIFY2(!strategy.tokenFromJson(wrong), wrong.dump().c_str());
    QVERIFY(!made(StrategyKind::Range, KeyType::Text).tokenFromJson(Json(1)));
    QVERIFY(!made(StrategyKind::Hash, KeyType::Int, "md5-64").tokenFromJson(Json(1)));
  }

  void aKeyOfAnotherTypeIsRefused() {
    for (const KeyType type : allTypes)
      for (const KeyType other : allTypes) {
        std::mt19937_64 random(1);
        const auto token = made(StrategyKind::Range, type).tokenOf(keysOf(other, random)[0]);
        QCOMPARE(token.has_value(), type == other);
      }
  }

  void onlyHashHasADialect() {
    QVERIFY(!ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "md5-64", std::nullopt}));
    QVERIFY(!ShardingStrategy::make({StrategyKind::Directory, KeyType::Int, "", 16}));
    QVERIFY(!ShardingStrategy::make({StrategyKind::Hash, KeyType::Int, "", std::nullopt}));
    QVERIFY(!ShardingStrategy::make({StrategyKind::Hash, KeyType::Int, "md5-64", 16}));
  }
};

QTEST_APPLESS_MAIN(TestShardingStrategy)
#include "tst_sharding_strategy.moc"
