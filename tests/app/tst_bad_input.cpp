// What an operator gives that cannot be right, and what their world does to them: a clear sentence, the right exit,
// nothing lost.
#include "tests/app/sample_cluster.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using namespace shardwright;

namespace {

// A child that may write no file beyond `bytes`: what a full disk is to it.
std::function<void()> fullDiskBeyond(std::int64_t bytes) {
  return [bytes] {
    const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
  };
}

// A child for whom file modes count, even where the tests run as root.
void asNobody() {
  if (::getuid() != 0) return;
  if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(99);
}

QByteArray repeated(const char* text, int times) { return QByteArray(text).repeated(times); }

}  // namespace

class TestBadInput : public QObject {
  Q_OBJECT
 private slots:
  void aCatalogThatCannotBeUsedIsExitFour_data();
  void aCatalogThatCannotBeUsedIsExitFour();
  void aReadOnlyCatalogIsExitFour();
  void aFullDiskUnderTheCatalogIsExitFour();
  void aShardThatCannotBeUsedIsExitFour_data();
  void aShardThatCannotBeUsedIsExitFour();
  void aShardThatIsGoneIsExitFour();
  void aCopyOfAShardIsNotTheShard();
  void tablesThatCannotBeMovedAreRefused_data();
  void tablesThatCannotBeMovedAreRefused();
  void siblingsThatDifferAreRefused();
  void mapFilesThatBreakARuleAreExitTwo_data();
  void mapFilesThatBreakARuleAreExitTwo();
  void snapshotsThatAreNoneAreExitTwo_data();
  void snapshotsThatAreNoneAreExitTwo();
  void aPlanEditedAfterItsApprovalIsRefused();
  void whatChangedAfterTheApprovalStopsTheRunUntilItIsMended_data();
  void whatChangedAfterTheApprovalStopsTheRunUntilItIsMended();
  void aShardThatIsGoneAfterTheApprovalIsExitFour();
  void aCatalogOlderThanItsShardsMovesNothing();
  void aTargetThatIsNotEmptyIsRefused();
  void aDiskThatFillsDuringTheCopyIsResumable();
  void oddNamesWork();
  void integersAtBothEndsWork();
  void anEmptyTableMovesAndARowDoes();
  void allRowsOfOneKeyMove();
  void hugeTextKeysWork();
  void foreignTextCannotSteerTheTerminal();
};

void TestBadInput::aCatalogThatCannotBeUsedIsExitFour_data() {
  QTest::addColumn<QByteArray>("content");
  QTest::addColumn<QString>("sql");
  QTest::newRow("nothing there") << QByteArray() << QString();
  QTest::newRow("text") << QByteArray("this is no database at all, only a text of some length") << QString();
  QTest::newRow("half a header") << QByteArray("SQLite format 3") << QString();
  QTest::newRow("another database") << QByteArray() << "CREATE TABLE t(x)";
  QTest::newRow("newer than the program") << QByteArray() << "NEWER";
}

void TestBadInput::aCatalogThatCannotBeUsedIsExitFour() {
  QFETCH(QByteArray, content);
  QFETCH(QString, sql);
  const SampleCluster cluster;
  const QString file = cluster.path("other.sw");
  if (!content.isEmpty()) cluster.write("other.sw", content);
  const Program other(file.toStdString());
  if (sql == "NEWER") {
    QCOMPARE(other({"init"}).exit, 0);
    SampleCluster::executeIn(file.toStdString(), "PRAGMA user_version = 9999");
  } else if (!sql.isEmpty()) {
    SampleCluster::executeIn(file.toStdString(), sql.toStdString());
  }
  const Said said = other({"shard", "list"});
  QVERIFY2(said.exit == 4, said.err.c_str());
  QVERIFY2(said.errHas("other.sw"), said.err.c_str());
}

void TestBadInput::aReadOnlyCatalogIsExitFour() {
  const SampleCluster cluster;
  QVERIFY(::chmod(qPrintable(cluster.path("")), 0755) == 0);
  QVERIFY(::chmod(cluster.run.catalog().c_str(), 0444) == 0);
  const Said said = cluster.run({"shard", "set", "a", "weight=2"}, asNobody);
  QVERIFY2(said.exit == 4, said.err.c_str());
}

