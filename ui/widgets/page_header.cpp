#include "ui/widgets/page_header.h"

#include <QVBoxLayout>

#include "ui/widgets/chip.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

PageHeader::PageHeader(QWidget* parent) : QWidget(parent) {
  auto* const line = new QHBoxLayout(this);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::l);
  auto* const words = new QVBoxLayout;
  words->setSpacing(2);
  auto* const first = m_first = new QHBoxLayout;
  first->setSpacing(grid::m);
  m_title = new Text(Type::Title);
  m_title->setWordWrap(true);
  m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_chip = new Chip;
  m_chip->hide();
  first->addWidget(m_title, 1);
  first->addWidget(m_chip);
  first->addStretch();
  m_subtitle = new Text(Type::Body, Ink::Text2);
  m_subtitle->setWordWrap(true);
  m_subtitle->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words->addLayout(first);
  words->addWidget(m_subtitle);
  line->addLayout(words, 1);
  m_actions = new QHBoxLayout;
  m_actions->setSpacing(grid::s);
  line->addLayout(m_actions);
}

void PageHeader::say(const QString& title, const QString& subtitle) {
  m_title->setText(title);
  // A chip belongs to a name, which is short; a sentence has the whole line.
  const bool name = !m_chip->isHidden();
  m_title->setWordWrap(!name);
  m_first->setStretch(0, name ? 0 : 1);
  m_first->setStretch(2, name ? 1 : 0);
  m_subtitle->setText(subtitle);
  m_subtitle->setVisible(!subtitle.isEmpty());
}

}  // namespace shardwright::ui
