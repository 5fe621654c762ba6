// The arguments that say what a plan shall reach; plan create and plan simulate take the same.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/manager/plan_verbs.h"

namespace shardwright::cli {

struct PlanArguments {
  std::string goal = "balance";
  std::vector<std::string> shards, at, metrics;
  std::optional<std::string> range, key, to, threshold, maxBytes;
  std::optional<std::int64_t> maxMoves;
};

void declareGoal(CLI::App& command, PlanArguments& arguments);
Result<PlanRequest> requestOf(const PlanArguments& arguments);

}  // namespace shardwright::cli
