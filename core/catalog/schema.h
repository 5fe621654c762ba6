// The tables of the catalog, as numbered upgrades. A catalog carries the number of the last one it has seen
// (PRAGMA user_version); a new catalog is an empty file that sees all of them.
#pragma once

#include <span>

#include "core/base/result.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::catalog {

inline constexpr std::int64_t applicationId = 0x53687744;  // "ShwD": how `file` and we know a catalog

struct Upgrade {
  int number;            // 1, 2, 3 ... without a gap
  std::string_view sql;  // several statements
};

std::span<const Upgrade> upgrades();
int newestVersion();

// Runs the upgrades after `from`, up to `to`, inside the caller's transaction.
Done runUpgrades(sqlite::Database& db, int from, int to);

}  // namespace shardwright::catalog
