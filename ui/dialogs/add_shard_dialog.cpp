#include "ui/dialogs/add_shard_dialog.h"

#include <QFileDialog>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

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

namespace {

QStringList wordsOf(const Shard& shard, const ShardSettings& settings) {
  QStringList words{QStringLiteral("shard"), QStringLiteral("add"), text(shard.id.text()), text(shard.url)};
  for (const auto& [name, value] : settings)
    if (name != "state" && !value.empty()) words << QStringLiteral("--") + text(name) << text(value);
  return words;
}

}  // namespace

AddShardDialog::AddShardDialog(Session& session, QWidget* parent) : QDialog(parent), m_session(session), m_add(session) {
  setObjectName(QStringLiteral("connections.add"));
  setWindowTitle(tr("Add a shard"));
  setAttribute(Qt::WA_DeleteOnClose);
  setMinimumWidth(560);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::xl, grid::l, grid::xl, grid::l);
  all->setSpacing(grid::m);
  all->addWidget(new Text(Type::Title, Ink::Text, tr("Add a shard")));
  auto* const effect = new Text(Type::Body, Ink::Text2,
                                tr("The database gets a mark of this catalog and nothing else. It owns no row until a plan moves some to it."));
  effect->setWordWrap(true);
  all->addWidget(effect);
  m_fields = new ShardFields(QStringLiteral("connections.add"), ShardFields::Kind::New);
  Shard empty;
  m_fields->show(empty);
  std::vector<ShardId> taken;
  if (const auto& facts = session.facts().value())
    for (const Shard& shard : facts->shards) taken.push_back(shard.id);
  m_fields->setTaken(std::move(taken));
  all->addWidget(m_fields);
  m_steps = new TestSteps(QStringLiteral("connections.add.steps"), session);
  auto* const scroll = new QScrollArea;
  scroll->setObjectName(QStringLiteral("connections.add.scroll"));
  scroll->setAccessibleName(tr("Steps of the test"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::StrongFocus);
  scroll->setWidget(m_steps);
  scroll->setMinimumHeight(200);
  all->addWidget(scroll, 1);
  m_problem = new Text(Type::Body, Ink::Danger);
  m_problem->setObjectName(QStringLiteral("connections.add.problem"));
  m_problem->setWordWrap(true);
  m_problem->hide();
  all->addWidget(m_problem);
  m_command = new CommandStrip(QStringLiteral("connections.add.command"));
  all->addWidget(m_command);
  all->addWidget(makeButtons());
  connect(m_fields, &ShardFields::edited, this, &AddShardDialog::draw);
  connect(m_steps, &TestSteps::changed, this, &AddShardDialog::draw);
  draw();
}

QWidget* AddShardDialog::makeButtons() {
  auto* const bar = new QWidget;
  auto* const line = new QHBoxLayout(bar);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  auto* const file = plainButton(QStringLiteral("connections.add.file"), tr("Choose file…"));
  m_testButton = plainButton(QStringLiteral("connections.add.test"), tr("Test"));
  auto* const cancel = plainButton(QStringLiteral("connections.add.cancel"), tr("Cancel"));
  m_addButton = primaryButton(QStringLiteral("connections.add.add"), tr("Add"));
  line->addWidget(file);
  line->addWidget(m_testButton);
  line->addStretch();
  line->addWidget(cancel);
  line->addWidget(m_addButton);
  connect(file, &QPushButton::clicked, this, &AddShardDialog::chooseFile);
  connect(m_testButton, &QPushButton::clicked, this, &AddShardDialog::test);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_addButton, &QPushButton::clicked, this, &AddShardDialog::add);
  return bar;
}

void AddShardDialog::chooseFile() {
  auto* const dialog = new QFileDialog(this, tr("The database of the shard"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) { m_fields->setAddress(QStringLiteral("sqlite://") + file); });
  dialog->open();
}

void AddShardDialog::test() {
  if (m_steps->isRunning()) m_steps->stop();
  else if (m_fields->shard()) m_steps->start(*m_fields->shard());
}

void AddShardDialog::add() {
  if (!m_fields->shard() || m_add.isRunning()) return;
  m_problem->hide();
  const Shard draft = *m_fields->shard();
  m_add.start(
      Lane::Own, tr("Add shard %1").arg(text(draft.id.text())), [draft](ShardManager& manager, Job&) { return manager.shards().add(draft); },
      [this](const Result<Shard>& shard) {
        m_session.facts().refresh();
        if (!shard) {
          m_problem->setText(asSentence(shard.error().message()));
          m_problem->show();
          return draw();
        }
        Q_EMIT added(shard->id);
        accept();
      });
  draw();
}

void AddShardDialog::draw() {
  const bool whole = m_fields->shard().has_value(), adding = m_add.isRunning();
  const QString missing = tr("Give a name and an address first");
  m_fields->setEnabledFields(!adding);
  m_testButton->setText(m_steps->isRunning() ? tr("Stop") : tr("Test"));
  allow(m_testButton, whole && !adding, whole ? tr("Tries the database step by step; nothing is changed") : missing);
  allow(m_addButton, whole && !adding, adding ? tr("It is being added") : whole ? tr("Marks the database and remembers it") : missing);
  const Shard shown = m_fields->shard().value_or(Shard{.id = ShardId("NAME"), .url = "URL"});
  m_command->show(m_session.command(wordsOf(shown, m_fields->changes())));
}

}  // namespace shardwright::ui
