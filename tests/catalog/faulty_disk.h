// The system's SQLite VFS with a disk that is full, or on which nothing may be written.
#pragma once

#include <string>

namespace shardwright::testing {

class FaultyDisk {
 public:
  FaultyDisk();  // registers it; one at a time
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  static const std::string& name();
  void setFull(bool full);          // every write fails with SQLITE_FULL
  void setReadOnly(bool readOnly);  // files are opened for reading alone
};

}  // namespace shardwright::testing
