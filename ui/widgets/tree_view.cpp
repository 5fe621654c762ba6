#include "ui/widgets/tree_view.h"

#include <QHeaderView>
#include <QPainter>

#include "ui/models/cell.h"
#include "ui/theme/theme.h"
#include "ui/widgets/cell_delegate.h"

namespace shardwright::ui {

TreeView::TreeView(const QString& name, const QString& what, QWidget* parent) : QTreeView(parent) {
  setObjectName(name);
  setAccessibleName(what);
  setItemDelegate(new CellDelegate(this));
  setFrameShape(QFrame::NoFrame);
  setMouseTracking(true);
  setUniformRowHeights(true);
  setIndentation(grid::l);
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  header()->setObjectName(name + QStringLiteral(".header"));
  header()->setStretchLastSection(false);
  header()->setSectionsMovable(false);
  header()->setMinimumSectionSize(28);
  connect(this, &QTreeView::entered, this, &TreeView::hovered);
}

void TreeView::setWidths(const QList<int>& widths) {
  for (int column = 0; column < widths.size(); ++column)
    if (widths[column] > 0) setColumnWidth(column, widths[column]);
  fit();
}

void TreeView::setMarked(QSet<QString> ids) {
  if (ids == m_marked) return;
  m_marked = std::move(ids);
  viewport()->update();
}

void TreeView::drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  if (!index.parent().isValid()) painter->fillRect(option.rect, inked(Ink::Sunken));
  else if (!m_marked.isEmpty() && m_marked.contains(index.data(rowIdRole).toString())) painter->fillRect(option.rect, Theme::instance().mixed(Ink::Move, Ink::Surface, 0.14));
  QTreeView::drawRow(painter, option, index);
}

void TreeView::resizeEvent(QResizeEvent* event) {
  QTreeView::resizeEvent(event);
  fit();
}

void TreeView::leaveEvent(QEvent* event) {
  QTreeView::leaveEvent(event);
  Q_EMIT hovered({});
}

void TreeView::fit() {
  if (model() == nullptr) return;
  int others = 0;
  for (int column = 0; column < model()->columnCount(); ++column)
    if (column != m_stretching && !isColumnHidden(column)) others += columnWidth(column);
  setColumnWidth(m_stretching, std::max(120, viewport()->width() - others));
}

}  // namespace shardwright::ui
