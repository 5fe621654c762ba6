#include "core/manager/plan_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/manager/live_snapshot.h"
#include "core/manager/plan_request.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

bool hasBegun(PlanState state) {
  return state != PlanState::Draft && state != PlanState::Approved && state != PlanState::Rejected &&
         state != PlanState::Withdrawn;
}

std::string moveWords(const PlannedMove& move, const ShardingStrategy& strategy) {
  const std::string part = move.pin ? "key " + printable(move.pin->toText(), 60)
                                    : fmt::format("{}..{}", move.range.from.isBeginning() ? "" : strategy.formatToken(move.range.from),
                                                  move.range.until ? strategy.formatToken(*move.range.until) : "");
  return fmt::format("{} from {} to {}", part, move.source.text(), move.target.text());
}

std::set<ShardId> shardsOf(const MigrationPlan& plan) {
  std::set<ShardId> shards;
  for (const PlannedMove& move : plan.moves) shards.insert({move.source, move.target});
  return shards;
}

// What a move carries now, counted on its source.
Result<RangeCount> measured(ShardSession& session, const Keyspace& keyspace, const PlannedMove& move, const std::stop_token& stop) {
  if (move.pin) return session.countKey(keyspace, *move.pin, stop);
  std::vector<Token> bounds{Token::beginning()};
  if (!move.range.from.isBeginning()) bounds.push_back(move.range.from);
  const std::size_t its = bounds.size() - 1;
  if (move.range.until) bounds.push_back(*move.range.until);
  const auto counts = TRY(session.countRanges(keyspace, bounds, stop));
  return counts.at(its);
}

}  // namespace

// Identities and fingerprints of what the plan touches, an id, an author and a time; then into the catalog.
Done PlanVerbs::remember(MigrationPlan& plan) {
  Catalog& catalog = m_workspace.catalog();
  const auto keyspace = TRY(catalog.keyspace(plan.keyspace));
  plan.shardIdentities.clear();
  plan.schemaFingerprints.clear();
  for (const ShardId& id : shardsOf(plan)) {
    const auto shard = TRY(catalog.shard(id));
    auto session = TRY(m_workspace.open(shard));
    plan.shardIdentities[id.text()] = shard.identity;
    for (const TableRef& table : keyspace.tables) {
      const auto schema = TRY(session->tableSchema(table));
      const std::string fingerprint = schema.fingerprint();
      const auto [known, isNew] = plan.schemaFingerprints.emplace(table.name, fingerprint);
      if (!isNew && known->second != fingerprint) {
        return refused(fmt::format("table {} on shard {} differs from its siblings: keyspace schema {} says how.",
                                   table.name, id.text(), plan.keyspace.text()));
      }
    }
  }
  plan.id = TRY(catalog.freshPlanId());
  plan.author = catalog.actor().name;
  plan.createdAt = formatUtc(catalog.now());
  return catalog.addPlan(plan);
}

Result<MadePlan> PlanVerbs::create(const KeyspaceName& keyspace, const PlanRequest& request, std::stop_token stop) {
  auto made = TRY(preview(keyspace, request, nullptr, std::move(stop))).made;
  if (made.plan) TRY(remember(*made.plan));
  return made;
}

Result<PlanView> PlanVerbs::show(const PlanId& id) {
  Catalog& catalog = m_workspace.catalog();
  auto record = TRY(catalog.planRecord(id));
  auto plan = TRY(catalog.plan(id));
  auto approvals = TRY(catalog.approvals(id));
  auto moves = TRY(catalog.moves(id));
  const auto version = TRY(catalog.currentVersion(plan.keyspace));
  return PlanView{std::move(plan), std::move(record), std::move(approvals), std::move(moves), version};
}

Done PlanVerbs::approve(const PlanId& id, const std::string& fingerprint, const std::string& comment, bool forCleanup) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  const auto version = TRY(m_workspace.catalog().currentVersion(record.keyspace));
  if (!forCleanup && !hasBegun(record.state) && record.baseVersion != version) {
    return refused(fmt::format("plan {} was made for version {} of the map of {}, and version {} is in force. Make it again "
                               "on that: plan rebase {}",
                               id.text(), record.baseVersion, record.keyspace.text(), version, id.text()));
  }
  return m_workspace.catalog().approve(id, fingerprint, comment, forCleanup);
}

Done PlanVerbs::reject(const PlanId& id, const std::string& reason) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  if (hasBegun(record.state)) return refused(fmt::format("plan {} is {}; a plan that has begun is cancelled, not rejected.", id.text(), planStateName(record.state)));
  return m_workspace.catalog().setPlanState(id, record.state, PlanState::Rejected, reason);
}

Done PlanVerbs::withdraw(const PlanId& id) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  if (hasBegun(record.state)) return refused(fmt::format("plan {} is {}; a plan that has begun is cancelled, not withdrawn.", id.text(), planStateName(record.state)));
  return m_workspace.catalog().setPlanState(id, record.state, PlanState::Withdrawn, "withdrawn");
}

