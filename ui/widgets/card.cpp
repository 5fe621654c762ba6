#include "ui/widgets/card.h"

#include <QPainter>

#include "ui/theme/theme.h"

namespace shardwright::ui {

Card::Card(const QString& heading, QWidget* parent) : QFrame(parent) {
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(grid::l, grid::m, grid::l, grid::m);
  outer->setSpacing(grid::s);
  auto* const top = new QHBoxLayout;
  m_heading = new QLabel;
  m_heading->setFont(typeface(Type::Section));
  top->addWidget(m_heading);
  top->addStretch();
  m_tools = new QHBoxLayout;
  m_tools->setSpacing(grid::s);
  top->addLayout(m_tools);
  outer->addLayout(top);
  m_body = new QVBoxLayout;
  m_body->setSpacing(grid::s);
  outer->addLayout(m_body, 1);
  setHeading(heading);
}

void Card::setHeading(const QString& heading) {
  m_heading->setText(heading);
  m_heading->setVisible(!heading.isEmpty());
}

void Card::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(inked(Ink::Surface));
  painter.setPen(QPen(inked(Ink::Border), grid::hair));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), grid::radius, grid::radius);
}

}  // namespace shardwright::ui
