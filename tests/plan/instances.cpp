#include "tests/plan/instances.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace shardwright::tests {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::int64_t one = std::int64_t{1} << 32;
constexpr std::int64_t mebi = 1 << 20;

std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::uint64_t rootOf(Wide n) {
  std::uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t tried = root | std::uint64_t{1} << bit;
    if (static_cast<Wide>(tried) * tried <= n) root = tried;
  }
  return root;
}

// 2^(2^-j) in units of 2^-61.
const std::array<std::uint64_t, 33>& rootsOfTwo() {
  static const std::array<std::uint64_t, 33> table = [] {
    std::array<std::uint64_t, 33> t{};
    t[0] = std::uint64_t{2} << 61;
    for (std::size_t j = 1; j <= 32; ++j) t[j] = rootOf(static_cast<Wide>(t[j - 1]) << 61);
    return t;
  }();
  return table;
}

class Fnv {
 public:
  void add(std::uint8_t byte) { m_hash = (m_hash ^ byte) * 0x100000001b3; }
  void add(std::string_view text) {
    for (const char c : text) add(static_cast<std::uint8_t>(c));
  }
  void number(std::int64_t n) {
    for (int k = 0; k < 8; ++k) add(static_cast<std::uint8_t>(static_cast<std::uint64_t>(n) >> (8 * k)));
  }
  std::uint64_t hash() const { return m_hash; }

 private:
  std::uint64_t m_hash = 0xcbf29ce484222325;
};

// The families change one thing each of a common base; the order of the draws is part of the definition.
class Maker {
 public:
  Maker(std::string_view family, std::int64_t ranges, std::int64_t shards, std::uint64_t seed)
      : m_family(family), m_ranges(ranges), m_shards(shards), m_random(seedOf(family, ranges, shards, seed)) {}

  Instance make() {
    base();
    if (m_family == "zipf") zipf();
    if (m_family == "hotspot") hotspot();
    if (m_family == "scaleout") homesOnFirst(std::max<std::int64_t>(1, m_shards * 4 / 5));
    if (m_family == "drain")
      for (std::int64_t s = m_shards - std::max<std::int64_t>(1, m_shards / 10); s < m_shards; ++s) m_out.draining[at(s)] = 1;
    if (m_family == "hetero") hetero();
    if (m_family == "zones") zones();
    if (m_family == "conflict")
      for (std::size_t i = 0; i < m_bytes.size(); ++i)
        m_reads[i] = (64 * mebi * 1000 / m_bytes[i]) * (1 + static_cast<std::int64_t>(m_random.below(8)));
    if (m_family == "tight") {
      m_utilisation = 97;
      for (std::int64_t& bytes : m_bytes) bytes = (m_random.below(10) == 0 ? 400 : 30) * mebi;
    }
    if (m_family == "swapcycle") swapCycle();
    if (m_family == "giant") {
      m_bytes[at(m_ranges / 2)] = std::accumulate(m_bytes.begin(), m_bytes.end(), std::int64_t{0}) / m_shards * 3 / 2;
      m_reads[at(m_ranges / 2)] = std::accumulate(m_reads.begin(), m_reads.end(), std::int64_t{0}) / m_shards * 2;
    }
    if (m_family == "colocate")
      for (std::int64_t i = 0; i < m_ranges; ++i) {
        m_out.group[at(i)] = 1 + i / 8;
        m_out.home[at(i)] = (i / 8) * m_shards / ((m_ranges + 7) / 8);
      }
    finish();
    return std::move(m_out);
  }

 private:
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

  static std::uint64_t seedOf(std::string_view family, std::int64_t ranges, std::int64_t shards, std::uint64_t seed) {
    Fnv fnv;
    fnv.add(fmt::format("{}:{}:{}:{}", family, ranges, shards, seed));
    return fnv.hash();
  }

  static std::int64_t times(std::int64_t amount, std::int64_t factor) {
    return static_cast<std::int64_t>(static_cast<Wide>(amount) * static_cast<Wide>(factor) >> 32);
  }

