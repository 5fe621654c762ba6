#include "core/manager/workspace.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/manager/shard_opening.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

bool isUnderWay(PlanState state) {
  return state == PlanState::Running || state == PlanState::Watching || state == PlanState::Failed;
}

}  // namespace

PublishedMap publishedForm(const ShardMap& map) { return {map.keyspace(), map.version(), mapToJson(map), map.checksum()}; }

Result<std::unique_ptr<ShardSession>> Workspace::openUnknown(const Shard& shard) { return openUnknownShard(m_engines, shard); }

Result<std::unique_ptr<ShardSession>> Workspace::open(const Shard& shard) { return openShard(m_engines, shard); }

Result<std::vector<Shard>> Workspace::shardsNamed(const std::vector<ShardId>& names) {
  std::vector<Shard> shards;
  for (const ShardId& name : names) {
    auto shard = TRY(m_catalog.shard(name));
    shards.push_back(std::move(shard));
  }
  return shards;
}

Done Workspace::publish(const ShardMap& map, const std::vector<Shard>& shards) {
  const PublishedMap published = publishedForm(map);
  std::vector<std::string> failures;
  for (const Shard& shard : shards) {
    auto session = open(shard);
    const Done done = session ? (*session)->publishMap(published) : Done(session.error());
    if (!done) failures.push_back(done.error().message());
  }
  if (failures.empty()) return {};
  return unavailable(fmt::format("version {} of the map of {} is in force, but could not be written into {} of {} shards: "
                                 "{}. Mend them, then: doctor --fix",
                                 map.version(), map.keyspace().text(), failures.size(), shards.size(),
                                 fmt::join(failures, "; ")));
}

Done Workspace::refuseWhilePlansRun(const KeyspaceName& keyspace) {
  auto plans = TRY(m_catalog.plans());
  const auto busy = std::ranges::find_if(
      plans, [&](const PlanRecord& plan) { return plan.keyspace == keyspace && isUnderWay(plan.state); });
  if (busy == plans.end()) return {};
  return refused(fmt::format("plan {} of keyspace {} is {}; let it end first (status {} says where it stands).",
                             busy->id.text(), keyspace.text(), planStateName(busy->state), busy->id.text()));
}

}  // namespace shardwright
