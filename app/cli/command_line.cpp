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

void addGlobalOptions(CLI::App& app, Session& session) {
  session.catalog = usersCatalog();
  app.add_option("--catalog", session.catalog, "The catalog: the file in which the cluster is remembered")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--json", session.terminal.json, "One JSON document on stdout");
  app.add_flag("--quiet", session.terminal.quiet, "The answer alone; lists as names, one a line");
  app.add_flag("--yes", session.terminal.yes, "Answer every question with yes");
  app.add_option("--actor", session.actor, "Who acts, for approvals and audit (default: the user)")->type_name("NAME");
  app.set_version_flag("--version", "shardwright " SHARDWRIGHT_VERSION);
  app.footer(exits);
  app.fallthrough();  // global options may stand behind the verb, too
  app.require_subcommand(0, 1);  // what follows a verb is its own, even where it is named like another verb
  app.option_defaults()->always_capture_default(false);
}

void addCommands(CLI::App& app, Session& session) {
  addDemoCommands(app, session);
  addCatalogCommands(app, session);
  addShardCommands(app, session);
  addKeyspaceCommands(app, session);
  addMapCommands(app, session);
  addQueryCommands(app, session);
  addLoadCommands(app, session);
  addPlanCommands(app, session);
  addRunCommands(app, session);
  addStatusCommands(app, session);
  addVerifyCommands(app, session);
  addDoctorCommands(app, session);
  addWindowCommands(app, session);
}

// What CLI11 found wrong, as our own sentence and exit.
Exit refuse(const CLI::App& app, const CLI::ParseError& problem, const Terminal& terminal) {
  if (problem.get_exit_code() == 0) return static_cast<Exit>(app.exit(problem));  // --help, --version
  terminal.failure(invalidInput(fmt::format("{} (--help shows what is understood)", problem.what())));
  return Exit::Usage;
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
    CLI::App app{"Shardwright: plans, approves and executes online moves between the databases of a sharded cluster.",
                 "shardwright"};
    addGlobalOptions(app, session);
    addCommands(app, session);
    try {
      app.parse(argc, argv);
      exit = run(session);
    } catch (const CLI::ParseError& problem) {
      exit = refuse(app, problem, session.terminal);
    }
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
