#include "app/cli/command_line.h"
#include "app/cli/signals.h"

int main(int argc, char** argv) {
  shardwright::cli::StopOnSignals signals;
  return static_cast<int>(shardwright::cli::runCommandLine(argc, argv, signals.token()));
}
