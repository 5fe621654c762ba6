#include "ui/shell/context_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>

#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

ContextBar::ContextBar(Session& session) : Bar(QStringLiteral("shell.context"), Line::Below, 52), m_session(session) {
  auto* const line = new QHBoxLayout(this);
  line->setContentsMargins(grid::xl, 0, grid::xl, 1);
  line->setSpacing(grid::m);
  m_environment = new EnvironmentChip;
  m_cluster = new ElidedText(Type::Strong);  // a long name gives way
  m_keyspace = new QComboBox;
  m_keyspace->setObjectName(QStringLiteral("shell.context.keyspace"));
  m_keyspace->setAccessibleName(tr("Keyspace"));
  m_keyspace->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  m_keyspace->setToolTip(tr("The keyspace that the pages show"));
  m_version = new Chip;
  m_age = new Text(Type::Body, Ink::Text2);
  m_search = plainButton(QStringLiteral("shell.context.search"), tr("Search Ctrl+K"));
  m_search->setToolTip(tr("Go to a page, keyspace, shard, plan or key (Ctrl+K)"));
  m_back = iconButton(QStringLiteral("shell.context.back"), QStringLiteral("back"), tr("Back (Alt+Left)"));
  m_forward = iconButton(QStringLiteral("shell.context.forward"), QStringLiteral("forward"), tr("Forward (Alt+Right)"));
  m_refresh = iconButton(QStringLiteral("shell.context.refresh"), QStringLiteral("refresh"), tr("Refresh (F5)"));
  m_mode = iconButton(QStringLiteral("shell.context.mode"), QStringLiteral("dark"), tr("Dark"));
  for (QWidget* widget : std::initializer_list<QWidget*>{m_environment, m_cluster, m_keyspace, m_version, m_age}) line->addWidget(widget);
  line->addStretch();
  for (QWidget* widget : {m_search, m_back, m_forward, m_refresh, m_mode}) line->addWidget(widget);

  connect(m_back, &QPushButton::clicked, this, &ContextBar::backAsked);
  connect(m_forward, &QPushButton::clicked, this, &ContextBar::forwardAsked);
  connect(m_search, &QPushButton::clicked, this, &ContextBar::searchAsked);
  connect(m_mode, &QPushButton::clicked, this, &ContextBar::modeAsked);
  connect(m_refresh, &QPushButton::clicked, this, [this] { m_session.refreshAll(); });
  connect(m_keyspace, &QComboBox::activated, this,
          [this](int index) { m_session.selection().setKeyspace(KeyspaceName(m_keyspace->itemText(index).toStdString())); });
  connect(&session.facts(), &SourceBase::changed, this, &ContextBar::draw);
  connect(&session.load(), &SourceBase::changed, this, &ContextBar::drawAge);
  connect(&session.selection(), &Selection::keyspaceChanged, this, &ContextBar::draw);
  connect(&m_clock, &QTimer::timeout, this, &ContextBar::drawAge);
  m_clock.start(1000);
  m_environment->hide();
  draw();
}

void ContextBar::setHistory(bool canGoBack, bool canGoForward) {
  m_back->setEnabled(canGoBack);
  m_forward->setEnabled(canGoForward);
}

void ContextBar::setMode(bool dark) {
  const QString word = dark ? tr("Light colours") : tr("Dark colours");
  m_mode->setIcon(Theme::instance().icon(dark ? QStringLiteral("light") : QStringLiteral("dark")));
  m_mode->setToolTip(word);
  m_mode->setAccessibleName(word);
}

void ContextBar::draw() {
  m_cluster->setText(m_session.clusterName());
  m_cluster->setToolTip(text(m_session.catalogFile()));
  if (const auto& facts = m_session.facts().value()) {
    m_environment->show(facts->environment);
    drawKeyspaces();
    const KeyspaceFacts* const chosen = facts->keyspace(m_session.selection().keyspace());
    m_version->show(chosen == nullptr ? QString() : tr("map v%1").arg(chosen->map->version()));
    m_version->setToolTip(tr("The version of the keyspace's map in force"));
  }
  drawAge();
}

void ContextBar::drawKeyspaces() {
  QStringList names;
  for (const KeyspaceFacts& facts : m_session.facts().value()->keyspaces) names << text(facts.keyspace.name.text());
  QStringList shown;
  for (int at = 0; at < m_keyspace->count(); ++at) shown << m_keyspace->itemText(at);
  if (names != shown) {
    m_keyspace->clear();
    m_keyspace->addItems(names);
  }
  m_keyspace->setVisible(!names.isEmpty());
  m_keyspace->setCurrentIndex(static_cast<int>(names.indexOf(text(m_session.selection().keyspace().text()))));
}

// The oldest of what is shown tells the age.
void ContextBar::drawAge() {
  const UnixSeconds now = m_session.now();
  const SourceBase& facts = m_session.facts();
  const SourceBase& load = m_session.load();
  if (facts.at() == 0) {
    m_age->setText(facts.error() ? tr("no catalog") : tr("reading"));
    return;
  }
  const bool stale = facts.isStale(now) || load.isStale(now);
  const bool fromSamples = m_session.load().value() && m_session.load().value()->from == LoadFrom::Samples;
  const UnixSeconds at = load.at() == 0 ? facts.at() : std::min(facts.at(), load.at());
  m_age->setText(stale ? tr("stale since %1").arg(timeText(at)) : fromSamples && load.isAsking() ? tr("measuring") : tr("updated %1").arg(agoText(at, now)));
  m_age->setInk(stale ? Ink::Warn : Ink::Text2);
  m_age->setToolTip(tr("Catalog read %1\nLoad measured %2").arg(fullTimeText(facts.at()), load.at() == 0 ? dash : fullTimeText(load.at())));
}

}  // namespace shardwright::ui
