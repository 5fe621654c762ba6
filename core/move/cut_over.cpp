// The cut-over: from a verified move to an open target.
#include <fmt/format.h>

#include "core/move/data_mover.h"

namespace shardwright {

// The part was cut out of the map that the plan was made on, its pins left out. Moves of the same plan change that map
// beside the part; whoever else changed it may have changed what the part is.
Done DataMover::mapIsOurs() {
  const std::string ours = fmt::format("of plan {}", m_lease.plan.text());
  for (const Catalog::MapVersionInfo& version : TRY(m_catalog.mapHistory(m_keyspace)))
    if (version.version > m_baseVersion && !version.cause.ends_with(ours))
      return refused(fmt::format("version {} of the map came from somewhere else ({}); nothing was decided: cancel plan {} and rebase it",
                                 version.version, version.cause, m_lease.plan.text()));
  return {};
}

// One attempt, of a move that has been verified.
Result<DataMover::Step> DataMover::cutOver(Phase from) {
  TRY(shrinkBacklog(Side::Source, m_options.fenceBelow));
  TRY(m_engine->verifyDirty(Side::Source));
  TRY(advance(from, Phase::CutOver, {.reason = "", .held = false}));
  TRY(closeAndDecide(Side::Source, Decision::Flip));
  const MoveRow row = TRY(m_catalog.move(m_lease.plan, m_move.id));
  const PublishedMap map = TRY(publishedMap(row.mapVersion));
  TRY(m_engine->open(Side::Target, map));
  TRY(tellCutOver(Side::Target, Phase::Decided));
  return Step::Again;
}

// From the fence to the decision. Whatever fails on the way opens `from` again, now and not when somebody resumes - but
// for a decision without an answer: then nobody may open what may have been given away, and the next step reads again.
Done DataMover::closeAndDecide(Side from, Decision decision) {
  if (auto ready = closeAndCarryOver(from); !ready) return giveUp(from, std::move(ready).error());
  if (!m_options.rules.decisionBeforeOpening) {
    const PublishedMap undecided = TRY(publishedMap(m_baseVersion));
    TRY(m_engine->open(otherSide(from), undecided));
  }
  auto decided = decide(decision);
  if (decided) return {};
  const ErrorCode code = decided.error().code();
  const bool isAnAnswer = !m_decisionSent || code == ErrorCode::Conflict || code == ErrorCode::Refused || code == ErrorCode::InvalidInput;
  if (!isAnAnswer && m_options.rules.keepClosedWhenUnknown) return decided;
  return giveUp(from, std::move(decided).error());
}

Done DataMover::closeAndCarryOver(Side from) {
  const bool inOrder = m_options.rules.markerAfterFence;
  const std::int64_t earlyMarker = inOrder ? 0 : TRY(m_engine->backlog(from));
  // Reading schemas takes longer than all that has to happen under the fence; there, it is enough that nothing has changed.
  TRY(inspectDatabases());
  TRY(m_engine->fence(from));
  m_closed = Stopwatch();
  if (inOrder) TRY(carryOverUnderFence(from));
  else TRY(m_engine->apply(from, earlyMarker, m_stop));
  TRY(inspectGuards(from));
  for (const Side side : {Side::Source, Side::Target})
    if (!TRY(m_engine->unchanged(side))) return inspectDatabases();
  return {};
}

// All the time counts for which the range has been closed to everybody, whatever it went to (moves.md I19).
Done DataMover::stillInTime() {
  const double closed = m_closed.seconds() * 1000;
  if (closed <= m_options.pauseBudgetMs) return {};
  return unavailable(fmt::format("the range had been closed for {:.0f} ms and was not decided; the limit is {:.0f} ms", closed,
                                 m_options.pauseBudgetMs));
}

// The reason, unless opening failed in a way that trying again may mend: that comes first. What nobody will try again here
// is left as what it is now, open and catching up; a reason that trying may mend is met in CutOver by recoverCutOver.
Error DataMover::giveUp(Side from, Error why) {
  m_whyGivenUp = why.message();
  auto opened = openAgain(from);
  if (!opened && opened.error().code() == ErrorCode::Unavailable) return std::move(opened).error();
  if (!opened || from == Side::Target || why.code() == ErrorCode::Unavailable) return why;
  [[maybe_unused]] const auto left = advance(Phase::CutOver, Phase::CatchUp, {.reason = why.message()});
  return why;
}

// What an attempt has fenced. Never beside a side that is open: nobody decided that, and two owners are worse than none.
Done DataMover::openAgain(Side fenced) {
  const auto other = m_engine->state(otherSide(fenced));
  if (other && other->gate == Gate::Open)
    return conflict(fmt::format("{} is open although nothing was decided, so {} stays closed: run doctor",
                                shardOf(otherSide(fenced)).text(), shardOf(fenced).text()));
  return m_engine->unfence(fenced);
}

Done DataMover::carryOverUnderFence(Side from) {
  if (!m_options.rules.drain) return {};
  TRY(drainUnderFence(from));
  return inspectUnderFence(from);
}

// After the fence has committed nothing of the part can become dirty any more: "none left" is the end marker.
Done DataMover::drainUnderFence(Side from) {
  for (;;) {
    const ApplyStep applied = TRY(m_engine->apply(from, m_options.applyKeys, m_stop));
    if (applied.remaining == 0) return {};
    TRY(stillInTime().in(fmt::format("with {} dirty keys left", applied.remaining)));
  }
}

Done DataMover::inspectUnderFence(Side from) {
  const VerifyReport report = TRY(m_engine->verifyDirty(from));
  if (report.differing == 0 && report.complete) return {};
  m_verified.reset();
  return unavailable(fmt::format("{} rows differ under the fence, such as {}; everything is compared again", report.differing,
                                 report.examples.empty() ? "?" : report.examples.front()));
}

Done DataMover::inspectGuards(Side from) {
  const GateState fenced = TRY(m_engine->state(from));
  const GateState closed = TRY(m_engine->state(otherSide(from)));
  if (m_options.rules.tokenCheck && (fenced.token != m_lease.token || closed.token != m_lease.token))
    return conflict("another executor has taken this move over; this one stops");
  if (fenced.gate == Gate::Moving && closed.gate == Gate::Elsewhere) return {};
  return conflict(fmt::format("the guards on {} and {} are not as the cut-over left them; nothing was decided, run doctor",
                              shardOf(from).text(), shardOf(otherSide(from)).text()));
}

Done DataMover::inspectDatabases() {
  const auto source = TRY(m_engine->schemaFingerprints(Side::Source));
  const auto target = TRY(m_engine->schemaFingerprints(Side::Target));
  if (source != target) return refused("the schemas of source and target came apart during the move; make them alike, then retry");
  for (const Side side : {Side::Source, Side::Target}) {
    const auto approved = m_identities.find(shardOf(side).text());
    if (approved == m_identities.end()) continue;
    const std::string identity = TRY(m_engine->identity(side));
    if (identity != approved->second)
      return refused(fmt::format("shard {} is another database than the one that was approved", shardOf(side).text()));
  }
  return {};
}

Done DataMover::decide(Decision decision) {
  m_decisionSent = false;
  // The last moment at which it can still be called off: from here on the catalog may have got it.
  const auto build = [&](const ShardMap& map) -> Result<ShardMap> {
    auto next = TRY(nextMap(map, decision));
    TRY(stillInTime());
    m_decisionSent = true;
    return next;
  };
  Lease lease = m_lease;
  // Whoever holds it now: what a decision would do that does not ask whether this executor still does.
  if (!m_options.rules.leaseCheck) lease.token = TRY(m_catalog.move(m_lease.plan, m_move.id)).token;
  for (int tries = 0;; ++tries) {
    const auto version = m_catalog.decideFlip(lease, m_move.id, decision, build);
    if (version) return {};
    // Another move of this plan may have published in between; then the map is read again. Everything else is final.
    if (version.error().code() != ErrorCode::Conflict || tries >= 20) return version.error();
    const MoveRow row = TRY(m_catalog.move(m_lease.plan, m_move.id));
    if (row.decision == decision) return {};
    const Phase expected = decision == Decision::Flip ? Phase::CutOver : Phase::RollBack;
    if (row.phase != expected || row.token != m_lease.token) return version.error();
    if (decision == Decision::Flip) TRY(mapIsOurs());
  }
}

Result<ShardMap> DataMover::nextMap(const ShardMap& map, Decision decision) {
  if (decision == Decision::Flip) return applyMove(map, m_move);
  MapBuilder builder(map);
  if (!m_move.pin) {
    builder.assign(m_move.range, m_move.source);
    return builder.build();
  }
  // A pin that the move itself brought goes with it.
  const auto base = TRY(m_catalog.mapAt(m_keyspace, m_baseVersion));
  if (base->pinOf(*m_move.pin) == nullptr) {
    TRY(builder.unpin(*m_move.pin));
  } else {
    TRY(builder.pin(*m_move.pin, m_move.source));
  }
  return builder.build();
}

// Found in CutOver without being in the middle of one: nothing was decided, so the source is opened again.
Result<DataMover::Step> DataMover::recoverCutOver() {
  if (TRY(m_engine->state(Side::Source)).gate == Gate::Moving) TRY(openAgain(Side::Source));
  const std::string why = m_whyGivenUp.empty() ? "" : ": " + m_whyGivenUp;
  TRY(advance(Phase::CutOver, Phase::CatchUp,
              {.reason = fmt::format("the cut-over was given up before its decision; the source is open again{}", why)}));
  if (++m_failedCutOvers < m_options.cutOverTries) return Step::Again;
  return refused(fmt::format("{} cut-overs were given up; the source is open and nothing was moved: retry when there is less load. The "
                             "last one{}",
                             m_failedCutOvers, why));
}

// Decided: forward only. Each of these may have happened already.
Result<DataMover::Step> DataMover::openTarget(const MoveRow& row) {
  const PublishedMap map = TRY(publishedMap(row.mapVersion));
  TRY(m_engine->open(Side::Target, map));
  TRY(m_engine->close(Side::Source, map));
  TRY(m_engine->disarm(Side::Source));
  TRY(advance(Phase::Decided, Phase::Watching, {.backlog = 0, .reason = ""}));
  return Step::Again;
}

Done DataMover::tellCutOver(Side opened, Phase phase) {
  const double pauseMs = m_closed.seconds() * 1000;
  const MoveRow row = TRY(m_catalog.move(m_lease.plan, m_move.id));
  tell({.kind = MoveEvent::Kind::CutOver,
        .phase = phase,
        .pauseMs = pauseMs,
        .mapVersion = row.mapVersion,
        .reason = fmt::format("open on {}", shardOf(opened).text())});
  return note({.pauseMs = pauseMs});
}

}  // namespace shardwright
