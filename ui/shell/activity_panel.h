// ActivityPanel: what this window has had done, with progress, Stop, and why it failed.
#pragma once

#include <QWidget>

#include "ui/bridge/activity.h"
#include "ui/models/row_model.h"

class QPushButton;

namespace shardwright::ui {

class TableView;

class ActivityPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ActivityPanel(Activity& activity, QWidget* parent = nullptr);

 private:
  void draw();

  Activity& m_activity;
  RowModel<ActivityEntry> m_model;
  TableView* m_table;
  QPushButton* m_stop;
};

}  // namespace shardwright::ui
