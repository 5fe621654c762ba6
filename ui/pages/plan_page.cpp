#include "ui/pages/plan_page.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QResizeEvent>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/models/move_tree.h"
#include "ui/models/plan_standing.h"
#include "ui/pages/plan_commands.h"
#include "ui/pages/plan_facts.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/plan_bands_view.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/tally_line.h"
#include "ui/widgets/text.h"
#include "ui/widgets/tree_view.h"

namespace shardwright::ui {

namespace {

constexpr int sideWidth = 340, sideFrom = 1080;  // the side card, and the page's width from which there is room for it
constexpr std::size_t expandedUpTo = 200;        // moves

std::vector<Column<PlanNote>> noteColumns() {
  const auto kind = [](const PlanNote& note) {
    switch (note.kind) {
      case PlanNote::Kind::High: return Cell{.text = PlanPage::tr("High risk"), .kind = CellKind::Chip, .icon = QStringLiteral("risk"), .ink = Ink::Warn};
      case PlanNote::Kind::NotDone: return Cell{.text = PlanPage::tr("Not done"), .kind = CellKind::Chip, .icon = QStringLiteral("skipped"), .ink = Ink::Text3};
      case PlanNote::Kind::Note: break;
    }
    return Cell{.text = PlanPage::tr("Note"), .kind = CellKind::Chip, .icon = QStringLiteral("info"), .ink = Ink::Text2};
  };
  return {{PlanPage::tr("Kind"), PlanPage::tr("High risks are ticked one by one by whoever approves"), kind, lessBy<PlanNote>(&PlanNote::kind)},
          {PlanPage::tr("What"), {}, [](const PlanNote& note) { return Cell{.text = note.what, .strong = note.kind == PlanNote::Kind::High, .tip = note.what}; }, lessBy<PlanNote>(&PlanNote::what)},
          {PlanPage::tr("Why"), {}, [](const PlanNote& note) { return Cell{.text = note.why, .ink = Ink::Text2, .tip = note.why}; }}};
}

QString riskTitle(const std::string& id) {
  QString words = text(id);
  words.replace(QLatin1Char('-'), QLatin1Char(' '));
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  return words;
}

bool isSameStanding(const PlanRecord& a, const PlanRecord& b) { return a.state == b.state && a.reason == b.reason && a.fingerprint == b.fingerprint; }

}  // namespace

std::vector<PlanNote> notesOf(const MigrationPlan& plan) {
  std::vector<PlanNote> notes;
  for (const PlanRisk& risk : plan.risks)
    notes.push_back({isHigh(risk) ? PlanNote::Kind::High : PlanNote::Kind::Note, QStringLiteral("risk %1").arg(notes.size()), riskTitle(risk.id), asSentence(risk.sentence)});
  std::ranges::stable_sort(notes, {}, &PlanNote::kind);
  for (const RefusedCandidate& one : plan.refused)
    notes.push_back({PlanNote::Kind::NotDone, QStringLiteral("refused %1").arg(notes.size()), said(one.subject), asSentence(one.reason)});
  return notes;
}

PlanPage::PlanPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_source(session, Lane::Catalog, QString(), nullptr), m_work(session) {
  m_content = new QWidget;
  auto* const all = new QVBoxLayout(m_content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  all->addWidget(m_header);
  m_facts = new PlanFacts;
  all->addWidget(m_facts);
  auto* const tally = new Card;
  m_tally = new TallyLine(QStringLiteral("plan.tally"));
  tally->body()->addWidget(m_tally);
  all->addWidget(tally);
  all->addWidget(makeBands());
  auto* const below = new QHBoxLayout;
  below->setSpacing(grid::m);
  below->addWidget(makeTabs(), 1);
  below->addWidget(makeSide());
  all->addLayout(below, 1);
  m_state = new StateView(QStringLiteral("plan.state"), m_content);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);
  makeActions();
  connectMoves();

  connect(&m_source, &SourceBase::changed, this, &PlanPage::draw);
  connect(&session.facts(), &SourceBase::changed, this, &PlanPage::watch);
  connect(m_facts, &PlanFacts::rebaseAsked, this, [this] { makeAgain(true); });
  connect(m_state, &StateView::retryAsked, this, [this] { m_source.refresh(); });
  connect(m_state, &StateView::actionAsked, this, [this] { this->navigator().go({QStringLiteral("plans"), QStringLiteral("new"), {}}); });
  connect(&m_second, &QTimer::timeout, this, &PlanPage::tick);
  m_second.setInterval(1000);
  draw();
}

QWidget* PlanPage::makeBands() {
  m_bandsCard = new Card(tr("Before and after"));
  m_fold = plainButton(QStringLiteral("plan.bands.fold"), tr("Fold again"));
  m_scale = new Text(Type::Caption, Ink::Text3);
  m_scale->setToolTip(tr("In the order of the line. What moves is as wide as its rows are many (by the square root); what stays is folded and short.\nControl and wheel zoom, a click opens a fold."));
  m_bandsCard->tools()->addWidget(m_scale);
  m_bandsCard->tools()->addWidget(m_fold);
  m_bands = new PlanBandsView(QStringLiteral("plan.bands"));
  m_bandsCard->body()->addWidget(m_bands);
  m_bandsCard->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  connect(m_fold, &QPushButton::clicked, m_bands, &PlanBandsView::foldAgain);
  connect(m_bands, &PlanBandsView::foldsChanged, this, [this] { m_fold->setVisible(m_bands->hasOpenFolds()); });
  m_fold->hide();
  return m_bandsCard;
}

QWidget* PlanPage::makeTabs() {
  auto* const card = new Card;
  m_tabs = new QTabWidget;
  m_tabs->setObjectName(QStringLiteral("plan.tabs"));
  m_tabs->setAccessibleName(tr("Parts of the plan"));
  m_tabs->setDocumentMode(true);
  m_tabs->setMinimumHeight(150);
  m_tabs->tabBar()->setObjectName(QStringLiteral("plan.tabs.bar"));
  m_tabs->tabBar()->setAccessibleName(tr("Parts of the plan"));
  m_tabs->tabBar()->setExpanding(false);
  m_commands = new PlanCommands(session());
  m_notes = new TableView(QStringLiteral("plan.risks.table"), tr("Risks and what is not done"));
  m_noteRows = new RowModel<PlanNote>(noteColumns(), [](const PlanNote& note) { return note.id; }, this);
  m_notes->setModel(m_noteRows);
  m_notes->setStretching(2);
  m_notes->setWidths({112, 170});
  m_tabs->addTab(makeMoves(), tr("Moves"));
  m_tabs->addTab(makeLoad(), tr("Load before / after"));
  m_tabs->addTab(m_notes, tr("Risks"));
  m_tabs->addTab(m_commands, tr("Commands"));
  card->body()->addWidget(m_tabs, 1);
  return card;
}

QWidget* PlanPage::makeMoves() {
  auto* const part = new QWidget;
  auto* const lines = new QVBoxLayout(part);
  lines->setContentsMargins(0, grid::s, 0, 0);
  lines->setSpacing(grid::s);
  m_filter = new QLineEdit;
  m_filter->setObjectName(QStringLiteral("plan.moves.filter"));
  m_filter->setAccessibleName(tr("Filter the moves"));
  m_filter->setPlaceholderText(tr("Filter by range, shard or reason"));
  m_filter->setClearButtonEnabled(true);
  m_filter->setMaximumWidth(300);
  m_grouping = new QComboBox;
  m_grouping->setObjectName(QStringLiteral("plan.moves.grouping"));
  m_grouping->setAccessibleName(tr("Group the moves"));
  m_grouping->addItems({tr("By source and target"), tr("By wave")});
  auto* const expand = plainButton(QStringLiteral("plan.moves.expand"), tr("Expand all"));
  auto* const collapse = plainButton(QStringLiteral("plan.moves.collapse"), tr("Collapse all"));
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::s);
  line->addWidget(m_filter, 1);
  line->addWidget(m_grouping);
  line->addStretch(1);
  line->addWidget(expand);
  line->addWidget(collapse);
  lines->addLayout(line);
  m_tree = new TreeView(QStringLiteral("plan.moves.tree"), tr("Moves"));
  m_moves = new MoveTree(this);
  m_tree->setModel(m_moves);
  m_tree->setStretching(MoveTree::Why);
  m_tree->setWidths({250, 0, 92, 92, 96});
  lines->addWidget(m_tree, 1);
  connect(expand, &QPushButton::clicked, m_tree, &QTreeView::expandAll);
  connect(collapse, &QPushButton::clicked, m_tree, &QTreeView::collapseAll);
  return part;
}

