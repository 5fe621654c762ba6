// MapView: the shard map as a picture that a person walks through, from the whole line down to a single range of 1,000,000.
//   Band  a lane for each shard, the line from left to right; the wheel magnifies at the pointer, dragging pans
//   Grid  a block for each shard, a cell for each range; the wheel magnifies, dragging scrolls
// The picture is made on a worker and only copied to the screen here; while a new one is made the old one is shown moved and
// stretched. Chosen ranges are spans of neighbours, in order.
// Keys: arrows walk over ranges and lanes, Shift extends, + - 0 zoom, Backspace goes back a zoom, Page keys pan, Enter
// magnifies the range, Esc chooses nothing.
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "ui/widgets/band_picture.h"
#include "ui/widgets/grid_picture.h"
#include "ui/widgets/map_scene.h"

class QScrollBar;

namespace shardwright::ui {

class Latest;

class MapView : public QWidget {
  Q_OBJECT

 public:
  enum class Mode { Band, Grid };
  using Span = MapScene::Span;
  using Spans = std::vector<Span>;

  explicit MapView(const QString& name, QWidget* parent = nullptr);
  ~MapView() override;

  // Another version of the map keeps the view as far as it can; another keyspace shows all of it.
  void show(std::shared_ptr<const MapScene> scene);
  using QWidget::show;
  const std::shared_ptr<const MapScene>& scene() const { return m_scene; }
  void setMode(Mode mode);
  Mode mode() const { return m_mode; }

  void choose(Spans spans);                       // quietly
  const Spans& chosen() const { return m_chosen; }
  void chooseLanes(std::set<std::uint32_t> lanes);
  void hover(std::optional<std::size_t> range);   // quietly
  std::optional<std::size_t> hovered() const { return m_hovered; }

  const AxisView& view() const { return m_view; }
  void setView(const AxisView& view);
  void zoomBy(double factor);                     // < 1 magnifies, around the cursor or the middle
  void zoomOut();                                 // all of it
  void zoomBack();
  void zoomTo(const Span& span);
  bool canZoomBack() const { return !m_zooms.empty(); }
  double rangesPerPixel() const;                  // on the screen now; of the grid: per cell

  bool isDrawn() const;                           // the picture is that of the view
  qint64 longestFrame() const { return m_longestFrame; }  // microseconds that one paintEvent took
  void forgetFrames() { m_longestFrame = 0; }
  QImage image(int pixel) const;                  // of the whole widget, for files
  QRectF rangeRect(std::size_t range) const;      // where it is on the screen

  QSize sizeHint() const override { return {640, 320}; }
  QSize minimumSizeHint() const override { return {320, 140}; }

 Q_SIGNALS:
  void drawn();
  void viewChanged();
  void hoveredChanged(std::optional<std::size_t> range);
  void chosenChanged();
  void laneChosen(std::uint32_t lane);
  void menuAsked(const QPoint& globalPlace, std::optional<std::size_t> range, std::optional<double> share);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  QRectF plotRect() const;
  BandLayout band() const;
  GridLayout gridLayout() const;
  std::optional<std::size_t> rangeUnder(const QPointF& place) const;
  std::optional<std::uint32_t> laneUnder(const QPointF& place) const;
  void ask();
  void take(QImage image, const AxisView& view, double scrolled, Mode mode, GridZoom zoom);
  void updateScrollBar();
  void rememberZoom();
  double leastWidth() const;

  void paintPicture(QPainter& painter) const;
  void paintLanes(QPainter& painter) const;
  void paintLabels(QPainter& painter) const;
  void paintCellText(QPainter& painter, const QRectF& rect, std::size_t range) const;
  void paintAxis(QPainter& painter) const;
  void paintWindow(QPainter& painter) const;
  void paintChosen(QPainter& painter) const;
  void paintOutline(QPainter& painter, const QRectF& rect, bool strong) const;

  void setHovered(std::optional<std::size_t> range);
  void pick(std::size_t range, Qt::KeyboardModifiers modifiers);
  void setChosen(Spans spans);
  void walk(int key, Qt::KeyboardModifiers modifiers);
  std::optional<std::size_t> neighbour(std::size_t range, int key) const;
  std::optional<std::size_t> besideInLanes(std::size_t range, int direction) const;
  void reveal(std::size_t range);
  void zoomAt(double factor, const QPointF& place);
  void zoomGridAt(bool nearer, const QPointF& place);
  void panBy(double pixels);
  void describe();

  std::shared_ptr<const MapScene> m_scene;
  Mode m_mode = Mode::Band;
  AxisView m_view;
  std::size_t m_firstLane = 0;
  std::optional<GridZoom> m_gridZoom;  // none: all that fits
  mutable std::optional<GridZoom> m_fitting;
  double m_scrolled = 0;
  std::vector<AxisView> m_zooms;
  std::vector<GridZoom> m_gridZooms;
  QElapsedTimer m_sinceZoom;

  Latest* m_latest;
  MapInk m_ink{};
  double m_labels = 0;  // room for the names of the lanes
  QScrollBar* m_bar;
  QImage m_image;
  AxisView m_imageView;
  double m_imageScrolled = 0;
  Mode m_imageMode = Mode::Band;
  GridZoom m_imageZoom;
  bool m_wanted = false;  // a picture is awaited

  Spans m_chosen;
  std::set<std::uint32_t> m_lanes;
  std::optional<std::size_t> m_hovered, m_current, m_anchor;
  std::optional<QPointF> m_pressed, m_dragged;
  qint64 m_longestFrame = 0;
};

// Sorted, and neighbours together.
MapView::Spans tidied(MapView::Spans spans);

}  // namespace shardwright::ui
