// How parts of a plan are named, the same on the terminal, in HTML, in JSON and in reasons.
#pragma once

#include <string>

#include "core/domain/token.h"
#include "core/plan/plan.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright {

// "40..80"; an open side is left out: "..40", "80..", and ".." for the whole line.
std::string rangeText(const TokenRange& range, const ShardingStrategy& strategy);

// What a move carries: its range, or "key K".
std::string subjectText(const PlannedMove& move, const ShardingStrategy& strategy);

// "3 moves, 1 split, 1.2 GiB (4.1 % of the data) in 2 waves"
std::string tallyText(const MigrationPlan& plan);

std::string percentText(double share);                        // 0.7071 -> "70.7 %"
std::string percentText(const std::optional<double>& share);  // "-" where there is none

// The two sentences with which a plan says how good it is and what is proven.
std::string utilisationSentence(const MigrationPlan& plan);
std::string bytesSentence(const MigrationPlan& plan);

// Shards whose load changes, losers (those that get fuller) first, then by how much they fall.
struct ShardChange {
  ShardId shard;
  std::optional<double> before, after;
  bool worse() const { return before && after && *after > *before; }
};
std::vector<ShardChange> shardChanges(const MigrationPlan& plan);

}  // namespace shardwright
