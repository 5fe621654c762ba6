#include "ui/widgets/heat_scale.h"

#include <QColor>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr double steps = lastHeat - firstHeat;

double roundStep(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (rough <= factor * power * 1.0001) return factor * power;
  return 10 * power;
}

std::vector<double> linearTicks(double low, double high, int wanted) {
  std::vector<double> ticks;
  const double step = roundStep((high - low) / std::max(1, wanted - 1));
  for (double at = std::ceil(low / step - 1e-9) * step; at <= high * (1 + 1e-9); at += step) ticks.push_back(at);
  return ticks;
}

// Powers of ten, each second or third of them where there are too many; with 2 and 5 between where there are too few.
std::vector<double> logTicks(double low, double high, int wanted) {
  std::vector<double> ticks;
  const int first = static_cast<int>(std::floor(std::log10(low) + 1e-9)), last = static_cast<int>(std::ceil(std::log10(high) - 1e-9));
  const int every = std::max(1, (last - first + wanted - 1) / std::max(1, wanted));
  const bool dense = (last - first) * 2 <= wanted;
  for (int power = first; power <= last; power += every)
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1 && !dense) break;
      const double at = factor * std::pow(10.0, power);
      if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) ticks.push_back(at);
    }
  return ticks;
}

}  // namespace

HeatScale HeatScale::fitting(std::span<const double> values) {
  double least = 0, most = 0;
  for (const double value : values) {
    if (!(value > 0)) continue;
    least = least == 0 ? value : std::min(least, value);
    most = std::max(most, value);
  }
  if (most == 0) return {1, 10, false};
  if (most < least * linearBelow) {
    const double step = roundStep(most / 5);
    return {step / 1000, std::ceil(most / step - 1e-9) * step, false};
  }
  return {least, most, true};
}

double HeatScale::shareOf(double value) const {
  if (value <= low) return 0;
  if (value >= high) return 1;
  return isLog ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

HeatCode HeatScale::codeOf(std::optional<double> value) const {
  if (!value || std::isnan(*value)) return notMeasured;
  if (*value <= 0) return measuredZero;
  return static_cast<HeatCode>(firstHeat + std::lround(steps * shareOf(*value)));
}

double HeatScale::valueOf(HeatCode code) const {
  if (code < firstHeat) return 0;
  const double share = (code - firstHeat) / steps;
  return isLog ? low * std::pow(high / low, share) : low + (high - low) * share;
}

std::vector<double> HeatScale::ticks(int wanted, double unit) const {
  std::vector<double> ticks = isLog ? logTicks(low / unit, high / unit, wanted) : linearTicks(low / unit, high / unit, wanted);
  for (double& tick : ticks) tick *= unit;
  return ticks;
}

HeatPalette heatPalette(const HeatScale& scale, const HeatScale& shown, QRgb none) {
  HeatPalette palette;
  palette[notMeasured] = none;
  palette[measuredZero] = Theme::heat(0).rgb();
  for (int code = firstHeat; code <= lastHeat; ++code)
    palette[static_cast<std::size_t>(code)] = Theme::heat(shown.shareOf(scale.valueOf(static_cast<HeatCode>(code)))).rgb();
  return palette;
}

}  // namespace shardwright::ui
