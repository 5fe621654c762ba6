#include "ui/dialogs/remove_shard_dialog.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/base/text.h"
#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

RemoveShardDialog::RemoveShardDialog(Session& session, const Shard& shard, QWidget* parent)
    : QDialog(parent), m_session(session), m_shard(shard), m_remove(session) {
  setObjectName(QStringLiteral("connections.remove"));
  setWindowTitle(tr("Remove a shard"));
  setAttribute(Qt::WA_DeleteOnClose);
  setMinimumWidth(520);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::xl, grid::l, grid::xl, grid::l);
  all->setSpacing(grid::m);
  all->addWidget(new Text(Type::Title, Ink::Text, tr("Remove this shard from %1").arg(session.clusterName())));
  const auto say = [&](const QString& sentence, Ink ink) {
    auto* const line = new Text(Type::Body, ink, sentence);
    line->setWordWrap(true);
    all->addWidget(line);
    return line;
  };
  say(tr("The catalog forgets it. Its database %1 stays as it is, and another catalog may take it afterwards.").arg(text(printable(shard.url))), Ink::Text2);
  say(tr("Type the name of the shard:"), Ink::Text);
  m_name = new QLineEdit;
  m_name->setObjectName(QStringLiteral("connections.remove.name"));
  m_name->setAccessibleName(tr("Name of the shard"));
  all->addWidget(m_name);
  m_problem = say({}, Ink::Danger);
  m_problem->setObjectName(QStringLiteral("connections.remove.problem"));
  m_problem->hide();
  auto* const command = new CommandStrip(QStringLiteral("connections.remove.command"));
  command->show(session.command({QStringLiteral("shard"), QStringLiteral("remove"), text(shard.id.text())}));
  all->addWidget(command);
  auto* const line = new QHBoxLayout;
  line->addStretch();
  auto* const cancel = plainButton(QStringLiteral("connections.remove.cancel"), tr("Cancel"));
  m_button = dangerButton(QStringLiteral("connections.remove.remove"), tr("Remove"));
  line->addWidget(cancel);
  line->addWidget(m_button);
  all->addLayout(line);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_button, &QPushButton::clicked, this, &RemoveShardDialog::remove);
  connect(m_name, &QLineEdit::textChanged, this, &RemoveShardDialog::draw);
  connect(m_name, &QLineEdit::returnPressed, this, &RemoveShardDialog::remove);
  draw();
}

bool RemoveShardDialog::isNamed() const { return m_name->text().trimmed().compare(text(m_shard.id.text()), Qt::CaseInsensitive) == 0; }

void RemoveShardDialog::remove() {
  if (!isNamed() || m_remove.isRunning()) return;
  m_problem->hide();
  m_remove.start(
      Lane::Own, tr("Remove shard %1").arg(text(m_shard.id.text())), [shard = m_shard.id](ShardManager& manager, Job&) { return manager.shards().remove(shard); },
      [this](const Result<std::optional<Error>>& marked) {
        m_session.facts().refresh();
        if (!marked) {
          m_problem->setText(asSentence(marked.error().message()));
          m_problem->show();
          return draw();
        }
        Q_EMIT removed(*marked ? tr("Its database still bears this catalog's mark, so another catalog will refuse it: %1").arg(said((*marked)->message())) : QString());
        accept();
      });
  draw();
}

void RemoveShardDialog::draw() {
  const bool busy = m_remove.isRunning();
  m_name->setEnabled(!busy);
  allow(m_button, isNamed() && !busy, busy ? tr("It is being removed") : isNamed() ? tr("The catalog forgets the shard") : tr("Type the name of the shard first"));
}

}  // namespace shardwright::ui
