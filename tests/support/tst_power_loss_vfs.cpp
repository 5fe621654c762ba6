#include "tests/support/power_loss_vfs.h"

#include <QtTest>

#include <atomic>
#include <thread>

#include "core/engines/sqlite/database.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using namespace shardwright::test;
using sqlite::Database;

namespace {

constexpr auto shardPath = "/disk/shard.db";
constexpr int rowsOfTransaction = 3;

Result<Database> openOn(const PowerLossVfs& vfs, const std::string& settings = {}) {
  Database::Options options;
  options.mode = Database::Mode::Create;
  options.busyMilliseconds = 2000;
  options.vfs = vfs.name();
  auto db = TRY(Database::open(shardPath, std::move(options)));
  TRY(db.execute(settings));
  return db;
}

// One transaction: a few rows with its number, each wide enough that pages split.
Done writeTransaction(Database& db, int number) {
  TRY(db.execute("BEGIN IMMEDIATE"));
  auto insert = TRY(db.prepare("INSERT INTO written(number, padding) VALUES(?1, zeroblob(700))"));
  for (int i = 0; i < rowsOfTransaction; ++i) {
    TRY(insert.bind(1, std::int64_t{number}).run());
    insert.reset();
  }
  TRY(db.execute("COMMIT"));
  return {};
}

// Writes transactions 1, 2, ... `count` until one fails; how many were acknowledged.
int writeUntilFailure(const PowerLossVfs& vfs, const std::string& settings, int count) {
  auto db = openOn(vfs, settings);
  if (!db || !db->execute("CREATE TABLE IF NOT EXISTS written(id INTEGER PRIMARY KEY, number INTEGER, padding BLOB)"))
    return 0;
  for (int number = 1; number <= count; ++number)
    if (!writeTransaction(*db, number)) return number - 1;
  return count;
}

// The transactions that are there: n if they are exactly 1..n, each whole, in a sound database; else a sentence.
Result<int> transactionsThere(const PowerLossVfs& vfs) {
  auto db = TRY(openOn(vfs));
  const Value soundness = TRY(db.single("PRAGMA integrity_check"));
  if (soundness != Value(std::string("ok"))) return corrupt(describe(soundness));
  if (TRY(db.singleInteger("SELECT count(*) FROM sqlite_schema WHERE name='written'")) == 0) return 0;
  const auto last = TRY(db.singleInteger("SELECT coalesce(max(number), 0) FROM written"));
  const auto rows = TRY(db.singleInteger("SELECT count(*) FROM written"));
  const auto whole = TRY(db.singleInteger(
      "SELECT count(*) FROM (SELECT number FROM written GROUP BY number HAVING count(*) = 3 AND number >= 1)"));
  if (rows != last * rowsOfTransaction || whole != last) return corrupt("a transaction is missing or half there");
  return static_cast<int>(last);
}

std::string why(const Error& error) { return error.message(); }

}  // namespace

class TestPowerLossVfs : public QObject {
  Q_OBJECT

 private slots:
  void acknowledgedTransactionsSurviveAPowerLossAtEverySync_data();
  void acknowledgedTransactionsSurviveAPowerLossAtEverySync();
  void withoutSyncsAnAcknowledgedTransactionCanBeLost_data();
  void withoutSyncsAnAcknowledgedTransactionCanBeLost();
  void withSyncsOffTheDatabaseItselfCanBreak();
  void aRollbackJournalThatComesBackUndoesItsCommit();
  void turningWalOnNeedsEitherOrderedNamesOrASyncedDirectory();
  void aCommitWhoseSyncWasNotAnsweredIsThereOrNot();
  void everythingSurvivesWhenOnlyTheProcessDies();
  void aFileThatWasNeverSyncedIsGone();
  void anUnsyncedDeletionComesBack();
  void aTornWriteKeepsWholeSectorsOnly();
  void aConnectionFromBeforeThePowerLossNeverWorksAgain();
  void nothingWorksWhileThePowerIsOff();
  void aSecondWriterIsTurnedAway();
  void aReaderKeepsItsSnapshotWhileAnotherConnectionWrites();
  void connectionsInManyThreadsLoseNoUpdate_data();
  void connectionsInManyThreadsLoseNoUpdate();
  void aFullDiskAtAnyWriteFailsTheTransactionAndNothingElse();
  void syncsAreCounted();
};

