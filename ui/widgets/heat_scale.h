// HeatScale: measured values as one byte, and bytes as colours. The byte is kept and colour is a lookup, so another legend
// or theme costs no second look at the data. Steps are even in the logarithm, or in the value.
//
// Codes: 0 = not measured, 1 = zero, 2 ... 255 = from `low` to `high` (beyond either: its end). Order is kept, so that the
// greatest code of many values is the code of the greatest.
#pragma once

#include <qrgb.h>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace shardwright::ui {

using HeatCode = std::uint8_t;
using HeatPalette = std::array<QRgb, 256>;

inline constexpr HeatCode notMeasured = 0, measuredZero = 1, firstHeat = 2, lastHeat = 255;

struct HeatScale {
  double low = 1, high = 1'000'000;  // 0 < low < high
  bool isLog = true;
  friend bool operator==(const HeatScale&, const HeatScale&) = default;

  // Wide enough for these values; negative ones count as zero. Linear where the greatest is less than `linearBelow` times
  // the least: then a logarithm would show differences that are none.
  static HeatScale fitting(std::span<const double> values);
  static constexpr double linearBelow = 20;

  HeatCode codeOf(std::optional<double> value) const;
  double valueOf(HeatCode code) const;  // the middle of its step; 0 for the first two
  double shareOf(double value) const;   // 0 at low, 1 at high; clamped

  // Values for the legend that are round in `unit`, ascending, from low to high; about `wanted` of them.
  std::vector<double> ticks(int wanted, double unit = 1) const;
};

// Colours for the codes of `scale` when the legend spans `shown`: below it the darkest, above it the brightest. Codes 0 and 1
// take `none` and the darkest.
HeatPalette heatPalette(const HeatScale& scale, const HeatScale& shown, QRgb none);

}  // namespace shardwright::ui
