#include "ui/pages/run_lines.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

#include "core/base/json.h"
#include "core/plan/plan_words.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

struct RunLines {
  Q_DECLARE_TR_FUNCTIONS(RunLines)
};
QString tr(const char* words) { return RunLines::tr(words); }

// The steps of a move that goes its way to the end, in the order of the journal's table.
constexpr std::array way = {Phase::Prepare, Phase::Copy, Phase::CatchUp, Phase::Verify, Phase::CutOver, Phase::Watching, Phase::CleanUp};
constexpr std::size_t copyStep = 1, cutOverStep = 4, watchStep = 5, cleanUpStep = 6;

std::size_t stepOf(Phase phase) {
  switch (phase) {
    case Phase::Ready:
    case Phase::Decided: return cutOverStep;
    case Phase::RollBack:
    case Phase::BackDecided:
    case Phase::RolledBack: return watchStep;
    default: break;
  }
  const auto at = std::ranges::find(way, phase);
  return at == way.end() ? 0 : static_cast<std::size_t>(at - way.begin());
}

bool hasFailed(const RunReading& reading, const MoveStatus& move) {
  return !reading.isExecuted() && reading.status.record.state == PlanState::Failed && move.row && !move.row->reason.empty() && isWorking(move.row->phase);
}

QString title(Phase phase) { return text(phaseTitle(phase)); }

Step::State currentState(const RunReading& reading, const MoveStatus& move) {
  if (phaseOf(move) == Phase::Watching) return Step::State::Current;
  if (hasFailed(reading, move)) return Step::State::Failed;
  return reasonOf(reading, move).isEmpty() ? Step::State::Current : Step::State::Waiting;
}

struct Compared {
  std::int64_t rows = 0, of = 0, differing = 0;
  bool isUnderWay() const { return of > 0; }
};
Compared comparedOf(const MoveRow& row) {
  const auto json = parseJson(row.verified);
  if (!json || !json->is_object()) return {};
  return {json->value("rows", std::int64_t{0}), json->value("of", std::int64_t{0}), json->value("differing", std::int64_t{0})};
}

std::int64_t rowsTotal(const MoveStatus& move) {
  return move.row ? std::max({move.row->rowsTotal, move.row->rows}) : move.move.rows;
}

QString leftText(const std::optional<std::pair<double, double>>& left) {
  if (!left) return {};
  const QString low = durationText(std::max(1.0, left->first)), high = durationText(std::max(1.0, left->second));
  return low == high ? tr("about %1 left").arg(low) : tr("%1 to %2 left").arg(low, high);
}

QString copyText(const MoveStatus& move, const RunHistory& history) {
  const MoveRow& row = *move.row;
  QStringList parts{tr("%1 of %2 rows").arg(shortCount(static_cast<double>(row.rows)), shortCount(static_cast<double>(rowsTotal(move))))};
  if (row.paused) return parts.front();
  if (const auto rate = history.rateOf(move.move.id)) parts << rateText(*rate, tr("rows/s"));
  const QString left = leftText(history.remainingOf(move.move.id, rowsTotal(move) - row.rows));
  if (!left.isEmpty()) parts << left;
  return parts.join(QStringLiteral(" · "));
}

