// CREATE statements taken apart: what no pragma tells.
#include <QtTest>

#include "core/engines/sqlite/sql_text.h"

using namespace shardwright::sqlite;

namespace {

QStringList listOf(const std::vector<std::string>& texts) {
  QStringList out;
  for (const auto& text : texts) out << QString::fromStdString(text);
  return out;
}

}  // namespace

class TestSqlText : public QObject {
  Q_OBJECT
 private slots:
  void spellingsOfOneThingHaveOneNormalForm_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("normal");
    QTest::newRow("blanks") << " A   >\n\t0 " << "a > 0";
    QTest::newRow("comments") << "a /* b ) */ > -- c '\n 0" << "a > 0";
    QTest::newRow("calls") << "LENGTH ( a , 'B  c' )" << "length(a, 'B  c')";
    QTest::newRow("doubled quotes") << "\"a\"\"B\" = 'it''s'" << "\"a\"\"B\" = 'it''s'";
    QTest::newRow("brackets") << "[a \"b] = `c``D`" << "[a \"b] = `c``D`";
    QTest::newRow("blob") << "X'AB' <> x'ab'" << "X'AB' <> x'ab'";
    QTest::newRow("signs are not comments") << "1 - -1" << "1 - - 1";
    QTest::newRow("umlauts") << "Größe > 1" << "größe > 1";
    QTest::newRow("unfinished quote") << "a = 'b" << "a = 'b";
  }
  void spellingsOfOneThingHaveOneNormalForm() {
    QFETCH(QString, sql);
    QFETCH(QString, normal);
    QCOMPARE(QString::fromStdString(normalForm(tokensOf(sql.toStdString()))), normal);
  }

  void checksAndGeneratedColumnsAreFound() {
    const auto parts = createTableParts(
        "CREATE TABLE \"t (x\"(\"check\" INT CHECK (\"check\" > 0), [as] TEXT DEFAULT ('a,b)') CHECK(length([as]) < (3)), "
        "c GENERATED ALWAYS AS (\"check\" + 1) STORED, d AS (cast(c AS text)), "
        "CONSTRAINT many CHECK (c IN (1, 2) /* , */), CHECK (1)) -- CHECK (no)\n");
    QCOMPARE(listOf(parts.checks), QStringList({"\"check\" > 0", "length([as]) < (3)", "c in(1, 2)", "1"}));
    QCOMPARE(parts.generated.size(), std::size_t(2));
    QCOMPARE(parts.generated[0].column, std::string("c"));
    QCOMPARE(parts.generated[0].expression, std::string("\"check\" + 1"));
    QCOMPARE(parts.generated[1].column, std::string("d"));
    QCOMPARE(parts.generated[1].expression, std::string("cast(c as text)"));
    QVERIFY(parts.options.empty());
  }

  void whatElseDecidesWhichRowsAreTakenIsAnOption() {
    const auto parts = createTableParts(
        "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE ON CONFLICT REPLACE, "
        "b REFERENCES u(x) DEFERRABLE INITIALLY DEFERRED, conflict TEXT) STRICT, WITHOUT ROWID");
    QCOMPARE(listOf(parts.options), QStringList({"AUTOINCREMENT", "a text unique on conflict replace",
                                                 "b references u(x) deferrable initially deferred", "STRICT"}));
  }

  void expressionsOfAnIndexStandWithoutTheirOrder() {
    const auto parts = createIndexParts(
        "CREATE UNIQUE INDEX \"on (\" ON \"t\"(a COLLATE NOCASE DESC, coalesce(b, 'x, y') ASC, c) WHERE a IS NOT  NULL");
    QCOMPARE(listOf(parts.columns), QStringList({"a", "coalesce(b, 'x, y')", "c"}));
    QCOMPARE(parts.where, std::string("a is not null"));
  }

  void theBodyOfATriggerHasNoName() {
    QCOMPARE(triggerBody("CREATE TRIGGER \"my trigger\" AFTER INSERT ON t BEGIN SELECT  1; END"),
             std::string("after insert on t begin select 1; end"));
  }

  void aNameLosesItsQuotes_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("name");
    QTest::newRow("bare") << "abc" << "abc";
    QTest::newRow("double") << "\"a\"\"b\"" << "a\"b";
    QTest::newRow("single") << "'it''s'" << "it's";
    QTest::newRow("brackets") << "[a \"b]" << "a \"b";
    QTest::newRow("ticks") << "`a``b`" << "a`b";
    QTest::newRow("empty") << "\"\"" << "";
  }
  void aNameLosesItsQuotes() {
    QFETCH(QString, sql);
    QFETCH(QString, name);
    const auto tokens = tokensOf(sql.toStdString());
    QCOMPARE(tokens.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(nameIn(tokens[0])), name);
  }

  void anythingIsTakenApartWithoutHarm() {
    for (const char* text : {"", "(", ")", "'", "x'", "[", "/*", "--", "CREATE TABLE t", "CREATE TABLE t(", "CREATE TABLE t(,,)",
                             "CREATE INDEX i ON t(COLLATE)", ")))(((", "CHECK", "CREATE TABLE t(a CHECK"}) {
      (void)createTableParts(text);
      (void)createIndexParts(text);
      (void)triggerBody(text);
      QVERIFY(normalForm(tokensOf(text)).size() <= std::string(text).size() + 8);
    }
  }
};

QTEST_GUILESS_MAIN(TestSqlText)
#include "tst_sql_text.moc"
