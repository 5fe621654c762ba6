#include "ui/pages/audit_page.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollBar>
#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/pages/audit_detail.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/export_button.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int checkEvery = 30'000;  // milliseconds, while the page is seen
constexpr qsizetype shortHash = 12;

template <class Projection>
std::function<bool(const AuditRow&, const AuditRow&)> byEvent(Projection projection) {
  return [projection](const AuditRow& a, const AuditRow& b) { return std::invoke(projection, *a.event) < std::invoke(projection, *b.event); };
}

std::vector<Column<AuditRow>> columns() {
  const auto tr = [](const char* words) { return AuditPage::tr(words); };
  return {
      {tr("When"), tr("Local time; the zone is in the tooltip"),
       [](const AuditRow& row) { return Cell{.text = momentText(row.event->at), .tip = fullTimeText(row.event->at)}; }, byEvent(&AuditEvent::sequence)},
      {tr("Who"), tr("The name that was given, and the user of the operating system where it is another"),
       [](const AuditRow& row) { return Cell{.text = whoText(*row.event)}; }, byEvent(&AuditEvent::actor)},
      {tr("Event"), {},
       [](const AuditRow& row) {
         return Cell{.text = eventWords(row.event->event), .icon = eventIcon(row.event->event), .ink = Ink::Text, .tip = text(printable(row.event->event, 80))};
       },
       byEvent(&AuditEvent::event)},
      {tr("About"), tr("The plan, shard or keyspace; Enter opens a plan"),
       [](const AuditRow& row) { return Cell{.text = text(printable(row.event->subject, 120)), .ink = row.isPlan ? Ink::Accent : Ink::Text}; },
       byEvent(&AuditEvent::subject)},
      {tr("Detail"), {},
       [](const AuditRow& row) {
         if (row.event->detail == "{}") return Cell{};
         return Cell{.text = detailLine(*row.event), .ink = Ink::Text2, .tip = detailLines(*row.event)};
       }},
      {tr("Number"), tr("Its place in the chain"),
       [](const AuditRow& row) { return Cell{.text = countText(row.event->sequence), .kind = CellKind::Figure, .ink = Ink::Text2}; }, byEvent(&AuditEvent::sequence), true},
  };
}

// The choice that is made stays made while the list around it grows.
void fill(QComboBox& box, const QString& all, const QStringList& names) {
  QStringList wanted{all};
  wanted += names;
  QStringList shown;
  for (int at = 0; at < box.count(); ++at) shown << box.itemText(at);
  if (wanted == shown) return;
  const QString chosen = box.currentIndex() > 0 ? box.currentText() : QString();
  const QSignalBlocker quiet(box);
  box.clear();
  box.addItems(wanted);
  box.setCurrentIndex(chosen.isEmpty() ? 0 : std::max(0, static_cast<int>(wanted.indexOf(chosen))));
}

// Also before the list around it is known.
void chooseIn(QComboBox& box, const QString& name) {
  if (box.count() == 0) box.addItem(QString());
  if (box.findText(name) < 0) box.addItem(name);
  box.setCurrentText(name);
}

QString chosenIn(const QComboBox& box) { return box.currentIndex() > 0 ? box.currentText() : QString(); }

}  // namespace

