// The SQLite engine: a shard is a file. Any thread may open; what is opened belongs to one thread.
#pragma once

#include <memory>
#include <string>

#include "core/db/engine.h"
#include "core/engines/sqlite/database.h"

namespace shardwright {

class SqliteEngine : public Engine {
 public:
  struct Options {
    std::string catalogUuid;  // of the catalog whose shards are opened; empty: none in particular
    std::string vfs;          // empty: the system's
    std::shared_ptr<sqlite::TransactionWatch> watch;
    int busyMilliseconds = 5000;
  };

  SqliteEngine() = default;
  explicit SqliteEngine(Options options) : m_options(std::move(options)) {}

  std::string_view name() const override { return "sqlite"; }
  Result<std::unique_ptr<ShardSession>> open(const Shard& shard) override;
  Result<std::unique_ptr<MoveEngine>> openMove(const MoveTask& task, const MoveRules& rules = {}) override;

 private:
  Options m_options;
};

}  // namespace shardwright
