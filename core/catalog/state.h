// What a Catalog object holds. Inside core/catalog only.
#pragma once

#include "core/catalog/catalog_file.h"
#include "core/catalog/map_store.h"

namespace shardwright {

struct Catalog::State {
  catalog::CatalogFile file;
  catalog::MapStore maps;

  // One decision with the map it publishes: what decideFlip has prepared before its transaction.
  struct NextMap;
  Result<NextMap> prepare(const KeyspaceName& keyspace, const std::function<Result<ShardMap>(const ShardMap&)>& build);
  Done publish(const NextMap& next, const std::string& cause);
};

struct Catalog::State::NextMap {
  std::int64_t keyspace = 0;  // its number
  std::shared_ptr<const ShardMap> map;
  catalog::StoredMap stored;
};

}  // namespace shardwright
