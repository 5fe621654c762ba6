#include "ui/widgets/heat_store.h"

#include <algorithm>
#include <cmath>

namespace shardwright::ui {

namespace {

std::optional<double> known(float value) { return std::isnan(value) ? std::nullopt : std::optional<double>(value); }

// A sum of what was measured, and of how many.
struct Part {
  float sum = 0;
  std::uint32_t count = 0;
};

}  // namespace

HeatStore::HeatStore(HeatScale scale, std::size_t buckets) : m_scale(scale), m_buckets(buckets) {
  std::size_t begin = 0;
  for (std::size_t count = buckets;; count = (count + fan - 1) / fan) {
    m_levels.push_back({begin, count});
    begin += count;
    if (count <= 1) break;
  }
}

Done HeatStore::append(const HeatSlot& slot, std::span<const float> values) {
  if (values.size() != m_buckets) return invalidInput("a slot of the heat picture has another number of buckets than the line.");
  if (slot.until <= slot.from || (!m_slots.empty() && slot.from < m_slots.back().until)) return invalidInput("a slot of the heat picture does not follow the one before it.");
  Block block;
  block.most.resize(m_levels.back().begin + m_levels.back().count);
  block.mean.resize(block.most.size() - m_buckets);
  std::vector<Part> parts(m_buckets);
  for (std::size_t at = 0; at < m_buckets; ++at) {
    const auto value = known(values[at]);
    block.most[at] = m_scale.codeOf(value);
    m_highest = std::max(m_highest, block.most[at]);
    if (value) parts[at] = {values[at], 1};
  }
  for (std::size_t level = 1; level < m_levels.size(); ++level) {
    const Level &below = m_levels[level - 1], &here = m_levels[level];
    std::vector<Part> merged(here.count);
    for (std::size_t at = 0; at < below.count; ++at) {
      HeatCode& most = block.most[here.begin + at / fan];
      most = std::max(most, block.most[below.begin + at]);
      merged[at / fan].sum += parts[at].sum;
      merged[at / fan].count += parts[at].count;
    }
    for (std::size_t at = 0; at < here.count; ++at)
      block.mean[here.begin - m_buckets + at] = merged[at].count == 0 ? notMeasured : m_scale.codeOf(static_cast<double>(merged[at].sum) / merged[at].count);
    parts = std::move(merged);
  }
  m_slots.push_back(slot);
  m_blocks.push_back(std::move(block));
  return {};
}

std::size_t HeatStore::slotAfter(double time) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(m_slots, time, {}, [](const HeatSlot& slot) { return static_cast<double>(slot.until); }) - m_slots.begin());
}

std::size_t HeatStore::bytes() const {
  std::size_t sum = 0;
  for (const Block& block : m_blocks) sum += block.most.size() + block.mean.size();
  return sum;
}

HeatCode HeatStore::code(std::size_t slot, std::size_t first, std::size_t last, Merge merge) const {
  const Block& block = m_blocks[slot];
  return merge == Merge::Max || last - first == 1 ? mostOf(block, first, last) : meanOf(block, first, last);
}

// Steps as long as the pyramid allows: a block of a level that begins here and does not reach beyond the end.
HeatCode HeatStore::mostOf(const Block& block, std::size_t first, std::size_t last) const {
  HeatCode most = notMeasured;
  while (first < last) {
    std::size_t level = 0, width = 1;
    while (level + 1 < m_levels.size() && first % (width * fan) == 0 && first + width * fan <= last) {
      width *= fan;
      ++level;
    }
    most = std::max(most, block.most[m_levels[level].begin + first / width]);
    first += width;
  }
  return most;
}

HeatCode HeatStore::meanOf(const Block& block, std::size_t first, std::size_t last) const {
  double sum = 0, weight = 0;
  while (first < last) {
    std::size_t level = 0, width = 1;
    while (level + 1 < m_levels.size() && first % (width * fan) == 0 && first + width * fan <= last) {
      width *= fan;
      ++level;
    }
    const std::size_t at = m_levels[level].begin + first / width;
    const HeatCode code = level == 0 ? block.most[at] : block.mean[at - m_buckets];
    if (code != notMeasured) {
      sum += m_scale.valueOf(code) * static_cast<double>(width);
      weight += static_cast<double>(width);
    }
    first += width;
  }
  return weight == 0 ? notMeasured : m_scale.codeOf(sum / weight);
}

}  // namespace shardwright::ui
