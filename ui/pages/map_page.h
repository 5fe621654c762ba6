// Shard map: what lies where? The line in lanes of shards or as cells, beside it the table of ranges, both choosing for all
// pages; earlier versions, and what changed between two. From a choice it leads on: to a plan, a split, a file.
#pragma once

#include <QPointer>

#include "ui/bridge/source.h"
#include "ui/pages/page.h"
#include "ui/widgets/map_view.h"

class QComboBox;
class QPushButton;
class QSplitter;

namespace shardwright::ui {

struct KeyspaceFacts;
class ElidedText;
class HeatLegend;
class Latest;
class PageHeader;
class RangeTable;
class StateView;
class Chip;
class Text;

class MapPage : public Page {
  Q_OBJECT

 public:
  MapPage(Session& session, Navigator& navigator);
  ~MapPage() override;

  bool isSettled() const override;
  void open(const Place& place) override;
  void refresh() override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

  // PNG: the picture; anything else: the ranges that are listed, as CSV. A worker writes it.
  void exportTo(const QString& file);

 Q_SIGNALS:
  void exported(const QString& file);

 private:
  using History = std::vector<Catalog::MapVersionInfo>;
  // A version of the map with what is known of the load on its ranges.
  struct Shown {
    std::shared_ptr<const ShardMap> map;
    std::shared_ptr<const RangeLoads> loads;
  };

  QLayout* makeControls();
  QWidget* makePicture();
  void connectPicture();
  QWidget* makeTable();
  void makeActions();
  void makeShortcuts();
  QPushButton* toggle(const QString& name, const QString& text, const QString& tip);

  void draw();
  void drawVersions();
  void drawLegend();
  void drawTitle();
  void drawChoice();
  void drawZoom();
  void build(const KeyspaceFacts& facts);
  MapSceneInput input(const KeyspaceFacts& facts);
  void take(std::shared_ptr<const MapScene> scene);
  const KeyspaceFacts* keyspace();

  void readHistory();
  void askVersion(MapVersion version);
  void askBefore(MapVersion version);
  void keyspaceChanged();

  void follow();                     // what other pages chose
  void choose(const MapView::Spans& spans);
  void chooseShard(std::uint32_t lane);
  std::optional<MapView::Span> oneSpan() const;
  QString spanText(const MapView::Span& span) const;
  QString whyNoPlan() const;         // empty: a plan may be asked for
  void plan(PlanRequest request);
  void planMove();
  void planSplit(const std::optional<Token>& at);
  void copyChosen(bool asJson);
  void showMenu(const QPoint& place, std::size_t range, std::optional<double> share);
  void askFile(bool picture);

  PageHeader* m_header;
  StateView* m_state;
  MapView* m_view;
  RangeTable* m_table;
  HeatLegend* m_legend;
  ElidedText* m_choice;
  Text *m_density, *m_listed;
  Chip* m_generated;
  QComboBox *m_mode, *m_colour, *m_measure, *m_version, *m_before;
  QPushButton *m_plan, *m_split, *m_copy, *m_export, *m_zoomIn, *m_zoomOut, *m_fit, *m_onlyMoving, *m_onlyProblems, *m_onlyShard;
  QSplitter* m_splitter;

  Latest* m_builder;
  std::optional<MapSceneInput> m_building;  // what the scene is, or is being made, of
  std::shared_ptr<const MapScene> m_scene;
  Source<History> m_history;
  KeyspaceName m_historyOf;
  MapVersion m_historyVersion = 0;
  Request m_askShown, m_askBefore, m_write;
  std::optional<Shown> m_older;                    // none: the version in force
  std::shared_ptr<const ShardMap> m_beforeMap;     // none: nothing is compared
  int m_colourBefore = -1;                         // of the combo, while a comparison colours
};

}  // namespace shardwright::ui