void TestBadInput::aFullDiskUnderTheCatalogIsExitFour() {
  const SampleCluster cluster(20);
  const Said said = cluster.run({"plan", "create", "blocks", "--goal", "move", "--range", "10..", "--to", "b"}, fullDiskBeyond(4096));
  QVERIFY2(said.exit == 4, said.err.c_str());
  cluster.succeed({"catalog", "check"});
  QCOMPARE(cluster.succeed({"--quiet", "plan", "list"}).out, std::string());
}

void TestBadInput::aShardThatCannotBeUsedIsExitFour_data() {
  QTest::addColumn<QByteArray>("content");
  QTest::addColumn<QString>("sql");
  QTest::newRow("missing") << QByteArray() << QString();
  QTest::newRow("no database") << repeated("no database ", 100) << QString();
  QTest::newRow("WAL is off") << QByteArray() << "PRAGMA journal_mode=DELETE; CREATE TABLE t(x INTEGER PRIMARY KEY)";
}

void TestBadInput::aShardThatCannotBeUsedIsExitFour() {
  QFETCH(QByteArray, content);
  QFETCH(QString, sql);
  const SampleCluster cluster;
  if (!content.isEmpty()) cluster.write("d.db", content);
  if (!sql.isEmpty()) cluster.execute("d", sql.toStdString());
  const Said said = cluster.run({"shard", "add", "d", cluster.url("d")});
  QVERIFY2(said.exit == 4, said.err.c_str());
  QVERIFY2(said.errHas("shard d"), said.err.c_str());
  QCOMPARE(cluster.succeed({"--quiet", "shard", "list"}).out, std::string("a\nb\nc\n"));
}

void TestBadInput::aShardThatIsGoneIsExitFour() {
  const SampleCluster cluster(20);
  QVERIFY(QFile::remove(QString::fromStdString(cluster.file("a"))));
  QCOMPARE(cluster.run({"plan", "create", "blocks", "--goal", "move", "--range", "10..", "--to", "b"}).exit, 4);
  QCOMPARE(cluster.run({"query", "blocks", "--key", "5"}).exit, 4);
  QCOMPARE(cluster.run({"shard", "check"}).exit, 4);
  const Said verified = cluster.run({"--json", "verify", "blocks"});
  QCOMPARE(verified.exit, 1);
  QCOMPARE(verified.json().at("unreachable").at(0).get<std::string>(), std::string("a"));
}

void TestBadInput::aCopyOfAShardIsNotTheShard() {
  const SampleCluster cluster(20);
  cluster.execute("a", "PRAGMA wal_checkpoint(TRUNCATE)");
  const QString file = QString::fromStdString(cluster.file("a"));
  QVERIFY(QFile::rename(file, file + ".old"));
  QVERIFY(QFile::copy(file + ".old", file));
  const Said said = cluster.run({"--json", "verify", "blocks"});
  QCOMPARE(said.exit, 1);
  QCOMPARE(said.json().at("unreachable").size(), std::size_t{1});
}

void TestBadInput::tablesThatCannotBeMovedAreRefused_data() {
  QTest::addColumn<QString>("sql");
  QTest::addColumn<QString>("keyType");
  QTest::addColumn<int>("exit");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("no such table") << "" << "int" << 4 << "t";
  QTest::newRow("no such column") << "CREATE TABLE t(x INTEGER PRIMARY KEY)" << "int" << 4 << "column k";
  QTest::newRow("no primary key") << "CREATE TABLE t(k INTEGER)" << "int" << 3 << "primary key";
  QTest::newRow("a NULL key") << "CREATE TABLE t(x INTEGER PRIMARY KEY, k INTEGER); INSERT INTO t VALUES (7, NULL)" << "int" << 3 << "NULL";
  QTest::newRow("a key of another class") << "CREATE TABLE t(x INTEGER PRIMARY KEY, k INTEGER); INSERT INTO t VALUES (7, 'word')" << "int" << 3 << "x = 7";
  QTest::newRow("a text key with NUL") << "CREATE TABLE t(x INTEGER PRIMARY KEY, k TEXT); INSERT INTO t VALUES (7, 'a' || char(0) || 'b')" << "text" << 3 << "x = 7";
  QTest::newRow("a text key that is no UTF-8") << "CREATE TABLE t(x INTEGER PRIMARY KEY, k TEXT); INSERT INTO t VALUES (7, CAST(x'ff61' AS TEXT))" << "text" << 3 << "x = 7";
  QTest::newRow("a view") << "CREATE VIEW t AS SELECT 1 AS k" << "int" << 4 << "view";
  QTest::newRow("a virtual table") << "CREATE VIRTUAL TABLE t USING fts5(k)" << "text" << 4 << "virtual table";
  QTest::newRow("a collation without an index in the order of bytes") << "CREATE TABLE t(x INTEGER PRIMARY KEY, k TEXT COLLATE NOCASE)" << "text" << 3 << "COLLATE BINARY";
}

