#include "tests/catalog/faulty_disk.h"

#include <sqlite3.h>

#include <map>

namespace shardwright::testing {

namespace {

bool diskIsFull = false;
bool diskIsReadOnly = false;
sqlite3_vfs* systemVfs = nullptr;
sqlite3_vfs ourVfs;

// The methods of one kind of file (a database, its WAL) with ours in place. `methods` first: SQLite points to it.
struct Methods {
  sqlite3_io_methods methods;
  const sqlite3_io_methods* original;
};
std::map<const sqlite3_io_methods*, Methods> methodsByOriginal;

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  const auto* ours = reinterpret_cast<const Methods*>(file->pMethods);
  return diskIsFull ? SQLITE_FULL : ours->original->xWrite(file, bytes, count, at);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  if (diskIsReadOnly) flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  const int code = systemVfs->xOpen(systemVfs, name, file, flags, outFlags);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  Methods& ours = methodsByOriginal[file->pMethods];
  ours = {*file->pMethods, file->pMethods};
  ours.methods.xWrite = write;
  file->pMethods = &ours.methods;
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  diskIsFull = diskIsReadOnly = false;
  systemVfs = sqlite3_vfs_find(nullptr);
  ourVfs = *systemVfs;
  ourVfs.zName = name().c_str();
  ourVfs.pNext = nullptr;
  ourVfs.xOpen = open;
  sqlite3_vfs_register(&ourVfs, 0);
}

FaultyDisk::~FaultyDisk() { sqlite3_vfs_unregister(&ourVfs); }

const std::string& FaultyDisk::name() {
  static const std::string name = "faulty-disk";
  return name;
}

void FaultyDisk::setFull(bool full) { diskIsFull = full; }
void FaultyDisk::setReadOnly(bool readOnly) { diskIsReadOnly = readOnly; }

}  // namespace shardwright::testing
