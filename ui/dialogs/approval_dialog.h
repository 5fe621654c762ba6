// ApprovalDialog: agreeing to exactly one plan. Says where, what happens, what cannot be undone; each high risk has a tick of
// its own; the plan's name has to be typed. Who may approve is decided in core and only shown here.
#pragma once

#include "ui/dialogs/plan_dialog.h"

class QCheckBox;
class QLineEdit;

namespace shardwright::ui {

class ApprovalDialog : public PlanDialog {
  Q_OBJECT

 public:
  enum class Purpose {
    Approve,
    ApproveAndRun,  // where the author may approve; starts the run at once
    CleanUp,        // the clean-up of a plan that is watched
  };
  ApprovalDialog(Session& session, std::shared_ptr<const PlanSheet> asRead, Purpose purpose, QWidget* parent);

 Q_SIGNALS:
  void approved();
  void started();  // ApproveAndRun: a process has the plan

 protected:
  QString refusal() const override;
  QString missing() const override;
  void draw() override;

 private:
  void addRisks();
  void addPeople();
  void addFields();
  void approve();
  void onApproved(const Done& done);
  QStringList words() const;

  Purpose m_purpose;
  Request m_request;
  bool m_deciding = false;  // asked, and not answered yet
  QList<QCheckBox*> m_risks;
  QLineEdit *m_name, *m_comment;
  Text* m_expiry;
};

}  // namespace shardwright::ui
