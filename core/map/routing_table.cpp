#include "core/map/routing_table.h"

#include <algorithm>

#include "core/base/bytes.h"

namespace shardwright {

RoutingTable RoutingTable::build(const ShardMap& map) {
  RoutingTable table;
  table.m_version = map.version();
  table.m_shards = map.shards();
  table.m_map = std::make_shared<const ShardMap>(map);
  for (const ShardId& shard : map.line().shards)
    table.m_place.push_back(
        static_cast<std::uint32_t>(std::ranges::lower_bound(table.m_shards, shard) - table.m_shards.begin()));
  return table;
}

std::uint32_t RoutingTable::shardOf(const Token& token) const {
  const std::uint32_t owner = m_map->line().owners[m_map->indexOf(token)];
  return owner == MapLine::nobody ? nobody : m_place[owner];
}

std::uint32_t RoutingTable::shardOfPrefix(std::uint64_t token) const { return shardOf(Token{bigEndian64(token)}); }

std::uint32_t RoutingTable::shardOf(const Key& key) const {
  if (const Pin* pin = m_map->pinOf(key))
    return static_cast<std::uint32_t>(std::ranges::lower_bound(m_shards, pin->shard) - m_shards.begin());
  const auto token = m_map->strategy().tokenOf(key);
  return token ? shardOf(*token) : nobody;
}

void RoutingTable::shardsOf(std::span<const std::uint64_t> tokens, std::span<std::uint32_t> out) const {
  for (std::size_t i = 0; i < tokens.size(); ++i) out[i] = shardOfPrefix(tokens[i]);
}

std::size_t RoutingTable::bytes() const { return m_map->bytes() + m_place.size() * sizeof(std::uint32_t); }

}  // namespace shardwright
