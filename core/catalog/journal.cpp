#include "core/catalog/journal.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>

#include "core/base/text.h"

namespace shardwright {

namespace {

using enum Phase;

constexpr std::size_t phaseCount = 16;
constexpr std::size_t actionCount = 7;

// Bit i: phase i.
constexpr std::uint32_t setOf(std::initializer_list<Phase> phases) {
  std::uint32_t bits = 0;
  for (const Phase phase : phases) bits |= 1u << static_cast<unsigned>(phase);
  return bits;
}

constexpr Permission yes(std::string_view note = {}) { return {true, note}; }
constexpr Permission no(std::string_view why) { return {false, why}; }

struct PhaseEntry {
  Phase phase;
  std::string_view key;    // unique, as stored
  std::string_view name;   // JSON and command line
  std::string_view title;  // window
  std::uint32_t next;
  // In the order of Action.
  std::array<Permission, actionCount> actions;
};

constexpr Permission notCopying = no("there is no copying yet that could be throttled");
constexpr Permission notMoved = no("the range is still open on its source; cancel the move instead");
constexpr Permission notStarted = no("the move has not begun; there is nothing to try again");
constexpr Permission notWatching = no("clean-up comes after the cut-over, while the move is being watched");
constexpr Permission notReady = no("the move is not verified yet; it asks for the signal when it is ready");
constexpr Permission signalGiven = no("the cut-over is under way");
constexpr Permission cutOverDone = no("the cut-over has happened");
constexpr Permission decidedFlip = no("the catalog has decided for the target; in seconds the range is open there and can be rolled back");
constexpr Permission goingBack = no("the move is being rolled back; that ends on its source");
constexpr Permission wentBack = no("the move was rolled back and is over; make a new plan");
constexpr Permission isDone = no("the move is done; make the inverse plan to bring the range back");
constexpr Permission beingAborted = no("the move is being aborted");
constexpr Permission wasAborted = no("the move was aborted and is over; make a new plan");
constexpr Permission isOver = no("the move is over");
constexpr Permission cleaning = no("the way back has been given up; make the inverse plan to bring the range back");

// decisions.md section 3, in one table. Columns: pause, cancel, throttle, roll back, retry, clean up, cut over.
constexpr std::array<PhaseEntry, phaseCount> table = {{
    {Queued, "queued", "queued", "Queued", setOf({Prepare, Aborting}),
     {yes(), yes(), notCopying, notMoved, notStarted, notWatching, notReady}},
    {Prepare, "prepare", "prepare", "Prepare", setOf({Copy, Aborting}),
     {yes(), yes(), notCopying, notMoved, yes(), notWatching, notReady}},
    {Copy, "copy", "copy", "Copy", setOf({CatchUp, Aborting}),
     {yes(), yes(), yes(), notMoved, yes(), notWatching, notReady}},
    {CatchUp, "catchup", "catchup", "Catch up", setOf({Verify, Aborting}),
     {yes("while it is paused, the log of changes grows on the source"), yes(), yes(), notMoved, yes(), notWatching, notReady}},
    // Back to CatchUp: mismatches, or keys that were written since.
    {Verify, "verify", "verify", "Verify", setOf({Ready, CutOver, CatchUp, Aborting}),
     {yes(), yes(), yes(), notMoved, yes(), notWatching, notReady}},
    // A verification that has become old is done again.
    {Ready, "ready", "ready", "Ready", setOf({CutOver, CatchUp, Verify, Aborting}),
     {yes(), yes(), yes(), notMoved, yes(), notWatching, yes()}},
    // Back to CatchUp: the fence was not had in time and has been lifted.
    {CutOver, "cutover", "cutover", "Cut over", setOf({Decided, CatchUp, Aborting}),
     {no("the range is fenced; a pause would be an outage"), yes("until the decision: it aborts and opens the source again"),
      no("the range is fenced; what is left goes at full speed"), no("the cut-over is under way; cancel it while it is undecided"),
      no("the cut-over tries again by itself"), notWatching, signalGiven}},
    {Decided, "decided", "cutover", "Cut over", setOf({Watching}),
     {no("the catalog has decided for the target; only opening it is left"), decidedFlip,
      no("the catalog has decided for the target; only opening it is left"), decidedFlip,
      no("what is left goes on by itself"), no("the target is being opened; clean up once the move is being watched"), signalGiven}},
    {Watching, "watching", "watching", "Watch", setOf({RollBack, CleanUp}),
     {no("nothing is running that could be paused"), no("the range is open on its target; roll back instead"),
      yes("it slows the way back"), yes(), no("nothing has failed that could be tried again"), yes(), cutOverDone}},
    // Back to Watching: given up before the decision; the target is open again.
    {RollBack, "rollback", "rollback", "Roll back", setOf({BackDecided, Watching}),
     {yes("until its fence; once the target is fenced it goes on to its end"), goingBack,
      no("what was written on the target goes back at full speed"), no("the move is being rolled back already"), yes(),
      no("the move is being rolled back; there is nothing to clean up on its source"), cutOverDone}},
    {BackDecided, "backdecided", "rollback", "Roll back", setOf({RolledBack}),
     {no("the catalog has decided for the source; only opening it is left"), goingBack,
      no("the catalog has decided for the source; only opening it is left"), no("the move is being rolled back already"), yes(),
      no("the move is being rolled back; there is nothing to clean up on its source"), cutOverDone}},
    {RolledBack, "rolledback", "rolledback", "Rolled back", setOf({}),
     {wentBack, wentBack, wentBack, wentBack, wentBack, wentBack, wentBack}},
    {CleanUp, "cleanup", "cleanup", "Clean up", setOf({Done}),
     {yes(), no("the range is open on its target for good; make the inverse plan to bring it back"), yes(), cleaning, yes(),
      no("clean-up is under way"), cutOverDone}},
    {Phase::Done, "done", "done", "Done", setOf({}), {isOver, isOver, isOver, isDone, isOver, no("clean-up is done"), cutOverDone}},
    {Aborting, "aborting", "aborted", "Aborted", setOf({Aborted}),
     {beingAborted, no("the move is being aborted already"), beingAborted,
      no("the range stays on its source; there is nothing to roll back"), yes(), beingAborted, beingAborted}},
    {Aborted, "aborted", "aborted", "Aborted", setOf({}),
     {isOver, isOver, isOver, no("the range never left its source; there is nothing to roll back"), wasAborted, isOver, wasAborted}},
}};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].phase) != i) return false;
  return true;
}
static_assert(inOrder(), "the table stands in the order of Phase");

