// The arguments that say what a plan shall reach; plan create and plan simulate take the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/arguments.h"
#include "core/manager/plan_verbs.h"

namespace shardwright::cli {

struct PlanArguments {
  std::string goal = "balance";
  std::vector<std::string> shards, at, metrics;
  std::optional<std::string> range, key, to, threshold, maxBytes;
  std::optional<std::int64_t> maxMoves;
};

void declareGoal(Command& command, PlanArguments& arguments);
Result<PlanRequest> requestOf(const PlanArguments& arguments);

}  // namespace shardwright::cli
