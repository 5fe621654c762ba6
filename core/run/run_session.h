// What one run holds while it works: the catalog, the approved plan, the lease with its heartbeat, and what people wish.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "core/run/shard_rebalancer.h"

namespace shardwright {

// What a plan names is a shard that was there: one that is missing, or no database any more, cannot be used now.
template <class T>
Result<T> usable(Result<T> opened) {
  if (opened) return opened;
  const ErrorCode code = opened.error().code();
  const bool absent = code == ErrorCode::NotFound || code == ErrorCode::Corrupt;
  return Error(absent ? ErrorCode::Unavailable : code, opened.error().message());
}

// Orders for each move, written by the heartbeat's thread and read by the movers.
class OrderBoard {
 public:
  OrderBoard(bool hold, std::int64_t throttle) : m_all{.hold = hold, .throttle = throttle} {}
  MoveOrders of(const MoveId& move) const;
  bool pausesAfterWave() const;
  // Notes a wish; the answer for whoever made it.
  std::string obey(const WishRow& wish);

 private:
  void change(const std::optional<MoveId>& move, const std::function<void(MoveOrders&)>& edit);
  mutable std::mutex m_mutex;
  MoveOrders m_all;
  std::map<MoveId, MoveOrders> m_own;
  bool m_pauseAfterWave = false;
};

struct ShardRebalancer::Session {
  Session(Catalog catalog_, ApprovedPlan plan_, Lease lease_, const RunOptions& options)
      : catalog(std::move(catalog_)), plan(std::move(plan_)), lease(std::move(lease_)), board(options.holdCutOver, options.throttle) {}

  // Gives the lease back, so that the next executor need not wait for it to run out.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Catalog catalog;
  ApprovedPlan plan;
  Lease lease;
  OrderBoard board;
  std::mutex telling;
  std::stop_source lost;  // stops the movers when the lease is gone
  std::jthread heart;     // last: ends first

  // Renews the lease and reads wishes until the session ends.
  void startHeart(Catalog own);
};

}  // namespace shardwright
