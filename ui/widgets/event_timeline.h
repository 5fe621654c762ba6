// EventTimeline: how many events happened when, as bars over time; those that a filter leaves stand out against all. A
// drag or the arrow keys choose a stretch of time.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/base/clock.h"

namespace shardwright::ui {

struct TimeSpan {
  UnixSeconds from = 0, until = 0;  // `until` is not part of it
  bool contains(UnixSeconds when) const { return when >= from && when < until; }
  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

// Equal stretches of time with what happened in each. Widths are round: 1 s, 5 s, ... 1 h, ... 1 day, ... so that the
// edges are times that people say.
struct EventBins {
  UnixSeconds from = 0;
  UnixSeconds width = 1;  // seconds of a bin
  struct Bin {
    int all = 0, kept = 0;
    friend bool operator==(const Bin&, const Bin&) = default;
  };
  std::vector<Bin> bins;

  // At most `most` bins over the times, which ascend, and at least half as many: a short history stands at the end of a
  // stretch in which nothing happened. `kept` stands beside the times.
  static EventBins of(const std::vector<UnixSeconds>& times, const std::vector<bool>& kept, int most);
  int highest() const;
  TimeSpan span(int first, int last) const { return {from + first * width, from + (last + 1) * width}; }
};

class EventTimeline : public QWidget {
  Q_OBJECT

 public:
  EventTimeline(const QString& name, const QString& what, QWidget* parent = nullptr);

  void show(EventBins bins, const std::optional<TimeSpan>& chosen);
  static int binsFor(int width);  // as many as can be told apart

  QSize sizeHint() const override { return {480, 84}; }
  QSize minimumSizeHint() const override { return {240, 84}; }

 Q_SIGNALS:
  void chosen(const std::optional<shardwright::ui::TimeSpan>& span);  // none: all of it
  void resized();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QRectF plot() const;
  QRectF binRect(int bin) const;
  int binAt(double x) const;
  bool isChosen(int bin) const;
  void paintTimes(QPainter& painter) const;
  void choose(int first, int last);

  EventBins m_bins;
  std::optional<TimeSpan> m_chosen;
  int m_pressed = -1, m_cursor = -1;
};

}  // namespace shardwright::ui