void TestBadInput::tablesThatCannotBeMovedAreRefused() {
  QFETCH(QString, sql);
  QFETCH(QString, keyType);
  QFETCH(int, exit);
  QFETCH(QString, sentence);
  const SampleCluster cluster;
  cluster.execute("a", sql.toStdString());
  const Said said = cluster.run({"keyspace", "create", "t", "--strategy", "range", "--key-type", keyType, "--table", "t:k", "--map",
                                 cluster.write("map.json", R"({"schema":"shardwright.map/1","ranges":[{"from":null,"until":null,"shard":"a"}]})")});
  QVERIFY2(said.exit == exit, said.err.c_str());
  QVERIFY2(said.errHas(sentence.toStdString()) && said.errHas("shard a"), said.err.c_str());
  QCOMPARE(cluster.succeed({"--quiet", "keyspace", "list"}).out, std::string());
}

void TestBadInput::siblingsThatDifferAreRefused() {
  const SampleCluster cluster;
  cluster.execute("b", "ALTER TABLE blocks ADD COLUMN extra TEXT");
  const Said said = cluster.run({"keyspace", "create", "t", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "--on", "a", "b"});
  QVERIFY2(said.exit == 3, said.err.c_str());
  QVERIFY2(said.errHas("extra"), said.err.c_str());
}

void TestBadInput::mapFilesThatBreakARuleAreExitTwo_data() {
  QTest::addColumn<QByteArray>("document");
  const auto ranges = [](const char* list) { return QByteArray(R"({"schema":"shardwright.map/1","ranges":)") + list + "}"; };
  QTest::newRow("no JSON") << QByteArray("hello");
  QTest::newRow("nothing") << QByteArray();
  QTest::newRow("another schema") << QByteArray(R"({"schema":"shardwright.plan/1","ranges":[]})");
  QTest::newRow("no ranges") << ranges("[]");
  QTest::newRow("a gap") << ranges(R"([{"from":null,"until":"5","shard":"a"},{"from":"6","until":null,"shard":"b"}])");
  QTest::newRow("an overlap") << ranges(R"([{"from":null,"until":"5","shard":"a"},{"from":"4","until":null,"shard":"b"}])");
  QTest::newRow("no end") << ranges(R"([{"from":null,"until":"5","shard":"a"}])");
  QTest::newRow("an unknown shard") << ranges(R"([{"from":null,"until":null,"shard":"z"}])");
  QTest::newRow("a bound of another type") << ranges(R"([{"from":null,"until":"x","shard":"a"},{"from":"x","until":null,"shard":"a"}])");
  QTest::newRow("a bound above 64 bits") << ranges(R"([{"from":null,"until":"99999999999999999999","shard":"a"},{"from":"99999999999999999999","until":null,"shard":"a"}])");
  QTest::newRow("a wrong checksum") << QByteArray(R"({"schema":"shardwright.map/1","checksum":"00","ranges":[{"from":null,"until":null,"shard":"a"}]})");
  QTest::newRow("a depth bomb") << QByteArray(R"({"schema":"shardwright.map/1","ranges":)") + repeated("[", 200'000) + repeated("]", 200'000) + "}";
  QTest::newRow("an older version") << QByteArray(R"({"schema":"shardwright.map/1","version":7,"ranges":[{"from":null,"until":null,"shard":"a"}]})");
}

void TestBadInput::mapFilesThatBreakARuleAreExitTwo() {
  QFETCH(QByteArray, document);
  static const SampleCluster cluster(20);
  const Said said = cluster.run({"map", "import", "blocks", cluster.write("map.json", document)});
  QVERIFY2(said.exit == 2, said.err.c_str());
  QVERIFY2(said.err.size() < 2000, "the sentence repeats the file");
  QCOMPARE(cluster.succeed({"--json", "map", "show", "blocks"}).json().at("version").get<int>(), 1);
}

