// Wishes of people to a running executor, and the records by which what a move has made is found again.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;

// ---- wishes

Done Catalog::wish(const PlanId& plan, const std::optional<MoveId>& move, Wish wish, const std::string& argument) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.wish.add"));
  TRY(catalog::recordOf(file, plan));
  if (move) TRY(catalog::moveRow(file, plan, *move));
  const std::optional<std::string> moveText = move ? std::optional(move->text()) : std::nullopt;
  TRY(file.run("INSERT INTO wishes(plan, move, wish, argument, actor, at) VALUES (?, ?, ?, ?, ?, ?)", plan.text(), moveText, wishName(wish),
               catalog::validText(argument), file.actor().name, file.now()));
  TRY(appendAudit(file, "plan.wish", plan.text(),
                  {{"plan", plan.text()},
                   {"move", moveText ? Json(*moveText) : Json(nullptr)},
                   {"wish", wishName(wish)},
                   {"argument", catalog::validText(argument)}}));
  return file.commit(change);
}

Result<std::vector<WishRow>> Catalog::openWishes(const PlanId& plan) {
  const auto read = [](const sqlite::Statement& row) -> Result<WishRow> {
    WishRow wish;
    wish.id = row.integer(0);
    wish.plan = PlanId(row.text(1));
    if (!row.isNull(2)) wish.move = MoveId(row.text(2));
    const std::string name = row.text(3);
    wish.wish = TRY(wishFromName(name));
    wish.argument = row.text(4);
    wish.actor = row.text(5);
    wish.at = row.integer(6);
    return wish;
  };
  auto rows = TRY(m_state->file.all(
      "SELECT id, plan, move, wish, argument, actor, at FROM wishes WHERE plan = ? AND answer IS NULL ORDER BY id", read, plan.text()));
  std::vector<WishRow> wishes;
  for (auto& row : rows) wishes.push_back(TRY(std::move(row)));
  return wishes;
}

Done Catalog::answerWish(std::int64_t id, const std::string& answer) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.wish.answer"));
  const auto open = TRY(file.one("SELECT plan, answer IS NULL FROM wishes WHERE id = ?",
                                 [](const sqlite::Statement& row) { return std::pair(row.text(0), row.integer(1) != 0); }, id));
  if (!open) return notFound(fmt::format("there is no wish {}", id));
  if (!open->second) return conflict(fmt::format("wish {} of plan {} has been answered already", id, open->first));
  TRY(file.run("UPDATE wishes SET answer = ?2, answered_at = ?3 WHERE id = ?1", id, catalog::validText(answer), file.now()));
  TRY(appendAudit(file, "plan.wish-answered", open->first, {{"plan", open->first}, {"wish", id}, {"answer", catalog::validText(answer)}}));
  return file.commit(change);
}

// ---- objects

Done Catalog::recordObjects(const Lease& lease, const MoveId& move, const std::vector<ObjectRow>& objects) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.objects.record"));
  TRY(catalog::requireLease(file, lease));
  TRY(catalog::moveRow(file, lease.plan, move));
  Json told = Json::array();
  for (const ObjectRow& object : objects) {
    TRY(file.run("INSERT INTO objects(plan, move, shard, kind, name, resolved) VALUES (?, ?, ?, ?, ?, 0) "
                 "ON CONFLICT DO UPDATE SET resolved = 0",
                 lease.plan.text(), move.text(), object.shard, object.kind, object.name));
    told.push_back({{"shard", object.shard}, {"kind", object.kind}, {"name", object.name}});
  }
  TRY(appendAudit(file, "move.objects", lease.plan.text(), {{"plan", lease.plan.text()}, {"move", move.text()}, {"objects", told}},
                  lease.token));
  return file.commit(change);
}

Done Catalog::resolveObjects(const Lease& lease, const MoveId& move, const std::string& shard) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.objects.resolve"));
  TRY(catalog::requireLease(file, lease));
  TRY(file.run("UPDATE objects SET resolved = 1 WHERE plan = ? AND move = ? AND shard = ? AND resolved = 0", lease.plan.text(),
               move.text(), shard));
  const std::int64_t resolved = file.db().changes();
  if (resolved == 0) return {};
  TRY(appendAudit(file, "move.objects-gone", lease.plan.text(),
                  {{"plan", lease.plan.text()}, {"move", move.text()}, {"shard", shard}, {"objects", resolved}}, lease.token));
  return file.commit(change);
}

Result<std::vector<ObjectRow>> Catalog::unresolvedObjects(const std::optional<PlanId>& plan) {
  const auto read = [](const sqlite::Statement& row) {
    return ObjectRow{PlanId(row.text(0)), MoveId(row.text(1)), row.text(2), row.text(3), row.text(4)};
  };
  return m_state->file.all(
      "SELECT plan, move, shard, kind, name FROM objects WHERE resolved = 0 AND (?1 IS NULL OR plan = ?1) ORDER BY rowid", read,
      plan ? std::optional(plan->text()) : std::nullopt);
}

}  // namespace shardwright
