#include "ui/pages/connections_detail.h"

#include <QPushButton>
#include <QScrollArea>

#include "core/base/text.h"
#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/shard_fields.h"
#include "ui/widgets/test_steps.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

ConnectionDetail::ConnectionDetail(Session& session, QWidget* parent) : Card(tr("Shard"), parent), m_session(session), m_save(session) {
  m_test = plainButton(QStringLiteral("connections.shard.test"), tr("Test"));
  m_drain = plainButton(QStringLiteral("connections.shard.drain"), tr("Drain…"));
  m_remove = dangerButton(QStringLiteral("connections.shard.remove"), tr("Remove…"));
  for (QPushButton* button : {m_test, m_drain, m_remove}) tools()->addWidget(button);
  m_sentence = new Text(Type::Body, Ink::Text2);
  m_sentence->setObjectName(QStringLiteral("connections.shard.sentence"));
  m_sentence->setWordWrap(true);
  m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
  body()->addWidget(m_sentence);
  auto* const both = new QHBoxLayout;
  both->setSpacing(2 * grid::l);
  both->addWidget(makeSettings(), 2);
  both->addWidget(makeTest(), 3);
  body()->addLayout(both, 1);
  m_command = new CommandStrip(QStringLiteral("connections.shard.command"));
  body()->addWidget(m_command);
  connect(m_test, &QPushButton::clicked, this, [this] {
    if (m_steps->isRunning()) m_steps->stop();
    else m_steps->start(m_row.shard);
  });
  connect(m_drain, &QPushButton::clicked, this, &ConnectionDetail::drainAsked);
  connect(m_remove, &QPushButton::clicked, this, &ConnectionDetail::removeAsked);
}

QWidget* ConnectionDetail::makeSettings() {
  auto* const side = new QWidget;
  auto* const column = new QVBoxLayout(side);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(grid::s);
  m_fields = new ShardFields(QStringLiteral("connections.shard"), ShardFields::Kind::Existing);
  m_problem = new Text(Type::Caption, Ink::Danger);
  m_problem->setObjectName(QStringLiteral("connections.shard.problem"));
  m_problem->setWordWrap(true);
  m_problem->hide();
  m_saveButton = plainButton(QStringLiteral("connections.shard.save"), tr("Save settings"));
  column->addWidget(m_fields);
  column->addWidget(m_problem);
  column->addWidget(m_saveButton, 0, Qt::AlignLeft);
  column->addStretch();
  connect(m_fields, &ShardFields::edited, this, &ConnectionDetail::draw);
  connect(m_fields, &ShardFields::submitted, this, &ConnectionDetail::save);
  connect(m_saveButton, &QPushButton::clicked, this, &ConnectionDetail::save);
  return side;
}

QWidget* ConnectionDetail::makeTest() {
  m_steps = new TestSteps(QStringLiteral("connections.shard.steps"), m_session);
  auto* const scroll = new QScrollArea;
  scroll->setObjectName(QStringLiteral("connections.shard.scroll"));
  scroll->setAccessibleName(tr("Steps of the test"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::StrongFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  QPalette clear = scroll->palette();
  clear.setColor(QPalette::Window, Qt::transparent);
  scroll->setPalette(clear);
  scroll->setWidget(m_steps);
  connect(m_steps, &TestSteps::changed, this, &ConnectionDetail::draw);
  return scroll;
}

void ConnectionDetail::show(const ConnectionRow& row, const QStringList& owned) {
  const bool another = row.shard.id != m_row.shard.id;
  const bool changed = !(row.shard == m_row.shard);
  m_row = row;
  m_owned = owned;
  // What is being typed stays until it is saved or another shard is chosen.
  if (another || (changed && !m_fields->isTouched())) m_fields->show(row.shard);
  if (another) {
    m_steps->clear();
    m_problem->hide();
  }
  draw();
}

void ConnectionDetail::save() {
  const ShardSettings changes = m_fields->changes();
  if (changes.empty() || m_save.isRunning()) return;
  m_problem->hide();
  m_save.start(
      Lane::Catalog, tr("Set shard %1").arg(text(m_row.shard.id.text())),
      [shard = m_row.shard.id, changes](ShardManager& manager, Job&) { return manager.shards().set(shard, changes); },
      [this](const Result<Shard>& shard) {
        if (shard) {
          m_row.shard = *shard;
          m_fields->show(*shard);
          m_session.facts().refresh();
        } else {
          m_problem->setText(asSentence(shard.error().message()));
          m_problem->show();
        }
        draw();
      });
  draw();
}

void ConnectionDetail::draw() {
  const Shard& shard = m_row.shard;
  const QString name = text(printable(shard.id.text()));
  setHeading(tr("Shard %1").arg(name));
  const QString owns = m_owned.isEmpty() ? tr("It owns nothing.") : tr("It owns parts of %1.").arg(m_owned.join(QStringLiteral(", ")));
  m_sentence->setText(answerSentence(m_row) + QLatin1Char(' ') + owns);
  m_test->setText(m_steps->isRunning() ? tr("Stop") : tr("Test"));
  m_test->setToolTip(tr("Tries the database step by step; nothing is changed"));
  const bool touched = m_fields->isTouched(), saving = m_save.isRunning();
  allow(m_saveButton, touched && !saving, saving ? tr("It is being saved") : touched ? tr("Changes the settings in the catalog") : m_fields->shard() ? tr("Nothing is changed") : tr("Something is wrong above"));
  allow(m_drain, !m_owned.isEmpty(), m_owned.isEmpty() ? tr("It owns nothing") : tr("Opens the plan builder with a plan that moves everything away from it"));
  allow(m_remove, m_owned.isEmpty(), m_owned.isEmpty() ? tr("The catalog forgets it; its name is to be typed") : tr("It owns parts of %1; drain it first").arg(m_owned.join(QStringLiteral(", "))));
  QStringList words{QStringLiteral("shard"), touched ? QStringLiteral("set") : QStringLiteral("check"), text(shard.id.text())};
  for (const auto& [setting, value] : m_fields->changes()) words << text(setting) + QLatin1Char('=') + text(value);
  m_command->show(m_session.command(words));
}

}  // namespace shardwright::ui
