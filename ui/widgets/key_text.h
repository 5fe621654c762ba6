// Bounds of ranges as people read them: hash tokens as hex, keys as keys, the ends of the line in words.
#pragma once

#include <QString>

#include "core/domain/token.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright::ui {

QString boundText(const ShardingStrategy& strategy, const Token& token);  // 18 204 000, 9c40000000000000
QString shortBound(const ShardingStrategy& strategy, const Token& token, int characters = 14);  // 9c40…, for an axis
QString rangeText(const ShardingStrategy& strategy, const TokenRange& range);                   // from – until
QString shortRange(const ShardingStrategy& strategy, const TokenRange& range);
// As the command line takes it: A..B, A.., ..B
QString rangeArgument(const ShardingStrategy& strategy, const TokenRange& range);

// A tooltip of several lines that nobody takes for markup.
QString plainTip(const QString& words);

}  // namespace shardwright::ui
