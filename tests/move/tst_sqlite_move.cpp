// The steps of a move between two SQLite files, each on its own, on real files.
#include <QtTest>

#include <filesystem>

#include "core/engines/sqlite/sqlite_engine.h"
#include "tests/move/move_pair.h"

using namespace shardwright;
using namespace shardwright::test;

class TestSqliteMove : public QObject {
  Q_OBJECT
 private slots:
  void chunksBringExactlyThePart() {
    const Pair pair;
    pair.copyAll();
    QCOMPARE(pair.count("b"), 50);
    QCOMPARE(pair.count("b", "id < 50 AND v = id * id AND note = 'row ' || id"), 50);
    QCOMPARE(need(pair.move->copied()).rows, 50);
    const VerifyReport report = pair.compare(Side::Source);
    QCOMPARE(report.rows, 50);
    QCOMPARE(report.differing, 0);
  }

  void aHashPartIsWhatTheTokenSays() {
    const Pair pair("id INTEGER PRIMARY KEY, v INTEGER, note TEXT", StrategyKind::Hash);
    pair.copyAll();
    const std::int64_t expected = pair.count("a", "shardwright_token('md5-64', 'int', 'native', id) < x'8000000000000000'");
    QVERIFY(expected > 20 && expected < 80);
    QCOMPARE(pair.count("b"), expected);
  }

  void aPinnedKeyInsideTheRangeStays() {
    const Pair pair("id INTEGER PRIMARY KEY, v INTEGER, note TEXT", StrategyKind::Range, {}, {Key::ofInt(7), Key::ofInt(9)});
    pair.copyAll();
    QCOMPARE(pair.count("b"), 48);
    QCOMPARE(pair.count("b", "id IN (7, 9)"), 0);
    need(pair.move->fence(Side::Source));
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = 1 WHERE id = 7"), std::string());
    QVERIFY(pair.write("a", "UPDATE " + table + " SET v = 1 WHERE id = 8").find("shardwright: moving: 40001") != std::string::npos);
  }

  void onePinMovesAlone() {
    Pair pair;
    MoveTask task = pair.task;
    task.move = MoveId("m2");
    task.part = PlacedPart::ofPin(Key::ofInt(42));
    const auto move = need(sqlite::openSqliteMove(task));
    for (const Side side : {Side::Source, Side::Target}) need(move->takeOver(side, {1}));
    need(move->arm(Side::Source));
    need(move->closeTarget());
    while (!need(move->copy(7, {})).done) {
    }
    QCOMPARE(pair.count("b"), 1);
    need(move->fence(Side::Source));
    QVERIFY(!pair.write("a", "DELETE FROM " + table + " WHERE id = 42").empty());
    QVERIFY(pair.write("a", "DELETE FROM " + table + " WHERE id = 41").empty());
    need(move->open(Side::Target, pair.map(2)));
    need(move->close(Side::Source, pair.map(2)));
    QCOMPARE(need(move->state(Side::Source)).gate, Gate::Elsewhere);
    QCOMPARE(need(move->state(Side::Target)).gate, Gate::Open);
    QVERIFY(pair.write("b", "UPDATE " + table + " SET v = 0 WHERE id = 42").empty());
    QVERIFY(pair.write("b", "INSERT INTO " + table + " VALUES (41, 0, '')").find("SW001") != std::string::npos);
  }

