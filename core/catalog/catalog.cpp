#include "core/catalog/catalog.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/schema.h"
#include "core/catalog/state.h"

namespace shardwright {

using catalog::appendAudit;
using catalog::CatalogFile;
using catalog::randomHex;

namespace {

constexpr std::array environments = {Environment::Development, Environment::Test, Environment::Production};

std::string osUserName() {
  const uid_t user = ::geteuid();
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->pw_name;
  return fmt::format("uid {}", user);
}

// SQLite takes a name that begins with "file:" for a URI.
std::string plainPath(const std::string& file) { return file.starts_with("file:") ? "./" + file : file; }

std::string newUuid() {
  std::string hex = randomHex(16);
  hex[12] = '4';
  hex[16] = "89ab"[hex[16] % 4];
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}

Error thereAlready(const std::string& path) {
  return refused(fmt::format("{} is there already; choose another file, or open this one", printable(path)));
}

// With the final permissions from its first instant. SQLite gives its -wal and -shm the permissions of the file.
Done makePrivateFile(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDWR, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno == EEXIST) return thereAlready(path);
  return unavailable(fmt::format("catalog {} cannot be made: {}", printable(path), std::strerror(errno)));
}

Result<sqlite::Database> openDatabase(const std::string& path, sqlite::Database::Mode mode, const Catalog::Options& options) {
  auto db = sqlite::Database::open(plainPath(path), {mode, options.busyMilliseconds, "catalog", options.vfs, options.watch});
  if (db) return db;
  if (db.error().code() == ErrorCode::Corrupt)
    return corrupt(fmt::format("{} is not a catalog: it is no SQLite database, or a damaged one", printable(path)));
  return unavailable(fmt::format("the catalog cannot be opened: {}", db.error().message()));
}

// In a new file the change of mode is a transaction of its own with a rollback journal: it is durable once the journal's
// deletion is, and only EXTRA syncs the folder for that.
Done useWal(CatalogFile& file) {
  if (auto done = file.db().execute("PRAGMA synchronous=EXTRA"); !done) return file.explained(done.error());
  const auto text = [](const sqlite::Statement& row) { return row.text(0); };
  const auto mode = TRY(file.one("PRAGMA journal_mode=WAL", text));
  if (mode != "wal") return unavailable(fmt::format("catalog {}: this file system does not allow SQLite's WAL", printable(file.path())));
  if (auto done = file.db().execute("PRAGMA synchronous=FULL"); !done) return file.explained(done.error());
  return {};
}

Done checkWritable(CatalogFile& file) {
  if (sqlite3_db_readonly(file.db().handle(), "main") != 1) return {};
  return unavailable(fmt::format("catalog {} is read-only for this user; make it writable, or work on a backup of it",
                                 printable(file.path())));
}

Error noCatalog(const std::string& path, std::string_view what) {
  return corrupt(fmt::format("{} {}; name the catalog's file", printable(path), what));
}

Done checkThere(const std::string& path) {
  struct stat there{};
  if (::stat(path.c_str(), &there) == 0) {
    if (S_ISREG(there.st_mode)) return {};
    return noCatalog(path, "is no file");
  }
  if (errno == ENOENT) return notFound(fmt::format("there is no catalog {}; make one with: shardwright init", printable(path)));
  return unavailable(fmt::format("catalog {} cannot be opened: {}", printable(path), std::strerror(errno)));
}

Done checkKind(CatalogFile& file) {
  const auto id = TRY(file.integer("PRAGMA application_id"));
  if (id == catalog::applicationId) return {};
  const auto tables = TRY(file.integer("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0)
    return corrupt(fmt::format("{} is empty: making a catalog of it was broken off; delete it and make it again", printable(file.path())));
  return noCatalog(file.path(), "is an SQLite database, but no catalog of Shardwright");
}

Done writeFirst(CatalogFile& file, Environment environment) {
  if (auto done = file.db().execute(fmt::format("PRAGMA application_id={}", catalog::applicationId)); !done)
    return file.explained(done.error());
  if (auto done = catalog::runUpgrades(file.db(), 0, catalog::newestVersion()); !done) return file.explained(done.error());
  TRY(file.setMeta("uuid", newUuid()));
  TRY(file.setMeta("environment", environmentName(environment)));
  TRY(file.setMeta("last_token", "0"));
  TRY(file.setMeta("audit_genesis", randomHex(32)));
  return appendAudit(file, "catalog.created", "catalog", {{"environment", environmentName(environment)}});
}

Done upgrade(CatalogFile& file) {
  const auto number = [&]() { return file.integer("PRAGMA user_version"); };
  const int newest = catalog::newestVersion();
  const auto seen = TRY(number());
  if (seen == newest) return {};
  auto change = TRY(file.begin("catalog.upgrade"));
  const auto from = TRY(number());  // another process may have been first
  if (*from > newest)
    return unavailable(fmt::format("catalog {} was made by a newer Shardwright (its version is {}, this program knows {}); "
                                   "use the newer program",
                                   printable(file.path()), *from, newest));
  if (*from == newest) return {};
  if (auto done = catalog::runUpgrades(file.db(), static_cast<int>(*from), newest); !done) return file.explained(done.error());
  TRY(appendAudit(file, "catalog.upgraded", "catalog", {{"from", *from}, {"to", newest}}));
  return file.commit(change);
}

}  // namespace

// ---- names

std::string_view environmentName(Environment environment) {
  switch (environment) {
    case Environment::Development: return "development";
    case Environment::Test: return "test";
    case Environment::Production: return "production";
  }
  return "";
}

Result<Environment> parseEnvironment(std::string_view name) {
  for (const Environment environment : environments)
    if (environmentName(environment) == name) return environment;
  return invalidInput(fmt::format("\"{}\" is no environment; choose development, test or production", printable(name, 80)));
}

Actor currentActor(std::optional<std::string> claimed) {
  const std::string user = catalog::validText(osUserName());
  if (!claimed || claimed->empty()) return {user, user};
  return {catalog::validText(*claimed), user};
}

// ---- opening

Result<Catalog> Catalog::create(const std::string& path, Environment environment, Options options) {
  // Another file system than the operating system's makes its files itself.
  const bool ownFile = options.vfs.empty();
  if (ownFile) TRY(makePrivateFile(path));
  bool committing = false;
  auto made = [&]() -> Result<Catalog> {
    auto db = TRY(openDatabase(path, sqlite::Database::Mode::Create, options));
    auto state = std::make_unique<State>(State{CatalogFile(path, std::move(db), options), {}});
    CatalogFile& file = state->file;
    const auto tables = TRY(file.integer("SELECT count(*) FROM sqlite_schema"));
    if (tables != 0) return thereAlready(path);
    TRY(useWal(file));
    auto change = TRY(file.begin("catalog.create"));
    TRY(writeFirst(file, environment));
    committing = true;
    TRY(file.commit(change));
    if (ownFile) TRY(catalog::syncFolderOf(path));
    TRY(file.readIdentity());
    return Catalog(std::move(state));
  }();
  // Nothing of worth can be in it before its first commit; afterwards nobody knows.
  if (!made && ownFile && !committing)
    for (const char* suffix : {"-wal", "-shm", ""}) ::unlink((path + suffix).c_str());
  return made;
}

Result<Catalog> Catalog::open(const std::string& path, Options options) {
  if (options.vfs.empty()) TRY(checkThere(path));
  auto db = TRY(openDatabase(path, sqlite::Database::Mode::ReadWrite, options));
  auto state = std::make_unique<State>(State{CatalogFile(path, std::move(db), std::move(options)), {}});
  CatalogFile& file = state->file;
  TRY(checkKind(file));
  TRY(checkWritable(file));
  TRY(useWal(file));
  TRY(upgrade(file));
  TRY(file.readIdentity());
  return Catalog(std::move(state));
}

Catalog::Catalog(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;
Catalog::~Catalog() = default;

const std::string& Catalog::file() const { return m_state->file.path(); }
const std::string& Catalog::uuid() const { return m_state->file.uuid(); }
Environment Catalog::environment() const { return m_state->file.environment(); }
const Actor& Catalog::actor() const { return m_state->file.actor(); }
UnixSeconds Catalog::now() const { return m_state->file.now(); }

}  // namespace shardwright
