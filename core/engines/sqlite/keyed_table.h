// KeyedTable: a table of a keyspace as a session reads it - names checked against the schema and quoted, and the key and
// token of the row a statement stands on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/schema.h"
#include "core/domain/keyspace.h"
#include "core/domain/token.h"
#include "core/engines/sqlite/database.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright::sqlite {

class KeyedTable {
 public:
  // NotFound: no such table, key column or token column.
  static Result<KeyedTable> read(Database& db, const Keyspace& keyspace, const TableRef& ref);

  const TableRef& ref() const { return m_ref; }            // names as the table spells them
  const TableSchema& schema() const { return m_schema; }
  const std::string& name() const { return m_name; }       // main."table"
  const std::string& keyOrder() const { return m_keyOrder; }      // the key, compared by bytes
  const std::string& tokenOrder() const { return m_tokenOrder; }  // what placement compares
  const Keyspace& keyspace() const { return m_keyspace; }
  const ShardingStrategy& strategy() const { return m_strategy; }

  // What a SELECT must begin with for keyAt() and tokenAt(), and how many columns that is.
  std::string leadingColumns() const;
  int leadingCount() const { return m_ref.tokenColumn ? 2 : 1; }
  // Nothing for a row that cannot be placed; checkKeys() names those.
  std::optional<Key> keyAt(const Statement& row) const;
  std::optional<Token> tokenAt(const Statement& row) const;  // the application's, where it keeps one

  std::vector<std::string> storedColumns() const;  // quoted, generated ones left out

 private:
  KeyedTable(Keyspace keyspace, ShardingStrategy strategy) : m_keyspace(std::move(keyspace)), m_strategy(std::move(strategy)) {}

  Keyspace m_keyspace;
  ShardingStrategy m_strategy;
  TableRef m_ref;
  TableSchema m_schema;
  std::string m_name, m_keyOrder, m_tokenOrder;
};

// Bytes of a row's record in SQLite's own format, from the columns from `first` on of the row a statement stands on.
std::int64_t recordBytes(const Statement& row, int first);

}  // namespace shardwright::sqlite
