// Query: what is asked of a keyspace, before anybody knows which shards hold the answer. Three shapes: the rows of one
// key (point), rows of a stretch of keys (range), and aggregates over a stretch of keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_query.h"

namespace shardwright {

struct PointQuery {
  Key key;
  std::vector<std::string> columns;  // empty: all
  std::optional<OrderBy> orderBy;
  std::optional<std::int64_t> limit;
};

struct RangeQuery {
  KeySpan span;
  std::vector<std::string> columns;  // empty: all
  std::optional<OrderBy> orderBy;    // any column, whether it is asked for or not
  std::optional<std::int64_t> limit;
};

struct AggregateQuery {
  KeySpan span;
  std::vector<Aggregate> aggregates;  // at least one
  std::vector<std::string> groupBy;
  std::optional<OrderBy> orderBy;     // a column of the answer: a grouped one, or an aggregate as formatAggregate writes it
  std::optional<std::int64_t> limit;  // of groups
};

struct Query {
  std::optional<std::string> table;  // as its name stands in the keyspace; none: the keyspace's first
  std::variant<PointQuery, RangeQuery, AggregateQuery> what;
};

// COUNT(*), SUM(c), AVG("odd name"), separated by commas. InvalidInput names the piece that is none.
Result<std::vector<Aggregate>> parseAggregates(std::string_view text);
std::string formatAggregate(const Aggregate& aggregate);  // SUM(c); parseAggregates reads it back

// Names of columns as SQL compares them: ASCII letters without case.
bool sameColumn(std::string_view a, std::string_view b);

}  // namespace shardwright
