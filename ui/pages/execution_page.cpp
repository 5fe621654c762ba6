#include "ui/pages/execution_page.h"

#include <QHeaderView>
#include <QScrollArea>
#include <algorithm>

#include "ui/bridge/cluster_facts.h"
#include "ui/pages/move_model.h"
#include "ui/pages/run_actor.h"
#include "ui/pages/run_buttons.h"
#include "ui/pages/run_charts.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chart_panel.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/move_delegate.h"
#include "ui/widgets/notice_card.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"
#include "ui/widgets/throttle_control.h"

namespace shardwright::ui {

namespace {

constexpr int readWhileRunning = 400, readAtRest = 2000;  // milliseconds

}  // namespace

ExecutionPage::ExecutionPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_source(session, Lane::Catalog, QString(), nullptr), m_actor(new RunActor(session, this)) {
  m_moves = new MoveModel(this);
  auto* const scroll = new QScrollArea;
  scroll->setObjectName(QStringLiteral("execution.scroll"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(makeContent());
  m_state = new StateView(QStringLiteral("execution.state"), scroll);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);
  connectAll();
  draw();
}

ExecutionPage::~ExecutionPage() = default;

QWidget* ExecutionPage::makeContent() {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  all->addWidget(m_header);
  all->addWidget(makeActions());
  m_notice = new NoticeCard(QStringLiteral("execution.notice"));
  all->addWidget(m_notice);
  auto* const waves = new Card;
  m_waves = new WaveStrip(QStringLiteral("execution.waves"));
  waves->body()->addWidget(m_waves);
  all->addWidget(waves);
  all->addWidget(makeMoves(), 1);
  all->addWidget(makeCharts());
  return content;
}

QWidget* ExecutionPage::makeActions() {
  auto* const bar = new QWidget;
  auto* const line = new QHBoxLayout(bar);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::m);
  m_runButtons = new RunButtons(QStringLiteral("execution.run"),
                                {RunAct::Pause, RunAct::Resume, RunAct::StopAfterWave, RunAct::Cancel, RunAct::RollBack, RunAct::CleanUp}, false);
  auto* const plan = plainButton(QStringLiteral("execution.run.plan"), tr("Show the plan"));
  connect(plan, &QPushButton::clicked, this, [this] { navigator().go({QStringLiteral("plan"), text(m_plan.text()), {}}); });
  line->addWidget(m_runButtons);
  line->addWidget(plan);
  line->addStretch();
  return bar;
}

QWidget* ExecutionPage::makeMoves() {
  auto* const card = new Card(tr("Moves"));
  m_moveWords = new ElidedText(Type::Caption, Ink::Text3);
  m_moveButtons = new RunButtons(QStringLiteral("execution.move"), {RunAct::CutOver, RunAct::Retry, RunAct::Cancel, RunAct::RollBack}, true);
  card->tools()->addWidget(m_moveWords);
  card->tools()->addWidget(m_moveButtons);
  m_table = new TableView(QStringLiteral("execution.moves"), tr("Moves of the run"));
  m_table->setRowHeight(grid::tallRow + 4);
  m_table->setSortingEnabled(false);
  m_table->setModel(m_moves);
  m_table->setStretching(MoveModel::wayColumn);
  m_table->setItemDelegateForColumn(MoveModel::wayColumn, new MoveDelegate(m_table));
  m_table->setItemDelegateForColumn(MoveModel::progressColumn, new MoveDelegate(m_table));
  m_table->setMinimumHeight(grid::row + 2 * (grid::tallRow + 4));
  card->body()->addWidget(m_table, 1);
  m_answer = new Text(Type::Caption, Ink::Text2);
  m_answer->setObjectName(QStringLiteral("execution.answer"));
  m_answer->setWordWrap(true);
  m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_answer->hide();
  card->body()->addWidget(m_answer);
  m_command = new CommandStrip(QStringLiteral("execution.command"));
  card->body()->addWidget(m_command);
  return card;
}

QWidget* ExecutionPage::makeCharts() {
  m_charts = new QWidget;
  auto* const line = new QHBoxLayout(m_charts);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::m);
  m_ratesCard = new Card(tr("Rows copied per second"));
  m_rates = ChartPanel::make(QStringLiteral("execution.rates"), tr("Rows copied per second over time"));
  m_ratesCard->body()->addWidget(m_rates, 1);
  m_waitingCard = new Card(tr("Changes to bring over"));
  m_waiting = ChartPanel::make(QStringLiteral("execution.waiting"), tr("Changes that are not on the other side yet, over time"));
  m_waitingCard->body()->addWidget(m_waiting, 1);
  auto* const throttle = new Card(tr("Throttle, each move"));
  m_throttle = new ThrottleControl(QStringLiteral("execution.throttle"));
  throttle->body()->addWidget(m_throttle, 1);
  throttle->setFixedWidth(270);
  line->addWidget(m_ratesCard, 1);
  line->addWidget(m_waitingCard, 1);
  line->addWidget(throttle);
  m_charts->setFixedHeight(212);
  return m_charts;
}

