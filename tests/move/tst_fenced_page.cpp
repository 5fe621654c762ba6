// The page for the person at three in the morning says what it says: its statements are taken from it and run.
#include <QtTest>

#include <fstream>
#include <regex>
#include <sstream>

#include "core/engines/sqlite/sqlite_move.h"
#include "core/strategy/order_encoding.h"
#include "tests/support/need.h"

using namespace shardwright;
using shardwright::test::need;
using sqlite::Database;

namespace {

// The statements of one kind, as they stand on the page.
std::vector<std::string> statementsOf(const std::string& kind) {
  std::ifstream file(SHARDWRIGHT_DOCS "/fenced-and-the-console-is-gone.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::regex block("```sql " + kind + "\n([^`]*)```");
  std::vector<std::string> blocks;
  for (std::sregex_iterator match(text.begin(), text.end(), block), end; match != end; ++match) blocks.push_back((*match)[1]);
  return blocks;
}

// A move that stands between its fence and its decision, with nobody to go on.
struct Fenced {
  QTemporaryDir folder;
  MoveTask task;
  std::unique_ptr<MoveEngine> move;

  Fenced() {
    task.catalogUuid = "gone";
    task.plan = PlanId("calm-otter-17");
    task.move = MoveId("m1");
    task.keyspace.name = KeyspaceName("accounts");
    task.keyspace.tables = {{"", "accounts", "id", {}}};
    task.source = {.id = ShardId("a"), .url = "sqlite:" + path("a")};
    task.target = {.id = ShardId("b"), .url = "sqlite:" + path("b")};
    task.part.range = {Token::beginning(), encodeOrdered(Key::ofInt(50))};
    task.onSource.owned = {{Token::beginning(), std::nullopt}};
    for (const char* name : {"a", "b"}) {
      Database db = need(Database::open(path(name), {.mode = Database::Mode::Create}));
      need(db.execute("PRAGMA journal_mode=WAL; CREATE TABLE accounts(id INTEGER PRIMARY KEY, v)"));
    }
    QCOMPARE(write("a", "INSERT INTO accounts VALUES (1, 0), (99, 0)"), std::string());
    move = need(sqlite::openSqliteMove(task));
    for (const Side side : {Side::Source, Side::Target}) need(move->takeOver(side, {1}));
    need(move->arm(Side::Source));
    need(move->closeTarget());
    while (!need(move->copy(10, {})).done) {
    }
    need(move->fence(Side::Source));
  }
  std::string path(const std::string& name) const { return folder.filePath(QString::fromStdString(name) + ".db").toStdString(); }
  std::string write(const std::string& shard, const std::string& sql) const {
    Database db = need(Database::open(path(shard), {}));
    const auto done = db.execute(sql);
    return done ? std::string() : done.error().message();
  }
  PublishedMap map() const { return {task.keyspace.name, 2, "{}", "sum"}; }
};

}  // namespace

class TestFencedPage : public QObject {
  Q_OBJECT
 private slots:
  void everyStatementOfThePageRuns() {
    const Fenced scene;
    for (const std::string kind : {"look", "target", "source", "decided"}) {
      QVERIFY2(!statementsOf(kind).empty(), kind.c_str());
      for (const std::string& sql : statementsOf(kind))
        for (const char* shard : {"a", "b"}) QCOMPARE(scene.write(shard, sql), std::string());
    }
  }

  void theRangeGoesBackToTheSourceAndTheSleepingExecutorStops() {
    const Fenced scene;
    QVERIFY(scene.write("a", "UPDATE accounts SET v = 1 WHERE id = 1").find("shardwright: moving") != std::string::npos);
    for (const std::string& sql : statementsOf("target")) QCOMPARE(scene.write("b", sql), std::string());
    for (const std::string& sql : statementsOf("source")) QCOMPARE(scene.write("a", sql), std::string());
    QCOMPARE(scene.write("a", "UPDATE accounts SET v = 1 WHERE id = 1"), std::string());
    const auto opened = scene.move->open(Side::Target, scene.map());
    QVERIFY(!opened.has_value());
    QCOMPARE(opened.error().code(), ErrorCode::Conflict);
    QVERIFY(scene.write("b", "INSERT INTO accounts VALUES (2, 0)").find("shardwright: moved") != std::string::npos);
  }

  void aDecidedMoveStaysClosedOnTheSource() {
    const Fenced scene;
    need(scene.move->open(Side::Target, scene.map()));
    for (const std::string& sql : statementsOf("decided")) QCOMPARE(scene.write("a", sql), std::string());
    QVERIFY(scene.write("a", "UPDATE accounts SET v = 1 WHERE id = 1").find("shardwright: moved: SW001") != std::string::npos);
    QCOMPARE(scene.write("a", "UPDATE accounts SET v = 1 WHERE id = 99"), std::string());
    QCOMPARE(scene.write("b", "UPDATE accounts SET v = 1 WHERE id = 1"), std::string());
  }
};

QTEST_APPLESS_MAIN(TestFencedPage)
#include "tst_fenced_page.moc"
