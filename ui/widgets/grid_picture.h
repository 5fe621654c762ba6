// The shard map as a grid: a block of cells for each shard, one cell a range in the order of the line, so that each of
// 1,000,000 ranges has a place that is seen. Where not all fit, a cell stands for several neighbours and shows the hottest.
// Layout and drawing, apart from any widget.
#pragma once

#include <QImage>
#include <QRectF>
#include <optional>
#include <stop_token>
#include <vector>

#include "ui/widgets/map_ink.h"
#include "ui/widgets/map_scene.h"

namespace shardwright::ui {

// How much room a range gets: cells of `side` pixels, or `perCell` ranges in one of the smallest.
struct GridZoom {
  int side = 3;
  int perCell = 1;
  friend bool operator==(const GridZoom&, const GridZoom&) = default;

  static constexpr int smallest = 3, largest = 96;
  GridZoom nearer() const;
  GridZoom farther() const;
};

class GridLayout {
 public:
  GridLayout() = default;
  GridLayout(const MapScene& scene, const QRectF& plot, GridZoom zoom, double scrolled);

  // The largest cells with which everything is seen at once.
  static GridZoom fitting(const MapScene& scene, const QRectF& plot);

  const QRectF& plot() const { return m_plot; }
  GridZoom zoom() const { return m_zoom; }
  int columns() const { return m_columns; }
  double height() const { return m_height; }      // of all blocks
  double scrolled() const { return m_scrolled; }  // what lies above the plot's upper edge
  QRectF blockRect(std::size_t lane) const;       // logical pixels of the widget
  QRectF cellRect(const MapScene& scene, std::size_t range) const;
  int rowHeight() const;
  int cellWidth() const;

  static constexpr double gap = 8, lowestBlock = 18;

 private:
  QRectF m_plot;
  GridZoom m_zoom;
  int m_columns = 1;
  double m_height = 0, m_scrolled = 0;
  std::vector<double> m_tops;  // of the blocks, and the end of the last
  std::vector<double> m_heights;
};

std::optional<std::size_t> rangeAt(const MapScene& scene, const GridLayout& layout, const QPointF& place);

QImage gridPicture(const MapScene& scene, const GridLayout& layout, const MapInk& ink, std::stop_token stop);

}  // namespace shardwright::ui
