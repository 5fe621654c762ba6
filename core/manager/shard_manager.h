// ShardManager: every verb of the product, once. The command line and the window call it and show what comes back; it
// checks what they were given, opens what they name, and leaves the rules to the floors below.
//
// One object belongs to one thread at a time; another thread opens another. Calls block; those that may take long take a
// stop_token and answer Cancelled soon after a stop was asked for.
// Errors: as the caller should react (result.h). A catalog or a shard that cannot be used is Unavailable, whatever the
// cause, because no argument was wrong.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/manager/doctor_verbs.h"
#include "core/manager/keyspace_verbs.h"
#include "core/manager/load_verbs.h"
#include "core/manager/map_verbs.h"
#include "core/manager/plan_verbs.h"
#include "core/manager/query_verbs.h"
#include "core/manager/run_verbs.h"
#include "core/manager/shard_verbs.h"
#include "core/manager/upkeep_verbs.h"
#include "core/manager/verify_verbs.h"
#include "core/manager/workspace.h"
#include "core/map/shard_map.h"

namespace shardwright {

class ShardManager {
 public:
  struct Options {
    std::string catalog;               // file
    std::optional<std::string> actor;  // who acts; none: the user of the operating system
    WallClock clock = systemSeconds;
  };

  static Result<ShardManager> create(const Options& options, Environment environment);  // Refused: there is one
  static Result<ShardManager> open(const Options& options);  // Unavailable: there is none, or it cannot be used

  ShardVerbs shards() { return ShardVerbs(*m_workspace); }
  KeyspaceVerbs keyspaces() { return KeyspaceVerbs(*m_workspace); }
  MapVerbs maps() { return MapVerbs(*m_workspace); }
  PlanVerbs plans() { return PlanVerbs(*m_workspace); }
  RunVerbs runs() { return RunVerbs(*m_workspace); }
  LoadVerbs load() { return LoadVerbs(*m_workspace); }
  QueryVerbs queries() { return QueryVerbs(*m_workspace); }
  VerifyVerbs verification() { return VerifyVerbs(*m_workspace); }
  DoctorVerbs doctor() { return DoctorVerbs(*m_workspace); }
  UpkeepVerbs upkeep() { return UpkeepVerbs(*m_workspace); }

  // The shard that owns a key by the map in force, and why. InvalidInput: no key of the keyspace's type.
  Result<Placement> determineShard(const KeyspaceName& keyspace, std::string_view key);

  // A query to the one shard that holds the answer, or to many and merged.
  Result<QueryAnswer> executeQuery(const KeyspaceName& keyspace, const Query& query, const QueryRouter::Options& options,
                                   std::stop_token stop);

  Catalog& catalog() { return m_workspace->catalog(); }

 private:
  explicit ShardManager(std::unique_ptr<Workspace> workspace) : m_workspace(std::move(workspace)) {}
  std::unique_ptr<Workspace> m_workspace;
};

}  // namespace shardwright
