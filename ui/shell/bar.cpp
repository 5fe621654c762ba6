#include "ui/shell/bar.h"

#include <QPainter>

#include "ui/theme/theme.h"

namespace shardwright::ui {

Bar::Bar(const QString& name, Line line, int height) : m_line(line) {
  setObjectName(name);
  setFixedHeight(height);
}

void Bar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), inked(Ink::Surface));
  painter.fillRect(QRect(0, m_line == Line::Below ? height() - 1 : 0, width(), 1), inked(Ink::Border));
}

}  // namespace shardwright::ui
