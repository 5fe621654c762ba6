// PlanCommands: the exact commands of running a plan, of watching it and of going back, to read and to copy.
#pragma once

#include <QScrollArea>

#include "core/manager/plan_reading.h"
#include "ui/bridge/session.h"

namespace shardwright::ui {

class CommandStrip;

class PlanCommands : public QScrollArea {
  Q_OBJECT

 public:
  explicit PlanCommands(Session& session, QWidget* parent = nullptr);
  void show(const PlanRecord& record);

 private:
  Session& m_session;
  QList<CommandStrip*> m_strips;
};

}  // namespace shardwright::ui
