#include "ui/pages/connections_page.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/dialogs/add_shard_dialog.h"
#include "ui/dialogs/remove_shard_dialog.h"
#include "ui/pages/connections_detail.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"

namespace shardwright::ui {

namespace {

constexpr int checkEvery = 30'000;      // milliseconds, while the page is seen
constexpr int engineColumn = 3, addressColumn = 4, zoneColumn = 5;
constexpr int narrowBelow = 1000;         // pixels
constexpr UnixSeconds longWait = 2;     // seconds after which an answer that is awaited is said to be late

}  // namespace

ConnectionsPage::ConnectionsPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_checks(session), m_rows(connectionColumns(), [](const ConnectionRow& row) { return text(row.shard.id.text()); }) {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_check = plainButton(QStringLiteral("connections.check"), tr("Check all"));
  m_add = primaryButton(QStringLiteral("connections.open-add"), tr("Add shard…"));
  m_header->actions()->addWidget(m_check, 0, Qt::AlignTop);
  m_header->actions()->addWidget(m_add, 0, Qt::AlignTop);
  all->addWidget(m_header);
  all->addWidget(makeTable(), 1);
  m_detail = new ConnectionDetail(session);
  all->addWidget(m_detail);
  m_state = new StateView(QStringLiteral("connections.state"), content);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);

  m_again.setInterval(checkEvery);
  connect(&m_again, &QTimer::timeout, this, &ConnectionsPage::check);
  connect(&session.facts(), &SourceBase::changed, this, &ConnectionsPage::onFacts);
  connect(&session.selection(), &Selection::changed, this, &ConnectionsPage::drawDetail);
  connect(&m_checks, &ShardChecks::changed, this, &ConnectionsPage::draw);
  connect(m_state, &StateView::retryAsked, this, [this] { this->session().refreshAll(); });
  connect(m_state, &StateView::actionAsked, this, &ConnectionsPage::add);
  connect(m_check, &QPushButton::clicked, this, [this] {
    if (m_checks.isRunning()) m_checks.stop();
    else check();
  });
  connect(m_add, &QPushButton::clicked, this, &ConnectionsPage::add);
  connect(m_table, &TableView::chosen, this, [this](const QString& shard) {
    if (!shard.isEmpty()) this->session().selection().setShards({ShardId(shard.toStdString())});
  });
  connect(m_detail, &ConnectionDetail::drainAsked, this, &ConnectionsPage::drain);
  connect(m_detail, &ConnectionDetail::removeAsked, this, &ConnectionsPage::remove);
  draw();
}

QWidget* ConnectionsPage::makeTable() {
  auto* const card = new Card(tr("Shards"));
  m_filter = new QLineEdit;
  m_filter->setObjectName(QStringLiteral("connections.filter"));
  m_filter->setAccessibleName(tr("Words in name, address, zone or state"));
  m_filter->setPlaceholderText(tr("Name, address, zone, state"));
  m_filter->setClearButtonEnabled(true);
  m_filter->setMinimumWidth(200);
  card->tools()->addWidget(m_filter);
  m_table = new TableView(QStringLiteral("connections.shards"), tr("Shards of the cluster"));
  m_table->setModel(&m_rows);
  m_table->setStretching(addressColumn);
  m_table->setWidths({90, 176, 96, 64, 0, 64, 68, 80, 140, 84});
  card->body()->addWidget(m_table, 1);
  connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& typed) {
    const QString words = typed.trimmed();
    if (words.isEmpty()) return m_rows.setFilter({});
    m_rows.setFilter([words](const ConnectionRow& row) { return searchText(row).contains(words, Qt::CaseInsensitive); });
  });
  return card;
}

// In a narrow window the address needs the room of what is alike for most shards.
void ConnectionsPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  for (const int column : {engineColumn, zoneColumn}) m_table->setColumnHidden(column, width() < narrowBelow);
  m_table->setWidths({});
}

bool ConnectionsPage::isSettled() const { return m_state->isSettled() && !m_wanted && !m_checks.isRunning(); }

void ConnectionsPage::refresh() { check(); }

void ConnectionsPage::shown(bool isShown) {
  m_shown = isShown;
  if (!isShown) return m_again.stop();
  m_again.start();
  check();
}

QVariantMap ConnectionsPage::state() const { return {{QStringLiteral("health"), m_checks.state()}}; }

void ConnectionsPage::restore(const QVariantMap& state) { m_checks.restore(state.value(QStringLiteral("health")).toMap()); }

void ConnectionsPage::check() {
  const auto& facts = session().facts().value();
  m_wanted = !facts;
  if (!facts) return;
  std::vector<ShardId> shards;
  for (const Shard& shard : facts->shards) shards.push_back(shard.id);
  m_checks.start(shards);
  draw();
}

void ConnectionsPage::onFacts() {
  const auto& facts = session().facts().value();
  if (m_wanted && facts) return check();
  if (m_shown && facts) {
    std::vector<ShardId> unseen;  // added meanwhile, here or elsewhere
    for (const Shard& shard : facts->shards)
      if (m_checks.health(shard.id).checkedAt == 0 && !m_checks.askedAt(shard.id)) unseen.push_back(shard.id);
    if (!unseen.empty() && !m_checks.isRunning()) m_checks.start(unseen);
  }
  draw();
}

