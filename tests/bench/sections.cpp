#include "tests/bench/sections.h"

namespace shardwright::bench {

std::span<const Section> sections() {
  static constexpr Section all[] = {
      {"routing", "the routing table against sorted arrays, trees and hash tables", runRouting},
      {"map", "a map of 1,000,000 ranges: read, written, compared, edited, and its size", runMap},
      {"move", "rows between SQLite files, and the pause of a cut-over", runMove},
#ifdef SHARDWRIGHT_WINDOW
      {"window", "the window: start, pages, memory, and a shard that hangs", runWindow},
#endif
  };
  return all;
}

}  // namespace shardwright::bench
