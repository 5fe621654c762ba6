#include "core/engines/sqlite/identity.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/domain/key.h"

namespace shardwright::sqlite {

namespace {

constexpr std::string_view uuidEntry = "database";
constexpr std::string_view pathEntry = "path";
constexpr std::string_view inodeEntry = "inode";
constexpr std::string_view catalogEntry = "catalog";

Result<bool> tableExists(Database& db, std::string_view name) {
  auto find = TRY(db.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?"));
  find.bind(1, name);
  return find.step();
}

Result<std::map<std::string, std::string, std::less<>>> entries(Database& db) {
  std::map<std::string, std::string, std::less<>> found;
  auto read = TRY(db.prepare("SELECT name, value FROM main.shardwright_meta"));
  while (TRY(read.step())) found.emplace(read.text(0), read.text(1));
  return found;
}

Done setEntry(Database& db, std::string_view name, std::string_view value) {
  auto set = TRY(db.prepare("INSERT INTO main.shardwright_meta(name, value) VALUES (?, ?) "
                            "ON CONFLICT(name) DO UPDATE SET value = excluded.value"));
  return set.bind(1, name).bind(2, value).run();
}

Result<std::string> newUuid(Database& db) {
  const Value random = TRY(db.single("SELECT randomblob(16)"));
  Uuid uuid;
  std::ranges::copy(std::get<Blob>(random).bytes, uuid.begin());
  uuid[6] = static_cast<unsigned char>((uuid[6] & 0x0f) | 0x40);  // RFC 4122, version 4
  uuid[8] = static_cast<unsigned char>((uuid[8] & 0x3f) | 0x80);
  return formatUuid(uuid);
}

std::string identityText(const std::string& uuid) { return "sqlite:" + uuid; }

Error isACopy(const PlantedIdentity& planted, const FilePlace& now) {
  return refused(fmt::format("{} is a copy of the database that was added as {}, or a backup put back in its place: its rows "
                             "may not be those of the shard; add it anew if it is to be the shard",
                             printable(now.path), printable(planted.place.path)));
}

Error otherCatalog(const FilePlace& place, const std::string& catalogUuid) {
  return refused(fmt::format("{0} is managed by another catalog ({1}); remove the shard there first. If that catalog is lost, or the file "
                             "came here from another machine, this ends its claim: sqlite3 {0} \"DELETE FROM shardwright_meta WHERE "
                             "name = 'catalog'\"",
                             printable(place.path), printable(catalogUuid, 60)));
}

// The file in which the identity was planted is still where it was, and it is not this one: this one is nobody's shard.
bool originalIsElsewhere(const PlantedIdentity& planted, const FilePlace& here) {
  struct stat status {};
  if (here.inode == 0 || stat(planted.place.path.c_str(), &status) != 0) return false;
  const bool isOriginal = status.st_ino == planted.place.inode;
  const bool isHere = status.st_ino == here.inode && status.st_dev == here.device;
  return isOriginal && !isHere;
}

// Everything of ours that came along with a copy: it speaks of the shard that was copied, and of its catalog's maps.
Done dropMarks(Database& db) {
  std::vector<std::pair<std::string, std::string>> marks;  // triggers first: they name tables
  auto list = TRY(db.prepare("SELECT type, name FROM main.sqlite_schema WHERE type IN ('trigger', 'table') AND name <> 'shardwright_meta' "
                             "AND substr(name, 1, 12) = 'shardwright_' ORDER BY type DESC"));
  while (TRY(list.step())) marks.emplace_back(list.text(0), list.text(1));
  for (const auto& [type, name] : marks) TRY(db.execute(fmt::format("DROP {} main.{}", type, quoteName(name))));
  return {};
}

}  // namespace

Result<FilePlace> FilePlace::of(const Database& db) {
  const std::string& path = db.path();
  if (!db.options().vfs.empty()) return FilePlace{path, 0, 0};
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return unavailable(printable(path) + ": the file is not there any more");
  std::error_code failed;
  const auto canonical = std::filesystem::canonical(path, failed);
  return FilePlace{failed ? path : canonical.string(), status.st_dev, status.st_ino};
}

Result<std::optional<PlantedIdentity>> plantedIdentity(Database& db) {
  if (!TRY(tableExists(db, "shardwright_meta"))) return std::optional<PlantedIdentity>();
  const auto all = TRY(entries(db));
  const auto entry = [&all](std::string_view name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string() : found->second;
  };
  if (!all.contains(uuidEntry)) return std::optional<PlantedIdentity>();
  PlantedIdentity planted;
  planted.uuid = entry(uuidEntry);
  planted.place.path = entry(pathEntry);
  const auto inode = splitText(entry(inodeEntry), ':');
  const auto device = inode.size() == 2 ? parseInt64(inode[0]) : std::nullopt;
  const auto number = inode.size() == 2 ? parseInt64(inode[1]) : std::nullopt;
  if (!device || !number)
    return corrupt(printable(db.path()) + ": the identity in shardwright_meta cannot be read; somebody has changed it");
  planted.place.device = static_cast<std::uint64_t>(*device);
  planted.place.inode = static_cast<std::uint64_t>(*number);
  if (all.contains(catalogEntry)) planted.catalogUuid = entry(catalogEntry);
  return std::optional(planted);
}

Result<std::string> identityOf(Database& db) {
  const auto planted = TRY(plantedIdentity(db));
  if (!planted)
    return notFound(fmt::format("{} has no identity yet; it gets one when it is added as a shard", printable(db.path())));
  const FilePlace place = TRY(FilePlace::of(db));
  if (!planted->place.isSameFileAs(place)) return isACopy(*planted, place);
  return identityText(planted->uuid);
}

Result<std::string> plantIdentity(Database& db, const std::string& catalogUuid) {
  const FilePlace place = TRY(FilePlace::of(db));
  auto transaction = TRY(Transaction::write(db, "shard.identity"));
  TRY(db.execute("CREATE TABLE IF NOT EXISTS main.shardwright_meta(name TEXT PRIMARY KEY NOT NULL, value) WITHOUT ROWID"));
  const auto planted = TRY(plantedIdentity(db));
  const bool stays = planted && planted->place.isSameFileAs(place);
  const bool isOurs = planted && planted->catalogUuid == catalogUuid;
  if (planted && planted->catalogUuid && !isOurs && (stays || !originalIsElsewhere(*planted, place)))
    return otherCatalog(place, *planted->catalogUuid);
  if (planted && !stays && !isOurs) TRY(dropMarks(db));
  const std::string uuid = stays ? planted->uuid : TRY(newUuid(db));
  TRY(setEntry(db, uuidEntry, uuid));
  TRY(setEntry(db, pathEntry, place.path));
  // As signed text, so that it is read back by the same rule whatever the file system gives.
  TRY(setEntry(db, inodeEntry, fmt::format("{}:{}", static_cast<std::int64_t>(place.device), static_cast<std::int64_t>(place.inode))));
  TRY(setEntry(db, catalogEntry, catalogUuid));
  TRY(transaction.commit());
  return identityText(uuid);
}

Done releaseIdentity(Database& db, const std::string& catalogUuid) {
  if (!TRY(plantedIdentity(db))) return {};
  auto transaction = TRY(Transaction::write(db, "shard.release"));
  auto erase = TRY(db.prepare("DELETE FROM main.shardwright_meta WHERE name = ? AND value = ?"));
  TRY(erase.bind(1, catalogEntry).bind(2, catalogUuid).run());
  return transaction.commit();
}

}  // namespace shardwright::sqlite
