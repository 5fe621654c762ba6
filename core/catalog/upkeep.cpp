// Backup, and the check of everything that can be checked.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;

namespace {

using Findings = std::vector<std::string>;

Done checkPages(CatalogFile& file, Findings& findings) {
  const auto problems = TRY(file.all("PRAGMA integrity_check(20)", [](const sqlite::Statement& row) { return row.text(0); }));
  for (const std::string& problem : problems)
    if (problem != "ok") findings.push_back("the file is damaged: " + printable(problem, 500));
  return {};
}

void checkPermissions(const CatalogFile& file, Findings& findings) {
  struct stat folder{};
  const std::string parent = catalog::folderOf(file.path());
  if (::stat(parent.c_str(), &folder) == 0 && (folder.st_mode & 022) != 0 && (folder.st_mode & S_ISVTX) == 0)
    findings.push_back(fmt::format("other users may put files in place of the catalog's; correct it with: chmod go-w {}", printable(parent)));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat there{};
    const std::string path = file.path() + suffix;
    if (::stat(path.c_str(), &there) == 0 && (there.st_mode & 077) != 0)
      findings.push_back(fmt::format("{0} can be read or written by other users; correct it with: chmod 600 {0}", printable(path)));
  }
}

Done checkMaps(CatalogFile& file, Findings& findings) {
  catalog::MapStore maps;  // what is in memory was read before
  struct Key {
    std::int64_t keyspace;
    MapVersion version;
    std::string name;
  };
  const auto keys = TRY(file.all(
      "SELECT m.keyspace, m.version, k.name FROM map_versions m LEFT JOIN keyspaces k ON k.id = m.keyspace ORDER BY 1, 2",
      [](const sqlite::Statement& row) { return Key{row.integer(0), row.integer(1), row.text(2)}; }));
  const Key* before = nullptr;
  for (const Key& key : keys) {
    const bool follows = before != nullptr && before->keyspace == key.keyspace ? key.version == before->version + 1 : key.version == 1;
    if (!follows) findings.push_back(fmt::format("keyspace {}: the map version before {} is missing", printable(key.name), key.version));
    before = &key;
    const auto map = maps.at(file, key.keyspace, key.version);
    if (!map) findings.push_back(fmt::format("keyspace {}: {}", printable(key.name), map.error().message()));
  }
  return {};
}

Done checkPlans(CatalogFile& file, Findings& findings) {
  const auto ids = TRY(file.all("SELECT id FROM plans ORDER BY id", [](const sqlite::Statement& row) { return PlanId(row.text(0)); }));
  for (const PlanId& id : ids) {
    const auto record = catalog::recordOf(file, id);
    if (!record) {
      findings.push_back(fmt::format("plan {}: {}", printable(id.text()), record.error().message()));
      continue;
    }
    const auto plan = catalog::storedPlan(file, *record);
    if (!plan) findings.push_back(plan.error().message());
  }
  return {};
}

// A decision without its map version, or a phase that its decision does not allow, was not written by this program.
Done checkMoves(CatalogFile& file, Findings& findings) {
  const auto told = TRY(file.all(
      "SELECT plan, move FROM moves v WHERE decision IN ('flip', 'back') AND NOT EXISTS (SELECT 1 FROM plans p JOIN keyspaces k ON "
      "k.name = p.keyspace JOIN map_versions m ON m.keyspace = k.id AND m.version = v.map_version WHERE p.id = v.plan) "
      "ORDER BY plan, position",
      [](const sqlite::Statement& row) { return std::pair(row.text(0), row.text(1)); }));
  for (const auto& [plan, move] : told)
    findings.push_back(fmt::format("move {} of plan {} is decided, and the map version it published is missing", printable(move), printable(plan)));
  return {};
}

}  // namespace

Done Catalog::backup(const std::string& target) {
  auto& file = m_state->file;
  const int descriptor = ::open(target.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDWR, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return refused(fmt::format("{} is there already; a backup overwrites nothing", printable(target)));
    return unavailable(fmt::format("{} cannot be made: {}", printable(target), std::strerror(errno)));
  }
  ::close(descriptor);
  const std::string name = target.starts_with("file:") ? "./" + target : target;
  auto done = [&]() -> Done {
    TRY(file.run("VACUUM INTO ?", name));
    TRY(catalog::syncToDisk(target));
    return catalog::syncFolderOf(target);
  }();
  if (!done) {
    ::unlink(target.c_str());
    return done;
  }
  return audit("catalog.backup", "catalog", {{"file", catalog::validText(target)}});
}

Result<std::vector<std::string>> Catalog::check() {
  CatalogFile& file = m_state->file;
  Findings findings;
  checkPermissions(file, findings);
  TRY(checkPages(file, findings));
  const auto chain = TRY(checkAudit());
  if (chain) findings.push_back(*chain);
  TRY(checkMaps(file, findings));
  TRY(checkPlans(file, findings));
  const auto approvals = TRY(catalog::approvalFlaws(file));
  findings.insert(findings.end(), approvals.begin(), approvals.end());
  TRY(checkMoves(file, findings));
  return findings;
}

}  // namespace shardwright
