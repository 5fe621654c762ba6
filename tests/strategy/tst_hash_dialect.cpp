// Every dialect against vectors that were read from the systems themselves.
#include <QtTest>

#include "core/base/bytes.h"
#include "core/strategy/hash_dialect.h"
#include "core/strategy/pg_hash.h"

using namespace shardwright;

class TestHashDialect : public QObject {
  Q_OBJECT
 private slots:
  void md5TakesTheFirstEightBytesOfTheDigest_data() {
    QTest::addColumn<qint64>("key");
    QTest::addColumn<QString>("token");
    QTest::newRow("1") << qint64(1) << "fa5ad9a8557e5a84";
    QTest::newRow("2") << qint64(2) << "e675cc21c1f78217";
    QTest::newRow("-1") << qint64(-1) << "c2cb56f4c5bf656f";
  }
  void md5TakesTheFirstEightBytesOfTheDigest() {
    QFETCH(qint64, key);
    QFETCH(QString, token);
    const auto dialect = findHashDialect("md5-64");
    QVERIFY(dialect.has_value());
    QCOMPARE(QString::fromStdString(toHex((*dialect)->tokenOf(Key::ofInt(key)).bytes)), token);
  }

  // From PostgreSQL 15: hashint8extended, hashtextextended, uuid_hash_extended with the partition seed.
  void pgHashAgreesWithTheServer_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("key");
    QTest::addColumn<qint64>("hash");
    QTest::newRow("0") << "int" << "0" << qint64(-4403592609991167795);
    QTest::newRow("1") << "int" << "1" << qint64(5968994663651403477);
    QTest::newRow("2") << "int" << "2" << qint64(-6784076462669891433);
    QTest::newRow("42") << "int" << "42" << qint64(7363975540656877951);
    QTest::newRow("-1") << "int" << "-1" << qint64(-5017072347659237694);
    QTest::newRow("max") << "int" << "9223372036854775807" << qint64(4938542303000433043);
    QTest::newRow("min") << "int" << "-9223372036854775808" << qint64(-6050265599104649060);
    QTest::newRow("empty") << "text" << "" << qint64(-5700645584453517373);
    QTest::newRow("abc") << "text" << "abc" << qint64(3628778498291917250);
    QTest::newRow("tenant") << "text" << "tenant_a" << qint64(7092130541490237763);
    QTest::newRow("13 bytes") << "text" << "0123456789abc" << qint64(9136706884384298968);
    QTest::newRow("uuid") << "uuid" << "11111111-1111-1111-1111-111111111111" << qint64(313707378413798585);
  }
  void pgHashAgreesWithTheServer() {
    QFETCH(QString, type);
    QFETCH(QString, key);
    QFETCH(qint64, hash);
    const auto parsed = Key::parse(*parseKeyType(type.toStdString()), key.toStdString());
    QVERIFY(parsed.has_value());
    const auto dialect = findHashDialect("pg64");
    QVERIFY(dialect.has_value());
    const auto bits = readBigEndian64((*dialect)->tokenOf(*parsed).bytes);
    QVERIFY(bits.has_value());
    QCOMPARE(static_cast<qint64>(*bits ^ (std::uint64_t{1} << 63)), hash);
  }

  void anUnknownDialectIsRefusedNamingTheKnownOnes() {
    const auto dialect = findHashDialect("sha-1");
    QVERIFY(!dialect.has_value());
    QCOMPARE(dialect.error().code(), ErrorCode::InvalidInput);
    QVERIFY(dialect.error().message().find("md5-64, pg64") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(TestHashDialect)
#include "tst_hash_dialect.moc"
