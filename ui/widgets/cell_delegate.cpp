#include "ui/widgets/cell_delegate.h"

#include <QPainter>

#include "ui/models/cell.h"
#include "ui/theme/figures.h"
#include "ui/theme/icons.h"
#include "ui/widgets/chip.h"

namespace shardwright::ui {

namespace {

constexpr double barWidth = 72, barHeight = 6;

QColor inkOf(const Cell& cell, const QStyleOptionViewItem& option) {
  if (!option.state.testFlag(QStyle::State_Enabled)) return inked(Ink::Text3);
  return inked(cell.ink.value_or(Ink::Text));
}

void paintBar(QPainter& painter, const QRectF& rect, double share, Ink ink) {
  const QRectF track(rect.left(), rect.center().y() - barHeight / 2, std::min(barWidth, rect.width()), barHeight);
  painter.setPen(Qt::NoPen);
  painter.setBrush(inked(Ink::Sunken));
  painter.drawRoundedRect(track, barHeight / 2, barHeight / 2);
  QRectF filled = track;
  filled.setWidth(track.width() * std::clamp(share, 0.0, 1.0));
  painter.setBrush(inked(ink));
  if (filled.width() >= 1) painter.drawRoundedRect(filled, barHeight / 2, barHeight / 2);
}

void paintWords(QPainter& painter, const QRectF& rect, const Cell& cell, const QColor& colour) {
  painter.setPen(colour);
  painter.setFont(typeface(cell.kind == CellKind::Mono ? Type::Mono : cell.strong ? Type::Strong : Type::Body));
  QRectF first = rect;
  if (!cell.second.isEmpty()) {
    first = QRectF(rect.left(), rect.center().y() - 18, rect.width(), 18);
    painter.save();
    painter.setFont(typeface(Type::Caption));
    painter.setPen(inked(Ink::Text3));
    const QRectF second(rect.left(), rect.center().y() + 1, rect.width(), 17);
    painter.drawText(second, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(cell.second, Qt::ElideRight, static_cast<int>(rect.width())));
    painter.restore();
  }
  if (cell.kind == CellKind::Figure) {
    drawFigures(painter, first, Qt::AlignRight | Qt::AlignVCenter, cell.text);
    return;
  }
  const auto elide = cell.kind == CellKind::Mono ? Qt::ElideMiddle : Qt::ElideRight;
  painter.drawText(first, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                   painter.fontMetrics().elidedText(cell.text, elide, static_cast<int>(first.width())));
}

}  // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Cell cell = index.data(cellRole).value<Cell>();
  const bool chosen = option.state.testFlag(QStyle::State_Selected);
  const bool over = option.state.testFlag(QStyle::State_MouseOver);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  if (chosen) painter->fillRect(option.rect, inked(Ink::AccentWeak));
  else if (over) painter->fillRect(option.rect, Theme::instance().mixed(Ink::Sunken, Ink::Surface, 0.6));
  painter->fillRect(QRectF(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), Theme::instance().mixed(Ink::Border, Ink::Surface, 0.6));
  QRectF rect = QRectF(option.rect).adjusted(grid::s, 0, -grid::s, -1);
  const QColor colour = inkOf(cell, option);
  if (cell.kind == CellKind::Chip) {
    if (!cell.text.isEmpty()) paintChip(*painter, rect, cell.text, cell.ink.value_or(Ink::Text2), cell.icon);
    painter->restore();
    return;
  }
  if (!cell.icon.isEmpty()) {
    paintIcon(*painter, QRectF(rect.left(), rect.center().y() - 7, 14, 14), cell.icon, colour);
    rect.setLeft(rect.left() + grid::icon + grid::s - 2);
  }
  if (cell.kind == CellKind::Bar && cell.share) {
    paintBar(*painter, rect, *cell.share, cell.ink.value_or(Ink::Accent));
    rect.setLeft(rect.left() + barWidth + grid::s);
    if (rect.width() > 0) paintWords(*painter, rect, cell, inked(Ink::Text2));
  } else {
    paintWords(*painter, rect, cell, cell.icon.isEmpty() || cell.ink ? colour : inked(Ink::Text));
  }
  painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  const Cell cell = index.data(cellRole).value<Cell>();
  double width = cell.kind == CellKind::Chip ? chipWidth(cell.text, !cell.icon.isEmpty())
                                             : figuresWidth(typeface(cell.kind == CellKind::Mono ? Type::Mono : Type::Strong), cell.text);
  if (cell.kind == CellKind::Bar) width += barWidth + grid::s;
  if (cell.kind != CellKind::Chip && !cell.icon.isEmpty()) width += grid::icon + grid::s;
  return {static_cast<int>(width) + 2 * grid::s + 2, cell.second.isEmpty() ? grid::row : grid::tallRow};
}

}  // namespace shardwright::ui
