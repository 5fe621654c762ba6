// MovedTable: one table of a move, with the pieces of SQL that every step needs. Made once from the table's schema.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/move_engine.h"
#include "core/db/schema.h"
#include "core/engines/sqlite/predicate.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright::sqlite {

struct MovedTable {
  TableRef ref;
  TableSchema schema;
  std::string name;                  // quoted
  std::vector<std::string> columns;  // quoted; generated ones left out: the other side computes them
  std::vector<std::string> key;      // quoted primary key
  std::vector<std::string> walk;     // quoted; the order in which the part is copied, compared and removed: unique, and
                                     // led by the shard key where an index serves it
  Predicate part;                    // of the table itself, no prefix
  // The same without its lower bound, its upper bound, or both, where a position of the walk stands for it: of two lower
  // bounds on one index SQLite may seek to the wrong one and read the range from its start for every chunk.
  Predicate partAfter, partUpTo, partBetween;
  std::string partOfNew, partOfOld;  // the same of a trigger's rows, with literals
  std::string dirtyLog;              // quoted: dirty keys of this move and table
  std::string triggerStem;           // unquoted

  // `columns` joined, each with `prefix` (such as "t.") in front.
  static std::string list(const std::vector<std::string>& names, std::string_view prefix = {});
  // a IS ? AND b IS ? ..., the way to one row.
  static std::string matches(const std::vector<std::string>& names);
  // Ordered and compared by bytes, whatever the columns' collations say.
  std::string walkOrder(std::string_view direction = {}) const;

  // The rows of the part behind `after` and up to `upTo`, in the order of the walk; an empty position is no limit.
  Predicate stretch(const Row& after, const Row& upTo) const;
};

// How the objects of a move are called: letters, digits and underscores of "plan/move".
std::string moveStem(const MoveTask& task);

Result<MovedTable> makeMovedTable(const MoveTask& task, const ShardingStrategy& strategy, const TableRef& ref,
                                  TableSchema schema, int ordinal);

}  // namespace shardwright::sqlite
