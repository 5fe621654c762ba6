// DemoTeller: the demo application's connection to one shard: its prepared statements, and what came of each try.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/domain/shard.h"
#include "core/engines/sqlite/database.h"

namespace shardwright {

// One write of the application.
struct DemoWrite {
  enum class Kind { Deposit, AppendBlock, TouchBlock, StoreContract };
  Kind kind = Kind::Deposit;
  std::string text;         // address, or owner
  std::int64_t number = 0;  // height, or the contract's id
  std::int64_t amount = 0;
};

struct DemoTry {
  enum class Outcome {
    Acknowledged,  // committed; `version` is the row's
    NoRow,         // nothing was touched: the row lives elsewhere, or nowhere
    Moved,         // the guard: reload the map
    Moving,        // the guard: a cut-over, try again in a moment
    Busy,          // another connection is writing
    Taken,         // a block of this height is there already
  };
  Outcome outcome = Outcome::Acknowledged;
  std::int64_t version = 0;
};

class DemoTeller {
 public:
  static Result<DemoTeller> open(const Shard& shard);
  Result<DemoTry> attempt(const DemoWrite& write);  // an error is a failure that no retry mends

 private:
  struct Statements {
    sqlite::Statement deposit, append, touch, store;
  };
  DemoTeller(sqlite::Database db, Statements statements) : m_db(std::move(db)), m_statements(std::move(statements)) {}
  sqlite::Database m_db;
  Statements m_statements;
};

}  // namespace shardwright
