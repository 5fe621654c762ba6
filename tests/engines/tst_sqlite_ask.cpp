// Questions to one shard, held against the same question asked of the rows themselves.
#include "tests/support/shard_file.h"

using namespace shardwright;
using namespace shardwright::sqlite;

namespace {

const TableRef accounts = tableRef("accounts", "id");

std::string sampleRows() {
  return "CREATE TABLE accounts(id INTEGER PRIMARY KEY, owner TEXT COLLATE NOCASE, balance INT, note);"
         "CREATE INDEX byOwner ON accounts(owner COLLATE BINARY);"
         "INSERT INTO accounts VALUES (1, 'ann', 10, NULL), (2, 'Bob', -5, x'00ff'), (3, 'bob', 30, 1.5), (4, 'cy', NULL, 'ü'), (5, 'ann', 10, 7)";
}

ShardQuery question(const Keyspace& keyspace) {
  ShardQuery query;
  query.keyspace = keyspace;
  query.table = keyspace.tables[0];
  return query;
}

ShardQuery question() { return question(keyspaceOf(StrategyKind::Range, KeyType::Int, {accounts})); }

QString shown(const ShardAnswer& answer) {
  QStringList lines;
  for (const Row& row : answer.rows) {
    QStringList cells;
    for (const Value& value : row) cells << text(describe(value));
    lines << cells.join('|');
  }
  return lines.join(' ');
}

ErrorCode codeOf(const ShardQuery& query) {
  const ShardFile file(sampleRows());
  const auto answer = file.session()->ask(query, {});
  return answer ? ErrorCode::Corrupt : answer.error().code();
}

}  // namespace

class TestSqliteAsk : public QObject {
  Q_OBJECT

  ShardFile m_file{sampleRows()};

  QString ask(const ShardQuery& query) { return shown(must(m_file.session()->ask(query, {}))); }

 private Q_SLOTS:
  void aPointHasItsRowWithAllColumns() {
    ShardQuery query = question();
    query.key = Key::ofInt(2);
    const auto answer = must(m_file.session()->ask(query, {}));
    QCOMPARE(answer.columns, (std::vector<std::string>{"id", "owner", "balance", "note"}));
    QCOMPARE(answer.rows.size(), std::size_t(1));
    QVERIFY(answer.rows[0] == (Row{std::int64_t{2}, std::string("Bob"), std::int64_t{-5}, Blob{std::string("\0\xff", 2)}}));
    query.key = Key::ofInt(99);
    QCOMPARE(ask(query), QString());
  }

  void aSpanIsFromIncludedUntilExcluded() {
    ShardQuery query = question();
    query.columns = {"ID"};
    query.orderBy = OrderBy{"id", false};
    QCOMPARE(ask(query), QString("1 2 3 4 5"));
    query.span = {Key::ofInt(2), Key::ofInt(4)};
    QCOMPARE(ask(query), QString("2 3"));
    query.span = {Key::ofInt(4), std::nullopt};
    QCOMPARE(ask(query), QString("4 5"));
    query.span = {std::nullopt, Key::ofInt(2)};
    QCOMPARE(ask(query), QString("1"));
    query.span = {Key::ofInt(4), Key::ofInt(4)};
    QCOMPARE(ask(query), QString());
  }

  void textKeysAreComparedByTheirBytes() {
    ShardQuery query = question(keyspaceOf(StrategyKind::Range, KeyType::Text, {tableRef("accounts", "owner")}));
    query.columns = {"owner"};
    query.orderBy = OrderBy{"owner", false};
    query.span = {must(Key::ofText("a")), must(Key::ofText("c"))};
    QCOMPARE(ask(query), QString("ann ann bob"));
    query.key = must(Key::ofText("bob"));
    QCOMPARE(ask(query), QString("bob"));
  }

  void orderAndLimitArePushedDown() {
    ShardQuery query = question();
    query.columns = {"owner", "id"};
    query.orderBy = OrderBy{"balance", true};
    query.limit = 1;
    QCOMPARE(ask(query), QString("bob|3"));
    query.orderBy = OrderBy{"owner", false};
    QCOMPARE(ask(query), QString("Bob|2"));
    query.limit = 0;
    QCOMPARE(ask(query), QString());
  }

