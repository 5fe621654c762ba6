#include "tests/support/power_loss_vfs.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "tests/support/power_loss_machine.h"

namespace shardwright::test {

namespace {

// ---- sqlite3_file: SQLite hands us its own struct; ours hangs on it.

struct Handle {
  sqlite3_file base;
  OpenFile* file;
};

OpenFile& fileOf(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file)->file; }

int closeFile(sqlite3_file* file) {
  delete reinterpret_cast<Handle*>(file)->file;
  return SQLITE_OK;
}
int readFile(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
  return fileOf(file).read(out, static_cast<std::size_t>(count), static_cast<std::size_t>(offset));
}
int writeFile(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  return fileOf(file).write(bytes, static_cast<std::size_t>(count), static_cast<std::size_t>(offset));
}
int truncateFile(sqlite3_file* file, sqlite3_int64 size) { return fileOf(file).truncate(static_cast<std::size_t>(size)); }
int syncFile(sqlite3_file* file, int) { return fileOf(file).sync(); }
int fileSize(sqlite3_file* file, sqlite3_int64* out) { return fileOf(file).size(out); }
int lockFile(sqlite3_file* file, int level) { return fileOf(file).lock(level); }
int unlockFile(sqlite3_file* file, int level) { return fileOf(file).unlock(level); }
int checkReserved(sqlite3_file* file, int* out) { return fileOf(file).isReserved(out); }
int fileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sectorSize(sqlite3_file*) { return 4096; }  // what the system's VFS says on Linux, and so for the next one
int deviceCharacteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
int shmMap(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  return fileOf(file).mapMemory(region, bytes, extend != 0, out);
}
int shmLock(sqlite3_file* file, int first, int count, int flags) { return fileOf(file).lockMemory(first, count, flags); }
void shmBarrier(sqlite3_file* file) { fileOf(file).barrier(); }
int shmUnmap(sqlite3_file* file, int) { return fileOf(file).unmapMemory(); }

constexpr sqlite3_io_methods fileMethods = {
    .iVersion = 2,
    .xClose = closeFile,
    .xRead = readFile,
    .xWrite = writeFile,
    .xTruncate = truncateFile,
    .xSync = syncFile,
    .xFileSize = fileSize,
    .xLock = lockFile,
    .xUnlock = unlockFile,
    .xCheckReservedLock = checkReserved,
    .xFileControl = fileControl,
    .xSectorSize = sectorSize,
    .xDeviceCharacteristics = deviceCharacteristics,
    .xShmMap = shmMap,
    .xShmLock = shmLock,
    .xShmBarrier = shmBarrier,
    .xShmUnmap = shmUnmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// ---- sqlite3_vfs

PowerLossVfs::Machine& machineOf(sqlite3_vfs* vfs) { return *static_cast<PowerLossVfs::Machine*>(vfs->pAppData); }
sqlite3_vfs* systemVfs() { return sqlite3_vfs_find(nullptr); }

int openFile(sqlite3_vfs* vfs, const char* name, sqlite3_file* out, int flags, int* outFlags) {
  auto& handle = *reinterpret_cast<Handle*>(out);
  handle.base.pMethods = nullptr;  // none: SQLite must not close what was not opened
  PowerLossVfs::Machine& machine = machineOf(vfs);
  const std::lock_guard lock(machine.mutex);
  if (!machine.on) return SQLITE_IOERR;
  const std::string path = name == nullptr ? std::string() : std::string(name);
  auto file = path.empty() ? std::make_shared<DiskFile>() : machine.disk.file(path);
  if (file && !path.empty() && (flags & SQLITE_OPEN_EXCLUSIVE) != 0) return SQLITE_CANTOPEN;
  if (!file && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
  if (!file) file = machine.disk.create(path);
  handle.file = new (std::nothrow) OpenFile(machine, path, file, (flags & SQLITE_OPEN_DELETEONCLOSE) != 0);
  if (handle.file == nullptr) return SQLITE_NOMEM;
  handle.base.pMethods = &fileMethods;
  if (outFlags != nullptr) *outFlags = flags;
  return SQLITE_OK;
}

int deleteFile(sqlite3_vfs* vfs, const char* path, int syncDirectory) {
  PowerLossVfs::Machine& machine = machineOf(vfs);
  const std::lock_guard lock(machine.mutex);
  if (!machine.on) return SQLITE_IOERR_DELETE;
  if (!machine.disk.remove(path)) return SQLITE_IOERR_DELETE_NOENT;
  if (syncDirectory == 0) return SQLITE_OK;
  bool apply = false;
  const bool answered = machine.sync(apply);
  if (apply) machine.disk.syncDirectoryOf(path);
  return answered ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int accessFile(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  PowerLossVfs::Machine& machine = machineOf(vfs);
  const std::lock_guard lock(machine.mutex);
  if (!machine.on) return SQLITE_IOERR_ACCESS;
  const auto file = machine.disk.file(path);
  // As the system's VFS: an empty file counts as not there, so that an empty journal is not a hot one.
  const bool there = file && (flags != SQLITE_ACCESS_EXISTS || !file->current().empty());
  *out = there ? 1 : 0;
  return SQLITE_OK;
}

int fullPathname(sqlite3_vfs*, const char* path, int size, char* out) {
  if (std::strlen(path) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, path);
  return SQLITE_OK;
}

void* openLibrary(sqlite3_vfs*, const char* path) { return systemVfs()->xDlOpen(systemVfs(), path); }
void libraryError(sqlite3_vfs*, int size, char* out) { systemVfs()->xDlError(systemVfs(), size, out); }
void (*librarySymbol(sqlite3_vfs*, void* library, const char* symbol))(void) {
  return systemVfs()->xDlSym(systemVfs(), library, symbol);
}
void closeLibrary(sqlite3_vfs*, void* library) { systemVfs()->xDlClose(systemVfs(), library); }
int randomness(sqlite3_vfs*, int size, char* out) { return systemVfs()->xRandomness(systemVfs(), size, out); }
int pauseFor(sqlite3_vfs*, int micros) { return systemVfs()->xSleep(systemVfs(), micros); }
int currentTime(sqlite3_vfs*, double* out) { return systemVfs()->xCurrentTime(systemVfs(), out); }
int lastError(sqlite3_vfs*, int, char*) { return 0; }
int currentTimeInt64(sqlite3_vfs*, sqlite3_int64* out) { return systemVfs()->xCurrentTimeInt64(systemVfs(), out); }

}  // namespace

PowerLossVfs::Machine::Machine(std::string vfsName, NameRule rule) : disk(rule), name(std::move(vfsName)) {
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 1024;
  vfs.zName = name.c_str();
  vfs.pAppData = this;
  vfs.xOpen = openFile;
  vfs.xDelete = deleteFile;
  vfs.xAccess = accessFile;
  vfs.xFullPathname = fullPathname;
  vfs.xDlOpen = openLibrary;
  vfs.xDlError = libraryError;
  vfs.xDlSym = librarySymbol;
  vfs.xDlClose = closeLibrary;
  vfs.xRandomness = randomness;
  vfs.xSleep = pauseFor;
  vfs.xCurrentTime = currentTime;
  vfs.xGetLastError = lastError;
  vfs.xCurrentTimeInt64 = currentTimeInt64;
  sqlite3_vfs_register(&vfs, 0);
}

PowerLossVfs::Machine::~Machine() { sqlite3_vfs_unregister(&vfs); }

PowerLossVfs::PowerLossVfs(std::string name, NameRule rule)
    : m_machine(std::make_unique<Machine>(std::move(name), rule)) {}
PowerLossVfs::~PowerLossVfs() = default;

const std::string& PowerLossVfs::name() const { return m_machine->name; }

void PowerLossVfs::failAt(std::uint64_t nthSync, Instant instant) {
  const std::lock_guard lock(m_machine->mutex);
  m_machine->failingSync = m_machine->syncs + nthSync;
  m_machine->failingInstant = instant;
}

void PowerLossVfs::whenPowerGoes(std::function<void()> tell) {
  const std::lock_guard lock(m_machine->mutex);
  m_machine->powerGoes = std::move(tell);
}

void PowerLossVfs::powerOff() {
  const std::lock_guard lock(m_machine->mutex);
  m_machine->on = false;
}

void PowerLossVfs::powerOn(const Survival& survival) {
  const std::lock_guard lock(m_machine->mutex);
  m_machine->powerOn(survival);
}

void PowerLossVfs::powerLoss(const Survival& survival) { powerOn(survival); }

bool PowerLossVfs::isOn() const {
  const std::lock_guard lock(m_machine->mutex);
  return m_machine->on;
}

void PowerLossVfs::fullAt(std::uint64_t nthWrite) {
  const std::lock_guard lock(m_machine->mutex);
  m_machine->fullFromWrite = m_machine->writes + nthWrite;
}

void PowerLossVfs::makeRoom() {
  const std::lock_guard lock(m_machine->mutex);
  m_machine->fullFromWrite = 0;
}

std::uint64_t PowerLossVfs::syncs() const {
  const std::lock_guard lock(m_machine->mutex);
  return m_machine->syncs;
}

std::uint64_t PowerLossVfs::writes() const {
  const std::lock_guard lock(m_machine->mutex);
  return m_machine->writes;
}

void PowerLossVfs::put(const std::string& path, std::string_view content) {
  const std::lock_guard lock(m_machine->mutex);
  const auto file = m_machine->disk.create(path);
  file->write(m_machine->disk.nextMoment(), 0, content);
  m_machine->disk.syncFile(path, *file);
}

bool PowerLossVfs::exists(const std::string& path) const {
  const std::lock_guard lock(m_machine->mutex);
  return m_machine->disk.file(path) != nullptr;
}

std::string PowerLossVfs::content(const std::string& path) const {
  const std::lock_guard lock(m_machine->mutex);
  const auto file = m_machine->disk.file(path);
  return file ? file->current() : std::string();
}

std::vector<std::string> PowerLossVfs::paths() const {
  const std::lock_guard lock(m_machine->mutex);
  return m_machine->disk.paths();
}

}  // namespace shardwright::test
