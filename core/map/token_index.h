// TokenIndex: who owns a point of a line, in one memory access.
//
// The bounds of the line are given as marks, 64-bit numbers in order: a mark is the last point before its bound. The
// span of the marks is cut into equal buckets of at most about eight marks. A bucket is one cache line: 16 bits of each
// mark, taken below those that choose the bucket, and the owner of each stretch between marks. The owner of a point is
// found by counting the marks that are less in those 16 bits; where one is equal, the answer is only narrowed down, and
// the caller compares in full. A bucket of more marks than fit leads to a table of its own over their span, so skewed
// marks (a dense cluster far from the rest, powers of two) cost a few steps more; each level at least splits its crowd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/large_vector.h"

namespace shardwright {

class TokenIndex {
 public:
  // What is known of a point: its owner or, where `unsure`, that it lies in one of the stretches from `first` to
  // `last`. Stretch i lies before mark i; the last one, after all of them.
  struct Found {
    std::uint32_t owner = 0;
    bool unsure = false;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  TokenIndex() = default;
  // owners[i] is that of stretch i; there is one more of them than marks. With `exact`, a point that equals a mark lies
  // before its bound; without, points that equal one are always unsure, and marks may be equal to each other.
  TokenIndex(std::span<const std::uint64_t> marks, std::span<const std::uint16_t> owners, bool exact);

  // One that is unsure of everything, for lines whose owners have no number of 16 bits.
  static TokenIndex withoutOwners(std::size_t stretches);

  Found find(std::uint64_t point) const {
    const Table* table = &m_root;
    const Bucket* bucket = bucketOf(*table, point);
    while (bucket->isCrowded()) [[unlikely]] {
        table = &m_tables[bucket->first];
        if (table->isFlat) return {0, true, table->firstMark, table->lastMark};
        bucket = bucketOf(*table, point);
      }
    return inBucket(*table, *bucket, point);
  }

  // Begins to fetch what find(point) will read first.
  void prefetch(std::uint64_t point) const { __builtin_prefetch(bucketOf(m_root, point)); }

  std::size_t bytes() const;  // memory held

 private:
  static constexpr std::size_t most = 13;  // marks of one bucket
  static constexpr std::size_t lanes = 16;

  struct alignas(64) Bucket {
    std::int16_t marks[lanes];  // shifted to signed; unused ones hold the greatest number
    std::uint16_t owners[most + 1];
    std::uint32_t first;  // stretch in which the bucket begins; of a crowded bucket: its table
    bool isCrowded() const { return marks[lanes - 1] == INT16_MIN; }
  };
  static_assert(sizeof(Bucket) == 64);

  struct Table {
    std::uint64_t low = 0;    // where its first bucket begins
    std::uint64_t limit = 0;  // points further along than this are looked up here, in an empty bucket at the end
    std::uint32_t firstBucket = 0;
    std::int16_t shift = 1;                     // a bucket is 2^shift points
    bool isExact = false;                       // equal in 16 bits is equal
    bool isFlat = false;                        // so narrow that it has no buckets: its marks are compared in full
    std::uint32_t firstMark = 0, lastMark = 0;  // of a flat one: from the first to before the last
  };

  static std::uint64_t along(const Table& table, std::uint64_t point) {
    const std::uint64_t steps = point < table.low ? 0 : point - table.low;
    return steps < table.limit ? steps : table.limit;
  }
  static std::int16_t lane(const Table& table, std::uint64_t steps) {
    return static_cast<std::int16_t>((steps << (64 - table.shift) >> 48) ^ 0x8000);
  }
  const Bucket* bucketOf(const Table& table, std::uint64_t point) const {
    return &m_buckets[table.firstBucket + (along(table, point) >> table.shift)];
  }

  Found inBucket(const Table& table, const Bucket& bucket, std::uint64_t point) const {
    const std::int16_t asked = lane(table, along(table, point));
    std::int16_t less = 0;
    for (const std::int16_t mark : bucket.marks) less = static_cast<std::int16_t>(less + (mark < asked));
    if (bucket.marks[less] != asked || table.isExact) [[likely]] return {bucket.owners[less], false, 0, 0};
    return unsure(bucket, static_cast<std::uint32_t>(less));
  }
  Found unsure(const Bucket& bucket, std::uint32_t less) const;

  // Makes the table over the marks from `first` to before `last`, with all below it.
  class Builder;
  void leadTo(const Table& flat);

  LargeVector<Bucket> m_buckets;
  std::vector<Table> m_tables;  // those below the root
  Table m_root;
  std::uint32_t m_lastStretch = 0;
};

}  // namespace shardwright
