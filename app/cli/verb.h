// How a verb is made known: its name, its arguments, and the function that does it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "app/cli/command_line.h"
#include "core/manager/shard_manager.h"

namespace shardwright::cli {

// A verb under `parent`. `declare(command, arguments)` names the arguments; `act(session, arguments)` runs after all of the
// command line was read.
template <class Arguments, class Declare>
CLI::App* addVerb(CLI::App& parent, Session& session, const std::string& name, const std::string& about, Declare declare,
                  Result<Exit> (*act)(Session&, const Arguments&)) {
  CLI::App* command = parent.add_subcommand(name, about);
  auto arguments = std::make_shared<Arguments>();
  declare(*command, *arguments);
  command->callback([&session, arguments, act] {
    session.chosen = [&session, arguments, act] { return act(session, *arguments); };
  });
  return command;
}

// A word under which verbs stand: shard, keyspace, map, ...
CLI::App& addGroup(CLI::App& parent, const std::string& name, const std::string& about);

Result<ShardManager> openManager(const Session& session);

// One function a group; each adds its verbs.
void addDemoCommands(CLI::App& app, Session& session);      // demo
void addCatalogCommands(CLI::App& app, Session& session);   // init, catalog, audit
void addShardCommands(CLI::App& app, Session& session);     // shard
void addKeyspaceCommands(CLI::App& app, Session& session);  // keyspace
void addLoadCommands(CLI::App& app, Session& session);      // load
void addMapCommands(CLI::App& app, Session& session);       // map, route
void addQueryCommands(CLI::App& app, Session& session);     // query
void addPlanCommands(CLI::App& app, Session& session);      // plan, snapshot
void addRunCommands(CLI::App& app, Session& session);       // run, resume, pause, ... cleanup
void addStatusCommands(CLI::App& app, Session& session);    // status
void addDoctorCommands(CLI::App& app, Session& session);    // doctor
void addVerifyCommands(CLI::App& app, Session& session);    // verify
void addWindowCommands(CLI::App& app, Session& session);    // picture

// No command was given: this process becomes the window. The answer is why it could not.
Error openWindow(const Session& session);

}  // namespace shardwright::cli
