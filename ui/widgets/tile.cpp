#include "ui/widgets/tile.h"

#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

Tile::Tile(const QString& name, const QString& label, const QString& tip, QWidget* parent) : Card({}, parent), m_label(label) {
  setObjectName(name);
  setToolTip(tip);
  setAccessibleName(label);
  body()->setSpacing(2);
  body()->addWidget(new ElidedText(Type::Body, Ink::Text2, label));
  m_figure = new Text(Type::Figure);
  body()->addWidget(m_figure);
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::xs);
  m_symbol = new Symbol({}, Ink::Text3, 12);
  m_note = new ElidedText(Type::Caption, Ink::Text3);
  line->addWidget(m_symbol);
  line->addWidget(m_note, 1);
  body()->addLayout(line);
}

void Tile::show(const QString& figure, const QString& note, Ink ink, const QString& icon) {
  m_figure->setText(figure);
  m_note->setText(note);
  m_note->setInk(ink);
  m_symbol->show(icon, ink);
  m_symbol->setVisible(!icon.isEmpty());
  setAccessibleDescription(m_label + QStringLiteral(": ") + figure + QStringLiteral(", ") + note);
}

}  // namespace shardwright::ui
