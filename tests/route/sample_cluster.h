// SampleCluster: real SQLite shard files of one keyspace, filled by the test, with whatever rows it wants wherever.
// Its table: items(id, k, n, r, x) - k the key, n integers and NULL, r reals and NULL, x anything.
#pragma once

#include <QTemporaryDir>
#include <map>
#include <memory>
#include <random>

#include "core/db/shard_session.h"
#include "core/domain/keyspace.h"
#include "core/engines/sqlite/database.h"
#include "core/map/shard_map.h"
#include "core/route/session_pool.h"

namespace shardwright {

using Random = std::mt19937_64;
std::uint64_t printedSeed();  // from SHARDWRIGHT_SEED, or a new one; printed

struct Item {
  std::int64_t id = 0;
  Key key;
  Value n = Null{}, r = Null{}, x = Null{};
};

class SampleCluster {
 public:
  SampleCluster(Keyspace keyspace, const std::vector<std::string>& shards);

  const Keyspace& keyspace() const { return m_keyspace; }
  const std::vector<ShardId>& shards() const { return m_shards; }

  void put(const ShardId& shard, const Item& item);
  void remove(const ShardId& shard, std::int64_t id);
  void publish(const ShardId& shard, const ShardMap& map);
  std::vector<Item> items(const ShardId& shard);  // every row, whoever owns it
  void lose(const ShardId& shard);                // the file is gone

  Result<std::unique_ptr<ShardSession>> open(const ShardId& shard) const;
  std::shared_ptr<SessionPool> pool() const;

 private:
  sqlite::Database& file(const ShardId& shard) { return m_files.at(shard); }
  Shard shardOf(const ShardId& id) const;

  QTemporaryDir m_folder;
  Keyspace m_keyspace;
  std::vector<ShardId> m_shards;
  std::map<ShardId, sqlite::Database> m_files;
};

Keyspace sampleKeyspace(StrategyKind kind, KeyType type);
Key randomKey(Random& random, KeyType type);
// A few ranges, some of them nobody's if the strategy may have it, and a few pins.
std::shared_ptr<const ShardMap> randomMap(Random& random, const Keyspace& keyspace, const std::vector<ShardId>& shards,
                                          MapVersion version);
Item randomItem(Random& random, KeyType type, std::int64_t id);

}  // namespace shardwright
