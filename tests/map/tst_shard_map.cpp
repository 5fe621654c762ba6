// ShardMap and MapBuilder: drawn maps edited and asked, and the builder against a plain model over random edits.
#include <QtTest>

#include <map>

#include "core/map/map_json.h"
#include "core/map/shard_map.h"
#include "tests/map/random_map.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using shardwright::test::RandomMaps;
using shardwright::test::randomSeed;

namespace {

const KeyspaceName orders("orders");

ShardingStrategy overInts(StrategyKind kind = StrategyKind::Range) {
  return *ShardingStrategy::make({kind, KeyType::Int, kind == StrategyKind::Hash ? "md5-64" : "", std::nullopt});
}

ShardMap drawn(std::string_view drawing) {
  auto map = drawnMap(orders, overInts(), drawing);
  if (!map) qFatal("%s", map.error().message().c_str());
  return *map;
}

Token token(std::int64_t key) { return *overInts().tokenOf(Key::ofInt(key)); }

QString show(const Result<ShardMap>& map) {
  return QString::fromStdString(map ? drawMap(*map) : "error: " + map.error().message());
}

}  // namespace

class TestShardMap : public QObject {
  Q_OBJECT
 private slots:
  void aDrawnMapIsDrawnAsItWas_data() {
    QTest::addColumn<QString>("drawing");
    for (const char* drawing :
         {"- a", "- nobody", "- 40 a | 40 - b", "- -5 a | -5 - 7 nobody | 7 - c; pin 6 b; pin 9 a",
          "- -9223372036854775808 a | -9223372036854775808 - 9223372036854775807 b | 9223372036854775807 - c"})
      QTest::newRow(drawing) << drawing;
  }
  void aDrawnMapIsDrawnAsItWas() {
    QFETCH(QString, drawing);
    QCOMPARE(show(drawnMap(orders, overInts(), drawing.toStdString())), drawing);
  }

  void aDrawingWithAHoleIsRefused_data() {
    QTest::addColumn<QString>("drawing");
    for (const char* drawing :
         {"", "a", "- 40 a", "- 40 a | 50 - b", "40 - a", "- a | - b", "- 40 a | 40 - 30 b | 30 - c",
          "- 40 a b | 40 - c", "- a; pin 7", "- a; pin x b", "- x a | x - b"})
      QTest::newRow(drawing) << drawing;
  }
  void aDrawingWithAHoleIsRefused() {
    QFETCH(QString, drawing);
    const auto map = drawnMap(orders, overInts(), drawing.toStdString());
    QVERIFY(!map.has_value());
    QCOMPARE(map.error().code(), ErrorCode::InvalidInput);
  }

  void aKeyIsPlacedByItsPinThenByItsRange() {
    const ShardMap map = drawn("- 40 a | 40 - 80 nobody | 80 - c; pin 50 b");
    const auto place = [&](std::int64_t key) { return *map.placementOf(Key::ofInt(key)); };
    QVERIFY(place(39).shard == ShardId("a") && place(39).reason == Placement::Reason::Range);
    QVERIFY(!place(40).shard && place(40).reason == Placement::Reason::Nobody);
    QVERIFY(place(50).shard == ShardId("b") && place(50).reason == Placement::Reason::Pin);
    QVERIFY(place(80).shard == ShardId("c") && place(80).token == token(80));
    QVERIFY(place(INT64_MIN).shard == ShardId("a"));
    QVERIFY(place(INT64_MAX).shard == ShardId("c"));
  }

  void aKeyOfAnotherTypeHasNoPlace() {
    QCOMPARE(drawn("- a").placementOf(*Key::ofText("1")).error().code(), ErrorCode::InvalidInput);
  }