Result<MadePlan> PlanVerbs::again(const MigrationPlan& old, std::stop_token stop) {
  Catalog& catalog = m_workspace.catalog();
  const auto keyspace = TRY(catalog.keyspace(old.keyspace));
  const auto map = TRY(catalog.currentMap(old.keyspace));
  MigrationPlan plan = old;
  plan.baseVersion = map->version();
  plan.moves.clear();
  for (const PlannedMove& move : old.moves) {
    const auto next = applyMove(*map, move);
    if (!next) {
      plan.refused.push_back({moveWords(move, map->strategy()), next.error().message()});
      continue;
    }
    const auto source = TRY(catalog.shard(move.source));
    auto session = TRY(m_workspace.open(source));
    const auto count = TRY(measured(*session, keyspace, move, stop));
    PlannedMove kept = move;
    kept.id = MoveId(fmt::format("m{}", plan.moves.size() + 1));
    kept.rows = count.rows;
    kept.bytes = count.bytes;
    plan.moves.push_back(std::move(kept));
  }
  const bool boundsLeft = plan.moves.empty() && old.moves.empty();
  if (plan.moves.empty() && !boundsLeft) {
    return MadePlan{{}, fmt::format("nothing of plan {} is left to do on version {} of the map.", old.id.text(), map->version())};
  }
  TRY(retarget(plan, *map));
  TRY(remember(plan));
  return MadePlan{std::move(plan), fmt::format("the moves of plan {} on version {} of the map.", old.id.text(), map->version())};
}

Result<MadePlan> PlanVerbs::copy(const PlanId& id, std::stop_token stop) {
  const auto old = TRY(m_workspace.catalog().plan(id));
  return again(old, std::move(stop));
}

Result<MadePlan> PlanVerbs::rebase(const PlanId& id, std::stop_token stop) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  auto made = TRY(copy(id, std::move(stop)));
  if (!hasBegun(record.state) && !isFinal(record.state)) {
    const std::string reason = made.plan ? "rebased as " + made.plan->id.text() : "nothing of it was left to do";
    TRY(m_workspace.catalog().setPlanState(id, record.state, PlanState::Withdrawn, reason));
  }
  return made;
}

Result<PlanComparison> PlanVerbs::compare(const PlanId& first, const PlanId& second) {
  PlanComparison comparison;
  comparison.first = TRY(m_workspace.catalog().plan(first));
  comparison.second = TRY(m_workspace.catalog().plan(second));
  if (comparison.first.keyspace != comparison.second.keyspace) {
    return invalidInput(fmt::format("plan {} is of keyspace {} and plan {} of {}; only plans of one keyspace are compared.",
                                    first.text(), comparison.first.keyspace.text(), second.text(), comparison.second.keyspace.text()));
  }
  const auto strategy = TRY(ShardingStrategy::make(comparison.first.strategy));
  std::set<std::string> a, b;
  for (const PlannedMove& move : comparison.first.moves) a.insert(moveWords(move, strategy));
  for (const PlannedMove& move : comparison.second.moves) b.insert(moveWords(move, strategy));
  std::ranges::set_difference(a, b, std::back_inserter(comparison.onlyFirst));
  std::ranges::set_difference(b, a, std::back_inserter(comparison.onlySecond));
  comparison.both = a.size() - comparison.onlyFirst.size();
  return comparison;
}

Result<ClusterSnapshot> PlanVerbs::snapshot(const KeyspaceName& keyspace, std::stop_token stop) {
  return liveSnapshot(m_workspace, keyspace, std::nullopt, std::move(stop));
}

namespace {

// Reads what a simulation plans on into either kind of it.
template <class T>
Result<T> simulationOf(std::string_view document, const PlanRequest& request) {
  T simulation;
  const Stopwatch reading;
  simulation.snapshot = TRY(snapshotFromJson(document));
  simulation.readSeconds = reading.seconds();
  simulation.goals = TRY(simulationGoalsOf(request, simulation.snapshot));
  simulation.options = TRY(optionsOf(request));
  return simulation;
}

}  // namespace

Result<Simulation> simulate(std::string_view document, const PlanRequest& request) {
  auto simulation = TRY(simulationOf<Simulation>(document, request));
  const Stopwatch planning;
  simulation.proposal = TRY(MigrationPlanner::planMigration(simulation.snapshot, simulation.goals, simulation.options));
  simulation.planSeconds = planning.seconds();
  return simulation;
}

Result<FrontSimulation> simulateFront(std::string_view document, const PlanRequest& request, std::int64_t points) {
  auto simulation = TRY(simulationOf<FrontSimulation>(document, request));
  const Stopwatch planning;
  simulation.front = TRY(paretoFront(simulation.snapshot, simulation.goals, simulation.options, points));
  simulation.planSeconds = planning.seconds();
  return simulation;
}

}  // namespace shardwright
