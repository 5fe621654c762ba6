// SessionPool: open sessions to shards, each in the hands of one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/domain/ids.h"

namespace shardwright {

// A session on loan; goes back to its pool when dropped, unless it was discarded. Move only.
class SessionLoan {
 public:
  using GiveBack = std::function<void(std::unique_ptr<ShardSession>)>;
  SessionLoan(std::unique_ptr<ShardSession> session, GiveBack giveBack)
      : m_session(std::move(session)), m_giveBack(std::move(giveBack)) {}
  SessionLoan(SessionLoan&&) = default;
  SessionLoan& operator=(SessionLoan&&) = delete;
  ~SessionLoan() {
    if (m_session && m_giveBack) m_giveBack(std::move(m_session));
  }

  ShardSession& operator*() const { return *m_session; }
  ShardSession* operator->() const { return m_session.get(); }
  void discard() { m_session.reset(); }  // it failed in a way that may last: the next loan opens a new one

 private:
  std::unique_ptr<ShardSession> m_session;
  GiveBack m_giveBack;
};

// Any thread may borrow. Loans may outlive the pool.
class SessionPool {
 public:
  virtual ~SessionPool() = default;
  virtual Result<SessionLoan> borrow(const ShardId& shard, std::stop_token stop) = 0;
};

// Opens a session when none is idle and keeps a few of each shard for later.
class KeptSessions : public SessionPool {
 public:
  using Open = std::function<Result<std::unique_ptr<ShardSession>>(const ShardId&)>;  // called from any thread
  explicit KeptSessions(Open open, std::size_t idlePerShard = 4);

  Result<SessionLoan> borrow(const ShardId& shard, std::stop_token stop) override;
  void forget(const ShardId& shard);  // the shard's URL has changed: what is open now is not lent again

 private:
  struct OfShard {
    std::vector<std::unique_ptr<ShardSession>> sessions;
    std::uint64_t generation = 0;  // of the sessions that may come back
  };
  struct Idle {
    std::mutex mutex;
    std::map<ShardId, OfShard> shards;
  };
  Open m_open;
  std::size_t m_idlePerShard;
  std::shared_ptr<Idle> m_idle = std::make_shared<Idle>();
};

}  // namespace shardwright
