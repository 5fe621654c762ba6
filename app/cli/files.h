// Files that are given as arguments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace shardwright::cli {

inline constexpr std::size_t mapFileLimit = std::size_t{2} << 30;  // maps and snapshots
inline constexpr std::size_t fileLimit = std::size_t{64} << 20;    // everything else

// InvalidInput: it is not there, no plain file, not readable, or larger than `limit` bytes.
Result<std::string> readFile(const std::string& path, std::size_t limit);

// Writes beside and renames, so that no half file is ever seen. Refused: there is one already, unless `replace`.
// Unavailable: the disk.
Done writeFile(const std::string& path, std::string_view text, bool replace);

}  // namespace shardwright::cli
