#include "core/run/shard_rebalancer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "core/map/map_json.h"
#include "core/move/waiting.h"
#include "core/run/run_session.h"

namespace shardwright {

namespace {

// Stops when either says so.
class JoinedStop {
 public:
  JoinedStop(std::stop_token a, std::stop_token b)
      : m_first(std::move(a), [this] { m_source.request_stop(); }), m_second(std::move(b), [this] { m_source.request_stop(); }) {}
  std::stop_token token() const { return m_source.get_token(); }

 private:
  std::stop_source m_source;
  std::stop_callback<std::function<void()>> m_first, m_second;
};

// What the plan's state is follows from its moves.
PlanState stateBy(const std::vector<MoveRow>& rows) {
  const auto all = [&](auto... phases) {
    return std::ranges::all_of(rows, [&](const MoveRow& row) { return ((row.phase == phases) || ...); });
  };
  if (rows.empty()) return PlanState::Done;
  if (all(Phase::Aborted)) return PlanState::Cancelled;
  if (all(Phase::RolledBack, Phase::Aborted)) return PlanState::RolledBack;
  if (all(Phase::Done, Phase::Aborted, Phase::RolledBack)) return PlanState::Done;
  if (all(Phase::Watching, Phase::Aborted, Phase::RolledBack, Phase::Done)) return PlanState::Watching;
  return PlanState::Running;
}

}  // namespace

// 24 h: as long as a client may go on with an old map before it is sure to have met a refusal.
UnixSeconds soakOf(Environment environment) { return environment == Environment::Production ? 24 * 3600 : 0; }

ShardRebalancer::ShardRebalancer(OpenCatalog openCatalog, FindEngine findEngine, RunOptions options)
    : m_openCatalog(std::move(openCatalog)), m_findEngine(std::move(findEngine)), m_options(std::move(options)) {}

void ShardRebalancer::tell(Session& session, const RunEvent& event) {
  if (!m_options.onEvent) return;
  std::lock_guard lock(session.telling);
  m_options.onEvent(event);
}

// Takes the lease first: whoever reads the plan's state afterwards is the one who may change it.
Result<std::unique_ptr<ShardRebalancer::Session>> ShardRebalancer::open(const PlanId& id, bool started) {
  Catalog catalog = TRY(m_openCatalog());
  ApprovedPlan plan = started ? TRY(catalog.startedPlan(id)) : TRY(catalog.approvedPlan(id));
  Lease lease = TRY(catalog.takeLease(id));
  auto session = std::make_unique<Session>(std::move(catalog), std::move(plan), std::move(lease), m_options);
  session->startHeart(TRY(m_openCatalog()));
  return session;
}

// ---- the work

Done ShardRebalancer::begin(Session& session) {
  const PlanId& id = session.lease.plan;
  const PlanState now = TRY(session.catalog.planRecord(id)).state;
  if (now == PlanState::Running) return {};
  return session.catalog.setPlanState(id, now, PlanState::Running, "", session.lease);
}

Result<RunOutcome> ShardRebalancer::work(Session& session, const std::function<Done()>& act) {
  auto outcome = [&]() -> Result<RunOutcome> {
    TRY(act());
    return finish(session);
  }();
  if (!outcome) noteFailure(session, outcome.error());
  return outcome;
}

// A stop is no failure, and an executor that has lost its lease has nothing to say about the plan. Where the catalog does
// not take it, the plan stays Running with nobody executing it: that says less, and nothing wrong.
void ShardRebalancer::noteFailure(Session& session, const Error& why) {
  if (why.code() == ErrorCode::Cancelled || session.lost.stop_requested()) return;
  const auto record = session.catalog.planRecord(session.lease.plan);
  if (!record || record->state != PlanState::Running) return;
  if (session.catalog.setPlanState(record->id, PlanState::Running, PlanState::Failed, why.message(), session.lease))
    tell(session, {.kind = RunEvent::Kind::Finished, .reason = why.message(), .state = PlanState::Failed});
}

Result<MoveTask> ShardRebalancer::taskOf(Session& session, Catalog& catalog, const PlannedMove& move) {
  MoveTask task;
  task.catalogUuid = catalog.uuid();
  task.plan = session.lease.plan;
  task.move = move.id;
  task.keyspace = TRY(catalog.keyspace(session.plan.plan().keyspace));
  task.source = TRY(catalog.shard(move.source));
  task.target = TRY(catalog.shard(move.target));
  const auto map = TRY(catalog.currentMap(task.keyspace.name));
  task.part = partOf(*map, move);
  task.onSource = placementOn(*map, move.source);
  task.onTarget = placementOn(*map, move.target);
  return task;
}

Result<Phase> ShardRebalancer::workOnOne(Session& session, const PlannedMove& move, const Work& work, std::stop_token stop) {
  Catalog catalog = TRY(m_openCatalog());
  const MoveTask task = TRY(taskOf(session, catalog, move));
  Engine* engine = TRY(m_findEngine(task.source));
  if (TRY(m_findEngine(task.target)) != engine)
    return refused(fmt::format("{} and {} are of different engines; rows move between shards of one engine", move.source.text(),
                               move.target.text()));
  auto opened = TRY(usable(engine->openMove(task, m_options.mover.rules)));
  MoverOptions options = m_options.mover;
  options.orders = [&session, id = move.id] { return session.board.of(id); };
  options.onEvent = [this, &session](const MoveEvent& event) { tell(session, {.kind = RunEvent::Kind::Move, .move = event}); };
  DataMover mover(catalog, session.lease, session.plan, move, std::move(opened), std::move(options));
  auto phase = work(mover, stop);
  if (!phase && phase.error().code() != ErrorCode::Cancelled)
    if (auto noted = catalog.note(session.lease, move.id, {.reason = phase.error().message()}); !noted) return std::move(noted).error();
  return phase;
}

// Some moves at once; the first failure lets the others end what they are at, and is the answer.
Done ShardRebalancer::workOn(Session& session, const std::vector<PlannedMove>& moves, const Work& work, int sideBySide,
                             std::stop_token stop) {
  const JoinedStop joined(stop, session.lost.get_token());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failure;
  const auto worker = [&] {
    for (std::size_t i = next++; i < moves.size(); i = next++) {
      {
        std::lock_guard lock(mutex);
        if (failure) return;
      }
      const auto phase = workOnOne(session, moves[i], work, joined.token());
      if (phase) continue;
      std::lock_guard lock(mutex);
      if (!failure) failure = phase.error();
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < std::min(sideBySide, static_cast<int>(moves.size())); ++i) workers.emplace_back(worker);
    worker();
  }
  if (session.lost.stop_requested())
    return conflict(fmt::format("another executor has taken plan {} over; this one stopped", session.lease.plan.text()));
  if (failure) return *failure;
  return {};
}

Done ShardRebalancer::runWaves(Session& session, std::stop_token stop) {
  const MigrationPlan& plan = session.plan.plan();
  const int waves = plan.waves();
  for (int wave = 1; wave <= waves; ++wave) {
    std::vector<PlannedMove> moves;
    for (const PlannedMove& move : plan.moves) {
      if (move.wave != wave) continue;
      const Phase phase = TRY(session.catalog.move(plan.id, move.id)).phase;
      if (!isFinal(phase) && phase != Phase::Watching) moves.push_back(move);
    }
    if (moves.empty()) continue;
    tell(session, {.kind = RunEvent::Kind::Wave, .wave = wave, .waves = waves});
    // A pin changes what the ranges around it carry, so such waves go one by one.
    const bool pins = std::ranges::any_of(moves, [](const PlannedMove& move) { return move.pin.has_value(); });
    TRY(workOn(session, moves, [](DataMover& mover, std::stop_token token) { return mover.migrateData(token); },
               pins ? 1 : m_options.sideBySide, stop));
    if (wave < waves) TRY(waitAfterWave(session, wave, stop));
  }
  return {};
}

// Whoever looks into the catalog sees that the waves to come wait, and why.
Done ShardRebalancer::waitAfterWave(Session& session, int wave, std::stop_token stop) {
  if (!session.board.pausesAfterWave()) return {};
  const std::string reason = "paused after the wave by an operator";
  const auto mark = [&](bool paused) -> Done {
    for (const PlannedMove& move : session.plan.plan().moves)
      if (move.wave > wave && TRY(session.catalog.move(session.lease.plan, move.id)).phase == Phase::Queued)
        TRY(session.catalog.note(session.lease, move.id, {.reason = paused ? reason : "", .paused = paused}));
    return {};
  };
  TRY(mark(true));
  while (session.board.pausesAfterWave()) {
    if (stop.stop_requested()) return cancelled("stopped between two waves; resume goes on from there");
    tell(session, {.kind = RunEvent::Kind::Waiting, .wave = wave, .waves = session.plan.plan().waves(), .reason = reason});
    rest(std::chrono::milliseconds(200), stop);
  }
  return mark(false);
}

// ---- verbs

Result<RunOutcome> ShardRebalancer::run(const PlanId& id, std::stop_token stop) {
  Catalog catalog = TRY(m_openCatalog());
  const PlanState state = TRY(catalog.planRecord(id)).state;
  if (state == PlanState::Watching) return RunOutcome{id, state, TRY(catalog.moves(id))};
  if (isFinal(state)) return refused(fmt::format("plan {} is {}; nothing is left to run", id.text(), planStateName(state)));
  auto session = TRY(open(id, state == PlanState::Running || state == PlanState::Failed));
  return work(*session, [&]() -> Done {
    TRY(start(*session));
    TRY(runWaves(*session, stop));
    return lastBounds(*session);
  });
}

Result<std::vector<PlannedMove>> ShardRebalancer::movesIn(Session& session, const std::function<bool(const MoveRow&)>& wanted) {
  std::vector<PlannedMove> moves;
  const std::vector<MoveRow> rows = TRY(session.catalog.moves(session.lease.plan));
  for (const PlannedMove& move : session.plan.plan().moves) {
    const auto row = std::ranges::find(rows, move.id, &MoveRow::move);
    if (row != rows.end() && wanted(*row)) moves.push_back(move);
  }
  return moves;
}

// Bounds that the plan takes away, once every move has ended on one owner.
Done ShardRebalancer::lastBounds(Session& session) {
  const MigrationPlan& plan = session.plan.plan();
  const auto map = TRY(session.catalog.currentMap(plan.keyspace));
  MapBuilder builder(*map);
  bool any = false;
  for (const Token& at : plan.merges) {
    const std::size_t index = map->indexOf(at);
    // Gone already, or still needed: a move that was cancelled or rolled back left different owners beside it.
    if (index == 0 || map->tokens(index).from != at || map->owner(index - 1) != map->owner(index)) continue;
    TRY(builder.merge(at));
    any = true;
  }
  if (!any) return {};
  const ShardMap merged = TRY(builder.build());
  return session.catalog.publishMap(merged, fmt::format("merge of plan {}", plan.id.text()), session.lease);
}

Result<RunOutcome> ShardRebalancer::finish(Session& session) {
  const PlanId& id = session.lease.plan;
  std::vector<MoveRow> rows = TRY(session.catalog.moves(id));
  const PlanState state = stateBy(rows);
  publishEverywhere(session);
  const PlanState now = TRY(session.catalog.planRecord(id)).state;
  if (now != state) TRY(session.catalog.setPlanState(id, now, state, "", session.lease));
  tell(session, {.kind = RunEvent::Kind::Finished, .state = state});
  return RunOutcome{id, state, std::move(rows)};
}

// Its moves have all ended, and whoever ended the last of them did not live to say so of the plan.
Result<bool> ShardRebalancer::isOver(Session& session) {
  const std::vector<MoveRow> rows = TRY(session.catalog.moves(session.lease.plan));
  const PlanState state = stateBy(rows);
  return !rows.empty() && isFinal(state) && TRY(session.catalog.planRecord(session.lease.plan)).state != state;
}

// The shards that took no part learn of the map too. A shard that does not answer now learns with the next one: its
// guard does not change, and clients follow the refusals of the others.
void ShardRebalancer::publishEverywhere(Session& session) {
  const KeyspaceName& keyspace = session.plan.plan().keyspace;
  const auto map = session.catalog.currentMap(keyspace);
  const auto shards = session.catalog.shards();
  if (!map || !shards) return;
  const PublishedMap published{keyspace, (*map)->version(), mapToJson(**map), (*map)->checksum()};
  for (const Shard& shard : *shards) {
    const auto engine = m_findEngine(shard);
    if (!engine) continue;
    auto opened = (*engine)->open(shard);
    std::string problem;
    if (!opened) {
      problem = opened.error().message();
    } else if (auto put = (*opened)->publishMap(published); !put) {
      problem = put.error().message();
    }
    if (!problem.empty())
      tell(session, {.kind = RunEvent::Kind::Waiting,
                     .reason = fmt::format("shard {} has not got map version {} yet: {}", shard.id.text(), published.version, problem)});
  }
}

Result<RunOutcome> ShardRebalancer::rollBack(const PlanId& id, const std::optional<MoveId>& only, std::stop_token stop) {
  auto session = TRY(open(id, true));
  std::vector<PlannedMove> moves = TRY(movesIn(*session, [&](const MoveRow& row) {
    const bool under = row.phase == Phase::RollBack || row.phase == Phase::BackDecided;
    return (!only || row.move == *only) && (row.phase == Phase::Watching || under);
  }));
  if (moves.empty() && TRY(isOver(*session))) return finish(*session);
  if (moves.empty())
    return refused(fmt::format("plan {} has no move that can go back now; after clean-up, make the inverse plan instead", id.text()));
  std::ranges::reverse(moves);
  return work(*session, [&]() -> Done {
    TRY(begin(*session));
    return workOn(*session, moves, [](DataMover& mover, std::stop_token token) { return mover.rollBack(token); }, 1, stop);
  });
}

// Every move has come to an end that clean-up may follow, and those on their targets have been there long enough.
Done ShardRebalancer::checkCleanable(Session& session) {
  const UnixSeconds soak = soakOf(session.catalog.environment());
  for (const MoveRow& row : TRY(session.catalog.moves(session.lease.plan))) {
    if (!isFinal(row.phase) && row.phase != Phase::Watching && row.phase != Phase::CleanUp)
      return refused(fmt::format("move {} of plan {} is in {}; only a plan whose moves are all being watched can be cleaned up",
                                 row.move.text(), row.plan.text(), phaseName(row.phase)));
    if (row.phase == Phase::Watching && session.catalog.now() - row.changedAt < soak)
      return refused(fmt::format("move {} has been open on its target since {}; in production it is watched for 24 h before its source "
                                 "is cleaned up",
                                 row.move.text(), formatUtc(row.changedAt)));
  }
  return {};
}

Result<RunOutcome> ShardRebalancer::cleanUp(const PlanId& id, std::stop_token stop) {
  auto session = TRY(open(id, true));
  TRY(session->catalog.cleanupApproved(id));
  TRY(checkCleanable(*session));
  const auto moves = TRY(movesIn(*session, [](const MoveRow& row) { return !isFinal(row.phase); }));
  if (moves.empty() && TRY(isOver(*session))) return finish(*session);
  const PlanState before = TRY(session->catalog.planRecord(id)).state;
  if (moves.empty()) return refused(fmt::format("plan {} is {}; nothing is left to clean up", id.text(), planStateName(before)));
  return work(*session, [&]() -> Done {
    TRY(begin(*session));
    // Of a run that ended before it came to them.
    if (before != PlanState::Watching) TRY(lastBounds(*session));
    return workOn(*session, moves, [](DataMover& mover, std::stop_token token) { return mover.cleanUp(token); }, 1, stop);
  });
}

Result<RunOutcome> ShardRebalancer::cancel(const PlanId& id, const std::optional<MoveId>& only, std::stop_token stop) {
  auto session = TRY(open(id, true));
  const auto moves = TRY(movesIn(*session, [&](const MoveRow& row) {
    return (!only || row.move == *only) && !isFinal(row.phase) && row.decision != Decision::Flip;
  }));
  if (moves.empty() && TRY(isOver(*session))) return finish(*session);
  if (moves.empty())
    return refused(fmt::format("plan {} has no move that can still be cancelled; what is open on its target goes back with rollback", id.text()));
  return work(*session, [&]() -> Done {
    TRY(begin(*session));
    return workOn(*session, moves, [](DataMover& mover, std::stop_token token) { return mover.cancel(token); }, 1, stop);
  });
}

Result<std::variant<NoActionNeeded, RunOutcome>> ShardRebalancer::rebalanceShards(const std::optional<PlanId>& plan,
                                                                                  const std::string& whyNone, std::stop_token stop) {
  if (!plan) return std::variant<NoActionNeeded, RunOutcome>(NoActionNeeded{whyNone});
  return std::variant<NoActionNeeded, RunOutcome>(TRY(run(*plan, stop)));
}

}  // namespace shardwright
