// MapLine: the bounds of a line and who owns what follows each; the packed inside of ShardMap and MapBuilder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/ids.h"

namespace shardwright {

// Tokens one after the other in one block, so that none has an allocation of its own.
class TokenColumn {
 public:
  std::size_t size() const { return m_ends.size(); }
  std::string_view operator[](std::size_t index) const {
    const std::size_t start = index == 0 ? 0 : m_ends[index - 1];
    return {m_bytes.data() + start, m_ends[index] - start};
  }

  void reserve(std::size_t tokens, std::size_t bytes);
  void append(std::string_view token);
  void append(const TokenColumn& other, std::size_t first, std::size_t last);  // those from first to before last

  // How many of them are at or before `token`; the column must be sorted.
  std::size_t upperBound(std::string_view token) const { return upperBound(token, 0, size()); }
  // The same where it is known that those before `first` are at or before `token`, and those from `last` on after it.
  std::size_t upperBound(std::string_view token, std::size_t first, std::size_t last) const;

  std::size_t tokenBytes() const { return m_bytes.size(); }
  std::size_t bytes() const;  // memory held
  friend bool operator==(const TokenColumn& a, const TokenColumn& b) = default;

 private:
  std::string m_bytes;
  std::vector<std::size_t> m_ends;
};

// Invariant of one that stands in a ShardMap: froms[0] is the beginning and they ascend; shards are sorted, each once,
// and each owns a range. In a builder they stand as they came.
struct MapLine {
  static constexpr std::uint32_t nobody = 0xffffffff;

  std::vector<ShardId> shards;
  TokenColumn froms;
  std::vector<std::uint32_t> owners;  // beside froms: indexes into shards, or nobody

  std::size_t size() const { return owners.size(); }
  std::size_t bytes() const;  // memory held, without the names of the shards
  friend bool operator==(const MapLine&, const MapLine&) = default;
};

}  // namespace shardwright
