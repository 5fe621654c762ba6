// Plans: what was planned, how each stands, and the way to a new one. The list; over it, where a plan is asked for, the
// builder.
#pragma once

#include <QTimer>

#include "core/manager/plan_reading.h"
#include "ui/bridge/source.h"
#include "ui/models/row_model.h"
#include "ui/pages/page.h"

class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedLayout;

namespace shardwright::ui {

class PageHeader;
class PlanBuilder;
class StateView;
class TableView;

// One line of the list, as it is shown: two are equal if nobody sees a difference.
struct PlanRow {
  PlanLine line;
  UnixSeconds now = 0;
  QString seen;
  friend bool operator==(const PlanRow& a, const PlanRow& b) { return a.seen == b.seen; }
};
PlanRow planRow(const PlanLine& line, UnixSeconds now);

class PlansPage : public Page {
  Q_OBJECT

 public:
  PlansPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  void open(const Place& place) override;
  void refresh() override;
  void shown(bool shown) override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 private:
  QWidget* makeList();
  void watch();
  void draw();
  void filter();
  void say(const std::vector<PlanLine>& lines);

  Source<std::vector<PlanLine>> m_lines;
  QTimer m_second;
  std::int64_t m_seen = -1;  // of the audit, when the list was read
  QStackedLayout* m_stack;
  QWidget* m_list;
  PlanBuilder* m_builder;
  PageHeader* m_header;
  StateView* m_state;
  QComboBox* m_which;
  QLineEdit* m_words;
  QPushButton* m_new;
  TableView* m_table;
  RowModel<PlanRow>* m_rows;
};

}  // namespace shardwright::ui