  void whatIsWrittenDuringTheCopyArrives_data() {
    QTest::addColumn<QString>("sql");
    QTest::newRow("insert") << "INSERT INTO %1 VALUES (-5, 1, 'new')";
    QTest::newRow("update") << "UPDATE %1 SET note = 'changed' WHERE id < 60";
    QTest::newRow("delete") << "DELETE FROM %1 WHERE id % 3 = 0";
    QTest::newRow("key leaves the part") << "UPDATE %1 SET id = id + 1000 WHERE id = 3";
    QTest::newRow("key enters the part") << "UPDATE %1 SET id = -id WHERE id = 77";
    QTest::newRow("replace") << "REPLACE INTO %1 VALUES (12, 0, 'replaced')";
    QTest::newRow("upsert") << "INSERT INTO %1 VALUES (12, 0, 'x') ON CONFLICT DO UPDATE SET note = 'upserted'";
    QTest::newRow("update or ignore") << "UPDATE OR IGNORE %1 SET id = 13, note = 'ignored' WHERE id IN (12, 14)";
  }
  void whatIsWrittenDuringTheCopyArrives() {
    QFETCH(QString, sql);
    const Pair pair;
    need(pair.move->arm(Side::Source));
    need(pair.move->closeTarget());
    need(pair.move->copy(20, {}));
    QCOMPARE(pair.write("a", sql.arg(QString::fromStdString(table)).toStdString()), std::string());
    while (!need(pair.move->copy(20, {})).done) {
    }
    pair.drain();
    const VerifyReport report = pair.compare(Side::Source);
    QCOMPARE(report.differing, 0);
    QCOMPARE(report.rows, pair.count("a", "id < 50"));
    QCOMPARE(pair.count("b"), pair.count("a", "id < 50"));
  }

  // S1: REPLACE fires no delete trigger; the row it pushes out by another unique index must not stay on the target.
  void rowsThatReplacePushesOutAreFollowed() {
    const std::string columns = "id INTEGER PRIMARY KEY, v INTEGER, note TEXT UNIQUE";
    for (const bool rule : {true, false}) {
      const Pair pair(columns, StrategyKind::Range, {.replaceLosers = rule});
      pair.copyAll();
      QCOMPARE(pair.write("a", "REPLACE INTO " + table + " VALUES (60, 0, 'row 3')"), std::string());
      pair.drain();
      QCOMPARE(pair.count("a", "id = 3"), 0);
      QCOMPARE(pair.count("b", "id = 3"), rule ? 0 : 1);
      QCOMPARE(pair.compare(Side::Source).differing, rule ? 0 : 1);
    }
  }

  // REPLACE fires no delete trigger: the guard itself must see which rows it would push out.
  void replaceDoesNotPushAFencedRowOut() {
    const Pair pair("id INTEGER PRIMARY KEY, v INTEGER, note TEXT UNIQUE");
    pair.copyAll();
    need(pair.move->fence(Side::Source));
    QVERIFY(pair.write("a", "REPLACE INTO " + table + " VALUES (60, 0, 'row 3')").find("shardwright: moving") != std::string::npos);
    QVERIFY(pair.write("a", "UPDATE OR REPLACE " + table + " SET note = 'row 3' WHERE id = 60").find("moving") != std::string::npos);
    QCOMPARE(pair.write("a", "REPLACE INTO " + table + " VALUES (60, 0, 'row 61')"), std::string());
    need(pair.move->close(Side::Source, pair.map(2)));
    QVERIFY(pair.write("a", "REPLACE INTO " + table + " VALUES (60, 0, 'row 3')").find("shardwright: in use: 23505") != std::string::npos);
    QCOMPARE(pair.count("a", "id = 3"), 1);
  }

