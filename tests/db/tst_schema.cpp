// Comparing tables over shards: every difference is said, and the fingerprint agrees with what is said.
#include <QtTest>
#include <functional>

#include "core/db/schema.h"

using namespace shardwright;

namespace {

ColumnSchema column(std::string name, std::string type, std::string collation) {
  ColumnSchema made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.collation = std::move(collation);
  return made;
}

TableSchema accounts() {
  TableSchema table;
  table.name = "accounts";
  table.columns = {column("id", "INTEGER", "BINARY"), column("owner", "TEXT", "BINARY"), column("note", "TEXT", "NOCASE"),
                   column("size", "INTEGER", "BINARY")};
  table.columns[0].notNull = table.columns[1].notNull = true;
  table.columns[2].defaultValue = "''";
  table.columns[3].generated = true;
  table.columns[3].expression = "length(note)";
  table.primaryKey = {"id", "owner"};
  table.indexes = {{"i1", {"owner"}, {"BINARY"}, true, false, ""}, {"i2", {"note"}, {"NOCASE"}, false, true, "note <> ''"}};
  table.foreignKeys = {{"accounts", "owners", {"owner"}, {"name"}, "CASCADE", "NO ACTION"}};
  table.triggers = {{"t1", "AFTER INSERT ON accounts BEGIN SELECT 1; END"}};
  table.checks = {"id > 0"};
  return table;
}

using Change = std::function<void(TableSchema&)>;

}  // namespace

Q_DECLARE_METATYPE(Change)

class TestSchema : public QObject {
  Q_OBJECT
 private slots:
  void aTableIsLikeItself() {
    QVERIFY(compareSchemas(accounts(), accounts()).empty());
    QCOMPARE(accounts().fingerprint(), accounts().fingerprint());
    QCOMPARE(accounts().fingerprint().size(), std::size_t(64));
  }

  void whatMeansNothingToAMoveIsNoDifference_data() {
    QTest::addColumn<Change>("change");
    QTest::newRow("index name") << Change([](TableSchema& t) { t.indexes[0].name = "other"; });
    QTest::newRow("trigger name") << Change([](TableSchema& t) { t.triggers[0].name = "other"; });
    QTest::newRow("order of indexes") << Change([](TableSchema& t) { std::swap(t.indexes[0], t.indexes[1]); });
  }
  void whatMeansNothingToAMoveIsNoDifference() {
    QFETCH(Change, change);
    TableSchema other = accounts();
    change(other);
    QVERIFY(compareSchemas(accounts(), other).empty());
    QCOMPARE(other.fingerprint(), accounts().fingerprint());
  }

  void everyOtherDifferenceIsSaid_data() {
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, Change change, const char* sentence) {
      QTest::newRow(name) << std::move(change) << QString(sentence);
    };
    row("name", [](TableSchema& t) { t.name = "x"; }, "table accounts: its name is x, not accounts");
    row("column away", [](TableSchema& t) { t.columns.pop_back(); }, "table accounts: column size is missing");
    row("column more", [](TableSchema& t) { t.columns.push_back(column("z", "", "")); },
        "table accounts: column z is there in addition");
    row("order", [](TableSchema& t) { std::swap(t.columns[0], t.columns[1]); },
        "table accounts: columns stand in the order (owner, id, note, size), not (id, owner, note, size)");
    row("type", [](TableSchema& t) { t.columns[0].type = "BIGINT"; }, "table accounts: type of column id is BIGINT, not INTEGER");
    row("collation", [](TableSchema& t) { t.columns[2].collation = "BINARY"; },
        "table accounts: collation of column note is BINARY, not NOCASE");
    row("default", [](TableSchema& t) { t.columns[2].defaultValue = ""; }, "table accounts: default of column note is none, not ''");
    row("may be null", [](TableSchema& t) { t.columns[1].notNull = false; }, "table accounts: column owner may be NULL");
    row("not null", [](TableSchema& t) { t.columns[2].notNull = true; }, "table accounts: column note is NOT NULL");
    row("generated", [](TableSchema& t) { t.columns[3].generated = false; }, "table accounts: column size is not generated");
    row("expression", [](TableSchema& t) { t.columns[3].expression = "1"; },
        "table accounts: expression of column size is 1, not length(note)");
    row("primary key", [](TableSchema& t) { t.primaryKey = {"id"}; }, "table accounts: its primary key is (id), not (id, owner)");
    row("rowid", [](TableSchema& t) { t.rowidIsKey = true; }, "table accounts: is keyed by its rowid");
    row("without rowid", [](TableSchema& t) { t.withoutRowid = true; }, "table accounts: is WITHOUT ROWID");
    row("index away", [](TableSchema& t) { t.indexes.erase(t.indexes.begin()); },
        "table accounts: has no unique index on (owner) collated BINARY");
    row("index twice", [](TableSchema& t) { t.indexes.push_back(t.indexes[0]); },
        "table accounts: has unique index on (owner) collated BINARY, which the other has not");
    row("partial index", [](TableSchema& t) { t.indexes[1].where = "1"; },
        "table accounts: has no index on (note) collated NOCASE where note <> ''");
    row("foreign key", [](TableSchema& t) { t.foreignKeys.clear(); },
        "table accounts: has no foreign key of accounts (owner) to owners (name) on delete CASCADE on update NO ACTION");
    row("trigger", [](TableSchema& t) { t.triggers.clear(); },
        "table accounts: has no trigger t1 (AFTER INSERT ON accounts BEGIN SELECT 1; END)");
    row("check", [](TableSchema& t) { t.checks = {"id > 1"}; }, "table accounts: has no check (id > 0)");
    row("option", [](TableSchema& t) { t.options = {"STRICT"}; }, "table accounts: has the option STRICT, which the other has not");
  }
  void everyOtherDifferenceIsSaid() {
    QFETCH(Change, change);
    QFETCH(QString, sentence);
    TableSchema other = accounts();
    change(other);
    const auto differences = compareSchemas(accounts(), other);
    QVERIFY(!differences.empty());
    QCOMPARE(QString::fromStdString(differences.front()), sentence);
    QVERIFY(other.fingerprint() != accounts().fingerprint());
    QVERIFY(!compareSchemas(other, accounts()).empty());
  }

  void foreignTextIsShownHarmless() {
    TableSchema other = accounts();
    other.columns[0].type = "INT\x1b[31m\xff";
    const auto differences = compareSchemas(accounts(), other);
    QCOMPARE(differences.size(), std::size_t(1));
    QVERIFY(differences[0].find('\x1b') == std::string::npos);
    QVERIFY(other.fingerprint() != accounts().fingerprint());
  }
};

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
