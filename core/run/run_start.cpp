// The beginning of a run: what must hold before its first move.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/run/run_session.h"

namespace shardwright {

namespace {

bool isUnfinished(Phase phase) { return !isFinal(phase); }

bool overlap(const PlannedMove& a, const PlannedMove& b) {
  if (a.pin && b.pin) return *a.pin == *b.pin;
  // A pin lies somewhere on the line; which range it was in does not matter for caution.
  if (a.pin || b.pin) return true;
  return a.range.overlaps(b.range);
}

// Whether a shard is what the plan was approved for: that database, with those tables, and no later map in it.
Done checkShard(const MigrationPlan& plan, const Keyspace& keyspace, const ShardId& id, ShardSession& shard) {
  const std::string identity = TRY(shard.identity());
  const auto approved = plan.shardIdentities.find(id.text());
  if (approved != plan.shardIdentities.end() && approved->second != identity)
    return refused(fmt::format("shard {} is another database ({}) than the one that was approved ({}): rebase the plan", id.text(),
                               identity, approved->second));
  // A move could not publish over it, and would find that out with its range closed.
  const auto published = TRY(shard.publishedMap(plan.keyspace));
  if (published && published->version > plan.baseVersion)
    return refused(fmt::format("shard {} holds version {} of the map of {}, and plan {} was made on version {}: the catalog is older than "
                               "the databases. Change nothing; find the newer catalog, or a newer backup of it",
                               id.text(), published->version, plan.keyspace.text(), plan.id.text(), plan.baseVersion));
  for (const TableRef& table : keyspace.tables) {
    const auto expected = plan.schemaFingerprints.find(table.name);
    if (expected == plan.schemaFingerprints.end()) continue;
    if (TRY(usable(shard.tableSchema(table))).fingerprint() != expected->second)
      return refused(fmt::format("table {} on shard {} has another schema than when the plan was made: see keyspace schema {}, then "
                                 "rebase the plan",
                                 table.name, id.text(), plan.keyspace.text()));
  }
  return {};
}

}  // namespace

Done ShardRebalancer::checkDrift(Session& session) {
  const MigrationPlan& plan = session.plan.plan();
  const MapVersion version = TRY(session.catalog.currentVersion(plan.keyspace));
  if (version != plan.baseVersion)
    return refused(fmt::format("the map of {} is at version {} now; plan {} was made on version {}: rebase it (plan rebase {})",
                               plan.keyspace.text(), version, plan.id.text(), plan.baseVersion, plan.id.text()));
  const Keyspace keyspace = TRY(session.catalog.keyspace(plan.keyspace));
  std::set<ShardId> involved;
  for (const PlannedMove& move : plan.moves) involved.insert({move.source, move.target});
  for (const ShardId& id : involved) {
    const Shard shard = TRY(session.catalog.shard(id));
    const bool receives = std::ranges::any_of(plan.moves, [&](const PlannedMove& move) { return move.target == id; });
    if (receives && shard.state != ShardState::Active)
      return refused(fmt::format("shard {} is {} and takes nothing in: set it active, or rebase the plan", id.text(), shardStateName(shard.state)));
    Engine* engine = TRY(m_findEngine(shard));
    const auto opened = TRY(usable(engine->open(shard)));
    TRY(checkShard(plan, keyspace, id, *opened));
  }
  return {};
}

// A range whose way back is still armed belongs to that plan until it is cleaned up or rolled back.
Done ShardRebalancer::checkOverlaps(Session& session) {
  const MigrationPlan& mine = session.plan.plan();
  for (const PlanRecord& record : TRY(session.catalog.plans())) {
    if (record.id == mine.id || record.keyspace != mine.keyspace) continue;
    const std::vector<MoveRow> rows = TRY(session.catalog.moves(record.id));
    if (std::ranges::none_of(rows, [](const MoveRow& row) { return isUnfinished(row.phase); })) continue;
    const MigrationPlan other = TRY(session.catalog.plan(record.id));
    for (const MoveRow& row : rows) {
      if (!isUnfinished(row.phase)) continue;
      const auto theirs = std::ranges::find(other.moves, row.move, &PlannedMove::id);
      if (theirs == other.moves.end()) continue;
      const auto clash = std::ranges::find_if(mine.moves, [&](const PlannedMove& move) { return overlap(move, *theirs); });
      if (clash != mine.moves.end())
        return refused(fmt::format("move {} would touch what move {} of plan {} still holds (phase {}): clean up or roll back {} first",
                                   clash->id.text(), row.move.text(), record.id.text(), phaseName(row.phase), record.id.text()));
    }
  }
  return {};
}

Done ShardRebalancer::standBounds(Session& session) {
  const MigrationPlan& plan = session.plan.plan();
  if (plan.splits.empty()) return {};
  const auto map = TRY(session.catalog.currentMap(plan.keyspace));
  const bool standing = std::ranges::all_of(
      plan.splits, [&](const Token& at) { return map->tokens(map->indexOf(at)).from == at; });
  if (standing) return {};
  const ShardMap split = TRY(applyBounds(*map, plan));
  return session.catalog.publishMap(split, fmt::format("split of plan {}", plan.id.text()), session.lease);
}

Done ShardRebalancer::start(Session& session) {
  const PlanId& id = session.lease.plan;
  const PlanRecord record = TRY(session.catalog.planRecord(id));
  if (record.state == PlanState::Approved) {
    TRY(checkDrift(session));
    TRY(checkOverlaps(session));
  }
  TRY(begin(session));
  std::vector<MoveRow> rows;
  for (const PlannedMove& move : session.plan.plan().moves)
    rows.push_back({.plan = id, .move = move.id, .token = session.lease.token, .rowsTotal = move.rows});
  TRY(session.catalog.addMoves(session.lease, rows));
  return standBounds(session);
}

}  // namespace shardwright
