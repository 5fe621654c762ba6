#include "app/cli/command_line.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "app/cli/verb.h"

namespace shardwright::cli {

namespace {

constexpr const char* exits =
    "Exit: 0 done; 1 findings; 2 wrong arguments or file; 3 refused; 4 failed, state kept; 5 stopped by a signal.";

std::string usersCatalog() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return std::string(data) + "/shardwright/catalog.db";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/share/shardwright/catalog.db";
}

void addGlobalOptions(Command& root, Session& session) {
  session.catalog = usersCatalog();
  root.option("--catalog", session.catalog, "The catalog: the file in which the cluster is remembered").placeholder("FILE").defaultShown();
  root.flag("--json", session.terminal.json, "One JSON document on stdout");
  root.flag("--quiet", session.terminal.quiet, "The answer alone; lists as names, one a line");
  root.flag("--yes", session.terminal.yes, "Answer every question with yes");
  root.option("--actor", session.actor, "Who acts, for approvals and audit (default: the user)").placeholder("NAME");
}

void addCommands(Command& root, Session& session) {
  addDemoCommands(root, session);
  addCatalogCommands(root, session);
  addShardCommands(root, session);
  addKeyspaceCommands(root, session);
  addMapCommands(root, session);
  addQueryCommands(root, session);
  addLoadCommands(root, session);
  addPlanCommands(root, session);
  addRunCommands(root, session);
  addStatusCommands(root, session);
  addVerifyCommands(root, session);
  addDoctorCommands(root, session);
  addWindowCommands(root, session);
}

Exit run(Session& session) {
  if (!session.chosen) {
    const Error problem = openWindow(session);
    session.terminal.failure(problem);
    return exitOf(problem.code());
  }
  Result<Exit> outcome = session.chosen();
  if (!outcome) {
    session.terminal.failure(outcome.error());
    return exitOf(outcome.error().code());
  }
  return *outcome;
}

}  // namespace

Exit runCommandLine(int argc, char** argv, std::stop_token stop) {
  Session session;
  session.stop = std::move(stop);
  Exit exit = Exit::Failed;
  try {
    CommandReader reader("Shardwright: plans, approves and executes online moves between the databases of a sharded cluster.",
                         "shardwright", SHARDWRIGHT_VERSION, exits);
    addGlobalOptions(reader.root(), session);
    addCommands(reader.root(), session);
    const auto read = reader.read(argc, argv);
    if (!read) session.terminal.failure(read.error());
    exit = !read ? Exit::Usage : *read == CommandReader::Read::Answered ? Exit::Done : run(session);
  } catch (const std::exception& unexpected) {
    session.terminal.failure(corrupt(fmt::format("unexpected failure: {}", unexpected.what())));
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    session.terminal.failure(unavailable("the output could not be written in full."));
    return exit == Exit::Done || exit == Exit::Findings ? Exit::Failed : exit;
  }
  return exit;
}

}  // namespace shardwright::cli
