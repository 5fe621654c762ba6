#include "app/cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/text.h"

namespace shardwright::cli {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : m_number(number) {}
  ~Descriptor() {
    if (m_number >= 0) ::close(m_number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return m_number; }
  bool close() { return ::close(std::exchange(m_number, -1)) == 0; }

 private:
  int m_number;
};

std::string because(const std::string& path) { return fmt::format("{}: {}", path, std::strerror(errno)); }

bool writeAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

}  // namespace

Result<std::string> readFile(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return invalidInput(because(path));
  struct stat about {};
  if (::fstat(file.number(), &about) != 0) return invalidInput(because(path));
  if (!S_ISREG(about.st_mode)) return invalidInput(fmt::format("{} is no plain file.", path));
  if (static_cast<std::size_t>(about.st_size) > limit) {
    return invalidInput(fmt::format("{} has {}, more than the {} that are read.", path, formatBytes(about.st_size),
                                    formatBytes(static_cast<std::int64_t>(limit))));
  }
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(file.number(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return invalidInput(because(path));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

Done writeFile(const std::string& path, std::string_view text, bool replace) {
  if (!replace && ::access(path.c_str(), F_OK) == 0) {
    return refused(fmt::format("{} is there already; choose another name, or give --yes to replace it.", path));
  }
  const std::string beside = fmt::format("{}.{}.part", path, ::getpid());
  Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0) return unavailable(because(beside));
  const bool complete = writeAll(file.number(), text) && file.close() && std::rename(beside.c_str(), path.c_str()) == 0;
  if (complete) return {};
  const Error failure = unavailable(because(path));
  ::unlink(beside.c_str());
  return failure;
}

}  // namespace shardwright::cli
