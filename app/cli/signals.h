// Signals: SIGINT and SIGTERM as a stop request, so that work ends at a safe point.
#pragma once

#include <stop_token>
#include <thread>

namespace shardwright::cli {

// Construct before any other thread starts: the signals are blocked in all of them and taken by one of its own.
// The first signal asks to stop; a second one ends the process at once (exit 5) - every state on disk is resumable.
class StopOnSignals {
 public:
  StopOnSignals();
  ~StopOnSignals();
  std::stop_token token() const { return m_stop.get_token(); }

 private:
  std::stop_source m_stop;
  std::thread m_waiter;
};

}  // namespace shardwright::cli
