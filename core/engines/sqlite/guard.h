// Guard: what this shard does not own of a keyspace, and the triggers that refuse the application's writes to it.
//
// One consolidated guard a table (five triggers) over one list, so that the price of a write does not grow with the
// number of moves. The list is data, not DDL: a cut-over changes rows and no schema. It is as safe as DDL on SQLite,
// because there is one writer at a time and a writer with an older snapshot gets SQLITE_BUSY_SNAPSHOT.
//
// A row that REPLACE would push out is looked at before the statement: it fires no delete trigger of its own.
//
// Tables (they stay after clean-up):
//   shardwright_guard_table(keyspace, tbl)               tables that carry the triggers
//   shardwright_guard_range(keyspace, lo, hi, gate)      stretches that are not open here; hi NULL = to the end
//   shardwright_guard_pin(keyspace, key, gate)           pinned keys, which have their own gate
//   shardwright_guard_move(move, keyspace, catalog, token)   moves under way, with the greatest token seen
//
// Every function runs inside a transaction of the caller's.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/move_engine.h"
#include "core/engines/sqlite/database.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright::sqlite {

class Guard {
 public:
  Guard(const Keyspace& keyspace, const ShardingStrategy& strategy) : m_keyspace(keyspace), m_strategy(strategy) {}

  // Tables, list and triggers, where they are missing; pins that became known since are added. What a move under way
  // has set stays.
  Done install(Database& db, const ShardPlacement& placement) const;
  Done remove(Database& db) const;  // triggers and lists of this keyspace

  // Where no move is under way, the list may be told anew.
  Result<bool> isThere(Database& db) const;
  Done placeBy(Database& db, const ShardPlacement& placement) const;
  Result<bool> isPlacedBy(Database& db, const ShardPlacement& placement) const;  // by what it answers, whatever its rows

  Done setGate(Database& db, const PlacedPart& part, Gate gate) const;
  Result<Gate> gateOf(Database& db, const PlacedPart& part) const;  // Open where there is no guard
  // The gate of a row as SQL: 'open', 'moving', 'elsewhere', or 'nokey' for a key that cannot be placed.
  std::string gateExpression(const TableRef& table, std::string_view prefix) const;

  static Done makeTables(Database& db);

 private:
  Done setRangeGate(Database& db, const TokenRange& range, Gate gate) const;
  Done setPinGate(Database& db, const Key& key, Gate gate, bool replace) const;
  Result<bool> rangesAre(Database& db, const std::vector<TokenRange>& owned) const;
  Result<bool> pinsAre(Database& db, const ShardPlacement& placement) const;
  Done installList(Database& db, const ShardPlacement& placement) const;
  std::string refusal(const TableRef& table, std::string_view rows, std::string_view elsewhere) const;
  Done installTriggers(Database& db, const TableRef& table) const;

  const Keyspace& m_keyspace;
  const ShardingStrategy& m_strategy;
};

std::string_view gateName(Gate gate);
Result<Gate> parseGate(std::string_view name);

// A move's row in shardwright_guard_move.
class MoveMark {
 public:
  explicit MoveMark(std::string tag) : m_tag(std::move(tag)) {}
  Done takeOver(Database& db, const KeyspaceName& keyspace, const std::string& catalog, FencingToken token) const;
  Done check(Database& db, FencingToken mine) const;  // Conflict: a greater token was seen
  Result<std::optional<FencingToken>> token(Database& db) const;  // nothing: this database does not know the move
  Done erase(Database& db) const;
  const std::string& tag() const { return m_tag; }

 private:
  std::string m_tag;
};

// Takes every trigger off a table for the rest of the caller's transaction, and puts them back as they were. What the
// mover writes must not fire them; nobody else sees them gone, since the transaction is one.
class TriggersLifted {
 public:
  static Result<TriggersLifted> off(Database& db, const std::vector<TableRef>& tables);
  Done restore(Database& db);

 private:
  std::vector<std::string> m_statements;
};

}  // namespace shardwright::sqlite
