// The verbs about the catalog itself: audit, backup, check.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/manager/workspace.h"

namespace shardwright {

class UpkeepVerbs {
 public:
  explicit UpkeepVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // Every event, oldest first, of one plan, shard or keyspace where `subject` is given.
  Result<std::vector<AuditEvent>> audit(const std::string& subject = {});
  Result<AuditHead> auditHead() { return m_workspace.catalog().auditHead(); }
  Result<std::optional<std::string>> checkAudit() { return m_workspace.catalog().checkAudit(); }

  Done backup(const std::string& file) { return m_workspace.catalog().backup(file); }
  Result<std::vector<std::string>> checkCatalog() { return m_workspace.catalog().check(); }

 private:
  Workspace& m_workspace;
};

}  // namespace shardwright
