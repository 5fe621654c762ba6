// What a check of a shard finds: settings, leftovers, and rows that cannot be placed.
#include "tests/support/shard_file.h"

#include <filesystem>

using namespace shardwright;
using namespace shardwright::sqlite;

namespace {

QString shown(const std::vector<Finding>& findings) {
  QStringList lines;
  for (const Finding& finding : findings)
    lines << text(finding.subject + (finding.blocking ? " (blocking): " : ": ") + finding.sentence);
  return lines.join('\n');
}

std::vector<Finding> keyFindings(const std::string& sql, const Keyspace& keyspace, std::int64_t limit = 3) {
  const ShardFile file(sql);
  return must(file.session()->checkKeys(keyspace, keyspace.tables[0], limit, {}));
}

Keyspace keyspaceWith(KeyType type, KeyForm form) {
  Keyspace keyspace = keyspaceOf(StrategyKind::Range, type, {tableRef("t", "k")});
  keyspace.keyForm = form;
  return keyspace;
}

}  // namespace

class TestSqliteCheck : public QObject {
  Q_OBJECT
 private slots:
  void aSoundDatabaseHasNoFindings() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE shardwright_guard_range(x); "
                         "CREATE TABLE shardwright_map(keyspace)");
    auto session = file.session();
    must(session->plantIdentity("c"));
    const auto findings = must(session->checkDatabase());
    QCOMPARE(shown(findings), QString());
  }

  void walSwitchedOffIsFoundWithTheWayOut() {
    const ShardFile file("CREATE TABLE t(id)", "shard.db", false);
    const auto findings = must(file.session()->checkDatabase());
    QCOMPARE(shown(findings), QString("journal_mode (blocking): the journal mode is delete, in which readers stop the writer; switch "
                                      "it on once with: PRAGMA journal_mode=WAL"));
  }

  void textsInUtf16AreRefused() {
    const ShardFile file("PRAGMA encoding='UTF-16le'; PRAGMA journal_mode=WAL; CREATE TABLE t(id)", "shard.db", false);
    const auto findings = must(file.session()->checkDatabase());
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(findings[0].blocking);
    QCOMPARE(findings[0].subject, std::string("encoding"));
  }

  void whatMovesLeftBehindIsListedAndBlocksNothing() {
    const ShardFile file("CREATE TABLE t(id); CREATE TABLE shardwright_dirty_m1_0(x); CREATE TABLE shardwright_copy_m1(x);"
                         "CREATE TRIGGER shardwright_capture_m1 AFTER INSERT ON t BEGIN SELECT 1; END");
    const auto findings = must(file.session()->checkDatabase());
    QCOMPARE(findings.size(), std::size_t(3));
    for (const Finding& finding : findings) QVERIFY(!finding.blocking && finding.subject.starts_with("shardwright_"));
  }

  void aCopyAnotherDatabaseAndAnotherCatalogAreFound() {
    const ShardFile file;
    const std::string identity = must(file.session()->plantIdentity("mine"));
    Shard shard = file.shard();
    shard.identity = "sqlite:00000000-0000-4000-8000-000000000000";
    QVERIFY(shown(must(must(SqliteSession::open(shard, {}))->checkDatabase())).startsWith("identity (blocking): this is another database"));
    shard.identity = identity;
    SqliteSession::Options options;
    options.catalogUuid = "mine";
    QCOMPARE(shown(must(must(SqliteSession::open(shard, options))->checkDatabase())), QString());
    options.catalogUuid = "other";
    QVERIFY(shown(must(must(SqliteSession::open(shard, options))->checkDatabase())).startsWith("identity (blocking): another catalog (mine)"));
    const std::string copy = file.folder().toStdString() + "/copy.db";
    std::filesystem::copy_file(file.path(), copy);
    shard.url = "sqlite://" + copy;
    QVERIFY(shown(must(must(SqliteSession::open(shard, {}))->checkDatabase())).contains("is a copy of the database"));
  }

  // ---- keys

  void goodKeysOfEveryFormHaveNoFindings_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("values");
    const auto row = [](const char* name, KeyType type, KeyForm form, const char* values) {
      QTest::newRow(name) << static_cast<int>(type) << static_cast<int>(form) << QString(values);
    };
    row("int", KeyType::Int, KeyForm::Native, "(9223372036854775807), (-9223372036854775808), (0)");
    row("text", KeyType::Text, KeyForm::Native, "(''), ('a'), ('Ä ; \" ''')");
    row("uuid text", KeyType::Uuid, KeyForm::UuidText, "('123e4567-e89b-12d3-a456-426614174000')");
    row("uuid blob", KeyType::Uuid, KeyForm::UuidBlob, "(x'123e4567e89b12d3a456426614174000')");
    row("micros", KeyType::Timestamp, KeyForm::MicrosInteger, "(0), (-1)");
    row("iso", KeyType::Timestamp, KeyForm::IsoText, "('2026-11-24T10:00:00.000000Z'), ('0000-01-01T00:00:00.000000Z')");
  }
  void goodKeysOfEveryFormHaveNoFindings() {
    QFETCH(int, type);
    QFETCH(int, form);
    QFETCH(QString, values);
    const auto findings = keyFindings("CREATE TABLE t(k PRIMARY KEY NOT NULL); INSERT INTO t VALUES " + values.toStdString(),
                                      keyspaceWith(static_cast<KeyType>(type), static_cast<KeyForm>(form)));
    QCOMPARE(shown(findings), QString());
  }

  void rowsThatCannotBePlacedAreCountedAndShown_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, KeyType type, KeyForm form, const char* values, const char* sentence) {
      QTest::newRow(name) << static_cast<int>(type) << static_cast<int>(form) << QString(values) << QString(sentence);
    };
    row("null", KeyType::Int, KeyForm::Native, "(1, NULL), (2, 5), (3, NULL)", "2 rows have NULL in the key column k: id = 1, id = 3; ");
    row("more than shown", KeyType::Int, KeyForm::Native, "(1, NULL), (2, NULL), (3, NULL), (4, NULL)",
        "4 rows have NULL in the key column k: id = 1, id = 2, id = 3, ...; ");
    row("text among integers", KeyType::Int, KeyForm::Native, "(1, 'x'), (2, 2)",
        "1 row has a key that is not stored as integer in column k: id = 1; ");
    row("real", KeyType::Int, KeyForm::Native, "(1, 1.5), (2, 2e30)", "2 rows have a key that is not stored as integer");
    row("integer among texts", KeyType::Text, KeyForm::Native, "(1, 17)", "1 row has a key that is not stored as text");
    row("blob among texts", KeyType::Text, KeyForm::Native, "(1, x'61')", "1 row has a key that is not stored as text");
    row("invalid UTF-8", KeyType::Text, KeyForm::Native, "(1, CAST(x'ff' AS TEXT)), (2, CAST(x'eda080' AS TEXT))",
        "2 rows have a key that is not valid UTF-8 or has a NUL in it");
    row("NUL", KeyType::Text, KeyForm::Native, "(1, CAST(x'610062' AS TEXT))", "1 row has a key that is not valid UTF-8 or has a NUL in it");
    row("upper-case uuid", KeyType::Uuid, KeyForm::UuidText, "(1, '123E4567-e89b-12d3-a456-426614174000')",
        "1 row has a key in column k that is not written in the one form of uuid-text");
    row("no uuid", KeyType::Uuid, KeyForm::UuidText, "(1, 'x')", "1 row has a key in column k that is not written in the one form");
    row("short blob", KeyType::Uuid, KeyForm::UuidBlob, "(1, x'00')", "1 row has a key in column k that is not written in the one form");
    row("short time", KeyType::Timestamp, KeyForm::IsoText, "(1, '2026-11-24T10:00:00Z')",
        "1 row has a key in column k that is not written in the one form of iso-text");
    row("blank in time", KeyType::Timestamp, KeyForm::IsoText, "(1, '2026-11-24 10:00:00.000000Z')",
        "1 row has a key in column k that is not written in the one form of iso-text");
    row("negative year", KeyType::Timestamp, KeyForm::IsoText, "(1, '-001-11-24T10:00:00.000000Z')",
        "1 row has a key in column k that is not written in the one form of iso-text");
  }
  void rowsThatCannotBePlacedAreCountedAndShown() {
    QFETCH(int, type);
    QFETCH(int, form);
    QFETCH(QString, values);
    QFETCH(QString, sentence);
    const auto findings = keyFindings("CREATE TABLE t(id INTEGER PRIMARY KEY, k); CREATE INDEX i ON t(k); INSERT INTO t VALUES " +
                                          values.toStdString(), keyspaceWith(static_cast<KeyType>(type), static_cast<KeyForm>(form)));
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(findings[0].blocking);
    QCOMPARE(findings[0].subject, std::string("t"));
    QVERIFY2(text(findings[0].sentence).startsWith(sentence), findings[0].sentence.c_str());
  }

  void aTableWithoutPrimaryKeyIsRefused() {
    const auto findings = keyFindings("CREATE TABLE t(k INTEGER); CREATE INDEX i ON t(k)", keyspaceWith(KeyType::Int, KeyForm::Native));
    QCOMPARE(shown(findings), QString("t (blocking): the table has no primary key, so its rows cannot be told apart; give it one"));
  }

  void nullInThePrimaryKeyOfARowidTableIsFound() {
    const auto findings = keyFindings("CREATE TABLE t(k INTEGER, a TEXT, PRIMARY KEY(k, a)); INSERT INTO t VALUES (1, NULL), (1, NULL), (2, 'x')",
                                      keyspaceWith(KeyType::Int, KeyForm::Native));
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(text(findings[0].sentence).startsWith("2 rows have NULL in the primary key: k = 1 and a = NULL"));
  }

  void whetherAnIndexServesTheKeyIsSaid_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("text");
    QTest::addColumn<QString>("finding");
    const auto row = [](const char* name, const char* sql, bool isText, const char* finding) {
      QTest::newRow(name) << QString(sql) << isText << QString(finding);
    };
    row("rowid", "CREATE TABLE t(k INTEGER PRIMARY KEY)", false, "");
    row("primary key", "CREATE TABLE t(k INT, a, PRIMARY KEY(k, a)) WITHOUT ROWID", false, "");
    row("index", "CREATE TABLE t(id INTEGER PRIMARY KEY, k INT); CREATE INDEX i ON t(k)", false, "");
    row("none", "CREATE TABLE t(id INTEGER PRIMARY KEY, k INT)", false,
        "t: no index leads with column k, so every chunk of a move scans the whole table; make one: CREATE INDEX ... ON \"t\"(\"k\")");
    row("key second", "CREATE TABLE t(id INTEGER PRIMARY KEY, a, k INT); CREATE INDEX i ON t(a, k)", false, "t: no index leads with");
    row("partial", "CREATE TABLE t(id INTEGER PRIMARY KEY, k INT); CREATE INDEX i ON t(k) WHERE k > 0", false, "t: no index leads with");
    row("text", "CREATE TABLE t(k TEXT PRIMARY KEY NOT NULL)", true, "");
    row("collated otherwise", "CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY NOT NULL)", true,
        "t (blocking): column k is collated NOCASE and no index keeps its keys in the order of bytes, in which they are placed; "
        "make one: CREATE INDEX ... ON \"t\"(\"k\" COLLATE BINARY)");
    row("served beside it", "CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY NOT NULL); CREATE INDEX i ON t(k COLLATE BINARY)", true, "");
  }
  void whetherAnIndexServesTheKeyIsSaid() {
    QFETCH(QString, sql);
    QFETCH(bool, text);
    QFETCH(QString, finding);
    const QString found = shown(keyFindings(sql.toStdString(), keyspaceWith(text ? KeyType::Text : KeyType::Int, KeyForm::Native)));
    QVERIFY2(finding.isEmpty() ? found.isEmpty() : found.startsWith(finding), qPrintable(found));
  }

  void aHashKeyspaceWithoutATokenColumnScans() {
    const auto keyspace = keyspaceOf(StrategyKind::Hash, KeyType::Int, {tableRef("t", "k")});
    const auto findings = keyFindings("CREATE TABLE t(k INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)", keyspace);
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(!findings[0].blocking);
    QVERIFY(text(findings[0].sentence).startsWith("no column keeps the tokens"));
  }

  void aTokenColumnIsComparedWithTheKeys() {
    const auto keyspace = keyspaceOf(StrategyKind::Hash, KeyType::Int, {tableRef("t", "k", "tok")});
    const std::string table = "CREATE TABLE t(k INTEGER PRIMARY KEY, tok BLOB); CREATE INDEX i ON t(tok);"
                              "INSERT INTO t SELECT value, shardwright_token('md5-64', 'int', 'native', value) FROM " + numbers(1, 9) + ";";
    QCOMPARE(shown(keyFindings(table, keyspace)), QString());
    const auto findings = keyFindings(table + "UPDATE t SET tok = x'0000000000000000' WHERE k = 3; UPDATE t SET tok = NULL WHERE k = 4;"
                                              "UPDATE t SET tok = 'text' WHERE k = 5", keyspace);
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(findings[0].blocking);
    QVERIFY2(text(findings[0].sentence).startsWith("3 rows have another value in the token column than their key's token: k = 3, k = 4, k = 5"),
             findings[0].sentence.c_str());
  }

  void aMissingTableOrColumnIsNamed() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY)");
    auto session = file.session();
    for (const TableRef& ref : {tableRef("u", "id"), tableRef("t", "k")}) {
      const auto findings = session->checkKeys(keyspaceOf(StrategyKind::Range, KeyType::Int, {ref}), ref, 3, {});
      QVERIFY(!findings.has_value());
      QCOMPARE(findings.error().code(), ErrorCode::NotFound);
    }
    const TableRef ref = tableRef("t", "id", "tok");
    const auto findings = session->checkKeys(keyspaceOf(StrategyKind::Hash, KeyType::Int, {ref}), ref, 3, {});
    QVERIFY(!findings.has_value());
    QCOMPARE(findings.error().message(), std::string("shard north: table t has no column tok; it has: id"));
  }

  void aStopIsObeyed() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t SELECT value FROM " + numbers(1, 20000));
    std::stop_source stop;
    stop.request_stop();
    const auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Int, {tableRef("t", "id")});
    const auto findings = file.session()->checkKeys(keyspace, keyspace.tables[0], 3, stop.get_token());
    QVERIFY(!findings.has_value());
    QCOMPARE(findings.error().code(), ErrorCode::Cancelled);
  }
};

QTEST_GUILESS_MAIN(TestSqliteCheck)
#include "tst_sqlite_check.moc"
