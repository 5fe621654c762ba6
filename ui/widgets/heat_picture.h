// The picture of a HeatStore: first values, then colours, so that another legend or theme is a lookup. Apart from any widget.
#pragma once

#include <QImage>
#include <stop_token>
#include <vector>

#include "ui/widgets/heat_store.h"
#include "ui/widgets/line_scale.h"

namespace shardwright::ui {

// What is shown: time from left to right, buckets from top to bottom.
struct HeatWindow {
  AxisView time;     // seconds since 1970 UTC
  AxisView buckets;
  friend bool operator==(const HeatWindow&, const HeatWindow&) = default;
};

struct HeatValues {
  int width = 0, height = 0;
  std::vector<HeatCode> codes;  // column after column
};

// A pixel shows the greatest (or the mean) of the buckets it covers, and of the slots the greatest.
HeatValues heatValues(const HeatStore& store, const HeatWindow& window, const QSize& size, HeatStore::Merge merge, std::stop_token stop);

struct HeatInk {
  HeatPalette palette;
  QRgb hatch = 0, ground = 0;  // of what is not measured
  int pixel = 1;
};
QImage heatImage(const HeatValues& values, const HeatInk& ink);

}  // namespace shardwright::ui
