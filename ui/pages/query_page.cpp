#include "ui/pages/query_page.h"

#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/query_answer.h"
#include "ui/pages/query_form.h"
#include "ui/pages/query_telling.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/routing_picture.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int typingPause = 120;  // milliseconds without a key until the way of a query is found anew
constexpr int lookEvery = 40;     // milliseconds, while a query runs
constexpr std::size_t remembered = 20;

}  // namespace

QueryPage::QueryPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_explain(session), m_run(session), m_shardRows(shardLineColumns(), [](const ShardLine& line) { return line.shard; }) {
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_stopButton = plainButton(QStringLiteral("query.run.stop"), tr("Stop"));
  m_runButton = primaryButton(QStringLiteral("query.run.start"), tr("Run"));
  m_header->actions()->addWidget(m_stopButton, 0, Qt::AlignTop);
  m_header->actions()->addWidget(m_runButton, 0, Qt::AlignTop);
  all->addWidget(m_header);
  all->addWidget(makeConsent());
  auto* const upper = new QHBoxLayout;
  upper->setSpacing(grid::m);
  m_form = new QueryForm;
  upper->addWidget(m_form, 4);
  upper->addWidget(makeRouting(), 7);
  all->addLayout(upper);
  m_answer = new QueryAnswerCard(session);
  all->addWidget(m_answer, 1);
  m_command = new CommandStrip(QStringLiteral("query.command"));
  all->addWidget(m_command);

  m_debounce.setSingleShot(true);
  m_debounce.setInterval(typingPause);
  m_poll.setInterval(lookEvery);
  connect(&m_debounce, &QTimer::timeout, this, &QueryPage::explain);
  connect(&m_poll, &QTimer::timeout, this, &QueryPage::look);
  connect(m_runButton, &QPushButton::clicked, this, &QueryPage::run);
  connect(m_stopButton, &QPushButton::clicked, this, &QueryPage::stop);
  connect(m_answer, &QueryAnswerCard::retryAsked, this, &QueryPage::run);
  connect(m_answer, &QueryAnswerCard::stopAsked, this, &QueryPage::stop);
  connect(m_form, &QueryForm::edited, this, &QueryPage::onEdited);
  connect(m_form, &QueryForm::submitted, this, &QueryPage::run);
  connect(m_form, &QueryForm::recalled, this, &QueryPage::recall);
  connect(&session.facts(), &SourceBase::changed, this, &QueryPage::onKeyspace);
  connect(&session.selection(), &Selection::keyspaceChanged, this, &QueryPage::onKeyspace);
  connect(&session.selection(), &Selection::changed, this, [this] { m_picture->choose(this->session().selection().shards()); });
  addShortcuts();
  onKeyspace();
  draw();
}

void QueryPage::addShortcuts() {
  const auto add = [this](QKeySequence keys, auto does) {
    auto* const shortcut = new QShortcut(keys, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, does);
  };
  add(QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { run(); });
  add(QKeySequence(Qt::CTRL | Qt::Key_Period), [this] { stop(); });
}

QWidget* QueryPage::makeConsent() {
  m_consent = new QWidget;
  auto* const line = new QHBoxLayout(m_consent);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_consentText = new Text(Type::Body, Ink::Warn);
  m_consentText->setWordWrap(true);
  m_consentButton = plainButton(QStringLiteral("query.consent.ask"), tr("Ask them"));
  line->addWidget(new Symbol(QStringLiteral("warning"), Ink::Warn));
  line->addWidget(m_consentText, 1);
  line->addWidget(m_consentButton);
  m_consent->hide();
  connect(m_consentButton, &QPushButton::clicked, this, [this] {
    m_consented = true;
    m_consent->hide();
    run();
  });
  return m_consent;
}

QWidget* QueryPage::makeRouting() {
  auto* const card = new Card(tr("Which shards, and why"));
  m_picture = new RoutingPicture(QStringLiteral("query.routing.picture"));
  card->body()->addWidget(m_picture);
  m_shardTable = new TableView(QStringLiteral("query.routing.shards"), tr("The shards that the query needs, with the reason and how long each took"));
  m_shardTable->setModel(&m_shardRows);
  m_shardTable->setStretching(1);
  m_shardTable->setWidths({92, 0, 60, 138, 106});
  m_shardTable->setMinimumHeight(3 * grid::row);
  card->body()->addWidget(m_shardTable, 1);
  m_merging = new Text(Type::Caption, Ink::Text2);
  m_merging->setWordWrap(true);
  card->body()->addWidget(m_merging);
  const auto choose = [this](const ShardId& shard) { session().selection().setShards({shard}); };
  connect(m_picture, &RoutingPicture::chosen, this, choose);
  connect(m_shardTable, &TableView::chosen, this, [choose](const QString& shard) {
    if (!shard.isEmpty()) choose(ShardId(shard.toStdString()));
  });
  return card;
}

const Keyspace* QueryPage::keyspace() {
  const auto& facts = session().facts().value();
  const KeyspaceFacts* const found = facts ? facts->keyspace(session().selection().keyspace()) : nullptr;
  return found == nullptr ? nullptr : &found->keyspace;
}

