#include "core/catalog/catalog_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/base/text.h"

namespace shardwright::catalog {

Done CatalogFile::readIdentity() {
  m_uuid = TRY(meta("uuid"));
  const std::string environment = TRY(meta("environment"));
  m_environment = TRY(parseEnvironment(environment));
  return {};
}

Result<sqlite::Transaction> CatalogFile::begin(std::string name) {
  auto change = sqlite::Transaction::write(m_db, std::move(name));
  if (!change) return explained(change.error());
  return change;
}

Result<sqlite::Transaction> CatalogFile::snapshot() {
  auto view = sqlite::Transaction::read(m_db);
  if (!view) return explained(view.error());
  return view;
}

Done CatalogFile::commit(sqlite::Transaction& change) {
  if (auto done = change.commit(); !done) return explained(done.error());
  return {};
}

Error CatalogFile::explained(const Error& error) const {
  const std::string place = fmt::format("catalog {}", printable(m_path));
  switch (sqlite3_extended_errcode(m_db.handle()) & 0xff) {
    case SQLITE_FULL:
      return unavailable(place + ": the disk is full, so nothing was changed; free space there and try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return unavailable(place + " is read-only for this user, and this changes it; nothing was changed");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable(fmt::format("{}: another process has been writing to it for {}; try again", place,
                                     formatDuration(m_db.options().busyMilliseconds / 1000.0)));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return corrupt(fmt::format("{} is damaged ({}); go back to a backup of it", place, sqlite3_errmsg(m_db.handle())));
    case SQLITE_IOERR:
      return unavailable(fmt::format("{}: reading or writing the file failed ({}); whether the last change is in it is seen by "
                                     "reading it again",
                                     place, sqlite3_errmsg(m_db.handle())));
    default: return error.in(place);
  }
}

Result<std::string> CatalogFile::meta(std::string_view key) {
  const auto text = [](const sqlite::Statement& row) { return row.text(0); };
  auto value = TRY(one("SELECT value FROM meta WHERE key = ?", text, key));
  if (!value) return corrupt(fmt::format("catalog {} lacks its {}; go back to a backup of it", printable(m_path), key));
  return std::move(*value);
}

Done CatalogFile::setMeta(std::string_view key, std::string_view value) {
  return run("INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value);
}

Done syncToDisk(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int problem = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (synced) return {};
  return unavailable(fmt::format("{} cannot be written to the disk for good: {}", printable(path), std::strerror(problem)));
}

std::string folderOf(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? std::string(".") : folder.string();
}

Done syncFolderOf(const std::string& path) { return syncToDisk(folderOf(path)); }

std::string validText(std::string_view text) { return isUtf8(text) ? std::string(text) : printable(text); }

}  // namespace shardwright::catalog
