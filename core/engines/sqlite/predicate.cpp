#include "core/engines/sqlite/predicate.h"

#include <fmt/format.h>

#include "core/engines/sqlite/native_key.h"

namespace shardwright::sqlite {

namespace {

// Triggers carry the pins as literals; a statement has an end.
constexpr std::size_t mostPins = 5000;

}  // namespace

std::string Predicate::inlined() const {
  std::string out;
  std::size_t next = 0;
  char quote = 0;  // names and literals may hold question marks of their own
  for (char c : sql) {
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    if (c == '?' && quote == 0) {
      out += literal(values[next++]);
    } else {
      out += c;
    }
  }
  return out;
}

int Predicate::bind(Statement& statement, int position) const {
  for (const Value& value : values) statement.bind(position++, value);
  return position;
}

Result<Predicate> partPredicate(const Keyspace& keyspace, const ShardingStrategy& strategy, const TableRef& table,
                                const PlacedPart& part, std::string_view prefix) {
  const std::string key = keyExpression(table, prefix);
  Predicate predicate;
  if (part.pin) {
    predicate.sql = key + " = ?";
    predicate.values.push_back(nativeValue(*part.pin, keyspace.keyForm));
    return predicate;
  }
  const std::string token = tokenExpression(keyspace, table, prefix);
  predicate.sql = token + " IS NOT NULL";
  if (!part.range.from.isBeginning()) {
    predicate.sql = token + " >= ?";
    predicate.values.push_back(TRY(boundValue(keyspace, strategy, part.range.from)));
  }
  if (part.range.until) {
    predicate.sql += fmt::format(" AND {} < ?", token);
    predicate.values.push_back(TRY(boundValue(keyspace, strategy, *part.range.until)));
  }
  if (part.withoutPins.size() > mostPins)
    return unsupported(fmt::format("{} pinned keys lie inside one moved range; at most {} can be left out of one move: move it "
                                   "in smaller ranges",
                                   part.withoutPins.size(), mostPins));
  if (!part.withoutPins.empty()) {
    predicate.sql += fmt::format(" AND {} NOT IN (", key);
    for (std::size_t i = 0; i < part.withoutPins.size(); ++i) {
      predicate.sql += i == 0 ? "?" : ",?";
      predicate.values.push_back(nativeValue(part.withoutPins[i], keyspace.keyForm));
    }
    predicate.sql += ')';
  }
  return predicate;
}

}  // namespace shardwright::sqlite
