#include "ui/pages/executions_page.h"

#include <QVBoxLayout>
#include <algorithm>

#include "ui/bridge/cluster_facts.h"
#include "ui/pages/run_lines.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"

namespace shardwright::ui {

namespace {

constexpr int readEvery = 1000;  // milliseconds

std::vector<Column<RunLine>> columns() {
  const auto tr = [](const char* words) { return ExecutionsPage::tr(words); };
  return {{tr("Plan"), tr("The plan that is carried out"),
           [](const RunLine& run) {
             Cell cell{run.plan};
             cell.strong = true;
             cell.second = run.keyspace + QStringLiteral(" · ") + run.moves;
             return cell;
           },
           lessBy<RunLine>(&RunLine::plan)},
          {tr("State"), tr("Where it stands"),
           [](const RunLine& run) {
             Cell cell{run.state, CellKind::Chip, run.icon, run.ink};
             return cell;
           },
           lessBy<RunLine>(&RunLine::state)},
          {tr("Wave"), tr("The current wave, of all"), [](const RunLine& run) { return Cell{run.wave, CellKind::Figure}; }, {}, true},
          {tr("Copied"), tr("Bytes on their targets, of those to be moved"),
           [](const RunLine& run) {
             Cell cell{run.bytes, CellKind::Bar};
             cell.share = run.share;
             return cell;
           },
           lessBy<RunLine>(&RunLine::share)},
          {tr("Rate"), tr("Rows copied a second, over the last seconds"), [](const RunLine& run) { return Cell{run.rate, CellKind::Figure}; }, {}, true},
          {tr("Left"), tr("When every row will be copied, as a range, or why nobody can say"),
           [](const RunLine& run) {
             Cell cell{run.eta};
             cell.tip = run.eta;
             return cell;
           }},
          {tr("Executor"), tr("The process that works on it now"),
           [](const RunLine& run) {
             Cell cell{run.executor};
             cell.tip = run.executorTip;
             return cell;
           },
           lessBy<RunLine>(&RunLine::executor)},
          {tr("Since"), tr("When the run began"),
           [](const RunLine& run) {
             Cell cell{timeText(run.since), CellKind::Figure};
             cell.tip = fullTimeText(run.since);
             return cell;
           },
           lessBy<RunLine>(&RunLine::since), true}};
}

RunLine lineOf(const RunReading& run, const RunHistory& history) {
  const StateWord state = stateWordOf(run.status);
  const RunProgress progress = progressOf(run.status);
  RunLine line;
  line.plan = text(run.id().text());
  line.keyspace = text(run.status.record.keyspace.text());
  line.icon = state.icon;
  line.state = state.word;
  line.ink = state.ink;
  line.wave = QStringLiteral("%1 / %2").arg(progress.wave).arg(progress.waves);
  line.moves = counted(progress.moves, ExecutionsPage::tr("move"), ExecutionsPage::tr("moves"));
  line.share = progress.share();
  line.bytes = ExecutionsPage::tr("%1 of %2").arg(bytesText(progress.bytes), bytesText(progress.bytesTotal));
  line.since = run.status.record.startedAt.value_or(0);
  line.executor = executorOf(run.status);
  line.executorTip = run.status.executor ? said(*run.status.executor) : ExecutionsPage::tr("Nobody works on it now");
  line.rate = run.isExecuted() && history.rate() ? rateText(*history.rate(), ExecutionsPage::tr("rows/s")) : dash;
  line.eta = run.status.record.state == PlanState::Running ? etaOf(run, history) : dash;
  return line;
}

}  // namespace

ExecutionsPage::ExecutionsPage(Session& session, Navigator& navigator)
    : Page(session, navigator),
      m_source(session, Lane::Catalog, QString(),
               [](ShardManager& manager, Job&, const std::shared_ptr<const RunList>& before) { return readRuns(manager, before.get()); }) {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_open = plainButton(QStringLiteral("executions.list.open"), tr("Open run"));
  m_header->actions()->addWidget(m_open);
  all->addWidget(m_header);
  auto* const card = new Card;
  m_model = new RowModel<RunLine>(columns(), [](const RunLine& run) { return run.plan; }, this);
  m_table = new TableView(QStringLiteral("executions.list"), tr("Runs"));
  m_table->setRowHeight(grid::tallRow);
  m_table->setModel(m_model);
  m_table->setStretching(5);
  card->body()->addWidget(m_table, 1);
  all->addWidget(card, 1);
  m_state = new StateView(QStringLiteral("executions.state"), content);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);

