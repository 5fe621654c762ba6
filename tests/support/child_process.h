// A child process of a test: started with arguments, waited for with a limit, and ended by its own pid alone.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace shardwright::test {

struct ChildEnd {
  int exitCode = -1;      // -1: a signal ended it
  int signal = 0;
  bool timedOut = false;  // it was killed at the limit
  double seconds = 0;
  std::string output;     // what it wrote to stdout and stderr, if that went to a file
  bool wasKilled() const;  // by SIGKILL, and not by us
};

// Ends and collects the child when dropped.
class ChildProcess {
 public:
  // `outputPath`: a file for its stdout and stderr; empty: they go where ours go. NotFound: it cannot be started.
  static Result<ChildProcess> start(const std::string& executable, const std::vector<std::string>& arguments,
                                    const std::string& outputPath = {});
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const { return m_pid; }
  ChildEnd wait(std::chrono::milliseconds limit);  // once
  void kill(int signal);                           // a no-op after its end

 private:
  ChildProcess(pid_t pid, std::string outputPath);
  pid_t m_pid;  // -1: collected
  std::string m_outputPath;
  std::chrono::steady_clock::time_point m_started;
};

Result<ChildEnd> runChild(const std::string& executable, const std::vector<std::string>& arguments,
                          std::chrono::milliseconds limit, const std::string& outputPath = {});

}  // namespace shardwright::test
