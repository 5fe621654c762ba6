#include "ui/pages/query_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/manager/shard_manager.h"
#include "ui/bridge/job.h"

namespace shardwright::ui {

void QueryRun::add(const ShardShare& share) {
  const std::lock_guard lock(m_mutex);
  const auto at = std::ranges::find(m_shares, share.shard, &ShardShare::shard);
  if (at == m_shares.end()) m_shares.push_back(share);
  else *at = share;
}

void QueryRun::finish(Result<QueryAnswer> answer) {
  const std::lock_guard lock(m_mutex);
  if (!m_answer) m_answer = std::move(answer);
}

std::vector<ShardShare> QueryRun::shares() const {
  const std::lock_guard lock(m_mutex);
  return m_shares;
}

bool QueryRun::isFinished() const {
  const std::lock_guard lock(m_mutex);
  return m_answer.has_value();
}

std::optional<Result<QueryAnswer>> QueryRun::answer() const {
  const std::lock_guard lock(m_mutex);
  return m_answer;
}

Done runQuery(ShardManager& manager, Job& job, const KeyspaceName& keyspace, const Query& query, QueryRouter::Options options, QueryRun& run) {
  const auto fail = [&](const Error& error) {
    run.finish(error);
    return error;
  };
  auto router = manager.queries().router(keyspace);
  if (!router) return fail(router.error());
  const auto plan = (*router)->explain(query);
  if (!plan) return fail(plan.error());
  const auto total = std::ssize(plan->steps);
  std::int64_t done = 0;
  options.onShare = [&](const ShardShare& share) {
    run.add(share);
    done = std::min(done + 1, total);
    job.report({done, total, fmt::format("{} of {} shards", done, total)});
  };
  auto answer = (*router)->run(query, options, job.token());
  const Done outcome = answer ? Done() : Done(answer.error());
  run.finish(std::move(answer));
  return outcome;  // the router waits here for shards that were given up
}

}  // namespace shardwright::ui