QWidget* PlanPage::makeLoad() {
  auto* const part = new QWidget;
  auto* const lines = new QVBoxLayout(part);
  lines->setContentsMargins(0, grid::s, 0, 0);
  lines->setSpacing(grid::s);
  m_measure = new QComboBox;
  m_measure->setObjectName(QStringLiteral("plan.load.measure"));
  m_measure->setAccessibleName(tr("Measure"));
  auto* const line = new QHBoxLayout;
  line->addWidget(m_measure);
  line->addStretch();
  lines->addLayout(line);
  m_load = new TableView(QStringLiteral("plan.load.table"), tr("Load of each shard before and after"));
  m_loadRows = new RowModel<ShardChangeRow>(shardChangeColumns(false), [](const ShardChangeRow& row) { return row.shard; }, this);
  m_load->setModel(m_loadRows);
  m_load->setWidths({0, 190, 190, 120});
  lines->addWidget(m_load, 1);
  connect(m_measure, &QComboBox::currentIndexChanged, this, [this] {
    if (m_drawn) m_loadRows->setRows(shardChangeRows(*m_drawn->plan, m_measure->currentData().toString().toStdString()));
  });
  return part;
}

QWidget* PlanPage::makeSide() {
  m_side = new Card;
  m_side->setFixedWidth(sideWidth);
  m_fuller = new TableView(QStringLiteral("plan.side.fuller"), tr("Shards that get fuller"));
  m_fullerRows = new RowModel<ShardChangeRow>(shardChangeColumns(true), [](const ShardChangeRow& row) { return row.shard; }, this);
  m_fullerRows->setFilter([](const ShardChangeRow& row) { return row.fuller; });
  m_fuller->setModel(m_fullerRows);
  m_fuller->setWidths({0, 68, 68, 84});
  m_quiet = new Text(Type::Body, Ink::Text2);
  m_quiet->setWordWrap(true);
  m_side->body()->addWidget(m_quiet);
  m_side->body()->addWidget(m_fuller, 1);
  return m_side;
}

