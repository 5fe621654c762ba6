#include "tests/architecture/include_rules.h"

#include <algorithm>

namespace shardwright {

namespace {

// Each floor with the floors directly under it.
const std::map<std::string, std::set<std::string>, std::less<>>& table() {
  static const std::map<std::string, std::set<std::string>, std::less<>> floors{
      {"base", {}},
      {"domain", {"base"}},
      {"strategy", {"domain"}},
      {"map", {"strategy"}},
      {"load", {"map"}},
      {"plan", {"load", "map"}},
      {"db", {"strategy"}},
      {"engines/sqlite", {"db"}},
      {"monitor", {"load", "db"}},
      {"catalog", {"plan", "load", "map"}},
      {"move", {"map", "catalog", "db"}},
      {"run", {"plan", "move", "catalog"}},
      {"route", {"map", "load", "db"}},
      {"secret", {"base"}},
      {"manager", {"run", "route", "monitor", "catalog", "secret", "engines/sqlite"}},
      {"ui", {"manager"}},
      {"app", {"manager"}},
      {"app/window", {"ui"}},
      {"tests", {"app", "app/window", "ui"}},
  };
  return floors;
}

// Headers that floors without the engine may use: SQLite as a store of one's own, and as an engine of merging.
bool isPlainDatabase(std::string_view target) { return target == "core/engines/sqlite/database.h"; }
bool mayUsePlainDatabase(std::string_view floor) { return floor == "catalog" || floor == "route"; }

// Libraries that only one floor may see.
struct Foreign {
  std::string_view prefix;
  std::vector<std::string_view> floors;
};

const std::vector<Foreign>& foreignHeaders() {
  static const std::vector<Foreign> headers{
      {"sqlite3", {"engines/sqlite"}},
      {"openssl/", {"base"}},
      {"CLI/", {"app"}},
      {"absl/", {}},
      {"benchmark/", {}},
  };
  return headers;
}

bool isQt(std::string_view target) {
  return target.starts_with("Qt") || (target.size() > 1 && target[0] == 'Q' && target[1] >= 'A' && target[1] <= 'Z');
}

std::optional<std::string> foreignViolation(const Include& include, const std::string& floor) {
  if (floor == "tests") return std::nullopt;
  if (isQt(include.target) && floor != "ui" && floor != "app/window") return "only the window and the tests may see Qt";
  for (const Foreign& foreign : foreignHeaders()) {
    const bool meant = std::string_view(include.target).starts_with(foreign.prefix);
    if (meant && std::ranges::find(foreign.floors, floor) == foreign.floors.end()) {
      return "floor " + floor + " may not see this library";
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<Include> includesOf(const std::string& file, std::string_view text) {
  std::vector<Include> found;
  for (int line = 1; !text.empty(); ++line) {
    std::string_view rest = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), rest.size() + 1));
    const auto skipBlanks = [&] { rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t"))); };
    skipBlanks();
    if (!rest.starts_with('#')) continue;
    rest.remove_prefix(1);
    skipBlanks();
    if (!rest.starts_with("include")) continue;
    rest.remove_prefix(7);
    skipBlanks();
    if (rest.empty() || (rest[0] != '"' && rest[0] != '<')) continue;
    const bool quoted = rest[0] == '"';
    rest.remove_prefix(1);
    found.push_back({file, line, std::string(rest.substr(0, rest.find(quoted ? '"' : '>'))), quoted});
  }
  return found;
}

std::optional<std::string> floorOf(std::string_view path) {
  for (const std::string_view top : {"app/window", "app", "ui", "tests"}) {
    if (path.starts_with(top) && path.substr(top.size()).starts_with('/')) return std::string(top);
  }
  if (!path.starts_with("core/")) return std::nullopt;
  path.remove_prefix(5);
  std::size_t end = path.find('/');
  if (path.starts_with("engines/")) end = path.find('/', end + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(path.substr(0, end));
}

std::set<std::string> reachOf(const std::string& floor) {
  std::set<std::string> reach{floor};
  if (const auto entry = table().find(floor); entry != table().end()) {
    for (const std::string& under : entry->second) reach.merge(reachOf(under));
  }
  return reach;
}

std::vector<std::string> floorsOfTable() {
  std::vector<std::string> names;
  for (const auto& [name, under] : table()) names.push_back(name);
  return names;
}

std::optional<std::string> violation(const Include& include) {
  const auto floor = floorOf(include.file);
  if (!floor || !table().contains(*floor)) return "the file belongs to no floor of the table";
  if (!include.quoted) return foreignViolation(include, *floor);
  // What Qt's generator makes of a test lies in the build folder.
  if (*floor == "tests" && include.target.ends_with(".moc")) return std::nullopt;
  const auto target = floorOf(include.target);
  if (!target) return "quoted includes start at the root of the repository, with core/, app/, ui/ or tests/";
  if (isPlainDatabase(include.target) && mayUsePlainDatabase(*floor)) return std::nullopt;
  if (reachOf(*floor).contains(*target)) return std::nullopt;
  return "floor " + *floor + " may not include floor " + *target;
}

}  // namespace shardwright
