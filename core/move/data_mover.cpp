#include "core/move/data_mover.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/map/map_json.h"
#include "core/move/waiting.h"

namespace shardwright {

namespace {

constexpr int transientTries = 6;
constexpr std::string_view heldReason = "verified; waits for the cut-over signal";

// Where the range may be closed for everybody: a stop waits for the step that opens it.
bool mayBeClosed(Phase phase) {
  return phase == Phase::CutOver || phase == Phase::Decided || phase == Phase::RollBack || phase == Phase::BackDecided ||
         phase == Phase::Aborting;
}

}  // namespace

ShardPlacement placementOn(const ShardMap& map, const ShardId& shard) {
  ShardPlacement placement;
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    if (map.owner(i) != shard) continue;
    TokenRange tokens = map.tokens(i);
    if (!placement.owned.empty() && placement.owned.back().until == tokens.from) {
      placement.owned.back().until = std::move(tokens.until);
    } else {
      placement.owned.push_back(std::move(tokens));
    }
  }
  for (const Pin& pin : map.pins()) (pin.shard == shard ? placement.pinsHere : placement.pinsElsewhere).push_back(pin.key);
  return placement;
}

DataMover::DataMover(Catalog& catalog, Lease lease, const ApprovedPlan& plan, const PlannedMove& move,
                     std::unique_ptr<MoveEngine> engine, MoverOptions options)
    : m_catalog(catalog),
      m_lease(std::move(lease)),
      m_move(move),
      m_keyspace(plan.plan().keyspace),
      m_baseVersion(plan.plan().baseVersion),
      m_identities(plan.plan().shardIdentities),
      m_engine(std::move(engine)),
      m_options(std::move(options)),
      m_pacer(m_options.chunkRows, m_options.chunkRowsMost) {
  if (move.rows > 0) m_bytesPerRow = static_cast<double>(move.bytes) / static_cast<double>(move.rows);
}

// The token goes to both databases before anything is read or done (I7).
Done DataMover::takeOver() {
  TRY(m_engine->takeOver(Side::Source, m_lease.token));
  return m_engine->takeOver(Side::Target, m_lease.token);
}

// Steps until one rests. What failed because something did not answer is looked at again, from what is durable.
Result<Phase> DataMover::drive(std::stop_token stop, const std::function<Result<Step>(const MoveRow&)>& step) {
  m_stop = stop;
  int failures = 0;
  bool tookOver = false;
  for (;;) {
    auto result = [&]() -> Result<Step> {
      const MoveRow row = TRY(m_catalog.move(m_lease.plan, m_move.id));
      if (isFinal(row.phase)) return Step::Rest;
      if (stop.stop_requested() && !mayBeClosed(row.phase))
        return cancelled("stopped; what has been done is kept, and resume goes on from there");
      if (!tookOver) TRY(takeOver());
      // Why it stopped the last time is no news any more.
      if (!tookOver && !row.reason.empty() && !row.paused && !row.held) TRY(note({.reason = ""}));
      tookOver = true;
      return step(TRY(m_catalog.move(m_lease.plan, m_move.id)));
    }();
    if (result && *result == Step::Rest) return TRY(m_catalog.move(m_lease.plan, m_move.id)).phase;
    if (result) {
      failures = 0;
      continue;
    }
    if (result.error().code() != ErrorCode::Unavailable || ++failures >= transientTries)
      return result.error().in(
          fmt::format("move {} from {} to {}", m_move.id.text(), m_move.source.text(), m_move.target.text()));
    rest(std::chrono::milliseconds(10 << failures), stop);
  }
}

Result<Phase> DataMover::migrateData(std::stop_token stop) {
  return drive(stop, [this](const MoveRow& row) -> Result<Step> {
    const MoveOrders wanted = orders();
    if (wanted.cancel && row.decision == Decision::None && permission(row.phase, Action::Cancel).allowed) return abortByOperator(row);
    return step(row);
  });
}

