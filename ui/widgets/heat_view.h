// HeatView: load over time and over shards or keys as a picture that a person walks through. It is composed on a worker;
// while a new one is made the old one is shown moved and stretched, and painting only copies it.
//   Wheel magnifies both axes at the pointer (Ctrl: time alone, Shift: the other alone), dragging pans, Alt with dragging
//   chooses what it crosses, a click chooses the row. Keys: arrows move the cell cursor (Ctrl: to the next local maximum,
//   Shift: choosing), Enter chooses, + - 0 zoom, Backspace goes back a zoom, Esc chooses nothing.
#pragma once

#include <QElapsedTimer>
#include <QImage>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "ui/widgets/heat_picture.h"
#include "ui/widgets/load_grid.h"

namespace shardwright::ui {

class Latest;

class HeatView : public QWidget {
  Q_OBJECT

 public:
  // Buckets from first to last.
  struct Rows {
    std::size_t first = 0, last = 0;
    friend bool operator==(const Rows&, const Rows&) = default;
  };
  struct Cell {
    double time = 0;
    std::size_t bucket = 0;
    friend bool operator==(const Cell&, const Cell&) = default;
  };

  explicit HeatView(const QString& name, QWidget* parent = nullptr);

  void show(std::shared_ptr<const LoadGrid> grid);  // the view stays where the axis stays
  using QWidget::show;
  const std::shared_ptr<const LoadGrid>& grid() const { return m_grid; }
  void setMerge(HeatStore::Merge merge);
  void setScale(const HeatScale& shown);            // what the colours span
  const HeatScale& scale() const { return m_shown; }
  void setTime(const AxisView& time);
  const HeatWindow& window() const { return m_window; }

  void choose(std::vector<Rows> rows);              // quietly
  const std::vector<Rows>& chosen() const { return m_chosen; }
  void point(std::optional<std::size_t> bucket);    // a row that is pointed at elsewhere
  void setMarks(std::vector<std::size_t> buckets);  // hot spots

  void zoomBy(double factor);
  void zoomOut();
  void zoomBack();
  void zoomTo(const Rows& rows);
  bool isDrawn() const;
  qint64 longestFrame() const { return m_longestFrame; }  // microseconds that one paintEvent took
  void forgetFrames() { m_longestFrame = 0; }
  std::optional<Cell> cursor() const { return m_cursor; }
  std::vector<QString> cellWords(const Cell& cell) const;  // value, time, range, shard: what the tooltip says
  double bucketsPerPixel() const { return m_window.buckets.width() / plotRect().height(); }
  QPointF placeOf(const Cell& cell) const;                 // on the screen

  QSize sizeHint() const override { return {560, 380}; }
  QSize minimumSizeHint() const override { return {300, 180}; }

 Q_SIGNALS:
  void drawn();
  void viewChanged();
  void timeMoved();  // by a person
  void chosenChanged();
  void pointedChanged(std::optional<std::size_t> bucket);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRectF plotRect() const;
  double total() const { return static_cast<double>(m_grid->buckets()); }
  AxisView timeReach() const;  // from the first slot to the last
  double xOf(double time) const;
  double yOf(double bucket) const;
  std::optional<Cell> cellAt(const QPointF& place) const;
  Rows rowsAt(std::size_t bucket) const;  // that the pixel of a bucket covers
  void ask();
  void recolour();
  HeatInk ink() const;
  void setWindow(const HeatWindow& window);
  void rememberZoom();
  void zoomAt(double timeFactor, double bucketFactor, const QPointF& place);
  void setCursorCell(const Cell& cell);
  void walk(int key, Qt::KeyboardModifiers modifiers);
  Cell stepped(const Cell& cell, int key) const;
  HeatCode codeAt(const Cell& cell) const;
  void setChosen(std::vector<Rows> rows);
  void setHovered(std::optional<Cell> cell);

  void paintPicture(QPainter& painter) const;
  void paintKeyAxis(QPainter& painter) const;
  void paintTimeAxis(QPainter& painter) const;
  void paintChosen(QPainter& painter) const;
  void paintCrosshair(QPainter& painter, const Cell& cell) const;
  void paintTip(QPainter& painter, const Cell& cell) const;

  std::shared_ptr<const LoadGrid> m_grid;
  HeatStore::Merge m_merge = HeatStore::Merge::Max;
  HeatScale m_shown;
  HeatWindow m_window;
  std::vector<HeatWindow> m_zooms;
  QElapsedTimer m_sinceZoom;

  Latest* m_latest;
  std::shared_ptr<const HeatValues> m_values;
  QImage m_image;
  HeatWindow m_imageWindow;
  bool m_wanted = false;

  std::vector<Rows> m_chosen;
  std::vector<std::size_t> m_marks;
  std::optional<std::size_t> m_pointed;
  std::optional<Cell> m_hovered, m_cursor, m_anchor;
  std::optional<QPointF> m_pressed, m_dragged;
  bool m_choosing = false;
  qint64 m_longestFrame = 0;
};

}  // namespace shardwright::ui
