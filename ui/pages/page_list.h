// The pages there are, in the order of the rail.
#pragma once

#include <QString>
#include <functional>
#include <vector>

#include "ui/bridge/cluster_facts.h"
#include "ui/pages/page.h"

namespace shardwright::ui {

struct PageInfo {
  QString id;      // overview: of the command `picture` and of object names
  QString title;
  QString icon;
  std::function<Page*(Session&, Navigator&)> make;
  std::function<QString(const ClusterFacts&)> badge = {};  // beside the word in the rail; empty: nothing
  QString under = {};                                      // not in the rail itself: opens from this page
};

const std::vector<PageInfo>& allPages();
const PageInfo* pageInfo(const QString& id);  // none: there is no such page

}  // namespace shardwright::ui
