// Opening a shard, who it is, the map it publishes, and removing what it does not own.
#include "core/engines/sqlite/guard.h"
#include "core/engines/sqlite/sqlite_engine.h"
#include "tests/support/shard_file.h"

#include <filesystem>

using namespace shardwright;
using namespace shardwright::sqlite;

namespace {

const std::string catalogA = "aaaaaaaa-0000-4000-8000-000000000000";
const std::string catalogB = "bbbbbbbb-0000-4000-8000-000000000000";

Shard shardAt(const std::string& path) {
  return {.id = ShardId("north"), .url = "sqlite://" + path, .capacity = {}, .zone = {}, .identity = {}};
}

PublishedMap mapOf(MapVersion version, const std::string& document) {
  return {KeyspaceName("ledger"), version, document, "checksum of " + document};
}

}  // namespace

class TestSqliteSession : public QObject {
  Q_OBJECT
 private slots:
  void aMissingFileIsNamed() {
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/nothing.db";
    const auto session = SqliteSession::open(shardAt(path), {});
    QVERIFY(!session.has_value());
    QCOMPARE(session.error().code(), ErrorCode::Unavailable);
    QVERIFY(text(session.error().message()).startsWith("shard north: there is no file "));
    QVERIFY(!std::filesystem::exists(path));
  }

