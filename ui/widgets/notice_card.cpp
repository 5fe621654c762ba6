#include "ui/widgets/notice_card.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

NoticeCard::NoticeCard(const QString& name, QWidget* parent) : Card({}, parent) {
  setObjectName(name);
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::m);
  m_symbol = new Symbol({}, Ink::Warn, 18);
  auto* const words = new QVBoxLayout;
  words->setSpacing(2);
  m_title = new Text(Type::Strong);
  m_title->setObjectName(name + QStringLiteral(".title"));
  m_detail = new Text(Type::Body, Ink::Text2);
  m_detail->setObjectName(name + QStringLiteral(".detail"));
  for (Text* text : {m_title, m_detail}) {
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    words->addWidget(text);
  }
  m_action = primaryButton(name + QStringLiteral(".action"), {});
  line->addWidget(m_symbol, 0, Qt::AlignTop);
  line->addLayout(words, 1);
  line->addWidget(m_action, 0, Qt::AlignVCenter);
  body()->addLayout(line);
}

void NoticeCard::show(const QString& icon, Ink ink, const QString& title, const QString& detail, const QString& action) {
  m_symbol->show(icon, ink);
  m_title->setText(title);
  m_title->setInk(ink);
  m_detail->setText(detail);
  m_action->setText(action);
  m_action->setAccessibleName(action);
  m_action->setVisible(!action.isEmpty());
  setAccessibleName(title);
  setAccessibleDescription(detail);
}

}  // namespace shardwright::ui
