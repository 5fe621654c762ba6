// Where a run stands, in sentences.
#include <QCoreApplication>
#include <algorithm>

#include "ui/pages/run_lines.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

struct RunWords {
  Q_DECLARE_TR_FUNCTIONS(RunWords)
};
QString tr(const char* words) { return RunWords::tr(words); }
QString moveCount(int n) { return counted(n, tr("move"), tr("moves")); }

bool anyMove(const PlanStatus& status, const std::function<bool(const MoveRow&)>& wanted) {
  return std::ranges::any_of(status.moves, [&](const MoveStatus& move) { return move.row && wanted(*move.row); });
}
bool anyIn(const PlanStatus& status, std::initializer_list<Phase> phases) {
  return anyMove(status, [&](const MoveRow& row) { return std::ranges::find(phases, row.phase) != phases.end(); });
}
bool isPaused(const PlanStatus& status) {
  return anyMove(status, [](const MoveRow& row) { return row.paused && !isFinal(row.phase); });
}

QString doing(const PlanStatus& status) {
  if (isPaused(status)) return tr("is paused");
  if (anyIn(status, {Phase::RollBack, Phase::BackDecided})) return tr("is being rolled back");
  if (anyIn(status, {Phase::CleanUp})) return tr("is being cleaned up");
  if (anyIn(status, {Phase::Aborting})) return tr("is being cancelled");
  if (anyIn(status, {Phase::Ready})) return tr("waits for the cut-over signal");
  return tr("is running");
}

QString clockRange(const RunReading& reading, const std::pair<double, double>& left) {
  const auto low = std::max(1.0, left.first), high = std::max(1.0, left.second);
  if (high < 120) {
    const QString soonest = durationText(low), latest = durationText(high);
    return soonest == latest ? tr("every row copied in about %1").arg(soonest) : tr("every row copied in %1 to %2").arg(soonest, latest);
  }
  const QString from = timeText(reading.now + static_cast<UnixSeconds>(low)), until = timeText(reading.now + static_cast<UnixSeconds>(high));
  return from == until ? tr("every row copied about %1").arg(from) : tr("every row copied between %1 and %2").arg(from, until);
}

RunNotice watchNotice(const RunReading& reading) {
  RunNotice notice{QStringLiteral("ok"), tr("Watched: every range is open on its target, and the way back is open, too"), {}, Ink::Ok, {}};
  if (reading.status.record.state != PlanState::Watching) notice.title = tr("Watched: the ranges that were moved are open on their targets");
  const UnixSeconds from = cleanUpFrom(reading).value_or(reading.now);
  const QString when = !reading.cleanUpRefused.empty() ? tr("Clean up needs an approval of its own first.")
                       : from > reading.now            ? tr("Clean up may begin at %1, %2.").arg(timeText(from), untilText(from, reading.now))
                                                       : tr("Clean up may begin now.");
  notice.detail = tr("Each write on a target is kept for its source as well. Roll back is possible until clean up, which ends the way back and removes the rows on the sources. %1").arg(when);
  return notice;
}

RunNotice failureNotice(const RunReading& reading) {
  RunNotice notice{QStringLiteral("error"), tr("Failed: what was done is kept, and nobody works on it now"), asSentence(reading.status.record.reason), Ink::Danger, RunAct::Retry};
  if (notice.detail.isEmpty()) notice.detail = tr("The journal names no reason.");
  if (!notice.detail.endsWith(QLatin1Char('.'))) notice.detail += QLatin1Char('.');
  QStringList ways{tr("Retry goes on from here")};
  if (choiceOf(reading, RunAct::Cancel).allowed) ways << tr("Cancel remaining drops what is not open on its target");
  if (choiceOf(reading, RunAct::RollBack).allowed) ways << tr("Roll back returns what is");
  notice.detail += QLatin1Char(' ') + ways.join(QStringLiteral("; ")) + QLatin1Char('.');
  return notice;
}

RunNotice endNotice(const RunReading& reading) {
  const PlanState state = reading.status.record.state;
  if (state == PlanState::Done) return {QStringLiteral("ok"), tr("Done: every moved range is open on its target alone"), tr("The rows on the sources are removed. To go back, make the inverse plan."), Ink::Ok, {}};
  if (state == PlanState::RolledBack) return {QStringLiteral("rollback"), tr("Rolled back: every range is open on its source, with every write made meanwhile"), tr("To move again, copy the plan: it is approved and run anew."), Ink::Text2, {}};
  return {QStringLiteral("skipped"), tr("Cancelled: every range is open on its source"), tr("What was copied is dropped. To move again, copy the plan: it is approved and run anew."), Ink::Text2, {}};
}

}  // namespace

QString titleOf(const PlanStatus& status) {
  const QString name = text(status.record.id.text());
  const RunProgress progress = progressOf(status);
  const QString copied = tr("%1 copied").arg(percentText(progress.share()));
  switch (status.record.state) {
    case PlanState::Running: {
      if (!status.executor) return tr("%1 stopped at %2: nobody works on it").arg(name, copied);
      return tr("%1 %2: %3").arg(name, doing(status), anyIn(status, {Phase::RollBack, Phase::BackDecided, Phase::CleanUp, Phase::Aborting}) ? moveCount(progress.moves) : copied);
    }
    case PlanState::Failed: return tr("%1 failed at %2").arg(name, copied);
    case PlanState::Watching: return tr("%1 is watched: %2 of %3 open on their targets").arg(name).arg(progress.opened).arg(moveCount(progress.moves));
    case PlanState::Done: return tr("%1 is done: %2").arg(name, moveCount(progress.opened));
    case PlanState::RolledBack: return tr("%1 is rolled back: %2 on their sources").arg(name, moveCount(progress.over));
    case PlanState::Cancelled: return tr("%1 is cancelled: %2 dropped").arg(name, moveCount(progress.over));
    default: return tr("%1 has not begun: %2").arg(name, moveCount(progress.moves));
  }
}

