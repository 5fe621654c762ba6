#include "ui/widgets/symbol.h"

#include <QPainter>

#include "ui/theme/icons.h"

namespace shardwright::ui {

Symbol::Symbol(const QString& icon, Ink ink, int size, QWidget* parent) : QWidget(parent), m_icon(icon), m_ink(ink) { setFixedSize(size, size); }

void Symbol::show(const QString& icon, Ink ink) {
  m_icon = icon;
  m_ink = ink;
  update();
}

void Symbol::paintEvent(QPaintEvent*) {
  if (m_icon.isEmpty()) return;
  QPainter painter(this);
  paintIcon(painter, QRectF(rect()), m_icon, inked(m_ink));
}

}  // namespace shardwright::ui
