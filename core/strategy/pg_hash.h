// PostgreSQL's 64-bit extended hash functions (src/common/hashfn.c: Bob Jenkins' lookup3-style hash), as its hash
// partitions use them. The same on every little-endian machine and, within the server, since PostgreSQL 11.
#pragma once

#include <cstdint>
#include <string_view>

namespace shardwright {

inline constexpr std::uint64_t pgPartitionSeed = 0x7A5B22367996DCFDULL;

std::uint64_t pgHashBytes(std::string_view bytes, std::uint64_t seed);    // hashtextextended, uuid_hash_extended
std::uint64_t pgHashInt8(std::int64_t value, std::uint64_t seed);         // hashint8extended; int2 and int4 agree

}  // namespace shardwright
