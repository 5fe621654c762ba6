// TreeView: a tree in the dress of our tables; rows with children are groups, on a sunken ground.
#pragma once

#include <QSet>
#include <QTreeView>

namespace shardwright::ui {

class TreeView : public QTreeView {
  Q_OBJECT

 public:
  TreeView(const QString& name, const QString& what, QWidget* parent = nullptr);
  void setStretching(int column) { m_stretching = column; }
  void setWidths(const QList<int>& widths);  // of the columns from the left; 0: leave it
  void setMarked(QSet<QString> ids);         // rows that are pointed at elsewhere, by their stable ids

 Q_SIGNALS:
  void hovered(const QModelIndex& index);  // invalid: nothing

 protected:
  void drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void resizeEvent(QResizeEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void fit();
  int m_stretching = 0;
  QSet<QString> m_marked;
};

}  // namespace shardwright::ui
