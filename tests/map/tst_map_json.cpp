// shardwright.map/1: canonical, exact both ways, and strict about what it takes.
#include <QtTest>

#include "core/base/json.h"
#include "core/map/map_json.h"
#include "tests/map/random_map.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using shardwright::test::RandomMaps;
using shardwright::test::randomSeed;

namespace {

ShardingStrategy strategyOf(StrategyKind kind, KeyType type) {
  return *ShardingStrategy::make({kind, type, kind == StrategyKind::Hash ? "md5-64" : "", std::nullopt});
}

// A map file over the given ranges and pins; the strategy stands after the ranges, as in canonical files.
std::string file(const std::string& ranges, const std::string& pins = "", const std::string& kind = "range",
                 const std::string& type = "int") {
  const std::string dialect = kind == "hash" ? R"("md5-64")" : "null";
  return R"({"keyspace":"orders","pins":[)" + pins + R"(],"ranges":[)" + ranges +
         R"(],"schema":"shardwright.map/1","strategy":{"dialect":)" + dialect + R"(,"keyType":")" + type +
         R"(","kind":")" + kind + R"(","slots":null}})";
}

const std::string wholeLine = R"({"from":null,"until":null,"shard":"a"})";

}  // namespace

class TestMapJson : public QObject {
  Q_OBJECT
 private slots:
  void theFormIsThePublishedOne() {
    const ShardMap map = *drawnMap(KeyspaceName("orders"), strategyOf(StrategyKind::Directory, KeyType::Int),
                                   "- -40 a | -40 - nobody; pin 7 c");
    QCOMPARE(
        QString::fromStdString(mapToJson(map)),
        QString::fromStdString(
            R"({"checksum":")" + map.checksum() + R"(","keyspace":"orders","pins":[{"key":"7","shard":"c"}],)" +
            R"("ranges":[{"from":null,"shard":"a","until":"-40"},{"from":"-40","shard":null,"until":null}],)" +
            R"("schema":"shardwright.map/1","strategy":{"dialect":null,"keyType":"int","kind":"directory","slots":null},)" +
            R"("version":1})"));
  }

  void theChecksumIsTheDigestOfTheDocumentWithoutIt() {
    const ShardMap map = *drawnMap(KeyspaceName("orders"), strategyOf(StrategyKind::Hash, KeyType::Text),
                                   "- 8000000000000000 a | 8000000000000000 - b; pin x c");
    Json document = *parseJson(mapToJson(map));
    document.erase("checksum");
    QCOMPARE(map.checksum(), sha256Hex(canonicalJson(document)));
    QCOMPARE(mapDigest(map), map.checksum());
  }

  void everyMapComesBackFromItsCanonicalJson() {
    RandomMaps random(randomSeed());
    for (int round = 0; round < 400; ++round) {
      const ShardMap map = random.edited(random.map(random.strategy()));
      const std::string text = mapToJson(map);
      const auto back = mapFromJson(text);
      QVERIFY2(back.has_value(), back ? "" : back.error().message().c_str());
      QVERIFY(*back == map);
      QCOMPARE(back->checksum(), map.checksum());
      QCOMPARE(canonicalJson(*parseJson(text, {std::size_t{1} << 30, 64})), text);
    }
  }

