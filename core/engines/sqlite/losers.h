// The rows that a REPLACE would push out: those that NEW meets by any unique index. SQLite fires no delete trigger for
// them (recursive_triggers is off by default), so both capture and guard look before each INSERT and UPDATE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/db/schema.h"

namespace shardwright::sqlite {

// One condition for the primary key and each unique index, on columns with `prefix` ("r.") against NEW's.
std::vector<std::string> loserConditions(const TableSchema& schema, std::string_view prefix);
// The row under `prefix` is another one than OLD: an updated row is no loser of itself.
std::string notTheUpdatedRow(const TableSchema& schema, std::string_view prefix);

}  // namespace shardwright::sqlite
