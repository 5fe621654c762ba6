// RoutingPicture: where a query goes. The question stands above all shards of the cluster, side by side in one band; lines
// lead to those that are asked, with the reason under each - a pin, or ranges. With many shards their cells get narrow and
// lose their names; those that are asked stay marked, down to a pixel.
#pragma once

#include <QWidget>
#include <optional>
#include <set>
#include <vector>

#include "core/domain/ids.h"

namespace shardwright::ui {

struct RoutedShard {
  enum class State { Idle, Asked, Answered, Missing };  // Idle: it is not needed
  ShardId shard;
  State state = State::Idle;
  bool pinned = false;  // a pin is among the reasons
  QString reason;       // 3 ranges, pin
  QString tip;
  friend bool operator==(const RoutedShard&, const RoutedShard&) = default;
};

struct RoutingScene {
  QString question;  // accounts: key 0x12
  QString detail;    // token 4f2a...
  std::vector<RoutedShard> shards;
  friend bool operator==(const RoutingScene&, const RoutingScene&) = default;
};

// Where things stand, for a width: plain arithmetic.
struct RoutingLayout {
  QRectF question, band;
  double step = 0, gap = 0;
  bool named = false;  // cells are wide enough for names

  static RoutingLayout of(const QSizeF& size, std::size_t shards, double questionWidth);
  QRectF cell(std::size_t index) const;
  std::optional<std::size_t> cellAt(const QPointF& place, std::size_t shards) const;
};

class RoutingPicture : public QWidget {
  Q_OBJECT

 public:
  explicit RoutingPicture(const QString& name, QWidget* parent = nullptr);
  void show(RoutingScene scene);
  void choose(const std::set<ShardId>& shards);

  QSize sizeHint() const override { return {420, 138}; }
  QSize minimumSizeHint() const override { return {240, 138}; }

 Q_SIGNALS:
  void chosen(const shardwright::ShardId& shard);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  RoutingLayout layout() const;
  void paintQuestion(QPainter& painter, const RoutingLayout& at) const;
  void paintLines(QPainter& painter, const RoutingLayout& at) const;
  void paintCell(QPainter& painter, const RoutingLayout& at, std::size_t index) const;

  RoutingScene m_scene;
  std::set<ShardId> m_chosen;
  std::size_t m_current = 0;
};

}  // namespace shardwright::ui
