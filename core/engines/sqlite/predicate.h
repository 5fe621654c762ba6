// The one builder of conditions: which rows of a table a PlacedPart means. Capture, copy, fence, verification, clean-up
// and ownership filters all ask here, so that they cannot disagree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/domain/keyspace.h"
#include "core/domain/placed_part.h"
#include "core/domain/value.h"
#include "core/engines/sqlite/database.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright::sqlite {

// A condition with a ? for each value, in order. Never true for a NULL key.
struct Predicate {
  std::string sql;
  std::vector<Value> values;

  std::string inlined() const;                        // values as literals, for triggers
  int bind(Statement& statement, int position) const;  // from `position`; the next free position
};

// Unsupported: more pins inside the part than one condition can hold.
Result<Predicate> partPredicate(const Keyspace& keyspace, const ShardingStrategy& strategy, const TableRef& table,
                                const PlacedPart& part, std::string_view prefix = {});

}  // namespace shardwright::sqlite
