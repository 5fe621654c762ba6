// A question to one shard, as SQL with quoted names and bound values, answered in one snapshot.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/engines/sqlite/key_function.h"
#include "core/engines/sqlite/keyed_table.h"
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/published_map.h"
#include "core/engines/sqlite/schema_reader.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/engines/sqlite/stop_listener.h"

namespace shardwright::sqlite {

namespace {

std::string_view functionName(Aggregate::Function function) {
  switch (function) {
    case Aggregate::Function::Count: return "COUNT";
    case Aggregate::Function::Sum: return "SUM";
    case Aggregate::Function::Min: return "MIN";
    case Aggregate::Function::Max: return "MAX";
    case Aggregate::Function::Avg: return "AVG";
  }
  return "";
}

constexpr const char* ownershipFilter = "shardwright_owned";

// The SELECT of a query, piece by piece.
class QueryText {
 public:
  static Result<QueryText> of(const KeyedTable& table, const ShardQuery& query) {
    QueryText text(table, query);
    TRY(query.aggregates.empty() ? text.selectColumns() : text.selectAggregates());
    TRY(text.where());
    TRY(text.groupOrderLimit());
    return text;
  }

  const std::string& sql() const { return m_sql; }
  const std::vector<Value>& values() const { return m_values; }
  const std::vector<std::string>& columns() const { return m_columns; }

 private:
  QueryText(const KeyedTable& table, const ShardQuery& query) : m_table(table), m_query(query) {}

  Result<std::string> quoted(const std::string& column) const { return quoteName(TRY(columnNamed(m_table.schema(), column))); }

  Done selectColumns() {
    if (!m_query.groupBy.empty()) return invalidInput("rows are grouped only for aggregates; name one, such as COUNT(*)");
    std::vector<std::string> wanted = m_query.columns;
    if (wanted.empty())
      for (const ColumnSchema& column : m_table.schema().columns) wanted.push_back(column.name);
    for (const std::string& column : wanted) {
      m_columns.push_back(TRY(columnNamed(m_table.schema(), column)));
      select(quoteName(m_columns.back()));
    }
    return {};
  }

  Done selectAggregates() {
    if (!m_query.columns.empty()) return invalidInput("a query asks for columns or for aggregates, not for both");
    for (const std::string& column : m_query.groupBy) {
      m_columns.push_back(TRY(columnNamed(m_table.schema(), column)));
      select(quoteName(m_columns.back()));
    }
    for (const Aggregate& aggregate : m_query.aggregates) {
      const std::string_view function = functionName(aggregate.function);
      if (aggregate.column.empty()) {
        if (aggregate.function != Aggregate::Function::Count) return invalidInput(fmt::format("{} needs a column", function));
        m_columns.push_back("COUNT(*)");
        select("count(*)");
        continue;
      }
      const std::string column = TRY(columnNamed(m_table.schema(), aggregate.column));
      m_columns.push_back(fmt::format("{}({})", function, column));
      select(fmt::format("{}({} COLLATE BINARY)", function, quoteName(column)));
    }
    return {};
  }

  void select(const std::string& expression) { m_sql += (m_sql.empty() ? "SELECT " : ", ") + expression; }

  Done where() {
    m_sql += " FROM " + m_table.name();
    if (m_query.key) {
      TRY(compareKey("=", *m_query.key, nativeValue(*m_query.key, m_query.keyspace.keyForm)));
    } else {
      const KeySpan& span = m_query.span;
      if (span.from) TRY(compareKey(">=", *span.from, keyBound(*span.from, m_query.keyspace.keyForm)));
      if (span.until) TRY(compareKey("<", *span.until, keyBound(*span.until, m_query.keyspace.keyForm)));
    }
    if (m_query.owned)
      condition(fmt::format("{}({})", ownershipFilter, quoteName(m_table.ref().keyColumn)));
    return {};
  }

  Done compareKey(std::string_view comparison, const Key& key, Value value) {
    if (key.type() != m_query.keyspace.strategy.keyType)
      return invalidInput(fmt::format("the key {} is of type {}; keys of keyspace {} are of type {}", printable(key.toText(), 60),
                                      keyTypeName(key.type()), printable(m_query.keyspace.name.text(), 60),
                                      keyTypeName(m_query.keyspace.strategy.keyType)));
    condition(fmt::format("{} {} ?", m_table.keyOrder(), comparison));
    m_values.push_back(std::move(value));
    return {};
  }

  void condition(const std::string& expression) {
    m_sql += (m_filtered ? " AND " : " WHERE ") + expression;
    m_filtered = true;
  }

  Done groupOrderLimit() {
    for (std::size_t i = 0; i < m_query.groupBy.size(); ++i)
      m_sql += fmt::format("{}{} COLLATE BINARY", i == 0 ? " GROUP BY " : ", ", TRY(quoted(m_query.groupBy[i])));
    if (m_query.orderBy) m_sql += " ORDER BY " + TRY(order());
    if (m_query.limit) {
      if (*m_query.limit < 0) return invalidInput("a limit of rows cannot be negative");
      m_sql += " LIMIT ?";
      m_values.push_back(*m_query.limit);
    }
    return {};
  }

  Result<std::string> order() const {
    const std::string_view direction = m_query.orderBy->descending ? " DESC" : "";
    if (m_query.aggregates.empty()) return fmt::format("{} COLLATE BINARY{}", TRY(quoted(m_query.orderBy->column)), direction);
    for (std::size_t i = 0; i < m_columns.size(); ++i)
      if (sameName(m_columns[i], m_query.orderBy->column)) return fmt::format("{} COLLATE BINARY{}", i + 1, direction);
    return notFound(fmt::format("the answer cannot be ordered by {}: it has the columns {}", printable(m_query.orderBy->column, 80),
                                printable(fmt::format("{}", fmt::join(m_columns, ", ")), 200)));
  }

  const KeyedTable& m_table;
  const ShardQuery& m_query;
  std::string m_sql;
  std::vector<Value> m_values;
  std::vector<std::string> m_columns;
  bool m_filtered = false;
};

}  // namespace

Result<ShardAnswer> SqliteSession::answer(const ShardQuery& query) {
  auto snapshot = TRY(Transaction::read(m_db));
  ShardAnswer answer;
  answer.publishedVersion = TRY(publishedVersion(m_db, query.keyspace.name));
  const auto table = TRY(keyedTable(query.keyspace, query.table));
  const QueryText text = TRY(QueryText::of(*table, query));
  answer.columns = text.columns();
  std::unique_ptr<KeyFunction> filter;
  if (query.owned)
    filter = TRY(KeyFunction::install(m_db, ownershipFilter, query.keyspace,
                                      [&](const Key& key) { return Value(std::int64_t{query.owned(key)}); }));
  {
    auto rows = TRY(m_db.prepare(text.sql()));
    int position = 1;
    for (const Value& value : text.values()) rows.bind(position++, value);
    while (TRY(rows.step())) answer.rows.push_back(rows.row());
  }
  TRY(snapshot.commit());
  return answer;
}

Result<ShardAnswer> SqliteSession::ask(const ShardQuery& query, std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto asked = [&]() -> Result<ShardAnswer> {
    TRY(listener.check());
    return answer(query);
  };
  return here(asked());
}

}  // namespace shardwright::sqlite
