#include "ui/pages/plan_builder.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/models/plan_standing.h"
#include "ui/models/shard_changes.h"
#include "ui/pages/plan_options.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/plan_bands_view.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/tally_line.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int restMilliseconds = 250;       // without typing, before a preview is asked for
constexpr UnixSeconds measuredHolds = 120;  // then the cluster is measured again
constexpr int formWidth = 348;

}  // namespace

PlanBuilder::PlanBuilder(Session& session, QWidget* parent) : QWidget(parent), m_session(session), m_asking(session), m_making(session) {
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_back = plainButton(QStringLiteral("plans.builder.back"), tr("All plans"));
  m_make = primaryButton(QStringLiteral("plans.builder.make"), tr("Make plan"));
  m_header->actions()->addWidget(m_back);
  m_header->actions()->addWidget(m_make);
  all->addWidget(m_header);
  auto* const columns = new QHBoxLayout;
  columns->setSpacing(grid::m);
  columns->addWidget(makeForm());
  columns->addWidget(makePreview(), 1);
  all->addLayout(columns, 1);
  m_soon.setSingleShot(true);
  m_soon.setInterval(restMilliseconds);
  connect(&m_soon, &QTimer::timeout, this, &PlanBuilder::preview);
  connect(m_form, &PlanOptionsForm::changed, this, &PlanBuilder::ask);
  connect(m_back, &QPushButton::clicked, this, &PlanBuilder::leaving);
  connect(m_make, &QPushButton::clicked, this, &PlanBuilder::make);
  connect(m_state, &StateView::stopAsked, this, [this] { m_asking.stop(); });
  connect(m_state, &StateView::retryAsked, this, &PlanBuilder::measureAgain);
  connect(&session.facts(), &SourceBase::changed, this, &PlanBuilder::onFacts);
  connect(&session.selection(), &Selection::keyspaceChanged, this, &PlanBuilder::measureAgain);
  onFacts();
}

PlanBuilder::~PlanBuilder() = default;

