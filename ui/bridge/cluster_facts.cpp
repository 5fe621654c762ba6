#include "ui/bridge/cluster_facts.h"

#include <algorithm>

#include "core/manager/shard_manager.h"

namespace shardwright::ui {

namespace {

Result<std::shared_ptr<const ShardMap>> mapInForce(Catalog& catalog, const KeyspaceName& name, const ClusterFacts* before) {
  const MapVersion version = TRY(catalog.currentVersion(name));
  const KeyspaceFacts* known = before != nullptr ? before->keyspace(name) : nullptr;
  if (known != nullptr && known->map->version() == version) return known->map;
  return catalog.currentMap(name);
}

}  // namespace

const KeyspaceFacts* ClusterFacts::keyspace(const KeyspaceName& name) const {
  const auto found = std::ranges::find_if(keyspaces, [&](const KeyspaceFacts& facts) { return facts.keyspace.name == name; });
  return found == keyspaces.end() ? nullptr : &*found;
}

const Shard* ClusterFacts::shard(const ShardId& id) const {
  const auto found = std::ranges::find(shards, id, &Shard::id);
  return found == shards.end() ? nullptr : &*found;
}

const PlanRecord* ClusterFacts::plan(const PlanId& id) const {
  const auto found = std::ranges::find(plans, id, &PlanRecord::id);
  return found == plans.end() ? nullptr : &*found;
}

Result<ClusterFacts> readClusterFacts(ShardManager& manager, const ClusterFacts* before) {
  Catalog& catalog = manager.catalog();
  ClusterFacts facts;
  facts.uuid = catalog.uuid();
  facts.environment = catalog.environment();
  facts.actor = catalog.actor().name;
  facts.at = catalog.now();
  facts.shards = TRY(catalog.shards());
  for (Keyspace& keyspace : TRY(catalog.keyspaces())) {
    auto map = TRY(mapInForce(catalog, keyspace.name, before));
    facts.keyspaces.push_back({std::move(keyspace), std::move(map)});
  }
  facts.plans = TRY(catalog.plans());
  std::ranges::stable_sort(facts.plans, std::ranges::greater(), &PlanRecord::createdAt);
  facts.runs = TRY(manager.runs().statusOfAll());
  facts.audit = TRY(catalog.auditHead());
  return facts;
}

}  // namespace shardwright::ui
