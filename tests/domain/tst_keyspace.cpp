// How tables are named, and that a keyspace comes back from its JSON.
#include <QtTest>

#include "core/base/json.h"
#include "core/domain/keyspace.h"

using namespace shardwright;

class TestKeyspace : public QObject {
  Q_OBJECT
 private slots:
  void tablesAreNamedAsInSql_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("plain") << "orders:customer" << QStringList{"", "orders", "customer"};
    QTest::newRow("schema") << "shop.orders:customer" << QStringList{"shop", "orders", "customer"};
    QTest::newRow("quotes doubled") << R"(shop."Akten ""x""":id)" << QStringList{"shop", R"(Akten "x")", "id"};
    QTest::newRow("dots and colons in quotes") << R"("a.b"."c:d":"e.f:g")" << QStringList{"a.b", "c:d", "e.f:g"};
    QTest::newRow("umlauts and semicolons") << QString::fromUtf8(
                                                   "gr\xc3\xb6\xc3\x9f"
                                                   "e;:id")
                                            << QStringList{"",
                                                           QString::fromUtf8("gr\xc3\xb6\xc3\x9f"
                                                                             "e;"),
                                                           "id"};
  }
  void tablesAreNamedAsInSql() {
    QFETCH(QString, text);
    QFETCH(QStringList, parts);
    const auto table = parseTableRef(text.toStdString());
    QVERIFY2(table.has_value(), table ? "" : table.error().message().c_str());
    QCOMPARE(QString::fromStdString(table->schema), parts[0]);
    QCOMPARE(QString::fromStdString(table->name), parts[1]);
    QCOMPARE(QString::fromStdString(table->keyColumn), parts[2]);
    QVERIFY(parseTableRef(formatTableRef(*table)) == *table);
  }

  void anyNamesComeBackFromTheirText() {
    const std::string names[] = {"a", "a b", "\"", "\"\"", ".", ":", "a.b:c", "'", ";", " ", "\xc3\xa4", "x\"y"};
    for (const std::string& schema : {std::string(), std::string("s"), std::string("s.\"t")})
      for (const std::string& name : names)
        for (const std::string& column : names) {
          const TableRef table{schema, name, column, std::nullopt};
          QVERIFY2(parseTableRef(formatTableRef(table)) == table, formatTableRef(table).c_str());
        }
  }

  void whatNamesNoTableIsRefused_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "orders", "orders:", ":id", ".orders:id", "shop.:id", "a.b.c:id", "orders:id:x",
                             "\"orders:id", "\"\":id", "\"a\"b:id", "orders:id.x", "orders:\"id\"x"})
      QTest::newRow(text) << QByteArray(text);
    QTest::newRow("invalid UTF-8") << QByteArray("a\xff:id");
    QTest::newRow("NUL") << QByteArray("a\0b:id", 6);
  }
  void whatNamesNoTableIsRefused() {
    QFETCH(QByteArray, text);
    const auto table = parseTableRef(text.toStdString());
    QVERIFY(!table.has_value());
    QCOMPARE(table.error().code(), ErrorCode::InvalidInput);
  }

  void aKeyspaceComesBackFromItsJson() {
    Keyspace keyspace;
    keyspace.name = KeyspaceName("accounts");
    keyspace.strategy = {StrategyKind::Hash, KeyType::Uuid, "md5-64", std::nullopt};
    keyspace.keyForm = KeyForm::UuidBlob;
    keyspace.tables = {{"", "accounts", "id", "token"}, {"main", "a \"b\"", "c:d", std::nullopt}};
    QVERIFY(keyspaceFromJson(toJson(keyspace)) == keyspace);
  }

  void whatIsNoKeyspaceIsRefused() {
    Keyspace keyspace;
    keyspace.name = KeyspaceName("accounts");
    keyspace.tables = {{"", "accounts", "id", std::nullopt}};
    const Json good = toJson(keyspace);
    QVERIFY(keyspaceFromJson(good).has_value());
    for (const auto& [field, value] : good.items()) {
      Json without = good;
      without.erase(field);
      QVERIFY2(!keyspaceFromJson(without), field.c_str());
      Json wrong = good;
      wrong[field] = Json{{"x", 1}};
      QVERIFY2(!keyspaceFromJson(wrong), field.c_str());
    }
    QVERIFY(!keyspaceFromJson(Json::array()));
  }

  void namesOfWordsGoBothWays() {
    for (const KeyType type : {KeyType::Int, KeyType::Text, KeyType::Uuid, KeyType::Timestamp})
      QVERIFY(parseKeyType(keyTypeName(type)) == type);
    for (const StrategyKind kind : {StrategyKind::Range, StrategyKind::Hash, StrategyKind::Directory})
      QVERIFY(parseStrategyKind(strategyName(kind)) == kind);
    for (const KeyForm form :
         {KeyForm::Native, KeyForm::UuidText, KeyForm::UuidBlob, KeyForm::MicrosInteger, KeyForm::IsoText})
      QVERIFY(parseKeyForm(keyFormName(form)) == form);
    QVERIFY(!parseKeyType("Int") && !parseStrategyKind("") && !parseKeyForm("x"));
  }
};

QTEST_APPLESS_MAIN(TestKeyspace)
#include "tst_keyspace.moc"