  connect(&m_source, &SourceBase::changed, this, &ExecutionsPage::take);
  connect(m_state, &StateView::retryAsked, this, [this] { m_source.refresh(); });
  connect(m_state, &StateView::actionAsked, this, [this] { this->navigator().go({QStringLiteral("plans"), {}, {}}); });
  connect(m_table, &TableView::opened, this, &ExecutionsPage::go);
  connect(m_table, &TableView::chosen, this, [this](const QString& plan) {
    if (!plan.isEmpty()) this->session().selection().setPlan(PlanId(plan.toStdString()));
    draw();
  });
  connect(m_open, &QPushButton::clicked, this, [this] { go(m_table->chosenId()); });
  draw();
}

bool ExecutionsPage::isSettled() const { return m_state->isSettled(); }

QString ExecutionsPage::badge(const ClusterFacts& facts) {
  for (const PlanStatus& run : facts.runs)
    if (run.executor) return percentText(progressOf(run).share());
  return {};
}

void ExecutionsPage::shown(bool shown) {
  m_source.setInterval(shown ? readEvery : 0);
  if (shown) m_source.refresh();
}

void ExecutionsPage::go(const QString& plan) {
  if (!plan.isEmpty()) navigator().go({QStringLiteral("execution"), plan, {}});
}

void ExecutionsPage::take() {
  if (m_source.value() && m_source.value() != m_taken) {
    m_taken = m_source.value();
    for (const auto& run : m_taken->runs)
      if (run->isExecuted()) m_histories[run->id()].add(*run);
  }
  draw();
}

void ExecutionsPage::draw() {
  if (m_state->follow(m_source, m_taken != nullptr, tr("Reading the journal"))) {
    if (m_taken->runs.empty()) m_state->showEmpty(tr("No plan has been run yet."), tr("Show the plans"));
    std::vector<RunLine> lines;
    int executed = 0, watched = 0, stuck = 0;
    for (const auto& run : m_taken->runs) {
      lines.push_back(lineOf(*run, m_histories[run->id()]));
      const PlanState state = run->status.record.state;
      executed += run->isExecuted() ? 1 : 0;
      watched += !run->isExecuted() && state == PlanState::Watching ? 1 : 0;
      stuck += !run->isExecuted() && (state == PlanState::Running || state == PlanState::Failed) ? 1 : 0;
    }
    QStringList parts{executed == 0 ? tr("No run is under way") : tr("%1 under way").arg(counted(executed, tr("run"), tr("runs")))};
    if (stuck > 0) parts << tr("%1 without an executor").arg(stuck);
    if (watched > 0) parts << tr("%1 watched").arg(watched);
    m_header->say(parts.join(QStringLiteral(", ")), tr("%1 begun in this cluster; closing this window stops none").arg(counted(static_cast<std::int64_t>(lines.size()), tr("run"), tr("runs"))));
    m_model->setRows(std::move(lines));
    const bool wide = width() >= 1100;
    m_table->setWidths({wide ? 190 : 150, wide ? 140 : 118, 60, wide ? 220 : 190, wide ? 110 : 90, 0, wide ? 170 : 110, 70});
    if (m_table->chosenId().isEmpty() && m_model->rowCount() > 0) m_table->choose(m_model->index(0, 0).data(rowIdRole).toString());
    allow(m_open, !m_table->chosenId().isEmpty(), m_table->chosenId().isEmpty() ? tr("Choose a run first.") : QString());
  }
  Q_EMIT changed();
}

}  // namespace shardwright::ui
