// PowerLossVfs: an SQLite VFS over a PowerLossDisk, for catalogs and shards whose machine loses power.
//
// Open databases with its name() as the VFS; paths are plain names in memory. Rollback journals and WAL work, with any
// number of connections of this process, each in its own thread: locks are those of the system's VFS.
// Power is cut by powerLoss(), or at a chosen sync by failAt(). While it is off every operation fails with IOERR; a
// connection that was open at that moment never works again, not even after powerOn() - the machine it ran on is gone.
// All members may be called from any thread. It must outlive its connections.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/power_loss_disk.h"

namespace shardwright::test {

class PowerLossVfs {
 public:
  enum class Instant { BeforeSync, AfterSync };  // AfterSync: it is durable, and the caller is told that it failed

  explicit PowerLossVfs(std::string name, NameRule rule = NameRule::Journaled);  // registers; the name must be free
  ~PowerLossVfs();                                                               // unregisters
  PowerLossVfs(const PowerLossVfs&) = delete;
  PowerLossVfs& operator=(const PowerLossVfs&) = delete;

  const std::string& name() const;

  void failAt(std::uint64_t nthSync, Instant instant = Instant::BeforeSync);  // counted from now, from 1
  void powerOff();
  void powerOn(const Survival& survival = {});    // unsynced changes go; what survives is durable
  void powerLoss(const Survival& survival = {});  // off and on again
  bool isOn() const;
  // Called at each sync at which power goes, in the thread that asked for it; it may not touch this disk.
  void whenPowerGoes(std::function<void()> tell);

  void fullAt(std::uint64_t nthWrite);  // from the n-th write from now on the disk is full; that one is half done
  void makeRoom();

  std::uint64_t syncs() const;   // done since the beginning
  std::uint64_t writes() const;  // asked for since the beginning

  // The disk as it is now.
  void put(const std::string& path, std::string_view content);  // a file, durable
  bool exists(const std::string& path) const;
  std::string content(const std::string& path) const;  // empty if there is no such file
  std::vector<std::string> paths() const;

  class Machine;

 private:
  std::unique_ptr<Machine> m_machine;
};

}  // namespace shardwright::test
