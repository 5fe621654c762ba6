// Moving rows between two SQLite files, and the pause of a cut-over under a live writer.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/base/clock.h"
#include "core/engines/sqlite/sqlite_move.h"
#include "core/strategy/order_encoding.h"
#include "tests/bench/contest.h"
#include "tests/bench/sections.h"
#include "tests/rebalance/move_cluster.h"

namespace shardwright::bench {

namespace {

using sqlite::Database;
using test::need;

constexpr std::int64_t movedRows = 500'000;
constexpr std::int64_t allRows = 1'000'000;
constexpr int rounds = 5;
constexpr int cutOvers = 20;

// A folder of its own that goes with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "shardwright-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    m_path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return m_path + "/" + name; }

 private:
  std::string m_path;
};

// Rows of about 180 bytes under an integer primary key, as the ledger's accounts are.
void makeTable(const std::string& file, bool filled) {
  Database db = need(Database::open(file, {.mode = Database::Mode::Create}));
  need(db.execute("PRAGMA journal_mode=WAL; CREATE TABLE accounts(id INTEGER PRIMARY KEY, owner TEXT, balance INTEGER, note TEXT, at INTEGER)"));
  if (!filled) return;
  need(db.execute(fmt::format("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO accounts "
                              "SELECT i, hex(randomblob(21)), i * 7, hex(randomblob(50)), i FROM n; PRAGMA wal_checkpoint(TRUNCATE)",
                              allRows - 1)));
}

double plainCopy(const std::string& source, const std::string& target) {
  makeTable(target, false);
  Database db = need(Database::open(target, {}));
  need(db.execute("ATTACH '" + source + "' AS source"));
  const Stopwatch watch;
  need(db.execute(fmt::format("BEGIN IMMEDIATE; INSERT INTO accounts SELECT * FROM source.accounts WHERE id >= 0 AND id < {}; COMMIT", movedRows)));
  return watch.seconds();
}

struct Online {
  double copy = 0, verify = 0, cleanUp = 0, longestChunk = 0;  // seconds
};

// Capture on, chunks of the size the product takes, catch-up; then verification and clean-up by themselves.
Online onlineMove(const std::string& source, const std::string& target, int round) {
  makeTable(target, false);
  MoveTask task;
  task.plan = PlanId("bench");
  task.move = MoveId(fmt::format("m{}", round));
  task.keyspace.name = KeyspaceName("bench" + std::to_string(round));
  task.keyspace.tables = {{"", "accounts", "id", {}}};
  task.source = {.id = ShardId("a"), .url = "sqlite:" + source};
  task.target = {.id = ShardId("b"), .url = "sqlite:" + target};
  task.part.range = {Token::beginning(), encodeOrdered(Key::ofInt(movedRows))};
  task.onSource.owned = {{Token::beginning(), std::nullopt}};
  const auto move = need(sqlite::openSqliteMove(task));
  for (const Side side : {Side::Source, Side::Target}) need(move->takeOver(side, {1}));
  Online took;
  const Stopwatch copy;
  need(move->arm(Side::Source));
  need(move->closeTarget());
  ChunkPacer pacer(MoverOptions{}.chunkRows, MoverOptions{}.chunkRowsMost);
  for (bool done = false; !done;) {
    const Stopwatch chunk;
    done = need(move->copy(pacer.rows(), {})).done;
    pacer.took(chunk.seconds());
    took.longestChunk = std::max(took.longestChunk, chunk.seconds());
  }
  while (need(move->apply(Side::Source, MoverOptions{}.applyKeys, {})).remaining > 0) {
  }
  took.copy = copy.seconds();
  const Stopwatch verify;
  VerifyReport verified;
  do verified = need(move->verify(Side::Source, MoverOptions{}.verifyRows, {}));
  while (!verified.done);
  if (verified.rows != movedRows) std::abort();
  took.verify = verify.seconds();
  // Clean-up of the copy, so that the source serves the next round.
  const Stopwatch cleanUp;
  need(move->discardCopy({}));
  took.cleanUp = cleanUp.seconds();
  for (const Side side : {Side::Source, Side::Target}) need(move->forget(side));
  Database db = need(Database::open(source, {}));
  for (const char* event : {"insert", "update", "delete", "before_insert", "before_update"})
    need(db.execute(fmt::format("DROP TRIGGER IF EXISTS shardwright_guard_accounts_{}", event)));
  return took;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void benchRate() {
  const Folder folder;
  makeTable(folder.file("source"), true);
  std::vector<double> plain, copy, verify, cleanUp, chunks;
  for (int round = 0; round < rounds; ++round) {
    plain.push_back(plainCopy(folder.file("source"), folder.file(fmt::format("plain{}", round))));
    const Online online = onlineMove(folder.file("source"), folder.file(fmt::format("online{}", round)), round);
    copy.push_back(online.copy);
    verify.push_back(online.verify);
    cleanUp.push_back(online.cleanUp);
    chunks.push_back(online.longestChunk);
    std::filesystem::remove(folder.file(fmt::format("plain{}", round)));
    std::filesystem::remove(folder.file(fmt::format("online{}", round)));
  }
  const auto rate = [](const std::vector<double>& seconds) { return static_cast<double>(movedRows) / median(seconds); };
  fmt::print("500,000 rows of ~180 bytes from file to file (medians of {}, by turns)\n", rounds);
  printFigure("ATTACH + INSERT .. SELECT, one commit", rate(plain), "rows/s");
  printFigure("online: capture, copy, catch-up", rate(copy), "rows/s");
  printFigure("online / ATTACH (goal: at least 0.6)", rate(copy) / rate(plain), "");
  printFigure("longest chunk, for which the target's other writers wait", median(chunks) * 1000, "ms");
  printFigure("exact verification of both sides", rate(verify), "rows/s");
  printFigure("clean-up, each row checked against its guard", rate(cleanUp), "rows/s");
}

void benchPause() {
  std::vector<double> server, client;
  for (int i = 0; i < cutOvers / 2; ++i) {
    const Folder folder;
    test::MoveCluster::create(folder.file(""), test::Moved::Range);
    test::MoveCluster cluster(folder.file(""), test::Moved::Range);
    auto setup = cluster.writer(1);
    setup.perSecond = 500;
    auto writer = need(test::LiveWriter::start(setup));
    if (!writer->waitForWrites(50, std::chrono::seconds(20))) std::abort();
    server.push_back(need(cluster.rebalancer().run(test::MoveCluster::planId, {})).moves.front().pauseMs);
    server.push_back(need(cluster.rebalancer().rollBack(test::MoveCluster::planId, {}, {})).moves.front().pauseMs);
    client.push_back(writer->stop().longestGapMs);
  }
  fmt::print("\n{} cut-overs, there and back, under a writer at 500 writes/s\n", cutOvers);
  printFigure("pause, fence to open: median", median(server), "ms");
  printFigure("pause, fence to open: worst", *std::ranges::max_element(server), "ms", 50);
  printFigure("longest gap of the writer in the moving range: median of the runs", median(client), "ms");
  printFigure("longest gap of the writer in the moving range: worst", *std::ranges::max_element(client), "ms", 50);
}

}  // namespace

void runMove() {
  benchRate();
  benchPause();
}

}  // namespace shardwright::bench
