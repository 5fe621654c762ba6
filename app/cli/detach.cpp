#include "app/cli/detach.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

extern char** environ;

namespace shardwright::cli {

namespace {

class SpawnPlan {
 public:
  explicit SpawnPlan(const std::string& log) {
    posix_spawn_file_actions_init(&m_files);
    posix_spawnattr_init(&m_attributes);
    posix_spawn_file_actions_addopen(&m_files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&m_files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    posix_spawn_file_actions_adddup2(&m_files, STDOUT_FILENO, STDERR_FILENO);
    // This process has signals blocked for its own waiter; the child starts as from a shell.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&m_attributes, &none);
    posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&m_files);
    posix_spawnattr_destroy(&m_attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  const posix_spawn_file_actions_t* files() const { return &m_files; }
  const posix_spawnattr_t* attributes() const { return &m_attributes; }

 private:
  posix_spawn_file_actions_t m_files;
  posix_spawnattr_t m_attributes;
};

}  // namespace

Result<Detached> startDetached(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<std::string> words{"shardwright"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  struct stat before {};
  const std::size_t logBegins = ::stat(log.c_str(), &before) == 0 ? static_cast<std::size_t>(before.st_size) : 0;
  const SpawnPlan plan(log);
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, "/proc/self/exe", plan.files(), plan.attributes(), pointers.data(), environ);
  if (problem != 0) return unavailable(fmt::format("the detached process could not be started: {}", std::strerror(problem)));
  return Detached{pid, log, logBegins};
}

std::optional<int> exitOfDetached(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) != pid) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace shardwright::cli