ConnectionRow ConnectionsPage::rowOf(const Shard& shard) const {
  ConnectionRow row{shard, m_checks.health(shard.id)};
  const auto asked = m_checks.askedAt(shard.id);
  if (asked && session().now() - *asked >= longWait && row.health.state != ShardHealth::State::Unreachable) row.waitingSince = *asked;
  return row;
}

void ConnectionsPage::draw() {
  const auto& facts = session().facts();
  if (!facts.value()) {
    m_state->follow(facts, false, tr("Reading the catalog"));
  } else if (facts.value()->shards.empty()) {
    m_state->showEmpty(tr("No shard yet. Add the databases of the cluster."), tr("Add shard…"));
  } else if (m_state->follow(facts, true, {})) {
    drawRows();
    drawHeader();
    drawDetail();
  }
  m_check->setText(m_checks.isRunning() ? tr("Stop") : tr("Check all"));
  m_check->setAccessibleName(m_check->text());
  m_check->setToolTip(m_checks.isRunning() ? tr("Waits for no further answer") : tr("Looks at every shard now (F5)"));
  m_add->setToolTip(tr("Makes a database a shard of this cluster"));
  Q_EMIT changed();
}

void ConnectionsPage::drawHeader() {
  const auto& shards = session().facts().value()->shards;
  int answering = 0, findings = 0, unknown = 0;
  std::vector<const Shard*> dead;
  std::int64_t used = 0, capacity = 0;
  bool declared = true;
  std::set<QString> engines;
  for (const Shard& shard : shards) {
    const ConnectionRow row = rowOf(shard);
    if (row.waitingSince != 0 || row.health.state == ShardHealth::State::Unreachable) dead.push_back(&shard);
    else if (row.health.state == ShardHealth::State::Unknown) ++unknown;
    else ++answering;
    findings += static_cast<int>(row.health.findings.size());
    used += row.health.bytes;
    declared = declared && shard.capacity.has_value();
    capacity += shard.capacity.value_or(0);
    engines.insert(engineOf(shard));
  }
  const auto total = static_cast<int>(shards.size());
  QString title = unknown == total ? tr("%1, not looked at yet").arg(counted(total, tr("shard"), tr("shards")))
                  : answering == total ? tr("All %1 shards answer").arg(total)
                                       : tr("%1 of %2 shards answer").arg(answering).arg(total);
  if (dead.size() == 1) {
    const ConnectionRow row = rowOf(*dead.front());
    title += row.waitingSince != 0 ? tr("; %1 has not answered since %2").arg(text(dead.front()->id.text()), timeText(row.waitingSince))
                                   : tr("; %1 is unreachable since %2").arg(text(dead.front()->id.text()), timeText(row.health.since));
  }
  if (findings > 0) title += tr("; %1").arg(counted(findings, tr("finding"), tr("findings")));
  QStringList under;
  if (used > 0) under << (declared ? tr("%1 of %2 in use").arg(bytesText(used), bytesText(capacity)) : tr("%1 in use").arg(bytesText(used)));
  under << QStringList(engines.begin(), engines.end()).join(QStringLiteral(", "));
  if (m_checks.isRunning()) under << tr("looking at %1").arg(counted(static_cast<std::int64_t>(m_checks.waiting()), tr("shard"), tr("shards")));
  else if (m_checks.checkedAt() != 0) under << tr("checked %1").arg(agoText(m_checks.checkedAt(), session().now()));
  if (!m_remark.isEmpty()) under << m_remark;
  m_header->say(title, under.join(QStringLiteral(" · ")));
}

void ConnectionsPage::drawRows() {
  std::vector<ConnectionRow> rows;
  for (const Shard& shard : session().facts().value()->shards) rows.push_back(rowOf(shard));
  m_rows.setRows(std::move(rows));
}

// The shard that is chosen anywhere in the window, or the first.
void ConnectionsPage::drawDetail() {
  const auto& facts = session().facts().value();
  if (!facts || facts->shards.empty()) return;
  const auto& chosen = session().selection().shards();
  const Shard* shard = chosen.size() == 1 ? facts->shard(*chosen.begin()) : nullptr;
  if (shard == nullptr) shard = facts->shard(m_detail->shard().id);
  if (shard == nullptr) shard = &facts->shards.front();
  m_table->choose(text(shard->id.text()));
  m_detail->show(rowOf(*shard), ownedBy(*facts, shard->id));
}

void ConnectionsPage::add() {
  auto* const dialog = new AddShardDialog(session(), this);
  connect(dialog, &AddShardDialog::added, this, [this](const ShardId& shard) {
    m_remark = tr("%1 is added").arg(text(shard.text()));
    session().selection().setShards({shard});
  });
  dialog->open();
}

void ConnectionsPage::drain() {
  PlanRequest request;
  request.goal = "drain";
  request.shards = {m_detail->shard().id.text()};
  navigator().go({QStringLiteral("plans"), {}, request});
}

void ConnectionsPage::remove() {
  const QString name = text(m_detail->shard().id.text());
  auto* const dialog = new RemoveShardDialog(session(), m_detail->shard(), this);
  connect(dialog, &RemoveShardDialog::removed, this, [this, name](const QString& remark) {
    m_remark = remark.isEmpty() ? tr("%1 is removed").arg(name) : remark;
    session().selection().setShards({});
  });
  dialog->open();
}

}  // namespace shardwright::ui
