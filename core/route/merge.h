// Merging: what each shard is asked so that its answer can be merged, and the merging itself, in an in-memory SQLite -
// so order, NULLs, mixed types and groups are those of SQLite, with text compared by bytes (BINARY).
//
//   rows      each shard orders and limits its own; merged in that order, equal ones in the order of the shards
//   COUNT SUM added up; a SUM of integers that does not fit 64 bits is an error, whatever the order of the shards
//   MIN MAX   the least and greatest of the shards'
//   AVG       asked for as SUM and COUNT; NULL where the COUNT is 0. A shard whose SUM overflows answers with an error
//   GROUP BY  groups with equal values join, NULLs are one group; only afterwards come order and limit
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_query.h"
#include "core/route/query.h"

namespace shardwright {

// InvalidInput: no aggregates, an order by a column that is not in the answer, a negative limit.
Result<ShardQuery> shardQueryOf(const Keyspace& keyspace, const TableRef& table, const Query& query);

// A sentence for each thing that is done, and where.
std::vector<std::string> mergingOf(const Query& query, std::size_t shards);

struct MergedRow {
  Row values;
  std::optional<std::size_t> source;  // the answer it came from alone; none: made of several, or of none
};

struct MergedAnswer {
  std::vector<std::string> columns;
  std::vector<MergedRow> rows;
};

// Answers to shardQueryOf(query): for aggregates the grouped columns, then the aggregates in order.
// Refused: the shards' tables have different columns. InvalidInput: a SUM that does not fit.
Result<MergedAnswer> mergeAnswers(const Query& query, std::vector<ShardAnswer> answers);

}  // namespace shardwright
