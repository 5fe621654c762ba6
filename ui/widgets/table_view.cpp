#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QKeyEvent>

#include "ui/models/cell.h"
#include "ui/theme/theme.h"
#include "ui/widgets/cell_delegate.h"

namespace shardwright::ui {

TableView::TableView(const QString& name, const QString& what, QWidget* parent) : QTableView(parent) {
  setObjectName(name);
  setAccessibleName(what);
  setItemDelegate(new CellDelegate(this));
  setFrameShape(QFrame::NoFrame);
  setShowGrid(false);
  setWordWrap(false);
  setMouseTracking(true);
  setTabKeyNavigation(false);
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setSelectionMode(QAbstractItemView::SingleSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  setSortingEnabled(true);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  horizontalHeader()->setObjectName(name + QStringLiteral(".header"));
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
  horizontalHeader()->setSortIndicatorClearable(true);
  horizontalHeader()->setMinimumSectionSize(28);
  setRowHeight(grid::row);
  connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) { Q_EMIT opened(index.data(rowIdRole).toString()); });
}

void TableView::setRowHeight(int height) {
  verticalHeader()->setMinimumSectionSize(height);
  verticalHeader()->setDefaultSectionSize(height);
}

void TableView::setWidths(const QList<int>& widths) {
  for (int column = 0; column < widths.size(); ++column)
    if (widths[column] > 0) setColumnWidth(column, widths[column]);
  fit();
}

void TableView::showAllRows(int atMost) {
  m_shownRows = atMost;
  setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  fit();
}

QString TableView::chosenId() const {
  const QModelIndexList rows = selectionModel() == nullptr ? QModelIndexList() : selectionModel()->selectedRows();
  return rows.isEmpty() ? QString() : rows.front().data(rowIdRole).toString();
}

void TableView::choose(const QString& id) {
  if (model() == nullptr || id == chosenId()) return;
  m_quiet = true;
  if (id.isEmpty()) clearSelection();
  else
    for (int row = 0; row < model()->rowCount(); ++row) {
      const QModelIndex at = model()->index(row, 0);
      if (at.data(rowIdRole).toString() != id) continue;
      setCurrentIndex(at);
      scrollTo(at);
      break;
    }
  m_quiet = false;
}

void TableView::setModel(QAbstractItemModel* model) {
  QTableView::setModel(model);
  connect(model, &QAbstractItemModel::rowsInserted, this, &TableView::fit);
  connect(model, &QAbstractItemModel::rowsRemoved, this, &TableView::fit);
  connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    if (!m_quiet) Q_EMIT chosen(chosenId());
  });
  fit();
}

void TableView::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  fit();
}

void TableView::keyPressEvent(QKeyEvent* event) {
  if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
    Q_EMIT opened(currentIndex().data(rowIdRole).toString());
    return;
  }
  QTableView::keyPressEvent(event);
}

// One column takes what the others leave.
void TableView::fit() {
  if (model() == nullptr) return;
  if (m_shownRows > 0) {
    const int rows = std::clamp(model()->rowCount(), 1, m_shownRows);
    const int header = horizontalHeader()->isHidden() ? 0 : grid::row;
    setFixedHeight(rows * verticalHeader()->defaultSectionSize() + header);
  }
  int others = 0;
  for (int column = 0; column < model()->columnCount(); ++column)
    if (column != m_stretching && !isColumnHidden(column)) others += columnWidth(column);
  setColumnWidth(m_stretching, std::max(80, viewport()->width() - others));
}

}  // namespace shardwright::ui
