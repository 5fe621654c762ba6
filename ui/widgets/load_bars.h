// LoadBars: what each shard carries, as bars beside the mean and the band around it in which it may lie. Those outside are
// in the danger ink, with their figure above. Beyond what fits, bars get narrower and then scroll; names and figures give
// way to each other, the heaviest shards' last.
// Hover says the figures; a click chooses the shard, arrows move among them.
#pragma once

#include <QWidget>
#include <optional>
#include <set>
#include <vector>

#include "core/domain/ids.h"
#include "ui/widgets/bar_layout.h"

namespace shardwright::ui {

struct LoadBar {
  ShardId shard;
  std::optional<double> ratio;  // of its fair share; none: not measured, drawn hatched
  bool outside = false;
  bool old = false;             // from an earlier sample: the shard does not answer now; drawn pale, with a dashed edge
  QString figure;               // 1.71 x, 120 MiB
  QString tip;
  friend bool operator==(const LoadBar&, const LoadBar&) = default;
};

class LoadBars : public QWidget {
  Q_OBJECT

 public:
  explicit LoadBars(const QString& name, QWidget* parent = nullptr);
  void show(std::vector<LoadBar> bars, double threshold, const QString& meanText);
  void choose(const std::set<ShardId>& shards);

  QSize sizeHint() const override { return {480, 150}; }
  QSize minimumSizeHint() const override { return {240, 150}; }

 Q_SIGNALS:
  void chosen(const ShardId& shard);
  void opened(const ShardId& shard);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  bool event(QEvent* event) override;

 private:
  BarLayout layout() const;
  double valueOf(std::size_t index) const { return m_bars[index].ratio.value_or(1); }
  std::optional<std::size_t> barAt(const QPointF& place) const;
  bool isLooked(std::size_t index) const { return m_hovered == index || m_chosen.contains(m_bars[index].shard); }
  std::vector<std::size_t> byImportance(const BarLayout& at) const;
  void paintBand(QPainter& painter, const BarLayout& at) const;
  void paintBar(QPainter& painter, const BarLayout& at, std::size_t index) const;
  void paintFigures(QPainter& painter, const BarLayout& at) const;
  void paintNames(QPainter& painter, const BarLayout& at) const;
  void pick(std::size_t index);

  std::vector<LoadBar> m_bars;
  double m_threshold = 0;
  QString m_meanText;
  std::set<ShardId> m_chosen;
  std::optional<std::size_t> m_hovered;
  std::size_t m_first = 0, m_current = 0;
};

}  // namespace shardwright::ui