// The executor stays, so that "resume" goes on at once; leaving is what a stop is for.
Result<bool> DataMover::pauses(const MoveRow& row) {
  if (orders().pause && permission(row.phase, Action::Pause).allowed) {
    if (!row.paused) TRY(note({.reason = "paused by an operator", .paused = true}));
    rest(std::chrono::milliseconds(50), m_stop);
    return true;
  }
  if (row.paused) TRY(note({.reason = "", .paused = false}));
  return false;
}

Result<Phase> DataMover::cancel(std::stop_token stop) {
  return drive(stop, [this](const MoveRow& row) -> Result<Step> {
    if (row.phase == Phase::Aborting) return settleAborting();
    const Permission may = permission(row.phase, Action::Cancel);
    if (!may.allowed || row.decision != Decision::None)
      return refused(fmt::format("it cannot be cancelled in {}: {}", phaseName(row.phase), may.why));
    return abortByOperator(row);
  });
}

Result<Phase> DataMover::rollBack(std::stop_token stop) {
  return drive(stop, [this](const MoveRow& row) -> Result<Step> {
    if (row.phase != Phase::Watching) return step(row);
    TRY(advance(Phase::Watching, Phase::RollBack));
    return Step::Again;
  });
}

Result<Phase> DataMover::cleanUp(std::stop_token stop) {
  return drive(stop, [this](const MoveRow& row) -> Result<Step> {
    if (row.phase != Phase::Watching) return step(row);
    TRY(advance(Phase::Watching, Phase::CleanUp));
    return Step::Again;
  });
}

Result<DataMover::Step> DataMover::step(const MoveRow& row) {
  // A roll back may have been left with its fence up, and opens again before it rests.
  if (row.phase != Phase::RollBack && TRY(pauses(row))) return Step::Again;
  switch (row.phase) {
    case Phase::Queued: {
      TRY(advance(Phase::Queued, Phase::Prepare));
      return Step::Again;
    }
    case Phase::Prepare: return prepare();
    case Phase::Copy: return copy(row);
    case Phase::CatchUp: return catchUp();
    case Phase::Verify: return verify(row);
    case Phase::Ready: return ready(row);
    case Phase::CutOver: return recoverCutOver();
    case Phase::Decided: return openTarget(row);
    case Phase::Aborting: return settleAborting();
    case Phase::RollBack: return giveBack(row);
    case Phase::BackDecided: return finishGivingBack(row);
    case Phase::CleanUp: return removeSource();
    case Phase::Watching:
    case Phase::RolledBack:
    case Phase::Done:
    case Phase::Aborted: return Step::Rest;
  }
  return Step::Rest;
}

// ---- up to the cut-over

Result<DataMover::Step> DataMover::prepare() {
  const PreflightReport report = TRY(m_engine->preflight(m_stop));
  std::string blocking;
  for (const Finding& finding : report.findings)
    if (finding.blocking) blocking += fmt::format("{}{}: {}", blocking.empty() ? "" : "; ", finding.subject, finding.sentence);
  if (!blocking.empty()) {
    TRY(note({.reason = blocking}));
    return refused(blocking);
  }
  std::vector<ObjectRow> objects;
  for (const MoveObject& object : m_engine->objects())
    objects.push_back({m_lease.plan, m_move.id, shardOf(object.side).text(), object.kind, object.name});
  if (m_options.rules.recordBeforeCreation) TRY(m_catalog.recordObjects(m_lease, m_move.id, objects));
  TRY(m_engine->arm(Side::Source));
  TRY(m_engine->closeTarget());
  if (!m_options.rules.recordBeforeCreation) TRY(m_catalog.recordObjects(m_lease, m_move.id, objects));
  TRY(advance(Phase::Prepare, Phase::Copy, {.rowsTotal = report.rows, .reason = ""}));
  return Step::Again;
}

