// RunButtons: the actions of a run in fixed places. Those that are not allowed now stay, and say why.
#pragma once

#include <QWidget>
#include <map>
#include <vector>

#include "ui/bridge/run_choices.h"

class QPushButton;

namespace shardwright::ui {

class RunButtons : public QWidget {
  Q_OBJECT

 public:
  // `name`: execution.run; of one move, if `ofOneMove`.
  RunButtons(const QString& name, const std::vector<RunAct>& acts, bool ofOneMove, QWidget* parent = nullptr);
  // `busy`: something is being asked already.
  void show(const RunReading& reading, const MoveStatus* move, bool busy);
  void showNone(const QString& why);

 Q_SIGNALS:
  void asked(shardwright::ui::RunAct act);
  void considered(shardwright::ui::RunAct act);  // pointed at, or about to be pressed

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool m_ofOneMove;
  std::map<RunAct, QPushButton*> m_buttons;
};

}  // namespace shardwright::ui
