// Search: what in the cluster answers to a few letters - pages, keyspaces, shards, plans - and where a key lies. A pure
// function of the catalog's facts; nothing is read for it.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "ui/bridge/cluster_facts.h"
#include "ui/pages/page.h"

namespace shardwright::ui {

struct Hit {
  QString id;              // stable
  QString icon, title;
  QString detail;          // what it is
  bool titleIsCode = false;
  Place place;             // where it leads
  std::optional<KeyspaceName> keyspace;  // to be chosen
  std::optional<ShardId> shard;          // to be chosen
};
bool operator==(const Hit& a, const Hit& b);  // as it is shown

// The best first, at most `most`. `keyspace`: the one in which a key is looked up.
std::vector<Hit> hitsOf(const ClusterFacts& facts, const KeyspaceName& keyspace, const QString& words, std::size_t most = 12);

}  // namespace shardwright::ui
