// Scatter: one question to each of several shards at once, on threads, each with a deadline.
//
// A shard that has not answered at its deadline is told to stop and counted as missing; the answer does not wait for it
// to obey. Its thread is kept and waited for when the Scatter goes, so nothing outlives it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_query.h"
#include "core/route/session_pool.h"

namespace shardwright {

struct ShardCall {
  ShardId shard;
  ShardQuery query;
};

struct ShardReply {
  Result<ShardAnswer> answer;
  double seconds = 0;  // from the start of its thread until its answer, or until it was given up
};

struct ScatterOptions {
  std::chrono::milliseconds deadline{5000};  // of each shard, from when it is asked
  std::size_t parallel = 32;                 // shards asked at once
  bool stopAtFailure = true;                 // one failure makes the whole pointless: the others are told to stop
  std::function<void(std::size_t call, const ShardReply&)> settled = {};  // told of each reply as it comes, by ask()'s thread
};

// Any thread.
class Scatter {
 public:
  explicit Scatter(std::shared_ptr<SessionPool> pool) : m_pool(std::move(pool)) {}
  ~Scatter();
  Scatter(const Scatter&) = delete;
  Scatter& operator=(const Scatter&) = delete;

  // One reply a call, in their order. Unavailable: the deadline; Cancelled: `stop`, or another's failure.
  std::vector<ShardReply> ask(std::vector<ShardCall> calls, const ScatterOptions& options, std::stop_token stop);

  std::size_t stragglers();  // threads given up that have not come back yet

 private:
  struct Call;
  struct Board;
  class Round;
  struct Straggler {
    std::shared_ptr<Call> call;
    std::jthread thread;
  };

  std::shared_ptr<SessionPool> m_pool;
  std::mutex m_mutex;
  std::vector<Straggler> m_stragglers;
};

}  // namespace shardwright
