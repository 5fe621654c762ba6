// The audit: one chain of events. Each event's hash is SHA-256 over its canonical JSON, the hash of the event before it
// included; the first one follows on a random genesis. The head stands in meta too, so that an event missing at the end
// is seen; a chain rewritten as a whole is only seen against a head that was kept elsewhere.
#include <fmt/format.h>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

namespace catalog {

namespace {

constexpr std::string_view eventColumns =
    "SELECT sequence, at, actor, os_user, host, pid, token, event, subject, detail, previous_hash, hash FROM audit ";

AuditEvent readEvent(const sqlite::Statement& row) {
  AuditEvent event;
  event.sequence = row.integer(0);
  event.at = row.integer(1);
  event.actor = row.text(2);
  event.osUser = row.text(3);
  event.host = row.text(4);
  event.pid = row.integer(5);
  event.token = row.integer(6);
  event.event = row.text(7);
  event.subject = row.text(8);
  event.detail = row.text(9);
  event.previousHash = row.text(10);
  event.hash = row.text(11);
  return event;
}

// Not the detail's JSON value but its text goes into the hash: what stands there, not what a parser makes of it.
std::string eventHash(const AuditEvent& event) {
  const Json fields = {{"sequence", event.sequence}, {"at", event.at},          {"actor", event.actor},
                       {"osUser", event.osUser},     {"host", event.host},      {"pid", event.pid},
                       {"token", event.token},       {"event", event.event},    {"subject", event.subject},
                       {"detail", event.detail},     {"previous", event.previousHash}};
  return sha256Hex(fields.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// "SEQUENCE HASH", as it stands in meta.
std::string headText(const AuditHead& head) { return fmt::format("{} {}", head.sequence, head.hash); }

std::optional<AuditHead> headFromText(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto sequence = parseInt64(text.substr(0, blank));
  if (blank == std::string_view::npos || !sequence) return std::nullopt;
  return AuditHead{*sequence, std::string(text.substr(blank + 1))};
}

// What the next event follows on. Where events at the end were removed that is the one that had been the last: the gap
// stays, and is found however much is written after it.
Result<AuditHead> headOf(CatalogFile& file) {
  AuditHead head;
  head.hash = TRY(file.meta("audit_genesis"));
  const auto read = [](const sqlite::Statement& row) { return AuditHead{row.integer(0), row.text(1)}; };
  auto last = TRY(file.one("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1", read));
  const auto text = [](const sqlite::Statement& row) { return row.text(0); };
  const auto remembered = TRY(file.one("SELECT value FROM meta WHERE key = 'audit_head'", text));
  if (last) head = std::move(*last);
  if (const auto noted = headFromText(remembered.value_or("")); noted && noted->sequence > head.sequence) head = *noted;
  return head;
}

// What is wrong with `event` as the event after `before`; nothing if it is sound.
std::optional<std::string> flaw(const AuditEvent& event, const AuditHead& before) {
  if (event.sequence != before.sequence + 1)
    return fmt::format("event {} is missing: event {} is followed by event {}", before.sequence + 1, before.sequence, event.sequence);
  if (event.previousHash != before.hash)
    return fmt::format("event {} ({}) does not follow on the event before it: one of the two was changed or replaced", event.sequence,
                       printable(event.event, 80));
  if (eventHash(event) != event.hash)
    return fmt::format("event {} ({}) is not what was written: it was changed", event.sequence, printable(event.event, 80));
  return std::nullopt;
}

}  // namespace

Done appendAudit(CatalogFile& file, std::string_view event, std::string_view subject, const Json& detail, FencingToken token) {
  std::string text;
  try {
    text = canonicalJson(detail);
  } catch (const Json::exception& problem) {
    return invalidInput(fmt::format("the detail of the audit event {} cannot be written: {}", event, problem.what()));
  }
  const AuditHead before = TRY(headOf(file));
  const ProcessIdentity& me = thisProcess();
  AuditEvent next{before.sequence + 1, file.now(),     file.actor().name, file.actor().osUser, me.host, me.pid, token.value,
                  std::string(event),  validText(subject), text,          before.hash,         {}};
  next.hash = eventHash(next);
  TRY(file.run("INSERT INTO audit(sequence, at, actor, os_user, host, pid, token, event, subject, detail, previous_hash, hash) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               next.sequence, next.at, next.actor, next.osUser, next.host, next.pid, next.token, next.event, next.subject, next.detail,
               next.previousHash, next.hash));
  return file.setMeta("audit_head", headText({next.sequence, next.hash}));
}

Result<std::int64_t> lastAuditSequence(CatalogFile& file) {
  const AuditHead head = TRY(headOf(file));
  return head.sequence;
}

Result<std::optional<AuditEvent>> auditEvent(CatalogFile& file, std::int64_t sequence) {
  auto found = TRY(file.one(std::string(eventColumns) + "WHERE sequence = ?", readEvent, sequence));
  if (found && eventHash(*found) != found->hash) found.reset();
  return found;
}

}  // namespace catalog

using catalog::appendAudit;

Done Catalog::audit(const std::string& event, const std::string& subject, const Json& detail) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.audit.add"));
  TRY(appendAudit(file, event, subject, detail));
  return file.commit(change);
}

Result<std::vector<AuditEvent>> Catalog::auditEvents(std::int64_t afterSequence, std::int64_t limit, const std::string& subject) {
  auto events = TRY(m_state->file.all(
      std::string(catalog::eventColumns) + "WHERE sequence > ?1 AND (?3 = '' OR subject = ?3) ORDER BY sequence LIMIT ?2",
      catalog::readEvent, afterSequence, limit, subject));
  return events;
}

Result<AuditHead> Catalog::auditHead() {
  AuditHead head = TRY(catalog::headOf(m_state->file));
  return head;
}

Result<std::optional<std::string>> Catalog::checkAudit() {
  auto& file = m_state->file;
  auto view = TRY(file.snapshot());
  AuditHead before;
  before.hash = TRY(file.meta("audit_genesis"));
  constexpr std::int64_t page = 1000;
  while (true) {
    const auto events = TRY(file.all(std::string(catalog::eventColumns) + "WHERE sequence > ? ORDER BY sequence LIMIT ?",
                                     catalog::readEvent, before.sequence, page));
    for (const AuditEvent& event : events) {
      if (auto problem = catalog::flaw(event, before)) return problem;
      before = {event.sequence, event.hash};
    }
    if (std::ssize(events) < page) break;
  }
  const std::string head = TRY(file.meta("audit_head"));
  if (head != catalog::headText(before))
    return std::optional(fmt::format("the audit ends at event {}, and more had been written: events at its end were removed", before.sequence));
  return std::optional<std::string>();
}

}  // namespace shardwright
