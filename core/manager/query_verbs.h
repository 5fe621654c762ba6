// The verbs that ask: one query of a keyspace, to the shards that hold the answer.
#pragma once

#include <memory>
#include <stop_token>

#include "core/base/result.h"
#include "core/manager/workspace.h"
#include "core/route/query_router.h"

namespace shardwright {

class QueryVerbs {
 public:
  explicit QueryVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // A router that reads its map from this catalog and opens sessions through these engines. It must not outlive the
  // workspace, and its queries are run from the workspace's thread.
  Result<std::unique_ptr<QueryRouter>> router(const KeyspaceName& keyspace);

  Result<QueryPlan> explain(const KeyspaceName& keyspace, const Query& query);
  Result<QueryAnswer> execute(const KeyspaceName& keyspace, const Query& query, const QueryRouter::Options& options,
                              std::stop_token stop);

 private:
  Workspace& m_workspace;
};

}  // namespace shardwright
