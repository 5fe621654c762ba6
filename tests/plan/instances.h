// The benchmark instances of the planner: twelve families, integers only, the same numbers on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/snapshot.h"

namespace shardwright::tests {

// splitmix64, and distributions made of it by integer arithmetic.
class InstanceRandom {
 public:
  explicit InstanceRandom(std::uint64_t seed) : m_state(seed) {}
  std::uint64_t u64();
  std::uint64_t u32() { return u64() >> 32; }
  std::uint64_t below(std::uint64_t n) { return (u32() * n) >> 32; }  // n < 2^32
  std::int64_t normal();                                              // units of 2^-32, standard deviation 1
  std::int64_t lognormal(std::int64_t sigmaMilli);                    // units of 2^-32

 private:
  std::uint64_t m_state;
};

std::int64_t exp2q(std::int64_t x);           // 2^x, in and out in units of 2^-32, rounded down
std::int64_t log2q(std::uint64_t n);          // n >= 1
std::int64_t zipfWeight(std::uint64_t rank, std::int64_t centi);

// Rows, bytes, reads and writes, in this order.
struct Instance {
  std::vector<std::vector<std::int64_t>> capacity;  // [shard][dim]
  std::vector<std::int64_t> zone, draining;         // [shard]
  std::vector<std::vector<std::int64_t>> load;      // [dim][range]
  std::vector<std::int64_t> home, tag, group;       // [range]; tag t > 0: zone t - 1; group 0: alone
};

const std::vector<std::string>& families();
Instance makeInstance(std::string_view family, std::int64_t ranges, std::int64_t shards, std::uint64_t seed);
std::uint64_t digestOf(const Instance& instance);  // FNV-1a-64 over little-endian 8-byte numbers

ClusterSnapshot snapshotOf(const Instance& instance, std::string_view name);

}  // namespace shardwright::tests
