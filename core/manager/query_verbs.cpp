#include "core/manager/query_verbs.h"

#include <fmt/format.h>

#include <map>

namespace shardwright {

Result<std::unique_ptr<QueryRouter>> QueryVerbs::router(const KeyspaceName& name) {
  auto keyspace = TRY(m_workspace.catalog().keyspace(name));
  const auto shards = TRY(m_workspace.catalog().shards());
  std::map<ShardId, Shard> byName;
  for (const Shard& shard : shards) byName.emplace(shard.id, shard);
  // Runs on the router's threads: it may touch nothing of the workspace but the engines.
  auto open = [&workspace = m_workspace, byName = std::move(byName)](const ShardId& id) -> Result<std::unique_ptr<ShardSession>> {
    const auto shard = byName.find(id);
    if (shard == byName.end()) return conflict(fmt::format("the map names shard {}, which is not in the catalog.", id.text()));
    return workspace.open(shard->second);
  };
  auto loadMap = [&workspace = m_workspace, name] { return workspace.catalog().currentMap(name); };
  return QueryRouter::make(std::move(keyspace), std::move(loadMap), std::make_shared<KeptSessions>(std::move(open)));
}

Result<QueryPlan> QueryVerbs::explain(const KeyspaceName& keyspace, const Query& query) {
  const auto asker = TRY(router(keyspace));
  return asker->explain(query);
}

Result<QueryAnswer> QueryVerbs::execute(const KeyspaceName& keyspace, const Query& query,
                                        const QueryRouter::Options& options, std::stop_token stop) {
  const auto asker = TRY(router(keyspace));
  return asker->run(query, options, std::move(stop));
}

}  // namespace shardwright
