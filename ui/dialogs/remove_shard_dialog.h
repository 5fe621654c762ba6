// RemoveShardDialog: a shard is forgotten, after its name has been typed.
#pragma once

#include <QDialog>

#include "core/domain/shard.h"
#include "ui/bridge/session.h"

class QLineEdit;
class QPushButton;

namespace shardwright::ui {

class Text;

class RemoveShardDialog : public QDialog {
  Q_OBJECT

 public:
  RemoveShardDialog(Session& session, const Shard& shard, QWidget* parent);

 Q_SIGNALS:
  void removed(const QString& remark);  // empty: nothing is left of it; else what is

 private:
  bool isNamed() const;
  void remove();
  void draw();

  Session& m_session;
  Shard m_shard;
  Request m_remove;
  QLineEdit* m_name;
  Text* m_problem;
  QPushButton* m_button;
};

}  // namespace shardwright::ui
