// The verbs that carry a plan out, take it back or clean up after it, and those that tell a running one what to do.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/manager/workspace.h"
#include "core/plan/plan.h"
#include "core/run/shard_rebalancer.h"

namespace shardwright {

struct MoveStatus {
  PlannedMove move;
  std::optional<MoveRow> row;  // none: the plan has not begun
};

struct PlanStatus {
  PlanRecord record;
  StrategySpec strategy;
  std::vector<MoveStatus> moves;
  int waves = 0;
  std::optional<std::string> executor;  // the process that works on it now
};

// The plan's state with what it means now: that a process works on it, that nobody does although it has not ended, or why
// it failed; and the command that goes on. For people.
std::string standingOf(const PlanStatus& status);

struct RunRequest {
  bool holdCutOver = false;
  std::int64_t throttle = 0;  // rows a second for each move; 0: none
  std::function<void(const RunEvent&)> onEvent;
};

// What became of a wish: a living executor was told, or this process did it itself.
struct WishOutcome {
  std::string sentence;
  std::optional<RunOutcome> outcome;
};

class RunVerbs {
 public:
  explicit RunVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // Until every move is open on its target with the way back armed.
  Result<RunOutcome> run(const PlanId& id, const RunRequest& request, std::stop_token stop);
  // Goes on where an earlier run, roll back or clean-up stopped. A paused executor that lives is told to go on instead.
  // Refused: the plan has not begun.
  Result<WishOutcome> resume(const PlanId& id, const RunRequest& request, std::stop_token stop);
  Result<RunOutcome> rollBack(const PlanId& id, const std::optional<MoveId>& move, const RunRequest& request, std::stop_token stop);
  Result<RunOutcome> cleanUp(const PlanId& id, const RunRequest& request, std::stop_token stop);

  // Each is legal in the phases of the table in journal.h only. Refused: in no phase of the moves it is meant for, or
  // nobody executes the plan. Where nobody does, cancel is carried out here, and retry is resume.
  Result<WishOutcome> pause(const PlanId& id, bool afterWave);
  Result<WishOutcome> throttle(const PlanId& id, std::int64_t rowsPerSecond);
  Result<WishOutcome> cutOver(const PlanId& id, const std::optional<MoveId>& move);
  Result<WishOutcome> cancel(const PlanId& id, const std::optional<MoveId>& move, const RunRequest& request, std::stop_token stop);
  Result<WishOutcome> retry(const PlanId& id, const std::optional<MoveId>& move, const RunRequest& request, std::stop_token stop);

  Result<PlanStatus> status(const PlanId& id);
  // The same plan once more: what never changes of it is taken from `before`, which a big plan takes long to read.
  Result<PlanStatus> statusAgain(const PlanStatus& before);
  // Of every plan that has begun and not ended.
  Result<std::vector<PlanStatus>> statusOfAll();

 private:
  ShardRebalancer rebalancer(const RunRequest& request);
  Result<std::optional<std::string>> executorOf(const PlanId& id);
  // Refused, with the reason of the phase, if no move (or not the one named) may be treated so now.
  Done permit(const PlanId& id, const std::optional<MoveId>& move, Action action);
  Result<WishOutcome> tell(const PlanId& id, const std::optional<MoveId>& move, Wish wish, const std::string& argument,
                           std::string sentence);
  Workspace& m_workspace;
};

}  // namespace shardwright
