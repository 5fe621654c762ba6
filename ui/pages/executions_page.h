// Executions: every run that has begun - its state, wave, bytes, rate, when it will be done, who executes it - those under
// way first. Each opens as a page of its own.
#pragma once

#include <map>

#include "ui/bridge/run_history.h"
#include "ui/bridge/source.h"
#include "ui/models/row_model.h"
#include "ui/pages/page.h"

class QPushButton;

namespace shardwright::ui {

struct ClusterFacts;
class PageHeader;
class StateView;
class TableView;

struct RunLine {
  QString plan, keyspace;
  QString icon, state;
  Ink ink = Ink::Text2;
  QString wave, moves;
  double share = 0;
  QString bytes, rate, eta, executor, executorTip;
  UnixSeconds since = 0;
  friend bool operator==(const RunLine&, const RunLine&) = default;
};

class ExecutionsPage : public Page {
  Q_OBJECT

 public:
  ExecutionsPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  void refresh() override { m_source.refresh(); }
  void shown(bool shown) override;
  static QString badge(const ClusterFacts& facts);  // how far the run is that is executed now

 private:
  void take();
  void draw();
  void go(const QString& plan);

  Source<RunList> m_source;
  std::shared_ptr<const RunList> m_taken;
  std::map<PlanId, RunHistory> m_histories;
  RowModel<RunLine>* m_model;
  StateView* m_state;
  PageHeader* m_header;
  TableView* m_table;
  QPushButton* m_open;
};

}  // namespace shardwright::ui
