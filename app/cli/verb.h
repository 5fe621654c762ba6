// How a verb is made known: its name, its arguments, and the function that does it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "app/cli/arguments.h"
#include "app/cli/command_line.h"
#include "core/manager/shard_manager.h"

namespace shardwright::cli {

// A verb under `parent`. `declare(command, arguments)` names the arguments; `act(session, arguments)` runs after all of the
// command line was read.
template <class Arguments, class Declare>
void addVerb(Command& parent, Session& session, const std::string& name, const std::string& about, Declare declare,
             Result<Exit> (*act)(Session&, const Arguments&)) {
  Command command = parent.command(name, about);
  auto arguments = std::make_shared<Arguments>();
  declare(command, *arguments);
  command.whenChosen([&session, arguments, act] {
    session.chosen = [&session, arguments, act] { return act(session, *arguments); };
  });
}

Result<ShardManager> openManager(const Session& session);

// One function a group; each adds its verbs.
void addDemoCommands(Command& root, Session& session);      // demo
void addCatalogCommands(Command& root, Session& session);   // init, catalog, audit
void addShardCommands(Command& root, Session& session);     // shard
void addKeyspaceCommands(Command& root, Session& session);  // keyspace
void addLoadCommands(Command& root, Session& session);      // load
void addMapCommands(Command& root, Session& session);       // map, route
void addQueryCommands(Command& root, Session& session);     // query
void addPlanCommands(Command& root, Session& session);      // plan, snapshot
void addRunCommands(Command& root, Session& session);       // run, resume, pause, ... cleanup
void addStatusCommands(Command& root, Session& session);    // status
void addDoctorCommands(Command& root, Session& session);    // doctor
void addVerifyCommands(Command& root, Session& session);    // verify
void addWindowCommands(Command& root, Session& session);    // picture

// No command was given: this process becomes the window. The answer is why it could not.
Error openWindow(const Session& session);

}  // namespace shardwright::cli
