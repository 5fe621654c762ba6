// Overview: is anything wrong, and what should I do? The verdict in one sentence, the figures behind it, the load of each
// shard beside the mean, and what needs attention with its next action; in a high window the shards as a table, too.
#pragma once

#include "ui/models/row_model.h"
#include "ui/pages/page.h"
#include "ui/pages/problems.h"
#include "ui/pages/shard_holdings.h"

class QComboBox;

namespace shardwright::ui {

class Chip;
class LoadBars;
class PageHeader;
class ProblemList;
class StateView;
class TableView;
class Tile;

class OverviewPage : public Page {
  Q_OBJECT

 public:
  OverviewPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* makeTiles();
  QWidget* makeBars();
  QWidget* makeProblems();
  QWidget* makeShards();
  void draw();
  void drawVerdict(const LoadOverview& load, const LoadReport& report);
  void drawTiles(const LoadOverview& load, const LoadReport& report);
  void drawBars(const LoadOverview& load, const LoadReport& report);
  void drawChosen();
  void choose(const ShardId& shard);
  LoadMetric metric() const;

  PageHeader* m_header;
  StateView* m_state;
  Tile *m_highest, *m_balance, *m_data, *m_days, *m_hot;
  QComboBox* m_metric;
  Chip* m_generated;
  LoadBars* m_bars;
  ProblemList* m_problems;
  QWidget* m_shardsCard;
  RowModel<ShardHolding> m_lines;
  TableView* m_table;
};

}  // namespace shardwright::ui
