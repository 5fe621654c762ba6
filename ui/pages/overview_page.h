// Overview: is anything wrong, and what should I do? The verdict in one sentence, the figures behind it, the load of each
// shard beside the mean, and what needs attention with its next action.
#pragma once

#include "ui/models/row_model.h"
#include "ui/pages/page.h"
#include "ui/pages/problems.h"

class QComboBox;

namespace shardwright::ui {

class Chip;
class LoadBars;
class PageHeader;
class ProblemList;
class StateView;
class Tile;

class OverviewPage : public Page {
  Q_OBJECT

 public:
  OverviewPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 private:
  QWidget* makeTiles();
  QWidget* makeBars();
  QWidget* makeProblems();
  void draw();
  void drawVerdict(const LoadReport& report);
  void drawTiles(const LoadOverview& load, const LoadReport& report);
  void drawBars(const LoadReport& report);
  void choose(const ShardId& shard);
  LoadMetric metric() const;

  PageHeader* m_header;
  StateView* m_state;
  Tile *m_highest, *m_balance, *m_data, *m_days, *m_hot;
  QComboBox* m_metric;
  Chip* m_generated;
  LoadBars* m_bars;
  ProblemList* m_problems;
};

}  // namespace shardwright::ui
