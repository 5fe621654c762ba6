// The verbs about keyspaces: making one from tables that are there, comparing its tables over the shards, removing it.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/schema.h"
#include "core/db/shard_session.h"
#include "core/domain/keyspace.h"
#include "core/manager/adoption.h"
#include "core/manager/workspace.h"
#include "core/map/shard_map.h"

namespace shardwright {

// A keyspace to be, with exactly one of three ways to its first map.
struct KeyspaceDraft {
  Keyspace keyspace;               // a hash keyspace without a dialect gets the usual one
  std::vector<ShardId> on;         // equal parts of the line over these
  std::optional<std::string> map;  // a document, shardwright.map/1
  bool adopt = false;              // as the rows lie now, on every shard of the catalog
};

struct CreatedKeyspace {
  Keyspace keyspace;
  std::shared_ptr<const ShardMap> map;
  std::vector<Finding> remarks;          // nothing that hinders
  std::optional<Error> notPublished;     // the keyspace is there, but some shard's copy of the map is not
};

class KeyspaceVerbs {
 public:
  explicit KeyspaceVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // Refused, with what was found, where a table has no primary key, differs between shards, holds keys that cannot be
  // placed, or rows that the map places elsewhere. Unavailable: a shard, a table or its key column is not there.
  Result<CreatedKeyspace> create(KeyspaceDraft draft, std::stop_token stop);
  Result<std::vector<Keyspace>> list();
  Result<Keyspace> show(const KeyspaceName& name);
  Result<SchemaReport> compareTables(const KeyspaceName& name, std::stop_token stop);  // over the shards that own something
  Result<Keyspace> addTable(const KeyspaceName& name, const TableRef& table, std::stop_token stop);
  Result<Keyspace> removeTable(const KeyspaceName& name, const TableRef& table);
  Done remove(const KeyspaceName& name);

 private:
  Result<std::vector<OpenShard>> openAll(const std::vector<ShardId>& names);
  Result<std::vector<ShardId>> everyShard();
  Done refuseRowsOutside(const Keyspace& keyspace, const ShardMap& map, const std::vector<Shard>& registry,
                         const std::stop_token& stop);
  Result<std::vector<Finding>> examine(const Keyspace& keyspace, std::vector<OpenShard>& shards, const std::stop_token& stop);
  Workspace& m_workspace;
};

}  // namespace shardwright
