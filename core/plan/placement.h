// PlacementProblem: the arithmetic of a snapshot, stripped of names. Items (ranges, pins, groups of them) have integer
// loads per dimension, a cost in bytes and a home; shards have capacities and hard limits; classes say who may hold what.
//
// Everything that decides is int64 or int128. A level is a utilisation in units of 2^-40, rounded down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shardwright {

__extension__ typedef __int128 Int128;

using ShardIndex = std::uint32_t;
using ItemIndex = std::uint32_t;
using Level = std::int64_t;

constexpr int levelBits = 40;
constexpr Level greatestLevel = std::int64_t{1} << 61;
constexpr std::int64_t noLimit = std::int64_t{1} << 61;

// A fraction of two loads, compared exactly. den 0 with num > 0 is infinite.
struct Ratio {
  std::int64_t num = 0;
  std::int64_t den = 1;
  double value() const { return static_cast<double>(num) / static_cast<double>(den); }
  friend bool operator<(const Ratio& a, const Ratio& b) {
    return static_cast<Int128>(a.num) * b.den < static_cast<Int128>(b.num) * a.den;
  }
};

Level levelOf(std::int64_t load, std::int64_t capacity);  // rounded down; 0 of 0 is 0
Level levelOf(const Ratio& ratio);
// `base` raised by parts per million, rounded up, so that what reaches it exactly is within it.
Level raisedLevel(const Ratio& base, std::int64_t ppm);

struct PlacementProblem {
  std::size_t dims = 0;
  std::size_t shards = 0;

  // Items.
  std::vector<std::int64_t> load;     // [item * dims + d]
  std::vector<std::int64_t> cost;     // bytes that a move away from home carries
  std::vector<ShardIndex> home;
  std::vector<std::uint32_t> klass;   // index into `classes`
  std::vector<char> fixed;            // stays at home

  // Shards.
  std::vector<std::int64_t> capacity;  // [shard * dims + d]
  std::vector<std::int64_t> cap;       // [shard * dims + d]; noLimit: none. At least what the shard holds now
  std::vector<std::int64_t> arrivalCap;  // the declared cap: nothing may arrive above it; below `cap` where exceeded now
  std::vector<char> receives;          // may take load, and its utilisation counts
  std::vector<char> balanced;          // [d]: utilisation counts; otherwise the dimension only has caps

  // Who may hold the items of a class; always a subset of those that receive.
  std::vector<std::vector<char>> classes;

  std::size_t items() const { return home.size(); }
  const std::int64_t* loadOf(ItemIndex i) const { return load.data() + i * dims; }
  bool allowed(ItemIndex i, ShardIndex s) const { return classes[klass[i]][s] != 0; }
  // Has to leave its home: that one must end empty, or may not hold it.
  bool forced(ItemIndex i) const { return !fixed[i] && !allowed(i, home[i]); }
};

// Where every item is, with the sums kept up to date.
class Assignment {
 public:
  explicit Assignment(const PlacementProblem& problem);  // everything at home

  ShardIndex at(ItemIndex i) const { return m_at[i]; }
  const std::int64_t* loads(ShardIndex s) const { return m_load.data() + s * m_problem->dims; }
  void move(ItemIndex i, ShardIndex to);
  const std::vector<ItemIndex>& itemsOn(ShardIndex s) const { return m_on[s]; }

  std::int64_t movedBytes() const { return m_bytes; }
  std::int64_t movedItems() const { return m_moved; }
  Level level(ShardIndex s) const;  // highest over the balanced dimensions; 0 where the shard does not count
  Level highestLevel() const;
  Ratio highest() const;            // the same, exact
  bool misplaced() const;           // some item is where it may not be

 private:
  const PlacementProblem* m_problem;
  std::vector<ShardIndex> m_at;
  std::vector<std::int64_t> m_load;
  std::vector<std::vector<ItemIndex>> m_on;
  std::vector<std::uint32_t> m_position;  // of an item in its shard's list
  std::int64_t m_bytes = 0;
  std::int64_t m_moved = 0;
};

// What a shard may hold when no utilisation may exceed `target`: capacities scaled, and never above a cap.
std::vector<std::int64_t> limitsAt(const PlacementProblem& problem, Level target);

}  // namespace shardwright