void TestPowerLossVfs::acknowledgedTransactionsSurviveAPowerLossAtEverySync_data() {
  QTest::addColumn<QString>("settings");
  QTest::addColumn<int>("survival");
  QTest::addColumn<bool>("strict");
  struct Mode {
    const char* name;
    const char* settings;
    bool strict;
  };
  // FULL does not sync the directory after deleting a rollback journal, EXTRA does; making a WAL database uses one.
  const Mode modes[] = {
      {"wal", "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=12", false},
      {"wal, strict names",
       "PRAGMA synchronous=EXTRA; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=12", true},
      {"rollback journal, strict names", "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA", true}};
  const std::pair<const char*, Survival::Kind> survivals[] = {{"nothing", Survival::Kind::Nothing},
                                                              {"everything", Survival::Kind::Everything},
                                                              {"prefix", Survival::Kind::Prefix},
                                                              {"subset", Survival::Kind::Subset},
                                                              {"torn", Survival::Kind::Torn}};
  for (const Mode& mode : modes)
    for (const auto& [name, kind] : survivals)
      QTest::addRow("%s, %s unsynced survives", mode.name, name)
          << mode.settings << static_cast<int>(kind) << mode.strict;
}

void TestPowerLossVfs::acknowledgedTransactionsSurviveAPowerLossAtEverySync() {
  QFETCH(QString, settings);
  QFETCH(int, survival);
  QFETCH(bool, strict);
  constexpr int transactions = 12;
  const auto kind = static_cast<Survival::Kind>(survival);
  std::uint64_t cuts = 0;
  for (const auto instant : {PowerLossVfs::Instant::BeforeSync, PowerLossVfs::Instant::AfterSync}) {
    for (std::uint64_t sync = 1;; ++sync, ++cuts) {
      PowerLossVfs vfs("cut", strict ? NameRule::Strict : NameRule::Journaled);
      vfs.failAt(sync, instant);
      const int acknowledged = writeUntilFailure(vfs, settings.toStdString(), transactions);
      if (vfs.isOn()) break;  // fewer syncs than that
      vfs.powerOn({kind, randomSeed() + sync});
      const auto there = transactionsThere(vfs);
      QVERIFY2(there, there ? "" : why(there.error()).c_str());
      QVERIFY2(*there >= acknowledged && *there <= acknowledged + 1,
               qPrintable(QString("cut at sync %1: %2 acknowledged, %3 there").arg(sync).arg(acknowledged).arg(*there)));
    }
  }
  QVERIFY(cuts > 2 * transactions);
}

void TestPowerLossVfs::withoutSyncsAnAcknowledgedTransactionCanBeLost_data() {
  QTest::addColumn<QString>("synchronous");
  QTest::newRow("NORMAL") << "NORMAL";
  QTest::newRow("OFF") << "OFF";
}

void TestPowerLossVfs::withoutSyncsAnAcknowledgedTransactionCanBeLost() {
  QFETCH(QString, synchronous);
  PowerLossVfs vfs("lax");
  {
    auto db = openOn(vfs, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                          "CREATE TABLE written(id INTEGER PRIMARY KEY, number INTEGER, padding BLOB);"
                          "PRAGMA synchronous=" + synchronous.toStdString());
    QVERIFY(db);
    QVERIFY(writeTransaction(*db, 1));
    vfs.powerLoss();
  }
  const auto there = transactionsThere(vfs);
  QVERIFY2(there, there ? "" : why(there.error()).c_str());
  QCOMPARE(*there, 0);
}

