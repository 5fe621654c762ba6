#include "core/manager/upkeep_verbs.h"

#include <iterator>

namespace shardwright {

Result<std::vector<AuditEvent>> UpkeepVerbs::audit(const std::string& subject) {
  constexpr std::int64_t page = 10'000;
  std::vector<AuditEvent> events;
  for (;;) {
    auto more = TRY(m_workspace.catalog().auditEvents(events.empty() ? 0 : events.back().sequence, page, subject));
    const bool last = std::ssize(more) < page;
    events.insert(events.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
    if (last) return events;
  }
}

}  // namespace shardwright
