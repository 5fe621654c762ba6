#include "ui/widgets/heat_picture.h"

#include <algorithm>
#include <cmath>

namespace shardwright::ui {

namespace {

// From which bucket to before which a row of pixels reaches; at least one, none outside the line.
struct Reach {
  std::size_t first = 0, last = 0;
};

std::vector<Reach> reachesOf(const HeatStore& store, const AxisView& buckets, int height) {
  std::vector<Reach> rows(static_cast<std::size_t>(height));
  const double step = buckets.width() / height;
  for (int y = 0; y < height; ++y) {
    const double from = buckets.from + step * y, until = from + step;
    if (until <= 0 || from >= static_cast<double>(store.buckets())) continue;
    const auto first = static_cast<std::size_t>(std::max(0.0, from));
    const auto last = static_cast<std::size_t>(std::ceil(until));
    rows[static_cast<std::size_t>(y)] = {first, std::clamp(last, first + 1, store.buckets())};
  }
  return rows;
}

}  // namespace

HeatValues heatValues(const HeatStore& store, const HeatWindow& window, const QSize& size, HeatStore::Merge merge, std::stop_token stop) {
  HeatValues values{size.width(), size.height(), {}};
  if (size.isEmpty()) return values;
  const auto height = static_cast<std::size_t>(size.height());
  values.codes.assign(static_cast<std::size_t>(size.width()) * height, notMeasured);
  const std::vector<Reach> rows = reachesOf(store, window.buckets, size.height());
  const double scale = size.width() / window.time.width();
  const auto columnOf = [&](UnixSeconds time) { return static_cast<int>(std::floor((static_cast<double>(time) - window.time.from) * scale)); };
  std::vector<HeatCode> column(height);
  for (std::size_t slot = store.slotAfter(window.time.from); slot < store.slots().size(); ++slot) {
    if (stop.stop_requested()) return values;
    const HeatSlot& at = store.slots()[slot];
    if (static_cast<double>(at.from) >= window.time.until) break;
    const int from = std::max(0, columnOf(at.from)), until = std::clamp(columnOf(at.until), from + 1, size.width());
    if (from >= size.width()) break;
    for (std::size_t y = 0; y < height; ++y)
      column[y] = rows[y].last > rows[y].first ? store.code(slot, rows[y].first, rows[y].last, merge) : notMeasured;
    for (int x = from; x < until; ++x) {
      HeatCode* const to = values.codes.data() + static_cast<std::size_t>(x) * height;
      for (std::size_t y = 0; y < height; ++y) to[y] = std::max(to[y], column[y]);
    }
  }
  return values;
}

QImage heatImage(const HeatValues& values, const HeatInk& ink) {
  if (values.width == 0 || values.height == 0) return {};
  QImage image(values.width, values.height, QImage::Format_RGB32);
  const int period = 7 * ink.pixel;
  for (int y = 0; y < values.height; ++y) {
    auto* const line = reinterpret_cast<QRgb*>(image.scanLine(y));
    const HeatCode* code = values.codes.data() + y;
    for (int x = 0; x < values.width; ++x, code += values.height)
      line[x] = *code != notMeasured ? ink.palette[*code] : (x + y) % period < ink.pixel ? ink.hatch : ink.ground;
  }
  image.setDevicePixelRatio(ink.pixel);
  return image;
}

}  // namespace shardwright::ui