// One choice of moves for bands, tree and all other pages.
void PlanPage::connectMoves() {
  connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
    m_moves->setFilter(words);
    if (m_moves->shownMoves() <= expandedUpTo) m_tree->expandAll();
    follow();
  });
  connect(m_grouping, &QComboBox::currentIndexChanged, this, [this](int index) {
    m_moves->setGrouping(static_cast<MoveTree::Grouping>(index));
    if (m_moves->shownMoves() <= expandedUpTo) m_tree->expandAll();
    follow();
  });
  connect(m_bands, &PlanBandsView::hovered, this, [this](const std::set<MoveId>& moves) {
    QSet<QString> ids;
    for (const MoveId& move : moves) ids << text(move.text());
    m_tree->setMarked(ids);
  });
  connect(m_bands, &PlanBandsView::chosen, this, [this](const std::set<MoveId>& moves) { session().selection().setMoves(moves); });
  connect(m_tree, &TreeView::hovered, this, [this](const QModelIndex& index) {
    const auto moves = m_moves->movesAt(index);
    m_bands->highlight({moves.begin(), moves.end()});
  });
  connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    if (m_following) return;
    std::set<MoveId> chosen;
    for (const QModelIndex& row : m_tree->selectionModel()->selectedRows())
      for (const MoveId& move : m_moves->movesAt(row)) chosen.insert(move);
    session().selection().setMoves(std::move(chosen));
  });
  connect(&session().selection(), &Selection::changed, this, &PlanPage::follow);
}

void PlanPage::follow() {
  if (session().selection().plan() != m_plan) return;
  const std::set<MoveId>& moves = session().selection().moves();
  m_bands->choose(moves);
  QItemSelection rows;
  QModelIndex first;
  for (const MoveId& move : moves) {
    const QModelIndex at = m_moves->indexOf(move);
    if (!at.isValid()) continue;
    if (!first.isValid()) first = at;
    rows.select(at, at.siblingAtColumn(MoveTree::ColumnCount - 1));
  }
  // A group that is chosen stands for its moves already.
  std::set<MoveId> shown;
  for (const QModelIndex& row : m_tree->selectionModel()->selectedRows())
    for (const MoveId& move : m_moves->movesAt(row)) shown.insert(move);
  if (shown == moves) return;
  m_following = true;
  m_tree->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  if (first.isValid()) m_tree->scrollTo(first);
  m_following = false;
}

bool PlanPage::isSettled() const { return m_state->isSettled() && (m_plan.empty() || m_source.value() != nullptr || m_source.error()); }

void PlanPage::open(const Place& place) {
  PlanId id(place.item.toStdString());
  if (id.empty()) id = session().selection().plan();
  if (id.empty()) watch();
  else read(id);
}

void PlanPage::shown(bool shown) {
  if (shown) m_second.start();
  else m_second.stop();
}

void PlanPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  m_side->setVisible(width() >= sideFrom);
}

QVariantMap PlanPage::state() const {
  return {{QStringLiteral("tab"), m_tabs->currentIndex()}, {QStringLiteral("grouping"), m_grouping->currentIndex()}};
}

void PlanPage::restore(const QVariantMap& state) {
  m_tabs->setCurrentIndex(std::clamp(state.value(QStringLiteral("tab")).toInt(), 0, m_tabs->count() - 1));
  m_grouping->setCurrentIndex(std::clamp(state.value(QStringLiteral("grouping")).toInt(), 0, 1));
}

