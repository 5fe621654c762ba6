// The shard map as a band: a lane for each shard, the line from left to right. Layout and drawing, apart from any widget.
#pragma once

#include <QImage>
#include <QRectF>
#include <memory>
#include <optional>
#include <stop_token>

#include "ui/widgets/map_ink.h"
#include "ui/widgets/map_scene.h"

namespace shardwright::ui {

// Where lanes and positions lie inside the plot, in logical pixels.
struct BandLayout {
  QRectF plot;
  AxisView view;
  std::size_t lanes = 0;      // of the scene
  std::size_t firstLane = 0;  // that is shown
  std::size_t shownLanes = 0;
  double laneStep = 0;        // a lane with the gap under it

  static constexpr double gap = 4, lowestLane = 12, highestLane = 56;
  static BandLayout make(const QRectF& plot, const AxisView& view, std::size_t lanes, std::size_t firstLane);

  double xOf(double position) const { return plot.left() + (position - view.from) / view.width() * plot.width(); }
  double positionAt(double x) const { return view.from + (x - plot.left()) / plot.width() * view.width(); }
  QRectF laneRect(std::size_t lane) const;  // also of one that is scrolled away
  std::optional<std::size_t> laneAt(double y) const;
  double perPixel() const { return view.width() / plot.width(); }
};

// The range under a place: the one that covers it in this lane or, where ranges are narrower than pixels, one of the lane
// within the pixel. Hidden ranges are not found.
std::optional<std::size_t> rangeAt(const MapScene& scene, const BandLayout& layout, const QPointF& place);

// The plot of `layout` as an image of layout.plot's size times ink.pixel. A pixel column shows the hottest of its ranges in
// each lane. Cost: linear in the ranges that are shown. Null: it was stopped.
QImage bandPicture(const MapScene& scene, const BandLayout& layout, const MapInk& ink, std::stop_token stop);

}  // namespace shardwright::ui
