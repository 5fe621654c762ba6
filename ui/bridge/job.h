// Job: one piece of work on a worker lane, as the window and the worker both hold it.
//
// report() and stop() may be called from any thread; the rest belongs to the window's thread. Progress is kept, not sent:
// whoever shows it looks about ten times a second and sees the newest.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace shardwright::ui {

struct Progress {
  std::int64_t done = 0;
  std::int64_t total = 0;  // 0: not known; then no share is shown
  std::string words;       // what is being done now
  friend bool operator==(const Progress&, const Progress&) = default;
};

class Job {
 public:
  std::stop_token token() const { return m_stop.get_token(); }
  void stop() { m_stop.request_stop(); }
  bool isStopping() const { return m_stop.stop_requested(); }

  void report(Progress progress) {
    const std::lock_guard lock(m_mutex);
    m_news = std::move(progress);
  }
  std::optional<Progress> takeNews() {  // nothing: as it was
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_news, std::nullopt);
  }

  // Nobody waits for the answer any more: it is thrown away when it comes.
  void drop() { m_wanted = false; }
  bool isWanted() const { return m_wanted; }

 private:
  std::stop_source m_stop;
  std::mutex m_mutex;  // guards m_news
  std::optional<Progress> m_news;
  bool m_wanted = true;
};

}  // namespace shardwright::ui
