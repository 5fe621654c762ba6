// The audit as the window has it: every event there is, what its chain is worth, and how both are told.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/catalog/catalog.h"

namespace shardwright {
class ShardManager;
}

namespace shardwright::ui {

struct AuditTrail {
  std::vector<std::shared_ptr<const AuditEvent>> events;  // oldest first; immutable, shared with rows and exports
  AuditHead head;
};

// `before`: an earlier reading, to which only what has come since is added; may be none. Events that were removed meanwhile
// make it read everything anew.
Result<AuditTrail> readAuditTrail(ShardManager& manager, const AuditTrail* before);

// What the chain is worth, found out by computing every hash.
struct ChainCheck {
  std::optional<std::string> problem;  // a sentence naming the first bad event; none: it is unbroken
  AuditHead head;
};
Result<ChainCheck> checkChain(ShardManager& manager);

struct AuditRow {
  std::shared_ptr<const AuditEvent> event;
  bool isPlan = false;  // it is about a plan that is there: it can be opened
  friend bool operator==(const AuditRow& a, const AuditRow& b) { return a.event == b.event && a.isPlan == b.isPlan; }
};

// What a person wants to see of it.
struct AuditFilter {
  QString plan, person;  // empty: of all
  QString words;         // in event, subject or detail, without regard to case
  UnixSeconds from = 0, until = 0;  // until 0: of all times
  bool keeps(const AuditEvent& event) const;
  friend bool operator==(const AuditFilter&, const AuditFilter&) = default;
};

QString eventWords(const std::string& event);    // plan.approved -> Plan approved
QString eventIcon(const std::string& event);     // by what it is about
QString whoText(const AuditEvent& event);        // alice (root), where the user of the operating system is another
// from copy · to catchup · move m1: without what says the subject again, long values last; what is no JSON as it stands.
QString detailLine(const AuditEvent& event);
QString detailLines(const AuditEvent& event);    // all of it, a line each
QString momentText(UnixSeconds when);            // 13:42:05 today, 24 Nov 13:42:05

std::string auditCsv(const std::vector<std::shared_ptr<const AuditEvent>>& events);
std::string auditJson(const std::vector<std::shared_ptr<const AuditEvent>>& events);  // as `audit show --json` prints it

}  // namespace shardwright::ui
