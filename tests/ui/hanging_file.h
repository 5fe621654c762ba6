// HangingFile: a database file whose disk hangs, as one on a dead file server does: whoever opens it through SQLite in this
// process waits in the call, hears no request to stop, and goes on when the object dies. One at a time.
#pragma once

#include <string>

namespace shardwright::test {

class HangingFile {
 public:
  explicit HangingFile(std::string path);
  ~HangingFile();
  HangingFile(const HangingFile&) = delete;
  static int waiting();  // threads that hang in it now
};

}  // namespace shardwright::test