  void aggregatesAreComputed() {
    using F = Aggregate::Function;
    ShardQuery query = question();
    query.aggregates = {{F::Count, ""}, {F::Count, "balance"}, {F::Sum, "Balance"}, {F::Min, "owner"}, {F::Max, "owner"}, {F::Avg, "balance"}};
    const auto answer = must(m_file.session()->ask(query, {}));
    QCOMPARE(answer.columns, (std::vector<std::string>{"COUNT(*)", "COUNT(balance)", "SUM(balance)", "MIN(owner)", "MAX(owner)", "AVG(balance)"}));
    QCOMPARE(shown(answer), QString("5|4|45|Bob|cy|11.25"));
  }

  void groupsAreMadeByBytes() {
    ShardQuery query = question();
    query.aggregates = {{Aggregate::Function::Count, ""}, {Aggregate::Function::Sum, "balance"}};
    query.groupBy = {"owner"};
    query.orderBy = OrderBy{"owner", false};
    QCOMPARE(ask(query), QString("Bob|1|-5 ann|2|20 bob|1|30 cy|1|NULL"));
    query.orderBy = OrderBy{"sum(balance)", true};
    query.limit = 2;
    QCOMPARE(ask(query), QString("bob|1|30 ann|2|20"));
  }

  void aggregatesOverNothingAreThoseOfSql() {
    ShardQuery query = question();
    query.span = {Key::ofInt(50), std::nullopt};
    query.aggregates = {{Aggregate::Function::Count, ""}, {Aggregate::Function::Sum, "balance"}};
    QCOMPARE(ask(query), QString("0|NULL"));
  }

  void rowsThatAreNotOwnedAreNotSeen() {
    ShardQuery query = question();
    query.owned = [](const Key& key) { return key.asInt() % 2 == 1; };
    query.columns = {"id"};
    query.orderBy = OrderBy{"id", true};
    query.limit = 2;
    QCOMPARE(ask(query), QString("5 3"));
    query.columns = {};
    query.limit = {};
    query.orderBy = {};
    query.aggregates = {{Aggregate::Function::Count, ""}, {Aggregate::Function::Sum, "balance"}};
    QCOMPARE(ask(query), QString("3|50"));
    query.aggregates = {};
    query.key = Key::ofInt(2);
    QCOMPARE(ask(query), QString());
  }

  void rowsWithoutAKeyBelongToNobody() {
    const ShardFile file("CREATE TABLE accounts(n INTEGER PRIMARY KEY, id); INSERT INTO accounts(id) VALUES (1), (NULL), ('x'), (2.5)");
    ShardQuery query = question();
    query.owned = [](const Key&) { return true; };
    query.columns = {"id"};
    QCOMPARE(shown(must(file.session()->ask(query, {}))), QString("1"));
  }

  void thePublishedVersionIsOfTheSameSnapshot() {
    const ShardFile file(sampleRows());
    ShardQuery query = question();
    QVERIFY(!must(file.session()->ask(query, {})).publishedVersion.has_value());
    must(file.session()->publishMap({query.keyspace.name, 3, "{}", "c"}));
    QVERIFY(must(file.session()->ask(query, {})).publishedVersion == MapVersion(3));
    // A writer commits both a row and a version between two rows that the question reads.
    bool written = false;
    query.owned = [&](const Key&) {
      if (!written) {
        must(file.session()->publishMap({query.keyspace.name, 4, "{}", "d"}));
        file.execute("DELETE FROM accounts WHERE id > 2");
      }
      written = true;
      return true;
    };
    const auto answer = must(file.session()->ask(query, {}));
    QVERIFY(written);
    QVERIFY(answer.publishedVersion == MapVersion(3));
    QCOMPARE(answer.rows.size(), std::size_t(5));
  }

