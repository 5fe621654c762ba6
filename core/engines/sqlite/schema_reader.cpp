#include "core/engines/sqlite/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/engines/sqlite/sql_text.h"

namespace shardwright::sqlite {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string upperCase(std::string text) {
  std::ranges::transform(text, text.begin(), upper);
  return text;
}

std::string sentenceList(const std::vector<std::string>& names) {
  constexpr std::size_t most = 12;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) shown.push_back(printable(names[i], 60));
  const std::string more = names.size() > most ? fmt::format(" and {} more", names.size() - most) : "";
  return names.empty() ? "none" : fmt::format("{}{}", fmt::join(shown, ", "), more);
}

Result<std::vector<std::string>> tablesThere(Database& db) {
  auto list = TRY(db.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"));
  std::vector<std::string> names;
  while (TRY(list.step())) {
    const std::string name = list.text(0);
    if (!name.starts_with("sqlite_") && !isOurs(name)) names.push_back(name);
  }
  return names;
}

// Finds the table and what the list of tables tells about it.
Done readTable(Database& db, const TableRef& table, TableSchema& schema) {
  if (!table.schema.empty() && !sameName(table.schema, "main"))
    return invalidInput(fmt::format("table {}: an SQLite file has one schema, main; leave \"{}\" out", printable(table.name, 80),
                                    printable(table.schema, 60)));
  auto find = TRY(db.prepare("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE"));
  find.bind(1, table.name);
  if (!TRY(find.step()))
    return notFound(fmt::format("there is no table {}; there are: {}", printable(table.name, 80),
                                sentenceList(TRY(tablesThere(db)))));
  schema.name = find.text(0);
  const std::string type = find.text(1);
  if (type != "table" || sameName(schema.name.substr(0, 7), "sqlite_") || isOurs(schema.name))
    return unsupported(fmt::format("{} is no table of rows that can be moved, but a {}", printable(schema.name, 80),
                                   type == "table" ? "table of SQLite's or Shardwright's own"
                                   : type == "virtual" ? "virtual table" : type));
  schema.withoutRowid = find.integer(2) != 0;
  return {};
}

Result<std::string> createStatement(Database& db, std::string_view type, std::string_view name) {
  auto find = TRY(db.prepare("SELECT sql FROM main.sqlite_schema WHERE type = ? AND name = ?"));
  find.bind(1, type);
  find.bind(2, name);
  TRY(find.step());
  return find.text(0);
}

Result<std::string> collationOf(Database& db, const std::string& table, const std::string& column) {
  const char* collation = nullptr;
  if (sqlite3_table_column_metadata(db.handle(), "main", table.c_str(), column.c_str(), nullptr, &collation, nullptr, nullptr,
                                    nullptr) != SQLITE_OK)
    return db.error("column " + printable(column, 80) + " cannot be read");
  return upperCase(collation ? collation : "BINARY");
}

Done readColumns(Database& db, const CreateTableParts& declared, TableSchema& schema) {
  auto list = TRY(db.prepare("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main')"));
  list.bind(1, schema.name);
  std::vector<std::pair<std::int64_t, std::string>> key;
  while (TRY(list.step())) {
    ColumnSchema column;
    column.name = list.text(0);
    column.type = upperCase(list.text(1));
    column.collation = TRY(collationOf(db, schema.name, column.name));
    column.defaultValue = list.text(3);
    column.notNull = list.integer(2) != 0;
    column.generated = list.integer(5) != 0;
    const auto expression = std::ranges::find_if(
        declared.generated, [&](const CreateTableParts::Generated& g) { return sameName(g.column, column.name); });
    if (column.generated && expression != declared.generated.end()) column.expression = expression->expression;
    if (const auto position = list.integer(4); position > 0) key.emplace_back(position, column.name);
    schema.columns.push_back(std::move(column));
  }
  std::ranges::sort(key);
  for (auto& [position, name] : key) schema.primaryKey.push_back(std::move(name));
  return {};
}

Result<IndexSchema> readIndex(Database& db, const std::string& name) {
  IndexSchema index;
  index.name = name;
  const std::string sql = TRY(createStatement(db, "index", name));  // empty for one that a constraint made
  const CreateIndexParts declared = sql.empty() ? CreateIndexParts{} : createIndexParts(sql);
  index.where = declared.where;
  auto list = TRY(db.prepare("SELECT seqno, cid, name, coll FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno"));
  list.bind(1, name);
  constexpr std::int64_t isExpression = -2;
  while (TRY(list.step())) {
    const auto position = static_cast<std::size_t>(list.integer(0));
    if (list.integer(1) == isExpression && position < declared.columns.size())
      index.columns.push_back("(" + declared.columns[position] + ")");
    else
      index.columns.push_back(list.text(2));
    index.collations.push_back(upperCase(list.text(3)));
  }
  return index;
}

Done readIndexes(Database& db, TableSchema& schema) {
  auto list = TRY(db.prepare("SELECT name, \"unique\", partial, origin FROM pragma_index_list(?, 'main') ORDER BY seq DESC"));
  list.bind(1, schema.name);
  bool keyHasIndex = false;
  while (TRY(list.step())) {
    if (isOurs(list.text(0))) continue;
    IndexSchema index = TRY(readIndex(db, list.text(0)));
    index.unique = list.integer(1) != 0;
    index.partial = list.integer(2) != 0;
    keyHasIndex |= list.text(3) == "pk";
    schema.indexes.push_back(std::move(index));
  }
  // The rowid serves as the key exactly where the key needs no index of its own.
  schema.rowidIsKey = !schema.withoutRowid && schema.primaryKey.size() == 1 && !keyHasIndex;
  return {};
}

Done readForeignKeys(Database& db, TableSchema& schema) {
  auto list = TRY(db.prepare(
      "SELECT t.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_delete, f.on_update "
      "FROM pragma_table_list AS t, pragma_foreign_key_list(t.name, 'main') AS f "
      "WHERE t.schema = 'main' AND t.type = 'table' AND (t.name = ?1 OR f.\"table\" = ?1 COLLATE NOCASE) "
      "ORDER BY t.name, f.id, f.seq"));
  list.bind(1, schema.name);
  std::pair<std::string, std::int64_t> last;
  while (TRY(list.step())) {
    const std::pair current(list.text(0), list.integer(1));
    if (schema.foreignKeys.empty() || current != last)
      schema.foreignKeys.push_back({current.first, list.text(2), {}, {}, list.text(5), list.text(6)});
    last = current;
    schema.foreignKeys.back().columns.push_back(list.text(3));
    if (!list.isNull(4)) schema.foreignKeys.back().referenced.push_back(list.text(4));
  }
  return {};
}

Done readTriggers(Database& db, TableSchema& schema) {
  auto list = TRY(db.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE "
                             "ORDER BY name"));
  list.bind(1, schema.name);
  while (TRY(list.step()))
    if (!isOurs(list.text(0))) schema.triggers.push_back({list.text(0), triggerBody(list.text(1))});
  return {};
}

}  // namespace

bool sameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool isOurs(std::string_view object) {
  constexpr std::string_view prefix = "shardwright_";
  return sameName(object.substr(0, prefix.size()), prefix);
}

Result<TableSchema> readTableSchema(Database& db, const TableRef& table) {
  TableSchema schema;
  TRY(readTable(db, table, schema));
  CreateTableParts declared = createTableParts(TRY(createStatement(db, "table", schema.name)));
  TRY(readColumns(db, declared, schema));
  TRY(readIndexes(db, schema));
  TRY(readForeignKeys(db, schema));
  TRY(readTriggers(db, schema));
  schema.checks = std::move(declared.checks);
  schema.options = std::move(declared.options);
  return schema;
}

Result<std::string> columnNamed(const TableSchema& schema, std::string_view name) {
  std::vector<std::string> names;
  for (const ColumnSchema& column : schema.columns) {
    if (sameName(column.name, name)) return column.name;
    names.push_back(column.name);
  }
  return notFound(fmt::format("table {} has no column {}; it has: {}", printable(schema.name, 80), printable(name, 80),
                              sentenceList(names)));
}

}  // namespace shardwright::sqlite
