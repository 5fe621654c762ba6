// ContextBar: where one is - environment, cluster, keyspace, version of its map - and how old the data are; back, forward,
// search, refresh, light or dark.
#pragma once

#include <QTimer>

#include "ui/bridge/session.h"
#include "ui/shell/bar.h"

class QComboBox;
class QPushButton;

namespace shardwright::ui {

class Chip;
class EnvironmentChip;
class Text;

class ContextBar : public Bar {
  Q_OBJECT

 public:
  explicit ContextBar(Session& session);
  void setHistory(bool canGoBack, bool canGoForward);
  void setMode(bool dark);

 Q_SIGNALS:
  void backAsked();
  void forwardAsked();
  void searchAsked();
  void modeAsked();

 private:
  void draw();
  void drawAge();
  void drawKeyspaces();

  Session& m_session;
  EnvironmentChip* m_environment;
  Text* m_cluster;
  QComboBox* m_keyspace;
  Chip* m_version;
  Text* m_age;
  QPushButton *m_search, *m_back, *m_forward, *m_refresh, *m_mode;
  QTimer m_clock;
};

}  // namespace shardwright::ui
