#include "ui/shell/palette.h"

#include <QApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/bridge/source.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int paletteWidth = 560, distance = 64, rows = 10;

Cell nameCell(const Hit& hit) {
  Cell cell{hit.title, hit.titleIsCode ? CellKind::Mono : CellKind::Text, hit.icon};
  cell.strong = true;
  return cell;
}

Cell detailCell(const Hit& hit) {
  Cell cell{hit.detail};
  cell.ink = Ink::Text2;
  return cell;
}

std::vector<Column<Hit>> columns() {
  return {{Palette::tr("Name"), {}, nameCell, {}, false}, {Palette::tr("What"), {}, detailCell, {}, false}};
}

}  // namespace

Palette::Palette(Session& session, QWidget* window) : QFrame(window), m_session(session), m_hits(columns(), [](const Hit& hit) { return hit.id; }) {
  setObjectName(QStringLiteral("shell.palette"));
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::m, grid::m, grid::m, grid::m);
  all->setSpacing(grid::s);
  m_field = new QLineEdit;
  m_field->setObjectName(QStringLiteral("shell.palette.field"));
  m_field->setAccessibleName(tr("Search"));
  m_field->setPlaceholderText(tr("A page, keyspace, shard, plan or key"));
  m_field->installEventFilter(this);
  m_list = new TableView(QStringLiteral("shell.palette.hits"), tr("What was found"));
  m_list->setModel(&m_hits);
  m_list->horizontalHeader()->hide();
  m_list->setWidths({0, 220});
  m_list->setStretching(0);
  m_list->showAllRows(rows);
  m_none = new Text(Type::Body, Ink::Text2, tr("Nothing has such a name, and it is no key of this keyspace."));
  all->addWidget(m_field);
  all->addWidget(m_list);
  all->addWidget(m_none);
  connect(m_field, &QLineEdit::textChanged, this, &Palette::look);
  connect(m_list, &QTableView::clicked, this, &Palette::take);
  connect(m_list, &TableView::opened, this, &Palette::take);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
    if (isVisible() && now != nullptr && now != this && !isAncestorOf(now)) close(false);
  });
  hide();
}

void Palette::open() {
  if (!isVisible()) m_before = QApplication::focusWidget();
  m_field->clear();
  look();
  show();
  raise();
  m_field->setFocus();
}

void Palette::look() {
  const auto& facts = m_session.facts().value();
  std::vector<Hit> hits;
  if (facts) hits = hitsOf(*facts, m_session.selection().keyspace(), m_field->text());
  m_hits.setRows(std::move(hits));
  const int found = m_hits.rowCount();
  m_list->setVisible(found > 0);
  m_none->setVisible(found == 0);
  if (found > 0) m_list->setCurrentIndex(m_hits.index(0, 0));
  const int width = std::min(paletteWidth, parentWidget()->width() - 2 * grid::xl);
  setFixedWidth(width);
  layout()->activate();
  resize(width, sizeHint().height());
  move((parentWidget()->width() - width) / 2, distance);
}

void Palette::close(bool backToWhereItWas) {
  hide();
  if (backToWhereItWas && m_before) m_before->setFocus();
  m_before.clear();
}

void Palette::step(int by) {
  const int count = m_hits.rowCount();
  if (count > 0) m_list->setCurrentIndex(m_hits.index((m_list->currentIndex().row() + by + count) % count, 0));
}

void Palette::take() {
  const Hit* const hit = m_hits.rowOf(m_list->currentIndex());
  if (hit == nullptr) return;
  const Hit taken = *hit;
  close(false);
  Q_EMIT chosen(taken);
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Up: step(-1); return true;
    case Qt::Key_Down: step(1); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: take(); return true;
    case Qt::Key_Escape: close(true); return true;
    default: return QFrame::eventFilter(watched, event);
  }
}

void Palette::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(inked(Ink::Surface));
  painter.setPen(QPen(inked(Ink::Text3), 1));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), grid::radius, grid::radius);
}

}  // namespace shardwright::ui