QString progressText(const MoveStatus& move, const RunHistory& history) {
  if (!move.row) return tr("not begun");
  const MoveRow& row = *move.row;
  const QString changes = row.backlog == 0 ? tr("no change waits") : tr("%1 to bring over").arg(counted(row.backlog, tr("change"), tr("changes")));
  switch (row.phase) {
    case Phase::Queued: return tr("%1 rows to copy").arg(shortCount(static_cast<double>(move.move.rows)));
    case Phase::Prepare: return tr("looking at both shards");
    case Phase::Copy: return copyText(move, history);
    case Phase::CatchUp: return changes;
    case Phase::Verify: {
      const Compared compared = comparedOf(row);
      if (!compared.isUnderWay()) return tr("comparing every row");
      return tr("%1 of %2 rows compared, %3 differ")
          .arg(shortCount(static_cast<double>(std::min(compared.rows, compared.of))), shortCount(static_cast<double>(compared.of)), countText(compared.differing));
    }
    case Phase::Ready: return tr("verified, %1").arg(changes);
    case Phase::CutOver:
    case Phase::Decided: return tr("writes wait for a moment");
    case Phase::Watching: return row.pauseMs > 0 ? tr("writes waited %1 at %2").arg(durationText(row.pauseMs / 1000), timeText(row.changedAt)) : tr("open since %1").arg(timeText(row.changedAt));
    case Phase::RollBack:
    case Phase::BackDecided: return tr("back to %1, %2").arg(text(move.move.source.text()), changes);
    case Phase::RolledBack: return tr("back on %1 since %2").arg(text(move.move.source.text()), timeText(row.changedAt));
    case Phase::CleanUp: return tr("removing its rows on %1").arg(text(move.move.source.text()));
    case Phase::Done: return tr("done at %1").arg(timeText(row.changedAt));
    case Phase::Aborting: return tr("dropping what was copied");
    case Phase::Aborted: return tr("stayed on %1").arg(text(move.move.source.text()));
  }
  return {};
}

Ink inkOf(const RunReading& reading, const MoveStatus& move) {
  if (hasFailed(reading, move)) return Ink::Danger;
  switch (phaseOf(move)) {
    case Phase::Watching:
    case Phase::CleanUp:
    case Phase::Done: return Ink::Ok;
    case Phase::RolledBack:
    case Phase::Aborted: return Ink::Text3;
    default: return Ink::Accent;
  }
}

}  // namespace

QString reasonOf(const RunReading& reading, const MoveStatus& move) {
  const Phase phase = phaseOf(move);
  if (isFinal(phase)) return phase == Phase::Aborted && move.row ? asSentence(move.row->reason) : QString();
  if (move.row && !move.row->reason.empty()) return asSentence(move.row->reason);
  if (phase == Phase::Watching) return {};
  if (!reading.isExecuted()) return tr("Nobody works on it now");
  if (phase == Phase::Queued) return tr("Queued for wave %1").arg(move.move.wave);
  if (phase == Phase::Ready) return tr("Verified; waits for the cut-over signal");
  return {};
}

std::vector<Step> stepsOf(const RunReading& reading, const MoveStatus& move) {
  const Phase phase = phaseOf(move);
  const std::size_t at = stepOf(phase);
  const bool ended = phase == Phase::Done, aborted = phase == Phase::Aborting || phase == Phase::Aborted;
  const bool back = phase == Phase::RollBack || phase == Phase::BackDecided || phase == Phase::RolledBack;
  std::vector<Step> steps;
  for (std::size_t i = 0; i < way.size(); ++i) {
    Step step{title(way[i]), Step::State::ToCome};
    if (phase == Phase::Queued) step.state = Step::State::ToCome;
    else if (aborted) step.state = Step::State::Skipped;
    else if (i < at || ended) step.state = Step::State::Done;
    else if (i == at) step.state = currentState(reading, move);
    steps.push_back(std::move(step));
  }
  if (phase == Phase::Queued && move.row && move.row->paused) steps.front().state = Step::State::Waiting;
  if (back) {
    steps[watchStep].title = title(phase);
    if (phase == Phase::RolledBack) steps[watchStep].state = Step::State::Done;
    steps[cleanUpStep].state = Step::State::Skipped;
  }
  if (aborted) {
    const bool copied = move.row->rows > 0;
    for (std::size_t i = 0; i <= copyStep && copied; ++i) steps[i].state = Step::State::Done;
    steps[cutOverStep].title = title(Phase::Aborted);
    steps[cutOverStep].state = phase == Phase::Aborted ? Step::State::Failed : currentState(reading, move);
  }
  return steps;
}

double shareOf(const MoveStatus& move) {
  if (!move.row) return 0;
  const std::int64_t total = rowsTotal(move);
  switch (move.row->phase) {
    case Phase::Queued:
    case Phase::Prepare:
    case Phase::RolledBack:
    case Phase::Aborting:
    case Phase::Aborted: return 0;
    case Phase::Copy: return total > 0 ? std::clamp(static_cast<double>(move.row->rows) / static_cast<double>(total), 0.0, 1.0) : 0;
    default: return 1;
  }
}

