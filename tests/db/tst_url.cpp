// Database URLs: what is understood, what is refused, and that no password is ever kept or repeated.
#include <QtTest>
#include <filesystem>
#include <random>

#include "core/db/url.h"

using namespace shardwright;

class TestUrl : public QObject {
  Q_OBJECT
 private slots:
  void aFileIsNamedInThreeWays_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    const QString here = QString::fromStdString(std::filesystem::weakly_canonical(std::filesystem::current_path()).string());
    QTest::newRow("three slashes") << "sqlite:///var/lib/a.db" << "/var/lib/a.db";
    QTest::newRow("four slashes") << "sqlite:////var/lib/a.db" << "/var/lib/a.db";
    QTest::newRow("one slash") << "sqlite:/var/lib/a.db" << "/var/lib/a.db";
    QTest::newRow("relative") << "sqlite:rel/a.db" << here + "/rel/a.db";
    QTest::newRow("relative with dots") << "sqlite:./rel/../a.db" << here + "/a.db";
    QTest::newRow("odd characters") << "sqlite:///tmp/Käse \"x\"; y'.db" << "/tmp/Käse \"x\"; y'.db";
    QTest::newRow("escaped") << "sqlite:///tmp/what%3f%23%25.db" << "/tmp/what?#%.db";
  }
  void aFileIsNamedInThreeWays() {
    QFETCH(QString, text);
    QFETCH(QString, path);
    const auto url = parseDatabaseUrl(text.toStdString());
    QVERIFY2(url.has_value(), url ? "" : url.error().message().c_str());
    QCOMPARE(url->engine, std::string("sqlite"));
    QCOMPARE(QString::fromStdString(url->path), path);
  }

  void aServerUrlIsTakenApart() {
    const auto url = parseDatabaseUrl("postgresql://m%40x@db.example:5433/led%2Fger?sslmode=verify-full&connect_timeout=3");
    QVERIFY(url.has_value());
    const DatabaseUrl expected{.engine = "postgresql", .path = "", .user = "m@x", .host = "db.example", .port = "5433",
                               .database = "led/ger", .options = {{"connect_timeout", "3"}, {"sslmode", "verify-full"}}};
    QVERIFY(*url == expected);
  }

  void anAddressInBracketsKeepsItsColons() {
    const auto url = parseDatabaseUrl("mariadb://[2001:db8::1]:3307/shop");
    QVERIFY(url.has_value());
    QCOMPARE(url->host, std::string("2001:db8::1"));
    QCOMPARE(url->port, std::string("3307"));
    QCOMPARE(formatDatabaseUrl(*url), std::string("mariadb://[2001:db8::1]:3307/shop"));
  }

  void aPasswordIsRefusedAndNotRepeated_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("user info") << "postgresql://me:hunter2@host/db";
    QTest::newRow("with an at sign in it") << "postgresql://me:a@hunter2@host/db";
    QTest::newRow("option") << "postgresql://me@host/db?password=hunter2";
    QTest::newRow("unknown scheme") << "oracle://me:hunter2@host/db";
    QTest::newRow("file") << "sqlite://me:hunter2@host/db";
    QTest::newRow("key of an encrypted file") << "sqlite:///a.db?key=hunter2";
    QTest::newRow("bad port") << "postgresql://host:hunter2/db";
  }
  void aPasswordIsRefusedAndNotRepeated() {
    QFETCH(QString, text);
    const auto url = parseDatabaseUrl(text.toStdString());
    QVERIFY(!url.has_value());
    QCOMPARE(url.error().code(), ErrorCode::InvalidInput);
    QVERIFY(url.error().message().find("hunter2") == std::string::npos);
  }

  void whatIsNoUrlIsRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"", "a.db", "/var/lib/a.db", "sqlite:", "sqlite://", "sqlite:///", "sqlite:///dir/", "sqlite::memory:",
          "sqlite://host/a.db", "sqlite:///a.db?mode=ro", "sqlite:///a.db#x", "sqlite:///a%", "sqlite:///a%4", "sqlite:///a%zz",
          "sqlite:///a%00b", "sqlite:///a\nb", "SQLITE:///a.db", "postgresql:host/db", "postgresql://host", "postgresql://host/",
          "postgresql://host:0/db", "postgresql://host:65536/db", "postgresql://host:/db", "postgresql://[::1/db",
          "postgresql://[::1]x/db", "postgresql://h/db?options=-csearch_path%3Dx", "postgresql://h/db?sslmode=",
          "postgresql://h/db?sslmode=require&sslmode=disable", "mariadb://h/db?sslmode=require"})
      QTest::newRow(QByteArray(text).replace('\n', "\\n").constData()) << text;
  }
  void whatIsNoUrlIsRefused() {
    QFETCH(QString, text);
    const auto url = parseDatabaseUrl(text.toStdString());
    QVERIFY(!url.has_value());
    QCOMPARE(url.error().code(), ErrorCode::InvalidInput);
  }

  // Law: what is formatted is read back as it was, whatever bytes the parts are made of.
  void formattingAndParsingAreInverse() {
    const auto seed = qEnvironmentVariableIsSet("SHARDWRIGHT_SEED")
                          ? static_cast<unsigned>(qEnvironmentVariableIntValue("SHARDWRIGHT_SEED"))
                          : std::random_device()();
    std::mt19937 random(seed);
    const std::vector<std::string> pieces = {"a", "Z", "9", "%", "?", "#", "@", ":", "/", "[", "]", "&", "=", " ", "ä", "\"", ";", "."};
    const auto text = [&](std::size_t least) {
      std::string out;
      for (std::size_t n = least + random() % 6; n > 0; --n) out += pieces[random() % pieces.size()];
      return out;
    };
    for (int i = 0; i < 2000; ++i) {
      DatabaseUrl url;
      if (random() % 2 == 0) {
        url.engine = "sqlite";
        url.path = "/x" + text(0) + "x";
      } else {
        url.engine = random() % 2 == 0 ? "postgresql" : "mariadb";
        url.user = text(0);
        url.host = random() % 3 == 0 ? "::1" : "h" + std::to_string(random() % 100) + ".example";
        if (random() % 2 == 0) url.port = std::to_string(1 + random() % 65535);
        url.database = text(1);
        if (random() % 2 == 0) url.options["connect_timeout"] = text(1);
      }
      const std::string formatted = formatDatabaseUrl(url);
      const auto read = parseDatabaseUrl(formatted);
      const QString place = QString("seed %1: %2").arg(seed).arg(QString::fromStdString(formatted));
      QVERIFY2(read.has_value(), qPrintable(place));
      QVERIFY2(*read == url, qPrintable(place));
    }
  }
};

QTEST_GUILESS_MAIN(TestUrl)
#include "tst_url.moc"
