// DatabaseUrl: where a shard lives. Never holds or accepts a password: secrets come from elsewhere (product.md).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace shardwright {

struct DatabaseUrl {
  std::string engine;  // sqlite, postgresql, mariadb
  std::string path;    // sqlite: the file; else empty
  std::string user, host, port, database;
  std::map<std::string, std::string> options;  // the query part; only names that are known to be harmless
  friend bool operator==(const DatabaseUrl&, const DatabaseUrl&) = default;
};

// sqlite:///abs/path, sqlite:////abs/path, sqlite:rel/path (made absolute against the working folder).
// InvalidInput for anything with a password, an unknown scheme or an unknown option.
Result<DatabaseUrl> parseDatabaseUrl(std::string_view text);
std::string formatDatabaseUrl(const DatabaseUrl& url);

}  // namespace shardwright
