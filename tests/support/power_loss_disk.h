// A disk in memory that tells apart what was written from what was synced, so that a test can cut its power.
//
// Each file has a current content, which everybody reads, and a durable one, which a power loss goes back to. A write or
// a truncation is pending until the file is synced; a name (creation, deletion) until what NameRule says. What of the
// pending changes survives a power loss is the caller's choice.
// Not thread-safe: PowerLossVfs locks.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace shardwright::test {

// What becomes of the changes that no sync has made durable.
struct Survival {
  enum class Kind {
    Nothing,     // all lost
    Everything,  // all kept: what a kill of the process alone would leave
    Prefix,      // kept up to a random moment, in the order in which they were made; the last one may be torn
    Subset,      // each one kept or lost by a coin
    Torn,        // as Subset, and what is kept is kept only in some of its 512-byte sectors
  };
  Kind kind = Kind::Nothing;
  std::uint64_t seed = 0;
};

// When the creation or deletion of a file is durable.
enum class NameRule {
  Journaled,  // with the next sync of any file: ext4 and xfs log all metadata in one order
  Strict,     // when that very file is synced, or its directory: all that POSIX promises
};

struct PendingChange {
  enum class Kind { Write, Truncate };
  std::uint64_t moment;  // order over the whole disk
  Kind kind;
  std::size_t offset;  // Write: where; Truncate: the new size
  std::string bytes;
};

class DiskFile {
 public:
  const std::string& current() const { return m_current; }
  const std::string& durable() const { return m_durable; }
  bool hasPending() const { return !m_pending.empty(); }

  void write(std::uint64_t moment, std::size_t offset, std::string_view bytes);
  void truncate(std::uint64_t moment, std::size_t size);
  void sync();  // everything pending becomes durable

 private:
  friend class PowerLossDisk;
  std::string m_current;
  std::string m_durable;
  std::vector<PendingChange> m_pending;
};

class PowerLossDisk {
 public:
  explicit PowerLossDisk(NameRule rule = NameRule::Journaled) : m_rule(rule) {}

  std::shared_ptr<DiskFile> file(const std::string& path) const;  // null: no such file
  std::shared_ptr<DiskFile> create(const std::string& path);      // empty; the name is pending
  bool remove(const std::string& path);                           // false: no such file; the removal is pending
  std::vector<std::string> paths() const;

  std::uint64_t nextMoment() { return ++m_moment; }
  void syncFile(const std::string& path, DiskFile& file);  // content, and the names that go with it
  void syncDirectoryOf(const std::string& path);           // names only

  // Every file back to its durable content plus what survives; names likewise.
  void losePower(const Survival& survival);

 private:
  struct NamedFile {
    std::shared_ptr<DiskFile> current;  // null: removed
    std::shared_ptr<DiskFile> durable;  // null: not there after a power loss
    std::uint64_t changed = 0;          // moment of the last pending change of the name
  };

  std::uint64_t firstPending() const;  // one past the last moment if nothing is

  NameRule m_rule;
  std::map<std::string, NamedFile> m_names;
  std::uint64_t m_moment = 0;
};

}  // namespace shardwright::test