AuditPage::AuditPage(Session& session, Navigator& navigator)
    : Page(session, navigator),
      m_trail(session, Lane::Catalog, {}, [anew = m_anew](ShardManager& manager, Job&, const auto& before) {
        return readAuditTrail(manager, anew->exchange(false) ? nullptr : before.get());
      }),
      m_chain(session, Lane::Own, {}, [](ShardManager& manager, Job&, const auto&) { return checkChain(manager); }),
      m_rows(columns(), [](const AuditRow& row) { return QString::number(row.event->sequence); }) {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_check = plainButton(QStringLiteral("audit.chain.check"), tr("Check now"));
  m_copyHead = plainButton(QStringLiteral("audit.chain.copy"), tr("Copy head"));
  m_copyHead->setToolTip(tr("The hash of the last event. Kept outside the catalog, it shows later that nothing was cut off."));
  m_export = new ExportButton(QStringLiteral("audit.export"), session, [this] { return exportJob(); });
  for (QPushButton* button : std::initializer_list<QPushButton*>{m_check, m_copyHead, m_export}) m_header->actions()->addWidget(button, 0, Qt::AlignTop);
  all->addWidget(m_header);
  all->addWidget(makeTimeline());
  all->addWidget(makeEvents(), 1);
  m_command = new CommandStrip(QStringLiteral("audit.command"));
  m_command->show(session.command({QStringLiteral("audit"), QStringLiteral("check")}));
  all->addWidget(m_command);
  m_state = new StateView(QStringLiteral("audit.state"), content);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);

  connect(&session.facts(), &SourceBase::changed, this, &AuditPage::onFacts);
  connect(&m_trail, &SourceBase::changed, this, &AuditPage::draw);
  connect(&m_chain, &SourceBase::changed, this, &AuditPage::draw);
  connect(m_state, &StateView::retryAsked, this, &AuditPage::refresh);
  connect(m_check, &QPushButton::clicked, this, &AuditPage::refresh);
  connect(m_copyHead, &QPushButton::clicked, this, [this] {
    if (m_chain.value()) QApplication::clipboard()->setText(tr("%1 %2").arg(m_chain.value()->head.sequence).arg(text(m_chain.value()->head.hash)));
  });
  draw();
}

QWidget* AuditPage::makeTimeline() {
  auto* const card = new Card(tr("Events over time"));
  m_allTimes = plainButton(QStringLiteral("audit.timeline.all"), tr("All times"));
  m_allTimes->setToolTip(tr("Shows the events of all times again"));
  m_allTimes->hide();
  card->tools()->addWidget(m_allTimes);
  m_timeline = new EventTimeline(QStringLiteral("audit.timeline.bars"), tr("Events over time; arrow keys and Enter choose a time"));
  card->body()->addWidget(m_timeline);
  const auto chooseSpan = [this](const std::optional<TimeSpan>& span) {
    m_span = span;
    drawRows();
  };
  connect(m_timeline, &EventTimeline::chosen, this, chooseSpan);
  connect(m_timeline, &EventTimeline::resized, this, &AuditPage::drawTimeline);
  connect(m_allTimes, &QPushButton::clicked, this, [chooseSpan] { chooseSpan(std::nullopt); });
  return card;
}

QWidget* AuditPage::makeFilters() {
  auto* const bar = new QWidget;
  auto* const line = new QHBoxLayout(bar);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_plan = new QComboBox;
  m_plan->setObjectName(QStringLiteral("audit.filter.plan"));
  m_plan->setAccessibleName(tr("Plan"));
  m_person = new QComboBox;
  m_person->setObjectName(QStringLiteral("audit.filter.person"));
  m_person->setAccessibleName(tr("Person"));
  for (QComboBox* box : {m_plan, m_person}) box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  m_words = new QLineEdit;
  m_words->setObjectName(QStringLiteral("audit.filter.words"));
  m_words->setAccessibleName(tr("Words in event, object or detail"));
  m_words->setPlaceholderText(tr("Shard, keyspace, event, detail"));
  m_words->setClearButtonEnabled(true);
  m_words->setMinimumWidth(200);
  m_count = new Text(Type::Body, Ink::Text2);
  for (QWidget* widget : std::initializer_list<QWidget*>{m_count, m_plan, m_person, m_words}) line->addWidget(widget);
  connect(m_plan, &QComboBox::currentIndexChanged, this, &AuditPage::drawRows);
  connect(m_person, &QComboBox::currentIndexChanged, this, &AuditPage::drawRows);
  connect(m_words, &QLineEdit::textChanged, this, &AuditPage::drawRows);
  return bar;
}

