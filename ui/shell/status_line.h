// StatusLine: how many shards answer, what runs, the last failure, who acts here.
#pragma once

#include "ui/bridge/session.h"
#include "ui/shell/bar.h"

class QPushButton;

namespace shardwright::ui {

class Symbol;
class Text;
class ElidedText;

class StatusLine : public Bar {
  Q_OBJECT

 public:
  explicit StatusLine(Session& session);

 Q_SIGNALS:
  void activityAsked();

 private:
  void draw();
  QString runsText() const;

  Session& m_session;
  Symbol* m_symbol;
  Text *m_shards, *m_runs, *m_actor;
  ElidedText* m_failure;
  QPushButton* m_activity;
};

}  // namespace shardwright::ui
