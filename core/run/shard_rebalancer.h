// ShardRebalancer: approved plans, wave by wave; resumable by any process after any crash.
//
// It holds the plan's lease while it works: another executor of the same plan is refused while this one lives, and takes
// over with a greater token when it is dead. Moves of one wave run side by side, each on a thread with its own catalog
// connection. Wishes of people (pause, cancel, throttle, cut over) come through the catalog, from any process.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/db/engine.h"
#include "core/move/data_mover.h"

namespace shardwright {

struct RunEvent {
  enum class Kind { Wave, Move, Waiting, Finished };
  Kind kind = Kind::Move;
  int wave = 0, waves = 0;
  MoveEvent move;       // Kind::Move
  std::string reason;   // Waiting: for what; Finished as Failed: why
  PlanState state = PlanState::Running;  // Finished
};

struct RunOptions {
  bool holdCutOver = false;
  std::int64_t throttle = 0;  // rows a second for each move; 0 = none
  int sideBySide = 2;         // moves of a wave at once
  MoverOptions mover;         // its orders and events are set by the rebalancer
  std::function<void(const RunEvent&)> onEvent;  // from any of its threads, one at a time
};

// Where a run came to rest.
struct RunOutcome {
  PlanId plan;
  PlanState state = PlanState::Running;
  std::vector<MoveRow> moves;
};

// What rebalanceShards answers where nothing is out of balance.
struct NoActionNeeded {
  std::string reason;
};

// How long a move is watched, from its cut-over, before its source may be cleaned up.
UnixSeconds soakOf(Environment environment);

class ShardRebalancer {
 public:
  using OpenCatalog = std::function<Result<Catalog>()>;             // one for each thread
  using FindEngine = std::function<Result<Engine*>(const Shard&)>;  // by the shard's URL

  ShardRebalancer(OpenCatalog openCatalog, FindEngine findEngine, RunOptions options);

  // A plan is Running while one of these works on it, and afterwards what its moves say. Work that ends by failure leaves
  // it Failed, with the reason; the same verb goes on from there. What is stopped, or dies, leaves it Running with nobody
  // holding its lease. A verb that is refused before its first step changes nothing.

  // From approved (or wherever it stood) until every move is open on its target with the way back armed: Watching.
  // Refused: not approved, drifted (map, schema, database), overlapping a move that is still watched, running elsewhere.
  Result<RunOutcome> run(const PlanId& plan, std::stop_token stop);
  // Back to the source with every write made meanwhile: one move, or all in reverse order.
  Result<RunOutcome> rollBack(const PlanId& plan, const std::optional<MoveId>& move, std::stop_token stop);
  // Gives the way back up and removes the rows left on the sources.
  Result<RunOutcome> cleanUp(const PlanId& plan, std::stop_token stop);
  // Moves that are not decided yet, where no executor lives; a living one is asked by a wish instead.
  Result<RunOutcome> cancel(const PlanId& plan, const std::optional<MoveId>& move, std::stop_token stop);

  // The verb of the product: a balanced cluster needs no action; otherwise the approved plan is carried out.
  Result<std::variant<NoActionNeeded, RunOutcome>> rebalanceShards(const std::optional<PlanId>& plan,
                                                                   const std::string& whyNone, std::stop_token stop);

 private:
  struct Session;
  using Work = std::function<Result<Phase>(DataMover&, std::stop_token)>;

  Result<std::unique_ptr<Session>> open(const PlanId& plan, bool started);
  Result<RunOutcome> work(Session& session, const std::function<Done()>& act);
  void noteFailure(Session& session, const Error& why);

  // run_start.cpp
  Done start(Session& session);
  Done checkDrift(Session& session);
  Done checkOverlaps(Session& session);
  Done standBounds(Session& session);

  Done begin(Session& session);
  Done runWaves(Session& session, std::stop_token stop);
  Done waitAfterWave(Session& session, int wave, std::stop_token stop);
  Done workOn(Session& session, const std::vector<PlannedMove>& moves, const Work& work, int sideBySide, std::stop_token stop);
  Result<Phase> workOnOne(Session& session, const PlannedMove& move, const Work& work, std::stop_token stop);
  Result<MoveTask> taskOf(Session& session, Catalog& catalog, const PlannedMove& move);
  Result<std::vector<PlannedMove>> movesIn(Session& session, const std::function<bool(const MoveRow&)>& wanted);
  Done lastBounds(Session& session);
  Done checkCleanable(Session& session);
  Result<RunOutcome> finish(Session& session);
  Result<bool> isOver(Session& session);
  void publishEverywhere(Session& session);
  void tell(Session& session, const RunEvent& event);

  OpenCatalog m_openCatalog;
  FindEngine m_findEngine;
  RunOptions m_options;
};

}  // namespace shardwright
