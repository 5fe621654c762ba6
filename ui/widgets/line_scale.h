// LineScale: where each range of a map lies on an axis. Two measures:
//   Ranges  every range equally wide, whatever it covers: none gets lost
//   Keys    by token: a range is as wide as what it covers of the stretch in which the bounds lie
// A position is a number from 0 to total(). Immutable; threads share it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/map/shard_map.h"

namespace shardwright::ui {

class LineScale {
 public:
  enum class Measure { Ranges, Keys };

  LineScale() = default;
  LineScale(const ShardMap& map, Measure measure);

  Measure measure() const { return m_measure; }
  std::size_t ranges() const { return m_ranges; }
  double total() const { return m_measure == Measure::Ranges ? static_cast<double>(m_ranges) : 1.0; }
  double begin(std::size_t range) const { return m_measure == Measure::Ranges ? static_cast<double>(range) : m_begins[range]; }
  double end(std::size_t range) const { return range + 1 < m_ranges ? begin(range + 1) : total(); }
  std::size_t rangeAt(double position) const;  // clamped to the line; there must be a range
  // Of a token of this map's line: inside its range by how far along it lies.
  double positionOf(const ShardMap& map, const Token& token) const;
  // The token at a position inside a range that has both bounds; none where tokens have no even spacing (text) or the range
  // is too narrow to be cut.
  static std::optional<Token> tokenAt(const ShardMap& map, std::size_t range, double share);

 private:
  Measure m_measure = Measure::Ranges;
  std::size_t m_ranges = 0;
  std::vector<double> m_begins;  // Keys
};

// What part of the axis is shown. Invariant: 0 <= from < until <= total.
struct AxisView {
  double from = 0, until = 1;
  double width() const { return until - from; }
  friend bool operator==(const AxisView&, const AxisView&) = default;
};

// `factor` < 1 magnifies; the position stays where it is on the screen. Never less than `least` wide, never beyond the line.
AxisView zoomed(const AxisView& view, double factor, double position, double total, double least);
AxisView panned(const AxisView& view, double by, double total);
AxisView within(AxisView view, double total);

}  // namespace shardwright::ui
