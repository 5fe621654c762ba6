// Running on without this terminal.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace shardwright::cli {

struct Detached {
  pid_t pid = 0;
  std::string log;            // what it says ...
  std::size_t logBegins = 0;  // ... from here on; what earlier ones said stands before
};

// Starts this very program with `arguments` in a session of its own, its output at the end of `log` (for the user alone).
Result<Detached> startDetached(const std::vector<std::string>& arguments, const std::string& log);

// Its exit if it has ended already.
std::optional<int> exitOfDetached(pid_t pid);

}  // namespace shardwright::cli
