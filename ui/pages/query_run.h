// QueryRun: one query under way, as the worker that asks and the page that shows share it. What each shard said is there
// as it comes; the answer is there before the worker has got rid of shards that still hang.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "core/manager/query_verbs.h"

namespace shardwright {
class ShardManager;
}

namespace shardwright::ui {

class Job;

class QueryRun {
 public:
  void add(const ShardShare& share);  // the newest of a shard counts
  void finish(Result<QueryAnswer> answer);

  // Any thread.
  std::vector<ShardShare> shares() const;
  bool isFinished() const;
  std::optional<Result<QueryAnswer>> answer() const;

 private:
  mutable std::mutex m_mutex;
  std::vector<ShardShare> m_shares;
  std::optional<Result<QueryAnswer>> m_answer;
};

// Asks, on a worker, and fills `run`. The error again, for the activity list.
Done runQuery(ShardManager& manager, Job& job, const KeyspaceName& keyspace, const Query& query, QueryRouter::Options options, QueryRun& run);

}  // namespace shardwright::ui