// The catalog was read: the plan is read again only if something about it changed.
void PlanPage::watch() {
  const auto& facts = session().facts().value();
  if (!facts) return;
  if (m_plan.empty()) {
    if (!facts->plans.empty() && isVisible()) read(facts->plans.front().id);
    draw();
    return;
  }
  const auto& reading = m_source.value();
  const PlanRecord* const record = facts->plan(m_plan);
  if (!reading || record == nullptr) return;
  const KeyspaceFacts* const keyspace = facts->keyspace(reading->sheet.plan->keyspace);
  const bool moved = keyspace != nullptr && keyspace->map->version() != reading->sheet.line.currentVersion;
  if (moved || !isSameStanding(*record, reading->sheet.line.record)) m_source.refresh();
}

void PlanPage::read(const PlanId& id) {
  session().selection().setPlan(id);
  if (id == m_plan) {
    m_source.refresh();
    return;
  }
  m_plan = id;
  m_drawn.reset();
  m_source.readInstead([id](ShardManager& manager, Job&, const std::shared_ptr<const Reading>& before) -> Result<Reading> {
    Reading reading;
    reading.sheet = TRY(manager.plans().sheet(id, before ? &before->sheet : nullptr));
    reading.picture = before && before->sheet.plan == reading.sheet.plan
                          ? before->picture
                          : std::make_shared<const PlanPicture>(pictureOf(reading.sheet.plan, reading.sheet.base, reading.sheet.target));
    return reading;
  });
}

std::shared_ptr<const PlanSheet> PlanPage::sheet() const {
  const auto& reading = m_source.value();
  return reading ? std::shared_ptr<const PlanSheet>(reading, &reading->sheet) : nullptr;
}

void PlanPage::draw() {
  if (m_plan.empty()) {
    const auto& facts = session().facts().value();
    if (!facts) m_state->showLoading(tr("Reading the catalog"));
    else if (facts->plans.empty()) m_state->showEmpty(tr("No plan yet."), tr("New plan…"));
  } else if (m_state->follow(m_source, m_source.value() != nullptr, tr("Reading plan %1").arg(text(m_plan.text())))) {
    drawPlan(*m_source.value());
  }
  Q_EMIT changed();
}

void PlanPage::drawPlan(const Reading& reading) {
  const PlanSheet& sheet = reading.sheet;
  if (reading.picture != m_drawn) {
    m_drawn = reading.picture;
    const MigrationPlan& plan = *sheet.plan;
    m_bandsCard->setHeading(tr("Key space of %1, before and after").arg(text(plan.keyspace.text())));
    m_tally->show(tallyOf(plan, m_drawn->unchanged));
    m_scale->setText(tr("… %1 ranges unchanged and folded · not to scale").arg(countText(static_cast<std::int64_t>(m_drawn->unchanged))));
    m_bands->show(m_drawn);
    m_moves->show(sheet.plan, sheet.base);
    if (plan.moves.size() <= expandedUpTo) m_tree->expandAll();
    m_measure->clear();
    m_measure->addItem(dimensionText({}), QString());
    for (const std::string& dimension : plan.dimensions) m_measure->addItem(dimensionText(dimension), text(dimension));
    m_fullerRows->setRows(shardChangeRows(plan));
    const std::size_t fuller = shardsThatGetFuller(plan);
    m_side->setHeading(fuller == 0 ? tr("No shard gets fuller") : fuller == 1 ? tr("1 shard gets fuller") : tr("%1 shards get fuller").arg(fuller));
    m_quiet->setText(text(plan.bounds.reason).isEmpty() ? QString() : tr("What bounds the plan: %1.").arg(said(plan.bounds.reason)));
    m_quiet->setVisible(!m_quiet->text().isEmpty());
    m_fuller->setVisible(fuller > 0);
    const auto notes = notesOf(plan);
    m_noteRows->setRows(notes);
    m_tabs->setTabText(2, plan.risks.empty() ? tr("Risks") : tr("Risks %1").arg(plan.risks.size()));
    m_commands->show(sheet.line.record);
  }
  tick();
  drawActions(sheet);
  follow();
}

// What the clock changes.
void PlanPage::tick() {
  const auto& reading = m_source.value();
  if (!reading) return;
  const UnixSeconds now = session().now();
  const PlanStanding standing = standingOf(reading->sheet.line, now);
  const bool counts = reading->sheet.line.waits();
  m_header->chip()->show(counts ? QStringLiteral("%1 %2").arg(standing.word, approvalsText(reading->sheet.line, now)) : standing.word, standing.ink, standing.icon);
  m_header->say(text(reading->sheet.line.record.id.text()));
  m_facts->show(reading->sheet, now);
  // An approval that ends while one looks: core is asked what is allowed now.
  if (reading->sheet.line.isExpired(now) && reading->sheet.rights.run && !m_source.isAsking()) m_source.refresh();
}

}  // namespace shardwright::ui
