// ShardQuery: one question to one shard, in no engine's language. The engine turns it into SQL with bound values and
// quoted names, and answers in one snapshot.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/ids.h"
#include "core/domain/key.h"
#include "core/domain/keyspace.h"
#include "core/domain/value.h"

namespace shardwright {

// Keys from `from` (included) until `until` (excluded); a missing side is open. In the order of keys, not of tokens.
struct KeySpan {
  std::optional<Key> from;
  std::optional<Key> until;
};

struct Aggregate {
  enum class Function { Count, Sum, Min, Max, Avg };
  Function function = Function::Count;
  std::string column;  // empty: COUNT(*)
};

struct OrderBy {
  std::string column;
  bool descending = false;
};

struct ShardQuery {
  Keyspace keyspace;
  TableRef table;
  std::optional<Key> key;            // point
  KeySpan span;                      // else this stretch of keys
  std::vector<std::string> columns;  // empty: all, in the table's order
  std::vector<Aggregate> aggregates; // set: no columns; AVG is asked for as SUM and COUNT by whoever merges
  std::vector<std::string> groupBy;
  std::optional<OrderBy> orderBy;
  std::optional<std::int64_t> limit;

  // Rows whose key it refuses are not seen, neither as rows nor in an aggregate: what a shard holds but does not own.
  // Called from the thread that runs the query.
  std::function<bool(const Key&)> owned;
};

struct ShardAnswer {
  std::vector<std::string> columns;
  std::vector<Row> rows;
  std::optional<MapVersion> publishedVersion;  // of the keyspace on that shard, read in the same snapshot
};

}  // namespace shardwright
