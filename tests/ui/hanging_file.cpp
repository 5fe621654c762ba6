#include "tests/ui/hanging_file.h"

#include <sqlite3.h>

#include <condition_variable>
#include <mutex>

namespace shardwright::test {

namespace {

std::mutex gate;
std::condition_variable changed;
std::string hanging;  // path; empty: none
int threads = 0;

sqlite3_vfs* systemVfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int openOrHang(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* outFlags) {
  {
    std::unique_lock lock(gate);
    if (path != nullptr && !hanging.empty() && hanging == path) {
      ++threads;
      changed.wait(lock, [] { return hanging.empty(); });
      --threads;
    }
  }
  return systemVfs()->xOpen(systemVfs(), path, file, flags, outFlags);
}

// The system's VFS but for xOpen, for every connection that is opened from now on.
void takeOver() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *systemVfs();
    copy.pNext = nullptr;
    copy.zName = "hanging-file";
    copy.xOpen = openOrHang;
    return copy;
  }();
  sqlite3_vfs_register(&vfs, 1);
}

}  // namespace

HangingFile::HangingFile(std::string path) {
  takeOver();
  const std::lock_guard lock(gate);
  hanging = std::move(path);
}

HangingFile::~HangingFile() {
  const std::lock_guard lock(gate);
  hanging.clear();
  changed.notify_all();
}

int HangingFile::waiting() {
  const std::lock_guard lock(gate);
  return threads;
}

}  // namespace shardwright::test
