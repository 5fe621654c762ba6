// Reading what a table of an SQLite file is made of. Objects of ours (shardwright_*) are left out; what is of the
// application stays. Only the file's own schema (main) is looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/db/schema.h"
#include "core/domain/keyspace.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

// NotFound names the tables there are; Unsupported: a view, a virtual table, a table of SQLite's own; InvalidInput: a
// schema that is not main. Names are matched as SQLite does, ASCII letters without case; the result has the table's own.
Result<TableSchema> readTableSchema(Database& db, const TableRef& table);

// The column's name as the table spells it. NotFound names the columns there are.
Result<std::string> columnNamed(const TableSchema& schema, std::string_view name);

bool sameName(std::string_view a, std::string_view b);  // ASCII letters without case
bool isOurs(std::string_view object);                   // shardwright_*

}  // namespace shardwright::sqlite