void ExecutionPage::connectAll() {
  connect(&m_source, &SourceBase::changed, this, &ExecutionPage::take);
  connect(&session().facts(), &SourceBase::changed, this, &ExecutionPage::choosePlan);
  connect(m_state, &StateView::retryAsked, this, [this] { m_source.refresh(); });
  connect(m_state, &StateView::actionAsked, this, [this] { navigator().go({m_plan.empty() ? QStringLiteral("plans") : QStringLiteral("plan"), text(m_plan.text()), {}}); });
  connect(m_runButtons, &RunButtons::asked, m_actor, [this](RunAct act) { m_actor->act(act); });
  connect(m_runButtons, &RunButtons::considered, this, [this](RunAct act) { showCommand(act, {}); });
  connect(m_moveButtons, &RunButtons::asked, m_actor, [this](RunAct act) { m_actor->act(act, chosenMove()->move.id); });
  connect(m_moveButtons, &RunButtons::considered, this, [this](RunAct act) {
    if (chosenMove() != nullptr) showCommand(act, chosenMove()->move.id);
  });
  connect(m_notice->action(), &QPushButton::clicked, m_actor, [this] {
    if (m_next) m_actor->act(*m_next, m_nextMove);
  });
  connect(m_throttle, &ThrottleControl::asked, m_actor, [this](qint64 rate) { m_actor->act(RunAct::Throttle, {}, rate); });
  connect(m_throttle, &ThrottleControl::considered, this, [this](qint64 rate) {
    if (m_taken) m_command->show(m_actor->commandOf(RunAct::Throttle, {}, rate));
  });
  connect(m_actor, &RunActor::busyChanged, this, &ExecutionPage::drawButtons);
  connect(m_actor, &RunActor::answered, this, [this](const QString& sentence, bool failed) {
    m_answer->setText(sentence);
    m_answer->setInk(failed ? Ink::Danger : Ink::Text2);
    m_answer->setVisible(!sentence.isEmpty());
    m_source.refresh();
  });
  connect(m_table, &TableView::chosen, this, [this](const QString& id) {
    session().selection().setPlan(m_plan);
    session().selection().setMoves(id.isEmpty() ? std::set<MoveId>() : std::set<MoveId>{MoveId(id.toStdString())});
    drawButtons();
  });
}

// ---- which run, and how often it is read

void ExecutionPage::open(const Place& place) {
  if (!place.item.isEmpty()) follow(PlanId(place.item.toStdString()));
  else if (!session().selection().plan().empty() && m_plan.empty()) follow(session().selection().plan());
  else choosePlan();
}