  void base() {
    const std::size_t n = at(m_ranges);
    m_bytes.resize(n);
    m_reads.resize(n);
    m_writes.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      m_bytes[i] = std::max(mebi, times(64 * mebi, m_random.lognormal(600)));
      m_reads[i] = times(1000, m_random.lognormal(1000));
      m_writes[i] = times(200, m_random.lognormal(1000));
    }
    m_out.home.resize(n);
    homesOnFirst(m_shards);
    m_out.tag.assign(n, 0);
    m_out.group.assign(n, 0);
    m_multiple.assign(at(m_shards), 1);
    m_out.draining.assign(at(m_shards), 0);
    for (std::int64_t s = 0; s < m_shards; ++s) m_out.zone.push_back(s % 4);
  }

  void homesOnFirst(std::int64_t shards) {
    for (std::int64_t i = 0; i < m_ranges; ++i) m_out.home[at(i)] = i * shards / m_ranges;
  }

  void zipf() {
    std::vector<std::uint64_t> rank(m_bytes.size());
    std::iota(rank.begin(), rank.end(), std::uint64_t{0});
    for (std::size_t i = rank.size() - 1; i > 0; --i) std::swap(rank[i], rank[m_random.below(i + 1)]);
    for (std::size_t i = 0; i < rank.size(); ++i) {
      m_reads[i] = times(1'000'000, zipfWeight(rank[i] + 1, 99));
      m_writes[i] = m_reads[i] / 5;
    }
  }

  void hotspot() {
    for (std::int64_t i = m_ranges / 3; i < m_ranges / 3 + std::max<std::int64_t>(1, m_ranges / 50); ++i) {
      m_reads[at(i)] *= 50;
      m_writes[at(i)] *= 20;
    }
  }

  void hetero() {
    for (std::size_t s = 0; s < m_multiple.size(); ++s) m_multiple[s] = std::int64_t{1} << (s % 4);
    for (std::int64_t& home : m_out.home) {
      const std::uint64_t u = m_random.u32();
      home = static_cast<std::int64_t>((u * u >> 32) * static_cast<std::uint64_t>(m_shards) >> 32);
    }
  }

  void zones() {
    for (std::int64_t& tag : m_out.tag) {
      const std::uint64_t x = m_random.below(100);
      tag = x < 30 ? 0 : x < 58 ? 1 : 2 + static_cast<std::int64_t>(m_random.below(3));
    }
  }

  void swapCycle() {
    m_utilisation = 98;
    std::iota(m_out.zone.begin(), m_out.zone.end(), std::int64_t{0});
    for (std::size_t i = 0; i < m_bytes.size(); ++i) {
      m_bytes[i] = 64 * mebi;
      m_reads[i] = 1000;
      m_writes[i] = 200;
      m_out.tag[i] = 1 + (m_out.home[i] + 1) % m_shards;
    }
  }

  void finish() {
    std::vector<std::int64_t> rows(m_bytes.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = m_bytes[i] / 512;
    m_out.load = {std::move(rows), std::move(m_bytes), std::move(m_reads), std::move(m_writes)};
    std::int64_t multiples = 0;
    for (std::size_t s = 0; s < m_multiple.size(); ++s)
      if (m_out.draining[s] == 0) multiples += m_multiple[s];
    m_out.capacity.assign(m_multiple.size(), {});
    for (const auto& loads : m_out.load) {
      Wide sum = 0;
      for (const std::int64_t load : loads) sum += static_cast<Wide>(load);
      const Wide below = static_cast<Wide>(m_utilisation * multiples);
      for (std::size_t s = 0; s < m_multiple.size(); ++s)
        m_out.capacity[s].push_back(static_cast<std::int64_t>((sum * 100 * static_cast<Wide>(m_multiple[s]) + below - 1) / below));
    }
  }

  std::string_view m_family;
  std::int64_t m_ranges, m_shards;
  InstanceRandom m_random;
  Instance m_out;
  std::vector<std::int64_t> m_bytes, m_reads, m_writes, m_multiple;
  std::int64_t m_utilisation = 70;
};

}  // namespace

