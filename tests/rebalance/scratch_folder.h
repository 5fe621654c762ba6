// A folder of a test's own, gone with it: in memory where the machine has room for it there, because what is proved here
// needs no disk.
#pragma once

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace shardwright::test {

class ScratchFolder {
 public:
  ScratchFolder() {
    constexpr std::uintmax_t roomNeeded = 256u << 20;
    std::error_code failed;
    const auto memory = std::filesystem::space("/dev/shm", failed);
    const bool roomy = !failed && memory.available > roomNeeded;
    m_path = (roomy ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "shardwright-XXXXXX";
    if (::mkdtemp(m_path.data()) == nullptr) {
      std::fprintf(stderr, "no folder can be made like %s\n", m_path.c_str());
      std::abort();
    }
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

}  // namespace shardwright::test