// Nobody has said which: what is being executed, else what has not ended, else the latest that began.
void ExecutionPage::choosePlan() {
  const auto& facts = session().facts().value();
  if (!facts || !m_plan.empty()) return draw();
  const PlanStatus* best = nullptr;
  for (const PlanStatus& run : facts->runs)
    if (best == nullptr || (run.executor && !best->executor)) best = &run;
  if (best != nullptr) return follow(best->record.id);
  for (const PlanRecord& plan : facts->plans)
    if (plan.startedAt) return follow(plan.id);
  draw();
}

void ExecutionPage::follow(const PlanId& plan) {
  if (plan == m_plan) return;
  m_plan = plan;
  m_taken.reset();
  m_history = {};
  m_answer->hide();
  m_actor->follow(nullptr);
  session().selection().setPlan(plan);
  m_source.readInstead([plan](ShardManager& manager, Job&, const std::shared_ptr<const RunReading>& before) { return readRun(manager, plan, before.get()); });
  setPace();
  draw();
}

void ExecutionPage::shown(bool shown) {
  m_shown = shown;
  setPace();
  if (shown && !m_plan.empty()) m_source.refresh();
}

void ExecutionPage::setPace() {
  const int wanted = !m_shown || m_plan.empty() ? 0 : m_taken && m_taken->isExecuted() ? readWhileRunning : readAtRest;
  if (m_source.interval() != wanted) m_source.setInterval(wanted);
}

void ExecutionPage::take() {
  if (m_source.value() && m_source.value() != m_taken) {
    m_taken = m_source.value();
    m_history.add(*m_taken);
    m_actor->follow(m_taken);
    setPace();
  }
  draw();
}

// ---- drawing

// A run that copies is shown with its rate, which takes some readings.
bool ExecutionPage::isSettled() const {
  const bool copies = m_taken && m_taken->isExecuted() &&
                      std::ranges::any_of(m_taken->status.moves, [](const MoveStatus& move) { return phaseOf(move) == Phase::Copy && !move.row->paused; });
  return m_state->isSettled() && (!copies || m_history.until() - m_history.since() > Pace::window);
}

const MoveStatus* ExecutionPage::chosenMove() const {
  if (!m_taken) return nullptr;
  const std::string id = m_table->chosenId().toStdString();
  const auto& moves = m_taken->status.moves;
  const auto at = std::ranges::find_if(moves, [&](const MoveStatus& move) { return move.move.id.text() == id; });
  return at == moves.end() ? nullptr : &*at;
}

void ExecutionPage::draw() {
  const auto& facts = session().facts();
  if (m_plan.empty()) {
    if (!facts.value()) m_state->follow(facts, false, tr("Reading the catalog"));
    else m_state->showEmpty(tr("No plan has been run yet."), tr("Show the plans"));
  } else if (m_taken && !m_taken->status.record.startedAt) {
    m_state->showEmpty(tr("%1 has not begun: it is %2.").arg(text(m_plan.text()), text(planStateName(m_taken->status.record.state))), tr("Show the plan"));
  } else if (m_state->follow(m_source, m_taken != nullptr, tr("Reading the journal of %1").arg(text(m_plan.text())))) {
    drawHeader(*m_taken);
    drawNotice(*m_taken);
    m_waves->show(waveLines(*m_taken));
    drawMoves(*m_taken);
    drawButtons();
    drawCharts(*m_taken);
    drawThrottle(*m_taken);
  }
  Q_EMIT changed();
}

void ExecutionPage::drawHeader(const RunReading& reading) {
  m_header->say(titleOf(reading.status), subtitleOf(reading, m_history));
  const StateWord state = stateWordOf(reading.status);
  m_header->chip()->show(state.word, state.ink, state.icon);
  if (m_command->command().isEmpty()) m_command->show(session().command({QStringLiteral("status"), text(m_plan.text()), QStringLiteral("--follow")}));
}

