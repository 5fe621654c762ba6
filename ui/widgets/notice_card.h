// NoticeCard: what a person should know or decide now: symbol, a sentence, what it means, and the action to go on with -
// the one filled button of its page.
#pragma once

#include "ui/theme/theme.h"
#include "ui/widgets/card.h"

class QPushButton;

namespace shardwright::ui {

class Symbol;
class Text;

class NoticeCard : public Card {
  Q_OBJECT

 public:
  explicit NoticeCard(const QString& name, QWidget* parent = nullptr);
  void show(const QString& icon, Ink ink, const QString& title, const QString& detail, const QString& action = {});
  QPushButton* action() { return m_action; }  // hidden where there is none

 private:
  Symbol* m_symbol;
  Text *m_title, *m_detail;
  QPushButton* m_action;
};

}  // namespace shardwright::ui
