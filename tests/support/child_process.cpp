#include "tests/support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

namespace shardwright::test {

namespace {

// Until the child has ended; it stays to be collected, so that its pid cannot become somebody else's meanwhile.
void waitForEnd(pid_t pid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
}

std::string contentOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

bool ChildEnd::wasKilled() const { return signal == SIGKILL && !timedOut; }

ChildProcess::ChildProcess(pid_t pid, std::string outputPath)
    : m_pid(pid), m_outputPath(std::move(outputPath)), m_started(std::chrono::steady_clock::now()) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)), m_outputPath(std::move(other.m_outputPath)), m_started(other.m_started) {}

ChildProcess::~ChildProcess() {
  if (m_pid < 0) return;
  kill(SIGKILL);
  wait(std::chrono::minutes(1));
}

Result<ChildProcess> ChildProcess::start(const std::string& executable, const std::vector<std::string>& arguments,
                                         const std::string& outputPath) {
  std::vector<std::string> words = {executable};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!outputPath.empty()) {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  }
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, executable.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return notFound(executable + ": cannot be started: " + std::strerror(failed));
  return ChildProcess(pid, outputPath);
}

ChildEnd ChildProcess::wait(std::chrono::milliseconds limit) {
  ChildEnd end;
  if (m_pid < 0) return end;
  {
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;
    std::jthread watcher([&, pid = m_pid] {
      waitForEnd(pid);
      const std::lock_guard lock(mutex);
      ended = true;
      changed.notify_all();
    });
    std::unique_lock lock(mutex);
    end.timedOut = !changed.wait_for(lock, limit, [&] { return ended; });
    if (end.timedOut) kill(SIGKILL);
    changed.wait(lock, [&] { return ended; });
  }
  int status = 0;
  while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
  }
  m_pid = -1;
  end.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_started).count();
  if (WIFEXITED(status)) end.exitCode = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (!m_outputPath.empty()) end.output = contentOf(m_outputPath);
  return end;
}

void ChildProcess::kill(int signal) {
  if (m_pid > 0) ::kill(m_pid, signal);
}

Result<ChildEnd> runChild(const std::string& executable, const std::vector<std::string>& arguments,
                          std::chrono::milliseconds limit, const std::string& outputPath) {
  auto child = TRY(ChildProcess::start(executable, arguments, outputPath));
  return child.wait(limit);
}

}  // namespace shardwright::test
