#include "core/map/routing_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/bytes.h"

namespace shardwright {

namespace {

constexpr std::uint64_t signBit = std::uint64_t{1} << 63;
constexpr std::size_t mostShards = 0xffff;  // and nobody, in 16 bits

std::uint64_t number(std::string_view eightBytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, eightBytes.data(), 8);
  return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

// The first 8 bytes as a number, with zeros where there are fewer: it orders as the bytes do wherever it differs.
std::uint64_t prefixOf(std::string_view bytes) {
  if (bytes.size() >= 8) return number(bytes);
  char padded[8] = {};
  std::ranges::copy(bytes, padded);
  return number({padded, 8});
}

std::size_t alike(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

RoutingTable RoutingTable::build(const ShardMap& map) { return RoutingTable(map); }

RoutingTable::RoutingTable(const ShardMap& map) : m_map(map), m_shards(map.shards()) {
  m_isNarrow = map.strategy().tokenWidth() == std::size_t{8};
  for (const ShardId& shard : map.line().shards)
    m_places.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(m_shards, shard) - m_shards.begin()));
  buildPins();
  if (m_shards.size() >= mostShards)
    m_index = TokenIndex::withoutOwners(map.rangeCount());
  else if (!m_isNarrow || !buildSlots())
    buildIndex();
}

void RoutingTable::buildPins() {
  std::vector<std::uint32_t> values;
  for (const Pin& pin : m_map.pins())
    values.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(m_shards, pin.shard) - m_shards.begin()));
  m_pins = PinTable(m_map.pins(), values);
}

std::uint32_t RoutingTable::shardOfRange(std::size_t range) const {
  const std::uint32_t owner = m_map.line().owners[range];
  return owner == MapLine::nobody ? nobody : m_places[owner];
}

// Where the bounds allow it and the table stays in proportion to the map.
bool RoutingTable::buildSlots() {
  const MapLine& line = m_map.line();
  std::uint64_t bits = 0;
  for (std::size_t i = 1; i < line.size(); ++i) bits |= number(line.froms[i]);
  if (bits == 0) return false;
  const int shift = std::countr_zero(bits);
  const std::size_t mostSlots = std::clamp<std::size_t>(line.size() * 8, 1 << 14, 1 << 20);
  if (shift < 64 - 20 || std::uint64_t{1} << (64 - shift) > mostSlots) return false;
  m_slotShift = shift;
  m_slots.resize(std::size_t{1} << (64 - shift));
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::size_t first = i == 0 ? 0 : number(line.froms[i]) >> shift;
    const std::size_t last = i + 1 == line.size() ? m_slots.size() : number(line.froms[i + 1]) >> shift;
    std::fill(m_slots.begin() + static_cast<std::ptrdiff_t>(first), m_slots.begin() + static_cast<std::ptrdiff_t>(last),
              static_cast<std::uint16_t>(shardOfRange(i) + 1));
  }
  return true;
}

void RoutingTable::buildIndex() {
  const TokenColumn& froms = m_map.line().froms;
  // A first bound at the first token leaves none before it; its mark would lie before the line.
  if (m_isNarrow && froms.size() > 1 && number(froms[1]) == 0) m_firstRange = 1;
  if (!m_isNarrow && froms.size() > 1) m_common = froms[1].substr(0, alike(froms[1], froms[froms.size() - 1]));
  std::vector<std::uint64_t> marks;
  std::vector<std::uint16_t> owners;
  marks.reserve(froms.size());
  owners.reserve(froms.size());
  for (std::size_t i = m_firstRange; i < froms.size(); ++i) {
    owners.push_back(static_cast<std::uint16_t>(shardOfRange(i) + 1));
    if (i + 1 == froms.size()) break;
    const std::string_view until = froms[i + 1];
    marks.push_back(m_isNarrow ? number(until) - 1 : prefixOf(until.substr(m_common.size())));
  }
  m_index = TokenIndex(marks, owners, /*exact=*/m_isNarrow);
}

std::uint32_t RoutingTable::shardAmong(std::string_view token, std::size_t firstRange, std::size_t lastRange) const {
  return shardOfRange(m_map.line().froms.upperBound(token, firstRange + 1, lastRange + 1) - 1);
}

std::uint32_t RoutingTable::shardOfUnsure(std::uint64_t token, const TokenIndex::Found& found) const {
  return shardAmong(bigEndian64(token), m_firstRange + found.first, m_firstRange + found.last);
}

std::uint32_t RoutingTable::shardOfLong(std::string_view token) const {
  const int order = token.substr(0, m_common.size()).compare(m_common);
  if (order != 0) return shardOfRange(order < 0 ? 0 : m_map.rangeCount() - 1);
  const TokenIndex::Found found = m_index.find(prefixOf(token.substr(m_common.size())));
  return found.unsure ? shardAmong(token, found.first, found.last) : found.owner - 1u;
}

std::uint32_t RoutingTable::shardOfBytes(std::string_view token) const {
  if (!m_isNarrow) return shardOfLong(token);
  if (token.size() == 8) return shardOfPrefix(number(token));
  return shardOfRange(m_map.line().froms.upperBound(token) - 1);
}

std::uint32_t RoutingTable::shardOf(const Key& key) const {
  const ShardingStrategy& strategy = m_map.strategy();
  if (key.type() != strategy.keyType()) return nobody;
  if (const std::uint32_t pinned = m_pins.valueOf(key); pinned != PinTable::none) return pinned;
  if (strategy.keepsOrder()) {
    // As encodeOrdered does, without a token of its own.
    if (key.type() == KeyType::Int) return shardOfPrefix(static_cast<std::uint64_t>(key.asInt()) ^ signBit);
    if (key.type() == KeyType::Text) return shardOfLong(key.asText());
  }
  const auto token = strategy.tokenOf(key);
  return token ? shardOfBytes(token->bytes) : nobody;
}

void RoutingTable::shardsOf(std::span<const std::uint64_t> tokens, std::span<std::uint32_t> out) const {
  constexpr std::size_t ahead = 16;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (m_slots.empty() && i + ahead < tokens.size()) m_index.prefetch(tokens[i + ahead]);
    out[i] = shardOfPrefix(tokens[i]);
  }
}

std::size_t RoutingTable::bytes() const {
  return m_pins.bytes() + m_slots.capacity() * sizeof(m_slots[0]) + m_index.bytes();
}

}  // namespace shardwright
