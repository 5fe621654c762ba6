#include "core/route/merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/engines/sqlite/database.h"

namespace shardwright {

namespace {

using Function = Aggregate::Function;

// What the rows of a query are asked with, whichever of the two shapes it has.
struct RowWish {
  const std::vector<std::string>& columns;
  const std::optional<OrderBy>& orderBy;
  const std::optional<std::int64_t>& limit;

  // The order's column is not asked for: fetched for merging, and not shown.
  bool hidesOrderColumn() const {
    return orderBy && !columns.empty() &&
           std::ranges::none_of(columns, [&](const auto& c) { return sameColumn(c, orderBy->column); });
  }
};

RowWish rowWishOf(const Query& query) {
  if (const auto* point = std::get_if<PointQuery>(&query.what)) return {point->columns, point->orderBy, point->limit};
  const auto& range = std::get<RangeQuery>(query.what);
  return {range.columns, range.orderBy, range.limit};
}

std::vector<std::string> outputColumns(const AggregateQuery& query) {
  std::vector<std::string> out = query.groupBy;
  for (const auto& aggregate : query.aggregates) out.push_back(formatAggregate(aggregate));
  return out;
}

std::optional<std::size_t> positionOf(const std::vector<std::string>& columns, std::string_view name) {
  const auto at = std::ranges::find_if(columns, [&](const auto& c) { return sameColumn(c, name); });
  if (at == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(at - columns.begin());
}

Done checkLimit(const std::optional<std::int64_t>& limit) {
  if (limit && *limit < 0) return invalidInput(fmt::format("a limit of {} rows cannot be; give 0 or more", *limit));
  return {};
}

Done checkAggregates(const AggregateQuery& query) {
  TRY(checkLimit(query.limit));
  if (query.aggregates.empty()) return invalidInput("an aggregate query names no aggregate; give one, such as COUNT(*)");
  for (const auto& aggregate : query.aggregates)
    if (aggregate.column.empty() && aggregate.function != Function::Count)
      return invalidInput("only COUNT may be asked of *; name a column");
  if (query.orderBy && !positionOf(outputColumns(query), query.orderBy->column))
    return invalidInput(fmt::format("the answer cannot be ordered by {}: it is neither grouped by nor an aggregate asked for",
                                    printable(query.orderBy->column)));
  return {};
}

// AVG cannot be merged from averages; it can from sums and counts.
std::vector<Aggregate> shardAggregates(const std::vector<Aggregate>& aggregates) {
  std::vector<Aggregate> out;
  for (const auto& aggregate : aggregates) {
    if (aggregate.function == Function::Avg) {
      out.push_back({Function::Sum, aggregate.column});
      out.push_back({Function::Count, aggregate.column});
    } else {
      out.push_back(aggregate);
    }
  }
  return out;
}

// Every answer's columns in the order of the first's; a shard whose table is made otherwise cannot be merged.
Done alignColumns(std::vector<ShardAnswer>& answers) {
  for (std::size_t i = 1; i < answers.size(); ++i) {
    auto& answer = answers[i];
    const auto& wanted = answers.front().columns;
    if (answer.columns == wanted) continue;
    std::vector<std::size_t> from;
    for (const auto& column : wanted) {
      const auto at = positionOf(answer.columns, column);
      if (!at || answer.columns.size() != wanted.size())
        return refused(fmt::format("the shards' tables have different columns ({} on one, not on another); "
                                   "compare them with keyspace schema", printable(column)));
      from.push_back(*at);
    }
    for (auto& row : answer.rows) {
      Row sorted;
      for (const auto at : from) sorted.push_back(row[at]);
      row = std::move(sorted);
    }
    answer.columns = wanted;
  }
  return {};
}

Result<sqlite::Database> workbench() {
  sqlite::Database::Options options;
  options.mode = sqlite::Database::Mode::Create;
  options.role = "merging";
  return sqlite::Database::open(":memory:", std::move(options));
}

struct RowPlace {
  std::size_t answer;
  std::size_t row;
};

// Only the ordering column goes through SQLite; rows stay where they are.
Result<std::vector<RowPlace>> orderedPlaces(const std::vector<ShardAnswer>& answers, const OrderBy& orderBy,
                                            const std::optional<std::int64_t>& limit) {
  const auto column = positionOf(answers.front().columns, orderBy.column);
  if (!column) return invalidInput(fmt::format("there is no column {} to order by", printable(orderBy.column)));
  auto db = TRY(workbench());
  TRY(db.execute("BEGIN; CREATE TABLE part(value, answer INTEGER, place INTEGER)"));
  auto insert = TRY(db.prepare("INSERT INTO part VALUES (?, ?, ?)"));
  for (std::size_t a = 0; a < answers.size(); ++a)
    for (std::size_t r = 0; r < answers[a].rows.size(); ++r) {
      insert.bind(1, answers[a].rows[r][*column]);
      insert.bind(2, static_cast<std::int64_t>(a));
      insert.bind(3, static_cast<std::int64_t>(r));
      TRY(insert.run());
    }
  auto select = TRY(db.prepare(fmt::format("SELECT answer, place FROM part ORDER BY value {}, answer, place LIMIT {}",
                                           orderBy.descending ? "DESC" : "ASC", limit.value_or(-1))));
  std::vector<RowPlace> out;
  while (TRY(select.step()))
    out.push_back({static_cast<std::size_t>(select.integer(0)), static_cast<std::size_t>(select.integer(1))});
  return out;
}

std::vector<RowPlace> placesInTurn(const std::vector<ShardAnswer>& answers, const std::optional<std::int64_t>& limit) {
  std::vector<RowPlace> out;
  for (std::size_t a = 0; a < answers.size(); ++a)
    for (std::size_t r = 0; r < answers[a].rows.size(); ++r) {
      if (limit && static_cast<std::int64_t>(out.size()) >= *limit) return out;
      out.push_back({a, r});
    }
  return out;
}

Result<MergedAnswer> mergeRows(const RowWish& wish, std::vector<ShardAnswer> answers) {
  MergedAnswer merged;
  if (answers.empty()) {
    merged.columns = wish.columns;
    return merged;
  }
  TRY(alignColumns(answers));
  std::vector<RowPlace> places;
  if (wish.orderBy && answers.size() > 1)
    places = TRY(orderedPlaces(answers, *wish.orderBy, wish.limit));
  else
    places = placesInTurn(answers, wish.limit);  // one shard has ordered its own
  merged.columns = std::move(answers.front().columns);
  if (wish.hidesOrderColumn()) merged.columns.pop_back();
  merged.rows.reserve(places.size());
  for (const auto [answer, row] : places) {
    Row values = std::move(answers[answer].rows[row]);
    values.resize(merged.columns.size());
    merged.rows.push_back({std::move(values), answer});
  }
  return merged;
}

// SUM of the shards' sums as SQLite has it: NULL of nothing, integer of integers, else real. SQLite's own fails when a
// sum overflows on its way to a total that fits; here integers are added as halves, so that only the total counts.
std::string exactSum(const std::string& column) {
  const std::string low = fmt::format("sum({} & 4294967295)", column);
  const std::string high = fmt::format("(sum({} >> 32) + ({} >> 32))", column, low);
  return fmt::format(
      "CASE WHEN count({0}) = 0 THEN NULL WHEN max(typeof({0}) = 'real') THEN total({0}) "
      "WHEN {1} NOT BETWEEN -2147483648 AND 2147483647 THEN 'overflow' "
      "ELSE ({1} << 32) + ({2} & 4294967295) END",
      column, high, low);
}

// The statement that joins the shards' aggregates: columns g0.. are groups, a0.. the shards' aggregates in order.
std::string joiningSql(const AggregateQuery& query) {
  std::string groups, ties, select;
  for (std::size_t i = 0; i < query.groupBy.size(); ++i) {
    groups += fmt::format("{}g{}", i == 0 ? "" : ", ", i);
    select += fmt::format("g{}, ", i);
  }
  std::size_t at = 0;
  for (const auto& aggregate : query.aggregates) {
    switch (aggregate.function) {
      case Function::Count: select += fmt::format("coalesce(sum(a{}), 0), ", at++); break;
      case Function::Sum: select += exactSum(fmt::format("a{}", at++)) + ", "; break;
      case Function::Min: select += fmt::format("min(a{}), ", at++); break;
      case Function::Max: select += fmt::format("max(a{}), ", at++); break;
      case Function::Avg:
        // A division by 0 is NULL, as AVG of nothing is.
        select += fmt::format("total(a{}) / sum(a{}), ", at, at + 1);
        at += 2;
        break;
    }
  }
  std::string sql = "SELECT " + select + "min(answer), max(answer) FROM part";
  if (!groups.empty()) sql += " GROUP BY " + groups;
  std::string order;
  if (query.orderBy)
    order = fmt::format("{}{}", *positionOf(outputColumns(query), query.orderBy->column) + 1,
                        query.orderBy->descending ? " DESC" : "");
  if (!groups.empty()) order += (order.empty() ? "" : ", ") + groups;
  if (!order.empty()) sql += " ORDER BY " + order;
  return sql + fmt::format(" LIMIT {}", query.limit.value_or(-1));
}

Done fillParts(sqlite::Database& db, const AggregateQuery& query, const std::vector<ShardAnswer>& answers) {
  const std::size_t width = query.groupBy.size() + shardAggregates(query.aggregates).size();
  std::string columns, marks;
  for (std::size_t i = 0; i < width; ++i) {
    const bool group = i < query.groupBy.size();
    columns += fmt::format("{}{}, ", group ? 'g' : 'a', group ? i : i - query.groupBy.size());
    marks += "?, ";
  }
  TRY(db.execute(fmt::format("BEGIN; CREATE TABLE part({}answer INTEGER)", columns)));
  auto insert = TRY(db.prepare(fmt::format("INSERT INTO part VALUES ({}?)", marks)));
  for (std::size_t a = 0; a < answers.size(); ++a)
    for (const auto& row : answers[a].rows) {
      if (row.size() != width)
        return corrupt(fmt::format("a shard answered {} columns where {} were asked for", row.size(), width));
      for (std::size_t c = 0; c < width; ++c) insert.bind(static_cast<int>(c) + 1, row[c]);
      insert.bind(static_cast<int>(width) + 1, static_cast<std::int64_t>(a));
      TRY(insert.run());
    }
  return {};
}

// exactSum() says in words that a sum does not fit; no sum is text otherwise.
Done checkSums(const AggregateQuery& query, const Row& values) {
  for (std::size_t i = 0; i < query.aggregates.size(); ++i)
    if (query.aggregates[i].function == Function::Sum &&
        std::holds_alternative<std::string>(values[query.groupBy.size() + i]))
      return invalidInput(fmt::format("{} over the shards does not fit a 64-bit integer; ask for AVG, or for fewer rows",
                                      printable(formatAggregate(query.aggregates[i]))));
  return {};
}

Result<MergedAnswer> mergeAggregates(const AggregateQuery& query, const std::vector<ShardAnswer>& answers) {
  auto db = TRY(workbench());
  TRY(fillParts(db, query, answers));
  MergedAnswer merged;
  merged.columns = outputColumns(query);
  const auto width = static_cast<int>(merged.columns.size());
  auto select = TRY(db.prepare(joiningSql(query)));
  while (TRY(select.step())) {
    MergedRow row;
    for (int c = 0; c < width; ++c) row.values.push_back(select.value(c));
    TRY(checkSums(query, row.values));
    if (!select.isNull(width) && select.integer(width) == select.integer(width + 1))
      row.source = static_cast<std::size_t>(select.integer(width));
    merged.rows.push_back(std::move(row));
  }
  return merged;
}

std::vector<std::string> aggregateSentences(const AggregateQuery& query, std::size_t shards) {
  std::vector<std::string> out;
  for (const auto& aggregate : query.aggregates) {
    const std::string name = printable(formatAggregate(aggregate));
    switch (aggregate.function) {
      case Function::Count:
      case Function::Sum: out.push_back(fmt::format("{}: each shard's own, added up here", name)); break;
      case Function::Min: out.push_back(fmt::format("{}: each shard's own, the least of them here", name)); break;
      case Function::Max: out.push_back(fmt::format("{}: each shard's own, the greatest of them here", name)); break;
      case Function::Avg:
        out.push_back(fmt::format("{}: each shard's SUM and COUNT, added up and divided here", name));
        break;
    }
  }
  if (!query.groupBy.empty() && shards > 1) out.push_back("groups that several shards hold are joined here");
  if (query.orderBy) out.push_back(fmt::format("ordered by {} here", printable(query.orderBy->column)));
  if (query.limit) out.push_back(fmt::format("the first {} kept here, after joining", formatCount(*query.limit)));
  return out;
}

}  // namespace

Result<ShardQuery> shardQueryOf(const Keyspace& keyspace, const TableRef& table, const Query& query) {
  ShardQuery out;
  out.keyspace = keyspace;
  out.table = table;
  if (const auto* aggregate = std::get_if<AggregateQuery>(&query.what)) {
    TRY(checkAggregates(*aggregate));
    out.span = aggregate->span;
    out.aggregates = shardAggregates(aggregate->aggregates);
    out.groupBy = aggregate->groupBy;
    return out;  // order and limit are of whole groups: not a single shard's to apply
  }
  const auto wish = rowWishOf(query);
  TRY(checkLimit(wish.limit));
  if (const auto* point = std::get_if<PointQuery>(&query.what)) out.key = point->key;
  if (const auto* range = std::get_if<RangeQuery>(&query.what)) out.span = range->span;
  out.columns = wish.columns;
  if (wish.hidesOrderColumn()) out.columns.push_back(wish.orderBy->column);
  out.orderBy = wish.orderBy;
  out.limit = wish.limit;
  return out;
}

std::vector<std::string> mergingOf(const Query& query, std::size_t shards) {
  if (const auto* aggregate = std::get_if<AggregateQuery>(&query.what)) return aggregateSentences(*aggregate, shards);
  if (shards <= 1) return {"nothing to merge: rows pass as the shard sends them"};
  const auto wish = rowWishOf(query);
  std::vector<std::string> out;
  if (wish.orderBy)
    out.push_back(fmt::format("each shard orders its own rows by {}, merged in that order here",
                              printable(wish.orderBy->column)));
  else
    out.push_back("rows of one shard after another, in no order of their own");
  if (wish.limit)
    out.push_back(fmt::format("each shard sends at most {0}, the first {0} kept here", formatCount(*wish.limit)));
  return out;
}

Result<MergedAnswer> mergeAnswers(const Query& query, std::vector<ShardAnswer> answers) {
  if (const auto* aggregate = std::get_if<AggregateQuery>(&query.what)) return mergeAggregates(*aggregate, answers);
  return mergeRows(rowWishOf(query), std::move(answers));
}

}  // namespace shardwright
