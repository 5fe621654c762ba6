#include "ui/dialogs/plan_dialog.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/models/plan_standing.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int dialogWidth = 560;

bool isSamePlan(const PlanRecord& a, const PlanRecord& b) { return a.fingerprint == b.fingerprint && a.state == b.state; }

}  // namespace

PlanDialog::PlanDialog(const QString& name, const QString& title, Session& session, std::shared_ptr<const PlanSheet> asRead, QWidget* parent)
    : QDialog(parent),
      m_session(session),
      m_asRead(std::move(asRead)),
      m_current(m_asRead),
      m_source(session, Lane::Catalog, QString(), [id = m_asRead->line.record.id](ShardManager& manager, Job&, const std::shared_ptr<const PlanSheet>& before) {
        return manager.plans().sheet(id, before.get());
      }) {
  setObjectName(name);
  setWindowTitle(title);
  setAttribute(Qt::WA_DeleteOnClose);
  setMinimumWidth(dialogWidth);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::xl, grid::l, grid::xl, grid::l);
  all->setSpacing(grid::m);
  all->addWidget(new Text(Type::Title, Ink::Text, title));
  auto* const where = new QHBoxLayout;
  where->setSpacing(grid::s);
  auto* const chip = new EnvironmentChip;
  chip->show(m_asRead->environment);
  where->addWidget(chip);
  where->addWidget(new Text(Type::Body, Ink::Text2, tr("%1, %2 · keyspace %3").arg(session.clusterName(), environmentText(m_asRead->environment), text(m_asRead->plan->keyspace.text()))), 1);
  all->addLayout(where);
  m_body = new QVBoxLayout;
  m_body->setSpacing(grid::s);
  all->addLayout(m_body);
  m_notice = new QWidget;
  auto* const notice = new QHBoxLayout(m_notice);
  notice->setContentsMargins(0, 0, 0, 0);
  notice->setSpacing(grid::s);
  m_noticeSymbol = new Symbol;
  m_noticeText = new Text(Type::Strong, Ink::Warn);
  m_noticeText->setObjectName(this->name("notice"));
  m_noticeText->setWordWrap(true);
  notice->addWidget(m_noticeSymbol, 0, Qt::AlignTop);
  notice->addWidget(m_noticeText, 1);
  m_notice->hide();
  all->addWidget(m_notice);
  connect(&session.facts(), &SourceBase::changed, this, &PlanDialog::watch);
  connect(&m_source, &SourceBase::changed, this, [this] {
    if (m_source.value()) m_current = m_source.value();
    look();
  });
  connect(&m_second, &QTimer::timeout, this, &PlanDialog::look);
  m_second.start(500);
}

// The catalog was read again: only if it says something else about this plan is the plan read again.
void PlanDialog::watch() {
  const auto& facts = m_session.facts().value();
  if (!facts) return;
  const PlanRecord* const record = facts->plan(plan());
  const KeyspaceFacts* const keyspace = facts->keyspace(asRead().plan->keyspace);
  const bool moved = keyspace != nullptr && keyspace->map->version() != m_current->line.currentVersion;
  if (record == nullptr || moved || !isSamePlan(*record, m_current->line.record)) m_source.refresh();
}

void PlanDialog::addSection(const QString& heading) {
  m_body->addSpacing(grid::xs);
  m_body->addWidget(new Text(Type::Section, Ink::Text, heading));
}

void PlanDialog::addLine(const QString& icon, Ink ink, const QString& words) {
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::s);
  auto* const symbol = new Symbol(icon, ink, 14);
  auto* const sentence = new Text(Type::Body, Ink::Text, words);
  sentence->setWordWrap(true);
  auto* const column = new QVBoxLayout;
  column->setContentsMargins(0, 3, 0, 0);
  column->addWidget(symbol);
  column->addStretch();
  line->addLayout(column);
  line->addWidget(sentence, 1);
  m_body->addLayout(line);
}

Text* PlanDialog::addCaption(const QString& words) {
  auto* const caption = new Text(Type::Body, Ink::Text2, words);
  caption->setWordWrap(true);
  m_body->addWidget(caption);
  return caption;
}

void PlanDialog::addCommand() {
  m_command = new CommandStrip(name("command"));
  m_body->addWidget(m_command);
}

void PlanDialog::showCommand(const QStringList& words) {
  if (m_command != nullptr) m_command->show(m_session.command(words));
}

QPushButton* PlanDialog::addButtons(QPushButton* act) {
  m_act = act;
  m_close = plainButton(name("close"), tr("Close"));
  m_missing = new Text(Type::Caption, Ink::Text2);
  m_missing->setObjectName(name("missing"));
  m_missing->setWordWrap(true);
  auto* const row = new QHBoxLayout;
  row->setSpacing(grid::s);
  row->addWidget(m_missing, 1);
  row->addWidget(m_close);
  row->addWidget(m_act);
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
  connect(m_close, &QPushButton::clicked, this, &QDialog::close);
  return act;
}

QString PlanDialog::changedWords() const {
  const PlanRecord& then = m_asRead->line.record;
  const PlanRecord& now = m_current->line.record;
  if (then.fingerprint != now.fingerprint) return tr("The plan is not the one you read: its fingerprint changed. Close this and read it again.");
  if (then.state != now.state) return tr("The plan is %1 now. Close this and read it again.").arg(text(planStateName(now.state)));
  return {};
}

void PlanDialog::look() {
  if (m_act == nullptr) return;
  draw();
  const QString refused = refusal();
  const QString lacks = m_busy ? tr("Working…") : missing();
  if (!refused.isEmpty()) {
    say(QStringLiteral("warning"), Ink::Warn, refused);
  } else if (m_refused) {
    say({}, Ink::Text, {});
  }
  m_refused = !refused.isEmpty();
  m_act->setVisible(refused.isEmpty());
  allow(m_act, refused.isEmpty() && lacks.isEmpty(), lacks);
  m_missing->setText(refused.isEmpty() ? lacks : QString());
}

// As high as its words are in this width.
void PlanDialog::fit() {
  const int wanted = std::max(layout()->minimumSize().height(), layout()->hasHeightForWidth() ? layout()->heightForWidth(width()) : 0);
  if (height() < wanted) resize(width(), wanted);
}

void PlanDialog::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  resize(std::max(width(), dialogWidth), 10);
  fit();
}

void PlanDialog::say(const QString& icon, Ink ink, const QString& words) {
  m_noticeSymbol->show(icon, ink);
  m_noticeText->setInk(ink);
  m_noticeText->setText(words);
  m_notice->setVisible(!words.isEmpty());
  if (isVisible()) fit();
}

void PlanDialog::setBusy(bool busy) {
  m_busy = busy;
  look();
}

}  // namespace shardwright::ui
