#include "core/manager/run_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"

namespace shardwright {

namespace {

bool mayHaveStatus(PlanState state) {
  return state == PlanState::Running || state == PlanState::Watching || state == PlanState::Failed;
}

Done refuseUnbegun(const PlanRecord& record) {
  if (record.state == PlanState::Draft) {
    return refused(fmt::format("plan {} is a draft; approve it first: plan approve {} --fingerprint {}", record.id.text(),
                               record.id.text(), record.fingerprint));
  }
  if (record.state == PlanState::Approved) {
    return refused(fmt::format("plan {} has not begun: run {}", record.id.text(), record.id.text()));
  }
  return {};
}

std::vector<MoveId> movesIn(const std::vector<MoveRow>& rows, std::initializer_list<Phase> phases) {
  std::vector<MoveId> moves;
  for (const MoveRow& row : rows) {
    if (std::ranges::find(phases, row.phase) != phases.end()) moves.push_back(row.move);
  }
  return moves;
}

// A reason may be a whole sentence or a part of one.
std::string ended(std::string_view text) { return fmt::format("{}{}", text, text.ends_with('.') ? "" : "."); }

}  // namespace

std::string standingOf(const PlanStatus& status) {
  const std::string id = status.record.id.text();
  const std::string state(planStateName(status.record.state));
  if (status.executor) return fmt::format("{}, executed by {}", state, printable(*status.executor));
  switch (status.record.state) {
    case PlanState::Failed:
      return fmt::format("{}, and nobody executes it now: {} resume {} goes on from there; cancel {} drops what is not open on its "
                         "target.", state, ended(printable(status.record.reason)), id, id);
    case PlanState::Running: return fmt::format("{}, but nobody executes it now: resume {} goes on where it stopped", state, id);
    case PlanState::Watching: return fmt::format("{}: rollback {} takes it back; cleanup {} ends the way back", state, id, id);
    default: return fmt::format("{}, nobody executes it now", state);
  }
}

ShardRebalancer RunVerbs::rebalancer(const RunRequest& request) {
  RunOptions options;
  options.holdCutOver = request.holdCutOver;
  options.throttle = request.throttle;
  options.onEvent = request.onEvent;
  return ShardRebalancer([&workspace = m_workspace] { return workspace.anotherCatalog(); },
                         [&workspace = m_workspace](const Shard& shard) { return workspace.engines().engineOf(shard); },
                         std::move(options));
}

Result<std::optional<std::string>> RunVerbs::executorOf(const PlanId& id) { return m_workspace.catalog().leaseHolder(id); }

Result<RunOutcome> RunVerbs::run(const PlanId& id, const RunRequest& request, std::stop_token stop) {
  return rebalancer(request).run(id, std::move(stop));
}

Result<WishOutcome> RunVerbs::resume(const PlanId& id, const RunRequest& request, std::stop_token stop) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  TRY(refuseUnbegun(record));
  const auto executor = TRY(executorOf(id));
  if (executor) return tell(id, {}, Wish::Resume, "", fmt::format("{} is told to go on.", *executor));
  const auto rows = TRY(m_workspace.catalog().moves(id));
  ShardRebalancer worker = rebalancer(request);
  std::optional<RunOutcome> outcome;
  for (const MoveId& move : movesIn(rows, {Phase::RollBack, Phase::BackDecided})) {
    outcome = TRY(worker.rollBack(id, move, stop));
  }
  if (!movesIn(rows, {Phase::CleanUp}).empty()) {
    outcome = TRY(worker.cleanUp(id, stop));
  } else if (!outcome) {
    outcome = TRY(worker.run(id, stop));
  }
  return WishOutcome{{}, std::move(outcome)};
}

Result<RunOutcome> RunVerbs::rollBack(const PlanId& id, const std::optional<MoveId>& move, const RunRequest& request,
                                      std::stop_token stop) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  TRY(refuseUnbegun(record));
  if (move) TRY(m_workspace.catalog().move(id, *move));
  return rebalancer(request).rollBack(id, move, std::move(stop));
}

Result<RunOutcome> RunVerbs::cleanUp(const PlanId& id, const RunRequest& request, std::stop_token stop) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  TRY(refuseUnbegun(record));
  return rebalancer(request).cleanUp(id, std::move(stop));
}

Done RunVerbs::permit(const PlanId& id, const std::optional<MoveId>& move, Action action) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  TRY(refuseUnbegun(record));
  const auto rows = TRY(m_workspace.catalog().moves(id));
  std::optional<Error> reason;
  for (const MoveRow& row : rows) {
    if (move && row.move != *move) continue;
    const Permission may = permission(row.phase, action);
    if (may.allowed) return {};
    if (!reason) reason = refused(fmt::format("{} is not possible for move {} in phase {}: {}", actionName(action), row.move.text(), phaseName(row.phase), may.why));
  }
  if (reason) return *reason;
  if (move) return notFound(fmt::format("plan {} has no move {}.", id.text(), move->text()));
  return refused(fmt::format("plan {} has no move under way.", id.text()));
}

Result<WishOutcome> RunVerbs::tell(const PlanId& id, const std::optional<MoveId>& move, Wish wish, const std::string& argument,
                                   std::string sentence) {
  TRY(m_workspace.catalog().wish(id, move, wish, argument));
  return WishOutcome{std::move(sentence), {}};
}

