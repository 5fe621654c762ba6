#include "ui/widgets/text.h"

#include <QPainter>

namespace shardwright::ui {

Text::Text(Type type, Ink ink, const QString& text, QWidget* parent) : QLabel(text, parent), m_ink(ink) {
  setFont(typeface(type));
  setTextFormat(Qt::PlainText);  // names and sentences may hold anything
  connect(&Theme::instance(), &Theme::changed, this, &Text::follow);
  follow();
}

void Text::setInk(Ink ink) {
  if (ink == m_ink) return;
  m_ink = ink;
  follow();
}

void Text::follow() {
  QPalette palette = this->palette();
  palette.setColor(QPalette::WindowText, inked(m_ink));
  setPalette(palette);
}

void ElidedText::setElideMode(Qt::TextElideMode mode) {
  m_mode = mode;
  update();
}

void ElidedText::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(palette().color(QPalette::WindowText));
  const QString shown = fontMetrics().elidedText(text(), m_mode, width());
  painter.drawText(rect(), static_cast<int>(alignment()), shown);
  if (toolTip() != m_ownTip) return;
  const QString tip = shown == text() ? QString() : text();
  if (tip == m_ownTip) return;
  m_ownTip = tip;
  setToolTip(tip);
}

}  // namespace shardwright::ui
