#include "core/plan/planner.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/map/map_json.h"
#include "core/plan/goals.h"
#include "core/plan/plan_words.h"
#include "core/plan/proposing.h"
#include "core/plan/strategy_json.h"

namespace shardwright {

std::string_view goalName(GoalKind kind) {
  switch (kind) {
    case GoalKind::Balance: return "balance";
    case GoalKind::Drain: return "drain";
    case GoalKind::Add: return "add";
    case GoalKind::Move: return "move";
    case GoalKind::Split: return "split";
    case GoalKind::Merge: return "merge";
    case GoalKind::Isolate: return "isolate";
  }
  return "";
}

Result<GoalKind> parseGoal(std::string_view name) {
  for (const GoalKind kind : {GoalKind::Balance, GoalKind::Drain, GoalKind::Add, GoalKind::Move, GoalKind::Split, GoalKind::Merge,
                              GoalKind::Isolate})
    if (goalName(kind) == name) return kind;
  return invalidInput(fmt::format("\"{}\" is no goal; choose balance, drain, add, move, split, merge or isolate", printable(name, 40)));
}

std::int64_t PlanProposal::movedBytes() const {
  std::int64_t sum = 0;
  for (const ProposedMove& move : moves) sum += move.bytes;
  return sum;
}

std::optional<double> PlanProposal::utilisationGap() const {
  if (!after.maxUtilisation || !bounds.maxUtilisation || *bounds.maxUtilisation <= 0) return std::nullopt;
  return reported(*after.maxUtilisation / *bounds.maxUtilisation - 1);
}

std::optional<double> PlanProposal::bytesGap() const {
  if (bounds.movedBytes <= 0) return std::nullopt;
  return reported(static_cast<double>(movedBytes()) / static_cast<double>(bounds.movedBytes) - 1);
}

Result<PlanProposal> MigrationPlanner::planMigration(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options) {
  TRY(checkSnapshot(snapshot));
  if (!(options.threshold >= 0)) return invalidInput("the threshold must be a share of at least 0, such as 5%");
  switch (goals.kind) {
    case GoalKind::Balance:
    case GoalKind::Drain:
    case GoalKind::Add: return planBalance(snapshot, goals, options);
    case GoalKind::Move: return planMove(snapshot, goals, options);
    case GoalKind::Isolate: return planKey(snapshot, goals, options);
    case GoalKind::Split: return planSplit(snapshot, goals, options);
    case GoalKind::Merge: return planMerge(snapshot, goals, options);
  }
  return invalidInput("unknown goal");
}

Json optionsToJson(const PlanGoals& goals, const PlanOptions& options, const std::optional<StrategySpec>& spec) {
  Json json = Json::object();
  Json shards = Json::array();
  for (const ShardId& shard : goals.shards) shards.push_back(shard.text());
  if (!shards.empty()) json["shards"] = std::move(shards);
  if (!goals.rangeIds.empty()) json["ranges"] = goals.rangeIds;
  if (goals.key) json["key"] = goals.key->toText();
  if (goals.to) json["to"] = goals.to->text();
  if (spec) {
    if (const auto strategy = ShardingStrategy::make(*spec)) {
      if (goals.range) json["range"] = rangeText(*goals.range, *strategy);
      for (const Token& at : goals.at) json["at"].push_back(strategy->tokenJson(at));
    }
  }
  json["metrics"] = options.metrics;
  json["threshold"] = options.threshold;
  if (options.maxBytes) json["maxBytes"] = *options.maxBytes;
  if (options.maxMoves) json["maxMoves"] = *options.maxMoves;
  if (!options.splits) json["splits"] = false;
  return json;
}

namespace {

MoveId moveId(std::size_t index) { return MoveId(fmt::format("m{}", index + 1)); }

void copyJudgement(const PlanProposal& proposal, MigrationPlan& plan) {
  plan.dimensions = proposal.dimensions;
  plan.before = proposal.before;
  plan.after = proposal.after;
  plan.bounds = proposal.bounds;
  plan.risks = proposal.risks;
  plan.refused = proposal.refused;
}

// Of a pin, or where the snapshot has no tokens, with the whole line for a range.
std::vector<PlannedMove> plannedMoves(const PlanProposal& proposal) {
  std::vector<PlannedMove> moves;
  moves.reserve(proposal.moves.size());
  for (const ProposedMove& move : proposal.moves)
    moves.push_back({moveId(moves.size()), move.tokens.value_or(TokenRange{}), move.pin, move.source, move.target, move.rows, move.bytes, move.wave, move.reason});
  return moves;
}

// The map as a document of its content alone.
Result<std::string> contentOf(const ShardMap& map) {
  Json json = TRY(parseJson(mapToJson(map), {std::size_t{2} << 30, 64}));
  json.erase("version");
  json.erase("checksum");
  return canonicalJson(json);
}

}  // namespace

Result<MigrationPlan> planOf(const PlanProposal& proposal, const PlanGoals& goals, const PlanOptions& options,
                             const ClusterSnapshot& snapshot, const ShardMap& base) {
  if (snapshot.mapVersion != base.version())
    return conflict(fmt::format("the load was read under map version {}, and version {} is in force now; plan again",
                                snapshot.mapVersion, base.version()));
  MigrationPlan plan;
  plan.keyspace = base.keyspace();
  plan.baseVersion = base.version();
  plan.strategy = base.strategy().spec();
  plan.goal = std::string(goalName(goals.kind));
  plan.options = canonicalJson(optionsToJson(goals, options, plan.strategy));
  plan.splits = proposal.splits;
  plan.merges = proposal.merges;
  copyJudgement(proposal, plan);
  for (const ProposedMove& move : proposal.moves)
    if (!move.pin && !move.tokens)
      return invalidInput(fmt::format("range {} of the snapshot does not say which tokens it covers, so it cannot be moved", printable(move.range, 80)));
  plan.moves = plannedMoves(proposal);
  const ShardMap target = TRY(applyPlan(base, plan));
  plan.targetMap = TRY(contentOf(target));
  return plan;
}

namespace {

// Tokens in the snapshot's own form; null where it has none.
class TokenWriter {
 public:
  explicit TokenWriter(const std::optional<StrategySpec>& spec) {
    if (!spec) return;
    if (auto made = ShardingStrategy::make(*spec)) m_strategy = *std::move(made);
  }
  Json one(const std::optional<Token>& token) const {
    return m_strategy && token && !token->isBeginning() ? m_strategy->tokenJson(*token) : Json();
  }
  Json all(const std::vector<Token>& tokens) const {
    Json json = Json::array();
    for (const Token& token : tokens) json.push_back(one(token));
    return json;
  }