Result<WishOutcome> RunVerbs::pause(const PlanId& id, bool afterWave) {
  TRY(permit(id, {}, Action::Pause));
  const auto executor = TRY(executorOf(id));
  if (!executor) return refused(fmt::format("nobody executes plan {} now, so there is nothing to pause.", id.text()));
  return tell(id, {}, afterWave ? Wish::PauseAfterWave : Wish::Pause, "",
              fmt::format("{} is told to pause{}; resume {} goes on.", *executor, afterWave ? " after this wave" : "", id.text()));
}

Result<WishOutcome> RunVerbs::throttle(const PlanId& id, std::int64_t rowsPerSecond) {
  TRY(permit(id, {}, Action::Throttle));
  const auto executor = TRY(executorOf(id));
  if (!executor) return refused(fmt::format("nobody executes plan {} now; give the throttle with it: resume {} --throttle {}", id.text(), id.text(), rowsPerSecond));
  return tell(id, {}, Wish::Throttle, std::to_string(rowsPerSecond),
              rowsPerSecond == 0 ? fmt::format("{} is told to go as fast as it can.", *executor)
                                 : fmt::format("{} is told to move at most {} rows a second.", *executor, formatCount(rowsPerSecond)));
}

Result<WishOutcome> RunVerbs::cutOver(const PlanId& id, const std::optional<MoveId>& move) {
  TRY(permit(id, move, Action::CutOver));
  const auto executor = TRY(executorOf(id));
  if (!executor) return refused(fmt::format("nobody executes plan {} now: resume {} goes on, without holding the cut-over.", id.text(), id.text()));
  return tell(id, move, Wish::CutOver, "", fmt::format("{} is told to cut over.", *executor));
}

Result<WishOutcome> RunVerbs::cancel(const PlanId& id, const std::optional<MoveId>& move, const RunRequest& request,
                                     std::stop_token stop) {
  const auto executor = TRY(executorOf(id));
  const auto rows = TRY(m_workspace.catalog().moves(id));
  const bool begun = std::ranges::any_of(rows, [&](const MoveRow& row) { return (!move || row.move == *move) && row.phase == Phase::Aborting; });
  // What an earlier cancel did not bring to its end is brought there by another.
  if (executor || !begun) TRY(permit(id, move, Action::Cancel));
  if (executor) return tell(id, move, Wish::Cancel, "", fmt::format("{} is told to cancel; status {} shows how far it is.", *executor, id.text()));
  auto outcome = TRY(rebalancer(request).cancel(id, move, std::move(stop)));
  return WishOutcome{{}, std::move(outcome)};
}

Result<WishOutcome> RunVerbs::retry(const PlanId& id, const std::optional<MoveId>& move, const RunRequest& request,
                                    std::stop_token stop) {
  const auto record = TRY(m_workspace.catalog().planRecord(id));
  TRY(refuseUnbegun(record));
  if (move) TRY(m_workspace.catalog().move(id, *move));
  // The table says where a move that somebody is at may be tried again; what has failed may be wherever it stands.
  if (record.state != PlanState::Failed) TRY(permit(id, move, Action::Retry));
  const auto executor = TRY(executorOf(id));
  if (executor) return tell(id, move, Wish::Retry, "", fmt::format("{} is working on it and is told to try again.", *executor));
  return resume(id, request, std::move(stop));
}

Result<PlanStatus> RunVerbs::status(const PlanId& id) {
  Catalog& catalog = m_workspace.catalog();
  PlanStatus status;
  status.record = TRY(catalog.planRecord(id));
  const auto plan = TRY(catalog.plan(id));
  const auto rows = TRY(catalog.moves(id));
  status.strategy = plan.strategy;
  status.waves = plan.waves();
  status.executor = TRY(executorOf(id));
  for (const PlannedMove& move : plan.moves) {
    const auto row = std::ranges::find(rows, move.id, &MoveRow::move);
    status.moves.push_back({move, row == rows.end() ? std::nullopt : std::optional(*row)});
  }
  return status;
}

Result<PlanStatus> RunVerbs::statusAgain(const PlanStatus& before) {
  Catalog& catalog = m_workspace.catalog();
  const PlanId id = before.record.id;
  PlanStatus status = before;
  // The executor first: one that ends in between has written down the plan's state by then.
  status.executor = TRY(executorOf(id));
  status.record = TRY(catalog.planRecord(id));
  std::map<MoveId, MoveRow> rows;
  for (MoveRow& row : TRY(catalog.moves(id))) rows.emplace(row.move, row);
  for (MoveStatus& move : status.moves) {
    const auto row = rows.find(move.move.id);
    move.row = row == rows.end() ? std::nullopt : std::optional(row->second);
  }
  return status;
}

Result<std::vector<PlanStatus>> RunVerbs::statusOfAll() {
  const auto records = TRY(m_workspace.catalog().plans());
  std::vector<PlanStatus> all;
  for (const PlanRecord& record : records) {
    if (!mayHaveStatus(record.state)) continue;
    auto one = TRY(status(record.id));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace shardwright