  void aFileThatIsNoDatabaseIsRefused() {
    const QTemporaryDir folder;
    QFile file(folder.path() + "/letter.db");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("Dear Sir or Madam, ").repeated(100));
    file.close();
    const auto session = SqliteSession::open(shardAt(file.fileName().toStdString()), {});
    QVERIFY(!session.has_value());
    QCOMPARE(session.error().code(), ErrorCode::Corrupt);
    QVERIFY(text(session.error().message()).contains("shard north"));
  }

  void anOddlyNamedFileIsOpened() {
    const ShardFile file("CREATE TABLE t(id)", "Kä se; \"x\"'.db");
    QVERIFY(file.session()->tableSchema(tableRef("t", "id")).has_value());
  }

  // ---- identity

  void aFileHasNoIdentityUntilOneIsPlanted() {
    const ShardFile file;
    auto session = file.session();
    const auto none = session->identity();
    QVERIFY(!none.has_value());
    QCOMPARE(none.error().code(), ErrorCode::NotFound);
    const auto planted = session->plantIdentity(catalogA);
    QVERIFY2(planted.has_value(), planted ? "" : planted.error().message().c_str());
    QVERIFY(text(*planted).contains(QRegularExpression("^sqlite:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")));
    QCOMPARE(must(session->identity()), *planted);
    QCOMPARE(must(session->plantIdentity(catalogA)), *planted);
    QCOMPARE(must(file.session()->identity()), *planted);
  }

  void aCopiedFileIsNotTheShard() {
    const ShardFile file;
    const std::string original = must(file.session()->plantIdentity(catalogA));
    const std::string copy = file.folder().toStdString() + "/copy.db";
    std::filesystem::copy_file(file.path(), copy);
    auto session = must(SqliteSession::open(shardAt(copy), {}));
    const auto identity = session->identity();
    QVERIFY(!identity.has_value());
    QCOMPARE(identity.error().code(), ErrorCode::Refused);
    QVERIFY(text(identity.error().message()).contains("copy.db is a copy of"));
    const std::string its = must(session->plantIdentity(catalogA));
    QVERIFY(its != original);
    QCOMPARE(must(session->identity()), its);
    QCOMPARE(must(file.session()->identity()), original);
  }

  void aCopyOfAnotherCatalogsShardIsTakenWithoutItsMarks() {
    const ShardFile file;
    const std::string original = must(file.session()->plantIdentity(catalogA));
    must(file.session()->publishMap({KeyspaceName("accounts"), 7, "{}", "theirs"}));
    auto theirs = must(sqlite::Database::open(file.path(), {}));
    must(theirs.execute("CREATE TABLE t(x); CREATE TABLE shardwright_dirty_m1(k1);"
                        "CREATE TRIGGER shardwright_dirty_m1_insert AFTER INSERT ON t BEGIN INSERT INTO shardwright_dirty_m1 VALUES (NEW.x); END"));
    const std::string copy = file.folder().toStdString() + "/copy.db";
    must(theirs.execute("VACUUM INTO '" + copy + "'"));
    must(must(sqlite::Database::open(copy, {})).execute("PRAGMA journal_mode=WAL"));

    auto session = must(SqliteSession::open(shardAt(copy), {}));
    const std::string its = must(session->plantIdentity(catalogB));
    QVERIFY(its != original);
    QCOMPARE(must(session->identity()), its);
    QVERIFY(!must(session->publishedMap(KeyspaceName("accounts"))).has_value());
    auto db = must(sqlite::Database::open(copy, {}));
    QCOMPARE(must(db.singleInteger("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'shardwright%' AND type IN ('table', 'trigger')")), 1);
    must(db.execute("INSERT INTO t VALUES (1)"));
    QCOMPARE(must(file.session()->identity()), original);
    QCOMPARE(must(file.session()->publishedMap(KeyspaceName("accounts")))->version, MapVersion(7));
    QVERIFY(!must(SqliteSession::open(shardAt(copy), {}))->plantIdentity(catalogA).has_value());  // it has an owner now
  }

  // Moved to another disk, or brought from another machine: nobody here can tell it from the shard itself.
  void aFileWhoseOriginalIsGoneIsRefusedWithTheWayOut() {
    const ShardFile file;
    must(file.session()->plantIdentity(catalogA));
    must(file.session()->publishMap({KeyspaceName("accounts"), 7, "{}", "theirs"}));
    const std::string copy = file.folder().toStdString() + "/copy.db";
    std::filesystem::copy_file(file.path(), copy);
    std::filesystem::remove(file.path());
    auto session = must(SqliteSession::open(shardAt(copy), {}));
    const auto refused = session->plantIdentity(catalogB);
    QCOMPARE(refused.error().code(), ErrorCode::Refused);
    const QRegularExpression command("sqlite3 \\S+ \"([^\"]+)\"");
    const auto sql = command.match(text(refused.error().message())).captured(1);
    must(must(sqlite::Database::open(copy, {})).execute(sql.toStdString()));
    must(session->plantIdentity(catalogB));
    QVERIFY(!must(session->publishedMap(KeyspaceName("accounts"))).has_value());
  }

  void aBackupPutBackInPlaceIsNotTheShard() {
    const ShardFile file;
    must(file.session()->plantIdentity(catalogA));
    const std::string backup = file.folder().toStdString() + "/backup.db";
    std::filesystem::copy_file(file.path(), backup);
    std::filesystem::rename(backup, file.path());
    const auto identity = file.session()->identity();
    QVERIFY(!identity.has_value());
    QCOMPARE(identity.error().code(), ErrorCode::Refused);
  }

  void aRenamedFileIsTheSameShard() {
    const ShardFile file;
    const std::string identity = must(file.session()->plantIdentity(catalogA));
    const std::string renamed = file.folder().toStdString() + "/renamed.db";
    std::filesystem::rename(file.path(), renamed);
    auto session = must(SqliteSession::open(shardAt(renamed), {}));
    QCOMPARE(must(session->identity()), identity);
  }

  void anotherCatalogsShardIsRefusedUntilItIsReleased() {
    const ShardFile file;
    auto session = file.session();
    const std::string identity = must(session->plantIdentity(catalogA));
    const auto second = session->plantIdentity(catalogB);
    QVERIFY(!second.has_value());
    QCOMPARE(second.error().code(), ErrorCode::Refused);
    QVERIFY(text(second.error().message()).contains(text(catalogA)));
    QCOMPARE(must(session->identity()), identity);
    must(session->releaseIdentity(catalogB));  // not its to release
    QVERIFY(!session->plantIdentity(catalogB).has_value());
    must(session->releaseIdentity(catalogA));
    QCOMPARE(must(session->plantIdentity(catalogB)), identity);
  }

  // ---- published map

  void thePublishedMapOnlyGoesForward() {
    const ShardFile file;
    auto session = file.session();
    QVERIFY(!must(session->publishedMap(KeyspaceName("ledger"))).has_value());
    must(session->publishMap(mapOf(2, "two")));
    must(session->publishMap(mapOf(1, "one")));
    QVERIFY(must(session->publishedMap(KeyspaceName("ledger"))) == mapOf(2, "two"));
    must(session->publishMap(mapOf(2, "two")));
    must(session->publishMap(mapOf(3, "three")));
    QVERIFY(must(file.session()->publishedMap(KeyspaceName("ledger"))) == mapOf(3, "three"));
    QVERIFY(!must(session->publishedMap(KeyspaceName("other"))).has_value());
  }

  void anotherMapOfTheSameVersionIsAConflict() {
    const ShardFile file;
    auto session = file.session();
    must(session->publishMap(mapOf(2, "two")));
    const auto other = session->publishMap(mapOf(2, "another two"));
    QVERIFY(!other.has_value());
    QCOMPARE(other.error().code(), ErrorCode::Conflict);
    QVERIFY(must(session->publishedMap(KeyspaceName("ledger"))) == mapOf(2, "two"));
  }

  void aLockedFileIsBusyAndTheShardIsNamedOnce() {
    const ShardFile file;
    SqliteSession::Options options;
    options.busyMilliseconds = 0;
    auto session = must(SqliteSession::open(file.shard(), options));
    auto writer = file.database();
    must(writer.execute("BEGIN IMMEDIATE"));
    const auto published = session->publishMap(mapOf(1, "one"));
    QVERIFY(!published.has_value());
    QCOMPARE(published.error().code(), ErrorCode::Unavailable);
    QCOMPARE(text(published.error().message()).count("shard north"), 1);
    must(writer.execute("ROLLBACK"));
    QVERIFY(session->publishMap(mapOf(1, "one")).has_value());
  }

  void theApplicationReadsThePublishedMapWithPlainSql() {
    const ShardFile file;
    must(file.session()->publishMap(mapOf(7, "{}")));
    auto db = file.database();
    const Value version = must(db.single("SELECT version FROM shardwright_map WHERE keyspace = 'ledger'"));
    QCOMPARE(std::get<std::int64_t>(version), std::int64_t(7));
  }

  // ---- the engine

  void theEngineOpensShardsByTheirUrl() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY)");
    SqliteEngine engine;
    QCOMPARE(engine.name(), std::string_view("sqlite"));
    auto session = must(engine.open(file.shard()));
    QVERIFY(session->tableSchema(tableRef("t", "id")).has_value());
    Shard other = file.shard();
    other.url = "postgresql://host/db";
    QCOMPARE(engine.open(other).error().code(), ErrorCode::InvalidInput);
  }

  void theEngineKnowsItsCatalog() {
    const ShardFile file;
    must(file.session()->plantIdentity(catalogA));
    SqliteEngine::Options options;
    options.catalogUuid = catalogB;
    SqliteEngine engine(options);
    const auto findings = must(must(engine.open(file.shard()))->checkDatabase());
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(text(findings[0].sentence).contains(text(catalogA)));
  }

  // ---- size

  void freedPagesAreNotCounted() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY, b); "
                         "INSERT INTO t SELECT value, zeroblob(4000) FROM " + numbers(1, 200));
    auto session = file.session();
    const std::int64_t full = must(session->databaseBytes());
    QVERIFY(full > 200 * 4000);
    file.execute("DELETE FROM t WHERE id > 10");
    QVERIFY(must(session->databaseBytes()) < full / 4);
  }

  // ---- repair

  void misplacedRowsAreDeletedByTheirBytes() {
    const ShardFile file("CREATE TABLE t(id TEXT COLLATE NOCASE, n INTEGER PRIMARY KEY); INSERT INTO t(id) VALUES ('a'), ('A'), ('a'), ('b')");
    const auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Text, {tableRef("t", "id")});
    const std::vector<Key> keys = {must(Key::ofText("a")), must(Key::ofText("zz"))};
    QCOMPARE(must(file.session()->deleteMisplaced(keyspace, keyspace.tables[0], keys)), std::int64_t(2));
    auto db = file.database();
    QCOMPARE(std::get<std::string>(must(db.single("SELECT group_concat(id, '') FROM t"))), std::string("Ab"));
  }

  // The shard owns 0 to 99 and the pin 500; its guard knows, and would refuse the application the same rows.
  void whatTheGuardSaysIsOwnedIsNotDeleted() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (5), (500), (700);"
                         "CREATE TABLE log(x); CREATE TRIGGER theirs AFTER DELETE ON t BEGIN INSERT INTO log VALUES (OLD.id); END");
    const auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Int, {tableRef("t", "id")});
    const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
    auto db = file.database();
    ShardPlacement placement;
    placement.owned = {{must(strategy.tokenOf(Key::ofInt(0))), must(strategy.tokenOf(Key::ofInt(100)))}};
    placement.pinsHere = {Key::ofInt(500)};
    must(Guard(keyspace, strategy).install(db, placement));
    QVERIFY(!db.execute("DELETE FROM t WHERE id = 700").has_value());

    auto session = file.session();
    for (const std::int64_t owned : {5, 500}) {
      const std::vector<Key> keys = {Key::ofInt(700), Key::ofInt(owned)};
      const auto deleted = session->deleteMisplaced(keyspace, keyspace.tables[0], keys);
      QVERIFY(!deleted.has_value());
      QCOMPARE(deleted.error().code(), ErrorCode::Conflict);
    }
    QCOMPARE(must(db.singleInteger("SELECT count(*) FROM t")), std::int64_t(3));
    QCOMPARE(must(session->deleteMisplaced(keyspace, keyspace.tables[0], std::vector{Key::ofInt(700)})), std::int64_t(1));
    QCOMPARE(must(db.singleInteger("SELECT count(*) FROM log")), std::int64_t(0));  // nobody wrote: the row was never here
    QVERIFY(!db.execute("INSERT INTO t VALUES (700)").has_value());                 // the guard stands again
    must(db.execute("DELETE FROM t WHERE id = 5"));
    QCOMPARE(must(db.singleInteger("SELECT count(*) FROM log")), std::int64_t(1));
  }

  void nothingIsDeletedWhileAMoveIsUnderWay() {
    const ShardFile file("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);"
                         "CREATE TABLE shardwright_guard_move(move TEXT PRIMARY KEY, keyspace TEXT NOT NULL, catalog TEXT NOT NULL,"
                         " token INTEGER NOT NULL, gate TEXT NOT NULL) WITHOUT ROWID;"
                         "INSERT INTO shardwright_guard_move VALUES ('calm-otter-17/m1', 'ledger', 'c', 1, 'elsewhere')");
    const auto keyspace = keyspaceOf(StrategyKind::Range, KeyType::Int, {tableRef("t", "id")});
    const std::vector<Key> keys = {Key::ofInt(1)};
    const auto deleted = file.session()->deleteMisplaced(keyspace, keyspace.tables[0], keys);
    QVERIFY(!deleted.has_value());
    QCOMPARE(deleted.error().code(), ErrorCode::Refused);
    QVERIFY(text(deleted.error().message()).contains("calm-otter-17/m1"));
    QCOMPARE(must(file.database().singleInteger("SELECT count(*) FROM t")), std::int64_t(1));
  }
};

QTEST_GUILESS_MAIN(TestSqliteSession)
#include "tst_sqlite_session.moc"
