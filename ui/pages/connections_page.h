// Connections: the shards and whether their databases answer; adding, trying, changing, draining and removing them.
#pragma once

#include <QTimer>

#include "ui/pages/connections_health.h"
#include "ui/pages/connections_rows.h"
#include "ui/pages/page.h"

class QLineEdit;
class QPushButton;

namespace shardwright::ui {

class ConnectionDetail;
class PageHeader;
class StateView;
class TableView;

class ConnectionsPage : public Page {
  Q_OBJECT

 public:
  ConnectionsPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  void refresh() override;
  void shown(bool isShown) override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* makeTable();
  void onFacts();
  void check();
  void add();
  void drain();
  void remove();
  void draw();
  void drawHeader();
  void drawRows();
  void drawDetail();
  ConnectionRow rowOf(const Shard& shard) const;

  ShardChecks m_checks;
  QTimer m_again;
  bool m_shown = false, m_wanted = false;  // wanted: a check, as soon as the shards are known

  PageHeader* m_header;
  StateView* m_state;
  QPushButton *m_check, *m_add;
  RowModel<ConnectionRow> m_rows;
  TableView* m_table;
  QLineEdit* m_filter;
  ConnectionDetail* m_detail;
  QString m_remark;  // of what was done last
};

}  // namespace shardwright::ui
