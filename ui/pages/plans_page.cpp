#include "ui/pages/plans_page.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>
#include <algorithm>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/models/plan_standing.h"
#include "ui/pages/plan_builder.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"

namespace shardwright::ui {

namespace {

enum Which { All, Open, Ended };

bool isOpen(const PlanLine& line) { return !isFinal(line.record.state); }

QString mapText(const PlanLine& line) { return QStringLiteral("v%1").arg(line.record.baseVersion); }

Cell mapCell(const PlanRow& row) {
  const PlanLine& line = row.line;
  if (line.isStale())
    return {.text = mapText(line), .icon = QStringLiteral("warning"), .ink = Ink::Warn, .tip = PlansPage::tr("Made for v%1; v%2 is in force.").arg(line.record.baseVersion).arg(line.currentVersion)};
  if (line.waits()) return {.text = mapText(line), .icon = QStringLiteral("ok"), .ink = Ink::Ok, .tip = PlansPage::tr("The map it was made for is in force.")};
  return {.text = mapText(line), .ink = Ink::Text2};
}

Cell nameCell(const PlanRow& row) {
  const PlanRecord& record = row.line.record;
  return {.text = text(record.id.text()), .strong = true, .second = PlansPage::tr("made %1").arg(timeText(record.createdAt)), .tip = fullTimeText(record.createdAt)};
}

Cell stateCell(const PlanRow& row) {
  const PlanStanding standing = standingOf(row.line, row.now);
  return {.text = standing.word, .kind = CellKind::Chip, .icon = standing.icon, .ink = standing.ink, .tip = asSentence(row.line.record.reason)};
}

Cell expiryCell(const PlanRow& row) {
  return {.text = expiryText(row.line, row.now), .ink = row.line.isExpired(row.now) ? Ink::Warn : Ink::Text2,
          .tip = row.line.approval ? fullTimeText(row.line.approval->expires) : QString()};
}

std::vector<Column<PlanRow>> columns() {
  const auto record = [](const PlanRow& row) -> const PlanRecord& { return row.line.record; };
  return {
      {PlansPage::tr("Plan"), {}, nameCell, lessBy<PlanRow>([record](const PlanRow& row) { return record(row).createdAt; })},
      {PlansPage::tr("State"), {}, stateCell, lessBy<PlanRow>([record](const PlanRow& row) { return record(row).state; })},
      {PlansPage::tr("Goal"), PlansPage::tr("What the plan is to reach"), [](const PlanRow& row) { return Cell{.text = goalText(row.line.record.goal), .ink = Ink::Text2}; },
       lessBy<PlanRow>([record](const PlanRow& row) { return record(row).goal; })},
      {PlansPage::tr("Author"), {}, [](const PlanRow& row) { return Cell{.text = text(row.line.record.author), .ink = Ink::Text2}; },
       lessBy<PlanRow>([record](const PlanRow& row) { return record(row).author; })},
      {PlansPage::tr("Approvals"), PlansPage::tr("Given, of those that are needed"), [](const PlanRow& row) { return Cell{.text = approvalsText(row.line, row.now), .ink = Ink::Text2}; }},
      {PlansPage::tr("Approval ends"), PlansPage::tr("A run must begin before"), expiryCell,
       lessBy<PlanRow>([](const PlanRow& row) { return row.line.approval ? row.line.approval->expires : 0; })},
      {PlansPage::tr("Moves"), {}, [](const PlanRow& row) { return Cell{.text = countText(static_cast<std::int64_t>(row.line.moves)), .kind = CellKind::Figure}; },
       lessBy<PlanRow>([](const PlanRow& row) { return row.line.moves; }), true},
      {PlansPage::tr("Bytes"), PlansPage::tr("That the moves carry"), [](const PlanRow& row) { return Cell{.text = bytesText(row.line.bytes), .kind = CellKind::Figure}; },
       lessBy<PlanRow>([](const PlanRow& row) { return row.line.bytes; }), true},
      {PlansPage::tr("Map"), PlansPage::tr("The version that the plan was made for, and whether it is in force"), mapCell,
       lessBy<PlanRow>([record](const PlanRow& row) { return record(row).baseVersion; })},
  };
}

}  // namespace

PlanRow planRow(const PlanLine& line, UnixSeconds now) {
  PlanRow row{line, now, {}};
  const PlanStanding standing = standingOf(line, now);
  row.seen = QStringList{text(line.record.id.text()), standing.word, text(line.record.reason), approvalsText(line, now), expiryText(line, now),
                         QString::number(line.currentVersion), timeText(line.record.createdAt)}
                 .join(QLatin1Char('\n'));
  return row;
}

PlansPage::PlansPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_lines(session, Lane::Catalog, QString(), [](ShardManager& manager, Job&, const std::shared_ptr<const std::vector<PlanLine>>& before) {
        return manager.plans().lines(before ? *before : std::vector<PlanLine>());
      }) {
  m_stack = new QStackedLayout(this);
  m_list = makeList();
  m_builder = new PlanBuilder(session);
  m_stack->addWidget(m_list);
  m_stack->addWidget(m_builder);
  connect(m_builder, &PlanBuilder::made, this, [this](const PlanId& plan) { this->navigator().go({QStringLiteral("plan"), text(plan.text()), {}}); });
  connect(m_builder, &PlanBuilder::leaving, this, [this] { this->navigator().go({QStringLiteral("plans"), {}, {}}); });
  connect(m_builder, &PlanBuilder::changed, this, &Page::changed);
  connect(&m_lines, &SourceBase::changed, this, &PlansPage::draw);
  connect(&session.facts(), &SourceBase::changed, this, &PlansPage::watch);
  connect(&m_second, &QTimer::timeout, this, &PlansPage::draw);
  m_second.setInterval(1000);
  draw();
}

QWidget* PlansPage::makeList() {
  auto* const list = new QWidget;
  auto* const all = new QVBoxLayout(list);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_new = primaryButton(QStringLiteral("plans.header.new"), tr("New plan…"));
  m_header->actions()->addWidget(m_new);
  all->addWidget(m_header);
  auto* const card = new Card;
  m_which = new QComboBox;
  m_which->setObjectName(QStringLiteral("plans.list.which"));
  m_which->setAccessibleName(tr("Which plans"));
  m_which->addItems({tr("All plans"), tr("Open"), tr("Ended")});
  m_words = new QLineEdit;
  m_words->setObjectName(QStringLiteral("plans.list.filter"));
  m_words->setAccessibleName(tr("Filter"));
  m_words->setPlaceholderText(tr("Filter by name, goal or author"));
  m_words->setClearButtonEnabled(true);
  m_words->setMaximumWidth(280);
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::s);
  line->addWidget(m_words, 1);
  line->addWidget(m_which);
  line->addStretch(2);
  card->body()->addLayout(line);
  m_table = new TableView(QStringLiteral("plans.list.table"), tr("Plans"));
  m_rows = new RowModel<PlanRow>(columns(), [](const PlanRow& row) { return text(row.line.record.id.text()); }, this);
  m_table->setModel(m_rows);
  m_table->setRowHeight(grid::tallRow);
  m_table->setWidths({170, 164, 86, 110, 84, 120, 70, 92, 64});
  m_state = new StateView(QStringLiteral("plans.state"), m_table);
  card->body()->addWidget(m_state, 1);
  all->addWidget(card, 1);
  connect(m_new, &QPushButton::clicked, this, [this] { navigator().go({QStringLiteral("plans"), QStringLiteral("new"), {}}); });
  connect(m_state, &StateView::actionAsked, this, [this] { navigator().go({QStringLiteral("plans"), QStringLiteral("new"), {}}); });
  connect(m_state, &StateView::retryAsked, this, [this] { m_lines.refresh(); });
  connect(m_which, &QComboBox::currentIndexChanged, this, &PlansPage::filter);
  connect(m_words, &QLineEdit::textChanged, this, &PlansPage::filter);
  connect(m_table, &TableView::chosen, this, [this](const QString& id) {
    if (!id.isEmpty()) session().selection().setPlan(PlanId(id.toStdString()));
  });
  connect(m_table, &TableView::opened, this, [this](const QString& id) { navigator().go({QStringLiteral("plan"), id, {}}); });
  return list;
}

