// RunActor: has a run do what a person chose on a page. Wishes go to the living executor through the catalog; what executes
// goes to a process of its own, which this window's end does not touch. What destroys or reverses asks for the name first.
#pragma once

#include <QObject>
#include <QPointer>

#include "ui/bridge/run_choices.h"
#include "ui/bridge/session.h"

namespace shardwright::ui {

class NameDialog;

class RunActor : public QObject {
  Q_OBJECT

 public:
  RunActor(Session& session, QWidget* page);

  // The latest reading; a dialog that is open for what is not possible any more says so.
  void follow(std::shared_ptr<const RunReading> reading);
  // `move`: of that one alone. `argument`: of a throttle.
  void act(RunAct act, const std::optional<MoveId>& move = {}, std::int64_t argument = 0);
  bool isBusy() const { return m_request.isRunning() || m_launching; }
  Command commandOf(RunAct act, const std::optional<MoveId>& move = {}, std::int64_t argument = 0) const;

 Q_SIGNALS:
  void answered(const QString& sentence, bool failed);
  void busyChanged();

 private:
  struct Deed {
    RunAct act;
    std::optional<MoveId> move;
    std::int64_t argument;
  };
  void ask(const Deed& deed);
  void perform(const Deed& deed);
  void tell(const Deed& deed);
  void launch(const Deed& deed);
  void end(const QString& sentence, bool failed);
  const MoveStatus* moveOf(const std::optional<MoveId>& move) const;
  QStringList effectsOf(const Deed& deed) const;

  Session& m_session;
  QWidget* m_page;
  std::shared_ptr<const RunReading> m_reading;
  Request m_request{m_session};
  bool m_launching = false;
  QPointer<NameDialog> m_dialog;
  std::optional<Deed> m_asked;  // what the dialog is about
};

}  // namespace shardwright::ui
