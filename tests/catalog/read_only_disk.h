// The system's SQLite VFS on which nothing may be written: files are opened for reading alone, whoever the user is.
#pragma once

#include <sqlite3.h>

#include <string>

namespace shardwright::testing {

class ReadOnlyDisk {
 public:
  ReadOnlyDisk();  // registers it; one at a time
  ~ReadOnlyDisk();
  ReadOnlyDisk(const ReadOnlyDisk&) = delete;
  ReadOnlyDisk& operator=(const ReadOnlyDisk&) = delete;
  const char* name() const { return m_vfs.zName; }

 private:
  sqlite3_vfs m_vfs;
};

}  // namespace shardwright::testing
