// RoutingTable: Token -> Shard, fast. Built once from a map and never changed; readers never lock.
//
// Pins stand in an open-addressing table (PinTable). Then comes the line, in one of three forms:
//   slots    a line of 8-byte tokens whose bounds are all multiples of one power of two: the owner of each slot, one
//   load points   any other line of 8-byte tokens: a TokenIndex over the tokens as numbers prefixes longer tokens
//   (uuid, text): a TokenIndex over the 8 bytes that follow what all bounds begin with, and a
//            comparison in full where a token has the same 8 bytes as a bound
// A map of more than 65,534 shards is searched as it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/map/pin_table.h"
#include "core/map/shard_map.h"
#include "core/map/token_index.h"

namespace shardwright {

class RoutingTable {
 public:
  static RoutingTable build(const ShardMap& map);

  MapVersion version() const { return m_map.version(); }

  // Index into shards(), or `nobody`.
  static constexpr std::uint32_t nobody = 0xffffffff;
  std::uint32_t shardOfPrefix(std::uint64_t token) const {  // lines of 8-byte tokens only
    // Stored numbers are one more than the index, so that nobody is 0.
    if (!m_slots.empty()) return m_slots[token >> m_slotShift] - 1u;
    const TokenIndex::Found found = m_index.find(token);
    return found.unsure ? shardOfUnsure(token, found) : found.owner - 1u;
  }
  std::uint32_t shardOf(const Token& token) const { return shardOfBytes(token.bytes); }
  std::uint32_t shardOf(const Key& key) const;  // pins first; nobody for a key of another type
  // shardOfPrefix of many tokens at once; `out` has as many places.
  void shardsOf(std::span<const std::uint64_t> tokens, std::span<std::uint32_t> out) const;

  const std::vector<ShardId>& shards() const { return m_shards; }
  std::size_t bytes() const;  // memory held beside that of the map

 private:
  explicit RoutingTable(const ShardMap& map);
  std::uint32_t shardOfBytes(std::string_view token) const;
  std::uint32_t shardOfLong(std::string_view token) const;
  std::uint32_t shardOfUnsure(std::uint64_t token, const TokenIndex::Found& found) const;
  std::uint32_t shardAmong(std::string_view token, std::size_t firstRange, std::size_t lastRange) const;
  std::uint32_t shardOfRange(std::size_t range) const;

  void buildPins();
  bool buildSlots();
  void buildIndex();

  ShardMap m_map;  // shares its insides; pins and bounds are compared there where the tables leave a doubt
  std::vector<ShardId> m_shards;
  std::vector<std::uint32_t> m_places;  // shard of the map's line -> index into m_shards
  PinTable m_pins;
  bool m_isNarrow = false;  // 8-byte tokens
  std::vector<std::uint16_t> m_slots;
  int m_slotShift = 0;
  TokenIndex m_index;
  std::size_t m_firstRange = 0;  // the range that is stretch 0 of the index
  std::string m_common;          // of longer tokens: what all bounds begin with
};

}  // namespace shardwright
