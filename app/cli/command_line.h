// CommandLine: the program's arguments, and the one verb they choose.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "app/cli/exit.h"
#include "app/cli/terminal.h"
#include "core/base/result.h"

namespace shardwright::cli {

// What every verb works with. A verb's callback only sets `chosen`; main runs it when all arguments are read.
struct Session {
  std::string catalog;  // file; the user's own if not given
  std::optional<std::string> actor;
  Terminal terminal;
  std::stop_token stop;
  std::function<Result<Exit>()> chosen;
};

// Reads the arguments and runs the verb they choose. Never throws.
Exit runCommandLine(int argc, char** argv, std::stop_token stop);

}  // namespace shardwright::cli
