#include "tests/support/writer.h"

#include <QtTest>

#include "core/map/map_json.h"
#include "tests/support/power_loss_vfs.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace std::chrono_literals;

namespace {

const ShardId south("south"), north("north");
constexpr auto keyspace = "ledger";
constexpr auto limit = 30s;

bool allWell(const Done& done) {
  if (!done) qWarning("%s", done.error().message().c_str());
  return done.has_value();
}

// Two shards, a map that puts keys below the bound on south, and what a writer needs to know of them.
class Cluster {
 public:
  explicit Cluster(PowerLossVfs* vfs = nullptr, int keys = 60) {
    setup.client = 1;
    setup.session.table.keyType = KeyType::Int;
    setup.session.vfs = vfs != nullptr ? vfs->name() : std::string();
    const std::string folder = vfs != nullptr ? "/disk" : dir.path().toStdString();
    setup.session.shards = {{south, folder + "/south.db"}, {north, folder + "/north.db"}};
    if (vfs == nullptr)  // what a kill leaves is enough here, and syncs are slow
      setup.session.prepare = [](sqlite::Database& db) { return db.execute("PRAGMA synchronous=OFF"); };
    setup.ledger = dir.filePath("ledger").toStdString();
    setup.seed = randomSeed();
    setup.map = publishedMap(setup.session.shards, KeyspaceName(keyspace), setup.session.vfs);
    for (int i = 0; i < keys; ++i) setup.ownKeys.push_back(Key::ofInt(i));
  }

  Done make() {
    for (const ShardFile& shard : setup.session.shards) {
      sqlite::Database::Options options;
      options.mode = sqlite::Database::Mode::Create;
      options.vfs = setup.session.vfs;
      auto db = TRY(sqlite::Database::open(shard.path, std::move(options)));
      TRY(db.execute("PRAGMA journal_mode=WAL; CREATE TABLE shardwright_map(keyspace TEXT PRIMARY KEY, version INTEGER, "
                     "document TEXT, checksum TEXT);" + setup.session.table.createSql()));
      m_db.emplace(shard.id, std::move(db));
    }
    TRY(publish(south, 1, "- 40 south | 40 - north"));
    TRY(publish(north, 1, "- 40 south | 40 - north"));
    return plantRows(setup, setup.ownKeys);
  }

  sqlite::Database& db(const ShardId& shard) { return m_db.at(shard); }

  Done publish(const ShardId& shard, MapVersion version, const std::string& drawing) {
    const ShardMap base = TRY(drawn(drawing));
    const ShardMap map = TRY(MapBuilder(base).build(version));
    auto write = TRY(db(shard).prepare("INSERT OR REPLACE INTO shardwright_map VALUES(?, ?, ?, ?)"));
    return write.bind(1, std::string_view(keyspace)).bind(2, version).bind(3, std::string_view(mapToJson(map)))
        .bind(4, std::string_view(map.checksum())).run();
  }

  // A guard as small as it gets: keys from 20 to 39 are refused with this word. REPLACE deletes without firing a delete
  // trigger, so whom a row would push out is looked at before it comes in.
  Done refuse(const ShardId& shard, const std::string& word) {
    const auto raise = [&](const std::string& row) {
      return "SELECT RAISE(ABORT, 'shardwright: " + word + "') WHERE " + row + ".id BETWEEN 20 AND 39;";
    };
    const std::string losers = "SELECT RAISE(ABORT, 'shardwright: " + word + "') FROM accounts AS old "
                               "WHERE old.tag = NEW.tag AND old.id BETWEEN 20 AND 39;";
    const std::string guard = "CREATE TRIGGER g1 AFTER INSERT ON accounts BEGIN " + raise("NEW") + " END;"
                              "CREATE TRIGGER g2 AFTER UPDATE ON accounts BEGIN " + raise("OLD") + raise("NEW") + " END;"
                              "CREATE TRIGGER g3 AFTER DELETE ON accounts BEGIN " + raise("OLD") + " END;";
    return db(shard).execute(guard + (seesLosers ? "CREATE TRIGGER g4 BEFORE INSERT ON accounts BEGIN " + losers + " END;" : ""));
  }
  Done accept(const ShardId& shard) {
    return db(shard).execute("DROP TRIGGER g1; DROP TRIGGER g2; DROP TRIGGER g3; DROP TRIGGER IF EXISTS g4");
  }
  bool seesLosers = true;