QWidget* PlanBuilder::makeForm() {
  auto* const card = new Card(tr("What shall the plan reach?"));
  card->setFixedWidth(formWidth);
  m_form = new PlanOptionsForm;
  auto* const scroll = new QScrollArea;
  scroll->setObjectName(QStringLiteral("plans.builder.scroll"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->viewport()->setAutoFillBackground(false);
  scroll->setWidget(m_form);
  m_form->setAutoFillBackground(false);  // which setWidget turned on
  card->body()->addWidget(scroll, 1);
  m_reason = new Text(Type::Caption, Ink::Warn);
  m_reason->setObjectName(QStringLiteral("plans.builder.reason"));
  m_reason->setWordWrap(true);
  card->body()->addWidget(m_reason);
  return card;
}

QWidget* PlanBuilder::makePreview() {
  auto* const card = new Card(tr("What would come out"));
  m_measuredText = new Text(Type::Caption, Ink::Text3);
  card->tools()->addWidget(m_measuredText);
  auto* const content = new QWidget;
  auto* const lines = new QVBoxLayout(content);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(grid::m);
  m_sentence = new Text(Type::Strong);
  m_sentence->setObjectName(QStringLiteral("plans.builder.sentence"));
  m_sentence->setWordWrap(true);
  m_tally = new TallyLine(QStringLiteral("plans.builder.tally"));
  m_bands = new PlanBandsView(QStringLiteral("plans.builder.bands"));
  m_table = new TableView(QStringLiteral("plans.builder.shards"), tr("Load of each shard before and after"));
  m_rows = new RowModel<ShardChangeRow>(shardChangeColumns(false), [](const ShardChangeRow& row) { return row.shard; }, this);
  m_table->setModel(m_rows);
  m_table->setWidths({0, 170, 170, 96});
  lines->addWidget(m_sentence);
  lines->addWidget(m_tally);
  lines->addWidget(m_bands);
  lines->addWidget(m_table, 1);
  m_state = new StateView(QStringLiteral("plans.builder.state"), content);
  card->body()->addWidget(m_state, 1);
  m_command = new CommandStrip(QStringLiteral("plans.builder.command"));
  card->body()->addWidget(m_command);
  return card;
}

void PlanBuilder::onFacts() {
  const auto& facts = m_session.facts().value();
  if (!facts) return;
  m_form->showShards(facts->shards);
  if (m_active && !m_measured && !m_asking.isRunning() && m_refusal.isEmpty()) ask();
}

void PlanBuilder::fill(const PlanRequest& request) { m_form->fill(request); }

void PlanBuilder::setActive(bool active) {
  if (active == m_active) return;
  m_active = active;
  if (!active) {
    m_soon.stop();
    m_asking.drop();
    return;
  }
  const auto& facts = m_session.facts().value();
  const KeyspaceFacts* const keyspace = facts ? facts->keyspace(m_session.selection().keyspace()) : nullptr;
  if (keyspace != nullptr && !m_session.selection().ranges().empty()) {
    const auto& ranges = m_session.selection().ranges();
    const ShardingStrategy& strategy = keyspace->map->strategy();
    const QString from = ranges.front().from.isBeginning() ? QString() : text(strategy.formatToken(ranges.front().from));
    m_form->suggestRange(from + QStringLiteral("..") + (ranges.back().until ? text(strategy.formatToken(*ranges.back().until)) : QString()));
  }
  ask();
}

void PlanBuilder::measureAgain() {
  m_measured.reset();
  if (m_active) ask();
}

bool PlanBuilder::isSettled() const { return m_state->isSettled() && !m_asking.isRunning() && !m_soon.isActive(); }

// A moment later, so that typing asks once.
void PlanBuilder::ask() {
  const KeyspaceName& keyspace = m_session.selection().keyspace();
  m_header->say(tr("A new plan for %1").arg(text(keyspace.text())), tr("It is a draft until somebody approves it; nothing moves before."));
  m_command->show(m_session.command(createWords(keyspace, m_form->request())));
  m_refusal.clear();
  m_asking.drop();
  const QString missing = m_form->missing();
  if (!missing.isEmpty()) {
    m_soon.stop();
    m_state->showEmpty(missing);
  } else if (m_active && !keyspace.empty()) {
    m_soon.start();
    if (!m_measured) m_state->showLoading(tr("Measuring the cluster"));
  }
  drawButtons();
  Q_EMIT changed();
}

void PlanBuilder::preview() {
  const KeyspaceName keyspace = m_session.selection().keyspace();
  if (m_session.now() - m_measuredAt > measuredHolds) m_measured.reset();
  m_asked = m_form->request();
  m_asking.start(
      Lane::Shards, m_measured ? QString() : tr("Measure %1 for a plan").arg(text(keyspace.text())),
      [keyspace, request = m_asked, measured = m_measured](ShardManager& manager, Job& job) -> Result<Preview> {
        Preview preview;
        preview.answer = TRY(manager.plans().preview(keyspace, request, measured, job.token()));
        if (!preview.answer.made.plan) return preview;
        const auto plan = std::make_shared<const MigrationPlan>(*preview.answer.made.plan);
        auto target = TRY(applyPlan(*preview.answer.base, *plan));
        preview.picture = std::make_shared<const PlanPicture>(pictureOf(plan, preview.answer.base, std::make_shared<const ShardMap>(std::move(target))));
        return preview;
      },
      [this](Result<Preview> preview) { take(std::move(preview)); });
  drawButtons();
}

void PlanBuilder::take(Result<Preview> preview) {
  if (!preview) {
    const Error& error = preview.error();
    const bool asked = error.code() == ErrorCode::InvalidInput || error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Refused;
    m_refusal = asSentence(error.message());
    if (asked) m_state->showEmpty(m_refusal);
    else m_state->showError(error, 0, false);
  } else {
    if (preview->answer.measured != m_measured) m_measuredAt = m_session.now();
    m_measured = preview->answer.measured;
    m_measuredText->setText(tr("measured %1; making the plan measures again").arg(timeText(m_measuredAt)));
    m_measuredText->setToolTip(fullTimeText(m_measuredAt));
    if (preview->picture) {
      showPlan(*preview);
    } else {
      m_refusal = asSentence(preview->answer.made.sentence);
      m_state->showEmpty(tr("No plan is needed: %1").arg(said(preview->answer.made.sentence)));
    }
  }
  drawButtons();
  Q_EMIT changed();
}

void PlanBuilder::showPlan(const Preview& preview) {
  const MigrationPlan& plan = *preview.picture->plan;
  m_sentence->setText(asSentence(preview.answer.made.sentence));
  m_tally->show(tallyOf(plan, preview.picture->unchanged));
  m_bands->show(preview.picture);
  m_rows->setRows(shardChangeRows(plan));
  m_state->showContent();
}

void PlanBuilder::drawButtons() {
  const QString missing = m_form->missing();
  const QString why = m_making.isRunning() ? tr("The plan is being made.") : !missing.isEmpty() ? missing : m_refusal;
  allow(m_make, why.isEmpty() && !m_session.selection().keyspace().empty(), why);
  m_make->setText(m_making.isRunning() ? tr("Making the plan…") : tr("Make plan"));
  m_reason->setText(m_making.isRunning() ? QString() : missing);
}

void PlanBuilder::make() {
  const KeyspaceName keyspace = m_session.selection().keyspace();
  m_making.start(
      Lane::Shards, tr("Make a plan for %1").arg(text(keyspace.text())),
      [keyspace, request = m_form->request()](ShardManager& manager, Job& job) { return manager.plans().create(keyspace, request, job.token()); },
      [this](Result<MadePlan> made) {
        m_session.facts().refresh();
        if (!made) {
          m_refusal = asSentence(made.error().message());
          m_state->showError(made.error(), 0, false);
        } else if (!made->plan) {
          m_refusal = asSentence(made->sentence);
          m_state->showEmpty(tr("No plan is needed: %1").arg(said(made->sentence)));
        }
        drawButtons();
        if (made && made->plan) Q_EMIT this->made(made->plan->id);
      });
  drawButtons();
}

}  // namespace shardwright::ui
