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
  auto* const first = new QHBoxLayout;
  first->setSpacing(grid::m);
  m_title = new Text(Type::Title);
  m_title->setWordWrap(true);
  m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_chip = new Chip;
  m_chip->hide();
  first->addWidget(m_title, 1);
  first->addWidget(m_chip);
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
  m_subtitle->setText(subtitle);
  m_subtitle->setVisible(!subtitle.isEmpty());
}

}  // namespace shardwright::ui
