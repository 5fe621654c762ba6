// ChunkPacer: how many rows the next chunk takes. A chunk is one transaction of the target, whose other writers wait for
// it; but each costs a commit whatever its size. So chunks grow until one takes about as long as a writer may wait.
#pragma once

#include <algorithm>
#include <cstdint>

namespace shardwright {

class ChunkPacer {
 public:
  ChunkPacer(std::int64_t first, std::int64_t most) : m_rows(first), m_least(std::min(first, most)), m_most(most) {}

  std::int64_t rows() const { return m_rows; }

  void took(double seconds) {
    if (seconds < shortest) m_rows = std::min(m_rows * 2, m_most);
    if (seconds > longest) m_rows = std::max(m_rows / 2, m_least);
  }

 private:
  static constexpr double shortest = 0.012;
  static constexpr double longest = 0.035;
  std::int64_t m_rows, m_least, m_most;
};

}  // namespace shardwright
