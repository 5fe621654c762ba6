// How a run is told: its moves as lines with their steps, its waves as cells, and in sentences where it stands, what it
// waits for and what can be done. Plain values from a reading and the history of readings; no widget.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "ui/bridge/run_choices.h"
#include "ui/bridge/run_history.h"
#include "ui/bridge/run_reading.h"
#include "ui/widgets/stepper.h"
#include "ui/widgets/wave_strip.h"

namespace shardwright::ui {

struct MoveLine {
  QString id;          // m1
  QString what;        // the range, or the key
  QString route;       // s07 -> s16 · 2.4 M rows
  int wave = 1;
  std::vector<Step> steps;
  QString reason;      // why it waits or failed; never empty where a step says so
  double share = 0;    // of its rows on the target, 0 to 1
  Ink ink = Ink::Accent;
  QString progress;    // 88.4 k rows/s · left 6 min to 12 min
  friend bool operator==(const MoveLine&, const MoveLine&) = default;
};
std::vector<MoveLine> moveLines(const RunReading& reading, const RunHistory& history);
std::vector<Step> stepsOf(const RunReading& reading, const MoveStatus& move);
QString reasonOf(const RunReading& reading, const MoveStatus& move);  // empty: it neither waits nor failed

// Bytes of the moves that are on their targets; never more than there are.
struct RunProgress {
  std::int64_t bytes = 0, bytesTotal = 0;
  std::int64_t rowsLeft = 0;        // to be copied
  int moves = 0, opened = 0, over = 0;
  int wave = 0, waves = 0;          // the current one
  double share() const { return bytesTotal > 0 ? static_cast<double>(bytes) / static_cast<double>(bytesTotal) : moves == opened + over ? 1 : 0; }
};
RunProgress progressOf(const PlanStatus& status);
double shareOf(const MoveStatus& move);  // of its rows on the target, 0 to 1

std::vector<WaveLine> waveLines(const RunReading& reading);

QString titleOf(const PlanStatus& status);                                  // calm-otter-17 is running: 63 % copied
QString subtitleOf(const RunReading& reading, const RunHistory& history);
QString etaOf(const RunReading& reading, const RunHistory& history);        // a range, or why there is none
struct StateWord {
  QString icon, word;
  Ink ink = Ink::Text2;
};
StateWord stateWordOf(const PlanStatus& status);

// What a person should know or decide now; none: it runs by itself.
struct RunNotice {
  QString icon, title, detail;
  Ink ink = Ink::Warn;
  std::optional<RunAct> next;  // the one to go on with
  std::optional<MoveId> move = {};  // of that move alone
};
std::optional<RunNotice> noticeOf(const RunReading& reading);
QString actWord(RunAct act, bool ofOneMove);  // of its button
QString executorOf(const PlanStatus& status);  // process 48113 on db-ops; a dash: nobody

}  // namespace shardwright::ui
