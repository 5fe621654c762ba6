#include "ui/widgets/goal_choice.h"

#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

GoalChoice::GoalChoice(const QString& name, const QString& icon, const QString& title, QWidget* parent) : QAbstractButton(parent), m_icon(icon) {
  setObjectName(name);
  setAccessibleName(title);
  setText(title);
  setCheckable(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAttribute(Qt::WA_Hover);
}

QSize GoalChoice::sizeHint() const { return {74, 54}; }

void GoalChoice::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.setBrush(isChecked() ? inked(Ink::AccentWeak) : underMouse() ? inked(Ink::Sunken) : inked(Ink::Surface));
  painter.setPen(QPen(inked(isChecked() || hasFocus() ? Ink::Accent : Ink::Border), hasFocus() ? 2 : 1));
  painter.drawRoundedRect(box, grid::smallRadius, grid::smallRadius);
  const Ink ink = isChecked() ? Ink::Accent : Ink::Text2;
  paintIcon(painter, QRectF(box.center().x() - 8, box.top() + 9, 16, 16), m_icon, inked(ink));
  painter.setFont(typeface(isChecked() ? Type::CaptionStrong : Type::Caption));
  painter.setPen(inked(isChecked() ? Ink::Accent : Ink::Text));
  painter.drawText(QRectF(box.left(), box.top() + 28, box.width(), 20), Qt::AlignCenter, painter.fontMetrics().elidedText(text(), Qt::ElideRight, static_cast<int>(box.width()) - 4));
}

}  // namespace shardwright::ui
