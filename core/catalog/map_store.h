// MapStore: map versions in the catalog, and those that were read lately in memory.
//
// A version is stored whole, or, where the map is large and little has changed, as its difference from the last version
// that was stored whole: a hundred moves over a million ranges do not store a hundred million ranges, and reading one
// version takes at most two documents. The checksum beside it is of the whole map in either case.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/catalog/catalog_file.h"
#include "core/map/map_diff.h"

namespace shardwright::catalog {

struct StoredMap {
  std::optional<MapVersion> base;
  std::string document;
};

class MapStore {
 public:
  // Immutable rows: needs no transaction around it. NotFound, Corrupt (the checksum does not agree).
  Result<std::shared_ptr<const ShardMap>> at(CatalogFile& file, std::int64_t keyspace, MapVersion version);

  Result<StoredMap> encoded(CatalogFile& file, std::int64_t keyspace, const ShardMap& map);
  Done insert(CatalogFile& file, std::int64_t keyspace, const ShardMap& map, const StoredMap& stored, const std::string& cause);

  // The next reader needs not parse it. Of a version that was published: after the commit.
  void remember(std::int64_t keyspace, std::shared_ptr<const ShardMap> map);

 private:
  struct Recent {
    std::shared_ptr<const ShardMap> newest;   // of those that were read or published
    std::shared_ptr<const ShardMap> earlier;  // read last of the others
    std::shared_ptr<const ShardMap> base;     // whole version that differences are taken from
  };
  Result<std::shared_ptr<const ShardMap>> whole(CatalogFile& file, std::int64_t keyspace, MapVersion version);

  std::map<std::int64_t, Recent> m_recent;
};

std::string diffToText(const MapDiff& diff);
Result<MapDiff> diffFromText(std::string_view text, KeyType keyType);

}  // namespace shardwright::catalog
