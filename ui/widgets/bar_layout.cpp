#include "ui/widgets/bar_layout.h"

#include <algorithm>
#include <cmath>

namespace shardwright::ui {

namespace {

constexpr double narrowestStep = 8, widestBar = 72;

}  // namespace

BarLayout BarLayout::of(const QRectF& plot, std::size_t bars, std::size_t first, double top) {
  BarLayout at;
  at.plot = plot;
  at.top = top;
  const double even = plot.width() / static_cast<double>(std::max<std::size_t>(bars, 1));
  at.step = std::max(even, narrowestStep);
  at.count = std::min(bars, static_cast<std::size_t>(std::max(0.0, plot.width() / at.step + 0.001)));
  at.first = std::min(first, bars - at.count);
  at.bar = std::min(widestBar, at.step * (at.step < 20 ? 0.72 : 0.6));
  return at;
}

QRectF BarLayout::box(std::size_t index, double value) const {
  return {std::floor(middle(index) - bar / 2), y(value), std::max(1.0, std::floor(bar)), plot.bottom() - y(value)};
}

std::vector<std::size_t> withoutOverlap(const std::vector<QRectF>& wanted, const std::vector<std::size_t>& order, const std::vector<QRectF>& obstacles) {
  std::vector<std::size_t> taken;
  for (const std::size_t index : order) {
    const QRectF& place = wanted[index];
    const bool free = std::ranges::none_of(obstacles, [&](const QRectF& other) { return other.intersects(place); }) &&
                      std::ranges::none_of(taken, [&](std::size_t other) { return wanted[other].intersects(place); });
    if (free) taken.push_back(index);
  }
  return taken;
}

}  // namespace shardwright::ui