  Done copyToNorth() {
    auto read = TRY(db(south).prepare("SELECT id, v, hist, tag FROM accounts WHERE id BETWEEN 20 AND 39"));
    auto write = TRY(db(north).prepare("INSERT INTO accounts VALUES(?, ?, ?, ?)"));
    while (TRY(read.step())) {
      for (int i = 0; i < 4; ++i) write.bind(i + 1, read.value(i));
      TRY(write.run());
    }
    return {};
  }

  // Keys 20 to 39 go from south to north. Copied before the fence, what is written `meanwhile` is lost.
  Done move(bool fenceFirst, const std::function<void()>& meanwhile = {}) {
    TRY(refuse(north, "moved"));
    if (fenceFirst) TRY(refuse(south, "moving"));
    const auto copy = [&]() -> Done {
      TRY(accept(north));
      TRY(copyToNorth());
      return refuse(north, "moved");
    };
    TRY(atOnce(north, copy));
    if (meanwhile) meanwhile();
    if (!fenceFirst) TRY(refuse(south, "moving"));
    TRY(accept(north));
    TRY(publish(north, 2, "- 20 south | 20 - north"));
    return atOnce(south, [&]() -> Done {
      TRY(accept(south));
      TRY(refuse(south, "moved"));
      return publish(south, 2, "- 20 south | 20 - north");
    });
  }

  Verdict verdict(std::int64_t least = 20) {
    Verdict failed;
    const auto operations = readLedger(setup.ledger);
    const auto rows = witnessRows(setup.session.shards, setup.session.table, setup.session.vfs);
    const auto map = setup.map();
    if (!operations || !rows || !map) {
      failed.faults.push_back({Fault::TooFew, {}, "the evidence cannot be read"});
      return failed;
    }
    Evidence evidence;
    evidence.operations = *operations;
    evidence.rows = *rows;
    evidence.owner = [&](const std::string& key) { return map->ownerOf(*Key::parse(KeyType::Int, key)); };
    evidence.retained = [&](const std::string&, const ShardId& shard) { return map->version == 2 && shard == south; };
    evidence.leastAcknowledged = least;
    return judge(evidence);
  }

  WriterSetup setup;
  QTemporaryDir dir;

 private:
  static Result<ShardMap> drawn(const std::string& drawing) {
    const auto strategy = TRY(ShardingStrategy::make({StrategyKind::Range, KeyType::Int, {}, {}}));
    return drawnMap(KeyspaceName(keyspace), strategy, drawing);
  }
  Done atOnce(const ShardId& shard, const std::function<Done()>& work) {
    auto transaction = TRY(sqlite::Transaction::write(db(shard), "move"));
    TRY(work());
    return transaction.commit();
  }

  std::map<ShardId, sqlite::Database> m_db;
};

}  // namespace

class TestWriter : public QObject {
  Q_OBJECT

 private slots:
  void everyKindOfWriteLeavesAGoodHistory_data();
  void everyKindOfWriteLeavesAGoodHistory();
  void keysOfEveryTypeAreWritten_data();
  void keysOfEveryTypeAreWritten();
  void itFollowsAMoveAndLosesNothing();
  void aMoveThatCopiesBeforeItsFenceIsCaught();
  void aGuardThatIsBlindToReplaceIsCaught();
  void twoOwnersAreCaught();
  void aWriteThatMeetsNoRowIsAcknowledgedAsNone();
  void aSecondLifeKnowsWhatTheFirstDid();
  void aPowerLossLeavesUnknownsAndNothingLost();
  void aPowerLossWithoutSyncsIsCaught();
  void itKeepsToItsRate();
  void withoutALedgerItDoesNotStart();
};

