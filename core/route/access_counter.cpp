#include "core/route/access_counter.h"

#include <utility>

#include "core/route/touched_ranges.h"

namespace shardwright {

std::size_t AccessCounter::KeyHash::operator()(const Key& key) const {
  switch (key.type()) {
    case KeyType::Int: return std::hash<std::int64_t>()(key.asInt());
    case KeyType::Timestamp: return std::hash<std::int64_t>()(key.asTimestamp().micros);
    case KeyType::Text: return std::hash<std::string>()(key.asText());
    case KeyType::Uuid:
      return std::hash<std::string_view>()({reinterpret_cast<const char*>(key.asUuid().data()), key.asUuid().size()});
  }
  return 0;
}

AccessCounter::AccessCounter(std::shared_ptr<const ShardMap> map, std::size_t hotKeys)
    : m_map(std::move(map)), m_counts(m_map->rangeCount()), m_hotKeys(hotKeys) {}

void AccessCounter::use(std::shared_ptr<const ShardMap> map) {
  const std::lock_guard lock(m_mutex);
  std::vector<Counts> counts(map->rangeCount());
  for (std::size_t i = 0; i < m_counts.size(); ++i) {
    if (m_counts[i].reads == 0 && m_counts[i].writes == 0) continue;
    auto& range = counts[map->indexOf(m_map->tokens(i).from)];
    range.reads += m_counts[i].reads;
    range.writes += m_counts[i].writes;
  }
  m_counts = std::move(counts);
  m_map = std::move(map);
}

void AccessCounter::count(const Key& key, const Token& token, Access access) {
  const std::lock_guard lock(m_mutex);
  auto& range = m_counts[m_map->indexOf(token)];
  ++(access == Access::Read ? range.reads : range.writes);
  m_hotKeys.add(key);
}

void AccessCounter::countStretch(const TokenRange& tokens) {
  const std::lock_guard lock(m_mutex);
  const auto [first, end] = touchedRanges(*m_map, tokens);
  for (std::size_t i = first; i < end; ++i) ++m_counts[i].reads;
}

void AccessCounter::countEverywhere() {
  const std::lock_guard lock(m_mutex);
  ++m_everywhere;
}

LoadSample AccessCounter::drain(UnixSeconds at) {
  const std::lock_guard lock(m_mutex);
  LoadSample sample;
  sample.keyspace = m_map->keyspace();
  sample.mapVersion = m_map->version();
  sample.at = at;
  sample.seconds = std::exchange(m_since, Stopwatch()).seconds();
  sample.source = "router";
  sample.everywhere = std::exchange(m_everywhere, 0);
  sample.ranges.reserve(m_counts.size());
  for (std::size_t i = 0; i < m_counts.size(); ++i) {
    const auto counts = std::exchange(m_counts[i], {});
    sample.ranges.push_back({m_map->tokens(i), m_map->owner(i), std::nullopt, std::nullopt, counts.reads, counts.writes});
  }
  for (auto& counted : m_hotKeys.top()) sample.hotKeys.push_back({std::move(counted.item), counted.count, counted.error});
  m_hotKeys.clear();
  return sample;
}

}  // namespace shardwright
