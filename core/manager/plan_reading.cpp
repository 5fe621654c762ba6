#include "core/manager/plan_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/manager/live_snapshot.h"
#include "core/manager/plan_request.h"
#include "core/manager/plan_verbs.h"
#include "core/map/map_diff.h"

namespace shardwright {

namespace {

void tally(PlanLine& line, const MigrationPlan& plan) {
  line.moves = plan.moves.size();
  line.splits = plan.splits.size();
  line.merges = plan.merges.size();
  line.waves = plan.waves();
  line.rows = plan.movedRows();
  line.bytes = plan.movedBytes();
}

void takeTally(PlanLine& line, const PlanLine& known) {
  line.moves = known.moves;
  line.splits = known.splits;
  line.merges = known.merges;
  line.waves = known.waves;
  line.rows = known.rows;
  line.bytes = known.bytes;
}

Done standing(Catalog& catalog, PlanLine& line, const std::vector<Approval>& approvals) {
  line.currentVersion = TRY(catalog.currentVersion(line.record.keyspace));
  for (const Approval& approval : approvals)
    if (!approval.forCleanup && approval.fingerprint == line.record.fingerprint) line.approval = approval;
  return {};
}

bool touches(const MigrationPlan& plan, const TokenRange& range) {
  return std::ranges::any_of(plan.moves, [&](const PlannedMove& move) { return !move.pin && move.range.overlaps(range); });
}

bool touches(const MigrationPlan& plan, const Token& bound) {
  return std::ranges::any_of(plan.moves, [&](const PlannedMove& move) { return !move.pin && move.range.contains(bound); });
}

bool touches(const MigrationPlan& plan, const PinChange& change, const ShardingStrategy& strategy) {
  if (std::ranges::any_of(plan.moves, [&](const PlannedMove& move) { return move.pin == change.key; })) return true;
  const auto token = strategy.tokenOf(change.key);
  return token && touches(plan, *token);
}

Result<MapDrift> driftOf(const MigrationPlan& plan, const ShardMap& base, const ShardMap& inForce) {
  const MapDiff diff = TRY(diffMaps(base, inForce));
  MapDrift drift;
  drift.to = inForce.version();
  drift.changes = diff.owners.size() + diff.splits.size() + diff.merges.size() + diff.pins.size();
  for (const OwnerChange& change : diff.owners) drift.touching += touches(plan, change.tokens) ? 1 : 0;
  for (const auto* bounds : {&diff.splits, &diff.merges})
    for (const Token& bound : *bounds) drift.touching += touches(plan, bound) ? 1 : 0;
  for (const PinChange& change : diff.pins) drift.touching += touches(plan, change, base.strategy()) ? 1 : 0;
  return drift;
}

Done mayEnd(const PlanRecord& record, PlanState to, std::string_view word) {
  if ((record.state == PlanState::Draft || record.state == PlanState::Approved) && mayFollow(record.state, to)) return {};
  if (isFinal(record.state)) return refused(fmt::format("plan {} is {}; there is nothing left to be {}.", record.id.text(), planStateName(record.state), word));
  return refused(fmt::format("plan {} is {}; a plan that has begun is cancelled, not {}.", record.id.text(), planStateName(record.state), word));
}

Done mayRun(Catalog& catalog, const PlanLine& line) {
  if (line.isStale()) {
    return refused(fmt::format("plan {} was made for version {} of the map of {}, and version {} is in force.", line.record.id.text(),
                               line.record.baseVersion, line.record.keyspace.text(), line.currentVersion));
  }
  TRY(catalog.approvedPlan(line.record.id));
  return {};
}

bool hasKey(const ClusterSnapshot& snapshot, const Key& key) {
  return std::ranges::any_of(snapshot.ranges, [&](const SnapshotRange& range) {
    return range.pin == key || (range.hotKey && range.hotKey->key == key);
  });
}

}  // namespace

Json planDocument(const MigrationPlan& plan, const PlanRecord& record, const std::vector<Approval>& approvals) {
  Json document = planToJson(plan);
  document["state"] = planStateName(record.state);
  Json list = Json::array();
  for (const Approval& a : approvals) {
    list.push_back({{"approver", a.approver}, {"comment", a.comment}, {"at", formatUtc(a.at)}, {"expires", formatUtc(a.expires)},
                    {"fingerprint", a.fingerprint}, {"cleanup", a.forCleanup}});
  }
  document["approvals"] = std::move(list);
  return document;
}

Result<std::vector<PlanLine>> PlanVerbs::lines(const std::vector<PlanLine>& before) {
  Catalog& catalog = m_workspace.catalog();
  std::vector<PlanLine> lines;
  for (PlanRecord& record : TRY(catalog.plans())) {
    PlanLine line;
    line.record = std::move(record);
    const auto known = std::ranges::find_if(before, [&](const PlanLine& one) {
      return one.record.id == line.record.id && one.record.fingerprint == line.record.fingerprint;
    });
    if (known != before.end()) {
      takeTally(line, *known);
    } else {
      const auto plan = TRY(catalog.plan(line.record.id));
      tally(line, plan);
    }
    const auto approvals = TRY(catalog.approvals(line.record.id));
    TRY(standing(catalog, line, approvals));
    lines.push_back(std::move(line));
  }
  std::ranges::reverse(lines);
  return lines;
}

Result<PlanSheet> PlanVerbs::sheet(const PlanId& id, const PlanSheet* before) {
  Catalog& catalog = m_workspace.catalog();
  PlanSheet sheet;
  sheet.line.record = TRY(catalog.planRecord(id));
  sheet.approvals = TRY(catalog.approvals(id));
  sheet.environment = catalog.environment();
  sheet.actor = catalog.actor().name;
  sheet.executor = TRY(catalog.leaseHolder(id));
  if (before != nullptr && before->line.record.id == id && before->line.record.fingerprint == sheet.line.record.fingerprint) {
    sheet.plan = before->plan;
    sheet.base = before->base;
    sheet.target = before->target;
  } else {
    auto plan = TRY(catalog.plan(id));
    sheet.plan = std::make_shared<const MigrationPlan>(std::move(plan));
    sheet.base = TRY(catalog.mapAt(sheet.plan->keyspace, sheet.plan->baseVersion));
    auto target = TRY(applyPlan(*sheet.base, *sheet.plan));
    sheet.target = std::make_shared<const ShardMap>(std::move(target));
  }
  tally(sheet.line, *sheet.plan);
  TRY(standing(catalog, sheet.line, sheet.approvals));
  if (sheet.line.isStale()) {
    const auto inForce = TRY(catalog.currentMap(sheet.plan->keyspace));
    sheet.drift = TRY(driftOf(*sheet.plan, *sheet.base, *inForce));
  }
  sheet.rights = {catalog.mayApprove(id), catalog.mayApprove(id, true), mayEnd(sheet.line.record, PlanState::Rejected, "rejected"),
                  mayEnd(sheet.line.record, PlanState::Withdrawn, "withdrawn"), mayRun(catalog, sheet.line)};
  return sheet;
}

Result<PlanPreview> PlanVerbs::preview(const KeyspaceName& keyspace, const PlanRequest& request,
                                       std::shared_ptr<const ClusterSnapshot> measured, std::stop_token stop) {
  PlanPreview preview;
  preview.base = TRY(m_workspace.catalog().currentMap(keyspace));
  const auto goals = TRY(goalsOf(request, preview.base->strategy()));
  auto options = TRY(optionsOf(request));
  options.now = m_workspace.catalog().now();
  if (options.metrics.empty()) options.metrics = {"bytes", "rows"};  // accesses of a day may be over by now
  const bool serves = measured && measured->keyspace == keyspace && measured->mapVersion == preview.base->version() &&
                      (!goals.key || hasKey(*measured, *goals.key));
  if (!serves) {
    auto snapshot = TRY(liveSnapshot(m_workspace, keyspace, goals.key, stop));
    measured = std::make_shared<const ClusterSnapshot>(std::move(snapshot));
  }
  preview.measured = measured;
  const auto proposal = TRY(MigrationPlanner::planMigration(*measured, goals, options));
  preview.made.sentence = proposal.sentence;
  if (proposal.outcome == PlanProposal::Outcome::NoActionNeeded) return preview;
  auto plan = TRY(planOf(proposal, goals, options, *measured, *preview.base));
  preview.made.plan = std::move(plan);
  return preview;
}

}  // namespace shardwright