Result<DataMover::Step> DataMover::copy(const MoveRow& row) {
  const std::int64_t rate = orders().throttle;
  // A throttled copy takes smaller chunks, so that its pace is even.
  const std::int64_t chunk = rate > 0 ? std::clamp<std::int64_t>(rate / 10, 1, m_pacer.rows()) : m_pacer.rows();
  const Stopwatch watch;
  const CopyStep step = TRY(m_engine->copy(chunk, m_stop));
  const double seconds = watch.seconds();
  m_pacer.took(seconds);
  const std::int64_t rows = TRY(m_engine->copied()).rows;
  const auto bytes = static_cast<std::int64_t>(m_bytesPerRow * static_cast<double>(rows));
  // Writing down is a commit: often enough for whoever watches, not once a chunk.
  if (step.done || m_sinceNote.seconds() > 0.2) {
    const std::int64_t waiting = TRY(m_engine->backlog(Side::Source));
    TRY(note({.rows = rows, .bytes = bytes, .backlog = waiting, .throttle = rate}));
    m_sinceNote = Stopwatch();
  }
  tell({.kind = MoveEvent::Kind::Progress,
        .phase = Phase::Copy,
        .rows = rows,
        .rowsTotal = std::max(row.rowsTotal, rows),
        .bytes = bytes,
        .rate = seconds > 0 ? static_cast<double>(step.rows) / seconds : 0});
  if (step.done) {
    TRY(advance(Phase::Copy, Phase::CatchUp));
  } else {
    throttle(step.rows, seconds);
  }
  return Step::Again;
}

void DataMover::throttle(std::int64_t rows, double seconds) {
  const std::int64_t rate = orders().throttle;
  if (rate <= 0 || rows <= 0) return;
  const double due = static_cast<double>(rows) / static_cast<double>(rate) - seconds;
  if (due > 0) rest(std::chrono::milliseconds(static_cast<std::int64_t>(std::min(due, 5.0) * 1000)), m_stop);
}

Result<DataMover::Step> DataMover::catchUp() {
  const ApplyStep applied = TRY(m_engine->apply(Side::Source, m_options.applyKeys, m_stop));
  if (m_sinceNote.seconds() > 0.2) {
    TRY(note({.backlog = applied.remaining}));
    m_sinceNote = Stopwatch();
  }
  tell({.kind = MoveEvent::Kind::Progress, .phase = Phase::CatchUp, .backlog = applied.remaining});
  if (applied.remaining <= m_options.applyKeys) TRY(advance(Phase::CatchUp, Phase::Verify));
  return Step::Again;
}

// The next rows on both sides; true once every one has been compared. Once in this process: afterwards only what is dirty
// can differ.
Result<bool> DataMover::compare(Side from, const MoveRow& row) {
  if (m_verified == from) return true;
  if (m_comparing != from) m_compared = 0;
  m_comparing = from;
  const Stopwatch watch;
  const VerifyReport report = TRY(m_engine->verify(from, m_options.verifyRows, m_stop));
  const std::int64_t rows = report.rows + report.differing;
  tell({.kind = MoveEvent::Kind::Progress,
        .phase = row.phase,
        .rows = rows,
        .rowsTotal = std::max(row.rowsTotal, rows),
        .rate = watch.seconds() > 0 ? static_cast<double>(rows - m_compared) / watch.seconds() : 0});
  m_compared = report.done ? 0 : rows;
  if (!report.complete) return refused("not everything could be compared, so nothing counts as verified");
  if (!report.done) {
    if (m_sinceNote.seconds() > 0.2) {
      const std::int64_t waiting = TRY(m_engine->backlog(from));
      const Json soFar = {{"rows", report.rows}, {"differing", report.differing}, {"of", std::max(row.rowsTotal, rows)}};
      TRY(note({.backlog = waiting, .verified = soFar.dump()}));
      m_sinceNote = Stopwatch();
    }
    return false;
  }
  m_verified = from;
  const Json document = {{"rows", report.rows}, {"differing", report.differing}, {"at", formatUtc(m_catalog.now())}, {"examples", report.examples}};
  TRY(note({.verified = document.dump()}));
  return true;
}

