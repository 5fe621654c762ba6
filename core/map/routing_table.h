// RoutingTable: Token -> Shard, fast. Built once from a map and never changed; readers never lock.
//
// Structure (design: planner.md section 7): pins in an open-addressing table by 64-bit fingerprint with the full key
// beside it (a stranger is never misrouted); then the line by its first 8 bytes as one sorted array under a table
// indexed by the top bits that differ, with longer tokens compared in full on a tie; hash lines whose bounds are all
// slot bounds use the slot table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/map/shard_map.h"

namespace shardwright {

class RoutingTable {
 public:
  static RoutingTable build(const ShardMap& map);

  MapVersion version() const { return m_version; }

  // Index into shards(), or `nobody`.
  static constexpr std::uint32_t nobody = 0xffffffff;
  std::uint32_t shardOfPrefix(std::uint64_t token) const;  // lines of 8-byte tokens only
  std::uint32_t shardOf(const Token& token) const;
  std::uint32_t shardOf(const Key& key) const;  // pins first; nobody for a key of another type
  void shardsOf(std::span<const std::uint64_t> tokens, std::span<std::uint32_t> out) const;  // batched

  const std::vector<ShardId>& shards() const { return m_shards; }
  std::size_t bytes() const;  // memory held

 private:
  RoutingTable() = default;
  MapVersion m_version = 0;
  std::vector<ShardId> m_shards;
  std::vector<std::uint32_t> m_place;  // owner in the map's line -> index into m_shards
  std::shared_ptr<const ShardMap> m_map;
};

}  // namespace shardwright