void ExecutionPage::drawNotice(const RunReading& reading) {
  const auto notice = noticeOf(reading);
  m_next = notice ? notice->next : std::nullopt;
  m_nextMove = notice ? notice->move : std::nullopt;
  m_notice->setVisible(notice.has_value());
  if (!notice) return;
  m_notice->show(notice->icon, notice->ink, notice->title, notice->detail, !m_next ? QString() : m_nextMove ? tr("%1: %2").arg(actWord(*m_next, true), text(m_nextMove->text())) : actWord(*m_next, false));
  if (m_next) {
    const Choice choice = choiceOf(reading, *m_next);
    allow(m_notice->action(), choice.allowed && !m_actor->isBusy(), asSentence(choice.why));
  }
}

void ExecutionPage::drawMoves(const RunReading& reading) {
  m_moves->setRows(moveLines(reading, m_history));
  const bool narrow = width() < 1000;
  m_table->setWidths({narrow ? 190 : 280, 0, narrow ? 190 : 300});
  if (m_table->chosenId().isEmpty() && m_moves->rowCount() > 0) {
    const auto& moves = reading.status.moves;
    const auto& chosen = session().selection().moves();
    if (!chosen.empty() && session().selection().plan() == m_plan) m_table->choose(text(chosen.begin()->text()));
    if (!m_table->chosenId().isEmpty()) return;
    const auto telling = std::ranges::find_if(moves, [](const MoveStatus& move) { return !isFinal(phaseOf(move)) && phaseOf(move) != Phase::Queued; });
    m_table->choose(text((telling == moves.end() ? moves.front() : *telling).move.id.text()));
  }
}

void ExecutionPage::drawButtons() {
  if (!m_taken) return;
  const MoveStatus* const move = chosenMove();
  m_runButtons->show(*m_taken, nullptr, m_actor->isBusy());
  if (move != nullptr) m_moveButtons->show(*m_taken, move, m_actor->isBusy());
  else m_moveButtons->showNone(tr("Choose a move first."));
  m_moveWords->setText(move == nullptr ? tr("No move chosen") : tr("%1: %2 → %3").arg(text(move->move.id.text()), text(move->move.source.text()), text(move->move.target.text())));
}

void ExecutionPage::drawCharts(const RunReading& reading) {
  const PlanState state = reading.status.record.state;
  const bool rests = !reading.isExecuted() && (state == PlanState::Watching || isFinal(state));
  m_charts->setVisible(!rests || !m_history.rates().empty());
  m_rates->show(ratesPicture(reading, m_history));
  m_waiting->show(waitingPicture(reading, m_history));
  const auto rate = m_history.rate();
  m_ratesCard->setHeading(rate && reading.isExecuted() ? tr("Rows copied per second: %1").arg(shortCount(*rate)) : tr("Rows copied per second"));
  std::int64_t backlog = 0;
  for (const MoveStatus& move : reading.status.moves) backlog += move.row ? move.row->backlog : 0;
  m_waitingCard->setHeading(reading.isExecuted() ? tr("Changes to bring over: %1").arg(countText(backlog)) : tr("Changes to bring over"));
}

void ExecutionPage::drawThrottle(const RunReading& reading) {
  const ThrottleState state = throttleOf(reading);
  const QString asked = state.asked ? tr("Asked %1%2").arg(throttleWord(*state.asked), state.heard ? QString() : tr(", not heard yet")) : tr("As it was started");
  const QString inForce = state.inForce ? tr("in force %1").arg(throttleWord(*state.inForce)) : tr("nothing is being copied");
  m_throttle->show(state.asked ? state.asked : state.inForce, reading.isExecuted() ? asked + QStringLiteral(" · ") + inForce : tr("Nobody executes the plan now."));
  const Choice choice = choiceOf(reading, RunAct::Throttle);
  m_throttle->allow(choice.allowed, asSentence(choice.why));
}

void ExecutionPage::showCommand(RunAct act, const std::optional<MoveId>& move) {
  if (m_taken) m_command->show(m_actor->commandOf(act, move));
}

}  // namespace shardwright::ui
