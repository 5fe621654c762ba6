// RangeTable: the table of ranges beside the picture of a map. What is chosen and what the pointer is over are told in
// numbers of ranges, both ways.
#pragma once

#include "ui/models/range_model.h"
#include "ui/widgets/map_view.h"
#include "ui/widgets/table_view.h"

namespace shardwright::ui {

class RangeTable : public TableView {
  Q_OBJECT

 public:
  static constexpr std::size_t mostMarked = 5000;  // rows that a choice made elsewhere marks here; the rest of it is chosen, too

  explicit RangeTable(const QString& name, QWidget* parent = nullptr);

  void show(std::shared_ptr<const MapScene> scene);
  using QWidget::show;
  RangeModel& ranges() { return *m_model; }
  void choose(const MapView::Spans& spans);             // quietly
  void hover(std::optional<std::size_t> range);         // quietly
  MapView::Spans chosenRanges() const;

 Q_SIGNALS:
  void chosenChanged();
  void hoveredChanged(std::optional<std::size_t> range);
  void rangeOpened(std::size_t range);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void mark();
  RangeModel* m_model;
  MapView::Spans m_wanted;
  std::optional<std::size_t> m_hovered;
  bool m_quiet = false;
};

}  // namespace shardwright::ui
