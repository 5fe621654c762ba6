// PinTable: from a pinned key to a number, by open addressing over a 64-bit fingerprint. A key that is not pinned is
// never taken for one that is: the fingerprint of an integer is a permutation of it, and for other types the key is
// compared.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/large_vector.h"
#include "core/map/shard_map.h"

namespace shardwright {

class PinTable {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  PinTable() = default;
  // values[i] belongs to pins[i]; none of them is `none`. `pins` must outlive the table.
  PinTable(std::span<const Pin> pins, std::span<const std::uint32_t> values);

  std::uint32_t valueOf(const Key& key) const;  // none: not pinned
  std::size_t bytes() const;                    // memory held

 private:
  struct Slot {
    std::uint64_t fingerprint;
    std::uint32_t pin;
    std::uint32_t value;
  };

  std::span<const Pin> m_pins;
  // By slot: 0 = empty, else bits of its fingerprint. Most keys are not pinned, and this byte alone tells it.
  LargeVector<std::uint8_t> m_tags;
  LargeVector<Slot> m_slots;  // a power of two of them, at most two thirds full
  bool m_exact = false;       // equal fingerprints are equal keys
};

}  // namespace shardwright
