#include "app/cli/verb.h"

namespace shardwright::cli {

Result<ShardManager> openManager(const Session& session) {
  return ShardManager::open({.catalog = session.catalog, .actor = session.actor});
}

}  // namespace shardwright::cli
