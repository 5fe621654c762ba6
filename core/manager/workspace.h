// Workspace: what every group of verbs works with - the catalog, the engines, and the sessions opened through them.
// One thread; another thread opens its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/db/engine.h"
#include "core/manager/engine_set.h"
#include "core/monitor/load_monitor.h"

namespace shardwright {

PublishedMap publishedForm(const ShardMap& map);

class Workspace {
 public:
  Workspace(Catalog catalog, Catalog::Options options)
      : m_catalog(std::move(catalog)), m_options(std::move(options)), m_engines(EngineSet::ofThisBuild(m_catalog.uuid())) {}

  Catalog& catalog() { return m_catalog; }
  const EngineSet& engines() const { return m_engines; }
  // The same catalog, opened again for another thread. May be called from any.
  Result<Catalog> anotherCatalog() const { return Catalog::open(m_catalog.file(), m_options); }

  // From any thread: these two touch the engines alone.
  // Opens a shard and checks that it is the database that was added under this name. A shard that cannot be opened, or is
  // another database, is Unavailable: it is not the caller's arguments that are wrong.
  Result<std::unique_ptr<ShardSession>> open(const Shard& shard);
  // Without the check of identity: for a shard that is being added.
  Result<std::unique_ptr<ShardSession>> openUnknown(const Shard& shard);

  // Reads several shards side by side, through open().
  LoadMonitor monitor() {
    return LoadMonitor([this](const Shard& shard) { return open(shard); });
  }

  Result<std::vector<Shard>> shardsNamed(const std::vector<ShardId>& names);  // NotFound, naming those there are

  // Writes a map into the shards' own tables. All are tried; the error names those that could not be reached.
  Done publish(const ShardMap& map, const std::vector<Shard>& shards);

  // Refused if a plan of the keyspace has begun and not ended; the sentence names it.
  Done refuseWhilePlansRun(const KeyspaceName& keyspace);

 private:
  Catalog m_catalog;
  Catalog::Options m_options;
  EngineSet m_engines;
};

}  // namespace shardwright
