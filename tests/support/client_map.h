// The map as a client of the cluster knows it: nothing but what the shards publish, so that the tests route as a foreign
// application would.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/ids.h"
#include "core/domain/key.h"
#include "tests/support/witness_table.h"

namespace shardwright::test {

struct ClientMap {
  MapVersion version = 0;
  std::function<std::optional<ShardId>(const Key&)> ownerOf;  // none: nobody
};

// Where a client gets its map when it starts, and again whenever a shard says that it is old. One thread at a time.
using MapSource = std::function<Result<ClientMap>()>;

// The newest map in the shardwright_map tables of these shards. Unavailable: none of them can be read, or has one.
MapSource publishedMap(std::vector<ShardFile> shards, KeyspaceName keyspace, std::string vfs = {});

}  // namespace shardwright::test
