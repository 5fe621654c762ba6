// DemoFile: one shard file of the demo while it is being filled. Fast because nothing is safe until close(): a file that
// was not closed is good for nothing and is removed by whoever made it.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/engines/sqlite/database.h"
#include "core/manager/demo_ledger.h"

namespace shardwright {

class DemoFile {
 public:
  static Result<DemoFile> create(const std::string& path);

  Done add(const DemoAccount& account);
  Done add(const DemoBlock& block);
  Done add(const DemoContract& contract);

  Done close();  // durable, and in WAL mode

  struct Rows {
    std::int64_t accounts = 0, blocks = 0, contracts = 0;
  };
  const Rows& rows() const { return m_rows; }

 private:
  struct Statements {
    sqlite::Statement account, block, contract;
  };
  DemoFile(sqlite::Database db, Statements statements) : m_db(std::move(db)), m_statements(std::move(statements)) {}
  sqlite::Database m_db;
  std::optional<Statements> m_statements;
  Rows m_rows;
};

}  // namespace shardwright
