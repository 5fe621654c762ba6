// A small cluster on real files for everything that runs a plan: three shards with a witness table, a catalog, and one
// approved plan that moves part of shard a to shard b.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engines/sqlite/sqlite_engine.h"
#include "core/run/shard_rebalancer.h"
#include "tests/rebalance/script.h"
#include "tests/support/checker.h"
#include "tests/support/crash_points.h"
#include "tests/support/need.h"
#include "tests/support/writer.h"

namespace shardwright::test {

// What is moved: a range of keys, a stretch of hash tokens, a stretch of a directory, or one key that becomes a pin.
enum class Moved { Range, Hash, Directory, Pin };
std::string_view movedName(Moved moved);
Result<Moved> parseMoved(std::string_view name);

class MoveCluster {
 public:
  struct Options {
    std::string vfs;                                  // of catalog and shards
    std::shared_ptr<sqlite::TransactionWatch> watch;  // of the executor's connections
    std::shared_ptr<Script> script;                   // of its engine's steps
    std::string ledger;                               // path; empty: in the folder
  };

  static constexpr std::int64_t rows = 300;  // keys 0..299
  static const PlanId planId;

  // Makes the files; version 1 of every row stands in the ledger as acknowledged.
  static void create(const std::string& folder, Moved moved, const Options& options);
  static void create(const std::string& folder, Moved moved) { create(folder, moved, Options{}); }

  // The cluster in `from`, at rest, once more in `to`: the same shards by identity, at the same point of the same plan.
  static void copy(const std::string& from, const std::string& to);

  MoveCluster(std::string folder, Moved moved, Options options);
  MoveCluster(std::string folder, Moved moved) : MoveCluster(std::move(folder), moved, Options{}) {}

  Catalog catalog() const;
  ShardRebalancer rebalancer(RunOptions run);
  ShardRebalancer rebalancer() { return rebalancer(smallChunks()); }
  static RunOptions smallChunks();  // three chunks for the part, copied and compared

  std::vector<ShardFile> files() const;
  std::string path(const std::string& name) const { return m_folder + "/" + name; }
  std::string ledger() const { return m_options.ledger.empty() ? path("ledger") : m_options.ledger; }
  // On every key - around a pin, on those near it - with REPLACE; watches the keys that move.
  WriterSetup writer(std::uint32_t client) const;
  bool moves(const Key& key) const;
  Moved moved() const { return m_moved; }
  const std::string& vfs() const { return m_options.vfs; }
  std::shared_ptr<const ShardMap> map() const;

  // The ledger against the rows, with copies that are kept for the way back left out.
  Verdict verdict(std::int64_t leastAcknowledged) const;
  std::vector<std::string> leftovers() const;  // objects of moves on the shards, and records that are not resolved
  static Keyspace keyspace(Moved moved);

 private:
  std::string m_folder;
  Moved m_moved;
  Options m_options;
  std::unique_ptr<SqliteEngine> m_engine;
  std::unique_ptr<Engine> m_scripted;  // the same in a script; null: in none
};

}  // namespace shardwright::test