bool PlansPage::isSettled() const { return m_stack->currentWidget() == m_builder ? m_builder->isSettled() : m_lines.value() != nullptr && m_state->isSettled(); }

void PlansPage::open(const Place& place) {
  const bool building = place.request || place.item == QStringLiteral("new");
  if (place.request) m_builder->fill(*place.request);
  m_builder->setActive(building);
  m_stack->setCurrentWidget(building ? static_cast<QWidget*>(m_builder) : m_list);
  if (!building) m_table->setFocus();
  Q_EMIT changed();
}

void PlansPage::refresh() {
  m_lines.refresh();
  if (m_stack->currentWidget() == m_builder) m_builder->measureAgain();
}

void PlansPage::shown(bool shown) {
  if (shown) {
    watch();
    m_second.start();
  } else {
    m_second.stop();
    m_builder->setActive(false);
  }
}

// Whatever becomes of a plan is in the audit.
void PlansPage::watch() {
  const auto& facts = session().facts().value();
  if (!facts || !isVisible() || facts->audit.sequence == m_seen) return;
  m_seen = facts->audit.sequence;
  m_lines.refresh();
}

QVariantMap PlansPage::state() const {
  return {{QStringLiteral("which"), m_which->currentIndex()}, {QStringLiteral("words"), m_words->text()}};
}