QWidget* AuditPage::makeEvents() {
  auto* const both = new QWidget;
  auto* const line = new QHBoxLayout(both);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::m);
  auto* const card = new Card(tr("Events"));
  card->tools()->addWidget(makeFilters());
  m_table = new TableView(QStringLiteral("audit.events"), tr("Events of the audit, the newest first"));
  m_table->setModel(&m_rows);
  m_table->setStretching(4);
  m_table->setWidths({108, 120, 164, 128, 0, 72});
  card->body()->addWidget(m_table, 1);
  m_detail = new AuditDetail;
  m_detail->hide();
  line->addWidget(card, 1);
  line->addWidget(m_detail);
  connect(m_table, &TableView::chosen, this, &AuditPage::choose);
  connect(m_table, &TableView::opened, this, &AuditPage::openEvent);
  connect(m_detail, &AuditDetail::openAsked, this, [this] { openEvent(m_table->chosenId()); });
  return both;
}

bool AuditPage::isSettled() const { return m_state->isSettled() && !m_trail.isAsking() && !m_chain.isAsking(); }

void AuditPage::open(const Place& place) {
  if (!place.item.isEmpty()) chooseIn(*m_plan, place.item);
}

void AuditPage::refresh() {
  *m_anew = true;
  m_trail.refresh();
  m_chain.refresh();
}

void AuditPage::shown(bool isShown) {
  m_shown = isShown;
  m_chain.setInterval(isShown ? checkEvery : 0);
  if (!isShown) return;
  m_trail.refresh();
  m_chain.refresh();
}

void AuditPage::onFacts() {
  const auto& facts = session().facts().value();
  if (m_shown && facts && m_trail.value() && facts->audit.hash != m_trail.value()->head.hash && !m_trail.isAsking()) m_trail.refresh();
}

QVariantMap AuditPage::state() const {
  return {{QStringLiteral("plan"), chosenIn(*m_plan)}, {QStringLiteral("person"), chosenIn(*m_person)}, {QStringLiteral("words"), m_words->text()}};
}

void AuditPage::restore(const QVariantMap& state) {
  for (const auto& [box, name] : {std::pair(m_plan, QStringLiteral("plan")), std::pair(m_person, QStringLiteral("person"))}) {
    const QString chosen = state.value(name).toString();
    if (!chosen.isEmpty()) chooseIn(*box, chosen);
  }
  m_words->setText(state.value(QStringLiteral("words")).toString());
}

AuditFilter AuditPage::filter() const {
  AuditFilter filter{chosenIn(*m_plan), chosenIn(*m_person), m_words->text().trimmed()};
  if (m_span) {
    filter.from = m_span->from;
    filter.until = m_span->until;
  }
  return filter;
}

void AuditPage::draw() {
  if (m_state->follow(m_trail, m_trail.value() != nullptr, tr("Reading the audit"))) {
    if (m_chain.error() && !m_chain.isAsking()) m_state->showError(*m_chain.error(), m_chain.at(), true);
    drawHeader();
    if (m_drawn != m_trail.value()) {
      m_drawn = m_trail.value();
      drawChoices();
      drawRows();
    }
  }
  Q_EMIT changed();
}

void AuditPage::drawHeader() {
  const AuditTrail& trail = *m_trail.value();
  const QString since = trail.events.empty() ? dash : timeText(trail.events.front()->at);
  const QString recorded = tr("Recording since %1").arg(since);
  allow(m_copyHead, m_chain.value() != nullptr, tr("The hash of the last event. Kept outside the catalog, it shows later that nothing was cut off."));
  if (!m_chain.value()) {
    m_header->say(counted(std::ssize(trail.events), tr("event"), tr("events")), tr("%1 · the chain is being checked").arg(recorded));
    m_header->chip()->hide();
    return;
  }
  const ChainCheck& chain = *m_chain.value();
  const QString head = tr("head %1 at event %2").arg(text(chain.head.hash).left(shortHash), countText(chain.head.sequence));
  const QString checked = tr("checked %1").arg(agoText(m_chain.at(), session().now()));
  if (chain.problem) {
    m_header->say(tr("The audit is broken: %1").arg(said(printable(*chain.problem))), QStringList{recorded, head, checked}.join(QStringLiteral(" · ")));
    m_header->chip()->show(tr("broken"), Ink::Danger, QStringLiteral("severe"));
  } else {
    m_header->say(tr("Unbroken since %1: %2").arg(since, counted(chain.head.sequence, tr("event"), tr("events"))), QStringList{asSentence(head.toStdString()), checked}.join(QStringLiteral(" · ")));
    m_header->chip()->show(tr("unbroken"), Ink::Ok, QStringLiteral("ok"));
  }
}

