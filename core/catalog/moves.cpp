// The journal: one row a move, changed by compare-and-set on phase and token.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace {

constexpr std::string_view columns =
    "SELECT plan, move, phase, decision, token, rows, rows_total, bytes, backlog, pause_ms, reason, paused, held, throttle, verified, "
    "map_version, changed_at FROM moves ";

Decision decisionFromText(std::string_view text) {
  for (const Decision decision : {Decision::Flip, Decision::Abort, Decision::Back})
    if (decisionName(decision) == text) return decision;
  return Decision::None;  // NULL; the table admits nothing else
}

Result<MoveRow> readMove(const sqlite::Statement& row) {
  MoveRow move;
  move.plan = PlanId(row.text(0));
  move.move = MoveId(row.text(1));
  const std::string phase = row.text(2);
  move.phase = TRY(phaseFromKey(phase));
  move.decision = decisionFromText(row.text(3));
  move.token = {row.integer(4)};
  move.rows = row.integer(5);
  move.rowsTotal = row.integer(6);
  move.bytes = row.integer(7);
  move.backlog = row.integer(8);
  move.pauseMs = sqlite3_column_double(row.handle(), 9);
  move.reason = row.text(10);
  move.paused = row.integer(11) != 0;
  move.held = row.integer(12) != 0;
  move.throttle = row.integer(13);
  move.verified = row.text(14);
  move.mapVersion = row.integer(15);
  move.changedAt = row.integer(16);
  return move;
}

Error unreadable(const CatalogFile& file, const Error& error) {
  return corrupt(fmt::format("catalog {}: a move cannot be read: {}", printable(file.path()), error.message()));
}

Done insertMove(CatalogFile& file, const Lease& lease, const MoveRow& row, std::int64_t position) {
  return file.run(
      "INSERT INTO moves(plan, move, position, phase, decision, token, rows, rows_total, bytes, backlog, pause_ms, reason, paused, held, "
      "throttle, verified, map_version, changed_at) VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
      lease.plan.text(), row.move.text(), position, phaseKey(Phase::Queued), lease.token.value, row.rows, row.rowsTotal, row.bytes,
      row.backlog, row.pauseMs, catalog::validText(row.reason), row.paused, row.held, row.throttle, catalog::validText(row.verified),
      file.now());
}

// The fields that are given; the others stay.
Done writeProgress(CatalogFile& file, const Lease& lease, const MoveId& move, const MoveProgress& progress) {
  const auto clean = [](const std::optional<std::string>& text) { return text ? std::optional(catalog::validText(*text)) : std::nullopt; };
  return file.run(
      "UPDATE moves SET token = ?3, rows = coalesce(?4, rows), rows_total = coalesce(?5, rows_total), bytes = coalesce(?6, bytes), "
      "backlog = coalesce(?7, backlog), pause_ms = coalesce(?8, pause_ms), reason = coalesce(?9, reason), paused = coalesce(?10, paused), "
      "held = coalesce(?11, held), throttle = coalesce(?12, throttle), verified = coalesce(?13, verified) WHERE plan = ?1 AND move = ?2",
      lease.plan.text(), move.text(), lease.token.value, progress.rows, progress.rowsTotal, progress.bytes, progress.backlog,
      progress.pauseMs, clean(progress.reason), progress.paused, progress.held, progress.throttle, clean(progress.verified));
}

Done enterPhase(CatalogFile& file, const Lease& lease, const MoveId& move, Phase phase) {
  return file.run("UPDATE moves SET phase = ?3, token = ?4, changed_at = ?5 WHERE plan = ?1 AND move = ?2", lease.plan.text(),
                  move.text(), phaseKey(phase), lease.token.value, file.now());
}

}  // namespace

namespace catalog {

Result<MoveRow> moveRow(CatalogFile& file, const PlanId& plan, const MoveId& move) {
  auto found = TRY(file.one(std::string(columns) + "WHERE plan = ? AND move = ?", readMove, plan.text(), move.text()));
  if (!found) return notFound(fmt::format("plan {} has no move {} in its journal", printable(plan.text(), 80), printable(move.text(), 80)));
  if (!*found) return unreadable(file, found->error());
  return std::move(*found);
}

}  // namespace catalog

Done Catalog::addMoves(const Lease& lease, const std::vector<MoveRow>& rows) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.moves.add"));
  TRY(catalog::requireLease(file, lease));
  const auto count = TRY(file.integer("SELECT count(*) FROM moves WHERE plan = ?", lease.plan.text()));
  std::int64_t position = *count;
  Json added = Json::array();
  for (const MoveRow& row : rows) {
    const auto there =
        TRY(file.integer("SELECT count(*) FROM moves WHERE plan = ? AND move = ?", lease.plan.text(), row.move.text()));
    if (*there > 0) continue;
    TRY(insertMove(file, lease, row, position++));
    added.push_back(row.move.text());
  }
  if (added.empty()) return {};
  TRY(appendAudit(file, "moves.queued", lease.plan.text(), {{"plan", lease.plan.text()}, {"moves", added}}, lease.token));
  return file.commit(change);
}

Result<std::vector<MoveRow>> Catalog::moves(const PlanId& plan) {
  auto& file = m_state->file;
  auto rows = TRY(file.all(std::string(columns) + "WHERE plan = ? ORDER BY position", readMove, plan.text()));
  std::vector<MoveRow> out;
  out.reserve(rows.size());
  for (auto& row : rows) {
    if (!row) return unreadable(file, row.error());
    out.push_back(*std::move(row));
  }
  return out;
}

Result<MoveRow> Catalog::move(const PlanId& plan, const MoveId& move) { return catalog::moveRow(m_state->file, plan, move); }

Done Catalog::advance(const Lease& lease, const MoveId& move, Phase from, Phase to, const MoveProgress& progress) {
  if (!mayFollow(from, to))
    return invalidInput(fmt::format("a move does not go from {} to {}", phaseKey(from), phaseKey(to)));
  if (isDecisionPhase(to)) return invalidInput(fmt::format("a move comes into {} by a decision alone", phaseKey(to)));
  auto& file = m_state->file;
  auto change = TRY(file.begin(fmt::format("catalog.move.{}", phaseKey(to))));
  TRY(catalog::requireLease(file, lease));
  const MoveRow row = TRY(catalog::moveRow(file, lease.plan, move));
  if (row.phase != from)
    return conflict(fmt::format("move {} of plan {} is in {} now, not in {}; read it again", move.text(), lease.plan.text(),
                                phaseKey(row.phase), phaseKey(from)));
  TRY(writeProgress(file, lease, move, progress));
  TRY(enterPhase(file, lease, move, to));
  Json detail = {{"plan", lease.plan.text()}, {"move", move.text()}, {"from", phaseKey(from)}, {"to", phaseKey(to)}};
  if (progress.reason && !progress.reason->empty()) detail["reason"] = catalog::validText(*progress.reason);
  if (progress.verified) detail["verified"] = catalog::validText(*progress.verified);
  if (progress.pauseMs) detail["pauseMs"] = *progress.pauseMs;
  TRY(appendAudit(file, "move.phase", lease.plan.text(), detail, lease.token));
  return file.commit(change);
}

Done Catalog::note(const Lease& lease, const MoveId& move, const MoveProgress& progress) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.move.note"));
  TRY(catalog::requireLease(file, lease));
  TRY(catalog::moveRow(file, lease.plan, move));
  TRY(writeProgress(file, lease, move, progress));
  return file.commit(change);
}

}  // namespace shardwright
