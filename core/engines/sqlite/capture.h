// Capture: triggers that note which rows of a part the application touches, by primary key.
//
// A dirty key has a generation that every further touch raises. The mover reads (key, generation), brings the row over
// and forgets exactly that generation: a touch in between stays. So the log is bounded by the rows of the part and needs
// nobody to drain it (decisions.md sections 2 and 4).
//
// REPLACE deletes rows without firing delete triggers (recursive_triggers is off by default): the rows it would hit by
// any unique index are noted before each INSERT and UPDATE. Inside triggers stands INSERT .. ON CONFLICT DO UPDATE,
// which an outer OR REPLACE or OR IGNORE cannot override.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/engines/sqlite/database.h"
#include "core/engines/sqlite/moved_table.h"

namespace shardwright::sqlite {

struct DirtyKey {
  Row key;
  std::int64_t generation = 0;
};

// All inside a transaction of the caller's, but for the two that only read.
Done armCapture(Database& db, const MovedTable& table, const MoveRules& rules);
Done disarmCapture(Database& db, const MovedTable& table);
Result<bool> captureArmed(Database& db, const MovedTable& table);
Result<std::int64_t> dirtyCount(Database& db, const MovedTable& table);
Result<std::vector<DirtyKey>> dirtyKeys(Database& db, const MovedTable& table, std::int64_t limit, std::string_view schema = "main");
Done forgetKeys(Database& db, const MovedTable& table, const std::vector<DirtyKey>& keys, const MoveRules& rules);
Done markDirty(Database& db, const MovedTable& table, const std::vector<Row>& keys);

// Names of everything armCapture makes.
std::vector<MoveObject> captureObjects(const MovedTable& table, Side side);

}  // namespace shardwright::sqlite