void TestWriter::everyKindOfWriteLeavesAGoodHistory_data() {
  QTest::addColumn<QString>("only");
  for (const char* only : {"update", "heldUpdate", "insert and erase", "replace", "rename", "shared", "everything"})
    QTest::newRow(only) << only;
}

void TestWriter::everyKindOfWriteLeavesAGoodHistory() {
  QFETCH(QString, only);
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  WriteMix mix{0, 0, 0, 0, 0, 0, 0, 100us};
  if (only == "update") mix.update = 1;
  if (only == "heldUpdate") mix.heldUpdate = 1;
  if (only == "insert and erase") mix.insert = mix.erase = 1;
  if (only == "replace") mix.replace = 3, mix.insert = 1;
  if (only == "rename") mix.rename = 3, mix.erase = 1;
  if (only == "shared") mix.sharedUpdate = 1;
  if (only == "everything") mix = {4, 1, 1, 1, 1, 1, 1, 100us};
  cluster.setup.mix = mix;
  if (mix.sharedUpdate != 0) {
    for (int i = 30; i < 60; ++i) cluster.setup.sharedKeys.push_back(Key::ofInt(i));
    cluster.setup.ownKeys.resize(30, Key::ofInt(0));
  }
  auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(writer);
  QVERIFY((*writer)->waitForWrites(150, limit));
  const WriterFigures figures = (*writer)->stop();
  QVERIFY2(figures.surprises == 0, figures.surprise.c_str());
  const Verdict verdict = cluster.verdict(150);
  QVERIFY2(verdict.passed(), verdict.text().c_str());
  QCOMPARE(verdict.acknowledged, figures.acknowledged);
}

void TestWriter::keysOfEveryTypeAreWritten_data() {
  QTest::addColumn<int>("type");
  QTest::addColumn<int>("form");
  QTest::newRow("int") << int(KeyType::Int) << int(KeyForm::Native);
  QTest::newRow("text") << int(KeyType::Text) << int(KeyForm::Native);
  QTest::newRow("uuid as text") << int(KeyType::Uuid) << int(KeyForm::UuidText);
  QTest::newRow("uuid as blob") << int(KeyType::Uuid) << int(KeyForm::UuidBlob);
  QTest::newRow("timestamp as microseconds") << int(KeyType::Timestamp) << int(KeyForm::MicrosInteger);
  QTest::newRow("timestamp as text") << int(KeyType::Timestamp) << int(KeyForm::IsoText);
}

void TestWriter::keysOfEveryTypeAreWritten() {
  QFETCH(int, type);
  QFETCH(int, form);
  Cluster cluster(nullptr, 0);
  WriterSetup& setup = cluster.setup;
  setup.session.table = {"odd \"name\"", "the key", static_cast<KeyType>(type), static_cast<KeyForm>(form)};
  for (int i = 0; i < 30; ++i) {
    Uuid uuid{};
    uuid[15] = static_cast<unsigned char>(i);
    const Key keys[] = {Key::ofInt(i), *Key::ofText("key \n'" + std::to_string(i)), Key::ofUuid(uuid), Key::ofTimestamp({i})};
    setup.ownKeys.push_back(keys[type]);
  }
  setup.map = [] { return ClientMap{1, [](const Key& key) { return key.toText().back() % 2 == 0 ? south : north; }}; };
  QVERIFY(allWell(cluster.make()));
  auto writer = LiveWriter::start(setup);
  QVERIFY(writer);
  QVERIFY((*writer)->waitForWrites(60, limit));
  QCOMPARE((*writer)->stop().surprises, std::int64_t{0});
  const auto rows = witnessRows(setup.session.shards, setup.session.table);
  QVERIFY(rows && !rows->empty());
  for (const FinalRow& row : *rows) {
    const auto key = Key::parse(static_cast<KeyType>(type), row.key);
    QVERIFY(key && std::find(setup.ownKeys.begin(), setup.ownKeys.end(), *key) != setup.ownKeys.end());
  }
}

