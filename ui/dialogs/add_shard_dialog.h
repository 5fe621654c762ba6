// AddShardDialog: a database becomes a shard. What is typed is checked as it is typed; the database can be tried step by
// step before anything is changed.
#pragma once

#include <QDialog>

#include "ui/bridge/session.h"

class QPushButton;

namespace shardwright::ui {

class CommandStrip;
class ShardFields;
class TestSteps;
class Text;

class AddShardDialog : public QDialog {
  Q_OBJECT

 public:
  AddShardDialog(Session& session, QWidget* parent);

 Q_SIGNALS:
  void added(const shardwright::ShardId& shard);

 private:
  QWidget* makeButtons();
  void chooseFile();
  void test();
  void add();
  void draw();

  Session& m_session;
  Request m_add;
  ShardFields* m_fields;
  TestSteps* m_steps;
  CommandStrip* m_command;
  Text* m_problem;
  QPushButton *m_testButton, *m_addButton;
};

}  // namespace shardwright::ui
