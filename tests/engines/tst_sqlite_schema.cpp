// What a table is made of, read from real files.
#include "core/db/schema.h"
#include "core/engines/sqlite/schema_reader.h"
#include "tests/support/shard_file.h"

using namespace shardwright;
using namespace shardwright::sqlite;

namespace {

TableSchema schemaOf(const std::string& sql, const std::string& table) {
  const ShardFile file(sql);
  sqlite::Database db = file.database();
  return must(readTableSchema(db, tableRef(table, "id")));
}

const ColumnSchema& column(const TableSchema& schema, const std::string& name) {
  for (const ColumnSchema& column : schema.columns)
    if (column.name == name) return column;
  qFatal("no column %s", name.c_str());
}

}  // namespace

class TestSqliteSchema : public QObject {
  Q_OBJECT
 private slots:
  void columnsAreReadAsDeclared() {
    const auto schema = schemaOf(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, name varchar(10) NOT NULL DEFAULT 'x' COLLATE nocase, free, "
        "size INT GENERATED ALWAYS AS (length(name)) STORED, twice AS (size * 2))", "T");
    QCOMPARE(schema.name, std::string("t"));
    QCOMPARE(schema.columns.size(), std::size_t(5));
    const ColumnSchema& name = column(schema, "name");
    QCOMPARE(name.type, std::string("VARCHAR(10)"));
    QCOMPARE(name.collation, std::string("NOCASE"));
    QCOMPARE(name.defaultValue, std::string("'x'"));
    QVERIFY(name.notNull && !name.generated);
    QCOMPARE(column(schema, "free").collation, std::string("BINARY"));
    QVERIFY(column(schema, "size").generated);
    QCOMPARE(column(schema, "size").expression, std::string("length(name)"));
    QVERIFY(column(schema, "twice").generated);
    QCOMPARE(column(schema, "twice").expression, std::string("size * 2"));
  }