void TestWriter::itFollowsAMoveAndLosesNothing() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.mix = {6, 1, 1, 1, 1, 1, 0, 200us};
  cluster.setup.watched = [](const Key& key) { return key.asInt() >= 20 && key.asInt() < 40; };
  auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(writer);
  QVERIFY((*writer)->waitForWrites(100, limit));
  QElapsedTimer fence;
  QVERIFY(allWell(cluster.move(true, [&] {
    fence.start();
    QVERIFY((*writer)->waitForWrites(40, limit));  // of the other keys: these go on
  })));
  const auto fenced = static_cast<double>(fence.nsecsElapsed()) / 1e6;
  QVERIFY((*writer)->waitForWrites(50, limit, true));
  const WriterFigures figures = (*writer)->stop();
  const Verdict verdict = cluster.verdict(190);
  QVERIFY2(verdict.passed(), verdict.text().c_str());
  QVERIFY2(figures.surprises == 0, figures.surprise.c_str());
  QVERIFY(figures.moving > 0);
  QCOMPARE(figures.reloads, std::int64_t{1});
  QVERIFY2(figures.longestGapMs >= fenced * 0.9, qPrintable(QString("%1 of %2").arg(figures.longestGapMs).arg(fenced)));
  QVERIFY(figures.watched >= 50 && figures.watched < figures.acknowledged);
}

void TestWriter::aMoveThatCopiesBeforeItsFenceIsCaught() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.watched = [](const Key& key) { return key.asInt() >= 20 && key.asInt() < 40; };
  auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(writer);
  QVERIFY(allWell(cluster.move(false, [&] { QVERIFY((*writer)->waitForWrites(30, limit, true)); })));
  (*writer)->stop();
  const Verdict verdict = cluster.verdict();
  QVERIFY2(verdict.count(Fault::Lost) + verdict.count(Fault::Resurrected) > 0, verdict.text().c_str());
}

void TestWriter::aGuardThatIsBlindToReplaceIsCaught() {
  Cluster cluster;
  cluster.seesLosers = false;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.mix = {0, 0, 0, 0, 1, 0, 0, 0us};
  QVERIFY(allWell(cluster.move(true, [&] {  // fenced and copied: nothing of the range may go any more
    auto writer = LiveWriter::start(cluster.setup);
    QVERIFY(writer);
    const auto rows = [&] { return *cluster.db(south).singleInteger("SELECT count(*) FROM accounts WHERE id BETWEEN 20 AND 39"); };
    QTRY_VERIFY_WITH_TIMEOUT(rows() < 20, 30000);
  })));
  const Verdict verdict = cluster.verdict(1);
  QVERIFY2(verdict.count(Fault::Resurrected) > 0, verdict.text().c_str());
}

// One client goes on writing where the key was, another where it is: without a guard both are told ok.
void TestWriter::twoOwnersAreCaught() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.mix.sharedUpdate = 1;
  cluster.setup.sharedKeys = {Key::ofInt(25)};
  cluster.setup.ownKeys.clear();
  QVERIFY(allWell(cluster.copyToNorth()));
  std::vector<std::unique_ptr<LiveWriter>> writers;
  for (const ShardId& shard : {south, north}) {
    WriterSetup setup = cluster.setup;
    setup.client = shard == south ? 1 : 2;
    setup.map = [shard] { return ClientMap{1, [shard](const Key&) { return shard; }}; };
    writers.push_back(std::move(LiveWriter::start(setup).value()));
    QVERIFY(writers.back()->waitForWrites(10, limit));
  }
  for (auto& writer : writers) writer->stop();
  QVERIFY(allWell(cluster.publish(north, 2, "- 20 south | 20 - north")));
  const Verdict verdict = cluster.verdict();
  QVERIFY2(verdict.count(Fault::Forked) >= 10, verdict.text().c_str());
  QVERIFY(verdict.count(Fault::Lost) >= 10);
}

