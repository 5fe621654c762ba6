// AccessCounter: how often each range of a keyspace is read and written, and which keys most, as the router sees it.
//
// One short lock a count; many threads may count while another drains. A query over a stretch of keys is one read of
// every range it touches; a query over the whole line counts as `everywhere`, once.
#pragma once

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

  // A newer map: what was counted by the old one goes to the ranges of the new one that begin where the old ones did, so
  // a range that was split gives it to its first part.
  void use(std::shared_ptr<const ShardMap> map);

  void count(const Key& key, const Token& token, Access access);
  void countStretch(const TokenRange& tokens);
  void countEverywhere();

  // What was counted since the last drain, as a sample of the router's: reads, writes and hot keys; rows and bytes are
  // not measured. `at` is now.
  LoadSample drain(UnixSeconds at);

 private:
  struct Counts {
    std::int64_t reads = 0;
    std::int64_t writes = 0;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  std::mutex m_mutex;  // of everything
  std::shared_ptr<const ShardMap> m_map;
  std::vector<Counts> m_counts;  // one a range of the map
  std::int64_t m_everywhere = 0;
  SpaceSaving<Key, KeyHash> m_hotKeys;
  Stopwatch m_since;
};

}  // namespace shardwright