  void thePrimaryKeyIsReadInItsOwnOrder_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QStringList>("key");
    QTest::addColumn<bool>("rowid");
    QTest::addColumn<bool>("withoutRowid");
    const auto row = [](const char* sql, QStringList key, bool rowid, bool without) {
      QTest::newRow(sql) << QString(sql) << key << rowid << without;
    };
    row("CREATE TABLE t(id INTEGER PRIMARY KEY)", {"id"}, true, false);
    row("CREATE TABLE t(id INTEGER, PRIMARY KEY(id DESC))", {"id"}, true, false);  // SQLite takes it for the rowid, too
    row("CREATE TABLE t(id INTEGER PRIMARY KEY DESC)", {"id"}, false, false);
    row("CREATE TABLE t(id INT PRIMARY KEY)", {"id"}, false, false);
    row("CREATE TABLE t(a, b, id, PRIMARY KEY(id, a))", {"id", "a"}, false, false);
    row("CREATE TABLE t(id INTEGER PRIMARY KEY) WITHOUT ROWID", {"id"}, false, true);
    row("CREATE TABLE t(id)", {}, false, false);
  }
  void thePrimaryKeyIsReadInItsOwnOrder() {
    QFETCH(QString, sql);
    QFETCH(QStringList, key);
    QFETCH(bool, rowid);
    QFETCH(bool, withoutRowid);
    const auto schema = schemaOf(sql.toStdString(), "t");
    QStringList read;
    for (const auto& name : schema.primaryKey) read << text(name);
    QCOMPARE(read, key);
    QCOMPARE(schema.rowidIsKey, rowid);
    QCOMPARE(schema.withoutRowid, withoutRowid);
  }

  void indexesAreReadWithTheirExpressionsAndConditions() {
    const auto schema = schemaOf(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b);"
        "CREATE UNIQUE INDEX i ON t(b COLLATE NOCASE DESC, lower(a)) WHERE b IS NOT NULL;"
        "CREATE INDEX shardwright_index ON t(b);", "t");
    QCOMPARE(schema.indexes.size(), std::size_t(2));
    const IndexSchema& constraint = schema.indexes[0];
    QCOMPARE(constraint.columns, std::vector<std::string>{"a"});
    QVERIFY(constraint.unique && !constraint.partial && constraint.where.empty());
    const IndexSchema& partial = schema.indexes[1];
    QCOMPARE(partial.name, std::string("i"));
    QCOMPARE(partial.columns, (std::vector<std::string>{"b", "(lower(a))"}));
    QCOMPARE(partial.collations, (std::vector<std::string>{"NOCASE", "BINARY"}));
    QVERIFY(partial.unique && partial.partial);
    QCOMPARE(partial.where, std::string("b is not null"));
  }

  void foreignKeysOfTheTableAndIntoItAreRead() {
    const auto schema = schemaOf(
        "CREATE TABLE owner(a, b, PRIMARY KEY(a, b));"
        "CREATE TABLE t(id INTEGER PRIMARY KEY, x, y, parent REFERENCES t, FOREIGN KEY(x, y) REFERENCES owner(a, b) ON DELETE CASCADE);"
        "CREATE TABLE child(t_id REFERENCES T(id) ON UPDATE SET NULL);"
        "CREATE TABLE stranger(o REFERENCES owner);", "t");
    QCOMPARE(schema.foreignKeys.size(), std::size_t(3));
    const ForeignKeySchema fromChild{"child", "T", {"t_id"}, {"id"}, "NO ACTION", "SET NULL"};
    const ForeignKeySchema toOwner{"t", "owner", {"x", "y"}, {"a", "b"}, "CASCADE", "NO ACTION"};
    const ForeignKeySchema toItself{"t", "t", {"parent"}, {}, "NO ACTION", "NO ACTION"};
    for (const auto& expected : {fromChild, toOwner, toItself})
      QVERIFY(std::ranges::find(schema.foreignKeys, expected) != schema.foreignKeys.end());
  }

  void triggersOfTheApplicationAreReadAndOursLeftOut() {
    const auto schema = schemaOf(
        "CREATE TABLE t(id INTEGER PRIMARY KEY);"
        "CREATE TRIGGER \"theirs; x\" AFTER DELETE ON t BEGIN SELECT 1; END;"
        "CREATE TRIGGER shardwright_guard_t_insert AFTER INSERT ON t BEGIN SELECT 2; END;", "t");
    QCOMPARE(schema.triggers.size(), std::size_t(1));
    QCOMPARE(schema.triggers[0].name, std::string("theirs; x"));
    QCOMPARE(schema.triggers[0].sql, std::string("after delete on t begin select 1; end"));
  }

  void checksAndOptionsAreRead() {
    const auto schema = schemaOf("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT CHECK(a>0), CHECK (a < 10)) STRICT", "t");
    QCOMPARE(schema.checks, (std::vector<std::string>{"a > 0", "a < 10"}));
    QCOMPARE(schema.options, (std::vector<std::string>{"AUTOINCREMENT", "STRICT"}));
  }

  void theSameTableSpeltOtherwiseHasTheSameFingerprint() {
    const auto a = schemaOf("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT CHECK(length(a) > 0)); CREATE INDEX one ON t(a)", "t");
    const auto b = schemaOf("create table \"t\" (id integer primary key, -- the key\n a text check ( LENGTH(a)>0 ));"
                            "CREATE INDEX two ON t(a)", "t");
    QCOMPARE(compareSchemas(a, b), std::vector<std::string>());
    QCOMPARE(a.fingerprint(), b.fingerprint());
  }

  void oddNamesAreReadAsTheyAre() {
    const std::string table = "Kä\"se; DROP TABLE x --'";
    const auto schema = schemaOf("CREATE TABLE " + quoted(table) + "(" + quoted("Schlüssel \"1\"; ?") + " INTEGER PRIMARY KEY, " +
                                     quoted("it's") + " TEXT)", table);
    QCOMPARE(schema.name, table);
    QCOMPARE(schema.primaryKey, std::vector<std::string>{"Schlüssel \"1\"; ?"});
    QCOMPARE(must(columnNamed(schema, "IT'S")), std::string("it's"));
  }

  void whatIsNoTableOfRowsIsRefused_data() {
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("table");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* schema, const char* table, ErrorCode code, const char* says) {
      QTest::newRow(name) << QString(schema) << QString(table) << static_cast<int>(code) << QString(says);
    };
    row("missing", "", "nothing", ErrorCode::NotFound, "there is no table nothing; there are: t, u");
    row("view", "", "v", ErrorCode::Unsupported, "view");
    row("virtual", "", "f", ErrorCode::Unsupported, "virtual");
    row("shadow", "", "f_data", ErrorCode::Unsupported, "shadow");
    row("SQLite's own", "", "sqlite_schema", ErrorCode::Unsupported, "own");
    row("ours", "", "shardwright_meta", ErrorCode::Unsupported, "own");
    row("another schema", "shop", "t", ErrorCode::InvalidInput, "one schema, main");
  }
  void whatIsNoTableOfRowsIsRefused() {
    QFETCH(QString, schema);
    QFETCH(QString, table);
    QFETCH(int, code);
    QFETCH(QString, says);
    const ShardFile file("CREATE TABLE t(id); CREATE TABLE u(id); CREATE VIEW v AS SELECT 1; CREATE VIRTUAL TABLE f USING fts5(x);"
                         "CREATE TABLE shardwright_meta(name)");
    sqlite::Database db = file.database();
    const auto read = readTableSchema(db, {schema.toStdString(), table.toStdString(), "id", {}});
    QVERIFY(!read.has_value());
    QCOMPARE(static_cast<int>(read.error().code()), code);
    QVERIFY2(text(read.error().message()).contains(says), read.error().message().c_str());
  }

  void theSchemaMainMayBeNamed() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY)");
    sqlite::Database db = file.database();
    QVERIFY(readTableSchema(db, {"main", "t", "id", {}}).has_value());
  }

  void aMissingColumnIsNamedWithThoseThereAre() {
    const auto schema = schemaOf("CREATE TABLE t(id INTEGER PRIMARY KEY, a)", "t");
    const auto found = columnNamed(schema, "b");
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code(), ErrorCode::NotFound);
    QCOMPARE(found.error().message(), std::string("table t has no column b; it has: id, a"));
  }
};

QTEST_GUILESS_MAIN(TestSqliteSchema)
#include "tst_sqlite_schema.moc"