void TestBadInput::snapshotsThatAreNoneAreExitTwo_data() {
  QTest::addColumn<QByteArray>("document");
  QTest::newRow("no JSON") << QByteArray("{");
  QTest::newRow("another schema") << QByteArray(R"({"schema":"shardwright.map/1"})");
  QTest::newRow("an owner that is no shard") << QByteArray(R"({"schema":"shardwright.snapshot/1","keyspace":"k","dimensions":["bytes"],"shards":[{"name":"a","zone":null,"state":"active","capacity":[10]}],"ranges":[{"id":"r","shard":"z","loads":[1],"moveBytes":1,"tag":null,"group":null}]})");
  QTest::newRow("a negative load") << QByteArray(R"({"schema":"shardwright.snapshot/1","keyspace":"k","dimensions":["bytes"],"shards":[{"name":"a","zone":null,"state":"active","capacity":[10]}],"ranges":[{"id":"r","shard":"a","loads":[-1],"moveBytes":1,"tag":null,"group":null}]})");
  QTest::newRow("a depth bomb") << QByteArray(R"({"schema":"shardwright.snapshot/1","shards":)") + repeated("[", 100'000);
}

void TestBadInput::snapshotsThatAreNoneAreExitTwo() {
  QFETCH(QByteArray, document);
  const QTemporaryDir folder;
  QFile file(folder.path() + "/snapshot.json");
  QVERIFY(file.open(QIODevice::WriteOnly) && file.write(document) == document.size());
  file.close();
  const Said said = Program::bare({"plan", "simulate", file.fileName()});
  QVERIFY2(said.exit == 2, said.err.c_str());
}

void TestBadInput::aPlanEditedAfterItsApprovalIsRefused() {
  const SampleCluster cluster(20);
  const QString plan = cluster.approved({"--goal", "move", "--range", "10..", "--to", "b"});
  SampleCluster::executeIn(cluster.run.catalog(), "UPDATE plans SET document = CAST(replace(CAST(document AS TEXT), '\"target\":\"b\"', '\"target\":\"c\"') AS BLOB)");
  const Said said = cluster.run({"run", plan});
  QVERIFY2(said.exit == 3, said.err.c_str());
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM blocks"), 0);
}

void TestBadInput::whatChangedAfterTheApprovalStopsTheRunUntilItIsMended_data() {
  QTest::addColumn<QString>("shard");
  QTest::addColumn<QString>("change");
  QTest::addColumn<QString>("mend");
  QTest::addColumn<int>("exit");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("the target's table is gone") << "b" << "DROP TABLE blocks" << "CREATE TABLE blocks(height INTEGER PRIMARY KEY, body TEXT NOT NULL)" << 4 << "no table blocks";
  QTest::newRow("the target's table has a column more") << "b" << "ALTER TABLE blocks ADD COLUMN extra TEXT" << "ALTER TABLE blocks DROP COLUMN extra" << 3 << "keyspace schema blocks";
  QTest::newRow("the source's table has a column more") << "a" << "ALTER TABLE blocks ADD COLUMN extra TEXT" << "ALTER TABLE blocks DROP COLUMN extra" << 3 << "keyspace schema blocks";
  QTest::newRow("WAL is off on the source") << "a" << "PRAGMA journal_mode=DELETE" << "PRAGMA journal_mode=WAL" << 3 << "journal_mode=WAL";
  QTest::newRow("WAL is off on the target") << "b" << "PRAGMA journal_mode=DELETE" << "PRAGMA journal_mode=WAL" << 3 << "journal_mode=WAL";
}

void TestBadInput::whatChangedAfterTheApprovalStopsTheRunUntilItIsMended() {
  QFETCH(QString, shard);
  QFETCH(QString, change);
  QFETCH(QString, mend);
  QFETCH(int, exit);
  QFETCH(QString, sentence);
  const SampleCluster cluster(20);
  const QString plan = cluster.approved({"--goal", "move", "--range", "10..", "--to", "b"});
  cluster.execute(shard.toStdString(), change.toStdString());
  const Said said = cluster.run({"run", plan});
  QVERIFY2(said.exit == exit, said.err.c_str());
  QVERIFY2(said.errHas(sentence.toStdString()), said.err.c_str());
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM blocks"), 20);
  cluster.execute(shard.toStdString(), mend.toStdString());
  const auto state = cluster.succeed({"--json", "plan", "show", plan}).json().at("state").get<std::string>();
  cluster.succeed({state == "approved" ? "run" : "resume", plan});
  QCOMPARE(cluster.succeed({"--json", "verify", "blocks"}).json().at("rows").get<int>(), 40);
}

void TestBadInput::aShardThatIsGoneAfterTheApprovalIsExitFour() {
  const SampleCluster cluster(20);
  const QString plan = cluster.approved({"--goal", "move", "--range", "10..", "--to", "b"});
  const QString file = QString::fromStdString(cluster.file("b"));
  QVERIFY(QFile::rename(file, file + ".away"));
  const Said said = cluster.run({"run", plan});
  QVERIFY2(said.exit == 4, said.err.c_str());
  QVERIFY2(said.errHas("b.db") && said.errHas("run " + plan.toStdString()), said.err.c_str());
  QVERIFY2(!said.errHas("shard b: shard b"), said.err.c_str());
  QVERIFY(QFile::rename(file + ".away", file));
  cluster.succeed({"run", plan});
  QCOMPARE(cluster.succeed({"--json", "verify", "blocks"}).json().at("rows").get<int>(), 40);
}

void TestBadInput::aCatalogOlderThanItsShardsMovesNothing() {
  const SampleCluster cluster(20);
  cluster.succeed({"catalog", "backup", cluster.path("old.sw")});
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "10..", "--to", "b"})});
  const QString catalog = QString::fromStdString(cluster.run.catalog());
  QVERIFY(QFile::rename(catalog, catalog + ".new"));
  QVERIFY(QFile::rename(cluster.path("old.sw"), catalog));
  const Said said = cluster.run({"run", cluster.approved({"--goal", "move", "--range", "..5", "--to", "c"})});
  QVERIFY2(said.exit == 3, said.err.c_str());
  QVERIFY2(said.errHas("the catalog is older than the databases"), said.err.c_str());
  const Said checked = cluster.run({"map", "check", "blocks"});
  QCOMPARE(checked.exit, 1);
  QVERIFY2(checked.outHas("the catalog is older than the databases") && !checked.outHas("doctor --fix"), checked.out.c_str());
  cluster.execute("a", "UPDATE blocks SET body = 'still open' WHERE height = 3");
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM blocks"), 0);
}

