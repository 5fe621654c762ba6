#include "ui/pages/page_list.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/pages/audit_page.h"
#include "ui/pages/connections_page.h"
#include "ui/pages/execution_page.h"
#include "ui/pages/executions_page.h"
#include "ui/pages/load_page.h"
#include "ui/pages/map_page.h"
#include "ui/pages/overview_page.h"
#include "ui/pages/plan_page.h"
#include "ui/pages/plans_page.h"
#include "ui/pages/query_page.h"

namespace shardwright::ui {

namespace {

template <class P>
Page* make(Session& session, Navigator& navigator) {
  return new P(session, navigator);
}

QString tr(const char* title) { return QCoreApplication::translate("pages", title); }

// How many wait for somebody's approval.
QString plansBadge(const ClusterFacts& facts) {
  const auto waiting = std::ranges::count(facts.plans, PlanState::Draft, &PlanRecord::state);
  return waiting == 0 ? QString() : QString::number(waiting);
}

std::vector<PageInfo> list() {
  return {
      {"overview", tr("Overview"), "overview", make<OverviewPage>},
      {"map", tr("Shard map"), "map", make<MapPage>},
      {"load", tr("Load"), "load", make<LoadPage>},
      {"plans", tr("Plans"), "plans", make<PlansPage>, plansBadge},
      {"plan", tr("Plan"), "plans", make<PlanPage>, {}, "plans"},
      {"executions", tr("Executions"), "executions", make<ExecutionsPage>, ExecutionsPage::badge},
      {"execution", tr("Execution"), "executions", make<ExecutionPage>, {}, "executions"},
      {"query", tr("Query"), "query", make<QueryPage>},
      {"connections", tr("Connections"), "connections", make<ConnectionsPage>},
      {"audit", tr("Audit"), "audit", make<AuditPage>},
  };
}

}  // namespace

const std::vector<PageInfo>& allPages() {
  static const std::vector<PageInfo> pages = list();
  return pages;
}

const PageInfo* pageInfo(const QString& id) {
  const auto& pages = allPages();
  const auto at = std::ranges::find(pages, id, &PageInfo::id);
  return at == pages.end() ? nullptr : &*at;
}

}  // namespace shardwright::ui