  void keysOfEveryFormAreFound_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("stored");
    QTest::addColumn<QString>("key");
    const auto row = [](const char* name, KeyType type, KeyForm form, const char* stored, const char* key) {
      QTest::newRow(name) << static_cast<int>(type) << static_cast<int>(form) << QString(stored) << QString(key);
    };
    row("uuid text", KeyType::Uuid, KeyForm::UuidText, "'123e4567-e89b-12d3-a456-426614174000'", "123E4567-e89b-12d3-a456-426614174000");
    row("uuid blob", KeyType::Uuid, KeyForm::UuidBlob, "x'123e4567e89b12d3a456426614174000'", "123e4567-e89b-12d3-a456-426614174000");
    row("micros", KeyType::Timestamp, KeyForm::MicrosInteger, "1000000", "2000-01-01T00:00:01Z");
    row("iso", KeyType::Timestamp, KeyForm::IsoText, "'2000-01-01T00:00:01.000000Z'", "2000-01-01 01:00:01+01:00");
    row("text", KeyType::Text, KeyForm::Native, "'o''n\"e; --'", "o'n\"e; --");
    row("int", KeyType::Int, KeyForm::Native, "-9223372036854775808", "-9223372036854775808");
  }
  void keysOfEveryFormAreFound() {
    QFETCH(int, type);
    QFETCH(int, form);
    QFETCH(QString, stored);
    QFETCH(QString, key);
    const ShardFile file("CREATE TABLE accounts(id PRIMARY KEY NOT NULL); INSERT INTO accounts VALUES (" + stored.toStdString() + ")");
    auto keyspace = keyspaceOf(StrategyKind::Range, static_cast<KeyType>(type), {accounts});
    keyspace.keyForm = static_cast<KeyForm>(form);
    ShardQuery query = question(keyspace);
    const Key wanted = must(Key::parse(static_cast<KeyType>(type), key.toStdString()));
    query.owned = [&](const Key& seen) { return seen == wanted; };
    query.key = wanted;
    QCOMPARE(must(file.session()->ask(query, {})).rows.size(), std::size_t(1));
    query.key = {};
    query.span = {wanted, std::nullopt};
    QCOMPARE(must(file.session()->ask(query, {})).rows.size(), std::size_t(1));
    query.span = {std::nullopt, wanted};
    QCOMPARE(must(file.session()->ask(query, {})).rows.size(), std::size_t(0));
  }

  void timesBeyondIsoTextAreStillInOrder() {
    const ShardFile file("CREATE TABLE accounts(id PRIMARY KEY NOT NULL); INSERT INTO accounts VALUES "
                         "('0000-01-01T00:00:00.000000Z'), ('9999-12-31T23:59:59.999999Z')");
    auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Timestamp, {accounts});
    keyspace.keyForm = KeyForm::IsoText;
    ShardQuery query = question(keyspace);
    const Key early = Key::ofTimestamp({-200'000'000'000'000'000});  // before the year 0
    const Key late = Key::ofTimestamp({300'000'000'000'000'000});    // after the year 9999
    const auto rows = [&](std::optional<Key> from, std::optional<Key> until) {
      query.span = {from, until};
      return must(file.session()->ask(query, {})).rows.size();
    };
    QCOMPARE(rows(early, late), std::size_t(2));
    QCOMPARE(rows(late, std::nullopt), std::size_t(0));
    QCOMPARE(rows(std::nullopt, early), std::size_t(0));
    QCOMPARE(rows(std::nullopt, late), std::size_t(2));
  }

  void oddNamesAreQuoted() {
    const std::string table = "Kä\"se; x", key = "sch 'lüssel\"", column = "a?b";
    const ShardFile file("CREATE TABLE " + quoted(table) + "(" + quoted(key) + " INTEGER PRIMARY KEY, " + quoted(column) +
                         "); INSERT INTO " + quoted(table) + " VALUES (1, 10), (2, 20)");
    ShardQuery query = question(keyspaceOf(StrategyKind::Range, KeyType::Int, {tableRef(table, key)}));
    query.owned = [](const Key&) { return true; };
    query.columns = {column};
    query.orderBy = OrderBy{column, true};
    query.span = {Key::ofInt(1), Key::ofInt(9)};
    QCOMPARE(shown(must(file.session()->ask(query, {}))), QString("20 10"));
    query.columns = {};
    query.aggregates = {{Aggregate::Function::Sum, column}};
    query.groupBy = {key};
    query.orderBy = OrderBy{key, false};
    QCOMPARE(shown(must(file.session()->ask(query, {}))), QString("1|10 2|20"));
  }

  void whatCannotBeAskedIsRefused() {
    ShardQuery query = question();
    query.columns = {"id", "nothing"};
    const auto answer = m_file.session()->ask(query, {});
    QVERIFY(!answer.has_value());
    QCOMPARE(answer.error().code(), ErrorCode::NotFound);
    QCOMPARE(answer.error().message(), std::string("shard north: table accounts has no column nothing; it has: id, owner, balance, note"));

    query = question();
    query.orderBy = OrderBy{"id; DROP TABLE accounts", false};
    QCOMPARE(codeOf(query), ErrorCode::NotFound);
    query = question();
    query.key = must(Key::ofText("1"));
    QCOMPARE(codeOf(query), ErrorCode::InvalidInput);
    query = question();
    query.limit = -1;
    QCOMPARE(codeOf(query), ErrorCode::InvalidInput);
    query = question();
    query.aggregates = {{Aggregate::Function::Sum, ""}};
    QCOMPARE(codeOf(query), ErrorCode::InvalidInput);
    query.aggregates = {{Aggregate::Function::Sum, "id"}};
    query.orderBy = OrderBy{"owner", false};
    QCOMPARE(codeOf(query), ErrorCode::NotFound);
    query = question();
    query.table.name = "nothing";
    QCOMPARE(codeOf(query), ErrorCode::NotFound);
  }

  void aChangedTableIsReadAnew() {
    const ShardFile file(sampleRows());
    auto session = file.session();
    ShardQuery query = question();
    query.key = Key::ofInt(1);
    QCOMPARE(must(session->ask(query, {})).columns.size(), std::size_t(4));
    file.execute("ALTER TABLE accounts ADD COLUMN more DEFAULT 'x'");
    const auto answer = must(session->ask(query, {}));
    QCOMPARE(answer.columns.size(), std::size_t(5));
    QCOMPARE(shown(answer), QString("1|ann|10|NULL|x"));
    file.execute("DROP TABLE accounts");
    QCOMPARE(session->ask(query, {}).error().code(), ErrorCode::NotFound);
  }

  void aSumThatDoesNotFitIsAnError() {
    const ShardFile file("CREATE TABLE accounts(id INTEGER PRIMARY KEY, n INT); INSERT INTO accounts VALUES (1, 9223372036854775807), (2, 1)");
    ShardQuery query = question();
    query.aggregates = {{Aggregate::Function::Sum, "n"}};
    const auto answer = file.session()->ask(query, {});
    QVERIFY(!answer.has_value());
    QVERIFY(text(answer.error().message()).contains("overflow"));
  }

  void aStopEndsTheQuestion() {
    const ShardFile file("CREATE TABLE accounts(id INTEGER PRIMARY KEY); INSERT INTO accounts SELECT value FROM " + numbers(1, 20000));
    std::stop_source stop;
    ShardQuery query = question();
    int seen = 0;
    query.owned = [&](const Key&) {
      if (++seen == 10) stop.request_stop();
      return true;
    };
    query.aggregates = {{Aggregate::Function::Count, ""}};
    auto session = file.session();
    const auto answer = session->ask(query, stop.get_token());
    QVERIFY(!answer.has_value());
    QCOMPARE(answer.error().code(), ErrorCode::Cancelled);
    QCOMPARE(answer.error().message(), std::string("shard north: stopped before it was finished"));
    QVERIFY(seen < 20000);
    QVERIFY(session->ask(query, {}).has_value());
  }
};

QTEST_GUILESS_MAIN(TestSqliteAsk)
#include "tst_sqlite_ask.moc"
