#include "app/cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/cli/exit.h"

namespace shardwright::cli {

namespace {

constexpr int farewell = SIGUSR1;  // from the destructor to the waiter

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, farewell);
  return set;
}

}  // namespace

StopOnSignals::StopOnSignals() {
  const sigset_t set = awaited();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  m_waiter = std::thread([this, set] {
    for (int signal = 0; sigwait(&set, &signal) == 0 && signal != farewell;) {
      if (m_stop.stop_requested()) _exit(static_cast<int>(Exit::Interrupted));
      m_stop.request_stop();
    }
  });
}

StopOnSignals::~StopOnSignals() {
  pthread_kill(m_waiter.native_handle(), farewell);
  m_waiter.join();
}

}  // namespace shardwright::cli
