// Rows and bytes of ranges and keys, and samples of keys.
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/predicate.h"
#include "tests/support/shard_file.h"

#include <map>
#include <set>

using namespace shardwright;
using namespace shardwright::sqlite;

namespace {

using Random = std::mt19937;

Key randomKey(KeyType type, Random& random) {
  switch (type) {
    case KeyType::Int: return Key::ofInt(static_cast<std::int64_t>(random() % 400) - 200);
    case KeyType::Timestamp: return Key::ofTimestamp({(static_cast<std::int64_t>(random() % 400) - 200) * 86'400'000'000});
    case KeyType::Uuid: {
      Uuid uuid{};
      uuid[0] = static_cast<unsigned char>(random());
      uuid[15] = static_cast<unsigned char>(random() % 3);
      return Key::ofUuid(uuid);
    }
    case KeyType::Text: {
      static const std::vector<std::string> pieces = {"a", "B", "ä", " ", "'", "\"", ";", "zz"};
      std::string key;
      for (auto n = random() % 4; n > 0; --n) key += pieces[random() % pieces.size()];
      return must(Key::ofText(key));
    }
  }
  return Key::ofInt(0);
}

// Two colocated tables of one keyspace with random rows, and the same rows as plain values beside them.
struct RandomTables {
  Keyspace keyspace;
  ShardFile file;
  std::map<Key, std::int64_t> rowsOf;  // over both tables

  RandomTables(StrategyKind kind, KeyType type, KeyForm form, bool tokenColumn, Random& random)
      : keyspace(keyspaceOf(kind, type, {tableRef("first", "k"), tableRef("odd \"table\"; ?", "käy")})) {
    keyspace.keyForm = form;
    if (tokenColumn) keyspace.tables[0].tokenColumn = "tok";
    file.execute("CREATE TABLE first(id INTEGER PRIMARY KEY, k COLLATE NOCASE, tok, payload); CREATE INDEX i ON first(k COLLATE BINARY);"
                 "CREATE TABLE \"odd \"\"table\"\"; ?\"(\"käy\", n INTEGER, PRIMARY KEY(\"käy\", n)) WITHOUT ROWID");
    auto db = file.database();
    must(db.execute("BEGIN"));
    const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
    auto first = must(db.prepare("INSERT INTO first(k, tok, payload) VALUES (?, ?, zeroblob(abs(random() % 100)))"));
    auto second = must(db.prepare("INSERT INTO \"odd \"\"table\"\"; ?\" VALUES (?, ?)"));
    for (int i = 0; i < 300; ++i) {
      const Key key = randomKey(type, random);
      const Value value = nativeValue(key, form);
      if (random() % 2 == 0)
        must(first.bind(1, value).bind(2, Value(Blob{must(strategy.tokenOf(key)).bytes})).run());
      else
        must(second.bind(1, value).bind(2, std::int64_t{i}).run());
      ++rowsOf[key];
    }
    must(db.execute("COMMIT"));
  }

  std::int64_t rowsIn(const TokenRange& range) const {
    const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
    std::int64_t rows = 0;
    for (const auto& [key, count] : rowsOf)
      if (range.contains(must(strategy.tokenOf(key)))) rows += count;
    return rows;
  }

  std::vector<Token> randomBounds(Random& random) const {
    const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
    std::vector<Token> bounds = {Token::beginning()};
    for (auto n = random() % 8; n > 0; --n) bounds.push_back(must(strategy.tokenOf(randomKey(keyspace.strategy.keyType, random))));
    std::ranges::sort(bounds);
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    return bounds;
  }
};

TokenRange rangeAt(const std::vector<Token>& bounds, std::size_t i) {
  return {bounds[i], i + 1 < bounds.size() ? std::optional(bounds[i + 1]) : std::nullopt};
}

void addStrategies() {
  QTest::addColumn<int>("kind");
  QTest::addColumn<int>("type");
  QTest::addColumn<int>("form");
  QTest::addColumn<bool>("tokenColumn");
  const auto row = [](const char* name, StrategyKind kind, KeyType type, KeyForm form, bool tokenColumn = false) {
    QTest::newRow(name) << static_cast<int>(kind) << static_cast<int>(type) << static_cast<int>(form) << tokenColumn;
  };
  row("range int", StrategyKind::Range, KeyType::Int, KeyForm::Native);
  row("range text", StrategyKind::Range, KeyType::Text, KeyForm::Native);
  row("directory uuid text", StrategyKind::Directory, KeyType::Uuid, KeyForm::UuidText);
  row("range uuid blob", StrategyKind::Range, KeyType::Uuid, KeyForm::UuidBlob);
  row("range micros", StrategyKind::Range, KeyType::Timestamp, KeyForm::MicrosInteger);
  row("range iso", StrategyKind::Range, KeyType::Timestamp, KeyForm::IsoText);
  row("hash int", StrategyKind::Hash, KeyType::Int, KeyForm::Native);
  row("hash text", StrategyKind::Hash, KeyType::Text, KeyForm::Native);
  row("hash uuid blob", StrategyKind::Hash, KeyType::Uuid, KeyForm::UuidBlob);
}

Keyspace rangeOfInts(const std::string& table = "t", const std::string& column = "id") {
  return keyspaceOf(StrategyKind::Range, KeyType::Int, {tableRef(table, column)});
}

std::vector<Token> tokensOf(const Keyspace& keyspace, const std::vector<std::int64_t>& keys) {
  const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
  std::vector<Token> bounds = {Token::beginning()};
  for (const auto key : keys) bounds.push_back(must(strategy.tokenOf(Key::ofInt(key))));
  return bounds;
}

std::int64_t sumOfRows(const std::vector<SampledKey>& sample) {
  std::int64_t rows = 0;
  for (const SampledKey& key : sample) rows += key.rows;
  return rows;
}

}  // namespace

class TestSqliteCount : public QObject {
  Q_OBJECT

  Random m_random;

 private Q_SLOTS:
  void initTestCase() { m_random.seed(seedOfTest()); }

  // Law: every row is counted once, in the range of its key's token; the predicate that moves rows agrees.
  void rowsAreCountedWhereTheirKeysAre_data() { addStrategies(); }
  void rowsAreCountedWhereTheirKeysAre() {
    QFETCH(int, kind);
    QFETCH(int, type);
    QFETCH(int, form);
    for (int round = 0; round < 4; ++round) {
      const bool tokenColumn = static_cast<StrategyKind>(kind) == StrategyKind::Hash && round % 2 == 1;
      const RandomTables tables(static_cast<StrategyKind>(kind), static_cast<KeyType>(type), static_cast<KeyForm>(form), tokenColumn, m_random);
      const auto strategy = must(ShardingStrategy::make(tables.keyspace.strategy));
      const auto bounds = tables.randomBounds(m_random);
      const auto counts = must(tables.file.session()->countRanges(tables.keyspace, bounds, {}));
      QCOMPARE(counts.size(), bounds.size());
      auto db = tables.file.database();
      for (std::size_t i = 0; i < bounds.size(); ++i) {
        QCOMPARE(counts[i].rows, tables.rowsIn(rangeAt(bounds, i)));
        std::int64_t byPredicate = 0;
        for (const TableRef& ref : tables.keyspace.tables) {
          const auto predicate = must(partPredicate(tables.keyspace, strategy, ref, PlacedPart{rangeAt(bounds, i), {}, {}}));
          auto count = must(db.prepare("SELECT count(*) FROM " + quoted(ref.name) + " WHERE " + predicate.sql));
          predicate.bind(count, 1);
          QVERIFY(must(count.step()));
          byPredicate += count.integer(0);
        }
        QCOMPARE(byPredicate, counts[i].rows);
      }
    }
  }

  // Law: a sample stands for every row of its range, in order of tokens, with no key twice.
  void aSampleStandsForEveryRow_data() { addStrategies(); }
  void aSampleStandsForEveryRow() {
    QFETCH(int, kind);
    QFETCH(int, type);
    QFETCH(int, form);
    for (int round = 0; round < 4; ++round) {
      const bool tokenColumn = static_cast<StrategyKind>(kind) == StrategyKind::Hash && round % 2 == 1;
      const RandomTables tables(static_cast<StrategyKind>(kind), static_cast<KeyType>(type), static_cast<KeyForm>(form), tokenColumn, m_random);
      const auto strategy = must(ShardingStrategy::make(tables.keyspace.strategy));
      const auto bounds = tables.randomBounds(m_random);
      const TokenRange range = rangeAt(bounds, m_random() % bounds.size());
      const auto count = static_cast<std::int64_t>(1 + m_random() % 40);
      const auto sample = must(tables.file.session()->sampleKeys(tables.keyspace, range, count, {}));
      QVERIFY(static_cast<std::int64_t>(sample.size()) <= count);
      QCOMPARE(sumOfRows(sample), tables.rowsIn(range));
      for (std::size_t i = 0; i < sample.size(); ++i) {
        QVERIFY(range.contains(sample[i].token));
        QVERIFY(sample[i].token == must(strategy.tokenOf(sample[i].key)));
        QVERIFY(tables.rowsOf.contains(sample[i].key));
        if (i == 0) continue;
        QVERIFY(sample[i - 1].token < sample[i].token);
        // Splitting at a sampled key leaves exactly what the samples before it stand for.
        const std::int64_t before = sumOfRows({sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(i)});
        QCOMPARE(tables.rowsIn({range.from, sample[i].token}), before);
      }
    }
  }

  void everyDistinctKeyIsScannedWithItsRows_data() { addStrategies(); }
  void everyDistinctKeyIsScannedWithItsRows() {
    QFETCH(int, kind);
    QFETCH(int, type);
    QFETCH(int, form);
    const RandomTables tables(static_cast<StrategyKind>(kind), static_cast<KeyType>(type), static_cast<KeyForm>(form), false, m_random);
    std::map<Key, std::int64_t> scanned;
    auto session = tables.file.session();
    for (const TableRef& ref : tables.keyspace.tables) {
      std::set<Key> ofTable;
      must(session->scanKeys(tables.keyspace, ref, {}, [&](const Key& key, std::int64_t rows) {
        scanned[key] += rows;
        return ofTable.insert(key).second;  // a key twice would end the scan early
      }, {}));
    }
    QVERIFY(scanned == tables.rowsOf);
    const auto& [key, rows] = *tables.rowsOf.begin();
    QCOMPARE(must(session->countKey(tables.keyspace, key, {})).rows, rows);
  }

  // Law: a scan of a stretch sees exactly the keys in it, each with all of its rows.
  void aScanOfAStretchSeesItsKeysAlone_data() { addStrategies(); }
  void aScanOfAStretchSeesItsKeysAlone() {
    QFETCH(int, kind);
    QFETCH(int, type);
    QFETCH(int, form);
    const RandomTables tables(static_cast<StrategyKind>(kind), static_cast<KeyType>(type), static_cast<KeyForm>(form), false, m_random);
    auto session = tables.file.session();
    for (int round = 0; round < 12; ++round) {
      KeySpan span;
      if (round % 3 != 0) span.from = randomKey(static_cast<KeyType>(type), m_random);
      if (round % 3 != 1) span.until = randomKey(static_cast<KeyType>(type), m_random);
      std::map<Key, std::int64_t> scanned, expected = tables.rowsOf;
      std::erase_if(expected, [&](const auto& entry) { return (span.from && entry.first < *span.from) || (span.until && entry.first >= *span.until); });
      for (const TableRef& ref : tables.keyspace.tables) {
        must(session->scanKeys(tables.keyspace, ref, span, [&](const Key& key, std::int64_t rows) {
          scanned[key] += rows;
          return true;
        }, {}));
      }
      QVERIFY(scanned == expected);
    }
  }

  void keysAtRandomAreKeysOfTheTableInOrder_data() { addStrategies(); }
  void keysAtRandomAreKeysOfTheTableInOrder() {
    QFETCH(int, kind);
    QFETCH(int, type);
    QFETCH(int, form);
    const RandomTables tables(static_cast<StrategyKind>(kind), static_cast<KeyType>(type), static_cast<KeyForm>(form), false, m_random);
    for (const TableRef& ref : tables.keyspace.tables) {
      const auto keys = must(tables.file.session()->randomKeys(tables.keyspace, ref, 20, m_random(), {}));
      QVERIFY2(!keys.empty() && keys.size() <= 20, std::to_string(keys.size()).c_str());
      QVERIFY(std::ranges::adjacent_find(keys, std::greater_equal<>()) == keys.end());
      for (const Key& key : keys) QVERIFY(tables.rowsOf.contains(key));
    }
  }

  // Bounds are worth something only where about as many rows lie between any two of them.
  void keysAtRandomAreSpreadOverTheRows_data() {
    QTest::addColumn<QString>("table");
    QTest::newRow("row ids one after the other") << "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t SELECT value FROM ";
    QTest::newRow("a few row ids at the ends of the world") << "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (-9223372036854775807), (9223372036854775807); INSERT INTO t SELECT value FROM ";
    QTest::newRow("no row ids") << "CREATE TABLE t(id INTEGER PRIMARY KEY, x) WITHOUT ROWID; INSERT INTO t SELECT value, 0 FROM ";
    QTest::newRow("row ids under a column of that name") << "CREATE TABLE t(id INTEGER NOT NULL UNIQUE, rowid TEXT PRIMARY KEY); INSERT INTO t SELECT value, value FROM ";
  }
  void keysAtRandomAreSpreadOverTheRows() {
    QFETCH(QString, table);
    const ShardFile file(table.toStdString() + numbers(1, 4000));
    const auto keyspace = rangeOfInts();
    const auto keys = must(file.session()->randomKeys(keyspace, keyspace.tables[0], 200, m_random(), {}));
    std::array<int, 4> ofQuarter{};
    for (const Key& key : keys) {
      if (key.asInt() >= 1 && key.asInt() <= 4000) ++ofQuarter[static_cast<std::size_t>((key.asInt() - 1) / 1000)];
    }
    for (const int found : ofQuarter) QVERIFY2(found >= 20 && found <= 90, std::to_string(found).c_str());
  }

  void aScanEndsWhenTheCallerHasSeenEnough() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t SELECT value FROM " + numbers(1, 100));
    int seen = 0;
    const auto keyspace = rangeOfInts();
    must(file.session()->scanKeys(keyspace, keyspace.tables[0], {}, [&](const Key&, std::int64_t) { return ++seen < 3; }, {}));
    QCOMPARE(seen, 3);
  }

  // ---- bytes: SQLite's own account of what a table's records hold is the measure

  void bytesAreThoseOfTheRecords() {
    const ShardFile file("CREATE TABLE t(id TEXT PRIMARY KEY NOT NULL, a, b); INSERT INTO t SELECT 'key' || value, "
                         "CASE value % 6 WHEN 0 THEN NULL WHEN 1 THEN value WHEN 2 THEN value * 1000003 WHEN 3 THEN 1.5 "
                         "WHEN 4 THEN printf('%.*c', value, 'x') ELSE zeroblob(value * 5) END, value * value * value * 77777 FROM " +
                         numbers(1, 3000));
    auto db = file.database();
    const std::int64_t payload = must(db.singleInteger("SELECT sum(payload) FROM dbstat WHERE name = 't'"));
    const auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Text, {tableRef("t", "id")});
    const auto counts = must(file.session()->countRanges(keyspace, std::vector{Token::beginning()}, {}));
    QCOMPARE(counts[0].rows, std::int64_t(3000));
    QVERIFY(std::abs(counts[0].bytes - payload) <= payload / 1000);
    const auto one = must(file.session()->countKey(keyspace, must(Key::ofText("key5")), {}));
    QVERIFY(one.rows == 1 && one.bytes > 25 && one.bytes < 60);
  }

