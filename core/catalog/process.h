// Which process this is, so that another one can tell whether it still lives.
#pragma once

#include <cstdint>
#include <string>

namespace shardwright::catalog {

// Numbers of processes are used again, so a process is its number, the moment it began (clock ticks since boot, from
// /proc/PID/stat), the boot, and the space in which the number counts (containers have their own).
struct ProcessIdentity {
  std::string host;
  std::string boot;
  std::string pidSpace;
  std::int64_t pid = 0;
  std::int64_t start = 0;  // 0: could not be read
};

const ProcessIdentity& thisProcess();

enum class Life { Alive, Dead, Unknown };  // Unknown: another machine or container; only time can tell
Life lifeOf(const ProcessIdentity& process);

// Opened catalogs of this very process. One that was closed without giving back its lease cannot act any more, although
// the process lives on.
class Instance {
 public:
  Instance();
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  const std::string& id() const { return m_id; }
  static bool isOpen(const std::string& id);

 private:
  std::string m_id;
};

std::string randomHex(std::size_t bytes);

}  // namespace shardwright::catalog
