#include "tests/catalog/read_only_disk.h"

namespace shardwright::testing {

namespace {

int open(sqlite3_vfs* ours, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  auto* system = static_cast<sqlite3_vfs*>(ours->pAppData);
  const int readOnly = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  return system->xOpen(system, name, file, readOnly, outFlags);
}

}  // namespace

ReadOnlyDisk::ReadOnlyDisk() : m_vfs(*sqlite3_vfs_find(nullptr)) {
  m_vfs.pAppData = sqlite3_vfs_find(nullptr);
  m_vfs.zName = "read-only-disk";
  m_vfs.pNext = nullptr;
  m_vfs.xOpen = open;
  sqlite3_vfs_register(&m_vfs, 0);
}

ReadOnlyDisk::~ReadOnlyDisk() { sqlite3_vfs_unregister(&m_vfs); }

}  // namespace shardwright::testing
