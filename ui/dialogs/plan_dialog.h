// PlanDialog: what the dialogs that decide about a plan share - where one is (environment and cluster in words), the plan as
// it was read, and a watch on it: when it changes, expires or may not be decided any more while the dialog is open, the dialog
// says so and the button that acts goes.
//
// Shown with open(), never exec(); dies when closed. Enter does nothing unless the dialog makes it.
#pragma once

#include <QDialog>
#include <QTimer>
#include <memory>

#include "core/manager/plan_reading.h"
#include "ui/bridge/session.h"
#include "ui/bridge/source.h"
#include "ui/theme/theme.h"

class QPushButton;
class QVBoxLayout;

namespace shardwright::ui {

class CommandStrip;
class Symbol;
class Text;

class PlanDialog : public QDialog {
  Q_OBJECT

 public:
  // `name`: of the object, and the beginning of the names in it. `asRead`: the plan that the person looked at.
  PlanDialog(const QString& name, const QString& title, Session& session, std::shared_ptr<const PlanSheet> asRead, QWidget* parent);

  const PlanId& plan() const { return m_asRead->line.record.id; }

 protected:
  QString name(const char* thing) const { return objectName() + QLatin1Char('.') + QLatin1String(thing); }
  Session& session() const { return m_session; }
  const PlanSheet& asRead() const { return *m_asRead; }
  const PlanSheet& current() const { return *m_current; }
  QVBoxLayout* body() { return m_body; }

  void addSection(const QString& heading);
  void addLine(const QString& icon, Ink ink, const QString& words);
  Text* addCaption(const QString& words);
  void addCommand();
  void showCommand(const QStringList& words);
  // The row at the bottom: Close, and the button that acts.
  QPushButton* addButtons(QPushButton* act);

  // Why it may not be done (any more); empty: it may. Asked whenever the plan, the map or the second changes.
  virtual QString refusal() const = 0;
  // What is still to be done before the button may be pressed; empty: nothing.
  virtual QString missing() const { return {}; }
  // Shows what depends on the plan, the time or what was typed.
  virtual void draw() {}
  void look();
  void say(const QString& icon, Ink ink, const QString& words);  // the notice above the buttons; empty: none
  void setBusy(bool busy);
  void showEvent(QShowEvent* event) override;
  QString changedWords() const;  // that the plan is not the one that was read; empty: it is

 private:
  void watch();
  void fit();

  Session& m_session;
  std::shared_ptr<const PlanSheet> m_asRead, m_current;
  Source<PlanSheet> m_source;
  QTimer m_second;
  QVBoxLayout* m_body;
  QWidget* m_notice;
  Symbol* m_noticeSymbol;
  Text *m_noticeText, *m_missing;
  QPushButton *m_act = nullptr, *m_close = nullptr;
  CommandStrip* m_command = nullptr;
  bool m_busy = false, m_refused = false;
};

}  // namespace shardwright::ui
