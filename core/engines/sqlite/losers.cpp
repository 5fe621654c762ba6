#include "core/engines/sqlite/losers.h"

#include <fmt/format.h>

#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

namespace {

std::string collationOf(const TableSchema& schema, const std::string& column) {
  for (const ColumnSchema& described : schema.columns)
    if (described.name == column && !described.collation.empty()) return described.collation;
  return "BINARY";
}

std::string meets(const TableSchema& schema, const std::vector<std::string>& columns, const std::vector<std::string>& collations,
                  std::string_view prefix) {
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string collation = i < collations.size() && !collations[i].empty() ? collations[i] : collationOf(schema, columns[i]);
    out += fmt::format("{0}{1}{2} = NEW.{2} COLLATE {3}", out.empty() ? "" : " AND ", prefix, quoteName(columns[i]), quoteName(collation));
  }
  return out;
}

}  // namespace

std::vector<std::string> loserConditions(const TableSchema& schema, std::string_view prefix) {
  std::vector<std::string> conditions;
  if (!schema.primaryKey.empty()) conditions.push_back(meets(schema, schema.primaryKey, {}, prefix));
  for (const IndexSchema& index : schema.indexes) {
    bool expression = false;
    for (const std::string& column : index.columns) expression = expression || column.starts_with('(');
    if (index.unique && !expression && index.columns != schema.primaryKey)
      conditions.push_back(meets(schema, index.columns, index.collations, prefix));
  }
  return conditions;
}

std::string notTheUpdatedRow(const TableSchema& schema, std::string_view prefix) {
  std::string out;
  for (const std::string& column : schema.primaryKey)
    out += fmt::format("{0}{1}{2} IS NOT OLD.{2}", out.empty() ? "(" : " OR ", prefix, quoteName(column));
  return out.empty() ? "1" : out + ")";
}

}  // namespace shardwright::sqlite