void PlansPage::restore(const QVariantMap& state) {
  m_which->setCurrentIndex(std::clamp(state.value(QStringLiteral("which")).toInt(), 0, 2));
  m_words->setText(state.value(QStringLiteral("words")).toString());
}

void PlansPage::filter() {
  const int which = m_which->currentIndex();
  const QStringList words = m_words->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  m_rows->setFilter([which, words](const PlanRow& row) {
    if (which == Open && !isOpen(row.line)) return false;
    if (which == Ended && isOpen(row.line)) return false;
    const PlanRecord& record = row.line.record;
    const QString all = text(record.id.text() + ' ' + record.goal + ' ' + record.author);
    return std::ranges::all_of(words, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
  });
}

void PlansPage::draw() {
  const auto& facts = session().facts().value();
  const auto& lines = m_lines.value();
  const bool hasKeyspace = facts && !facts->keyspaces.empty();
  allow(m_new, hasKeyspace, facts ? tr("There is no keyspace yet; a plan is made for one.") : tr("The catalog is being read."));
  if (m_state->follow(m_lines, lines != nullptr, tr("Reading the plans"))) {
    say(*lines);
    std::vector<PlanRow> rows;
    for (const PlanLine& line : *lines) rows.push_back(planRow(line, session().now()));
    m_rows->setRows(std::move(rows));
    if (lines->empty())
      m_state->showEmpty(tr("No plan yet. One begins with a problem on Overview, with ranges chosen on Shard map or Load, or here."), hasKeyspace ? tr("New plan…") : QString());
  } else {
    m_header->say(tr("Plans"));
  }
  Q_EMIT changed();
}

void PlansPage::say(const std::vector<PlanLine>& lines) {
  const UnixSeconds now = session().now();
  const auto count = [&](auto&& is) { return static_cast<int>(std::ranges::count_if(lines, is)); };
  const int waiting = count([](const PlanLine& line) { return line.record.state == PlanState::Draft && !line.isStale(); });
  const int approved = count([&](const PlanLine& line) { return line.record.state == PlanState::Approved && !line.isStale() && !line.isExpired(now); });
  const int running = count([](const PlanLine& line) { return line.record.state == PlanState::Running; });
  const int watched = count([](const PlanLine& line) { return line.record.state == PlanState::Watching; });
  const int failed = count([](const PlanLine& line) { return line.record.state == PlanState::Failed; });
  QStringList parts;
  if (failed > 0) parts << (failed == 1 ? tr("1 plan failed") : tr("%1 plans failed").arg(failed));
  if (waiting > 0) parts << (waiting == 1 ? tr("1 plan awaits approval") : tr("%1 plans await approval").arg(waiting));
  if (approved > 0) parts << tr("%1 approved and not begun").arg(approved);
  if (running > 0) parts << tr("%1 running").arg(running);
  if (watched > 0) parts << tr("%1 watched, with the way back open").arg(watched);
  const QString title = parts.isEmpty() ? (lines.empty() ? tr("No plan yet") : tr("No plan is open")) : parts.join(QStringLiteral(", "));
  m_header->say(title, tr("A plan changes nothing before it is approved and run. %1 in all.").arg(lines.size() == 1 ? tr("1 plan") : tr("%1 plans").arg(lines.size())));
}

}  // namespace shardwright::ui
