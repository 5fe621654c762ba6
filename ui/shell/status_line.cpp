#include "ui/shell/status_line.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/theme/format.h"
#include "ui/theme/style.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

StatusLine::StatusLine(Session& session) : Bar(QStringLiteral("shell.status"), Line::Above, 30), m_session(session) {
  auto* const line = new QHBoxLayout(this);
  line->setContentsMargins(grid::xl, 1, grid::xl, 0);
  line->setSpacing(grid::s);
  m_symbol = new Symbol(QStringLiteral("dot"), Ink::Text3, 12);
  m_shards = new Text(Type::Caption, Ink::Text2);
  m_runs = new Text(Type::Caption, Ink::Text2);
  m_failure = new ElidedText(Type::Caption, Ink::Danger);
  m_activity = plainButton(QStringLiteral("shell.status.activity"), tr("Activity"));
  setButtonRole(*m_activity, ButtonRole::Quiet);
  m_activity->setFont(typeface(Type::Caption));
  m_activity->setIcon(Theme::instance().icon(QStringLiteral("activity")));
  m_activity->setFixedHeight(24);
  m_activity->setToolTip(tr("What this window has had done"));
  m_actor = new Text(Type::Caption, Ink::Text2);
  m_actor->setToolTip(tr("Who acts in this window, for approvals and the audit"));
  line->addWidget(m_symbol);
  line->addWidget(m_shards);
  line->addSpacing(grid::l);
  line->addWidget(m_runs);
  line->addSpacing(grid::l);
  line->addWidget(m_failure, 1);
  line->addWidget(m_activity);
  line->addWidget(m_actor);
  connect(m_activity, &QPushButton::clicked, this, &StatusLine::activityAsked);
  connect(&session.facts(), &SourceBase::changed, this, &StatusLine::draw);
  connect(&session.load(), &SourceBase::changed, this, &StatusLine::draw);
  connect(&session.activity(), &Activity::changed, this, &StatusLine::draw);
  draw();
}

void StatusLine::draw() {
  const auto& facts = m_session.facts().value();
  const auto& load = m_session.load().value();
  const std::size_t total = facts ? facts->shards.size() : 0;
  if (load && load->from == LoadFrom::Databases) {
    const std::size_t silent = std::min(total, load->notMeasured.size());
    m_shards->setText(tr("%1 of %2 shards answering").arg(total - silent).arg(total));
    m_symbol->show(silent == 0 ? QStringLiteral("dot") : QStringLiteral("partial"), silent == 0 ? Ink::Ok : Ink::Warn);
  } else {
    m_shards->setText(counted(static_cast<std::int64_t>(total), tr("shard"), tr("shards")));
    m_symbol->show(QStringLiteral("queued"), Ink::Text3);
  }
  m_runs->setText(runsText());
  const ActivityEntry* const failure = m_session.activity().latestFailure();
  m_failure->setText(failure == nullptr ? QString() : tr("Failed: %1: %2").arg(failure->title, failure->message));
  const int running = m_session.activity().running();
  m_activity->setText(running == 0 ? tr("Activity") : tr("Activity (%1)").arg(running));
  m_activity->setAccessibleName(m_activity->text());
  m_actor->setText(facts ? text(facts->actor) : QString());
}

QString StatusLine::runsText() const {
  const auto& facts = m_session.facts().value();
  if (!facts) return {};
  QStringList running;
  for (const PlanStatus& run : facts->runs)
    if (run.executor) running << text(run.record.id.text());
  return running.isEmpty() ? tr("no plan is running") : tr("%1: %2").arg(counted(running.size(), tr("run"), tr("runs")), running.join(QStringLiteral(", ")));
}

}  // namespace shardwright::ui