bool QueryPage::isSettled() const {
  return m_isKnown && !m_debounce.isActive() && !m_explain.isRunning() && m_phase != Phase::Running;
}

void QueryPage::open(const Place& place) {
  if (place.item.isEmpty()) return;
  m_opened = place.item;
  if (keyspace() != nullptr) showOpened();
}

void QueryPage::showOpened() {
  QueryDraft draft;
  draft.keyspace = m_draft.keyspace;
  draft.table = m_draft.table;
  draft.key = std::exchange(m_opened, {});
  m_form->setDraft(draft);
  onEdited();
}

void QueryPage::refresh() { explain(); }

void QueryPage::shown(bool isShown) {
  if (isShown) m_form->focusFirst();
}

QVariantMap QueryPage::state() const {
  QVariantList recent;
  for (const QueryDraft& draft : m_recent) recent << draft.toMap();
  return {{QStringLiteral("draft"), m_draft.toMap()}, {QStringLiteral("recent"), recent}};
}

// What was typed is back; nothing is asked.
void QueryPage::restore(const QVariantMap& state) {
  m_recent.clear();
  for (const QVariant& draft : state.value(QStringLiteral("recent")).toList()) m_recent.push_back(QueryDraft::fromMap(draft.toMap()));
  const QVariantMap draft = state.value(QStringLiteral("draft")).toMap();
  if (!draft.isEmpty()) recall(QueryDraft::fromMap(draft));
}

void QueryPage::onKeyspace() {
  m_isKnown = session().facts().value() != nullptr;
  const Keyspace* const chosen = keyspace();
  if (chosen == nullptr) return;
  const bool another = m_draft.keyspace != text(chosen->name.text());
  const auto& facts = session().facts().value();
  const bool newMap = m_map != facts->keyspace(chosen->name)->map;
  m_form->setKeyspace(*chosen);
  if (another) {
    const bool first = m_draft.keyspace.isEmpty();
    const auto examples = exampleDrafts(*chosen);
    if (!examples.empty()) m_form->setDraft(examples.front());
    m_draft = m_form->draft();
    m_draft.keyspace = text(chosen->name.text());
    if (!first) onEdited();
  }
  if (another || newMap) {
    m_form->setRecent(m_recent, exampleDrafts(*chosen));
    explain();
  }
  if (!m_opened.isEmpty()) showOpened();
}

void QueryPage::recall(const QueryDraft& draft) {
  const KeyspaceName wanted(draft.keyspace.toStdString());
  const auto& facts = session().facts().value();
  const KeyspaceFacts* const found = facts ? facts->keyspace(wanted) : nullptr;
  if (found == nullptr) return;
  m_draft.keyspace = draft.keyspace;
  session().selection().setKeyspace(wanted);
  m_form->setKeyspace(found->keyspace);
  m_form->setDraft(draft);
  onEdited();
  m_form->setRecent(m_recent, exampleDrafts(found->keyspace));
}

// The question is another one: the answer to the one before goes, and what runs for it is of no use.
void QueryPage::onEdited() {
  const QString keyspace = m_draft.keyspace;
  m_draft = m_form->draft();
  m_draft.keyspace = keyspace;
  if (m_phase == Phase::Running) stop();
  m_phase = Phase::Asking;
  m_shares.clear();
  m_consent->hide();
  m_debounce.start();
  draw();
}

// Which shards the query needs, found from the map that is known here; no database is asked.
void QueryPage::explain() {
  m_debounce.stop();
  const Keyspace* const chosen = keyspace();
  if (chosen == nullptr) return;
  m_read = readDraft(m_draft, chosen->strategy.keyType);
  m_form->showProblems(m_read.problems);
  m_map = session().facts().value()->keyspace(chosen->name)->map;
  m_explain.drop();
  if (!m_read.query) {
    m_plan.reset();
    m_planError.reset();
    return draw();
  }
  m_explain.start(
      Lane::Catalog, {}, [map = m_map, keyspace = *chosen, query = *m_read.query](ShardManager&, Job&) { return planQuery(*map, keyspace, query); },
      [this](Result<QueryPlan> plan) {
        m_planError.reset();
        m_plan.reset();
        if (plan) m_plan = *std::move(plan);
        else m_planError = plan.error();
        draw();
      });
  draw();
}

QString QueryPage::whyNot() const {
  if (m_phase == Phase::Running) return tr("It is running");
  if (!m_read.problems.empty()) return m_read.problems.begin()->second;
  if (m_read.isIncomplete || !m_read.query) return m_draft.kind == QueryDraft::Kind::Key ? tr("Type a key first") : tr("Say what to compute first");
  if (m_planError) return asSentence(m_planError->message());
  if (m_plan && m_plan->steps.empty()) return tr("No shard owns any of it");
  return {};
}

bool QueryPage::needsConsent() {
  const auto& facts = session().facts().value();
  return !m_consented && facts && facts->environment == Environment::Production && m_plan && m_plan->shape == QueryPlan::Shape::Scatter && m_plan->steps.size() > 1;
}