// Brings dirty keys over until few are left, or until there are as few as there will be under this load.
Done DataMover::shrinkBacklog(Side from, std::int64_t below) {
  std::int64_t least = INT64_MAX;
  for (int rounds = 0; rounds < 200; ++rounds) {
    if (m_stop.stop_requested()) return cancelled("stopped while catching up");
    const std::int64_t waiting = TRY(m_engine->backlog(from));
    if (waiting <= below) return {};
    if (waiting >= least && waiting <= m_options.applyKeys && rounds > 20) return {};
    least = std::min(least, waiting);
    TRY(m_engine->apply(from, std::max(waiting, m_options.applyKeys), m_stop));
  }
  return refused(
      "the application writes faster than its changes can be brought over, so the move will not converge: slow the writer down, or try later");
}

Result<DataMover::Step> DataMover::verify(const MoveRow& row) {
  // The way back is armed before the comparison, so that whatever is written to the target past its guard is seen.
  if (m_comparing != Side::Source) TRY(m_engine->arm(Side::Target));
  if (!TRY(compare(Side::Source, row))) return Step::Again;
  TRY(m_engine->proveWayBack());
  const MoveOrders wanted = orders();
  if (!wanted.hold || wanted.cutOver) return cutOver(Phase::Verify);
  TRY(advance(Phase::Verify, Phase::Ready, {.reason = std::string(heldReason), .held = true}));
  return Step::Again;
}

Result<DataMover::Step> DataMover::ready(const MoveRow& row) {
  if (!TRY(compare(Side::Source, row))) return Step::Again;
  const MoveOrders wanted = orders();
  if (!wanted.hold || wanted.cutOver) return cutOver(Phase::Ready);
  const ApplyStep applied = TRY(m_engine->apply(Side::Source, m_options.applyKeys, m_stop));
  if (applied.remaining != row.backlog && m_sinceNote.seconds() > 0.2) {
    TRY(note({.backlog = applied.remaining}));
    m_sinceNote = Stopwatch();
  }
  tell({.kind = MoveEvent::Kind::Progress, .phase = Phase::Ready, .backlog = applied.remaining, .reason = std::string(heldReason)});
  if (applied.keys == 0) rest(std::chrono::milliseconds(50), m_stop);
  return Step::Again;
}

Result<DataMover::Step> DataMover::abortByOperator(const MoveRow& row) {
  if (row.phase == Phase::CutOver) TRY(recoverCutOver());
  TRY(m_catalog.decideAbort(m_lease, m_move.id, "cancelled by an operator"));
  return Step::Again;
}

Result<DataMover::Step> DataMover::settleAborting() {
  if (TRY(m_engine->state(Side::Source)).gate == Gate::Moving) TRY(openAgain(Side::Source));
  // The target was empty and has been closed since: what it holds of the part can only be this move's copy.
  if (TRY(m_engine->state(Side::Target)).gate == Gate::Elsewhere) TRY(m_engine->discardCopy(m_stop));
  TRY(forgetBoth());
  TRY(advance(Phase::Aborting, Phase::Aborted));
  return Step::Again;
}

// ---- shared

Done DataMover::forgetBoth() {
  for (const Side side : {Side::Source, Side::Target}) {
    TRY(m_engine->forget(side));
    TRY(m_catalog.resolveObjects(m_lease, m_move.id, shardOf(side).text()));
  }
  return {};
}

Result<PublishedMap> DataMover::publishedMap(MapVersion version) {
  const auto map = TRY(m_catalog.mapAt(m_keyspace, version));
  return PublishedMap{m_keyspace, version, mapToJson(*map), map->checksum()};
}

Done DataMover::advance(Phase from, Phase to, const MoveProgress& progress) {
  TRY(m_catalog.advance(m_lease, m_move.id, from, to, progress));
  tell({.kind = MoveEvent::Kind::Phase, .phase = to, .reason = progress.reason.value_or("")});
  return {};
}

Done DataMover::note(const MoveProgress& progress) { return m_catalog.note(m_lease, m_move.id, progress); }

void DataMover::tell(MoveEvent event) {
  event.move = m_move.id;
  if (m_options.onEvent) m_options.onEvent(event);
}

}  // namespace shardwright
