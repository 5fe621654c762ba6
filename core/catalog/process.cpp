#include "core/catalog/process.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <sstream>

#include "core/base/bytes.h"
#include "core/base/text.h"

namespace shardwright::catalog {

namespace {

std::string firstLine(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string pidSpaceOfThisProcess() {
  std::array<char, 64> target{};
  const ssize_t length = ::readlink("/proc/self/ns/pid", target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

struct ProcessStat {
  char state = '?';
  std::int64_t start = 0;
};

// proc(5): the name in brackets may hold blanks and brackets itself; state is field 3, starttime field 22.
std::optional<ProcessStat> statOf(std::int64_t pid) {
  const std::string line = firstLine(fmt::format("/proc/{}/stat", pid));
  const std::size_t bracket = line.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(bracket + 1));
  ProcessStat stat;
  std::string skipped;
  if (!(fields >> stat.state)) return std::nullopt;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  if (!(fields >> stat.start)) return std::nullopt;
  return stat;
}

ProcessIdentity readThisProcess() {
  ProcessIdentity me;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) me.host = name.data();
  if (!isUtf8(me.host)) me.host = printable(me.host);
  me.boot = firstLine("/proc/sys/kernel/random/boot_id");
  me.pidSpace = pidSpaceOfThisProcess();
  me.pid = ::getpid();
  if (const auto stat = statOf(me.pid)) me.start = stat->start;
  return me;
}

struct OpenInstances {
  std::mutex mutex;
  std::set<std::string> ids;
};
OpenInstances& openInstances() {
  static OpenInstances instances;
  return instances;
}

}  // namespace

const ProcessIdentity& thisProcess() {
  static ProcessIdentity me = readThisProcess();
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  if (me.pid != ::getpid()) me = readThisProcess();  // a child after fork()
  return me;
}

Life lifeOf(const ProcessIdentity& process) {
  const ProcessIdentity& me = thisProcess();
  if (process.boot != me.boot) return process.host == me.host ? Life::Dead : Life::Unknown;  // restarted, or elsewhere
  if (process.pidSpace != me.pidSpace) return Life::Unknown;
  const auto stat = statOf(process.pid);
  if (!stat) {
    const bool exists = ::kill(static_cast<pid_t>(process.pid), 0) == 0 || errno == EPERM;
    return exists ? Life::Alive : Life::Dead;
  }
  const bool ended = stat->state == 'Z' || stat->state == 'X';
  const bool another = process.start != 0 && stat->start != process.start;
  return ended || another ? Life::Dead : Life::Alive;
}

Instance::Instance() : m_id(randomHex(8)) {
  OpenInstances& open = openInstances();
  const std::scoped_lock lock(open.mutex);
  open.ids.insert(m_id);
}

Instance::~Instance() {
  OpenInstances& open = openInstances();
  const std::scoped_lock lock(open.mutex);
  open.ids.erase(m_id);
}

bool Instance::isOpen(const std::string& id) {
  OpenInstances& open = openInstances();
  const std::scoped_lock lock(open.mutex);
  return open.ids.contains(id);
}

std::string randomHex(std::size_t bytes) {
  std::random_device source;
  std::string raw;
  for (std::size_t i = 0; i < bytes; ++i) raw += static_cast<char>(source() & 0xff);
  return toHex(raw);
}

}  // namespace shardwright::catalog
