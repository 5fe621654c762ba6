// PlanBandsView: the two bands of a plan, before and after, with ribbons where ranges move. Drawn from ui/models/plan_bands.
// Hover and choice are those of the plan's moves, linked by the page with its table. A click on a fold opens it; Escape or
// the tool "fold" closes all. Plans with very many moves are drawn as bundles from shard to shard.
// Keys: left and right walk over moves and folds, Enter opens or chooses, + and - zoom, 0 shows all.
#pragma once

#include <QWidget>
#include <memory>
#include <set>

#include "ui/models/plan_bands.h"

namespace shardwright::ui {

struct PlanPicture {
  std::shared_ptr<const MigrationPlan> plan;
  std::shared_ptr<const ShardMap> base, target;
  std::vector<BandPart> parts;      // empty where bundles are drawn
  std::vector<MoveBundle> bundles;  // empty where parts are drawn
  std::size_t unchanged = 0;        // ranges
};
PlanPicture pictureOf(std::shared_ptr<const MigrationPlan> plan, std::shared_ptr<const ShardMap> base, std::shared_ptr<const ShardMap> target);

class PlanBandsView : public QWidget {
  Q_OBJECT

 public:
  explicit PlanBandsView(const QString& name, QWidget* parent = nullptr);

  void show(std::shared_ptr<const PlanPicture> picture);
  void highlight(std::set<MoveId> moves);  // hovered elsewhere
  void choose(std::set<MoveId> moves);
  bool hasOpenFolds() const;
  void foldAgain();

  QSize sizeHint() const override { return {720, 176}; }
  QSize minimumSizeHint() const override { return {320, 116}; }

 Q_SIGNALS:
  void hovered(const std::set<shardwright::MoveId>& moves);
  void chosen(const std::set<shardwright::MoveId>& moves);
  void foldsChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  bool event(QEvent* event) override;

 private:
  enum class Side { Before, After };
  QRectF band(Side side) const;
  double ribbonHeight() const;
  std::vector<double> edges() const;  // of m_parts, on the widget
  void paintParts(QPainter& painter) const;
  void paintPart(QPainter& painter, const BandPart& part, const QRectF& box, Side side, bool joined) const;
  void paintRibbon(QPainter& painter, const BandPart& part, double left, double right) const;
  void paintBounds(QPainter& painter, const std::vector<double>& at) const;
  void paintBundles(QPainter& painter) const;
  std::optional<std::size_t> itemAt(const QPointF& place) const;  // part, or bundle
  std::set<MoveId> movesOf(std::size_t item) const;
  QString tipOf(std::size_t item) const;
  bool isMarked(const std::set<MoveId>& marked, std::size_t move) const;
  void activate(std::size_t item);
  void walk(int step);
  void zoom(double factor, double around);

  std::shared_ptr<const PlanPicture> m_picture;
  std::vector<BandPart> m_parts;  // of the picture, with the folds that were opened
  std::set<MoveId> m_highlighted, m_chosen;
  std::optional<std::size_t> m_over, m_current;
  double m_zoom = 1, m_offset = 0;  // offset: pixels of the zoomed band left of the view
};

}  // namespace shardwright::ui
