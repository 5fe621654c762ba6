// The life of a move, as data: the phases, what may follow what, and what a person may do in each. One table; journal,
// recovery, command line, window and tests all read it. (decisions.md section 3; states of moves.md section 2.2.)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/ids.h"

namespace shardwright {

// Phase::Done is the domain's word, although there is the result type Done.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
enum class Phase {
  Queued,       // approved, nothing outside yet
  Prepare,      // preflight; guard and capture being made
  Copy,         // chunks to the target
  CatchUp,      // dirty keys to the target
  Verify,       // every row compared
  Ready,        // verified; held for the operator's signal
  CutOver,      // fence, drain, compare, decide
  Decided,      // the catalog says flip: roll forward only
  Watching,     // open on the target; the way back is armed
  RollBack,     // fencing the target, draining to the source
  BackDecided,  // the catalog says back: roll forward to the source only
  RolledBack,   // open on the source again; the target's copy removed
  CleanUp,      // the way back given up; the source's rows being removed
  Done,
  Aborting,     // the catalog says abort: unfence, discard the copy
  Aborted,
};
#pragma GCC diagnostic pop

std::string_view phaseName(Phase phase);   // queued, prepare, copy, ... (both decided phases are "cutover"/"rollback" for people)
std::string_view phaseTitle(Phase phase);  // for people: Queued, Prepare, Copy, ...
std::string_view phaseKey(Phase phase);    // unique, as stored
Result<Phase> phaseFromKey(std::string_view key);
bool isFinal(Phase phase);                 // RolledBack, Done, Aborted
std::span<const Phase> allPhases();

enum class Action { Pause, Cancel, Throttle, RollBack, Retry, CleanUp, CutOver };
std::string_view actionName(Action action);

// Whether `action` is allowed in `phase`. `why`: if not allowed, the reason as a sentence, never empty; if allowed, what
// to know before doing it (a pause lets the log grow), or nothing.
struct Permission {
  bool allowed = false;
  std::string_view why;
};
Permission permission(Phase phase, Action action);
bool mayFollow(Phase from, Phase to);  // the legal transitions
std::span<const Action> allActions();

// None -> Flip -> Back, or None -> Abort; each once, in the transaction that also publishes the map it means. Their
// phases (Decided, BackDecided, Aborting) are entered by decideFlip and decideAbort alone, never by advance.
enum class Decision { None, Flip, Abort, Back };  // Back: the second decision, of a roll back
std::string_view decisionName(Decision decision);  // none, flip, abort, back
bool isDecisionPhase(Phase phase);                 // Decided, BackDecided, Aborting

// Phases in which work goes on without anybody asking: what a resumed run goes on with. Not those that wait for a
// person (Ready, Watching) nor the final ones.
bool isWorking(Phase phase);

// What changes while a move is in a phase.
struct MoveProgress {
  std::optional<std::int64_t> rows, rowsTotal, bytes;  // absent: stays as it is
  std::optional<std::int64_t> backlog;
  std::optional<double> pauseMs;         // of the last cut-over, server side
  std::optional<std::string> reason;     // why it waits or failed; empty text clears it
  std::optional<bool> paused, held;
  std::optional<std::int64_t> throttle;  // rows a second, 0 = none
  std::optional<std::string> verified;   // JSON: rows compared, differing, and "at"; while it is under way "of" instead
};

struct MoveRow {
  PlanId plan;
  MoveId move;
  Phase phase = Phase::Queued;
  Decision decision = Decision::None;
  FencingToken token;
  std::int64_t rows = 0, rowsTotal = 0, bytes = 0, backlog = 0;
  double pauseMs = 0;
  std::string reason;
  bool paused = false, held = false;
  std::int64_t throttle = 0;
  std::string verified;
  MapVersion mapVersion = 0;   // published by its last decision
  std::int64_t changedAt = 0;  // when it came into its phase, seconds since 1970 UTC
};

enum class Wish { Pause, PauseAfterWave, Resume, Cancel, Throttle, CutOver, RollBack, Retry };
std::string_view wishName(Wish wish);  // pause, pause-after-wave, resume, cancel, throttle, cutover, rollback, retry
Result<Wish> wishFromName(std::string_view name);

struct WishRow {
  std::int64_t id = 0;
  PlanId plan;
  std::optional<MoveId> move;
  Wish wish = Wish::Pause;
  std::string argument;
  std::string actor;    // who wished
  std::int64_t at = 0;  // seconds since 1970 UTC
};

// A database object of a move, for clean-up.
struct ObjectRow {
  PlanId plan;
  MoveId move;
  std::string shard;
  std::string kind, name;
};

}  // namespace shardwright
