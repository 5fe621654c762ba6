#include "core/route/session_pool.h"

namespace shardwright {

KeptSessions::KeptSessions(Open open, std::size_t idlePerShard)
    : m_open(std::move(open)), m_idlePerShard(idlePerShard) {}

Result<SessionLoan> KeptSessions::borrow(const ShardId& shard, std::stop_token stop) {
  if (stop.stop_requested()) return cancelled("stopped before a connection was taken");
  std::unique_ptr<ShardSession> session;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(m_idle->mutex);
    auto& idle = m_idle->shards[shard];
    generation = idle.generation;
    if (!idle.sessions.empty()) {
      session = std::move(idle.sessions.back());
      idle.sessions.pop_back();
    }
  }
  if (!session) session = TRY(m_open(shard));
  return SessionLoan(std::move(session), [pool = std::weak_ptr(m_idle), shard, generation,
                                          limit = m_idlePerShard](std::unique_ptr<ShardSession> back) {
    const auto idle = pool.lock();
    if (!idle) return;
    const std::lock_guard lock(idle->mutex);
    auto& ofShard = idle->shards[shard];
    if (ofShard.generation == generation && ofShard.sessions.size() < limit)
      ofShard.sessions.push_back(std::move(back));
  });
}

void KeptSessions::forget(const ShardId& shard) {
  std::vector<std::unique_ptr<ShardSession>> closing;  // outside the lock
  const std::lock_guard lock(m_idle->mutex);
  auto& ofShard = m_idle->shards[shard];
  ++ofShard.generation;
  closing.swap(ofShard.sessions);
}

}  // namespace shardwright
