// Approvals: who agreed to exactly which plan, until when. An approval is worth what the audit says of it: a row that
// was written or edited past it counts for nothing.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace {

struct StoredApproval {
  Approval approval;
  std::int64_t event = 0;  // its audit event
};

StoredApproval readApproval(const sqlite::Statement& row) {
  Approval approval{PlanId(row.text(0)), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5), row.integer(6),
                    row.integer(7) != 0};
  return {std::move(approval), row.integer(8)};
}

constexpr std::string_view columns = "SELECT plan, fingerprint, approver, os_user, comment, at, expires, for_cleanup, event FROM approvals ";

Json detailOf(const Approval& approval, const Actor& author) {
  return {{"plan", approval.plan.text()},
          {"fingerprint", approval.fingerprint},
          {"approver", approval.approver},
          {"comment", approval.comment},
          {"expires", approval.expires},
          {"forCleanup", approval.forCleanup},
          {"author", author.name},
          {"sameOsUser", author.osUser == approval.osUser}};
}

Result<bool> agreesWithAudit(CatalogFile& file, const StoredApproval& stored) {
  const auto event = TRY(catalog::auditEvent(file, stored.event));
  if (!event || event->event != "plan.approved") return false;
  const Approval& approval = stored.approval;
  Json told = TRY(parseJson(event->detail));
  told.erase("author");
  told.erase("sameOsUser");
  Json expected = detailOf(approval, {});
  expected.erase("author");
  expected.erase("sameOsUser");
  return told == expected && event->at == approval.at && event->osUser == approval.osUser && event->actor == approval.approver;
}

// Names are claimed by people: blanks at the ends and capitals make nobody another person.
std::string personOf(std::string_view name) {
  std::string out(name);
  const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
  while (!out.empty() && isBlank(out.back())) out.pop_back();
  while (!out.empty() && isBlank(out.front())) out.erase(0, 1);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

Done checkSecondPerson(const CatalogFile& file, const PlanRecord& record, const MigrationPlan& plan) {
  if (file.environment() != Environment::Production) return {};
  const std::string approver = personOf(file.actor().name);
  if (approver != personOf(record.author) && approver != personOf(plan.author)) return {};
  return refused(fmt::format("plan {} was made by {}, and in production somebody else has to approve it", record.id.text(),
                             printable(record.author, 80)));
}

Done checkApprovable(CatalogFile& file, const PlanRecord& record, bool forCleanup) {
  if (forCleanup) {
    if (record.state == PlanState::Watching) return {};
    return refused(fmt::format("plan {} is {}; clean-up is approved while a plan is being watched", record.id.text(),
                               planStateName(record.state)));
  }
  if (record.state != PlanState::Draft && record.state != PlanState::Approved)
    return refused(fmt::format("plan {} is {} and can no longer be approved", record.id.text(), planStateName(record.state)));
  const std::int64_t keyspace = TRY(catalog::keyspaceNumber(file, record.keyspace));
  const MapVersion inForce = TRY(catalog::versionInForce(file, keyspace));
  if (inForce != record.baseVersion)
    return refused(fmt::format("plan {} was made for version {} of the map of {}, and version {} is in force; make it anew with: "
                               "shardwright plan rebase {}",
                               record.id.text(), record.baseVersion, record.keyspace.text(), inForce, record.id.text()));
  return {};
}

struct Search {
  bool forCleanup = false;
  UnixSeconds when = 0;  // the approval must have been valid then
};

// The approval that holds for a plan as it stands in the catalog, or why there is none.
Result<Approval> validApproval(CatalogFile& file, const PlanRecord& record, const std::string& fingerprint, const Search& search) {
  const auto stored = TRY(file.all(std::string(columns) + "WHERE plan = ? AND for_cleanup = ? ORDER BY id DESC", readApproval,
                                   record.id.text(), search.forCleanup));
  const std::string what = search.forCleanup ? "the clean-up of plan " + record.id.text() : "plan " + record.id.text();
  const std::string how = fmt::format("shardwright plan approve {}{}", record.id.text(), search.forCleanup ? " --cleanup" : "");
  if (stored.empty()) return refused(fmt::format("{} is not approved; approve it with: {}", what, how));
  std::optional<Error> why;
  for (const StoredApproval& candidate : stored) {
    const Approval& approval = candidate.approval;
    const bool genuine = TRY(agreesWithAudit(file, candidate));
    if (!genuine)
      why = refused(fmt::format("the approval of {} by {} is not what the audit tells of it; approve it again: {}", what,
                                printable(approval.approver, 80), how));
    else if (approval.fingerprint != fingerprint)
      why = refused(fmt::format("{} was edited after approval: {} approved the fingerprint {}, and it is {} now", what,
                                printable(approval.approver, 80), approval.fingerprint, fingerprint));
    else if (approval.at <= search.when && search.when < approval.expires)
      return approval;
    else if (!why)
      why = refused(fmt::format("the approval of {} expired at {}; approve it again: {}", what, formatUtc(approval.expires), how));
  }
  return *why;
}

}  // namespace

