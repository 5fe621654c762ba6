#include "tests/support/power_loss_machine.h"

#include <algorithm>
#include <cstring>

namespace shardwright::test {

// ---- FileLocks

int FileLocks::lock(OpenFile* by, int level) {
  const bool othersWrite = m_writer != nullptr && m_writer != by;
  if (level == SQLITE_LOCK_SHARED) {
    if (othersWrite && m_writerLevel >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
    m_shared.insert(by);
    return SQLITE_OK;
  }
  if (othersWrite) return SQLITE_BUSY;
  m_writer = by;
  m_writerLevel = std::max(m_writerLevel, SQLITE_LOCK_RESERVED);
  if (level == SQLITE_LOCK_RESERVED) return SQLITE_OK;
  // PENDING stays even if readers are still there: no new ones come in, so the writer gets its turn.
  m_writerLevel = std::max(m_writerLevel, SQLITE_LOCK_PENDING);
  const bool othersRead = m_shared.size() > m_shared.count(by);
  if (othersRead) return SQLITE_BUSY;
  m_writerLevel = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

void FileLocks::unlock(OpenFile* by, int level) {
  if (m_writer == by) {
    m_writer = nullptr;
    m_writerLevel = SQLITE_LOCK_NONE;
  }
  if (level == SQLITE_LOCK_NONE) m_shared.erase(by);
}

// ---- SharedMemory

int SharedMemory::map(int region, int bytes, bool extend, void volatile** out) {
  const auto index = static_cast<std::size_t>(region);
  if (index >= m_regions.size() && !extend) {
    *out = nullptr;
    return SQLITE_OK;
  }
  while (m_regions.size() <= index) m_regions.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(bytes)));
  *out = m_regions[index].get();
  return SQLITE_OK;
}

int SharedMemory::lock(OpenFile* by, int first, int count, int flags) {
  if ((flags & SQLITE_SHM_UNLOCK) != 0) return unlock(by, first, count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (int i = first; i < first + count; ++i) {
    const Slot& slot = m_slots[static_cast<std::size_t>(i)];
    if (slot.exclusive != nullptr && slot.exclusive != by) return SQLITE_BUSY;
    if (exclusive && slot.shared.size() > slot.shared.count(by)) return SQLITE_BUSY;
  }
  for (int i = first; i < first + count; ++i) {
    Slot& slot = m_slots[static_cast<std::size_t>(i)];
    if (exclusive) slot.exclusive = by;
    else slot.shared.insert(by);
  }
  return SQLITE_OK;
}

int SharedMemory::unlock(OpenFile* by, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    Slot& slot = m_slots[static_cast<std::size_t>(i)];
    if (slot.exclusive == by) slot.exclusive = nullptr;
    slot.shared.erase(by);
  }
  return SQLITE_OK;
}

void SharedMemory::release(OpenFile* by) { unlock(by, 0, SQLITE_SHM_NLOCK); }

// ---- Machine

void PowerLossVfs::Machine::powerOn(const Survival& survival) {
  disk.losePower(survival);
  filesOfBoot.clear();
  ++boot;
  on = true;
  failingSync = 0;
}

bool PowerLossVfs::Machine::sync(bool& apply) {
  ++syncs;
  const bool fails = failingSync != 0 && syncs >= failingSync;
  apply = !fails || failingInstant == Instant::AfterSync;
  if (fails && on && powerGoes) powerGoes();
  if (fails) on = false;
  return !fails;
}

std::shared_ptr<FileOfBoot> PowerLossVfs::Machine::shared(DiskFile* file) {
  std::weak_ptr<FileOfBoot>& known = filesOfBoot[file];
  auto out = known.lock();
  if (!out) known = out = std::make_shared<FileOfBoot>();
  return out;
}

// ---- OpenFile

OpenFile::OpenFile(PowerLossVfs::Machine& machine, std::string path, std::shared_ptr<DiskFile> file, bool removeOnClose)
    : m_machine(machine),
      m_boot(machine.boot),
      m_path(std::move(path)),
      m_file(std::move(file)),
      m_shared(machine.shared(m_file.get())),
      m_removeOnClose(removeOnClose) {}

OpenFile::~OpenFile() {
  const std::lock_guard lock(m_machine.mutex);
  if (m_memory) m_memory->release(this);
  m_shared->locks.unlock(this, SQLITE_LOCK_NONE);
  if (m_removeOnClose && works() && !m_path.empty()) m_machine.disk.remove(m_path);
}

int OpenFile::read(void* out, std::size_t count, std::size_t offset) {
  const std::lock_guard lock(m_machine.mutex);
  if (!works()) return SQLITE_IOERR_READ;
  const std::string& content = m_file->current();
  const std::size_t there = offset >= content.size() ? 0 : std::min(count, content.size() - offset);
  auto* bytes = static_cast<char*>(out);
  if (there > 0) std::memcpy(bytes, content.data() + offset, there);
  std::memset(bytes + there, 0, count - there);
  return there == count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int OpenFile::write(const void* bytes, std::size_t count, std::size_t offset) {
  const std::lock_guard lock(m_machine.mutex);
  if (!works()) return SQLITE_IOERR_WRITE;
  ++m_machine.writes;
  const std::string_view all(static_cast<const char*>(bytes), count);
  if (m_machine.isFull()) {
    // As a real disk: the write that meets the end gets part of its bytes down, later ones nothing.
    if (m_machine.writes == m_machine.fullFromWrite)
      m_file->write(m_machine.disk.nextMoment(), offset, all.substr(0, count / 2));
    return SQLITE_FULL;
  }
  m_file->write(m_machine.disk.nextMoment(), offset, all);
  return SQLITE_OK;
}

int OpenFile::truncate(std::size_t size) {
  const std::lock_guard lock(m_machine.mutex);
  if (!works()) return SQLITE_IOERR_TRUNCATE;
  m_file->truncate(m_machine.disk.nextMoment(), size);
  return SQLITE_OK;
}

int OpenFile::sync() {
  const std::lock_guard lock(m_machine.mutex);
  if (!works()) return SQLITE_IOERR_FSYNC;
  bool apply = false;
  const bool answered = m_machine.sync(apply);
  if (apply) m_machine.disk.syncFile(m_path, *m_file);
  return answered ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int OpenFile::size(sqlite3_int64* out) {
  const std::lock_guard lock(m_machine.mutex);
  if (!works()) return SQLITE_IOERR_FSTAT;
  *out = static_cast<sqlite3_int64>(m_file->current().size());
  return SQLITE_OK;
}

int OpenFile::lock(int level) {
  const std::lock_guard lock(m_machine.mutex);
  return works() ? m_shared->locks.lock(this, level) : SQLITE_IOERR_LOCK;
}

int OpenFile::unlock(int level) {
  const std::lock_guard lock(m_machine.mutex);
  m_shared->locks.unlock(this, level);
  return SQLITE_OK;
}

int OpenFile::isReserved(int* out) {
  const std::lock_guard lock(m_machine.mutex);
  if (!works()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *out = m_shared->locks.isReserved() ? 1 : 0;
  return SQLITE_OK;
}

int OpenFile::mapMemory(int region, int bytes, bool extend, void volatile** out) {
  const std::lock_guard lock(m_machine.mutex);
  *out = nullptr;
  if (!works()) return SQLITE_IOERR_SHMMAP;
  if (!m_memory) m_memory = m_shared->memory.lock();
  if (!m_memory) m_shared->memory = m_memory = std::make_shared<SharedMemory>();
  return m_memory->map(region, bytes, extend, out);
}

int OpenFile::lockMemory(int first, int count, int flags) {
  const std::lock_guard lock(m_machine.mutex);
  // Letting go always works: SQLite does not ask twice.
  if (!works() && (flags & SQLITE_SHM_UNLOCK) == 0) return SQLITE_IOERR_SHMLOCK;
  return m_memory->lock(this, first, count, flags);
}

void OpenFile::barrier() { const std::lock_guard lock(m_machine.mutex); }

int OpenFile::unmapMemory() {
  const std::lock_guard lock(m_machine.mutex);
  if (m_memory) m_memory->release(this);
  m_memory.reset();
  return SQLITE_OK;
}

}  // namespace shardwright::test
