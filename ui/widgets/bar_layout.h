// Where the bars of a row and the words around them stand. Plain arithmetic in logical pixels, apart from any widget.
#pragma once

#include <QRectF>
#include <cstddef>
#include <vector>

namespace shardwright::ui {

// Bars share the width evenly, up to a widest; too many for their narrowest step are shown in part, from `first` on.
struct BarLayout {
  QRectF plot;
  double step = 0, bar = 0;
  std::size_t first = 0, count = 0;
  double top = 1;  // the value at the plot's upper edge

  static BarLayout of(const QRectF& plot, std::size_t bars, std::size_t first, double top);
  double middle(std::size_t index) const { return plot.left() + step * (static_cast<double>(index - first) + 0.5); }
  double y(double value) const { return plot.bottom() - plot.height() * value / top; }
  QRectF box(std::size_t index, double value) const;
};

// Indices of `wanted` that touch neither an obstacle nor one taken before them; `order`: the most important first.
std::vector<std::size_t> withoutOverlap(const std::vector<QRectF>& wanted, const std::vector<std::size_t>& order, const std::vector<QRectF>& obstacles = {});

}  // namespace shardwright::ui
