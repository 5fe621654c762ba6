// SchemaReport: the tables of a keyspace, compared over all its shards. Rows may only move between tables that are alike.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/schema.h"
#include "core/domain/ids.h"
#include "core/domain/keyspace.h"

namespace shardwright {

// One form in which a table stands, and where.
struct SchemaVariant {
  TableSchema schema;
  std::string fingerprint;
  std::vector<ShardId> shards;
  std::vector<std::string> differences;  // from the first variant; empty for that one
};

struct TableReport {
  TableRef table;
  std::vector<SchemaVariant> variants;  // the one on most shards first; equal ones by their first shard
  struct Problem {
    ShardId shard;
    Error error;  // it could not be read, or lacks the table
  };
  std::vector<Problem> problems;

  bool alike() const { return variants.size() <= 1 && problems.empty(); }
};

struct SchemaReport {
  std::vector<TableReport> tables;  // in the keyspace's order

  bool alike() const;
  std::vector<std::string> sentences() const;  // one a difference or problem, with the shards it is about
};

struct ReadSchema {
  ShardId shard;
  Result<TableSchema> schema;
};

TableReport compareTable(const TableRef& table, std::vector<ReadSchema> read);

}  // namespace shardwright