void TestBadInput::aTargetThatIsNotEmptyIsRefused() {
  const SampleCluster cluster(20);
  const QString plan = cluster.approved({"--goal", "move", "--range", "10..", "--to", "b"});
  cluster.execute("b", "INSERT INTO blocks VALUES (15, 'already here')");
  const Said said = cluster.run({"run", plan});
  QVERIFY2(said.exit == 3, said.err.c_str());
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks WHERE body = 'already here'"), 1);
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM blocks"), 20);
  cluster.execute("b", "DELETE FROM blocks");
  cluster.succeed({"resume", plan});
  cluster.succeed({"verify", "blocks"});
}

void TestBadInput::aDiskThatFillsDuringTheCopyIsResumable() {
  const SampleCluster cluster(20'000);
  const QString plan = cluster.approved({"--goal", "move", "--range", "100..", "--to", "b"});
  const Said said = cluster.run({"run", plan}, fullDiskBeyond(600'000));
  QVERIFY2(said.exit == 4, said.err.c_str());
  QVERIFY2(said.errHas("resume " + plan.toStdString()), said.err.c_str());
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM blocks"), 20'000);
  cluster.succeed({"resume", plan});
  const auto verified = cluster.succeed({"--json", "verify", "blocks"}).json();
  QCOMPARE(verified.at("rows").get<int>(), 40'000);
}

void TestBadInput::oddNamesWork() {
  const SampleCluster cluster;
  const char* odd = "CREATE TABLE \"Akten \"\"x\"\"; DROP\"(\"Schlüssel ;\" INTEGER PRIMARY KEY, \"ü \"\" ö\" TEXT)";
  cluster.execute("a", odd);
  cluster.execute("b", odd);
  cluster.execute("a", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO \"Akten \"\"x\"\"; DROP\" SELECT i, 'x' FROM n");
  const QString name = "Akten für 'München'; --";
  cluster.succeed({"keyspace", "create", name, "--strategy", "range", "--key-type", "int", "--table", "\"Akten \"\"x\"\"; DROP\":\"Schlüssel ;\"", "--adopt"});
  const QString plan = QString::fromStdString(cluster.succeed({"--quiet", "plan", "create", name, "--goal", "move", "--range", "26..", "--to", "b"}).out).trimmed();
  cluster.succeed({"plan", "approve", plan, "--fingerprint", cluster.fingerprint(plan), "--comment", "'; DROP TABLE plan; --"});
  cluster.succeed({"run", plan});
  QCOMPARE(cluster.succeed({"--json", "verify", name}).json().at("rows").get<int>(), 50);
  cluster.succeed({"--yes", "cleanup", plan});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM \"Akten \"\"x\"\"; DROP\""), 25);
  const auto answer = cluster.succeed({"--json", "query", name, "--key", "30", "--columns", "ü \" ö"}).json();
  QCOMPARE(answer.at("rows").size(), std::size_t{1});
}

void TestBadInput::integersAtBothEndsWork() {
  const SampleCluster cluster;
  cluster.execute("a", "INSERT INTO blocks VALUES (-9223372036854775807 - 1, 'least'), (0, 'middle'), (9223372036854775807, 'most')");
  cluster.succeed({"keyspace", "create", "blocks", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "--adopt"});
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "9223372036854775807..", "--to", "b"})});
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "..-9223372036854775807", "--to", "c"})});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks WHERE body = 'most'"), 1);
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM blocks WHERE body = 'least'"), 1);
  QCOMPARE(cluster.succeed({"--json", "verify", "blocks"}).json().at("rows").get<int>(), 3);
}

