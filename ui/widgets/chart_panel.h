// ChartPanel: small charts over time behind an interface of our own, so that the library that draws them can be exchanged
// (Debian's Qt Charts is GPL-3+, and its makers have given it up). At most about 2,000 points a line are drawn: more are
// thinned to the lowest and highest of each pixel. OpenGL is never used: it ends the program where there is none.
#pragma once

#include <QWidget>
#include <optional>
#include <utility>
#include <vector>

#include "ui/theme/theme.h"

namespace shardwright::ui {

struct ChartPoint {
  double at = 0;     // seconds since 1970 UTC
  double value = 0;
};

struct ChartLine {
  QString name;
  Ink ink = Ink::Accent;
  std::vector<ChartPoint> points;  // ascending
};

struct ChartMark {  // an upright line: something happened
  double at = 0;
  QString text;
  Ink ink = Ink::Ok;
};

struct ChartPicture {
  QString unit;                     // of the values: rows/s
  std::vector<ChartLine> lines;
  std::vector<ChartMark> marks;
  std::optional<double> limit;      // a dashed line across
  QString limitText;
  std::optional<std::pair<double, double>> span;  // of the axis of time, so that charts share one; none: as long as the lines
};

class ChartPanel : public QWidget {
  Q_OBJECT

 public:
  // `name`: page.area.thing; `what`: for people who do not see it.
  static ChartPanel* make(const QString& name, const QString& what, QWidget* parent = nullptr);

  virtual void show(const ChartPicture& picture) = 0;

 protected:
  explicit ChartPanel(QWidget* parent) : QWidget(parent) {}
};

// The lowest and highest of each of `columns` stretches of time, in order.
std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points, std::size_t columns);

}  // namespace shardwright::ui