  // ---- edges

  void integersAtBothEndsAreCounted() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (-9223372036854775808), (-1), (0), (9223372036854775807)");
    const auto keyspace = rangeOfInts();
    const auto bounds = tokensOf(keyspace, {std::numeric_limits<std::int64_t>::min() + 1, 0, std::numeric_limits<std::int64_t>::max()});
    const auto counts = must(file.session()->countRanges(keyspace, bounds, {}));
    for (const RangeCount& count : counts) QCOMPARE(count.rows, std::int64_t(1));
    const auto sample = must(file.session()->sampleKeys(keyspace, {bounds[2], std::nullopt}, 10, {}));
    QCOMPARE(sample.size(), std::size_t(2));
    QCOMPARE(sample[1].key.asInt(), std::numeric_limits<std::int64_t>::max());
  }

  void veryLongKeysAreKeysLikeAny() {
    const ShardFile file("CREATE TABLE t(id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID; INSERT INTO t VALUES "
                         "(printf('%.*c', 1000000, 'a')), (printf('%.*c', 1000000, 'a') || 'b'), ('b')");
    const auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Text, {tableRef("t", "id")});
    const std::string a(1000000, 'a');
    const std::vector<Token> bounds = {Token::beginning(), {a + "b"}, {"b"}};
    const auto counts = must(file.session()->countRanges(keyspace, bounds, {}));
    QCOMPARE(counts[0].rows, std::int64_t(1));
    QCOMPARE(counts[1].rows, std::int64_t(1));
    QCOMPARE(counts[2].rows, std::int64_t(1));
    QVERIFY(counts[0].bytes >= 1000000);
    const auto sample = must(file.session()->sampleKeys(keyspace, {bounds[1], bounds[2]}, 5, {}));
    QCOMPARE(sample.size(), std::size_t(1));
    QVERIFY(sample[0].key.asText() == a + "b");
  }

  void anEmptyTableHasNothing() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY)");
    const auto keyspace = rangeOfInts();
    const auto counts = must(file.session()->countRanges(keyspace, tokensOf(keyspace, {0}), {}));
    QCOMPARE(counts.size(), std::size_t(2));
    QCOMPARE(counts[0].rows + counts[1].rows + counts[0].bytes + counts[1].bytes, std::int64_t(0));
    QVERIFY(must(file.session()->sampleKeys(keyspace, {}, 5, {})).empty());
  }

  void oneKeyWithAllRowsIsOneSample() {
    const ShardFile file("CREATE TABLE t(n INTEGER PRIMARY KEY, id INTEGER); INSERT INTO t(id) SELECT 7 FROM " + numbers(1, 500));
    const auto sample = must(file.session()->sampleKeys(rangeOfInts(), {}, 10, {}));
    QCOMPARE(sample.size(), std::size_t(1));
    QCOMPARE(sample[0].rows, std::int64_t(500));
    QCOMPARE(sample[0].key.asInt(), std::int64_t(7));
  }

  void aHotKeyStandsAloneInTheSample() {
    const ShardFile file("CREATE TABLE t(n INTEGER PRIMARY KEY, id INTEGER); INSERT INTO t(id) SELECT value FROM " + numbers(1, 1000) +
                         "; INSERT INTO t(id) SELECT 500 FROM " + numbers(1, 2000));
    const auto sample = must(file.session()->sampleKeys(rangeOfInts(), {}, 20, {}));
    const auto hot = std::ranges::find(sample, Key::ofInt(500), &SampledKey::key);
    QVERIFY(hot != sample.end());
    QVERIFY(hot->rows >= 2001 && hot->rows <= 2010);
    QVERIFY(sample.size() >= 5);
  }

  void aSampleIsSpreadEvenlyOverTheRows() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t SELECT value * value FROM " + numbers(1, 20000));
    const auto sample = must(file.session()->sampleKeys(rangeOfInts(), {}, 100, {}));
    QVERIFY(sample.size() >= 50);
    for (const SampledKey& key : sample) QVERIFY2(key.rows <= 400, std::to_string(key.rows).c_str());
  }

  void rowsThatCannotBePlacedAreNotCounted() {
    const ShardFile file("CREATE TABLE t(n INTEGER PRIMARY KEY, id); INSERT INTO t(id) VALUES (1), (NULL), ('x'), (2.5), (x'00'), (2)");
    const auto keyspace = rangeOfInts();
    QCOMPARE(must(file.session()->countRanges(keyspace, std::vector{Token::beginning()}, {}))[0].rows, std::int64_t(2));
    QCOMPARE(sumOfRows(must(file.session()->sampleKeys(keyspace, {}, 9, {}))), std::int64_t(2));
    const auto hashed = keyspaceOf(StrategyKind::Hash, KeyType::Int, keyspace.tables);
    QCOMPARE(must(file.session()->countRanges(hashed, std::vector{Token::beginning()}, {}))[0].rows, std::int64_t(2));
    QCOMPARE(sumOfRows(must(file.session()->sampleKeys(hashed, {}, 9, {}))), std::int64_t(2));
  }

  void boundsThatDoNotAscendFromTheBeginningAreRefused() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY)");
    auto session = file.session();
    const auto keyspace = rangeOfInts();
    const auto good = tokensOf(keyspace, {1, 2});
    for (const std::vector<Token>& bounds : {std::vector<Token>{}, {good[1]}, {good[0], good[2], good[1]}, {good[0], good[1], good[1]}}) {
      const auto counts = session->countRanges(keyspace, bounds, {});
      QVERIFY(!counts.has_value());
      QCOMPARE(counts.error().code(), ErrorCode::InvalidInput);
    }
    QCOMPARE(session->countKey(keyspace, must(Key::ofText("1")), {}).error().code(), ErrorCode::InvalidInput);
    QCOMPARE(session->sampleKeys(keyspace, {}, 0, {}).error().code(), ErrorCode::InvalidInput);
  }

  void aMissingTableIsNamedWithTheShard() {
    const ShardFile file("CREATE TABLE accounts(id)");
    const auto counts = file.session()->countRanges(rangeOfInts("acounts"), std::vector{Token::beginning()}, {});
    QVERIFY(!counts.has_value());
    QCOMPARE(counts.error().code(), ErrorCode::NotFound);
    QCOMPARE(counts.error().message(), std::string("shard north: there is no table acounts; there are: accounts"));
  }

  // The stop comes from inside, when the statement has long begun.
  void aStopEndsWhatIsRunning() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t SELECT value FROM " + numbers(1, 50000));
    std::stop_source stop;
    const auto keyspace = rangeOfInts();
    auto session = file.session();
    int seen = 0;
    const auto scanned = session->scanKeys(keyspace, keyspace.tables[0], {}, [&](const Key&, std::int64_t) {
      if (++seen == 100) stop.request_stop();
      return true;
    }, stop.get_token());
    QVERIFY(!scanned.has_value());
    QCOMPARE(scanned.error().code(), ErrorCode::Cancelled);
    QCOMPARE(seen, 100);
    QCOMPARE(session->countRanges(keyspace, std::vector{Token::beginning()}, stop.get_token()).error().code(), ErrorCode::Cancelled);
    QCOMPARE(must(session->countRanges(keyspace, std::vector{Token::beginning()}, {}))[0].rows, std::int64_t(50000));
  }
};

QTEST_GUILESS_MAIN(TestSqliteCount)
#include "tst_sqlite_count.moc"