  // Two rows swap a unique value between two chunks; then the copy goes on although an older state is in its way.
  void uniqueValuesMaySwapDuringTheCopy() {
    const Pair pair("id INTEGER PRIMARY KEY, v INTEGER, note TEXT UNIQUE");
    need(pair.move->arm(Side::Source));
    need(pair.move->closeTarget());
    need(pair.move->copy(20, {}));
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET note = 'tmp' WHERE id = 1; UPDATE " + table +
                                 " SET note = 'row 1' WHERE id = 40; UPDATE " + table + " SET note = 'row 40' WHERE id = 1"),
             std::string());
    while (!need(pair.move->copy(20, {})).done) {
    }
    pair.drain();
    QCOMPARE(pair.compare(Side::Source).differing, 0);
    QCOMPARE(pair.count("b", "id = 1 AND note = 'row 40'"), 1);
  }

  void aRowInUseOnTheTargetStopsTheMoveAndIsNotHarmed() {
    const Pair pair("id INTEGER PRIMARY KEY, v INTEGER, note TEXT UNIQUE");
    need(pair.move->arm(Side::Source));
    QCOMPARE(pair.write("b", "INSERT INTO " + table + " VALUES (500, 1, 'row 10')"), std::string());
    need(pair.move->closeTarget());
    const auto copied = pair.move->copy(100, {});
    QVERIFY(!copied.has_value());
    QCOMPARE(copied.error().code(), ErrorCode::Refused);
    QVERIFY2(copied.error().message().find("UNIQUE") != std::string::npos, copied.error().message().c_str());
    QCOMPARE(pair.count("b", "id = 500 AND note = 'row 10'"), 1);
  }

  void theTargetRefusesThePartUntilItIsOpened() {
    const Pair pair;
    need(pair.move->arm(Side::Source));
    need(pair.move->closeTarget());
    QVERIFY(pair.write("b", "INSERT INTO " + table + " VALUES (1, 1, 'x')").find("shardwright: moved: SW001") != std::string::npos);
    need(pair.move->open(Side::Target, pair.map(2)));
    QCOMPARE(pair.write("b", "INSERT INTO " + table + " VALUES (1, 1, 'x')"), std::string());
  }

  void aGuardRefusesKeysOfAnotherType() {
    const Pair pair("id INT PRIMARY KEY NOT NULL, v INTEGER, note TEXT");
    need(pair.move->arm(Side::Source));
    QVERIFY(pair.write("a", "INSERT INTO " + table + " VALUES ('abc', 1, 'x')").find("no key") != std::string::npos);
    QVERIFY(pair.write("a", "INSERT INTO " + table + " VALUES (1.5, 1, 'x')").find("no key") != std::string::npos);
    QCOMPARE(pair.write("a", "INSERT INTO " + table + " VALUES (9223372036854775807, 1, 'x')"), std::string());
    QCOMPARE(pair.write("a", "INSERT INTO " + table + " VALUES (-9223372036854775808, 1, 'x')"), std::string());
  }

  // S2: a writer whose snapshot is older than the fence cannot write through it.
  void anOldSnapshotDoesNotPassTheFence() {
    const Pair pair;
    pair.copyAll();
    Database old = pair.open("a");
    need(old.execute("BEGIN"));
    need(old.singleInteger("SELECT count(*) FROM " + table));
    need(pair.move->fence(Side::Source));
    const auto done = old.execute("UPDATE " + table + " SET v = 0 WHERE id = 1");
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code(), ErrorCode::Unavailable);
  }

  void theSourceTakesWritersWhileAChunkIsCopied() {
    const Pair pair;
    need(pair.move->arm(Side::Source));
    need(pair.move->closeTarget());
    Database writer = pair.open("a");
    need(writer.execute("BEGIN IMMEDIATE; UPDATE " + table + " SET v = 0 WHERE id = 1"));
    need(pair.move->copy(10, {}));  // would wait for the lock and fail if it wanted to write there
    need(writer.execute("COMMIT"));
    while (!need(pair.move->copy(10, {})).done) {
    }
    pair.drain();
    QCOMPARE(pair.compare(Side::Source).differing, 0);
  }

  void whatTheMoveItselfDoesIsNoChangeOfASchema() {
    const Pair pair;
    pair.copyAll();
    for (const Side side : {Side::Source, Side::Target}) need(pair.move->schemaFingerprints(side));
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = -1 WHERE id = 1"), std::string());
    pair.drain();  // lifts the triggers of the target
    need(pair.move->fence(Side::Source));
    QVERIFY(need(pair.move->unchanged(Side::Source)));
    QVERIFY(need(pair.move->unchanged(Side::Target)));
  }

  void whatSomebodyElseDoesToASchemaIsSeen_data() {
    QTest::addColumn<bool>("before");
    QTest::newRow("before the move's own changes") << true;
    QTest::newRow("after them") << false;
  }
  void whatSomebodyElseDoesToASchemaIsSeen() {
    QFETCH(bool, before);
    const Pair pair;
    pair.copyAll();
    QVERIFY(!need(pair.move->unchanged(Side::Target)));  // nothing has been told of it
    const auto told = need(pair.move->schemaFingerprints(Side::Target));
    const auto change = [&] { QCOMPARE(pair.write("b", "CREATE INDEX theirs ON " + table + "(v)"), std::string()); };
    if (before) change();
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = -1 WHERE id = 1"), std::string());
    pair.drain();
    if (!before) change();
    QVERIFY(!need(pair.move->unchanged(Side::Target)));
    QVERIFY(need(pair.move->schemaFingerprints(Side::Target)) != told);
    QVERIFY(need(pair.move->unchanged(Side::Target)));
  }

  void aFilePutInThePlaceOfASideIsSeen() {
    const Pair pair;
    auto session = need(SqliteEngine().open(pair.task.target));
    need(session->plantIdentity("test"));
    for (const Side side : {Side::Source, Side::Target}) need(pair.move->schemaFingerprints(side));
    need(pair.move->identity(Side::Target));
    QVERIFY(need(pair.move->unchanged(Side::Target)));
    const std::filesystem::path file = pair.path("b");
    std::filesystem::copy(file, pair.path("copy"));
    std::filesystem::rename(pair.path("copy"), file);
    const auto after = pair.move->unchanged(Side::Target);
    QVERIFY(!after.has_value());
    QCOMPARE(after.error().code(), ErrorCode::Refused);
  }

  void aGreaterTokenStopsTheOlderExecutor() {
    const Pair pair;
    need(pair.move->arm(Side::Source));
    const auto newer = need(sqlite::openSqliteMove(pair.task));
    need(newer->takeOver(Side::Source, {2}));
    const auto fenced = pair.move->fence(Side::Source);
    QVERIFY(!fenced.has_value());
    QCOMPARE(fenced.error().code(), ErrorCode::Conflict);
    QCOMPARE(need(newer->state(Side::Source)).gate, Gate::Open);
    QVERIFY(!pair.move->takeOver(Side::Source, {1}).has_value());
  }

  // A touch between reading a dirty key and forgetting it must not be forgotten with it.
  void aKeyTouchedAgainStaysDirty() {
    const Pair pair;
    pair.copyAll();
    Database db = pair.open("a");
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = 1 WHERE id = 5"), std::string());
    QCOMPARE(pair.write("a", "UPDATE " + table + " SET v = 2 WHERE id = 5"), std::string());
    QCOMPARE(need(pair.move->backlog(Side::Source)), 1);
    QCOMPARE(need(db.singleInteger("SELECT generation FROM shardwright_dirty_calm_otter_17_m1_1")), 2);
    pair.drain();
    QCOMPARE(pair.count("b", "id = 5 AND v = 2"), 1);
  }

  void aRowPlantedOnTheTargetIsFoundUnderTheFence() {
    const Pair pair;
    pair.copyAll();
    need(pair.move->arm(Side::Target));
    QCOMPARE(pair.compare(Side::Source).differing, 0);
    // Somebody takes the guard away, writes, and puts it back.
    Database db = pair.open("b");
    const auto drop = need(db.single("SELECT sql FROM sqlite_schema WHERE name LIKE 'shardwright_guard%update'"));
    need(db.execute("DROP TRIGGER \"shardwright_guard_Konten; \"\"x\"\"_update\""));
    need(db.execute("UPDATE " + table + " SET v = -1 WHERE id = 9"));
    need(db.execute(std::get<std::string>(drop)));
    need(pair.move->fence(Side::Source));
    const VerifyReport report = need(pair.move->verifyDirty(Side::Source));
    QCOMPARE(report.differing, 1);
    QVERIFY2(report.examples.front().find("9") != std::string::npos, report.examples.front().c_str());
  }

  void theWayBackBringsEveryWriteMadeMeanwhile() {
    const Pair pair;
    pair.copyAll();
    need(pair.move->arm(Side::Target));
    need(pair.move->proveWayBack());
    QCOMPARE(need(pair.move->backlog(Side::Target)), 0);  // the probe left nothing
    need(pair.move->fence(Side::Source));
    need(pair.move->open(Side::Target, pair.map(2)));
    need(pair.move->close(Side::Source, pair.map(2)));
    QCOMPARE(pair.write("b", "UPDATE " + table + " SET note = 'later' WHERE id = 4; DELETE FROM " + table +
                                 " WHERE id = 5; INSERT INTO " + table + " VALUES (-1, 1, 'born here')"),
             std::string());
    pair.drain(Side::Target);
    need(pair.move->fence(Side::Target));
    QCOMPARE(pair.compare(Side::Target).differing, 0);
    need(pair.move->open(Side::Source, pair.map(3)));
    need(pair.move->close(Side::Target, pair.map(3)));
    need(pair.move->discardCopy({}));
    QCOMPARE(pair.count("b"), 0);
    QCOMPARE(pair.count("a"), 100);
    QCOMPARE(pair.count("a", "note = 'later' OR note = 'born here'"), 2);
    for (const Side side : {Side::Source, Side::Target}) {
      need(pair.move->forget(side));
      QVERIFY(need(pair.move->leftovers(side)).empty());
    }
  }

  void anUnprovenWayBackIsNotTrusted() {
    const Pair pair;
    pair.copyAll();
    need(pair.move->arm(Side::Target));
    Database db = pair.open("b");
    need(db.execute("DROP TRIGGER shardwright_dirty_calm_otter_17_m1_1_update"));
    const auto proven = pair.move->proveWayBack();
    QVERIFY(!proven.has_value());
    QCOMPARE(proven.error().code(), ErrorCode::Refused);
  }

  void cleanUpRemovesOnlyWhatLivesElsewhere() {
    const Pair pair;
    pair.copyAll();
    need(pair.move->fence(Side::Source));
    need(pair.move->open(Side::Target, pair.map(2)));
    // Nothing lives elsewhere while the fence is up.
    QCOMPARE(need(pair.move->remove(Side::Source, 1000, {})).rows, 0);
    need(pair.move->close(Side::Source, pair.map(2)));
    QCOMPARE(need(pair.move->remove(Side::Source, 20, {})).rows, 20);
    while (!need(pair.move->remove(Side::Source, 20, {})).done) {
    }
    QCOMPARE(pair.count("a"), 50);
    QCOMPARE(pair.count("a", "id < 50"), 0);
    QCOMPARE(need(pair.move->retained(Side::Source)), 0);
  }

  void whatSomebodyElsePutOnTheTargetIsNeverDiscarded() {
    const Pair pair;
    QCOMPARE(pair.write("b", "INSERT INTO " + table + " VALUES (3, 1, 'theirs')"), std::string());
    need(pair.move->arm(Side::Source));
    need(pair.move->closeTarget());
    need(pair.move->discardCopy({}));
    QCOMPARE(pair.count("b"), 1);
  }

  // The price of a write with the guard on must not grow with the list: both look-ups go through an index.
  void theGuardLooksUpByIndex() {
    const Pair pair;
    need(pair.move->arm(Side::Source));
    Database db = pair.open("a");
    auto plan = need(db.prepare("EXPLAIN QUERY PLAN SELECT gate FROM shardwright_guard_range WHERE keyspace = 'x' AND lo <= "
                                "(+(SELECT id FROM " + table + " LIMIT 1) COLLATE BINARY) ORDER BY lo DESC LIMIT 1"));
    QVERIFY(need(plan.step()));
    QVERIFY2(plan.text(3).find("SEARCH") != std::string::npos && plan.text(3).find("lo<") != std::string::npos, plan.text(3).c_str());
  }
};

QTEST_APPLESS_MAIN(TestSqliteMove)
#include "tst_sqlite_move.moc"
