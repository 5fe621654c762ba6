// What makes a database file itself and no copy of it: a UUID planted in shardwright_meta, with the file's path and inode
// beside it, and the one catalog that may manage it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

// Where a file stands. Device numbers may change over a restart, so the path speaks for the device. In a file system of
// its own (Database::Options::vfs) there is nothing but the path.
struct FilePlace {
  std::string path;  // absolute, links resolved
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  static Result<FilePlace> of(const Database& db);
  // The same file, perhaps renamed; a copy has another inode, and so has a backup that was put back.
  bool isSameFileAs(const FilePlace& other) const {
    return inode == other.inode && (device == other.device || path == other.path);
  }
};

struct PlantedIdentity {
  std::string uuid;
  FilePlace place;                      // where the file was when it was planted
  std::optional<std::string> catalogUuid;  // none: released
};

Result<std::optional<PlantedIdentity>> plantedIdentity(Database& db);

// "sqlite:<uuid>". NotFound: never planted. Refused: this file is a copy of the one it was planted in.
Result<std::string> identityOf(Database& db);

// Plants, or confirms what is planted. A copy gets an identity of its own; one of another catalog's shard, whose original
// is still in its place, or one that was released, loses the maps, guards and moves that came along with it. Refused:
// another catalog manages the file, or may; the sentence says how its claim ends.
Result<std::string> plantIdentity(Database& db, const std::string& catalogUuid);

// Takes the catalog's mark away, so that another catalog may plant its own. A no-op if it is not there.
Done releaseIdentity(Database& db, const std::string& catalogUuid);

}  // namespace shardwright::sqlite
