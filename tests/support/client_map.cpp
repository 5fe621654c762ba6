#include "tests/support/client_map.h"

#include <map>
#include <memory>

#include "core/map/map_json.h"

namespace shardwright::test {

namespace {

class PublishedMapReader {
 public:
  PublishedMapReader(std::vector<ShardFile> shards, KeyspaceName keyspace, std::string vfs)
      : m_shards(std::move(shards)), m_keyspace(std::move(keyspace)), m_vfs(std::move(vfs)) {}

  Result<ClientMap> newest() {
    bool any = false;
    for (const ShardFile& shard : m_shards) {
      const bool hadConnection = m_connections.contains(shard.id);
      bool told = readFrom(shard).has_value();
      if (!told) m_connections.erase(shard.id);
      if (!told && hadConnection) told = readFrom(shard).has_value();  // the old one may be of a machine that is gone
      any = any || told;
    }
    if (!any || !m_map) return unavailable("no shard tells a map of keyspace " + m_keyspace.text());
    return ClientMap{m_map->version(), [map = m_map](const Key& key) {
                       const auto placement = map->placementOf(key);
                       return placement ? placement->shard : std::nullopt;
                     }};
  }

 private:
  Done readFrom(const ShardFile& shard) {
    if (!m_connections.contains(shard.id)) m_connections.emplace(shard.id, TRY(openShard(shard, m_vfs)));
    auto read = TRY(m_connections.at(shard.id).prepare(
        "SELECT version, document FROM shardwright_map WHERE keyspace = ? AND version > ? ORDER BY version DESC LIMIT 1"));
    read.bind(1, m_keyspace.text()).bind(2, m_map ? m_map->version() : MapVersion{0});
    if (TRY(read.step())) m_map = std::make_shared<const ShardMap>(TRY(mapFromJson(read.text(1))));
    return {};
  }

  std::vector<ShardFile> m_shards;
  KeyspaceName m_keyspace;
  std::string m_vfs;
  std::map<ShardId, sqlite::Database> m_connections;
  std::shared_ptr<const ShardMap> m_map;
};

}  // namespace

MapSource publishedMap(std::vector<ShardFile> shards, KeyspaceName keyspace, std::string vfs) {
  auto reader = std::make_shared<PublishedMapReader>(std::move(shards), std::move(keyspace), std::move(vfs));
  return [reader] { return reader->newest(); };
}

}  // namespace shardwright::test
