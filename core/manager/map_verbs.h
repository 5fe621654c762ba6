// The verbs about maps: reading, comparing, checking, giving and taking them as files.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/manager/workspace.h"
#include "core/map/map_diff.h"
#include "core/map/map_rules.h"
#include "core/map/shard_map.h"

namespace shardwright {

struct MapComparison {
  MapDiff diff;
  ShardingStrategy strategy;
};

struct ImportedMap {
  std::shared_ptr<const ShardMap> map;
  std::optional<Error> notPublished;  // in force, but some shard's copy of the map is older
};

class MapVerbs {
 public:
  explicit MapVerbs(Workspace& workspace) : m_workspace(workspace) {}

  Result<std::shared_ptr<const ShardMap>> show(const KeyspaceName& keyspace, std::optional<MapVersion> at = {});
  Result<std::vector<Catalog::MapVersionInfo>> history(const KeyspaceName& keyspace);
  Result<MapComparison> diff(const KeyspaceName& keyspace, MapVersion from, MapVersion to);

  // The rules of a map, and whether every shard holds the version in force.
  Result<std::vector<MapFinding>> check(const KeyspaceName& keyspace);

  enum class Format { MapJson, Csv, Drawing };
  Result<std::string> exported(const KeyspaceName& keyspace, Format format, std::optional<MapVersion> at = {});

  // The next version from a document. InvalidInput: it breaks a rule, or was made from an older version. Refused: it
  // gives rows to a shard that does not have them (that takes a plan), or a plan of the keyspace is under way.
  Result<ImportedMap> import(const KeyspaceName& keyspace, std::string_view document, std::stop_token stop);

 private:
  Workspace& m_workspace;
};

Result<MapVerbs::Format> parseMapFormat(std::string_view name);  // json, csv, text

}  // namespace shardwright
