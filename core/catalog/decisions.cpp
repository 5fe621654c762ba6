// Decisions: the instants at which a range changes hands. Here, and nowhere else, a cut-over commits (moves.md K7, I5):
// decision, map version + 1, phase and audit event are one transaction.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace {

// One decision as data: what it follows on, and into which phase it leads.
struct Rule {
  Decision decision;
  Decision after;
  Phase from, to;
};
constexpr Rule flip{Decision::Flip, Decision::None, Phase::CutOver, Phase::Decided};
constexpr Rule back{Decision::Back, Decision::Flip, Phase::RollBack, Phase::BackDecided};

Error decidedOtherwise(const MoveRow& row) {
  return conflict(fmt::format("the decision on move {} of plan {} is {} already (map version {}); read it again", row.move.text(),
                              row.plan.text(), decisionName(row.decision), row.mapVersion));
}

// Whether the decision may be taken by this executor now.
Done checkDecidable(CatalogFile& file, const Lease& lease, const MoveId& move, const Rule& rule) {
  TRY(catalog::requireLease(file, lease));
  const MoveRow row = TRY(catalog::moveRow(file, lease.plan, move));
  if (row.decision != rule.after) {
    if (row.decision == Decision::None)
      return conflict(fmt::format("move {} of plan {} was not decided for its target yet; there is nothing to take back", move.text(),
                                  lease.plan.text()));
    return decidedOtherwise(row);
  }
  if (row.phase != rule.from)
    return conflict(fmt::format("move {} of plan {} is in {} now, not in {}; read it again", move.text(), lease.plan.text(),
                                phaseKey(row.phase), phaseKey(rule.from)));
  return {};
}

Done writeDecision(CatalogFile& file, const Lease& lease, const MoveId& move, Decision decision, Phase phase, MapVersion version) {
  return file.run(
      "UPDATE moves SET decision = ?3, phase = ?4, token = ?5, map_version = CASE WHEN ?6 > 0 THEN ?6 ELSE map_version END, "
      "changed_at = ?7 WHERE plan = ?1 AND move = ?2",
      lease.plan.text(), move.text(), decisionName(decision), phaseKey(phase), lease.token.value, version, file.now());
}

}  // namespace

Result<MapVersion> Catalog::decideFlip(const Lease& lease, const MoveId& move, Decision decision,
                                       const std::function<Result<ShardMap>(const ShardMap&)>& build) {
  if (decision != Decision::Flip && decision != Decision::Back)
    return invalidInput(fmt::format("\"{}\" publishes no map; only flip and back do", decisionName(decision)));
  const Rule& rule = decision == Decision::Flip ? flip : back;
  auto& file = m_state->file;
  // Asked before the map is built, because that takes its time, and again where it counts.
  TRY(checkDecidable(file, lease, move, rule));
  const PlanRecord record = TRY(catalog::recordOf(file, lease.plan));
  const State::NextMap next = TRY(m_state->prepare(record.keyspace, build));

  auto change = TRY(file.begin(fmt::format("catalog.decide.{}", decisionName(decision))));
  TRY(checkDecidable(file, lease, move, rule));
  const std::string cause = fmt::format("{} move {} of plan {}", decision == Decision::Flip ? "flip of" : "roll back of", move.text(),
                                        lease.plan.text());
  TRY(m_state->publish(next, cause));
  TRY(writeDecision(file, lease, move, decision, rule.to, next.map->version()));
  TRY(appendAudit(file, "move.decided", lease.plan.text(),
                  {{"plan", lease.plan.text()},
                   {"fingerprint", record.fingerprint},
                   {"move", move.text()},
                   {"decision", decisionName(decision)},
                   {"from", phaseKey(rule.from)},
                   {"to", phaseKey(rule.to)},
                   {"keyspace", record.keyspace.text()},
                   {"mapVersion", next.map->version()},
                   {"checksum", next.map->checksum()}},
                  lease.token));
  TRY(file.commit(change));
  m_state->maps.remember(next.keyspace, next.map);
  return next.map->version();
}

Done Catalog::decideAbort(const Lease& lease, const MoveId& move, const std::string& reason) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.decide.abort"));
  TRY(catalog::requireLease(file, lease));
  const MoveRow row = TRY(catalog::moveRow(file, lease.plan, move));
  if (row.decision != Decision::None) return decidedOtherwise(row);
  if (!mayFollow(row.phase, Phase::Aborting))
    return conflict(fmt::format("move {} of plan {} is in {} and cannot be aborted any more", move.text(), lease.plan.text(),
                                phaseKey(row.phase)));
  TRY(writeDecision(file, lease, move, Decision::Abort, Phase::Aborting, 0));
  TRY(file.run("UPDATE moves SET reason = ?3 WHERE plan = ?1 AND move = ?2", lease.plan.text(), move.text(), catalog::validText(reason)));
  TRY(appendAudit(file, "move.decided", lease.plan.text(),
                  {{"plan", lease.plan.text()},
                   {"move", move.text()},
                   {"decision", decisionName(Decision::Abort)},
                   {"from", phaseKey(row.phase)},
                   {"to", phaseKey(Phase::Aborting)},
                   {"reason", catalog::validText(reason)}},
                  lease.token));
  return file.commit(change);
}

}  // namespace shardwright