QString subtitleOf(const RunReading& reading, const RunHistory& history) {
  const PlanStatus& status = reading.status;
  const RunProgress progress = progressOf(status);
  QStringList parts;
  if (progress.wave > 0) parts << tr("wave %1 of %2").arg(progress.wave).arg(progress.waves);
  parts << tr("%1 of %2").arg(bytesText(progress.bytes), bytesText(progress.bytesTotal));
  parts << tr("%1 of %2 open on their targets").arg(progress.opened).arg(moveCount(progress.moves));
  if (status.record.state == PlanState::Running) parts << etaOf(reading, history);
  if (status.executor) parts << tr("%1 works on it; closing this window stops nothing").arg(executorOf(status));
  else if (status.record.startedAt) parts << tr("begun %1").arg(timeText(*status.record.startedAt));
  return parts.join(QStringLiteral(" · "));
}

// Without the moment since when, which the whole name has.
QString executorOf(const PlanStatus& status) {
  if (!status.executor) return dash;
  const QString whole = text(*status.executor);
  return whole.left(whole.indexOf(QStringLiteral(" (")));
}

QString etaOf(const RunReading& reading, const RunHistory& history) {
  const PlanStatus& status = reading.status;
  if (!status.executor) return tr("no end in sight: nobody works on it");
  if (isPaused(status)) return tr("no end in sight: it is paused");
  const RunProgress progress = progressOf(status);
  if (progress.rowsLeft > 0) {
    if (const auto left = history.remaining(progress.rowsLeft)) return clockRange(reading, *left);
    return history.rate() ? tr("no estimate: no row is being copied") : tr("no estimate yet: too few readings");
  }
  if (anyIn(status, {Phase::Ready})) return tr("waits for the cut-over signal");
  if (anyIn(status, {Phase::CatchUp, Phase::Verify, Phase::CutOver, Phase::Decided})) return tr("every row copied; the rest takes as long as comparing them");
  return tr("every row copied");
}

StateWord stateWordOf(const PlanStatus& status) {
  switch (status.record.state) {
    case PlanState::Running:
      if (!status.executor) return {QStringLiteral("warning"), tr("Nobody works on it"), Ink::Danger};
      if (isPaused(status)) return {QStringLiteral("paused"), tr("Paused"), Ink::Warn};
      if (anyIn(status, {Phase::RollBack, Phase::BackDecided})) return {QStringLiteral("rollback"), tr("Rolling back"), Ink::Accent};
      if (anyIn(status, {Phase::CleanUp})) return {QStringLiteral("cleanup"), tr("Cleaning up"), Ink::Accent};
      if (anyIn(status, {Phase::Ready})) return {QStringLiteral("waiting"), tr("Held"), Ink::Warn};
      return {QStringLiteral("running"), tr("Running"), Ink::Accent};
    case PlanState::Failed: return {QStringLiteral("failed"), tr("Failed"), Ink::Danger};
    case PlanState::Watching: return {QStringLiteral("ok"), tr("Watching"), Ink::Ok};
    case PlanState::Done: return {QStringLiteral("ok"), tr("Done"), Ink::Text2};
    case PlanState::RolledBack: return {QStringLiteral("rollback"), tr("Rolled back"), Ink::Text2};
    case PlanState::Cancelled: return {QStringLiteral("skipped"), tr("Cancelled"), Ink::Text2};
    default: return {QStringLiteral("queued"), asSentence(planStateName(status.record.state)), Ink::Text2};
  }
}

std::optional<RunNotice> noticeOf(const RunReading& reading) {
  const PlanStatus& status = reading.status;
  if (isFinal(status.record.state)) return endNotice(reading);
  if (!reading.isExecuted()) {
    if (status.record.state == PlanState::Failed) return failureNotice(reading);
    if (status.record.state == PlanState::Running)
      return RunNotice{QStringLiteral("warning"), tr("Nobody works on it: the process that did has ended"),
                       tr("What was done is kept. Resume starts a process of its own, which goes on from here."), Ink::Danger, RunAct::Resume};
    if (status.record.state == PlanState::Watching) return watchNotice(reading);
    return std::nullopt;
  }
  if (isPaused(status))
    return RunNotice{QStringLiteral("paused"), tr("Paused by an operator"), tr("It keeps its place. While it is paused, changes on the sources pile up and have to be brought over."), Ink::Warn, RunAct::Resume};
  if (reading.past->stopsAfterWave)
    return RunNotice{QStringLiteral("paused"), tr("It stops after this wave"), tr("Resume takes that back, or goes on once it has stopped."), Ink::Warn, {}};
  if (anyIn(status, {Phase::Ready})) {
    const auto isHeld = [](const MoveStatus& move) { return phaseOf(move) == Phase::Ready; };
    const auto held = std::ranges::count_if(status.moves, isHeld);
    // One at a time: told to the whole run, the signal would count for every later move as well.
    const MoveId first = std::ranges::find_if(status.moves, isHeld)->move.id;
    return RunNotice{QStringLiteral("waiting"), tr("%1 verified and held for the signal").arg(moveCount(static_cast<int>(held))), tr("Cut over closes each range for a moment, and opens it on its target. It can be rolled back afterwards."), Ink::Warn, RunAct::CutOver, first};
  }
  return std::nullopt;
}

}  // namespace shardwright::ui
