#include "core/map/token_index.h"

#include <algorithm>
#include <bit>

namespace shardwright {

class TokenIndex::Builder {
 public:
  Builder(TokenIndex& index, std::span<const std::uint64_t> marks, std::span<const std::uint16_t> owners, bool exact)
      : m_index(index), m_marks(marks), m_owners(owners), m_exact(exact) {}

  // The table over the marks from `first` to before `last`, with all below it.
  Table tableOver(std::size_t first, std::size_t last) {
    Table table;
    table.firstMark = static_cast<std::uint32_t>(first);
    table.lastMark = static_cast<std::uint32_t>(last);
    const std::uint64_t span = first == last ? 0 : m_marks[last - 1] - m_marks[first];
    // Equal marks, or next to equal, could not be told apart by any cut.
    table.isFlat = span < 2 && last - first > most;
    if (table.isFlat) return table;
    if (first < last) table.low = m_marks[first];
    const std::uint64_t wanted = (last - first) / marksABucket + 1;
    int shift = std::max(1, width(span) - width(wanted));
    if (shift > 1 && (span >> shift) + 1 < wanted) --shift;
    table.shift = static_cast<std::int16_t>(shift);
    table.isExact = m_exact && shift <= 16;
    const std::uint64_t buckets = (span >> shift) + 1;
    // The end of the last bucket, unless the line ends before it.
    const bool reachesEnd = buckets > (UINT64_MAX - table.low) >> shift;
    table.limit = reachesEnd ? UINT64_MAX - table.low : buckets << shift;
    table.firstBucket = static_cast<std::uint32_t>(m_index.m_buckets.size());
    m_index.m_buckets.resize(table.firstBucket + buckets + (reachesEnd ? 0 : 1));
    fill(table, first, last);
    return table;
  }

 private:
  static constexpr std::size_t marksABucket = 8;

  static int width(std::uint64_t value) { return static_cast<int>(std::bit_width(value)); }

  void fill(const Table& table, std::size_t first, std::size_t last) {
    const std::size_t end = m_index.m_buckets.size();
    for (std::size_t at = table.firstBucket; at < end; ++at) {
      std::size_t next = first;
      while (next < last && (m_marks[next] - table.low) >> table.shift == at - table.firstBucket) ++next;
      if (next - first > most)
        crowd(at, first, next);
      else
        m_index.m_buckets[at] = bucket(table, first, next);
      first = next;
    }
  }

  void crowd(std::size_t at, std::size_t first, std::size_t last) {
    const Table below = tableOver(first, last);
    Bucket& bucket = m_index.m_buckets[at];
    bucket.marks[lanes - 1] = INT16_MIN;
    bucket.first = static_cast<std::uint32_t>(m_index.m_tables.size());
    m_index.m_tables.push_back(below);
  }

  Bucket bucket(const Table& table, std::size_t first, std::size_t last) const {
    Bucket made;
    std::ranges::fill(made.marks, std::int16_t{INT16_MAX});
    std::ranges::fill(made.owners, m_owners[last]);
    for (std::size_t i = first; i < last; ++i) {
      made.marks[i - first] = lane(table, m_marks[i] - table.low);
      made.owners[i - first] = m_owners[i];
    }
    made.first = static_cast<std::uint32_t>(first);
    return made;
  }

  TokenIndex& m_index;
  std::span<const std::uint64_t> m_marks;
  std::span<const std::uint16_t> m_owners;
  bool m_exact;
};

TokenIndex::TokenIndex(std::span<const std::uint64_t> marks, std::span<const std::uint16_t> owners, bool exact)
    : m_lastStretch(static_cast<std::uint32_t>(marks.size())) {
  m_root = Builder(*this, marks, owners, exact).tableOver(0, marks.size());
  if (m_root.isFlat) leadTo(m_root);
  m_buckets.shrink_to_fit();
}

TokenIndex TokenIndex::withoutOwners(std::size_t stretches) {
  TokenIndex index;
  Table all;
  all.isFlat = true;
  all.lastMark = static_cast<std::uint32_t>(stretches - 1);
  index.leadTo(all);
  return index;
}

// The root has buckets always, so that a lookup need not ask: here one, which leads on.
void TokenIndex::leadTo(const Table& flat) {
  m_buckets.resize(1);
  m_buckets[0].marks[lanes - 1] = INT16_MIN;
  m_tables.push_back(flat);
  m_root = Table();
}

TokenIndex::Found TokenIndex::unsure(const Bucket& bucket, std::uint32_t less) const {
  std::uint32_t equal = less;
  while (equal < most && bucket.marks[equal] == bucket.marks[less]) ++equal;
  return {0, true, bucket.first + less, std::min(bucket.first + equal, m_lastStretch)};
}

std::size_t TokenIndex::bytes() const {
  return m_buckets.capacity() * sizeof(Bucket) + m_tables.capacity() * sizeof(Table);
}

}  // namespace shardwright
