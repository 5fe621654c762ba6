// What a person may do with a run, or with one of its moves, now - and if not, why. The phases come from the one table of
// core/catalog/journal.h; what is added here is who executes the plan, as core/manager asks it, too. Plain; any thread.
#pragma once

#include <QStringList>
#include <array>
#include <optional>

#include "ui/bridge/run_reading.h"

namespace shardwright::ui {

enum class RunAct { Pause, Resume, StopAfterWave, CutOver, Cancel, Retry, RollBack, CleanUp, Throttle };
inline constexpr std::array allRunActs = {RunAct::Pause, RunAct::Resume,   RunAct::StopAfterWave, RunAct::CutOver, RunAct::Cancel,
                                          RunAct::Retry, RunAct::RollBack, RunAct::CleanUp,       RunAct::Throttle};

struct Choice {
  bool allowed = false;
  std::string why;      // not allowed: the reason, never empty. Allowed: what to know before, or nothing
  // Allowed: a process of its own does it. Otherwise a living executor is told.
  bool launches = false;
};

// `move`: of that one alone; none: of every move to which it applies.
Choice choiceOf(const RunReading& reading, RunAct act, const MoveStatus* move = nullptr);

// The words of the command that does it. `argument`: of a throttle. `typed`: as a person types it, who answers the
// question for the name; otherwise as the window starts it.
QStringList wordsOf(const RunReading& reading, RunAct act, const std::optional<MoveId>& move = {}, std::int64_t argument = 0, bool typed = true);

bool destroysOrReverses(RunAct act);  // the name has to be typed for it

// When the clean-up of a watched run may begin; none: it is not being watched.
std::optional<UnixSeconds> cleanUpFrom(const RunReading& reading);

Phase phaseOf(const MoveStatus& move);  // Queued where the plan has not begun

}  // namespace shardwright::ui
