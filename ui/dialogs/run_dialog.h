// RunDialog: starting an approved plan. Says what the approval is and until when it holds; when that time is over, or the
// map moves on, while the dialog is open, the button goes. The run is a process of its own.
#pragma once

#include "ui/dialogs/plan_dialog.h"

class QCheckBox;
class QLineEdit;
class QSpinBox;

namespace shardwright::ui {

class RunDialog : public PlanDialog {
  Q_OBJECT

 public:
  RunDialog(Session& session, std::shared_ptr<const PlanSheet> asRead, QWidget* parent);

 Q_SIGNALS:
  void started();

 protected:
  QString refusal() const override;
  void draw() override;

 private:
  QStringList words() const;
  void start();

  QCheckBox* m_hold;
  QSpinBox* m_throttle;
  Text* m_approval;
  bool m_starting = false;
};

// Asks why; the plan is rejected with that reason.
class RejectDialog : public PlanDialog {
  Q_OBJECT

 public:
  RejectDialog(Session& session, std::shared_ptr<const PlanSheet> asRead, QWidget* parent);

 protected:
  QString refusal() const override;
  QString missing() const override;
  void draw() override;

 private:
  QString reason() const;
  void send();
  Request m_request;
  QLineEdit* m_reason;
};

}  // namespace shardwright::ui