constexpr std::array<Phase, phaseCount> phases = [] {
  std::array<Phase, phaseCount> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = table[i].phase;
  return all;
}();

constexpr std::array<Action, actionCount> actions = {Action::Pause, Action::Cancel,  Action::Throttle, Action::RollBack,
                                                     Action::Retry, Action::CleanUp, Action::CutOver};
constexpr std::array<std::string_view, actionCount> actionNames = {"pause", "cancel",  "throttle", "rollback",
                                                                   "retry", "cleanup", "cutover"};

constexpr std::array<std::string_view, 8> wishNames = {"pause",    "pause-after-wave", "resume",   "cancel",
                                                       "throttle", "cutover",          "rollback", "retry"};

const PhaseEntry& entry(Phase phase) { return table[static_cast<std::size_t>(phase)]; }

}  // namespace

std::string_view phaseName(Phase phase) { return entry(phase).name; }
std::string_view phaseTitle(Phase phase) { return entry(phase).title; }
std::string_view phaseKey(Phase phase) { return entry(phase).key; }
std::span<const Phase> allPhases() { return phases; }
std::span<const Action> allActions() { return actions; }

Result<Phase> phaseFromKey(std::string_view key) {
  for (const PhaseEntry& row : table)
    if (row.key == key) return row.phase;
  return corrupt(fmt::format("\"{}\" is no phase of a move", printable(key, 80)));
}

bool isFinal(Phase phase) { return entry(phase).next == 0; }

bool isDecisionPhase(Phase phase) { return phase == Decided || phase == BackDecided || phase == Aborting; }

bool isWorking(Phase phase) { return !isFinal(phase) && phase != Ready && phase != Watching; }

std::string_view actionName(Action action) { return actionNames[static_cast<std::size_t>(action)]; }

Permission permission(Phase phase, Action action) { return entry(phase).actions[static_cast<std::size_t>(action)]; }

bool mayFollow(Phase from, Phase to) { return (entry(from).next & setOf({to})) != 0; }

std::string_view decisionName(Decision decision) {
  switch (decision) {
    case Decision::None: return "none";
    case Decision::Flip: return "flip";
    case Decision::Abort: return "abort";
    case Decision::Back: return "back";
  }
  return "";
}

std::string_view wishName(Wish wish) { return wishNames[static_cast<std::size_t>(wish)]; }

Result<Wish> wishFromName(std::string_view name) {
  for (std::size_t i = 0; i < wishNames.size(); ++i)
    if (wishNames[i] == name) return static_cast<Wish>(i);
  return corrupt(fmt::format("\"{}\" is nothing that can be wished of a run", printable(name, 80)));
}

}  // namespace shardwright