 private:
  std::optional<ShardingStrategy> m_strategy;
};

Json movesToJson(const std::vector<ProposedMove>& all, const TokenWriter& tokens) {
  Json moves = Json::array();
  for (const ProposedMove& move : all) {
    moves.push_back({{"id", moveId(moves.size()).text()},
                     {"range", move.range},
                     {"from", move.tokens ? tokens.one(move.tokens->from) : Json()},
                     {"until", move.tokens ? tokens.one(move.tokens->until) : Json()},
                     {"pin", move.pin ? Json(move.pin->toText()) : Json()},
                     {"source", move.source.text()},
                     {"target", move.target.text()},
                     {"rows", move.rows},
                     {"bytes", move.bytes},
                     {"wave", move.wave},
                     {"reason", move.reason}});
  }
  return moves;
}

}  // namespace

Json simulationToJson(const PlanProposal& proposal, const PlanGoals& goals, const PlanOptions& options, const ClusterSnapshot& snapshot) {
  const TokenWriter tokens(snapshot.strategy);
  const auto gap = proposal.utilisationGap();
  const auto bytesGap = proposal.bytesGap();
  Json json = {{"schema", "shardwright.plan/1"},
               {"id", Json()},
               {"keyspace", snapshot.keyspace.text()},
               {"baseVersion", snapshot.mapVersion},
               {"strategy", snapshot.strategy ? strategyToJson(*snapshot.strategy) : Json()},
               {"goal", goalName(goals.kind)},
               {"options", optionsToJson(goals, options, snapshot.strategy)},
               {"dimensions", proposal.dimensions},
               {"outcome", proposal.outcome == PlanProposal::Outcome::Planned ? "planned" : "no-action-needed"},
               {"sentence", proposal.sentence},
               {"splits", tokens.all(proposal.splits)},
               {"merges", tokens.all(proposal.merges)},
               {"moves", movesToJson(proposal.moves, tokens)},
               {"before", placementToJson(proposal.before)},
               {"after", placementToJson(proposal.after)},
               {"bounds", boundsToJson(proposal.bounds)},
               {"movedBytes", proposal.movedBytes()},
               {"gap", {{"utilisation", gap ? Json(*gap) : Json()}, {"bytes", bytesGap ? Json(*bytesGap) : Json()}}},
               {"risks", risksToJson(proposal.risks)},
               {"refused", refusedToJson(proposal.refused)},
               {"workUnits", proposal.workUnits},
               {"exhausted", proposal.exhausted}};
  json["fingerprint"] = planJsonFingerprint(json);
  return json;
}

std::string formatProposal(const PlanProposal& proposal, const PlanGoals& goals, const ClusterSnapshot& snapshot) {
  MigrationPlan plan;
  plan.keyspace = snapshot.keyspace;
  copyJudgement(proposal, plan);
  plan.moves = plannedMoves(proposal);
  plan.splits = proposal.splits;
  plan.merges = proposal.merges;
  std::string out = fmt::format("{} of {}\n{}\n", goalName(goals.kind), printable(snapshot.keyspace.text(), 63), proposal.sentence);
  if (proposal.outcome == PlanProposal::Outcome::NoActionNeeded) return out;
  out += tallyText(plan) + "\n" + utilisationSentence(plan) + "\n" + bytesSentence(plan) + "\n\nMoves\n";
  constexpr std::size_t shown = 50;
  for (std::size_t k = 0; k < proposal.moves.size() && k < shown; ++k) {
    const ProposedMove& move = proposal.moves[k];
    out += fmt::format("  {:<5} wave {:<3} {}  {} -> {}  {}\n", moveId(k).text(), move.wave, printable(move.range, 60),
                       printable(move.source.text(), 40), printable(move.target.text(), 40), formatBytes(move.bytes));
  }
  if (proposal.moves.size() > shown) out += fmt::format("  ... and {} more; --json lists all\n", proposal.moves.size() - shown);
  if (!proposal.risks.empty()) out += "\nRisks\n";
  for (const PlanRisk& risk : proposal.risks) out += fmt::format("  ! {}: {}\n", risk.id, printable(risk.sentence));
  return out;
}

}  // namespace shardwright
