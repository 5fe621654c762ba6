// The map in force as a shard itself tells it, in shardwright_map: what an application reads that has no catalog.
// Rows are monotone by version.
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

// Inside a transaction of the caller's. An older version than the one there is a no-op; Conflict: another map of the
// same version is there.
Done writePublishedMap(Database& db, const PublishedMap& map);

Result<std::optional<PublishedMap>> readPublishedMap(Database& db, const KeyspaceName& keyspace);
Result<std::optional<MapVersion>> publishedVersion(Database& db, const KeyspaceName& keyspace);  // without the document

}  // namespace shardwright::sqlite
