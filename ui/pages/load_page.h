// Load: where is the work, and since when? Shards or keys over time as a heat picture from the samples there are, beside it the
// hot spots with what to do about each, chosen both ways; and a button that counts now.
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "ui/bridge/source.h"
#include "ui/models/row_model.h"
#include "ui/pages/page.h"
#include "ui/widgets/heat_view.h"

class QComboBox;
class QPushButton;

namespace shardwright::ui {

class Chip;
class ElidedText;
class CommandStrip;
class HeatLegend;
class Latest;
class PageHeader;
class StateView;
class TableView;
class Text;

// A hot spot as a row of the list.
struct HotRow {
  QString id;
  bool isKey = false, pinned = false;
  QString name, where, tip, advice;
  double share = 0;               // of its shard's accesses
  TokenRange range;
  ShardId shard;
  PlanRequest request;            // what the next action asks for
  QString action;
  friend bool operator==(const HotRow& a, const HotRow& b) {
    return a.id == b.id && a.name == b.name && a.where == b.where && a.tip == b.tip && a.share == b.share && a.range == b.range && a.shard == b.shard && a.action == b.action;
  }
};
std::vector<HotRow> hotRowsOf(const LoadOverview& load);

class LoadPage : public Page {
  Q_OBJECT

 public:
  LoadPage(Session& session, Navigator& navigator);
  ~LoadPage() override;

  bool isSettled() const override;
  void refresh() override;
  void shown(bool shown) override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 private:
  using Samples = std::vector<LoadSample>;

  void makeActions();
  QLayout* makeControls();
  QWidget* makePicture();
  void connectPicture();
  QWidget* makeHotList();
  void draw();
  void readSamples();
  void build();
  void take(std::shared_ptr<const LoadGrid> grid);
  // The highest exact value in sight; none: nothing above zero was measured.
  struct Hottest {
    std::size_t slot = 0, bucket = 0;
    double value = 0;
  };
  std::optional<Hottest> hottestInSight() const;
  void drawTitle();
  void drawLegend();
  void drawHotSpots();
  void drawChosen();
  void followNow();
  void follow();
  void choose();
  void chooseSpot(const QString& id);
  const HotRow* chosenSpot() const;
  void planSpot();
  void planSelection();
  QString whyNoPlan();
  void sampleNow();
  void drawSampling();

  PageHeader* m_header;
  StateView* m_state;
  HeatView* m_view;
  HeatLegend* m_legend;
  TableView* m_hotTable;
  RowModel<HotRow>* m_hot;
  ElidedText* m_density;
  Text *m_hotNote, *m_advice, *m_sampling;
  Chip* m_generated;
  CommandStrip* m_command;
  QComboBox *m_axis, *m_metric, *m_merge, *m_reach;
  QPushButton *m_plan, *m_sample, *m_stop, *m_act, *m_follow, *m_zoomIn, *m_zoomOut, *m_fit;

  Source<Samples> m_samples;
  KeyspaceName m_samplesOf;
  Latest* m_builder;
  std::optional<LoadGridInput> m_building;
  std::shared_ptr<const LoadGrid> m_grid;
  Request m_sampleRequest;
  QString m_sampleError;
  QElapsedTimer m_sampleTime;
  QTimer m_sampleTick;
};

}  // namespace shardwright::ui
