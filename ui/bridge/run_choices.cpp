#include "ui/bridge/run_choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/base/clock.h"

namespace shardwright::ui {

namespace {

Choice no(std::string why) { return {false, std::move(why), false}; }

using Moves = std::vector<const MoveStatus*>;

Moves movesOf(const RunReading& reading, const MoveStatus* only) {
  if (only != nullptr) return {only};
  Moves all;
  for (const MoveStatus& move : reading.status.moves) all.push_back(&move);
  return all;
}

// What the table says: allowed if it is for one of the moves.
Choice byTable(const Moves& moves, Action action) {
  if (moves.empty()) return no("the plan has no move");
  for (const MoveStatus* move : moves)
    if (const Permission may = permission(phaseOf(*move), action); may.allowed) return {true, std::string(may.why), false};
  // What is over says less than what is still under way.
  const auto telling = std::ranges::find_if(moves, [](const MoveStatus* move) { return !isFinal(phaseOf(*move)); });
  return no(std::string(permission(phaseOf(telling == moves.end() ? *moves.front() : **telling), action).why));
}

bool any(const Moves& moves, const std::function<bool(const MoveRow&)>& wanted) {
  return std::ranges::any_of(moves, [&](const MoveStatus* move) { return move->row && wanted(*move->row); });
}

Choice whenExecuted(const RunReading& reading, Choice choice) {
  if (choice.allowed && !reading.isExecuted()) return no("nobody executes the plan now; Resume goes on from here");
  return choice;
}

Choice whenNobodyExecutes(const RunReading& reading, Choice choice) {
  if (choice.allowed && reading.isExecuted()) return no(fmt::format("{} works on the plan; wait for its end, or cancel what remains", *reading.status.executor));
  choice.launches = choice.allowed;
  return choice;
}

Choice pause(const RunReading& reading, const Moves& moves) {
  Choice choice = whenExecuted(reading, byTable(moves, Action::Pause));
  const auto pausable = [](const MoveRow& row) { return permission(row.phase, Action::Pause).allowed && !row.paused; };
  if (choice.allowed && !any(moves, pausable)) return no("it is paused already");
  return choice;
}

Choice resume(const RunReading& reading, const Moves& moves) {
  const PlanState state = reading.status.record.state;
  if (reading.isExecuted()) {
    const bool paused = any(moves, [](const MoveRow& row) { return row.paused && !isFinal(row.phase); });
    if (paused || reading.past->stopsAfterWave) return {true, {}, false};
    return no("nothing is paused");
  }
  if (state == PlanState::Running || state == PlanState::Failed) return {true, {}, true};
  if (state == PlanState::Watching) return no("every range is open on its target; there is nothing left to run");
  return no(fmt::format("the plan is {}", planStateName(state)));
}

Choice stopAfterWave(const RunReading& reading, const Moves& moves) {
  Choice choice = whenExecuted(reading, byTable(moves, Action::Pause));
  if (!choice.allowed) return choice;
  if (reading.past->stopsAfterWave) return no("it stops after this wave already; Resume takes that back");
  int current = 0, last = 0;
  for (const MoveStatus* move : moves) {
    const Phase phase = phaseOf(*move);
    if (phase != Phase::Queued) current = std::max(current, move->move.wave);
    else last = std::max(last, move->move.wave);
  }
  if (last <= current) return no("this is the last wave");
  return choice;
}

Choice cancel(const RunReading& reading, const Moves& moves) {
  Choice choice = byTable(moves, Action::Cancel);
  choice.launches = !reading.isExecuted();
  // What an earlier cancel did not bring to its end is brought there by another.
  if (!choice.allowed && !reading.isExecuted() && any(moves, [](const MoveRow& row) { return row.phase == Phase::Aborting; })) return {true, {}, true};
  return choice;
}

Choice retry(const RunReading& reading, const Moves& moves) {
  const bool failed = reading.status.record.state == PlanState::Failed;
  Choice choice = failed ? Choice{true, {}, false} : byTable(moves, Action::Retry);
  choice.launches = choice.allowed && !reading.isExecuted();
  return choice;
}

Choice cleanUp(const RunReading& reading, const Moves& moves) {
  Choice choice = whenNobodyExecutes(reading, byTable(moves, Action::CleanUp));
  if (!choice.allowed) return choice;
  for (const MoveStatus* move : moves)
    if (const Phase phase = phaseOf(*move); !isFinal(phase) && phase != Phase::Watching)
      return no(fmt::format("move {} is in {}; first every move must be open on its target, or over", move->move.id.text(), phaseTitle(phase)));
  if (!reading.cleanUpRefused.empty()) return no(reading.cleanUpRefused);
  if (const auto from = cleanUpFrom(reading); from && *from > reading.now)
    return no(fmt::format("it is watched until {} first", formatUtc(*from)));
  return choice;
}

}  // namespace

Phase phaseOf(const MoveStatus& move) { return move.row ? move.row->phase : Phase::Queued; }

Choice choiceOf(const RunReading& reading, RunAct act, const MoveStatus* move) {
  const Moves moves = movesOf(reading, move);
  switch (act) {
    case RunAct::Pause: return pause(reading, moves);
    case RunAct::Resume: return resume(reading, moves);
    case RunAct::StopAfterWave: return stopAfterWave(reading, moves);
    case RunAct::CutOver: return whenExecuted(reading, byTable(moves, Action::CutOver));
    case RunAct::Cancel: return cancel(reading, moves);
    case RunAct::Retry: return retry(reading, moves);
    case RunAct::RollBack: return whenNobodyExecutes(reading, byTable(moves, Action::RollBack));
    case RunAct::CleanUp: return cleanUp(reading, moves);
    case RunAct::Throttle: return whenExecuted(reading, byTable(moves, Action::Throttle));
  }
  return no("there is no such action");
}

QStringList wordsOf(const RunReading& reading, RunAct act, const std::optional<MoveId>& move, std::int64_t argument, bool typed) {
  QStringList words;
  if (!typed && destroysOrReverses(act)) words << QStringLiteral("--yes");
  const auto verb = [&](const char* name) { words << QString::fromLatin1(name) << QString::fromStdString(reading.id().text()); };
  switch (act) {
    case RunAct::Pause: verb("pause"); break;
    case RunAct::Resume: verb("resume"); break;
    case RunAct::StopAfterWave: verb("pause"); words << QStringLiteral("--after-wave"); break;
    case RunAct::CutOver: verb("cutover"); break;
    case RunAct::Cancel: verb("cancel"); break;
    case RunAct::Retry: verb("retry"); break;
    case RunAct::RollBack: verb("rollback"); break;
    case RunAct::CleanUp: verb("cleanup"); break;
    case RunAct::Throttle: verb("throttle"); words << QString::number(argument); break;
  }
  if (move) words << QString::fromStdString(move->text());
  if (!choiceOf(reading, act).launches) return words;
  words << QStringLiteral("--detach");
  if (act != RunAct::Resume) return words;
  // Who goes on in the place of an executor that died goes on as that one was told.
  if (std::ranges::any_of(reading.status.moves, [](const MoveStatus& m) { return m.row && m.row->held; })) words << QStringLiteral("--hold-cutover");
  if (reading.past->throttle.value_or(0) > 0) words << QStringLiteral("--throttle") << QString::number(*reading.past->throttle);
  return words;
}

bool destroysOrReverses(RunAct act) { return act == RunAct::Cancel || act == RunAct::RollBack || act == RunAct::CleanUp; }

std::optional<UnixSeconds> cleanUpFrom(const RunReading& reading) {
  std::optional<UnixSeconds> from;
  for (const MoveStatus& move : reading.status.moves)
    if (move.row && move.row->phase == Phase::Watching) from = std::max(from.value_or(0), move.row->changedAt + soakOf(reading.environment));
  return from;
}

}  // namespace shardwright::ui
