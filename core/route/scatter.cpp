#include "core/route/scatter.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <system_error>

#include "core/base/text.h"

namespace shardwright {

namespace {

using Clock = std::chrono::steady_clock;

// A wrong question leaves the session as good as it was; anything else may last.
bool sessionIsSound(const Error& error) {
  return error.code() == ErrorCode::InvalidInput || error.code() == ErrorCode::NotFound;
}

Result<ShardAnswer> askShard(SessionPool& pool, const ShardCall& call, std::stop_token stop) {
  auto loan = TRY(pool.borrow(call.shard, stop));
  auto answer = loan->ask(call.query, stop);
  if (!answer && !sessionIsSound(answer.error())) loan.discard();
  return answer;
}

}  // namespace

// One shard's part of a round, shared by the round and the thread that asks.
struct Scatter::Call {
  ShardCall call;
  std::stop_source stop;
  Clock::time_point began;
  Result<ShardAnswer> answer = unavailable("not asked");
  double seconds = 0;
  std::atomic<bool> back = false;  // its thread touches nothing any more
};

// Where threads report.
struct Scatter::Board {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<std::size_t> finished;
};

// One ask(): starts threads up to the limit, collects what comes back, gives up what is late.
class Scatter::Round {
 public:
  Round(Scatter& scatter, std::vector<ShardCall> calls, const ScatterOptions& options)
      : m_scatter(scatter), m_options(options), m_threads(calls.size()), m_replies(calls.size()) {
    for (auto& call : calls) {
      m_calls.push_back(std::make_shared<Call>());
      m_calls.back()->call = std::move(call);
    }
  }

  std::vector<ShardReply> run(std::stop_token stop) {
    while (m_settled < m_calls.size()) {
      while (m_running < std::max<std::size_t>(m_options.parallel, 1) && m_next < m_calls.size()) start(m_next++);
      waitForNews(stop);
      collect();
      giveUpLate();
      if (stop.stop_requested()) giveUpAll("stopped");
      if (m_failed && m_options.stopAtFailure) giveUpAll("stopped because another shard failed");
    }
    std::vector<ShardReply> replies;
    for (auto& reply : m_replies) replies.push_back(std::move(*reply));
    return replies;
  }

 private:
  void start(std::size_t index) {
    const auto call = m_calls[index];
    call->began = Clock::now();
    ++m_running;
    try {
      m_threads[index] = std::jthread([pool = m_scatter.m_pool, board = m_board, call, index] {
        auto answer = askShard(*pool, call->call, call->stop.get_token());
        const std::lock_guard lock(board->mutex);
        call->answer = std::move(answer);
        call->seconds = std::chrono::duration<double>(Clock::now() - call->began).count();
        call->back = true;
        board->finished.push_back(index);
        board->changed.notify_all();
      });
    } catch (const std::system_error& error) {
      settle(index, {unavailable(fmt::format("no thread to ask it with: {}", error.what())), 0});
    }
  }

  void waitForNews(const std::stop_token& stop) {
    if (m_running == 0) return;
    auto until = Clock::time_point::max();
    for (std::size_t i = 0; i < m_next; ++i)
      if (!m_replies[i]) until = std::min(until, m_calls[i]->began + m_options.deadline);
    std::unique_lock lock(m_board->mutex);
    m_board->changed.wait_until(lock, stop, until, [&] { return !m_board->finished.empty(); });
  }

  void collect() {
    std::deque<std::size_t> finished;
    {
      const std::lock_guard lock(m_board->mutex);
      finished.swap(m_board->finished);
    }
    for (const auto index : finished) {
      if (m_replies[index]) continue;  // given up before it came
      settle(index, {std::move(m_calls[index]->answer), m_calls[index]->seconds});
    }
  }

  void giveUpLate() {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < m_next; ++i)
      if (!m_replies[i] && m_calls[i]->began + m_options.deadline <= now)
        giveUp(i, unavailable(fmt::format("did not answer within {}",
                                          formatDuration(std::chrono::duration<double>(m_options.deadline).count()))));
  }

  void giveUpAll(std::string_view why) {
    for (std::size_t i = 0; i < m_calls.size(); ++i)
      if (!m_replies[i]) giveUp(i, cancelled(std::string(why)));
    m_next = m_calls.size();
  }

  void giveUp(std::size_t index, Error why) {
    auto& call = *m_calls[index];
    if (index >= m_next) {  // never asked
      ++m_running;
      settle(index, {std::move(why), 0});
      return;
    }
    call.stop.request_stop();
    settle(index, {std::move(why), std::chrono::duration<double>(Clock::now() - call.began).count()});
    const std::lock_guard lock(m_scatter.m_mutex);
    m_scatter.m_stragglers.push_back({m_calls[index], std::move(m_threads[index])});
  }

  void settle(std::size_t index, ShardReply reply) {
    if (!reply.answer) m_failed = true;
    m_replies[index] = std::move(reply);
    if (m_options.settled) m_options.settled(index, *m_replies[index]);
    --m_running;
    ++m_settled;
  }

  Scatter& m_scatter;
  const ScatterOptions& m_options;
  std::shared_ptr<Board> m_board = std::make_shared<Board>();
  std::vector<std::shared_ptr<Call>> m_calls;
  std::vector<std::jthread> m_threads;
  std::vector<std::optional<ShardReply>> m_replies;
  std::size_t m_next = 0;  // the first that is not asked yet
  std::size_t m_running = 0;
  std::size_t m_settled = 0;
  bool m_failed = false;
};

Scatter::~Scatter() = default;  // joins the stragglers

std::vector<ShardReply> Scatter::ask(std::vector<ShardCall> calls, const ScatterOptions& options,
                                     std::stop_token stop) {
  stragglers();  // joins those that have come back meanwhile
  return Round(*this, std::move(calls), options).run(std::move(stop));
}

std::size_t Scatter::stragglers() {
  std::vector<Straggler> back;  // joined outside the lock
  const std::lock_guard lock(m_mutex);
  std::erase_if(m_stragglers, [&](Straggler& straggler) {
    if (!straggler.call->back) return false;
    back.push_back(std::move(straggler));
    return true;
  });
  return m_stragglers.size();
}

}  // namespace shardwright
