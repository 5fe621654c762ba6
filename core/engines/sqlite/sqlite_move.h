// SqliteMove: MoveEngine between two SQLite files.
//
// Each side has one connection of its own, which writes to that side only and has the other side attached read-only as
// `other`: rows go from file to file inside SQLite, and never is one transaction asked to span two files (in WAL mode
// it would be atomic per file only). Triggers of the table being written are lifted inside the mover's own transaction.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/db/move_engine.h"
#include "core/engines/sqlite/capture.h"
#include "core/engines/sqlite/database.h"
#include "core/engines/sqlite/guard.h"
#include "core/engines/sqlite/moved_table.h"

namespace shardwright::sqlite {

// What the tests put under a move; the product leaves it as it is.
struct MoveEnvironment {
  std::string vfs;
  std::shared_ptr<TransactionWatch> watch;
  int busyMilliseconds = 5000;
};

Result<std::unique_ptr<MoveEngine>> openSqliteMove(const MoveTask& task, const MoveRules& rules = {},
                                                   const MoveEnvironment& environment = {});

class SqliteMove final : public MoveEngine {
 public:
  static Result<std::unique_ptr<SqliteMove>> open(const MoveTask& task, const MoveRules& rules, const MoveEnvironment& environment);

  Result<PreflightReport> preflight(std::stop_token stop) override;
  Result<std::vector<std::string>> schemaFingerprints(Side side) override;
  Result<std::string> identity(Side side) override;
  Result<bool> unchanged(Side side) override;
  std::vector<MoveObject> objects() const override;

  Done takeOver(Side side, FencingToken token) override;
  Result<GateState> state(Side side) override;

  Done arm(Side from) override;
  Done disarm(Side from) override;
  Done closeTarget() override;

  Result<CopyStep> copy(std::int64_t rows, std::stop_token stop) override;
  Result<CopyStep> copied() override;
  Done discardCopy(std::stop_token stop) override;

  Result<std::int64_t> backlog(Side from) override;
  Result<ApplyStep> apply(Side from, std::int64_t keys, std::stop_token stop) override;

  Result<VerifyReport> verify(Side from, std::int64_t rows, std::stop_token stop) override;
  Result<VerifyReport> verifyDirty(Side from) override;

  Done fence(Side side) override;
  Done unfence(Side side) override;
  Done open(Side side, const PublishedMap& map) override;
  Done close(Side side, const PublishedMap& map) override;

  Done proveWayBack() override;

  Result<RemoveStep> remove(Side side, std::int64_t rows, std::stop_token stop) override;
  Result<std::int64_t> retained(Side side) override;
  Done forget(Side side) override;
  Result<std::vector<MoveObject>> leftovers(Side side) override;

 private:
  SqliteMove(MoveTask task, ShardingStrategy strategy, const MoveRules& rules, Database source, Database target);

  // What was told of a side last. SQLite counts changes of a schema, this move's own too: it lifts triggers.
  struct Known {
    std::optional<std::int64_t> schemaVersion;
    std::optional<std::string> identity;
  };

  Database& end(Side side) { return m_ends[static_cast<std::size_t>(side)]; }
  Known& known(Side side) { return m_known[static_cast<std::size_t>(side)]; }
  const ShardPlacement& placement(Side side) const { return side == Side::Source ? m_task.onSource : m_task.onTarget; }
  Done check(Side side);  // the token, inside a transaction on that side
  Result<std::int64_t> schemaVersion(Side side);
  Result<bool> schemaIsKnown(Side side);  // nobody but this move has changed it since it was told
  Done turn(Side side, std::string_view name, Gate gate, const PublishedMap* map);

  // sqlite_copy.cpp
  struct CopyPosition {
    std::int64_t rows = 0;
    bool done = false;
    bool careful = false;  // rows have met others by a unique index
    Row at;                // empty: not begun
  };
  Result<CopyPosition> copyPosition(std::size_t table);
  Done saveCopyPosition(std::size_t table, const CopyPosition& position);
  Result<std::int64_t> copyChunk(std::size_t table, CopyPosition& position, std::int64_t rows);
  Result<std::int64_t> insertChunk(const MovedTable& table, const CopyPosition& position, const Row& upTo);
  Result<Row> stretchEnd(Side at, std::string_view schema, const MovedTable& table, const Row& after, std::int64_t rows);
  Result<std::int64_t> removeBatch(Side side, std::size_t table, std::int64_t rows);
  Done becomeCareful(std::size_t table);
  Done eraseDirty(Side from, const MovedTable& table);
  Done bring(Side from, const MovedTable& table, const std::vector<DirtyKey>& keys);
  Done bringRows(Side from, const MovedTable& table, const std::vector<DirtyKey>& keys, bool careful);

  // sqlite_verify.cpp
  struct Comparison {
    Side from;
    std::size_t table = 0;
    Row at;  // of the walk; empty: not begun, or at its end
    VerifyReport report;
  };
  Result<std::vector<Row>> compareStretch(Comparison& comparison, std::int64_t rows, std::stop_token stop);
  Done markDiffering(Side from, std::size_t table, const std::vector<Row>& keys);
  Result<bool> compareKey(Side from, const MovedTable& table, const Row& key, VerifyReport& report);

  // sqlite_preflight.cpp
  Done preflightTable(std::size_t table, PreflightReport& report, std::stop_token stop);

  MoveTask m_task;
  ShardingStrategy m_strategy;
  MoveRules m_rules;
  std::array<Database, 2> m_ends;
  Guard m_guard;
  MoveMark m_mark;
  FencingToken m_token;
  std::string m_copyTable;           // quoted
  std::vector<MovedTable> m_tables;  // by the source's schema, which preflight has found to be the target's too
  std::array<std::vector<Row>, 2> m_removed;  // how far remove() has got on each side, one position a table
  std::array<Known, 2> m_known;
  std::optional<Comparison> m_comparison;  // how far verify() has got
  std::vector<std::set<Row>> m_touched;  // keys brought over since the last verify() began, one set a table
};

}  // namespace shardwright::sqlite
