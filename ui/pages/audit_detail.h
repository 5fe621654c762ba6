// AuditDetail: one event with everything that was written down about it, beside the table.
#pragma once

#include "ui/pages/audit_trail.h"
#include "ui/widgets/card.h"

class QPushButton;

namespace shardwright::ui {

class Text;

class AuditDetail : public Card {
  Q_OBJECT

 public:
  explicit AuditDetail(QWidget* parent = nullptr);
  void show(const AuditRow& row);

 Q_SIGNALS:
  void openAsked();  // the plan it is about

 private:
  Text* addField(const QString& label, bool mono = false);

  Text *m_when, *m_who, *m_where, *m_about, *m_detail, *m_hash, *m_before;
  QPushButton* m_open;
};

}  // namespace shardwright::ui
