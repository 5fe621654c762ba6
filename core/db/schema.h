// What a table is made of, as far as moving and comparing rows cares; read by an engine, compared by anyone.
#pragma once

#include <string>
#include <vector>

namespace shardwright {

struct ColumnSchema {
  std::string name;
  std::string type;       // as declared, upper case
  std::string collation;  // BINARY, NOCASE, ... or the server's name
  std::string defaultValue;
  bool notNull = false;
  bool generated = false;
  std::string expression;  // of a generated column
  friend bool operator==(const ColumnSchema&, const ColumnSchema&) = default;
};

struct IndexSchema {
  std::string name;
  std::vector<std::string> columns;  // an expression stands as its text in parentheses
  std::vector<std::string> collations;
  bool unique = false;
  bool partial = false;
  std::string where;  // of a partial index
  friend bool operator==(const IndexSchema&, const IndexSchema&) = default;
};

struct ForeignKeySchema {
  std::string table;        // that holds the key
  std::string references;   // the table it points to
  std::vector<std::string> columns;
  std::vector<std::string> referenced;  // empty: the primary key of `references`
  std::string onDelete, onUpdate;
  friend bool operator==(const ForeignKeySchema&, const ForeignKeySchema&) = default;
};

struct TriggerSchema {
  std::string name;
  std::string sql;  // what stands behind the name: when, on what, and what is done
  friend bool operator==(const TriggerSchema&, const TriggerSchema&) = default;
};

struct TableSchema {
  std::string name;
  std::vector<ColumnSchema> columns;
  std::vector<std::string> primaryKey;  // in key order; empty = none
  bool rowidIsKey = false;              // SQLite: INTEGER PRIMARY KEY
  bool withoutRowid = false;
  std::vector<IndexSchema> indexes;
  std::vector<ForeignKeySchema> foreignKeys;  // of this table, and of others that point here
  std::vector<TriggerSchema> triggers;        // the application's; ours are left out
  std::vector<std::string> checks;
  std::vector<std::string> options;  // what else of the declaration decides which rows it takes: STRICT, AUTOINCREMENT, ...

  // SHA-256 over everything but names of indexes and triggers: equal on every shard, or rows may not move between them.
  std::string fingerprint() const;
};

// How `b` differs from `a`, one sentence for each difference that matters to a move ("column note is missing" means that
// `b` lacks it). Empty exactly if the fingerprints are equal.
std::vector<std::string> compareSchemas(const TableSchema& a, const TableSchema& b);

}  // namespace shardwright
