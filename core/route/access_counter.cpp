#include "core/route/access_counter.h"

#include <algorithm>

#include "core/route/touched_ranges.h"

namespace shardwright {

AccessCounter::Counts::Counts(std::shared_ptr<const ShardMap> of)
    : map(std::move(of)), reads(map->rangeCount()), writes(map->rangeCount()) {}

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
    : m_counts(std::make_shared<Counts>(std::move(map))), m_hotKeys(hotKeys) {}

void AccessCounter::use(std::shared_ptr<const ShardMap> map) {
  const std::lock_guard lock(m_mutex);
  m_retired.push_back(m_counts.exchange(std::make_shared<Counts>(std::move(map))));
}

void AccessCounter::count(const Key& key, const Token& token, Access access) {
  {
    const auto counts = m_counts.load();
    auto& ofRanges = access == Access::Read ? counts->reads : counts->writes;
    ofRanges[counts->map->indexOf(token)].fetch_add(1, std::memory_order_relaxed);
  }
  const std::lock_guard lock(m_mutex);
  m_hotKeys.add(key);
}

void AccessCounter::countStretch(const TokenRange& tokens) {
  const auto counts = m_counts.load();
  const auto [first, end] = touchedRanges(*counts->map, tokens);
  for (std::size_t i = first; i < end; ++i) counts->reads[i].fetch_add(1, std::memory_order_relaxed);
}

LoadSample AccessCounter::drain(UnixSeconds at) {
  const std::lock_guard lock(m_mutex);
  const auto current = m_counts.load();
  LoadSample sample;
  sample.keyspace = current->map->keyspace();
  sample.mapVersion = current->map->version();
  sample.at = at;
  sample.seconds = std::exchange(m_since, Stopwatch()).seconds();
  sample.source = "router";
  sample.everywhere = m_everywhere.exchange(0);
  sample.ranges.reserve(current->map->rangeCount());
  for (std::size_t i = 0; i < current->map->rangeCount(); ++i)
    sample.ranges.push_back({current->map->tokens(i), current->map->owner(i), std::nullopt, std::nullopt,
                             current->reads[i].exchange(0), current->writes[i].exchange(0)});
  for (const auto& old : m_retired)
    for (std::size_t i = 0; i < old->map->rangeCount(); ++i) {
      const auto reads = old->reads[i].exchange(0);
      const auto writes = old->writes[i].exchange(0);
      if (reads == 0 && writes == 0) continue;
      auto& range = sample.ranges[current->map->indexOf(old->map->tokens(i).from)];
      *range.reads += reads;
      *range.writes += writes;
    }
  // Whoever is still counting by an old map holds it; the others can go.
  std::erase_if(m_retired, [](const auto& old) { return old.use_count() == 1; });
  for (auto& counted : m_hotKeys.top()) sample.hotKeys.push_back({std::move(counted.item), counted.count, counted.error});
  m_hotKeys.clear();
  return sample;
}

}  // namespace shardwright
