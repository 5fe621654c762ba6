// Execution: one run. Where it stands in a sentence; its waves and moves with their steps; how fast it copies and what
// waits; and what may be done with it. It follows the catalog's journal, whoever executes the plan, and stops nothing when
// it is closed.
#pragma once

#include "ui/bridge/run_history.h"
#include "ui/bridge/source.h"
#include "ui/pages/page.h"
#include "ui/pages/run_lines.h"

namespace shardwright::ui {

class ChartPanel;
class Card;
class CommandStrip;
class MoveModel;
class NoticeCard;
class PageHeader;
class RunActor;
class RunButtons;
class StateView;
class TableView;
class Text;
class ThrottleControl;
class WaveStrip;

class ExecutionPage : public Page {
  Q_OBJECT

 public:
  ExecutionPage(Session& session, Navigator& navigator);
  ~ExecutionPage() override;

  bool isSettled() const override;
  void open(const Place& place) override;
  void refresh() override { m_source.refresh(); }
  void shown(bool shown) override;

 private:
  QWidget* makeContent();
  QWidget* makeActions();
  QWidget* makeMoves();
  QWidget* makeCharts();
  void connectAll();
  void follow(const PlanId& plan);
  void choosePlan();
  void setPace();
  void take();
  void draw();
  void drawHeader(const RunReading& reading);
  void drawNotice(const RunReading& reading);
  void drawMoves(const RunReading& reading);
  void drawButtons();
  void drawCharts(const RunReading& reading);
  void drawThrottle(const RunReading& reading);
  void showCommand(RunAct act, const std::optional<MoveId>& move);
  const MoveStatus* chosenMove() const;

  PlanId m_plan;
  Source<RunReading> m_source;
  std::shared_ptr<const RunReading> m_taken;
  RunHistory m_history;
  bool m_shown = false;
  MoveModel* m_moves;
  RunActor* m_actor;
  StateView* m_state;
  PageHeader* m_header;
  RunButtons *m_runButtons, *m_moveButtons;
  CommandStrip* m_command;
  Text *m_answer, *m_moveWords;
  NoticeCard* m_notice;
  std::optional<RunAct> m_next;        // of the notice
  std::optional<MoveId> m_nextMove;
  WaveStrip* m_waves;
  TableView* m_table;
  QWidget* m_charts;
  Card *m_ratesCard, *m_waitingCard;
  ChartPanel *m_rates, *m_waiting;
  ThrottleControl* m_throttle;
};

}  // namespace shardwright::ui
