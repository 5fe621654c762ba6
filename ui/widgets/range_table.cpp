#include "ui/widgets/range_table.h"

#include <QHeaderView>
#include <QPainter>
#include <algorithm>

#include "ui/theme/theme.h"

namespace shardwright::ui {

RangeTable::RangeTable(const QString& name, QWidget* parent) : TableView(name, tr("Ranges of the map"), parent), m_model(new RangeModel(this)) {
  setModel(m_model);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setStretching(RangeModel::Bounds);
  setWidths({0, 110, 90, 90, 90, 150, 110, 100});
  setColumnHidden(RangeModel::Before, true);
  connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    if (!m_quiet) Q_EMIT chosenChanged();
  });
  connect(this, &QTableView::entered, this, [this](const QModelIndex& index) { Q_EMIT hoveredChanged(m_model->rangeAt(index.row())); });
  connect(this, &TableView::opened, this, [this] {
    if (currentIndex().isValid()) Q_EMIT rangeOpened(m_model->rangeAt(currentIndex().row()));
  });
  connect(m_model, &RangeModel::arranged, this, &RangeTable::mark);
}

void RangeTable::show(std::shared_ptr<const MapScene> scene) {
  const bool compares = scene->input().before != nullptr;
  setColumnHidden(RangeModel::Before, !compares);
  m_model->show(std::move(scene));
}

void RangeTable::choose(const MapView::Spans& spans) {
  m_wanted = spans;
  mark();
}

// The rows of what is chosen, neighbours together, and the first of them to sight.
void RangeTable::mark() {
  std::vector<int> rows;
  for (const MapView::Span& span : m_wanted)
    for (std::size_t range = span.first; range <= span.last && rows.size() < mostMarked; ++range)
      if (const auto row = m_model->rowOf(range)) rows.push_back(*row);
  std::ranges::sort(rows);
  QItemSelection selection;
  for (std::size_t at = 0; at < rows.size();) {
    std::size_t end = at + 1;
    while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
    selection.append(QItemSelectionRange(m_model->index(rows[at], 0), m_model->index(rows[end - 1], m_model->columnCount() - 1)));
    at = end;
  }
  m_quiet = true;
  if (!rows.empty() && (!currentIndex().isValid() || !std::ranges::binary_search(rows, currentIndex().row())))
    selectionModel()->setCurrentIndex(m_model->index(rows.front(), 0), QItemSelectionModel::NoUpdate);
  selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  if (!rows.empty() && !hasFocus()) scrollTo(m_model->index(rows.front(), 0));
  m_quiet = false;
}

MapView::Spans RangeTable::chosenRanges() const {
  MapView::Spans spans;
  for (const QItemSelectionRange& rows : selectionModel()->selection())
    for (int row = rows.top(); row <= rows.bottom(); ++row) spans.push_back({m_model->rangeAt(row), m_model->rangeAt(row)});
  return tidied(std::move(spans));
}

void RangeTable::hover(std::optional<std::size_t> range) {
  m_hovered = range;
  viewport()->update();
}

void RangeTable::leaveEvent(QEvent* event) {
  TableView::leaveEvent(event);
  Q_EMIT hoveredChanged(std::nullopt);
}

void RangeTable::paintEvent(QPaintEvent* event) {
  TableView::paintEvent(event);
  const auto row = m_hovered ? m_model->rowOf(*m_hovered) : std::nullopt;
  if (!row) return;
  const QRect cell = visualRect(m_model->index(*row, 0));
  QPainter painter(viewport());
  painter.setPen(QPen(inked(Ink::Text), 1.5));
  painter.drawRect(QRectF(1, cell.top() + 0.5, viewport()->width() - 2, cell.height() - 1));
}

}  // namespace shardwright::ui
