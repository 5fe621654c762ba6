#include "ui/widgets/grid_picture.h"

#include <algorithm>
#include <cmath>

namespace shardwright::ui {

namespace {

std::size_t cellsOf(std::size_t ranges, int perCell) { return (ranges + static_cast<std::size_t>(perCell) - 1) / static_cast<std::size_t>(perCell); }

// What one cell shows: the hottest of its ranges, and what any of them is.
struct CellLook {
  HeatCode code = notMeasured;
  bool shown = false, hole = false, moving = false;
};

CellLook lookOf(const MapScene& scene, std::span<const std::uint32_t> ranges) {
  CellLook look;
  for (const std::uint32_t range : ranges) {
    if (!scene.isShown(range)) continue;
    look.shown = true;
    look.code = std::max(look.code, scene.code(range));
    look.hole = look.hole || (scene.marks(range) & mark::Nobody) != 0;
    look.moving = look.moving || (scene.marks(range) & mark::Moving) != 0;
  }
  return look;
}

void drawCell(QImage& image, const QRect& rect, const CellLook& look, const MapInk& ink) {
  const QRect part = rect.intersected(image.rect());
  const Pattern pattern = !look.shown ? Pattern::None : look.hole ? Pattern::Nobody : look.code == notMeasured ? Pattern::NotMeasured : Pattern::None;
  const QRgb colour = look.shown ? ink.heat[look.code] : ink.empty;
  const int edge = std::min(3 * ink.pixel, rect.height() / 4);
  for (int y = part.top(); y <= part.bottom(); ++y) {
    auto* const line = reinterpret_cast<QRgb*>(image.scanLine(y));
    const bool stripe = look.moving && (y < rect.top() + edge || y > rect.bottom() - edge);
    for (int x = part.left(); x <= part.right(); ++x)
      line[x] = stripe ? ink.moving : pattern == Pattern::None ? colour : patterned(ink, pattern, x, y);
  }
}

}  // namespace

GridZoom GridZoom::nearer() const {
  if (perCell > 1) return {smallest, perCell / 2};
  return {std::min(largest, std::max(side + 1, side * 5 / 4)), 1};
}

GridZoom GridZoom::farther() const {
  if (side > smallest) return {std::max(smallest, std::min(side - 1, side * 4 / 5)), 1};
  return {smallest, std::min(perCell * 2, 1 << 20)};
}

// Cells grow wide before they grow high: what is written into them is a line of text.
int GridLayout::cellWidth() const { return m_zoom.side; }
int GridLayout::rowHeight() const { return m_zoom.side <= 28 ? m_zoom.side : 28 + (m_zoom.side - 28) / 4; }

GridLayout::GridLayout(const MapScene& scene, const QRectF& plot, GridZoom zoom, double scrolled) : m_plot(plot), m_zoom(zoom) {
  m_columns = std::max(1, static_cast<int>(plot.width()) / cellWidth());
  double top = 0;
  for (const MapLane& lane : scene.lanes()) {
    const auto rows = (cellsOf(lane.ranges, zoom.perCell) + static_cast<std::size_t>(m_columns) - 1) / static_cast<std::size_t>(m_columns);
    m_tops.push_back(top);
    m_heights.push_back(std::max(lowestBlock, static_cast<double>(rows) * rowHeight()));
    top += m_heights.back() + gap;
  }
  m_height = std::max(0.0, top - gap);
  m_scrolled = std::clamp(scrolled, 0.0, std::max(0.0, m_height - plot.height()));
}

GridZoom GridLayout::fitting(const MapScene& scene, const QRectF& plot) {
  GridZoom zoom{GridZoom::largest, 1};
  while (zoom.perCell < (1 << 20) && GridLayout(scene, plot, zoom, 0).height() > plot.height()) {
    const GridZoom next = zoom.farther();
    // With as many shards as this nothing fits; then the cells stay large enough to be seen.
    if (next.perCell > 1 && static_cast<double>(scene.lanes().size()) * (lowestBlock + gap) > plot.height()) break;
    zoom = next;
  }
  return zoom;
}

QRectF GridLayout::blockRect(std::size_t lane) const {
  return {m_plot.left(), m_plot.top() + m_tops[lane] - m_scrolled, m_plot.width(), m_heights[lane]};
}

QRectF GridLayout::cellRect(const MapScene& scene, std::size_t range) const {
  const QRectF block = blockRect(scene.lane(range));
  const auto cell = scene.placeInLane(range) / static_cast<std::size_t>(m_zoom.perCell);
  const auto row = cell / static_cast<std::size_t>(m_columns), column = cell % static_cast<std::size_t>(m_columns);
  return {block.left() + static_cast<double>(column) * cellWidth(), block.top() + static_cast<double>(row) * rowHeight(),
          static_cast<double>(cellWidth() - 1), static_cast<double>(rowHeight() - 1)};
}

std::optional<std::size_t> rangeAt(const MapScene& scene, const GridLayout& layout, const QPointF& place) {
  if (!layout.plot().contains(place)) return std::nullopt;
  for (std::uint32_t lane = 0; lane < scene.lanes().size(); ++lane) {
    const QRectF block = layout.blockRect(lane);
    if (place.y() < block.top() || place.y() >= block.bottom()) continue;
    const auto column = static_cast<std::size_t>((place.x() - block.left()) / layout.cellWidth());
    if (column >= static_cast<std::size_t>(layout.columns())) return std::nullopt;
    const auto row = static_cast<std::size_t>((place.y() - block.top()) / layout.rowHeight());
    const auto ranges = scene.rangesOf(lane);
    const auto perCell = static_cast<std::size_t>(layout.zoom().perCell);
    const std::size_t first = (row * static_cast<std::size_t>(layout.columns()) + column) * perCell;
    std::optional<std::size_t> hottest;
    for (std::size_t at = first; at < std::min(first + perCell, ranges.size()); ++at)
      if (scene.isShown(ranges[at]) && (!hottest || scene.code(ranges[at]) > scene.code(*hottest))) hottest = ranges[at];
    return hottest;
  }
  return std::nullopt;
}

QImage gridPicture(const MapScene& scene, const GridLayout& layout, const MapInk& ink, std::stop_token stop) {
  const QSize size = (layout.plot().size() * ink.pixel).toSize();
  if (size.isEmpty()) return {};
  QImage image(size, QImage::Format_RGB32);
  image.fill(ink.surface);
  const int width = layout.cellWidth() * ink.pixel, height = layout.rowHeight() * ink.pixel;
  const auto perCell = static_cast<std::size_t>(layout.zoom().perCell), columns = static_cast<std::size_t>(layout.columns());
  for (std::uint32_t lane = 0; lane < scene.lanes().size(); ++lane) {
    if (stop.stop_requested()) return {};
    const QRectF block = layout.blockRect(lane).translated(-layout.plot().topLeft());
    if (block.bottom() < 0 || block.top() > layout.plot().height()) continue;
    const auto ranges = scene.rangesOf(lane);
    const std::size_t cells = cellsOf(ranges.size(), layout.zoom().perCell);
    const int top = static_cast<int>(std::lround(block.top() * ink.pixel));
    const auto firstRow = static_cast<std::size_t>(std::max(0, -top) / height);
    for (std::size_t cell = firstRow * columns; cell < cells; ++cell) {
      const auto row = static_cast<int>(cell / columns), column = static_cast<int>(cell % columns);
      if (top + row * height > image.height()) break;
      const std::size_t first = cell * perCell;
      drawCell(image, QRect(column * width, top + row * height, width - ink.pixel, height - ink.pixel),
               lookOf(scene, ranges.subspan(first, std::min(perCell, ranges.size() - first))), ink);
    }
  }
  image.setDevicePixelRatio(ink.pixel);
  return image;
}

}  // namespace shardwright::ui
