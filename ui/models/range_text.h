// How tokens, ranges and what a move carries are written in the window: integers with thin spaces, hash tokens in hex.
#pragma once

#include <QString>

#include "core/map/shard_map.h"
#include "core/plan/plan.h"

namespace shardwright::ui {

QString tokenText(const ShardingStrategy& strategy, const Token& token);  // of a hash: its first digits
QString tokenRangeText(const ShardingStrategy& strategy, const TokenRange& range);   // [18 204 000, 18 211 000)
QString subjectText(const ShardingStrategy& strategy, const PlannedMove& move);      // the range, or: key 42
QString wholeSubjectText(const ShardingStrategy& strategy, const PlannedMove& move); // every digit, as it is typed: A..B

}  // namespace shardwright::ui
