// Making and opening the file: permissions, versions, and everything that is no catalog or cannot be used.
#include <QtTest>
#include <sys/stat.h>

#include <fstream>

#include "core/base/json.h"
#include "core/catalog/schema.h"
#include "tests/catalog/fixture.h"
#include "tests/catalog/read_only_disk.h"

using namespace shardwright;
using namespace shardwright::testing;

namespace {

mode_t modeOf(const std::string& path) {
  struct stat there{};
  return ::stat(path.c_str(), &there) == 0 ? there.st_mode & 07777 : 0;
}

// A catalog as an older program would have left it.
void makeOlder(const std::string& path, int version) {
  auto db = must(sqlite::Database::open(path, {sqlite::Database::Mode::Create, 5000, "older", {}, {}}));
  must(db.execute("PRAGMA journal_mode=WAL; BEGIN; PRAGMA application_id=" + std::to_string(catalog::applicationId)));
  must(catalog::runUpgrades(db, 0, version));
  must(db.execute("INSERT INTO meta VALUES ('uuid', 'u'), ('environment', 'test'), ('last_token', '7'), ('audit_genesis', 'g'),"
                  "('audit_head', ''); COMMIT"));
}

}  // namespace

class TestCatalogFile : public QObject {
  Q_OBJECT
 private slots:
  void itIsForItsOwnerAlone() {
    World world;
    world.addCluster();
    for (const char* suffix : {"", "-wal", "-shm"}) QCOMPARE(modeOf(world.path() + suffix), mode_t(0600));
  }

  void itIsForItsOwnerAloneUnderAnOpenUmaskToo() {
    const mode_t before = ::umask(0);
    World world;
    world.addCluster();
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"}) QCOMPARE(modeOf(world.path() + suffix), mode_t(0600));
  }

  void itIsKeptInAWalThatIsSyncedInFull() {
    World world;
    auto db = must(sqlite::Database::open(world.path(), {sqlite::Database::Mode::ReadWrite, 5000, "reader", {}, {}}));
    QCOMPARE(must(db.single("PRAGMA journal_mode")), Value(std::string("wal")));
    QCOMPARE(must(db.singleInteger("PRAGMA application_id")), catalog::applicationId);
    QCOMPARE(must(db.singleInteger("PRAGMA user_version")), std::int64_t(catalog::newestVersion()));
  }

  void itRemembersWhatItIs() {
    World world(Environment::Production);
    const std::string uuid = world.catalog().uuid();
    QCOMPARE(uuid.size(), std::size_t(36));
    Catalog again = world.open("bob");
    QCOMPARE(again.uuid(), uuid);
    QCOMPARE(again.environment(), Environment::Production);
    QCOMPARE(again.actor().name, std::string("bob"));
    QCOMPARE(again.file(), world.path());
    QCOMPARE(again.now(), noon);
  }

  void noTwoCatalogsAreTheSame() {
    World one, other;
    QVERIFY(one.catalog().uuid() != other.catalog().uuid());
  }

  void makingItOverAnotherFileIsRefused() {
    World world;
    SW_FAILS(ErrorCode::Refused, "there already", Catalog::create(world.path(), Environment::Test, world.options()));
    SW_OK(Catalog::open(world.path(), world.options()));
  }

  void makingItOverADanglingLinkIsRefused() {
    World world;
    QCOMPARE(::symlink("/nowhere/else", world.path("link.db").c_str()), 0);
    SW_FAILS(ErrorCode::Refused, "there already", Catalog::create(world.path("link.db"), Environment::Test, world.options()));
  }

  void makingItInAFolderThatIsNotThereSaysSo() {
    World world;
    SW_FAILS(ErrorCode::Unavailable, "No such file", Catalog::create(world.path("no/where.db"), Environment::Test, world.options()));
  }

  void aFileThatIsNotThereIsNotFound() {
    World world;
    SW_FAILS(ErrorCode::NotFound, "shardwright init", Catalog::open(world.path("none.db"), world.options()));
  }

  void aFolderIsNoCatalog() {
    World world;
    SW_FAILS(ErrorCode::Corrupt, "is no file", Catalog::open(world.path(""), world.options()));
  }

  void whatIsNoSqliteFileIsCorrupt() {
    World world;
    std::ofstream(world.path("letter.txt")) << std::string(8192, 'x');
    SW_FAILS(ErrorCode::Corrupt, "no SQLite database", Catalog::open(world.path("letter.txt"), world.options()));
  }

  void anotherProgramsDatabaseIsNoCatalog() {
    World world;
    {
      auto db = must(sqlite::Database::open(world.path("other.db"), {sqlite::Database::Mode::Create, 5000, "other", {}, {}}));
      must(db.execute("CREATE TABLE t(a)"));
    }
    SW_FAILS(ErrorCode::Corrupt, "no catalog of Shardwright", Catalog::open(world.path("other.db"), world.options()));
  }

  void anEmptyFileIsABrokenOffCatalog() {
    World world;
    std::ofstream(world.path("empty.db")).flush();
    SW_FAILS(ErrorCode::Corrupt, "broken off", Catalog::open(world.path("empty.db"), world.options()));
  }

