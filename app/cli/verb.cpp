#include "app/cli/verb.h"

namespace shardwright::cli {

CLI::App& addGroup(CLI::App& parent, const std::string& name, const std::string& about) {
  CLI::App* group = parent.add_subcommand(name, about);
  group->require_subcommand(1);
  return *group;
}

Result<ShardManager> openManager(const Session& session) {
  return ShardManager::open({.catalog = session.catalog, .actor = session.actor});
}

}  // namespace shardwright::cli