  void whatIsLegalIsTaken_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("drawing");
    const auto row = [](const char* name, const std::string& text, const char* drawing) {
      QTest::newRow(name) << QByteArray::fromStdString(text) << drawing;
    };
    row("numbers as bounds",
        file(
            R"({"from":null,"until":-9223372036854775808,"shard":"a"},{"from":"-9223372036854775808","until":"9223372036854775807","shard":"b"},{"from":9223372036854775807,"until":null,"shard":null})"),
        "- -9223372036854775808 a | -9223372036854775808 - 9223372036854775807 b | 9223372036854775807 - nobody");
    row("numbers as pins", file(wholeLine, R"({"key":7,"shard":"b"},{"shard":"c","key":"-7"})"),
        "- a; pin -7 c; pin 7 b");
    row("a number pins a key of a hash keyspace", file(wholeLine, R"({"key":7,"shard":"b"})", "hash"), "- a; pin 7 b");
    row("no pins",
        R"({"schema":"shardwright.map/1","keyspace":"orders","strategy":{"kind":"range","keyType":"int"},"ranges":[)" +
            wholeLine + "]}",
        "- a");
    row("text from the empty key",
        file(R"({"from":"","until":"m","shard":"a"},{"from":"m","until":null,"shard":"b"})", "", "range", "text"),
        "- m a | m - b");
    row("blanks and lines", "\n { " + file(wholeLine).substr(1) + "\n", "- a");
  }
  void whatIsLegalIsTaken() {
    QFETCH(QByteArray, text);
    QFETCH(QString, drawing);
    const auto map = mapFromJson(text.toStdString());
    QVERIFY2(map.has_value(), map ? "" : map.error().message().c_str());
    QCOMPARE(QString::fromStdString(drawMap(*map)), drawing);
    QCOMPARE(map->version(), MapVersion(0));
  }

  void whatIsWrongIsRefusedWithASentence_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const std::string& text, const char* sentence) {
      QTest::newRow(name) << QByteArray::fromStdString(text) << sentence;
    };
    const auto ranges = [](const std::string& list) { return file(list); };
    row("gap", ranges(R"({"from":null,"until":"4","shard":"a"},{"from":"5","until":null,"shard":"b"})"),
        "gap: ranges[0] ends at 4 and ranges[1] begins at 5");
    row("overlap", ranges(R"({"from":null,"until":"5","shard":"a"},{"from":4,"until":null,"shard":"b"})"),
        "overlap: ranges[0] ends at 5 and ranges[1] begins at 4");
    row("begins late", ranges(R"({"from":"4","until":null,"shard":"a"})"), "gap: the first range begins at 4");
    row("ends early", ranges(R"({"from":null,"until":"4","shard":"a"})"), "gap: the last range ends at 4");
    row("ends in the middle", ranges(R"({"from":null,"until":null,"shard":"a"},{"from":"5","until":null,"shard":"b"})"),
        "overlap: ranges[0] reaches the end");
    row("begins twice", ranges(R"({"from":null,"until":null,"shard":"a"},{"from":null,"until":null,"shard":"b"})"),
        "overlap: ranges[0] reaches the end");
    row("wrong order",
        ranges(
            R"({"from":null,"until":"5","shard":"a"},{"from":"5","until":"3","shard":"b"},{"from":"3","until":null,"shard":"c"})"),
        "ranges[2]: the range from 3 does not lie after");
    row("the same bound twice",
        ranges(
            R"({"from":null,"until":"5","shard":"a"},{"from":"5","until":"5","shard":"b"},{"from":"5","until":null,"shard":"c"})"),
        "ranges[2]: the range from 5");
    row("no range", ranges(""), "ranges has no range");
    row("a bound that is no integer",
        ranges(R"({"from":null,"until":"x","shard":"a"},{"from":"x","until":null,"shard":"b"})"),
        "ranges[1].from: \"x\" is no 64-bit integer");
    row("a bound beyond 64 bits",
        ranges(
            R"({"from":null,"until":9223372036854775808,"shard":"a"},{"from":9223372036854775808,"until":null,"shard":"b"})"),
        "is no 64-bit integer");
    row("a fraction", ranges(R"({"from":null,"until":4.0,"shard":"a"},{"from":4.0,"until":null,"shard":"b"})"),
        "ranges[0].until: a string, a 64-bit integer or null");
    row("a list as a bound", ranges(R"({"from":[],"until":null,"shard":"a"})"), "ranges[0].from: a plain value");
    row("a number as a shard", ranges(R"({"from":null,"until":null,"shard":4})"), "ranges[0].shard: a string");
    row("a shard without a name", ranges(R"({"from":null,"until":null,"shard":""})"), "shard needs a name");
    row("a range without a shard", ranges(R"({"from":null,"until":null})"), "ranges[0]: from, until and shard");
    row("a stranger in a range", ranges(R"({"from":null,"until":null,"shard":"a","rows":4})"),
        "\"rows\" is no field of shardwright.map/1 in ranges[0]");
    row("a field twice in a range", ranges(R"({"from":null,"until":null,"shard":"a","shard":"b"})"),
        "ranges[0].shard stands twice");
    row("hash bound of 7 bytes",
        file(R"({"from":null,"until":"80000000000000","shard":"a"},{"from":"80000000000000","until":null,"shard":"b"})",
             "", "hash"),
        "16 hexadecimal digits");
    row("hash bound as a number",
        file(R"({"from":null,"until":5,"shard":"a"},{"from":5,"until":null,"shard":"b"})", "", "hash"),
        "5 is a number");
    row("nobody on a hash line", file(R"({"from":null,"until":null,"shard":null})", "", "hash"),
        "belongs to nobody, which a hash keyspace does not allow");
    row("text bound that is not UTF-8",
        file("{\"from\":null,\"until\":\"\xff\",\"shard\":\"a\"},{\"from\":\"\xff\",\"until\":null,\"shard\":\"b\"}",
             "", "range", "text"),
        "not JSON");
    row("half a surrogate",
        file(R"({"from":null,"until":"\ud800","shard":"a"},{"from":"\ud800","until":null,"shard":"b"})", "", "range",
             "text"),
        "not JSON");
    row("text bound with NUL",
        file(R"({"from":null,"until":"a\u0000","shard":"a"},{"from":"a\u0000","until":null,"shard":"b"})", "", "range",
             "text"),
        "NUL");
    row("text bound as a number",
        file(R"({"from":null,"until":5,"shard":"a"},{"from":5,"until":null,"shard":"b"})", "", "range", "text"),
        "5 is a number");
    row("a key pinned twice", file(wholeLine, R"({"key":"7","shard":"b"},{"key":8,"shard":"b"},{"key":7,"shard":"c"})"),
        "pins[0] and pins[2] both pin the key 7");
    row("a pin of another type", file(wholeLine, R"({"key":"x","shard":"b"})"),
        "pins[0].key: \"x\" is no 64-bit integer");
    row("a number pins a text key", file(wholeLine, R"({"key":7,"shard":"b"})", "range", "text"),
        "pins[0].key: 7 is a number");
    row("a pin to nobody", file(wholeLine, R"({"key":"7","shard":null})"), "pins[0].shard: a string");
    row("a pin without a key", file(wholeLine, R"({"shard":"b"})"), "pins[0]: key and shard");
    row("a stranger in a pin", file(wholeLine, R"({"key":"7","shard":"b","since":4})"),
        "\"since\" is no field of shardwright.map/1 in pins[0]");
    row("a plain value as a range", ranges("4"), "ranges[0]: an object");
    row("ranges as an object", R"({"schema":"shardwright.map/1","ranges":{}})", "ranges: a list");
    row("a stranger at the top", R"({"schema":"shardwright.map/1","shards":[]})",
        "\"shards\" is no field of shardwright.map/1;");
    row("a field twice at the top", R"({"keyspace":"a","keyspace":"b"})", "keyspace stands twice");
    row("another schema", R"({"schema":"shardwright.map/2","ranges":[]})", "the schema is \"shardwright.map/2\"");
    row("no schema", R"({"keyspace":"a","ranges":[]})", "the schema is missing");
    row("no keyspace", R"({"schema":"shardwright.map/1","ranges":[]})", "the keyspace is missing");
    row("no strategy", R"({"schema":"shardwright.map/1","keyspace":"a","ranges":[]})", "the strategy is missing");
    row("half a strategy", R"({"schema":"shardwright.map/1","keyspace":"a","strategy":{"kind":"range"},"ranges":[]})",
        "kind and keyType");
    row("no ranges", R"({"schema":"shardwright.map/1","keyspace":"a","strategy":{"kind":"range","keyType":"int"}})",
        "the ranges are missing");
    row("an unknown dialect",
        R"({"schema":"shardwright.map/1","keyspace":"a","strategy":{"kind":"hash","keyType":"int","dialect":"crc"},"ranges":[]})",
        "\"crc\" is no hash dialect");
    row("a version below zero",
        R"({"schema":"shardwright.map/1","keyspace":"a","version":-1,"strategy":{"kind":"range","keyType":"int"},"ranges":[]})",
        "version");
    row("a version as text", R"({"version":"1"})", "version: a 64-bit integer");
    row("a list", "[]", "a map is a JSON object");
    row("a depth bomb", std::string(1'000'000, '['), "a map is a JSON object");
    row("a depth bomb inside", R"({"ranges":)" + std::string(1'000'000, '['), "ranges[0]: an object");
    row(
        "a bomb of objects",
        R"({"strategy":{"kind":)" +
            [] {
              std::string bomb;
              for (int i = 0; i < 100'000; ++i) bomb += R"({"a":)";
              return bomb;
            }(),
        "strategy.kind: a plain value");
    row("empty", "", "not JSON");
    row("cut off", file(wholeLine).substr(0, 60), "not JSON");
    row("more after the end", file(wholeLine) + "x", "not JSON");
    row("wrong checksum", R"({"checksum":"00",)" + file(wholeLine).substr(1),
        "the checksum does not fit: the file says 00");
  }
  void whatIsWrongIsRefusedWithASentence() {
    QFETCH(QByteArray, text);
    QFETCH(QString, sentence);
    const auto map = mapFromJson(text.toStdString());
    QVERIFY(!map.has_value());
    QCOMPARE(map.error().code(), ErrorCode::InvalidInput);
    const QString message = QString::fromStdString(map.error().message());
    QVERIFY2(message.contains(sentence), qPrintable(message));
    QVERIFY2(message.startsWith("map: "), qPrintable(message));
  }

  void anyChangeAfterWritingBreaksTheChecksum() {
    const ShardMap map =
        *drawnMap(KeyspaceName("orders"), strategyOf(StrategyKind::Range, KeyType::Int), "- 4 a | 4 - b; pin 7 c");
    for (const auto& [what, with] : {std::pair{"\"4\"", "\"5\""},
                                     {"\"b\"", "\"a\""},
                                     {"\"7\"", "\"8\""},
                                     {"\"version\":1", "\"version\":2"},
                                     {"\"orders\"", "\"order\""}}) {
      const QByteArray changed = QByteArray::fromStdString(mapToJson(map)).replace(what, with);
      const auto read = mapFromJson(changed.toStdString());
      QVERIFY2(!read && read.error().message().find("checksum does not fit") != std::string::npos, what);
    }
  }

  void sizeIsLimited() {
    MapReadLimits limits;
    limits.bytes = 100;
    QVERIFY(!mapFromJson(file(wholeLine), limits));
    limits = {};
    limits.elements = 2;
    QVERIFY(mapFromJson(file(wholeLine, R"({"key":"7","shard":"b"})"), limits).has_value());
    QVERIFY(!mapFromJson(file(wholeLine, R"({"key":"7","shard":"b"},{"key":"8","shard":"b"})"), limits));
  }

  void whatTheFileLeavesOutComesFromTheCallerAndNothingMayDiffer() {
    const MapExpectation expected{KeyspaceName("orders"), {StrategyKind::Range, KeyType::Int, "", std::nullopt}};
    const auto bare = mapFromJson(R"({"schema":"shardwright.map/1","ranges":[)" + wholeLine + "]}", {}, &expected);
    QVERIFY(bare.has_value());
    QCOMPARE(bare->keyspace().text(), std::string("orders"));
    QVERIFY(mapFromJson(file(wholeLine), {}, &expected).has_value());
    QVERIFY(!mapFromJson(file(wholeLine, "", "directory"), {}, &expected));
    QVERIFY(!mapFromJson(file(wholeLine, "", "range", "text"), {}, &expected));
    MapExpectation other = expected;
    other.keyspace = KeyspaceName("bills");
    QVERIFY(!mapFromJson(file(wholeLine), {}, &other));
  }

  void csvQuotesWhatHasCommasAndQuotes() {
    const auto strategy = strategyOf(StrategyKind::Range, KeyType::Text);
    MapBuilder builder(KeyspaceName("orders"), strategy);
    builder.assign({Token{"a,\"b\""}, std::nullopt}, ShardId("north"));
    QVERIFY(builder.pin(*Key::ofText("k"), ShardId("x,y")).has_value());
    QCOMPARE(QString::fromStdString(mapToCsv(*builder.build())),
             "from,until,shard\n,\"a,\"\"b\"\"\",\n\"a,\"\"b\"\"\",,north\npin,k,\"x,y\"\n");
  }
};

QTEST_APPLESS_MAIN(TestMapJson)
#include "tst_map_json.moc"
