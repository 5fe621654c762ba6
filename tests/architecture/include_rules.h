// Which floor may include which: the table of the architecture, as data.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace shardwright {

// One #include as it stands in a file; paths are relative to the root of the repository.
struct Include {
  std::string file;
  int line = 0;
  std::string target;  // between the quotes or angle brackets
  bool quoted = false;
};

std::vector<Include> includesOf(const std::string& file, std::string_view text);

// The floor a path belongs to: core/map/shard_map.h is of "map", core/engines/sqlite/x.h of "engines/sqlite", app/... of
// "app", tests/... of "tests". Nothing for a path of no floor.
std::optional<std::string> floorOf(std::string_view path);

// Floors whose headers `floor` may include: itself, what the table gives it, and whatever lies under that.
std::set<std::string> reachOf(const std::string& floor);
std::vector<std::string> floorsOfTable();

// Why `include` is not allowed, as a sentence; nothing if it is.
std::optional<std::string> violation(const Include& include);

}  // namespace shardwright