namespace catalog {

Result<std::vector<std::string>> approvalFlaws(CatalogFile& file) {
  const auto stored = TRY(file.all(std::string(columns) + "ORDER BY id", readApproval));
  std::vector<std::string> flaws;
  for (const StoredApproval& candidate : stored) {
    const bool genuine = TRY(agreesWithAudit(file, candidate));
    if (!genuine)
      flaws.push_back(fmt::format("the approval of plan {} by {} is not what the audit tells of it",
                                  printable(candidate.approval.plan.text(), 80), printable(candidate.approval.approver, 80)));
  }
  return flaws;
}

}  // namespace catalog

Done Catalog::approve(const PlanId& id, const std::string& fingerprint, const std::string& comment, bool forCleanup) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.plan.approve"));
  const PlanRecord record = TRY(catalog::recordOf(file, id));
  const MigrationPlan plan = TRY(catalog::storedPlan(file, record));
  if (fingerprint != record.fingerprint)
    return refused(fmt::format("plan {} has the fingerprint {}, not {}; read the plan again before you approve it", id.text(),
                               record.fingerprint, printable(fingerprint, 80)));
  TRY(checkApprovable(file, record, forCleanup));
  TRY(checkSecondPerson(file, record, plan));
  const UnixSeconds now = file.now();
  const Approval approval{id,  fingerprint,         file.actor().name, file.actor().osUser, catalog::validText(comment),
                          now, now + approvalLasts, forCleanup};
  TRY(appendAudit(file, "plan.approved", id.text(), detailOf(approval, {record.author, record.authorOsUser})));
  const std::int64_t event = TRY(catalog::lastAuditSequence(file));
  TRY(file.run("INSERT INTO approvals(plan, fingerprint, approver, os_user, comment, at, expires, for_cleanup, event) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
               id.text(), fingerprint, approval.approver, approval.osUser, approval.comment, approval.at, approval.expires, forCleanup,
               event));
  if (!forCleanup) TRY(file.run("UPDATE plans SET state = ? WHERE id = ?", planStateName(PlanState::Approved), id.text()));
  return file.commit(change);
}

Done Catalog::mayApprove(const PlanId& id, bool forCleanup) {
  auto& file = m_state->file;
  const PlanRecord record = TRY(catalog::recordOf(file, id));
  const MigrationPlan plan = TRY(catalog::storedPlan(file, record));
  TRY(checkApprovable(file, record, forCleanup));
  return checkSecondPerson(file, record, plan);
}

Result<std::vector<Approval>> Catalog::approvals(const PlanId& id) {
  auto& file = m_state->file;
  TRY(catalog::recordOf(file, id));
  return file.all(std::string(columns) + "WHERE plan = ? ORDER BY id",
                  [](const sqlite::Statement& row) { return readApproval(row).approval; }, id.text());
}

namespace {

Result<MigrationPlan> planAsApproved(CatalogFile& file, const PlanRecord& record) {
  auto plan = catalog::storedPlan(file, record);
  if (!plan && plan.error().code() == ErrorCode::Corrupt && record.state != PlanState::Draft)
    return refused(fmt::format("plan {} was edited after approval; nothing of it is run. {}", record.id.text(), plan.error().message()));
  return plan;
}

}  // namespace

Result<ApprovedPlan> Catalog::approvedPlan(const PlanId& id) {
  auto& file = m_state->file;
  const PlanRecord record = TRY(catalog::recordOf(file, id));
  MigrationPlan plan = TRY(planAsApproved(file, record));
  Approval approval = TRY(validApproval(file, record, fingerprintOf(plan), {false, file.now()}));
  if (record.state != PlanState::Approved)
    return refused(fmt::format("plan {} is {}; only a plan that is approved and not yet started can be begun", id.text(),
                               planStateName(record.state)));
  return ApprovedPlan(std::move(plan), std::move(approval));
}

Result<ApprovedPlan> Catalog::startedPlan(const PlanId& id) {
  auto& file = m_state->file;
  const PlanRecord record = TRY(catalog::recordOf(file, id));
  if (!record.startedAt)
    return refused(fmt::format("plan {} is {} and has not been started; start it with: shardwright run {}", id.text(),
                               planStateName(record.state), id.text()));
  MigrationPlan plan = TRY(planAsApproved(file, record));
  Approval approval = TRY(validApproval(file, record, fingerprintOf(plan), {false, *record.startedAt}));
  return ApprovedPlan(std::move(plan), std::move(approval));
}

Done Catalog::cleanupApproved(const PlanId& id) {
  auto& file = m_state->file;
  const PlanRecord record = TRY(catalog::recordOf(file, id));
  if (file.environment() != Environment::Production) return {};
  const MigrationPlan plan = TRY(planAsApproved(file, record));
  TRY(validApproval(file, record, fingerprintOf(plan), {true, file.now()}));
  return {};
}

}  // namespace shardwright
