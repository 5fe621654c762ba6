#include "ui/widgets/command_strip.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPainter>

#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

CommandStrip::CommandStrip(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setAccessibleName(tr("Equivalent command"));
  setToolTip(tr("The command that does the same"));
  auto* const line = new QHBoxLayout(this);
  line->setContentsMargins(grid::m, 2, grid::xs, 2);
  line->setSpacing(grid::s);
  m_text = new ElidedText(Type::Mono, Ink::Text2);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* const copy = iconButton(name + QStringLiteral(".copy"), QStringLiteral("copy"), tr("Copy the command"));
  connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_command); });
  line->addWidget(new Symbol(QStringLiteral("terminal"), Ink::Text3));
  line->addWidget(m_text, 1);
  line->addWidget(copy);
}

void CommandStrip::show(const Command& command) {
  m_command = command.text();
  m_text->setText(m_command);
  setAccessibleDescription(m_command);
}

void CommandStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(inked(Ink::Sunken));
  painter.drawRoundedRect(QRectF(rect()), grid::smallRadius, grid::smallRadius);
}

}  // namespace shardwright::ui