void TestWriter::aWriteThatMeetsNoRowIsAcknowledgedAsNone() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.mix = {1, 0, 0, 0, 0, 0, 0, 0us};
  cluster.setup.ownKeys = {Key::ofInt(1), Key::ofInt(2)};
  QVERIFY(cluster.db(south).execute("DELETE FROM accounts WHERE id = 1"));
  auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(writer);
  // The missing row is met, and then left alone; the other goes on.
  QTRY_COMPARE_WITH_TIMEOUT((*writer)->figures().surprises, std::int64_t{1}, 30000);
  QVERIFY((*writer)->waitForWrites(20, limit));
  (*writer)->stop();
  const Verdict verdict = cluster.verdict();
  QCOMPARE(verdict.count(Fault::Lost), std::int64_t{2});  // the write of no row, and the row itself
  QCOMPARE(verdict.faults.size(), std::size_t{2});
}

void TestWriter::aSecondLifeKnowsWhatTheFirstDid() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.mix = {2, 0, 2, 2, 1, 1, 0, 0us};
  for (int life = 0; life < 3; ++life) {
    auto writer = LiveWriter::start(cluster.setup);
    QVERIFY(writer);
    QVERIFY((*writer)->waitForWrites(60, limit));
    const WriterFigures figures = (*writer)->stop();
    QVERIFY2(figures.surprises == 0, figures.surprise.c_str());
  }
  const Verdict verdict = cluster.verdict(180);
  QVERIFY2(verdict.passed(), verdict.text().c_str());
}

void TestWriter::aPowerLossLeavesUnknownsAndNothingLost() {
  std::int64_t unknown = 0, landed = 0;
  for (std::uint64_t round = 0; round < 8; ++round) {
    PowerLossVfs vfs("writer");
    {
      Cluster cluster(&vfs);
      QVERIFY(allWell(cluster.make()));
      auto writer = LiveWriter::start(cluster.setup);
      QVERIFY(writer);
      QVERIFY((*writer)->waitForWrites(30, limit));
      vfs.failAt(5, round % 2 == 0 ? PowerLossVfs::Instant::AfterSync : PowerLossVfs::Instant::BeforeSync);
      QTRY_VERIFY_WITH_TIMEOUT(!vfs.isOn() && (*writer)->figures().unknown > 0, 30000);
      vfs.powerOn({Survival::Kind::Torn, randomSeed() + round});
      QVERIFY((*writer)->waitForWrites(10, limit));  // with new connections
      (*writer)->stop();
      const Verdict verdict = cluster.verdict(40);
      QVERIFY2(verdict.passed(), verdict.text().c_str());
      unknown += verdict.unknown;
      landed += static_cast<std::int64_t>(verdict.unknownLanded.size());
    }
  }
  QVERIFY(unknown >= 8);
  QVERIFY2(landed >= 4 && landed <= unknown, qPrintable(QString("%1 of %2").arg(landed).arg(unknown)));
}

void TestWriter::aPowerLossWithoutSyncsIsCaught() {
  PowerLossVfs vfs("lax");
  Cluster cluster(&vfs);
  QVERIFY(allWell(cluster.make()));
  cluster.setup.session.prepare = [](sqlite::Database& db) { return db.execute("PRAGMA synchronous=OFF"); };
  cluster.setup.mix = {1, 0, 0, 0, 0, 0, 0, 0us};
  auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(writer);
  QVERIFY((*writer)->waitForWrites(50, limit));
  (*writer)->stop();
  vfs.powerLoss();
  const Verdict verdict = cluster.verdict(50);
  QVERIFY2(verdict.count(Fault::Lost) >= 50, verdict.text().c_str());
}

void TestWriter::itKeepsToItsRate() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.perSecond = 400;
  QElapsedTimer timer;
  timer.start();
  auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(writer);
  QVERIFY((*writer)->waitForWrites(100, limit));
  (*writer)->stop();
  // Ten turns may be made up for at once.
  QVERIFY2(timer.elapsed() >= 220, qPrintable(QString::number(timer.elapsed())));
}

void TestWriter::withoutALedgerItDoesNotStart() {
  Cluster cluster;
  QVERIFY(allWell(cluster.make()));
  cluster.setup.ledger = cluster.dir.filePath("no/such/folder").toStdString();
  const auto writer = LiveWriter::start(cluster.setup);
  QVERIFY(!writer);
  QCOMPARE(writer.error().code(), ErrorCode::Unavailable);
}

QTEST_GUILESS_MAIN(TestWriter)
#include "tst_writer.moc"