  void editsGiveTheNextVersion_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("until");
    QTest::addColumn<QString>("after");
    const QString base = "- 40 a | 40 - 80 b | 80 - c";
    QTest::newRow("inside one range") << base << qint64(50) << qint64(60)
                                      << "- 40 a | 40 - 50 b | 50 - 60 z | 60 - 80 b | 80 - c";
    QTest::newRow("exactly a range") << base << qint64(40) << qint64(80) << "- 40 a | 40 - 80 z | 80 - c";
    QTest::newRow("over bounds") << base << qint64(30) << qint64(90) << "- 30 a | 30 - 90 z | 90 - c";
    QTest::newRow("to the last bound") << base << qint64(30) << qint64(80) << "- 30 a | 30 - 80 z | 80 - c";
    QTest::newRow("from the first key") << base << qint64(INT64_MIN) << qint64(80)
                                        << "- -9223372036854775808 a | -9223372036854775808 - 80 z | 80 - c";
  }
  void editsGiveTheNextVersion() {
    QFETCH(QString, before);
    QFETCH(qint64, from);
    QFETCH(qint64, until);
    QFETCH(QString, after);
    const ShardMap base = drawn(before.toStdString());
    MapBuilder builder(base);
    builder.assign({token(from), token(until)}, ShardId("z"));
    const auto made = builder.build();
    QCOMPARE(show(made), after);
    QCOMPARE(made->version(), base.version() + 1);
    QVERIFY(made->checksum() != base.checksum());
    QCOMPARE(show(base), before);
  }

  void theWholeLineAndItsEndsCanBeAssigned() {
    const ShardMap base = drawn("- 40 a | 40 - 80 b | 80 - c");
    QCOMPARE(show(MapBuilder(base).assign({Token::beginning(), std::nullopt}, ShardId("z")).build()), "- z");
    QCOMPARE(show(MapBuilder(base).assign({token(60), std::nullopt}, std::nullopt).build()),
             "- 40 a | 40 - 60 b | 60 - nobody");
    QCOMPARE(show(MapBuilder(base).assign({Token::beginning(), token(60)}, ShardId("z")).build()),
             "- 60 z | 60 - 80 b | 80 - c");
  }

  void aRangeTheWrongWayRoundFailsTheBuild() {
    const auto made = MapBuilder(drawn("- a")).assign({token(5), token(5)}, ShardId("z")).build();
    QCOMPARE(made.error().code(), ErrorCode::InvalidInput);
  }

  void splitAddsABoundAndMergeTakesItAway() {
    MapBuilder builder(drawn("- 40 a | 40 - b"));
    builder.split(token(20)).split(token(20)).split(token(40));
    QCOMPARE(show(builder.build()), "- 20 a | 20 - 40 a | 40 - b");
    QCOMPARE(builder.merge(token(40)).error().code(), ErrorCode::Refused);
    QCOMPARE(builder.merge(token(21)).error().code(), ErrorCode::NotFound);
    QCOMPARE(builder.merge(Token::beginning()).error().code(), ErrorCode::NotFound);
    QVERIFY(builder.merge(token(20)).has_value());
    QCOMPARE(builder.merge(token(20)).error().code(), ErrorCode::NotFound);
    QCOMPARE(show(builder.build()), "- 40 a | 40 - b");
  }

  void pinsComeAndGo() {
    MapBuilder builder(drawn("- a; pin 7 b"));
    QVERIFY(builder.pin(Key::ofInt(3), ShardId("c")).has_value());
    QVERIFY(builder.pin(Key::ofInt(7), ShardId("d")).has_value());
    QCOMPARE(show(builder.build()), "- a; pin 3 c; pin 7 d");
    QVERIFY(builder.unpin(Key::ofInt(7)).has_value());
    QCOMPARE(builder.unpin(Key::ofInt(7)).error().code(), ErrorCode::NotFound);
    QCOMPARE(builder.pin(*Key::ofText("x"), ShardId("c")).error().code(), ErrorCode::InvalidInput);
    QCOMPARE(show(builder.build()), "- a; pin 3 c");
  }

  void whatBreaksAnInvariantIsNotBuilt_data() {
    QTest::addColumn<QByteArray>("bound");
    QTest::addColumn<QString>("shard");
    QTest::newRow("a bound of seven bytes") << QByteArray("1234567") << "b";
    QTest::newRow("a bound of nine bytes") << QByteArray("123456789") << "b";
    QTest::newRow("a shard without a name") << QByteArray("12345678") << "";
    QTest::newRow("a shard with a line break in its name") << QByteArray("12345678") << "b\nc";
  }
  void whatBreaksAnInvariantIsNotBuilt() {
    QFETCH(QByteArray, bound);
    QFETCH(QString, shard);
    MapBuilder builder(drawn("- a"));
    builder.assign({Token{bound.toStdString()}, std::nullopt}, ShardId(shard.toStdString()));
    QCOMPARE(builder.build().error().code(), ErrorCode::InvalidInput);
  }

  void aTextBoundThatIsNotUtf8IsNotBuilt() {
    const auto strategy = *ShardingStrategy::make({StrategyKind::Range, KeyType::Text, "", std::nullopt});
    for (const std::string& bound : {std::string("\xff"), std::string("a\0b", 3)}) {
      MapBuilder builder(orders, strategy);
      builder.assign({Token{bound}, std::nullopt}, ShardId("a"));
      QCOMPARE(builder.build().error().code(), ErrorCode::InvalidInput);
    }
  }

  void aLineThatIsNotOneIsFound_data() {
    QTest::addColumn<QByteArrayList>("froms");
    QTest::addColumn<bool>("sound");
    const QByteArray low("12345678"), high("12345679");
    QTest::newRow("sound") << QByteArrayList{"", low, high} << true;
    QTest::newRow("empty") << QByteArrayList{} << false;
    QTest::newRow("not from the beginning") << QByteArrayList{low, high} << false;
    QTest::newRow("a bound twice") << QByteArrayList{"", low, low} << false;
    QTest::newRow("descending") << QByteArrayList{"", high, low} << false;
    QTest::newRow("the beginning twice") << QByteArrayList{"", ""} << false;
  }
  void aLineThatIsNotOneIsFound() {
    QFETCH(QByteArrayList, froms);
    QFETCH(bool, sound);
    MapLine line;
    for (const QByteArray& from : froms) {
      line.froms.append(from.toStdString());
      line.owners.push_back(MapLine::nobody);
    }
    QCOMPARE(!lineProblem(line, overInts()).has_value(), sound);
  }

  void aHashLineHasNoHoles() {
    QCOMPARE(MapBuilder(orders, overInts(StrategyKind::Hash)).build().error().code(), ErrorCode::InvalidInput);
  }

  void rangesAreAppendedInOrderOnly() {
    MapBuilder builder(orders, overInts());
    QVERIFY(builder.append(Token::beginning(), ShardId("a")).has_value());
    QCOMPARE(builder.append(Token::beginning(), ShardId("b")).error().code(), ErrorCode::InvalidInput);
    QVERIFY(builder.append(token(5), ShardId("b")).has_value());
    QCOMPARE(builder.append(token(5), ShardId("c")).error().code(), ErrorCode::InvalidInput);
    builder.split(token(3));
    QVERIFY(builder.append(token(9), ShardId("a")).has_value());
    const auto made = builder.build();
    QCOMPARE(show(made), "- 3 a | 3 - 5 a | 5 - 9 b | 9 - a");
    QCOMPARE(made->version(), MapVersion(1));
  }

  void anEvenMapGivesEveryShardItsPart() {
    const std::vector<ShardId> three = {ShardId("a"), ShardId("b"), ShardId("c")};
    const ShardMap hash = *evenMap(orders, overInts(StrategyKind::Hash), three);
    QCOMPARE(show(hash), "- 5555555555555555 a | 5555555555555555 - aaaaaaaaaaaaaaaa b | aaaaaaaaaaaaaaaa - c");
    const ShardMap ints = *evenMap(orders, overInts(), std::vector<ShardId>{ShardId("a"), ShardId("b")});
    QCOMPARE(show(ints), "- 0 a | 0 - b");
    for (const KeyType type : {KeyType::Text, KeyType::Uuid, KeyType::Timestamp}) {
      const ShardMap map =
          *evenMap(orders, *ShardingStrategy::make({StrategyKind::Range, type, "", std::nullopt}), three);
      QCOMPARE(map.rangeCount(), type == KeyType::Text ? std::size_t(1) : std::size_t(3));
      QVERIFY(*mapFromJson(mapToJson(map)) == map);
    }
    QCOMPARE(evenMap(orders, overInts(), {}).error().code(), ErrorCode::InvalidInput);
  }

  void aMoveCarriesItsRangeWithoutThePins() {
    const ShardMap map = drawn("- 40 a | 40 - 80 b | 80 - c; pin 39 c; pin 40 c; pin 79 a; pin 80 a");
    const PlacedPart part = map.partOf(map.tokens(1));
    QVERIFY(part.range == (TokenRange{token(40), token(80)}));
    QVERIFY(part.withoutPins == (std::vector<Key>{Key::ofInt(40), Key::ofInt(79)}));
    QVERIFY(!part.pin);
  }

  void shardsAreThoseOfRangesAndPins() {
    QVERIFY(drawn("- 4 b | 4 - nobody; pin 1 a; pin 2 b").shards() ==
            (std::vector<ShardId>{ShardId("a"), ShardId("b")}));
  }

  // The builder against a map of bounds and a map of pins, edit by edit.
  void editsDoWhatAPlainModelDoes() {
    RandomMaps random(randomSeed());
    for (int round = 0; round < 400; ++round) {
      const ShardingStrategy strategy = random.strategy();
      const ShardMap base = random.map(strategy);
      std::map<Token, std::optional<ShardId>> model;
      for (std::size_t i = 0; i < base.rangeCount(); ++i) model[base.tokens(i).from] = base.owner(i);
      MapBuilder builder(base);
      const auto splitModel = [&](const Token& at) { model.emplace(at, std::prev(model.upper_bound(at))->second); };
      for (std::size_t edits = random.below(15); edits > 0; --edits) {
        Token from = random.chance(50) ? base.tokens(random.below(base.rangeCount())).from : random.bound(strategy);
        std::optional<Token> until;
        if (random.chance(80)) until = random.bound(strategy);
        const int what = static_cast<int>(random.below(3));
        if (what == 0) {
          builder.split(from);
          splitModel(from);
        } else if (what == 1) {
          const auto bound = model.find(from);
          const bool legal =
              bound != model.begin() && bound != model.end() && std::prev(bound)->second == bound->second;
          QCOMPARE(builder.merge(from).has_value(), legal);
          if (legal) model.erase(bound);
        } else if (!until || from < *until) {
          const auto owner = random.owner(strategy);
          builder.assign({from, until}, owner);
          splitModel(from);
          if (until) splitModel(*until);
          const auto first = model.find(from);
          first->second = owner;
          model.erase(std::next(first), until ? model.find(*until) : model.end());
        }
      }
      const ShardMap made = *builder.build();
      QCOMPARE(made.rangeCount(), model.size());
      std::size_t i = 0;
      for (const auto& [from, owner] : model) {
        QVERIFY(made.tokens(i).from == from && made.owner(i) == owner);
        QCOMPARE(made.indexOf(from), i);
        QVERIFY(made.indexOf(made.tokens(i)) == i);
        ++i;
      }
      QVERIFY(!lineProblem(made.line(), strategy));
    }
  }

  void pinsInARangeAreThoseWhoseTokenLiesThere() {
    RandomMaps random(randomSeed());
    for (int round = 0; round < 400; ++round) {
      const ShardingStrategy strategy = random.strategy();
      const ShardMap map = random.edited(random.map(strategy));
      for (std::size_t i = 0; i < map.rangeCount(); ++i) {
        std::vector<Key> expected;
        for (const Pin& pin : map.pins())
          if (map.tokens(i).contains(*strategy.tokenOf(pin.key))) expected.push_back(pin.key);
        QVERIFY(map.pinsIn(map.tokens(i)) == expected);
      }
    }
  }
};

QTEST_APPLESS_MAIN(TestShardMap)
#include "tst_shard_map.moc"
