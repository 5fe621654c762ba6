#include "ui/widgets/move_delegate.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme/icons.h"

namespace shardwright::ui {

namespace {

constexpr double barHeight = 6, lineHeight = 17, mark = 11;

void paintLine(QPainter& painter, const QRectF& rect, const QString& words, Ink ink) {
  painter.setFont(typeface(Type::Caption));
  painter.setPen(inked(ink));
  painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                   painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(rect.width())));
}

void paintWay(QPainter& painter, const QRectF& rect, const MoveCell& cell) {
  if (cell.reason.isEmpty()) {
    paintSteps(painter, rect, cell.steps);
    return;
  }
  const double top = rect.center().y() - lineHeight;
  paintSteps(painter, QRectF(rect.left(), top, rect.width(), lineHeight), cell.steps);
  const Ink ink = cell.failed ? Ink::Danger : cell.ink;
  const QString icon = cell.failed ? QStringLiteral("failed") : cell.ink == Ink::Text3 ? QStringLiteral("info") : QStringLiteral("waiting");
  paintIcon(painter, QRectF(rect.left(), top + lineHeight + (lineHeight - mark) / 2, mark, mark), icon, inked(ink));
  paintLine(painter, QRectF(rect.left() + mark + 4, top + lineHeight, rect.width() - mark - 4, lineHeight), cell.reason, ink);
}

void paintProgress(QPainter& painter, const QRectF& rect, const MoveCell& cell) {
  const double top = rect.center().y() - (barHeight + lineHeight + 3) / 2;
  paintShare(painter, QRectF(rect.left(), top, rect.width(), barHeight), cell.share, cell.ink);
  paintLine(painter, QRectF(rect.left(), top + barHeight + 3, rect.width(), lineHeight), cell.words, Ink::Text2);
}

}  // namespace

void paintShare(QPainter& painter, const QRectF& track, double share, Ink ink) {
  const double radius = track.height() / 2;
  painter.setPen(Qt::NoPen);
  painter.setBrush(inked(Ink::Sunken));
  painter.drawRoundedRect(track, radius, radius);
  QRectF filled = track;
  filled.setWidth(track.width() * std::clamp(share, 0.0, 1.0));
  if (filled.width() < 1) return;
  painter.setBrush(inked(ink));
  painter.drawRoundedRect(filled, radius, radius);
}

void MoveDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const MoveCell cell = index.data(moveCellRole).value<MoveCell>();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  if (option.state.testFlag(QStyle::State_Selected)) painter->fillRect(option.rect, inked(Ink::AccentWeak));
  else if (option.state.testFlag(QStyle::State_MouseOver)) painter->fillRect(option.rect, Theme::instance().mixed(Ink::Sunken, Ink::Surface, 0.6));
  painter->fillRect(QRectF(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), Theme::instance().mixed(Ink::Border, Ink::Surface, 0.6));
  const QRectF rect = QRectF(option.rect).adjusted(grid::s, 0, -grid::s, -1);
  if (cell.steps.empty()) paintProgress(*painter, rect, cell);
  else paintWay(*painter, rect, cell);
  painter->restore();
}

QSize MoveDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  const MoveCell cell = index.data(moveCellRole).value<MoveCell>();
  return {static_cast<int>(cell.steps.empty() ? 160 : stepsWidth(cell.steps)) + 2 * grid::s, grid::tallRow};
}

}  // namespace shardwright::ui
