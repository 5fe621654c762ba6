// shardwright.plan/1
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/load/fields.h"
#include "core/plan/plan.h"
#include "core/plan/plan_words.h"
#include "core/plan/strategy_json.h"

namespace shardwright {

namespace {

constexpr std::string_view schemaName = "shardwright.plan/1";

Json numberOrNull(const std::optional<double>& number) { return number ? Json(*number) : Json(); }

Json boundJson(const Token& token, const ShardingStrategy& strategy) {
  return token.isBeginning() ? Json() : strategy.tokenJson(token);
}

Json toJson(const PlannedMove& move, const ShardingStrategy& strategy) {
  return {{"id", move.id.text()},
          {"range", subjectText(move, strategy)},
          {"from", move.pin ? Json() : boundJson(move.range.from, strategy)},
          {"until", !move.pin && move.range.until ? strategy.tokenJson(*move.range.until) : Json()},
          {"pin", move.pin ? Json(move.pin->toText()) : Json()},
          {"source", move.source.text()},
          {"target", move.target.text()},
          {"rows", move.rows},
          {"bytes", move.bytes},
          {"wave", move.wave},
          {"reason", move.reason}};
}

Json tokensJson(const std::vector<Token>& tokens, const ShardingStrategy& strategy) {
  Json out = Json::array();
  for (const Token& token : tokens) out.push_back(strategy.tokenJson(token));
  return out;
}

Result<std::optional<Token>> readBound(const Fields& fields, std::string_view name, const ShardingStrategy& strategy) {
  const Json* value = TRY(fields.any(name));
  if (value->is_null()) return std::optional<Token>();
  Token token = TRY(strategy.tokenFromJson(*value).in(fields.where()));
  return std::optional<Token>(std::move(token));
}

Done readPart(const Fields& fields, const ShardingStrategy& strategy, PlannedMove& move) {
  const std::optional<Token> from = TRY(readBound(fields, "from", strategy));
  move.range.from = from.value_or(Token::beginning());
  move.range.until = TRY(readBound(fields, "until", strategy));
  if (move.range.until && *move.range.until <= move.range.from)
    return invalidInput(fields.where() + ": \"from\" must lie before \"until\"");
  std::optional<std::string> pin;
  TRY(fields.readIf("pin", pin));
  if (!pin) return {};
  if (!move.range.isWholeLine()) return invalidInput(fields.where() + ": a pin has no \"from\" and no \"until\"");
  move.pin = TRY(Key::parse(strategy.keyType(), *pin).in(fields.where()));
  return {};
}

Result<PlannedMove> readMove(const Json& json, std::string where, const ShardingStrategy& strategy) {
  const Fields fields = TRY(Fields::of(json, std::move(where)));
  TRY(fields.onlyThese({"id", "range", "from", "until", "pin", "source", "target", "rows", "bytes", "wave", "reason"}));
  PlannedMove move;
  TRY(fields.read("id", move.id));
  TRY(readPart(fields, strategy, move));
  std::string range;
  TRY(fields.read("range", range));
  if (range != subjectText(move, strategy)) return fields.wrong("range", "what from, until and pin say: " + subjectText(move, strategy));
  TRY(fields.read("source", move.source));
  TRY(fields.read("target", move.target));
  if (move.source == move.target) return invalidInput(fields.where() + ": source and target are the same shard");
  TRY(fields.read("rows", move.rows, 0));
  TRY(fields.read("bytes", move.bytes, 0));
  std::int64_t wave = 0;
  TRY(fields.read("wave", wave, 1));
  if (wave > 1'000'000'000) return fields.wrong("wave", "at most 1000000000");
  move.wave = static_cast<int>(wave);
  TRY(fields.read("reason", move.reason));
  return move;
}

Result<std::vector<PlannedMove>> readMoves(const Json& list, const ShardingStrategy& strategy) {
  std::vector<PlannedMove> moves;
  moves.reserve(list.size());
  for (const Json& one : list) {
    PlannedMove move = TRY(readMove(one, fmt::format("moves[{}]", moves.size()), strategy));
    moves.push_back(std::move(move));
  }
  return moves;
}

Result<std::vector<Token>> readTokens(const Fields& fields, std::string_view name, const ShardingStrategy& strategy) {
  std::vector<Token> tokens;
  const Json* list = TRY(fields.list(name));
  for (const Json& one : *list) {
    Token token = TRY(strategy.tokenFromJson(one).in(fmt::format("{}: {}[{}]", fields.where(), name, tokens.size())));
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Result<PlacementSummary> readSummary(const Fields& plan, std::string_view name) {
  const Json* json = TRY(plan.any(name));
  const Fields fields = TRY(Fields::of(*json, std::string(name)));
  TRY(fields.onlyThese({"maxUtilisation", "perShard"}));
  PlacementSummary summary;
  TRY(fields.readIf("maxUtilisation", summary.maxUtilisation));
  const Json* list = TRY(fields.list("perShard"));
  for (const Json& one : *list) {
    const Fields shard = TRY(Fields::of(one, fmt::format("{}.perShard[{}]", name, summary.perShard.size())));
    TRY(shard.onlyThese({"shard", "loads", "utilisation"}));
    ShardLoad load;
    TRY(shard.read("shard", load.shard));
    TRY(shard.read("loads", load.loads, 0));
    TRY(shard.readIf("utilisation", load.utilisation));
    summary.perShard.push_back(std::move(load));
  }
  return summary;
}

Result<PlanBounds> readBounds(const Fields& plan) {
  const Json* json = TRY(plan.any("bounds"));
  const Fields fields = TRY(Fields::of(*json, "bounds"));
  TRY(fields.onlyThese({"maxUtilisation", "movedBytes", "reason"}));
  PlanBounds bounds;
  TRY(fields.readIf("maxUtilisation", bounds.maxUtilisation));
  TRY(fields.read("movedBytes", bounds.movedBytes, 0));
  TRY(fields.read("reason", bounds.reason));
  return bounds;
}

Done readRisks(const Fields& plan, std::vector<PlanRisk>& risks) {
  const Json* list = TRY(plan.list("risks"));
  for (const Json& one : *list) {
    const Fields fields = TRY(Fields::of(one, fmt::format("risks[{}]", risks.size())));
    TRY(fields.onlyThese({"id", "sentence"}));
    PlanRisk& risk = risks.emplace_back();
    TRY(fields.read("id", risk.id));
    TRY(fields.read("sentence", risk.sentence));
  }
  return {};
}

Done readRefused(const Fields& plan, std::vector<RefusedCandidate>& out) {
  const Json* list = TRY(plan.list("refused"));
  for (const Json& one : *list) {
    const Fields fields = TRY(Fields::of(one, fmt::format("refused[{}]", out.size())));
    TRY(fields.onlyThese({"subject", "reason"}));
    RefusedCandidate& candidate = out.emplace_back();
    TRY(fields.read("subject", candidate.subject));
    TRY(fields.read("reason", candidate.reason));
  }
  return {};
}

Result<std::map<std::string, std::string>> readNames(const Fields& plan, std::string_view name) {
  const Json* json = TRY(plan.object(name));
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : json->items()) {
    if (!value.is_string()) return plan.wrong(name, "an object of texts");
    out[key] = value.get<std::string>();
  }
  return out;
}

Done readParts(const Fields& fields, const ShardingStrategy& strategy, MigrationPlan& plan) {
  TRY(fields.read("dimensions", plan.dimensions));
  plan.splits = TRY(readTokens(fields, "splits", strategy));
  plan.merges = TRY(readTokens(fields, "merges", strategy));
  const Json* moves = TRY(fields.list("moves"));
  plan.moves = TRY(readMoves(*moves, strategy));
  plan.before = TRY(readSummary(fields, "before"));
  plan.after = TRY(readSummary(fields, "after"));
  plan.bounds = TRY(readBounds(fields));
  TRY(readRisks(fields, plan.risks));
  TRY(readRefused(fields, plan.refused));
  plan.shardIdentities = TRY(readNames(fields, "shardIdentities"));
  plan.schemaFingerprints = TRY(readNames(fields, "schemaFingerprints"));
  const Json* target = TRY(fields.any("targetMap"));
  if (!target->is_null() && !target->is_object()) return fields.wrong("targetMap", "a map or null");
  if (target->is_object()) plan.targetMap = canonicalJson(*target);
  TRY(fields.read("createdAt", plan.createdAt));
  return fields.read("author", plan.author);
}

}  // namespace

Json planToJson(const MigrationPlan& plan) {
  // A plan is only ever made over a strategy that exists; one that does not would show as an empty document.
  const auto made = ShardingStrategy::make(plan.strategy);
  if (!made) return Json::object();
  const ShardingStrategy& strategy = *made;
  Json moves = Json::array();
  for (const PlannedMove& move : plan.moves) moves.push_back(toJson(move, strategy));
  Json json = {{"schema", schemaName},
               {"id", plan.id.text()},
               {"keyspace", plan.keyspace.text()},
               {"baseVersion", plan.baseVersion},
               {"strategy", strategyToJson(plan.strategy)},
               {"goal", plan.goal},
               {"options", Json::parse(plan.options, nullptr, false)},
               {"dimensions", plan.dimensions},
               {"splits", tokensJson(plan.splits, strategy)},
               {"merges", tokensJson(plan.merges, strategy)},
               {"moves", std::move(moves)},
               {"before", placementToJson(plan.before)},
               {"after", placementToJson(plan.after)},
               {"bounds", boundsToJson(plan.bounds)},
               {"risks", risksToJson(plan.risks)},
               {"refused", refusedToJson(plan.refused)},
               {"shardIdentities", plan.shardIdentities},
               {"schemaFingerprints", plan.schemaFingerprints},
               {"targetMap", plan.targetMap.empty() ? Json() : Json::parse(plan.targetMap, nullptr, false)},
               {"createdAt", plan.createdAt},
               {"author", plan.author}};
  json["fingerprint"] = planJsonFingerprint(json);
  return json;
}

Result<MigrationPlan> planFromJson(const Json& json) {
  const Fields fields = TRY(Fields::of(json, "plan"));
  TRY(fields.onlyThese({"schema", "id", "fingerprint", "state", "approvals", "keyspace", "baseVersion", "strategy", "goal",
                        "options", "dimensions", "splits", "merges", "moves", "before", "after", "bounds", "risks", "refused",
                        "shardIdentities", "schemaFingerprints", "targetMap", "createdAt", "author"}));
  std::string schema;
  TRY(fields.read("schema", schema));
  if (schema != schemaName)
    return invalidInput(fmt::format("this is a \"{}\" document; a plan says \"schema\": \"{}\"", printable(schema, 60), schemaName));
  MigrationPlan plan;
  TRY(fields.read("id", plan.id));
  TRY(fields.read("keyspace", plan.keyspace));
  TRY(fields.read("baseVersion", plan.baseVersion, 0));
  TRY(fields.read("goal", plan.goal));
  const Json* spec = TRY(fields.any("strategy"));
  plan.strategy = TRY(strategyFromJson(*spec));
  const ShardingStrategy strategy = TRY(ShardingStrategy::make(plan.strategy));
  const Json* options = TRY(fields.object("options"));
  plan.options = canonicalJson(*options);
  TRY(readParts(fields, strategy, plan));
  std::optional<std::string> stated;
  TRY(fields.readIf("fingerprint", stated));
  if (stated && *stated != planJsonFingerprint(json))
    return refused(fmt::format("plan {}: the document was changed after its fingerprint {} was made; make the plan again",
                               printable(plan.id.text(), 60), printable(stated->substr(0, 12), 20)));
  return plan;
}

Json placementToJson(const PlacementSummary& summary) {
  Json shards = Json::array();
  for (const ShardLoad& load : summary.perShard)
    shards.push_back({{"shard", load.shard.text()}, {"loads", load.loads}, {"utilisation", numberOrNull(load.utilisation)}});
  return {{"maxUtilisation", numberOrNull(summary.maxUtilisation)}, {"perShard", std::move(shards)}};
}

Json risksToJson(const std::vector<PlanRisk>& risks) {
  Json json = Json::array();
  for (const PlanRisk& risk : risks) json.push_back({{"id", risk.id}, {"sentence", risk.sentence}});
  return json;
}

Json refusedToJson(const std::vector<RefusedCandidate>& refused) {
  Json json = Json::array();
  for (const RefusedCandidate& one : refused) json.push_back({{"subject", one.subject}, {"reason", one.reason}});
  return json;
}

Json boundsToJson(const PlanBounds& bounds) {
  return {{"maxUtilisation", numberOrNull(bounds.maxUtilisation)}, {"movedBytes", bounds.movedBytes}, {"reason", bounds.reason}};
}

}  // namespace shardwright