  void aNameThatLooksLikeAUriIsAName() {
    World world;
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(QString::fromStdString(world.path(""))));
    const auto made = Catalog::create("file:odd?mode=ro", Environment::Test, world.options());
    const bool there = QFile::exists("file:odd?mode=ro");
    QDir::setCurrent(before);
    SW_OK(made);
    QVERIFY(there);
  }

  void aCatalogNewerThanTheProgramIsRefused() {
    World world;
    world.tamper("PRAGMA user_version=" + std::to_string(catalog::newestVersion() + 1));
    SW_FAILS(ErrorCode::Unavailable, "newer Shardwright", Catalog::open(world.path(), world.options()));
  }

  void upgradesAreNumberedWithoutAGap() {
    int expected = 1;
    for (const catalog::Upgrade& upgrade : catalog::upgrades()) QCOMPARE(upgrade.number, expected++);
    QCOMPARE(catalog::newestVersion(), expected - 1);
  }

  void anOlderCatalogIsUpgradedWhenOpened_data() {
    QTest::addColumn<int>("version");
    for (int version = 1; version < catalog::newestVersion(); ++version) QTest::addRow("%d", version) << version;
  }
  void anOlderCatalogIsUpgradedWhenOpened() {
    QFETCH(int, version);
    World world;
    makeOlder(world.path("old.db"), version);
    auto watch = std::make_shared<Watch>();
    auto opened = Catalog::open(world.path("old.db"), world.options("alice", watch));
    SW_OK(opened);
    QCOMPARE(watch->seen, std::vector<std::string>{"catalog.upgrade"});
    SW_OK(opened->addShard(shardNamed(north)));
    SW_OK(opened->plans());
    QVERIFY(must(opened->loadSamples(accounts, 0, 1)).empty());
    QCOMPARE(must(opened->auditEvents()).front().event, std::string("catalog.upgraded"));
  }

  void anUpgradeThatFailsChangesNothing() {
    World world;
    makeOlder(world.path("old.db"), 1);
    {
      auto db = must(sqlite::Database::open(world.path("old.db"), {sqlite::Database::Mode::ReadWrite, 5000, "x", {}, {}}));
      must(db.execute("CREATE TABLE load_samples(in_the_way)"));
    }
    QVERIFY(!Catalog::open(world.path("old.db"), world.options()).has_value());
    auto db = must(sqlite::Database::open(world.path("old.db"), {sqlite::Database::Mode::ReadWrite, 5000, "x", {}, {}}));
    QCOMPARE(must(db.singleInteger("PRAGMA user_version")), 1);
    QCOMPARE(must(db.singleInteger("SELECT count(*) FROM sqlite_schema WHERE name = 'plans'")), 0);
  }

  void aReadOnlyCatalogIsRefusedWithASentence() {
    World world;
    const ReadOnlyDisk disk;
    Catalog::Options options = world.options();
    options.vfs = disk.name();
    SW_FAILS(ErrorCode::Unavailable, "read-only", Catalog::open(world.path(), options));
  }

  void anotherWriterIsWaitedForAndThenNamedAsBusy() {
    World world;
    auto db = must(sqlite::Database::open(world.path(), {sqlite::Database::Mode::ReadWrite, 0, "other", {}, {}}));
    Catalog::Options options = world.options();
    options.busyMilliseconds = 1;
    auto catalog = must(Catalog::open(world.path(), options));
    auto writing = must(sqlite::Transaction::write(db, "other"));
    SW_FAILS(ErrorCode::Unavailable, "another process", catalog.addShard(shardNamed(north)));
    must(writing.commit());
    SW_OK(catalog.addShard(shardNamed(north)));
  }

  void everyChangeIsOneNamedTransaction() {
    World world;
    auto watch = std::make_shared<Watch>();
    auto catalog = world.open("alice", watch);
    must(catalog.addShard(shardNamed(north)));
    must(catalog.updateShard(shardNamed(north)));
    must(catalog.removeShard(north));
    must(catalog.audit("note", "me", Json::object()));
    must(catalog.shards());
    QCOMPARE(watch->seen, (std::vector<std::string>{"catalog.shard.add", "catalog.shard.update", "catalog.shard.remove",
                                                    "catalog.audit.add"}));
  }

  void theActorIsWhoTheyClaimAndWhoTheSystemKnows() {
    const Actor plain = currentActor({});
    QVERIFY(!plain.osUser.empty());
    QCOMPARE(plain.name, plain.osUser);
    const Actor claimed = currentActor("Ada");
    QCOMPARE(claimed.name, std::string("Ada"));
    QCOMPARE(claimed.osUser, plain.osUser);
    QCOMPARE(currentActor("").name, plain.osUser);
  }

  void environmentsReadBack() {
    for (const Environment environment : {Environment::Development, Environment::Test, Environment::Production})
      QCOMPARE(parseEnvironment(environmentName(environment)).value(), environment);
    SW_FAILS(ErrorCode::InvalidInput, "staging", parseEnvironment("staging"));
  }
};

QTEST_APPLESS_MAIN(TestCatalogFile)
#include "tst_catalog_file.moc"
