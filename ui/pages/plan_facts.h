// PlanFacts: what is so about a plan, in two lines under its name: fingerprint, map version, author, approval; and, where
// something stands in the way, the notice that says what and offers the way out.
#pragma once

#include <QWidget>

#include "core/manager/plan_reading.h"
#include "ui/theme/theme.h"

class QPushButton;

namespace shardwright::ui {

class Symbol;
class TallyLine;
class Text;

class PlanFacts : public QWidget {
  Q_OBJECT

 public:
  explicit PlanFacts(QWidget* parent = nullptr);
  void show(const PlanSheet& sheet, UnixSeconds now);
  void setWorking(bool working);  // on the way out that was chosen

 Q_SIGNALS:
  void rebaseAsked();

 private:
  struct Notice {
    QString icon, words;
    Ink ink = Ink::Warn;
    bool rebase = false;
  };
  static Notice noticeOf(const PlanSheet& sheet, UnixSeconds now);

  QString m_fingerprint;
  Text* m_short;
  QPushButton *m_copy, *m_rebase;
  TallyLine* m_line;
  QWidget* m_notice;
  Symbol* m_symbol;
  Text* m_words;
};

}  // namespace shardwright::ui
