#include "core/manager/plan_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

bool standsOn(const ShardMap& map, const Token& bound) { return map.tokens(map.indexOf(bound)).from == bound; }

// What each goal needs and what it does not take, before the planner looks at the cluster.
Done checkArguments(const PlanRequest& request, GoalKind kind) {
  const auto one = [&](bool given, bool allowed, std::string_view option) -> Done {
    if (!given || allowed) return {};
    return invalidInput(fmt::format("{} does not go with --goal {}.", option, goalName(kind)));
  };
  const bool drains = kind == GoalKind::Drain || kind == GoalKind::Add;
  const bool places = kind == GoalKind::Move || kind == GoalKind::Merge || kind == GoalKind::Isolate;
  const bool ranged = kind == GoalKind::Move || kind == GoalKind::Split || kind == GoalKind::Merge;
  TRY(one(!request.shards.empty(), drains, "--shard"));
  TRY(one(request.range.has_value(), ranged, "--range"));
  TRY(one(request.key.has_value(), kind == GoalKind::Move || kind == GoalKind::Isolate, "--key"));
  TRY(one(request.to.has_value(), places, "--to"));
  TRY(one(!request.at.empty(), kind == GoalKind::Split, "--at"));
  if (drains && request.shards.empty()) return invalidInput(fmt::format("--goal {} takes --shard NAME...", goalName(kind)));
  if (kind == GoalKind::Isolate && !request.key) return invalidInput("--goal isolate takes --key K.");
  if (kind == GoalKind::Move && request.range.has_value() == request.key.has_value()) {
    return invalidInput("--goal move takes --range A..B or --key K.");
  }
  return {};
}

PlanGoals commonGoals(const PlanRequest& request, GoalKind kind) {
  PlanGoals goals;
  goals.kind = kind;
  for (const std::string& shard : request.shards) goals.shards.emplace_back(shard);
  if (request.to) goals.to = ShardId(*request.to);
  return goals;
}

}  // namespace

Result<TokenRange> parseTokenRange(const ShardingStrategy& strategy, std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return invalidInput(fmt::format("\"{}\" is no range; write A..B, A.. or ..B.", printable(text, 60)));
  }
  TokenRange range;
  const std::string_view from = text.substr(0, dots), until = text.substr(dots + 2);
  if (!from.empty()) range.from = TRY(strategy.parseToken(from));
  if (!until.empty()) range.until = TRY(strategy.parseToken(until));
  if (range.until && *range.until <= range.from) {
    return invalidInput(fmt::format("range {} ends before it begins.", printable(text, 120)));
  }
  return range;
}

Result<PlanGoals> goalsOf(const PlanRequest& request, const ShardingStrategy& strategy) {
  const GoalKind kind = TRY(parseGoal(request.goal));
  TRY(checkArguments(request, kind));
  PlanGoals goals = commonGoals(request, kind);
  if (request.range) goals.range = TRY(parseTokenRange(strategy, *request.range));
  if (request.key) goals.key = TRY(Key::parse(strategy.keyType(), *request.key));
  for (const std::string& at : request.at) {
    auto token = TRY(strategy.parseToken(at));
    goals.at.push_back(std::move(token));
  }
  return goals;
}

Result<PlanGoals> simulationGoalsOf(const PlanRequest& request, const ClusterSnapshot& snapshot) {
  const bool tokens = snapshot.strategy && std::ranges::any_of(snapshot.ranges, [](const SnapshotRange& range) { return range.tokens.has_value(); });
  if (tokens) {
    const auto strategy = TRY(ShardingStrategy::make(*snapshot.strategy));
    return goalsOf(request, strategy);
  }
  const GoalKind kind = TRY(parseGoal(request.goal));
  TRY(checkArguments(request, kind));
  if (request.key || !request.at.empty()) return invalidInput("this snapshot has no keys; name a range by its id (--range ID).");
  PlanGoals goals = commonGoals(request, kind);
  if (request.range) goals.rangeIds = {*request.range};
  return goals;
}

Result<PlanOptions> optionsOf(const PlanRequest& request) {
  PlanOptions options;
  options.metrics = request.metrics;
  options.threshold = request.threshold;
  options.maxBytes = request.maxBytes;
  options.maxMoves = request.maxMoves;
  if (request.maxMoves && *request.maxMoves < 1) return invalidInput("--max-moves takes a number from 1.");
  return options;
}

Done retarget(MigrationPlan& plan, const ShardMap& base) {
  std::erase_if(plan.splits, [&](const Token& bound) { return standsOn(base, bound); });
  std::erase_if(plan.merges, [&](const Token& bound) { return !standsOn(base, bound); });
  plan.targetMap.clear();
  const auto target = TRY(applyPlan(base, plan));
  Json document = Json::parse(mapToJson(target));
  document.erase("version");
  document.erase("checksum");
  plan.targetMap = canonicalJson(document);
  return {};
}

}  // namespace shardwright