std::uint64_t InstanceRandom::u64() {
  m_state += 0x9E3779B97F4A7C15;
  std::uint64_t z = m_state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::int64_t InstanceRandom::normal() {
  std::int64_t sum = 0;
  for (int k = 0; k < 12; ++k) sum += static_cast<std::int64_t>(u32());
  return sum - 6 * one;
}

std::int64_t InstanceRandom::lognormal(std::int64_t sigmaMilli) {
  constexpr std::int64_t log2e = 6196328018;  // floor(log2(e) * 2^32)
  // The product of a normal and log2(e) needs 68 bits; the halves keep the floor exact.
  const std::int64_t x = normal();
  const std::int64_t high = floorDiv(x, one);
  const std::int64_t low = x - high * one;
  const std::int64_t scaled = high * log2e + static_cast<std::int64_t>(static_cast<Wide>(low) * static_cast<Wide>(log2e) >> 32);
  return exp2q(floorDiv(scaled * sigmaMilli, 1000));
}

std::int64_t exp2q(std::int64_t x) {
  const std::int64_t whole = floorDiv(x, one);
  const auto fraction = static_cast<std::uint64_t>(x - whole * one);
  std::uint64_t result = std::uint64_t{1} << 61;
  for (std::size_t j = 1; j <= 32; ++j)
    if (fraction >> (32 - j) & 1) result = static_cast<std::uint64_t>(static_cast<Wide>(result) * rootsOfTwo()[j] >> 61);
  const std::int64_t shift = 29 - whole;
  if (shift >= 64) return 0;
  return static_cast<std::int64_t>(shift >= 0 ? result >> shift : result << -shift);
}

std::int64_t log2q(std::uint64_t n) {
  const int whole = static_cast<int>(std::bit_width(n)) - 1;
  Wide y = static_cast<Wide>(n) << (62 - whole);
  std::uint64_t fraction = 0;
  for (int i = 1; i <= 32; ++i) {
    y = y * y >> 62;
    if (y >= static_cast<Wide>(2) << 62) {
      y >>= 1;
      fraction |= std::uint64_t{1} << (32 - i);
    }
  }
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(whole) << 32 | fraction);
}

std::int64_t zipfWeight(std::uint64_t rank, std::int64_t centi) { return exp2q(-(log2q(rank) * centi / 100)); }

const std::vector<std::string>& families() {
  static const std::vector<std::string> names = {"noise", "zipf",  "hotspot",   "scaleout", "drain",    "hetero",
                                                 "zones", "conflict", "tight", "swapcycle", "giant", "colocate"};
  return names;
}

Instance makeInstance(std::string_view family, std::int64_t ranges, std::int64_t shards, std::uint64_t seed) {
  return Maker(family, ranges, shards, seed).make();
}

std::uint64_t digestOf(const Instance& instance) {
  Fnv fnv;
  fnv.number(static_cast<std::int64_t>(instance.capacity.size()));
  fnv.number(static_cast<std::int64_t>(instance.home.size()));
  for (std::size_t s = 0; s < instance.capacity.size(); ++s) {
    for (const std::int64_t capacity : instance.capacity[s]) fnv.number(capacity);
    fnv.number(instance.zone[s]);
    fnv.number(instance.draining[s]);
  }
  for (std::size_t i = 0; i < instance.home.size(); ++i) {
    for (const auto& loads : instance.load) fnv.number(loads[i]);
    fnv.number(instance.home[i]);
    fnv.number(instance.tag[i]);
    fnv.number(instance.group[i]);
  }
  return fnv.hash();
}

ClusterSnapshot snapshotOf(const Instance& instance, std::string_view name) {
  ClusterSnapshot snapshot;
  snapshot.keyspace = KeyspaceName(std::string(name));
  snapshot.dimensions = {"rows", "bytes", "reads", "writes"};
  for (std::size_t s = 0; s < instance.capacity.size(); ++s) {
    SnapshotShard& shard = snapshot.shards.emplace_back();
    shard.name = ShardId(fmt::format("s{:04}", s));
    shard.zone = fmt::format("z{}", instance.zone[s]);
    shard.state = instance.draining[s] != 0 ? ShardState::Draining : ShardState::Active;
    for (const std::int64_t capacity : instance.capacity[s]) shard.capacity.push_back(capacity);
  }
  snapshot.ranges.resize(instance.home.size());
  for (std::size_t i = 0; i < instance.home.size(); ++i) {
    SnapshotRange& range = snapshot.ranges[i];
    range.id = fmt::format("r{:07}", i);
    range.shard = snapshot.shards[static_cast<std::size_t>(instance.home[i])].name;
    for (const auto& loads : instance.load) range.loads.push_back(loads[i]);
    range.moveBytes = instance.load[1][i];
    if (instance.tag[i] > 0) range.tag = fmt::format("z{}", instance.tag[i] - 1);
    if (instance.group[i] > 0) range.group = fmt::format("g{}", instance.group[i]);
  }
  return snapshot;
}

}  // namespace shardwright::tests