void AuditPage::drawChoices() {
  const auto& facts = session().facts().value();
  QStringList plans;
  if (facts)
    for (const PlanRecord& plan : facts->plans) plans << text(plan.id.text());
  if (const QString chosen = chosenIn(*m_plan); !chosen.isEmpty() && !plans.contains(chosen)) plans << chosen;
  std::set<QString> people;
  for (const auto& event : m_drawn->events) people.insert(text(event->actor));
  if (const QString chosen = chosenIn(*m_person); !chosen.isEmpty()) people.insert(chosen);
  fill(*m_plan, tr("All plans"), plans);
  fill(*m_person, tr("Everybody"), QStringList(people.begin(), people.end()));
}

void AuditPage::drawRows() {
  if (!m_drawn) return;
  const AuditFilter keep = filter();
  const auto& facts = session().facts().value();
  std::set<std::string> plans;
  if (facts)
    for (const PlanRecord& plan : facts->plans) plans.insert(plan.id.text());
  std::vector<AuditRow> rows;
  for (const auto& event : m_drawn->events)
    if (keep.keeps(*event)) rows.push_back({event, plans.contains(event->subject)});
  std::ranges::reverse(rows);
  const auto kept = static_cast<int>(rows.size());
  const int before = m_rows.rowCount(), scrolled = m_table->verticalScrollBar()->value();
  m_rows.setRows(std::move(rows));
  // What a person reads stays where it is while newer events come in above it.
  if (scrolled > 0) m_table->verticalScrollBar()->setValue(scrolled + std::max(0, m_rows.rowCount() - before) * grid::row);
  m_count->setText(kept == static_cast<int>(m_drawn->events.size()) ? QString() : tr("%1 of %2").arg(countText(kept), countText(std::ssize(m_drawn->events))));
  m_export->allow(kept > 0, kept > 0 ? tr("Writes the events that are shown to a file") : tr("No event is shown"));
  m_allTimes->setVisible(m_span.has_value());
  if (m_table->chosenId().isEmpty()) m_detail->hide();
  drawTimeline();
}

void AuditPage::drawTimeline() {
  if (!m_drawn) return;
  AuditFilter keep = filter();
  keep.until = 0;  // of all times: the stretch is drawn, not taken out
  std::vector<UnixSeconds> times;
  std::vector<bool> kept;
  for (const auto& event : m_drawn->events) {
    times.push_back(event->at);
    kept.push_back(keep.keeps(*event));
  }
  m_timeline->show(EventBins::of(times, kept, EventTimeline::binsFor(m_timeline->width())), m_span);
}

void AuditPage::choose(const QString& id) {
  const AuditRow* const row = m_rows.rowOf(m_rows.indexOf(id));
  if (row == nullptr) return m_detail->hide();
  m_detail->show(*row);
  if (row->isPlan) session().selection().setPlan(PlanId(row->event->subject));
}

void AuditPage::openEvent(const QString& id) {
  const AuditRow* const row = m_rows.rowOf(m_rows.indexOf(id));
  if (row != nullptr && row->isPlan) navigator().go({QStringLiteral("plan"), text(row->event->subject), {}});
}

ExportJob AuditPage::exportJob() const {
  std::vector<std::shared_ptr<const AuditEvent>> events;
  const AuditFilter keep = filter();
  for (const auto& event : m_drawn->events)
    if (keep.keeps(*event)) events.push_back(event);
  return {tr("audit"), [events] { return auditCsv(events); }, [events] { return auditJson(events); }};
}

}  // namespace shardwright::ui
