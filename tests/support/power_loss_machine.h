// The running machine under PowerLossVfs: its disk, its power, its locks and its shared memory. Internal to the VFS.
#pragma once

#include <sqlite3.h>

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/power_loss_disk.h"
#include "tests/support/power_loss_vfs.h"

namespace shardwright::test {

class OpenFile;

// SQLite's five file locks, as one process sees them. Invariant: at most one holder above SHARED.
class FileLocks {
 public:
  int lock(OpenFile* by, int level);
  void unlock(OpenFile* by, int level);
  bool isReserved() const { return m_writer != nullptr; }

 private:
  std::set<OpenFile*> m_shared;
  OpenFile* m_writer = nullptr;  // holds RESERVED, PENDING or EXCLUSIVE
  int m_writerLevel = SQLITE_LOCK_NONE;
};

// The WAL index of one database: memory and eight locks. Gone with the last connection that maps it.
class SharedMemory {
 public:
  int map(int region, int bytes, bool extend, void volatile** out);
  int lock(OpenFile* by, int first, int count, int flags);
  void release(OpenFile* by);  // all its locks

 private:
  int unlock(OpenFile* by, int first, int count);
  struct Slot {
    OpenFile* exclusive = nullptr;
    std::set<OpenFile*> shared;
  };
  std::vector<std::unique_ptr<std::byte[]>> m_regions;
  std::array<Slot, SQLITE_SHM_NLOCK> m_slots;
};

// What connections of one boot share of a file.
struct FileOfBoot {
  FileLocks locks;
  std::weak_ptr<SharedMemory> memory;
};

class PowerLossVfs::Machine {
 public:
  Machine(std::string name, NameRule rule);
  ~Machine();

  std::mutex mutex;  // guards everything below and every file
  PowerLossDisk disk;
  bool on = true;
  std::uint64_t boot = 1;
  std::uint64_t syncs = 0, writes = 0;
  std::uint64_t failingSync = 0, fullFromWrite = 0;  // absolute counts; 0: none
  Instant failingInstant = Instant::BeforeSync;
  std::function<void()> powerGoes;
  std::map<DiskFile*, std::weak_ptr<FileOfBoot>> filesOfBoot;

  void powerOn(const Survival& survival);
  bool isFull() const { return fullFromWrite != 0 && writes >= fullFromWrite; }
  // Counts a sync; false if power went at it. `apply` says whether it has taken effect all the same.
  bool sync(bool& apply);
  std::shared_ptr<FileOfBoot> shared(DiskFile* file);

  const std::string name;
  sqlite3_vfs vfs{};
};

// One open handle.
class OpenFile {
 public:
  OpenFile(PowerLossVfs::Machine& machine, std::string path, std::shared_ptr<DiskFile> file, bool removeOnClose);
  ~OpenFile();

  int read(void* out, std::size_t count, std::size_t offset);
  int write(const void* bytes, std::size_t count, std::size_t offset);
  int truncate(std::size_t size);
  int sync();
  int size(sqlite3_int64* out);
  int lock(int level);
  int unlock(int level);
  int isReserved(int* out);
  int mapMemory(int region, int bytes, bool extend, void volatile** out);
  int lockMemory(int first, int count, int flags);
  void barrier();
  int unmapMemory();

 private:
  bool works() const { return m_machine.on && m_machine.boot == m_boot; }

  PowerLossVfs::Machine& m_machine;
  const std::uint64_t m_boot;
  const std::string m_path;  // empty: a temporary file without a name
  const std::shared_ptr<DiskFile> m_file;
  const std::shared_ptr<FileOfBoot> m_shared;
  std::shared_ptr<SharedMemory> m_memory;
  const bool m_removeOnClose;
};

}  // namespace shardwright::test
