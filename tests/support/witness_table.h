// A table whose rows are witnesses: each carries its version and the operations that made it, so that what became of
// every write can be read from the rows themselves. And the files of a small cluster that hold it.
//
//   TABLE(KEY PRIMARY KEY, v INTEGER, hist TEXT, tag TEXT UNIQUE)
//   v     1, 2, 3, ... over all lives of the key      hist  "1.4,1.5,": the operations since the last insert
//   tag   for REPLACE: a second unique index, by which an insert of one key pushes out the row of another
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/domain/ids.h"
#include "core/domain/key.h"
#include "core/domain/keyspace.h"
#include "core/engines/sqlite/database.h"
#include "tests/support/checker.h"

namespace shardwright::test {

struct ShardFile {
  ShardId id;
  std::string path;
};

struct WitnessTable {
  std::string name = "accounts";
  std::string keyColumn = "id";
  KeyType keyType = KeyType::Int;
  KeyForm keyForm = KeyForm::Native;

  std::string createSql() const;
};

// What an application's connection needs beyond opening it: a token function, other pragmas. May be empty.
using PrepareConnection = std::function<Done(sqlite::Database&)>;

Result<sqlite::Database> openShard(const ShardFile& shard, const std::string& vfs = {}, const PrepareConnection& prepare = {});

// Every row of the table on one shard, or on all of them.
Result<std::vector<FinalRow>> witnessRows(sqlite::Database& db, const WitnessTable& table, const ShardId& shard);
Result<std::vector<FinalRow>> witnessRows(const std::vector<ShardFile>& shards, const WitnessTable& table,
                                          const std::string& vfs = {});

}  // namespace shardwright::test
