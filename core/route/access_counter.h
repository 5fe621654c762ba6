// AccessCounter: how often each range of a keyspace is read and written, and which keys most, as the router sees it.
//
// Counting is two atomic additions and one short lock; many threads may count while another drains. A query over a
// stretch of keys is one read of every range it touches; a query over the whole line counts as `everywhere`, once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/clock.h"
#include "core/load/load_sample.h"
#include "core/load/space_saving.h"
#include "core/map/shard_map.h"

namespace shardwright {

enum class Access { Read, Write };

class AccessCounter {
 public:
  explicit AccessCounter(std::shared_ptr<const ShardMap> map, std::size_t hotKeys = 64);

  // A newer map: what was counted by the old one is kept, and given to the ranges of the new one when drained - a range
  // that was split meanwhile to its first part.
  void use(std::shared_ptr<const ShardMap> map);

  void count(const Key& key, const Token& token, Access access);
  void countStretch(const TokenRange& tokens);
  void countEverywhere() { m_everywhere.fetch_add(1, std::memory_order_relaxed); }

  // What was counted since the last drain, as a sample of the router's: reads, writes and hot keys; rows and bytes are
  // not measured. `at` is now.
  LoadSample drain(UnixSeconds at);

 private:
  struct Counts {
    explicit Counts(std::shared_ptr<const ShardMap> of);
    std::shared_ptr<const ShardMap> map;
    std::vector<std::atomic<std::int64_t>> reads, writes;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  std::atomic<std::shared_ptr<Counts>> m_counts;
  std::atomic<std::int64_t> m_everywhere = 0;
  std::mutex m_mutex;  // of what follows
  std::vector<std::shared_ptr<Counts>> m_retired;  // of older maps: somebody may still be counting there
  SpaceSaving<Key, KeyHash> m_hotKeys;
  Stopwatch m_since;
};

}  // namespace shardwright
