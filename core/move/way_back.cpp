// After the flip: back to the source with every write made meanwhile, or the clean end.
#include <fmt/format.h>

#include <algorithm>

#include "core/move/data_mover.h"
#include "core/move/waiting.h"

namespace shardwright {

// One attempt. Found in RollBack with the target fenced, an earlier one was interrupted before its decision.
Result<DataMover::Step> DataMover::giveBack(const MoveRow& row) {
  if (TRY(m_engine->state(Side::Target)).gate == Gate::Moving) TRY(openAgain(Side::Target));
  if (TRY(pauses(row))) return Step::Again;
  if (m_comparing != Side::Target) TRY(shrinkBacklog(Side::Target, m_options.applyKeys));
  if (!TRY(compare(Side::Target, row))) return Step::Again;
  if (++m_failedCutOvers > m_options.cutOverTries)
    return refused(fmt::format("{} roll backs were given up; the target is open and nothing was changed: retry when there is less load. "
                               "The last one: {}",
                               m_options.cutOverTries, m_whyGivenUp));
  TRY(shrinkBacklog(Side::Target, m_options.fenceBelow));
  TRY(m_engine->verifyDirty(Side::Target));
  TRY(closeAndDecide(Side::Target, Decision::Back));
  const MoveRow decided = TRY(m_catalog.move(m_lease.plan, m_move.id));
  const PublishedMap map = TRY(publishedMap(decided.mapVersion));
  TRY(m_engine->open(Side::Source, map));
  TRY(tellCutOver(Side::Source, Phase::BackDecided));
  return Step::Again;
}

Result<DataMover::Step> DataMover::finishGivingBack(const MoveRow& row) {
  const PublishedMap map = TRY(publishedMap(row.mapVersion));
  TRY(m_engine->open(Side::Source, map));
  TRY(m_engine->close(Side::Target, map));
  TRY(m_engine->disarm(Side::Target));
  TRY(m_engine->discardCopy(m_stop));
  TRY(forgetBoth());
  TRY(advance(Phase::BackDecided, Phase::RolledBack, {.backlog = 0, .reason = ""}));
  return Step::Again;
}

// The way back is given up; rows of the part leave the source in batches, each checked against its guard.
Result<DataMover::Step> DataMover::removeSource() {
  const GateState source = TRY(m_engine->state(Side::Source));
  const GateState target = TRY(m_engine->state(Side::Target));
  if (source.gate != Gate::Elsewhere || target.gate != Gate::Open)
    return refused("the guards do not say that the target owns this range; nothing was removed: run doctor");
  if (target.captureArmed) TRY(m_engine->disarm(Side::Target));
  const std::int64_t rate = orders().throttle;
  const std::int64_t batch = rate > 0 ? std::clamp<std::int64_t>(rate / 10, 1, 2000) : 2000;
  const Stopwatch watch;
  const RemoveStep removed = TRY(m_engine->remove(Side::Source, batch, m_stop));
  const double seconds = watch.seconds();
  tell({.kind = MoveEvent::Kind::Progress,
        .phase = Phase::CleanUp,
        .rows = removed.rows,
        .rate = seconds > 0 ? static_cast<double>(removed.rows) / seconds : 0});
  if (!removed.done) {
    throttle(removed.rows, watch.seconds());
    return Step::Again;
  }
  TRY(forgetBoth());
  TRY(advance(Phase::CleanUp, Phase::Done));
  return Step::Again;
}

}  // namespace shardwright