void TestBadInput::anEmptyTableMovesAndARowDoes() {
  const SampleCluster cluster;
  cluster.succeed({"keyspace", "create", "blocks", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "--on", "a", "b"});
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "..0", "--to", "c"})});
  cluster.execute("b", "INSERT INTO blocks VALUES (5, 'alone')");
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "0..", "--to", "c"})});
  QCOMPARE(cluster.count("c", "SELECT count(*) FROM blocks"), 1);
  cluster.succeed({"verify", "blocks"});
}

void TestBadInput::allRowsOfOneKeyMove() {
  const SampleCluster cluster;
  cluster.execute("a", "INSERT INTO blocks VALUES (7, 'x'); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
                       "INSERT INTO entries SELECT i, 7, 'x' FROM n");
  cluster.succeed({"keyspace", "create", "blocks", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "entries:height", "--adopt"});
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "7..8", "--to", "b"})});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM entries"), 12'000);
  cluster.succeed({"verify", "blocks"});
}

void TestBadInput::hugeTextKeysWork() {
  const SampleCluster cluster;
  for (const char* shard : {"a", "b"}) cluster.execute(shard, "CREATE TABLE t(k TEXT PRIMARY KEY) WITHOUT ROWID");
  cluster.execute("a", "INSERT INTO t VALUES ('m' || replace(hex(zeroblob(500000)), '0', 'x')), ('a'), ('z' || replace(hex(zeroblob(500000)), '0', 'ü'))");
  cluster.succeed({"keyspace", "create", "blocks", "--strategy", "range", "--key-type", "text", "--table", "t:k", "--adopt"});
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "m..", "--to", "b"})});
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM t"), 2);
  cluster.succeed({"verify", "blocks"});
}

void TestBadInput::foreignTextCannotSteerTheTerminal() {
  const SampleCluster cluster(20);
  cluster.execute("a", "UPDATE blocks SET body = char(27) || '[2Jgone' WHERE height = 5");
  const Said said = cluster.succeed({"query", "blocks", "--key", "5"});
  QVERIFY(!said.outHas("\033"));
  QVERIFY(said.outHas("gone"));
  const Said failed = cluster.run({"plan", "show", "\033[2J"});
  QCOMPARE(failed.exit, 2);
  QVERIFY(!failed.errHas("\033"));
}

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_bad_input.moc"
