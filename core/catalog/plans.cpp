// Plans: the documents, their states, and that they are still what they were.
#include <fmt/format.h>


#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace {

constexpr std::string_view recordColumns =
    "SELECT id, keyspace, base_version, goal, fingerprint, state, author, author_os_user, created_at, started_at, reason FROM plans ";

Result<PlanRecord> readRecord(const sqlite::Statement& row) {
  PlanRecord record;
  record.id = PlanId(row.text(0));
  record.keyspace = KeyspaceName(row.text(1));
  record.baseVersion = row.integer(2);
  record.goal = row.text(3);
  record.fingerprint = row.text(4);
  const std::string state = row.text(5);
  record.state = TRY(parsePlanState(state));
  record.author = row.text(6);
  record.authorOsUser = row.text(7);
  record.createdAt = row.integer(8);
  if (!row.isNull(9)) record.startedAt = row.integer(9);
  record.reason = row.text(10);
  return record;
}

Result<std::vector<PlanRecord>> records(CatalogFile& file, std::string_view order) {
  auto rows = TRY(file.all(std::string(recordColumns) + std::string(order), readRecord));
  std::vector<PlanRecord> out;
  for (auto& row : rows) {
    if (!row) return corrupt(fmt::format("catalog {}: a plan cannot be read: {}", printable(file.path()), row.error().message()));
    out.push_back(*std::move(row));
  }
  return out;
}

}  // namespace

namespace catalog {

namespace {

Result<std::string> planDocument(CatalogFile& file, const PlanId& id) {
  auto document = TRY(file.one("SELECT document FROM plans WHERE id = ?",
                               [](const sqlite::Statement& row) { return row.text(0); }, id.text()));
  if (!document) return notFound(fmt::format("there is no plan {}; see: shardwright plan list", printable(id.text(), 80)));
  return std::move(*document);
}

}  // namespace

Result<PlanRecord> recordOf(CatalogFile& file, const PlanId& id) {
  auto found = TRY(file.one(std::string(recordColumns) + "WHERE id = ?", readRecord, id.text()));
  if (!found) return notFound(fmt::format("there is no plan {}; see: shardwright plan list", printable(id.text(), 80)));
  return std::move(*found);
}

Result<std::vector<PlanRecord>> unfinishedPlans(CatalogFile& file) {
  auto all = TRY(records(file, "ORDER BY id"));
  std::erase_if(all, [](const PlanRecord& record) { return isFinal(record.state); });
  return all;
}

namespace {

// Where the reason names the plan, the sentence it stands in need not.
std::string withoutLead(const std::string& reason, const PlanId& id) {
  const std::string lead = "plan " + id.text() + ": ";
  return reason.starts_with(lead) ? reason.substr(lead.size()) : reason;
}

}  // namespace

Result<MigrationPlan> storedPlan(CatalogFile& file, const PlanRecord& record) {
  const std::string document = TRY(planDocument(file, record.id));
  auto plan = [&]() -> Result<MigrationPlan> {
    // Our own writing, with a whole map in it: as large as a map may be.
    const Json json = TRY(parseJson(document, {std::size_t{2} << 30, 64}));
    return planFromJson(json);
  }();
  if (!plan) return corrupt(fmt::format("plan {} is not the plan that was made: {}", record.id.text(), withoutLead(plan.error().message(), record.id)));
  plan->id = record.id;
  // The columns beside the document are for lists; the document is what will be run.
  const std::string fingerprint = fingerprintOf(*plan);
  if (fingerprint != record.fingerprint)
    return corrupt(fmt::format("plan {} is not the plan that was made: its fingerprint was {} and is {} now", record.id.text(),
                               printable(record.fingerprint, 64), fingerprint));
  if (plan->keyspace != record.keyspace || plan->baseVersion != record.baseVersion || plan->goal != record.goal)
    return corrupt(fmt::format("plan {} is not the plan that was made: its row in the list says something else", record.id.text()));
  return plan;
}

}  // namespace catalog

Done Catalog::addPlan(const MigrationPlan& plan) {
  TRY(checkName("plan", plan.id.text()));
  const std::string document = canonicalJson(planToJson(plan));
  const std::string fingerprint = fingerprintOf(plan);
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.plan.add"));
  TRY(catalog::keyspaceNumber(file, plan.keyspace));
  const auto used = TRY(file.integer("SELECT count(*) FROM plans WHERE id = ?", plan.id.text()));
  if (*used > 0) return conflict(fmt::format("there is a plan {} already; give this one another name", plan.id.text()));
  TRY(file.run("INSERT INTO plans(id, keyspace, base_version, goal, fingerprint, state, author, author_os_user, created_at, reason, "
               "document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', CAST(? AS BLOB))",
               plan.id.text(), plan.keyspace.text(), plan.baseVersion, plan.goal, fingerprint, planStateName(PlanState::Draft),
               file.actor().name, file.actor().osUser, file.now(), document));
  TRY(appendAudit(file, "plan.created", plan.id.text(),
                  {{"plan", plan.id.text()},
                   {"keyspace", plan.keyspace.text()},
                   {"baseVersion", plan.baseVersion},
                   {"goal", plan.goal},
                   {"fingerprint", fingerprint},
                   {"moves", plan.moves.size()}}));
  return file.commit(change);
}

Result<std::vector<PlanRecord>> Catalog::plans() { return records(m_state->file, "ORDER BY created_at, rowid"); }

Result<PlanRecord> Catalog::planRecord(const PlanId& id) { return catalog::recordOf(m_state->file, id); }

Result<MigrationPlan> Catalog::plan(const PlanId& id) {
  const PlanRecord record = TRY(catalog::recordOf(m_state->file, id));
  return catalog::storedPlan(m_state->file, record);
}

Done Catalog::setPlanState(const PlanId& id, PlanState from, PlanState to, const std::string& reason,
                           const std::optional<Lease>& lease) {
  auto& file = m_state->file;
  if (!mayFollow(from, to))
    return invalidInput(fmt::format("a plan that is {} does not become {} by itself", planStateName(from), planStateName(to)));
  auto change = TRY(file.begin(fmt::format("catalog.plan.{}", planStateName(to))));
  if (lease) TRY(catalog::requireLease(file, *lease));
  const PlanRecord record = TRY(catalog::recordOf(file, id));
  if (record.state != from)
    return conflict(fmt::format("plan {} is {} now, not {}; read it again", id.text(), planStateName(record.state), planStateName(from)));
  const bool starts = from == PlanState::Approved && to == PlanState::Running;
  if (starts) TRY(approvedPlan(id));
  TRY(file.run("UPDATE plans SET state = ?2, reason = ?3, started_at = coalesce(started_at, ?4) WHERE id = ?1", id.text(),
               planStateName(to), catalog::validText(reason), starts ? std::optional(file.now()) : std::nullopt));
  TRY(appendAudit(file, fmt::format("plan.{}", planStateName(to)), id.text(),
                  {{"plan", id.text()},
                   {"from", planStateName(from)},
                   {"to", planStateName(to)},
                   {"fingerprint", record.fingerprint},
                   {"reason", catalog::validText(reason)}},
                  lease ? lease->token : FencingToken{}));
  return file.commit(change);
}

}  // namespace shardwright
