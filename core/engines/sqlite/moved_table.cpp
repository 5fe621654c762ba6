#include "core/engines/sqlite/moved_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace shardwright::sqlite {

namespace {

// Whether an index (or the primary key) leads with the shard key, in the order of bytes.
bool servesKey(const TableSchema& schema, const std::string& keyColumn) {
  if (!schema.primaryKey.empty() && schema.primaryKey.front() == keyColumn) return true;
  return std::ranges::any_of(schema.indexes, [&](const IndexSchema& index) {
    return !index.partial && !index.columns.empty() && index.columns.front() == keyColumn &&
           (index.collations.empty() || index.collations.front() == "BINARY");
  });
}

std::string binary(const std::vector<std::string>& names, std::string_view suffix = {}) {
  std::string out;
  for (const std::string& name : names) out += fmt::format("{}{} COLLATE BINARY{}", out.empty() ? "" : ", ", name, suffix);
  return out;
}

std::string marks(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ", ?";
  return out;
}

Done makeStretches(MovedTable& table, const MoveTask& task, const ShardingStrategy& strategy) {
  const auto without = [&](bool from, bool until) {
    PlacedPart part = task.part;
    if (from) part.range.from = Token::beginning();
    if (until) part.range.until.reset();
    return partPredicate(task.keyspace, strategy, table.ref, part);
  };
  const bool led = strategy.keepsOrder() && table.walk.front() == quoteName(table.ref.keyColumn);
  table.partAfter = TRY(without(led, false));
  table.partUpTo = TRY(without(false, led));
  table.partBetween = TRY(without(led, led));
  return {};
}

}  // namespace

std::string MovedTable::list(const std::vector<std::string>& names, std::string_view prefix) {
  std::string out;
  for (const std::string& name : names) out += fmt::format("{}{}{}", out.empty() ? "" : ", ", prefix, name);
  return out;
}

std::string MovedTable::matches(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += fmt::format("{}{} IS ?", out.empty() ? "" : " AND ", name);
  return out;
}

std::string MovedTable::walkOrder(std::string_view direction) const { return binary(walk, direction); }

Predicate MovedTable::stretch(const Row& after, const Row& upTo) const {
  Predicate rows = after.empty() ? (upTo.empty() ? part : partUpTo) : (upTo.empty() ? partAfter : partBetween);
  const auto limit = [&](std::string_view comparison, const Row& position) {
    if (position.empty()) return;
    rows.sql += fmt::format(" AND ({}) {} ({})", binary(walk), comparison, marks(walk.size()));
    rows.values.insert(rows.values.end(), position.begin(), position.end());
  };
  limit(">", after);
  limit("<=", upTo);
  return rows;
}

std::string moveStem(const MoveTask& task) {
  std::string stem = task.plan.text() + "_" + task.move.text();
  for (char& c : stem)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return stem;
}

Result<MovedTable> makeMovedTable(const MoveTask& task, const ShardingStrategy& strategy, const TableRef& ref,
                                  TableSchema schema, int ordinal) {
  MovedTable table;
  table.ref = ref;
  table.name = quoteName(ref.name);
  for (const ColumnSchema& column : schema.columns)
    if (!column.generated) table.columns.push_back(quoteName(column.name));
  for (const std::string& column : schema.primaryKey) table.key.push_back(quoteName(column));
  table.walk = table.key;
  const std::string shardKey = quoteName(ref.keyColumn);
  if (strategy.keepsOrder() && servesKey(schema, ref.keyColumn) && table.walk.front() != shardKey) {
    std::erase(table.walk, shardKey);
    table.walk.insert(table.walk.begin(), shardKey);
  }
  table.part = TRY(partPredicate(task.keyspace, strategy, ref, task.part));
  TRY(makeStretches(table, task, strategy));
  table.partOfNew = TRY(partPredicate(task.keyspace, strategy, ref, task.part, "NEW")).inlined();
  table.partOfOld = TRY(partPredicate(task.keyspace, strategy, ref, task.part, "OLD")).inlined();
  table.triggerStem = fmt::format("shardwright_dirty_{}_{}", moveStem(task), ordinal);
  table.dirtyLog = quoteName(table.triggerStem);
  table.schema = std::move(schema);
  return table;
}

}  // namespace shardwright::sqlite