std::vector<MoveLine> moveLines(const RunReading& reading, const RunHistory& history) {
  const auto strategy = ShardingStrategy::make(reading.status.strategy);
  std::vector<MoveLine> lines;
  for (const MoveStatus& move : reading.status.moves) {
    MoveLine line;
    line.id = text(move.move.id.text());
    line.what = strategy ? text(subjectText(move.move, *strategy)) : line.id;
    line.route = tr("%1 → %2 · %3 rows").arg(text(move.move.source.text()), text(move.move.target.text()), shortCount(static_cast<double>(rowsTotal(move))));
    line.wave = move.move.wave;
    line.steps = stepsOf(reading, move);
    line.reason = reasonOf(reading, move);
    line.share = shareOf(move);
    line.ink = inkOf(reading, move);
    line.progress = progressText(move, history);
    lines.push_back(std::move(line));
  }
  return lines;
}

RunProgress progressOf(const PlanStatus& status) {
  RunProgress progress;
  progress.moves = static_cast<int>(status.moves.size());
  progress.waves = status.waves;
  for (const MoveStatus& move : status.moves) {
    const Phase phase = phaseOf(move);
    const bool opened = phase == Phase::Watching || phase == Phase::CleanUp || phase == Phase::Done;
    const bool dropped = phase == Phase::RolledBack || phase == Phase::Aborted;
    progress.opened += opened ? 1 : 0;
    progress.over += dropped ? 1 : 0;
    if (phase != Phase::Queued) progress.wave = std::max(progress.wave, move.move.wave);
    if (dropped) continue;
    const double share = shareOf(move);
    progress.bytesTotal += move.move.bytes;
    progress.bytes += static_cast<std::int64_t>(share * static_cast<double>(move.move.bytes));
    if (phase == Phase::Queued || phase == Phase::Prepare || phase == Phase::Copy)
      progress.rowsLeft += std::max<std::int64_t>(0, rowsTotal(move) - (move.row ? move.row->rows : 0));
  }
  return progress;
}

std::vector<WaveLine> waveLines(const RunReading& reading) {
  std::vector<WaveLine> lines;
  for (int wave = 1; wave <= reading.status.waves; ++wave) {
    WaveLine line{wave, Step::State::Done, {}};
    bool begun = false, anyLeft = false, waiting = false, failed = false;
    for (const MoveStatus& move : reading.status.moves) {
      if (move.move.wave != wave) continue;
      const Phase phase = phaseOf(move);
      const bool rests = isFinal(phase) || phase == Phase::Watching;
      const Step::State state = rests                    ? phase == Phase::Aborted || phase == Phase::RolledBack ? Step::State::Skipped : Step::State::Done
                                : phase == Phase::Queued ? Step::State::ToCome
                                                         : currentState(reading, move);
      begun = begun || phase != Phase::Queued;
      anyLeft = anyLeft || !rests;
      waiting = waiting || state == Step::State::Waiting;
      failed = failed || state == Step::State::Failed;
      const QString tip = tr("%1: %2 → %3, %4").arg(text(move.move.id.text()), text(move.move.source.text()), text(move.move.target.text()), title(phase));
      line.moves.push_back({tip, shareOf(move), state});
    }
    if (anyLeft) line.state = failed ? Step::State::Failed : !begun ? Step::State::ToCome : waiting ? Step::State::Waiting : Step::State::Current;
    lines.push_back(std::move(line));
  }
  return lines;
}

QString actWord(RunAct act, bool ofOneMove) {
  switch (act) {
    case RunAct::Pause: return tr("Pause");
    case RunAct::Resume: return tr("Resume");
    case RunAct::StopAfterWave: return tr("Stop after this wave");
    case RunAct::CutOver: return tr("Cut over now");
    case RunAct::Cancel: return ofOneMove ? tr("Cancel move…") : tr("Cancel remaining…");
    case RunAct::Retry: return tr("Retry");
    case RunAct::RollBack: return ofOneMove ? tr("Roll back move…") : tr("Roll back…");
    case RunAct::CleanUp: return tr("Clean up…");
    case RunAct::Throttle: return tr("Throttle");
  }
  return {};
}

}  // namespace shardwright::ui
