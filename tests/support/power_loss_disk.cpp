#include "tests/support/power_loss_disk.h"

#include <algorithm>

namespace shardwright::test {

namespace {

constexpr std::size_t sectorBytes = 512;

void put(std::string& content, std::size_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
  std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
}

void apply(const PendingChange& change, std::string& content) {
  if (change.kind == PendingChange::Kind::Write) put(content, change.offset, change.bytes);
  else content.resize(change.offset, '\0');
}

// Decides, change by change, what outlives one power loss.
class Fate {
 public:
  // Pending changes have moments from `first` to `last`.
  Fate(const Survival& survival, std::uint64_t first, std::uint64_t last)
      : m_kind(survival.kind), m_random(survival.seed) {
    if (m_kind == Survival::Kind::Prefix) m_until = first - 1 + m_random() % (last - first + 2);
  }

  bool survives(std::uint64_t moment) {
    switch (m_kind) {
      case Survival::Kind::Nothing: return false;
      case Survival::Kind::Everything: return true;
      case Survival::Kind::Prefix: return moment <= m_until;
      case Survival::Kind::Subset:
      case Survival::Kind::Torn: return coin();
    }
    return false;
  }

  void apply(const PendingChange& change, std::string& content) {
    if (!survives(change.moment)) return;
    const bool last = m_kind == Survival::Kind::Prefix && change.moment == m_until;
    const bool torn = m_kind == Survival::Kind::Torn || (last && coin());
    if (change.kind == PendingChange::Kind::Write && torn) putSomeSectors(change, content);
    else test::apply(change, content);
  }

 private:
  bool coin() { return (m_random() & 1) != 0; }

  void putSomeSectors(const PendingChange& change, std::string& content) {
    for (std::size_t at = 0; at < change.bytes.size();) {
      const std::size_t toBoundary = sectorBytes - (change.offset + at) % sectorBytes;
      const std::string_view piece = std::string_view(change.bytes).substr(at, toBoundary);
      if (coin()) put(content, change.offset + at, piece);
      at += piece.size();
    }
  }

  Survival::Kind m_kind;
  std::mt19937_64 m_random;
  std::uint64_t m_until = 0;
};

std::string_view directoryOf(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

void DiskFile::write(std::uint64_t moment, std::size_t offset, std::string_view bytes) {
  m_pending.push_back({moment, PendingChange::Kind::Write, offset, std::string(bytes)});
  put(m_current, offset, bytes);
}

void DiskFile::truncate(std::uint64_t moment, std::size_t size) {
  m_pending.push_back({moment, PendingChange::Kind::Truncate, size, {}});
  m_current.resize(size, '\0');
}

void DiskFile::sync() {
  for (const PendingChange& change : m_pending) apply(change, m_durable);
  m_pending.clear();
}

std::shared_ptr<DiskFile> PowerLossDisk::file(const std::string& path) const {
  const auto found = m_names.find(path);
  return found == m_names.end() ? nullptr : found->second.current;
}

std::shared_ptr<DiskFile> PowerLossDisk::create(const std::string& path) {
  NamedFile& name = m_names[path];
  name.current = std::make_shared<DiskFile>();
  name.changed = nextMoment();
  return name.current;
}

bool PowerLossDisk::remove(const std::string& path) {
  const auto found = m_names.find(path);
  if (found == m_names.end() || !found->second.current) return false;
  found->second.current = nullptr;
  found->second.changed = nextMoment();
  return true;
}

std::vector<std::string> PowerLossDisk::paths() const {
  std::vector<std::string> out;
  for (const auto& [path, name] : m_names)
    if (name.current) out.push_back(path);
  return out;
}

void PowerLossDisk::syncFile(const std::string& path, DiskFile& file) {
  file.sync();
  if (m_rule == NameRule::Journaled) {
    for (auto& [any, name] : m_names) name.durable = name.current;
    return;
  }
  const auto found = m_names.find(path);
  if (found != m_names.end() && found->second.current.get() == &file) found->second.durable = found->second.current;
}

void PowerLossDisk::syncDirectoryOf(const std::string& path) {
  for (auto& [other, name] : m_names)
    if (directoryOf(other) == directoryOf(path)) name.durable = name.current;
}

std::uint64_t PowerLossDisk::firstPending() const {
  std::uint64_t first = m_moment + 1;
  for (const auto& [path, name] : m_names) {
    if (name.current != name.durable) first = std::min(first, name.changed);
    for (const auto& file : {name.current, name.durable})
      if (file && file->hasPending()) first = std::min(first, file->m_pending.front().moment);
  }
  return first;
}

void PowerLossDisk::losePower(const Survival& survival) {
  Fate fate(survival, firstPending(), m_moment);
  for (auto at = m_names.begin(); at != m_names.end();) {
    NamedFile& name = at->second;
    const bool pendingName = name.current != name.durable;
    name.current = pendingName && !fate.survives(name.changed) ? name.durable : name.current;
    name.durable = name.current;
    at = name.current ? std::next(at) : m_names.erase(at);
  }
  for (auto& [path, name] : m_names) {
    DiskFile& file = *name.current;
    for (const PendingChange& change : file.m_pending) fate.apply(change, file.m_durable);
    file.m_pending.clear();
    file.m_current = file.m_durable;
  }
}

}  // namespace shardwright::test