void QueryPage::run() {
  if (m_debounce.isActive()) explain();
  if (!whyNot().isEmpty()) return;
  if (!needsConsent()) return start();
  const auto& load = session().load().value();
  const auto rows = load ? load->report(LoadMetric::Rows).total : std::nullopt;
  m_consentText->setText(tr("This asks %1 of a production cluster%2. The question comes once.")
                             .arg(counted(std::ssize(m_plan->steps), tr("shard"), tr("shards")), rows ? tr(", which hold %1").arg(rowsText(*rows)) : QString()));
  m_consent->show();
  m_consentButton->setFocus();
}

void QueryPage::start() {
  std::erase(m_recent, m_draft);
  m_recent.insert(m_recent.begin(), m_draft);
  if (m_recent.size() > remembered) m_recent.resize(remembered);
  m_form->setRecent(m_recent, exampleDrafts(*keyspace()));

  m_phase = Phase::Running;
  m_shares.clear();
  m_since.start();
  m_current = std::make_shared<QueryRun>();
  m_run.start(
      Lane::Own, tr("Query %1").arg(draftTitle(m_draft)),
      [run = m_current, keyspace = keyspace()->name, query = *m_read.query, options = m_read.options](ShardManager& manager, Job& job) {
        return runQuery(manager, job, keyspace, query, options, *run);
      },
      [this, run = m_current](const Done& outcome) {
        if (!outcome) run->finish(outcome.error());  // nobody could even begin
        if (run == m_current) look();
      });
  m_poll.start();
  m_answer->showWaiting();
  draw();
}

// At once for whoever waits; the worker gets away from shards that hang when it can.
void QueryPage::stop() {
  if (m_phase != Phase::Running) return;
  m_shares = m_current->shares();
  m_took = elapsed();
  m_poll.stop();
  m_run.drop();
  m_phase = Phase::Stopped;
  m_answer->showNothing(tr("Stopped after %1").arg(durationText(m_took)));
  draw();
}

double QueryPage::elapsed() const { return m_phase == Phase::Running ? static_cast<double>(m_since.elapsed()) / 1000 : m_took; }

void QueryPage::look() {
  if (m_phase != Phase::Running) return;
  m_shares = m_current->shares();
  if (m_current->isFinished()) return take(*m_current->answer());
  drawHeader();
  drawShards();
}

void QueryPage::take(const Result<QueryAnswer>& answer) {
  m_took = elapsed();
  m_poll.stop();
  if (answer) {
    m_phase = Phase::Answered;
    m_plan = answer->plan;
    m_shares = answer->shards;
    m_answer->showAnswer(std::make_shared<const QueryAnswer>(*answer), m_draft.keyspace, m_map->strategy());
  } else {
    m_phase = Phase::Failed;
    m_answer->showError(answer.error());
  }
  draw();
}

void QueryPage::draw() {
  drawHeader();
  drawShards();
  drawButtons();
  if (m_phase == Phase::Asking) m_answer->showNothing(tr("Nothing has been asked yet. Run asks the shards above (Ctrl+Enter)."));
  m_form->showProblem(m_planError ? asSentence(m_planError->message()) : QString());
  m_command->show(session().command(commandWords(m_draft)));
  Q_EMIT changed();
}

void QueryPage::drawButtons() {
  const QString why = whyNot();
  allow(m_runButton, why.isEmpty(), why.isEmpty() ? tr("Asks the shards above (Ctrl+Enter)") : why);
  const bool running = m_phase == Phase::Running;
  allow(m_stopButton, running, running ? tr("Waits no longer (Ctrl+.)") : tr("Nothing is running"));
}

void QueryPage::drawHeader() {
  const auto& facts = session().facts().value();
  const QueryVerdict verdict = verdictOf(view(), m_read, facts ? std::ssize(facts->shards) : 0);
  m_header->say(verdict.title, verdict.under);
}

QueryView QueryPage::view() const {
  QueryView view{m_draft, m_plan ? &*m_plan : nullptr, m_planError ? &*m_planError : nullptr, m_shares};
  view.running = m_phase == Phase::Running;
  view.stopped = m_phase == Phase::Stopped;
  view.elapsed = elapsed();
  return view;
}

void QueryPage::drawShards() {
  const auto& facts = session().facts().value();
  m_picture->show(facts ? sceneOf(view(), m_read, m_map.get(), facts->shards) : RoutingScene());
  m_picture->choose(session().selection().shards());
  std::vector<ShardLine> lines;
  if (m_plan) lines = shardLines(*m_plan, m_shares, m_phase == Phase::Running, m_phase == Phase::Stopped, elapsed());
  m_shardRows.setRows(std::move(lines));
  QStringList merging;
  if (m_plan)
    for (const std::string& sentence : m_plan->merging) merging << asSentence(sentence);
  if (m_plan && !m_plan->nobodys.empty()) merging << tr("%1 of it belong to nobody").arg(counted(std::ssize(m_plan->nobodys), tr("stretch"), tr("stretches")));
  m_merging->setText(merging.join(QStringLiteral(" · ")));
  m_merging->setVisible(!merging.isEmpty());
}

}  // namespace shardwright::ui
