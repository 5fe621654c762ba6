// Leases: who may execute a plan. The token is what protects (moves.md I6); that a holder lives only decides who waits.
#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;
using catalog::Life;

namespace {

constexpr UnixSeconds heartbeatLasts = 30;

struct Holder {
  catalog::ProcessIdentity process;
  std::string instance;
  std::int64_t token = 0;
  UnixSeconds takenAt = 0, heartbeat = 0;
};

std::string describe(const Holder& holder) {
  return fmt::format("process {} on {} (since {})", holder.process.pid, printable(holder.process.host, 80), formatUtc(holder.takenAt));
}

Result<std::optional<Holder>> holderOf(CatalogFile& file, const PlanId& plan) {
  const auto read = [](const sqlite::Statement& row) {
    return Holder{{row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4)},
                  row.text(5),
                  row.integer(6),
                  row.integer(7),
                  row.integer(8)};
  };
  return file.one("SELECT host, boot, pid_space, pid, process_start, instance, token, taken_at, heartbeat FROM leases WHERE plan = ?",
                  read, plan.text());
}

// Greater than every token this catalog has given.
Result<FencingToken> nextToken(CatalogFile& file) {
  const std::string last = TRY(file.meta("last_token"));
  const auto counted = parseInt64(last);
  if (!counted) return corrupt(fmt::format("catalog {}: its last token is not a number; go back to a backup of it", printable(file.path())));
  TRY(file.setMeta("last_token", std::to_string(*counted + 1)));
  return FencingToken{*counted + 1};
}

Done writeHolder(CatalogFile& file, const PlanId& plan, const Holder& holder) {
  const auto& process = holder.process;
  return file.run(
      "INSERT OR REPLACE INTO leases(plan, token, host, boot, pid_space, pid, process_start, instance, taken_at, heartbeat) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      plan.text(), holder.token, process.host, process.boot, process.pidSpace, process.pid, process.start, holder.instance, holder.takenAt,
      holder.heartbeat);
}

bool lives(const CatalogFile& file, const Holder& holder) {
  switch (catalog::lifeOf(holder.process)) {
    case Life::Dead: return false;
    case Life::Unknown: return file.now() < holder.heartbeat + heartbeatLasts;
    case Life::Alive: break;
  }
  const auto& me = catalog::thisProcess();
  const bool inThisProcess = holder.process.pid == me.pid;  // alive and in our space: the number tells
  return !inThisProcess || catalog::Instance::isOpen(holder.instance);
}

}  // namespace

namespace catalog {

Done requireLease(CatalogFile& file, const Lease& lease) {
  const auto holder = TRY(holderOf(file, lease.plan));
  if (holder && holder->token == lease.token.value) return {};
  const std::string now = holder ? "it is held by " + describe(*holder) : std::string("nobody holds it");
  return conflict(fmt::format("the lease of plan {} under token {} was lost; {} now", lease.plan.text(), lease.token.value, now));
}

}  // namespace catalog

Result<Lease> Catalog::takeLease(const PlanId& plan) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.lease.take"));
  TRY(catalog::recordOf(file, plan));
  const auto before = TRY(holderOf(file, plan));
  // Who asks again has lost the answer to the first time; the new token makes the old one void.
  const bool mine = before && before->instance == file.instance().id();
  if (before && !mine && lives(file, *before))
    return refused(fmt::format("plan {} is being executed by {}; wait for it, or stop that process", plan.text(), describe(*before)));

  const FencingToken token = TRY(nextToken(file));
  const Holder holder{catalog::thisProcess(), file.instance().id(), token.value, file.now(), file.now()};
  TRY(writeHolder(file, plan, holder));
  TRY(appendAudit(file, before ? "lease.taken-over" : "lease.taken", plan.text(),
                  {{"plan", plan.text()}, {"from", before ? Json(describe(*before)) : Json(nullptr)}}, token));
  TRY(file.commit(change));
  return Lease{plan, token, describe(holder)};
}

Done Catalog::renewLease(const Lease& lease) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.lease.renew"));
  TRY(catalog::requireLease(file, lease));
  TRY(file.run("UPDATE leases SET heartbeat = ? WHERE plan = ?", file.now(), lease.plan.text()));
  return file.commit(change);
}

Done Catalog::releaseLease(const Lease& lease) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.lease.release"));
  TRY(catalog::requireLease(file, lease));
  TRY(file.run("DELETE FROM leases WHERE plan = ?", lease.plan.text()));
  TRY(appendAudit(file, "lease.released", lease.plan.text(), {{"plan", lease.plan.text()}}, lease.token));
  return file.commit(change);
}

Result<std::optional<std::string>> Catalog::leaseHolder(const PlanId& plan) {
  auto& file = m_state->file;
  const auto holder = TRY(holderOf(file, plan));
  if (!holder || !lives(file, *holder)) return std::optional<std::string>();
  return std::optional(describe(*holder));
}

}  // namespace shardwright
