// HeatStore: measured values over time and over a line of buckets, as bytes, with what a picture of any magnification needs.
//
// For each stretch of time (slot) one block: the codes of all buckets, then of every 4 neighbours, of every 16, and so on, each
// the greatest below it; and the same with the mean, which is taken of the values before they become codes. A block costs 1.7
// bytes a bucket. New time is one more block, so a picture that follows the present pays for what is new alone; another line
// of buckets (a range was split) is another store. 0 is not measured, so that a gap is never taken for rest.
// Threads: not changed once it is shared.
#pragma once

#include <span>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "ui/widgets/heat_scale.h"

namespace shardwright::ui {

struct HeatSlot {
  UnixSeconds from = 0, until = 0;
  bool generated = false;  // invented for a demonstration
};

class HeatStore {
 public:
  enum class Merge { Max, Mean };  // what many buckets in one pixel show

  HeatStore(HeatScale scale, std::size_t buckets);

  // `values`: one a bucket; NaN: not measured. InvalidInput: another count of them, or a slot that does not follow.
  Done append(const HeatSlot& slot, std::span<const float> values);

  const HeatScale& scale() const { return m_scale; }
  std::size_t buckets() const { return m_buckets; }
  const std::vector<HeatSlot>& slots() const { return m_slots; }
  std::size_t slotAfter(double time) const;  // the first that ends after `time`; slots().size(): none
  std::size_t bytes() const;                 // memory held

  // Over the buckets from `first` to before `last` (at least one) of a slot.
  HeatCode code(std::size_t slot, std::size_t first, std::size_t last, Merge merge) const;
  HeatCode highest() const { return m_highest; }

 private:
  static constexpr std::size_t fan = 4;
  struct Level {
    std::size_t begin, count;
  };
  struct Block {
    std::vector<HeatCode> most;  // levels one after the other
    std::vector<HeatCode> mean;  // without the first level, which is the same
  };
  HeatCode mostOf(const Block& block, std::size_t first, std::size_t last) const;
  HeatCode meanOf(const Block& block, std::size_t first, std::size_t last) const;

  HeatScale m_scale;
  std::size_t m_buckets;
  std::vector<Level> m_levels;
  std::vector<HeatSlot> m_slots;
  std::vector<Block> m_blocks;
  HeatCode m_highest = notMeasured;
};

}  // namespace shardwright::ui
