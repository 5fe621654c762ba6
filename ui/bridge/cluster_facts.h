// ClusterFacts: what the catalog says, read in one go; no shard is opened for it. A plain value that pages share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/manager/run_verbs.h"

namespace shardwright {
class ShardManager;
}

namespace shardwright::ui {

struct KeyspaceFacts {
  Keyspace keyspace;
  std::shared_ptr<const ShardMap> map;  // in force; the same object as long as its version stays
};

struct ClusterFacts {
  std::string uuid;
  Environment environment = Environment::Test;
  std::string actor;                  // who acts in this window
  std::vector<Shard> shards;          // by name
  std::vector<KeyspaceFacts> keyspaces;
  std::vector<PlanRecord> plans;      // the newest first
  std::vector<PlanStatus> runs;       // begun and not ended
  AuditHead audit;
  UnixSeconds at = 0;

  const KeyspaceFacts* keyspace(const KeyspaceName& name) const;
  const Shard* shard(const ShardId& id) const;
  const PlanRecord* plan(const PlanId& id) const;
};

// `before`: an earlier reading, whose maps are used again; may be none.
Result<ClusterFacts> readClusterFacts(ShardManager& manager, const ClusterFacts* before);

}  // namespace shardwright::ui
