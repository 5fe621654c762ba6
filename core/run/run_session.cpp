#include "core/run/run_session.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/move/waiting.h"

namespace shardwright {

namespace {

constexpr auto wishInterval = std::chrono::milliseconds(100);
constexpr double renewSeconds = 5;

}  // namespace

MoveOrders OrderBoard::of(const MoveId& move) const {
  std::lock_guard lock(m_mutex);
  const auto own = m_own.find(move);
  return own == m_own.end() ? m_all : own->second;
}

bool OrderBoard::pausesAfterWave() const {
  std::lock_guard lock(m_mutex);
  return m_pauseAfterWave;
}

void OrderBoard::change(const std::optional<MoveId>& move, const std::function<void(MoveOrders&)>& edit) {
  if (move) {
    edit(m_own.try_emplace(*move, m_all).first->second);
    return;
  }
  edit(m_all);
  for (auto& [id, orders] : m_own) edit(orders);
}

std::string OrderBoard::obey(const WishRow& wish) {
  std::lock_guard lock(m_mutex);
  switch (wish.wish) {
    case Wish::Pause: change(wish.move, [](MoveOrders& orders) { orders.pause = true; }); return "pausing";
    case Wish::PauseAfterWave: m_pauseAfterWave = true; return "pausing after this wave";
    case Wish::Resume:
      m_pauseAfterWave = false;
      change(wish.move, [](MoveOrders& orders) { orders.pause = false; });
      return "going on";
    case Wish::Cancel: change(wish.move, [](MoveOrders& orders) { orders.cancel = true; }); return "cancelling";
    case Wish::Throttle: {
      const std::int64_t rate = parseInt64(wish.argument).value_or(0);
      change(wish.move, [rate](MoveOrders& orders) { orders.throttle = rate; });
      return rate > 0 ? fmt::format("at most {} rows a second", rate) : "no throttle";
    }
    case Wish::CutOver: change(wish.move, [](MoveOrders& orders) { orders.cutOver = true; }); return "cutting over";
    case Wish::RollBack: return "not while the plan runs: cancel what is not decided, then roll back";
    case Wish::Retry: return "the run goes on by itself";
  }
  return {};
}

ShardRebalancer::Session::~Session() {
  heart.request_stop();
  if (heart.joinable()) heart.join();
  // A lease that cannot be given back runs out by itself: its holder is dead or silent.
  [[maybe_unused]] const auto released = catalog.releaseLease(lease);
}

void ShardRebalancer::Session::startHeart(Catalog own) {
  heart = std::jthread([this, catalog = std::move(own)](std::stop_token stop) mutable {
    Stopwatch sinceRenewal;
    while (!stop.stop_requested()) {
      if (const auto wishes = catalog.openWishes(lease.plan); wishes)
        for (const WishRow& wish : *wishes)
          // An unanswered wish is read again: obeying twice is obeying once.
          if (const std::string answer = board.obey(wish); !catalog.answerWish(wish.id, answer)) break;
      if (sinceRenewal.seconds() > renewSeconds) {
        const auto renewed = catalog.renewLease(lease);
        if (!renewed && renewed.error().code() == ErrorCode::Conflict) {
          lost.request_stop();
          return;
        }
        sinceRenewal = Stopwatch();
      }
      rest(wishInterval, stop);
    }
  });
}

}  // namespace shardwright
