// ConnectionDetail: one shard under the table - its settings, a test step by step, and what can be done with it.
#pragma once

#include "ui/pages/connections_rows.h"
#include "ui/bridge/session.h"
#include "ui/widgets/card.h"

class QPushButton;

namespace shardwright::ui {

class CommandStrip;
class ShardFields;
class TestSteps;
class Text;

class ConnectionDetail : public Card {
  Q_OBJECT

 public:
  explicit ConnectionDetail(Session& session, QWidget* parent = nullptr);

  void show(const ConnectionRow& row, const QStringList& owned);  // of which keyspaces it owns parts
  const Shard& shard() const { return m_row.shard; }

 Q_SIGNALS:
  void drainAsked();
  void removeAsked();

 private:
  QWidget* makeSettings();
  QWidget* makeTest();
  void save();
  void draw();

  Session& m_session;
  Request m_save;
  ConnectionRow m_row;
  QStringList m_owned;
  ShardFields* m_fields;
  TestSteps* m_steps;
  Text *m_sentence, *m_problem;
  QPushButton *m_saveButton, *m_drain, *m_remove, *m_test;
  CommandStrip* m_command;
};

}  // namespace shardwright::ui