void TestPowerLossVfs::withSyncsOffTheDatabaseItselfCanBreak() {
  int broken = 0;
  for (std::uint64_t seed = 1; seed <= 40 && broken == 0; ++seed) {
    PowerLossVfs vfs("broken");
    writeUntilFailure(vfs, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=4", 12);
    vfs.powerLoss({Survival::Kind::Torn, seed});
    if (!transactionsThere(vfs)) ++broken;
  }
  QVERIFY(broken > 0);
}

// The commit of a rollback journal is its deletion, which synchronous=FULL leaves to the file system.
void TestPowerLossVfs::aRollbackJournalThatComesBackUndoesItsCommit() {
  PowerLossVfs vfs("journal");
  QCOMPARE(writeUntilFailure(vfs, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL", 2), 2);
  vfs.powerLoss();
  const auto there = transactionsThere(vfs);
  QVERIFY(there);
  QCOMPARE(*there, 1);
}

// Turning WAL on ends with the deletion of a rollback journal. Where the file system orders names, the first commit into
// the WAL makes that durable; where it does not, the journal comes back and undoes the whole WAL.
void TestPowerLossVfs::turningWalOnNeedsEitherOrderedNamesOrASyncedDirectory() {
  const std::string plain = "PRAGMA journal_mode=WAL";
  const std::string synced = "PRAGMA synchronous=EXTRA; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL";
  for (const auto& [rule, settings, expected] :
       {std::tuple(NameRule::Journaled, plain, 2), std::tuple(NameRule::Strict, plain, 0),
        std::tuple(NameRule::Strict, synced, 2)}) {
    PowerLossVfs vfs("turn", rule);
    {
      auto db = openOn(vfs, settings + "; CREATE TABLE written(id INTEGER PRIMARY KEY, number INTEGER, padding BLOB)");
      QVERIFY(db && writeTransaction(*db, 1) && writeTransaction(*db, 2));
      vfs.powerLoss();
    }
    const auto there = transactionsThere(vfs);
    QVERIFY2(there, there ? "" : why(there.error()).c_str());
    QCOMPARE(*there, expected);
  }
}

void TestPowerLossVfs::aCommitWhoseSyncWasNotAnsweredIsThereOrNot() {
  for (const bool durable : {false, true}) {
    PowerLossVfs vfs("unknown");
    const std::string settings = "PRAGMA journal_mode=WAL";
    QCOMPARE(writeUntilFailure(vfs, settings, 1), 1);
    {
      auto db = openOn(vfs, settings);
      QVERIFY(db && writeTransaction(*db, 2));
      vfs.failAt(1, durable ? PowerLossVfs::Instant::AfterSync : PowerLossVfs::Instant::BeforeSync);
      const auto outcome = writeTransaction(*db, 3);
      QVERIFY(!outcome);
      QCOMPARE(outcome.error().code(), ErrorCode::Unavailable);
      vfs.powerOn();
    }
    const auto there = transactionsThere(vfs);
    QVERIFY(there);
    QCOMPARE(*there, durable ? 3 : 2);
  }
}

void TestPowerLossVfs::everythingSurvivesWhenOnlyTheProcessDies() {
  PowerLossVfs vfs("process");
  QCOMPARE(writeUntilFailure(vfs, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF", 5), 5);
  vfs.powerLoss({Survival::Kind::Everything, 0});
  const auto there = transactionsThere(vfs);
  QVERIFY(there);
  QCOMPARE(*there, 5);
}

void TestPowerLossVfs::aFileThatWasNeverSyncedIsGone() {
  PowerLossVfs vfs("names");
  QCOMPARE(writeUntilFailure(vfs, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF", 2), 2);
  QVERIFY(vfs.exists(shardPath));
  vfs.powerLoss();
  QVERIFY(!vfs.exists(shardPath));
}

void TestPowerLossVfs::anUnsyncedDeletionComesBack() {
  PowerLossDisk disk(NameRule::Strict);
  const auto file = disk.create("/disk/a");
  file->write(disk.nextMoment(), 0, "kept");
  disk.syncFile("/disk/a", *file);
  QVERIFY(disk.remove("/disk/a"));
  QVERIFY(!disk.file("/disk/a"));
  disk.losePower({});
  QVERIFY(disk.file("/disk/a"));
  QCOMPARE(disk.file("/disk/a")->current(), std::string("kept"));
  QVERIFY(disk.remove("/disk/a"));
  disk.syncDirectoryOf("/disk/b");
  disk.losePower({});
  QVERIFY(!disk.file("/disk/a"));
}

void TestPowerLossVfs::aTornWriteKeepsWholeSectorsOnly() {
  int torn = 0;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    PowerLossDisk disk;
    const auto file = disk.create("/disk/a");
    file->write(disk.nextMoment(), 0, std::string(4096, 'o'));
    disk.syncFile("/disk/a", *file);
    file->write(disk.nextMoment(), 100, std::string(3000, 'n'));
    disk.losePower({Survival::Kind::Torn, seed});
    const std::string content = disk.file("/disk/a")->current();
    QCOMPARE(content.size(), std::size_t{4096});
    for (std::size_t at = 0; at < content.size(); ++at) {
      const bool written = at >= 100 && at < 3100;
      const std::size_t sectorStart = std::max<std::size_t>(at / 512 * 512, 100);
      QCOMPARE(content[at], written ? content[sectorStart] : 'o');
    }
    const auto kept = std::count(content.begin(), content.end(), 'n');
    if (kept != 0 && kept != 3000) ++torn;
  }
  QVERIFY(torn > 0);
}

void TestPowerLossVfs::aConnectionFromBeforeThePowerLossNeverWorksAgain() {
  PowerLossVfs vfs("stale");
  QCOMPARE(writeUntilFailure(vfs, "PRAGMA journal_mode=WAL", 1), 1);
  auto stale = openOn(vfs);
  QVERIFY(stale && stale->singleInteger("SELECT count(*) FROM written"));
  vfs.powerLoss();
  auto fresh = openOn(vfs);
  QVERIFY(fresh && writeTransaction(*fresh, 2));
  QVERIFY(!writeTransaction(*stale, 3));
  QVERIFY(!stale->singleInteger("SELECT count(*) FROM written"));
  stale = std::move(fresh);  // closing it harms nobody
  QVERIFY(writeTransaction(*stale, 3));
  const auto there = transactionsThere(vfs);
  QVERIFY(there);
  QCOMPARE(*there, 3);
}

void TestPowerLossVfs::nothingWorksWhileThePowerIsOff() {
  PowerLossVfs vfs("off");
  auto db = openOn(vfs, "PRAGMA journal_mode=WAL; CREATE TABLE written(number)");
  QVERIFY(db);
  vfs.powerOff();
  QVERIFY(!db->execute("INSERT INTO written VALUES(1)"));
  QVERIFY(!db->single("SELECT * FROM written"));
  QVERIFY(!openOn(vfs));
}

void TestPowerLossVfs::aSecondWriterIsTurnedAway() {
  PowerLossVfs vfs("locks");
  for (const std::string mode : {"WAL", "DELETE"}) {
    auto one = openOn(vfs, "PRAGMA journal_mode=" + mode + "; CREATE TABLE IF NOT EXISTS t(x)");
    QVERIFY(one);
    auto two = openOn(vfs);
    QVERIFY(two && two->execute("PRAGMA busy_timeout=0"));
    QVERIFY(one->execute("BEGIN IMMEDIATE; INSERT INTO t VALUES(1)"));
    const auto turnedAway = two->execute("BEGIN IMMEDIATE");
    QVERIFY(!turnedAway);
    QCOMPARE(turnedAway.error().code(), ErrorCode::Unavailable);
    QVERIFY(one->execute("COMMIT"));
    QVERIFY(two->execute("BEGIN IMMEDIATE; ROLLBACK"));
  }
}

void TestPowerLossVfs::aReaderKeepsItsSnapshotWhileAnotherConnectionWrites() {
  PowerLossVfs vfs("snapshot");
  auto writer = openOn(vfs, "PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  QVERIFY(writer);
  auto reader = openOn(vfs);
  QVERIFY(reader && reader->execute("BEGIN"));
  QCOMPARE(*reader->singleInteger("SELECT sum(x) FROM t"), 1);
  QVERIFY(writer->execute("INSERT INTO t VALUES(2)"));
  QCOMPARE(*reader->singleInteger("SELECT sum(x) FROM t"), 1);
  const auto oldSnapshot = reader->execute("INSERT INTO t VALUES(4)");
  QVERIFY(!oldSnapshot);
  QCOMPARE(sqlite3_extended_errcode(reader->handle()), SQLITE_BUSY_SNAPSHOT);
  QVERIFY(reader->execute("ROLLBACK"));
  QCOMPARE(*reader->singleInteger("SELECT sum(x) FROM t"), 3);
}

void TestPowerLossVfs::connectionsInManyThreadsLoseNoUpdate_data() {
  QTest::addColumn<QString>("mode");
  QTest::newRow("wal") << "WAL";
  QTest::newRow("rollback journal") << "DELETE";
}

void TestPowerLossVfs::connectionsInManyThreadsLoseNoUpdate() {
  QFETCH(QString, mode);
  PowerLossVfs vfs("threads");
  auto db = openOn(vfs, "PRAGMA journal_mode=" + mode.toStdString() +
                            "; CREATE TABLE counter(n INTEGER); INSERT INTO counter VALUES(0)");
  QVERIFY(db);
  constexpr int threads = 4, updates = 100;
  std::atomic<int> acknowledged = 0;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i)
      workers.emplace_back([&] {
        auto own = openOn(vfs, "PRAGMA wal_autocheckpoint=10");
        for (int n = 0; own && n < updates; ++n)
          if (own->execute("UPDATE counter SET n = n + 1")) ++acknowledged;
      });
  }
  QVERIFY(acknowledged > threads * updates / 2);
  QCOMPARE(*db->singleInteger("SELECT n FROM counter"), std::int64_t{acknowledged});
}

void TestPowerLossVfs::aFullDiskAtAnyWriteFailsTheTransactionAndNothingElse() {
  int failures = 0;
  for (std::uint64_t write = 1;; ++write) {
    PowerLossVfs vfs("full");
    QCOMPARE(writeUntilFailure(vfs, "PRAGMA journal_mode=WAL", 2), 2);
    auto db = openOn(vfs);
    QVERIFY(db);
    vfs.fullAt(write);
    const auto outcome = writeTransaction(*db, 3);
    if (outcome) break;
    ++failures;
    QCOMPARE(sqlite3_errcode(db->handle()), SQLITE_FULL);
    QCOMPARE(outcome.error().code(), ErrorCode::Unavailable);
    if (db->inTransaction()) QVERIFY(db->execute("ROLLBACK"));
    QCOMPARE(*db->singleInteger("SELECT max(number) FROM written"), 2);
    vfs.makeRoom();
    QVERIFY(writeTransaction(*db, 3));
    const auto there = transactionsThere(vfs);
    QVERIFY2(there, there ? "" : why(there.error()).c_str());
    QCOMPARE(*there, 3);
  }
  QVERIFY(failures >= 2);
}

void TestPowerLossVfs::syncsAreCounted() {
  PowerLossVfs vfs("count");
  auto db = openOn(vfs, "PRAGMA journal_mode=WAL; CREATE TABLE written(id INTEGER PRIMARY KEY, number, padding)");
  QVERIFY(db && writeTransaction(*db, 1));
  const auto before = vfs.syncs();
  QVERIFY(writeTransaction(*db, 2));
  QCOMPARE(vfs.syncs(), before + 1);
  QVERIFY(db->execute("PRAGMA synchronous=NORMAL"));
  QVERIFY(writeTransaction(*db, 3));
  QCOMPARE(vfs.syncs(), before + 1);
}

QTEST_GUILESS_MAIN(TestPowerLossVfs)
#include "tst_power_loss_vfs.moc"
