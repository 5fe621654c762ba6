#include "ui/dialogs/run_dialog.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

RunDialog::RunDialog(Session& session, std::shared_ptr<const PlanSheet> asRead, QWidget* parent)
    : PlanDialog(QStringLiteral("run"), tr("Run %1").arg(text(asRead->line.record.id.text())), session, asRead, parent) {
  addSection(tr("Approval"));
  m_approval = addCaption({});
  m_approval->setObjectName(name("approval"));
  addSection(tr("How"));
  auto* const form = new QFormLayout;
  form->setHorizontalSpacing(grid::m);
  form->setVerticalSpacing(grid::s);
  m_hold = new QCheckBox(tr("Hold each move before its cut-over, until I give the signal"));
  m_hold->setObjectName(name("hold"));
  m_hold->setAccessibleName(m_hold->text());
  m_throttle = new QSpinBox;
  m_throttle->setObjectName(name("throttle"));
  m_throttle->setAccessibleName(tr("Rows a second for each move"));
  m_throttle->setRange(0, 10'000'000);
  m_throttle->setSingleStep(1000);
  m_throttle->setGroupSeparatorShown(true);
  m_throttle->setSuffix(tr(" rows/s"));
  m_throttle->setSpecialValueText(tr("no limit"));
  auto* const label = new Text(Type::Body, Ink::Text, tr("At most, for each move"));
  label->setBuddy(m_throttle);
  form->addRow(m_hold);
  form->addRow(label, m_throttle);
  body()->addLayout(form);
  addLine(QStringLiteral("info"), Ink::Text2, tr("It runs in a process of its own: closing this window stops nothing."));
  addCommand();
  auto* const act = addButtons(primaryButton(name("start"), tr("Start")));
  connect(act, &QPushButton::clicked, this, &RunDialog::start);
  connect(m_hold, &QCheckBox::toggled, this, &RunDialog::look);
  connect(m_throttle, &QSpinBox::valueChanged, this, &RunDialog::look);
  look();
}

QStringList RunDialog::words() const {
  QStringList words{QStringLiteral("run"), text(plan().text()), QStringLiteral("--detach")};
  if (m_hold->isChecked()) words << QStringLiteral("--hold-cutover");
  if (m_throttle->value() > 0) words << QStringLiteral("--throttle") << QString::number(m_throttle->value());
  return words;
}

QString RunDialog::refusal() const {
  if (m_starting) return {};
  const QString changed = changedWords();
  if (!changed.isEmpty()) return changed;
  if (current().line.isExpired(session().now())) return tr("The approval expired at %1: ask for it again.").arg(timeText(current().line.approval->expires));
  return current().rights.run ? QString() : asSentence(current().rights.run.error().message());
}

void RunDialog::draw() {
  showCommand(words());
  if (const auto& approval = current().line.approval) {
    const QString until = untilText(approval->expires, session().now());
    m_approval->setText(until.isEmpty() ? tr("By %1, %2; over since %3").arg(text(approval->approver), timeText(approval->at), timeText(approval->expires))
                                        : tr("By %1, %2; ends %3").arg(text(approval->approver), timeText(approval->at), until));
    m_approval->setToolTip(fullTimeText(approval->expires));
  }
}

void RunDialog::start() {
  if (m_starting || !refusal().isEmpty()) return;
  m_starting = true;
  setBusy(true);
  session().launch(tr("Start %1").arg(text(plan().text())), session().command(words()), this, [this](const Result<QString>& answer) {
    m_starting = false;
    if (answer) {
      Q_EMIT started();
      close();
      return;
    }
    setBusy(false);
    say(QStringLiteral("error"), Ink::Danger, asSentence(answer.error().message()));
  });
}

RejectDialog::RejectDialog(Session& session, std::shared_ptr<const PlanSheet> asRead, QWidget* parent)
    : PlanDialog(QStringLiteral("reject"), tr("Reject %1").arg(text(asRead->line.record.id.text())), session, asRead, parent), m_request(session) {
  m_reason = new QLineEdit;
  m_reason->setObjectName(name("reason"));
  m_reason->setAccessibleName(tr("Why"));
  auto* const label = new Text(Type::Body, Ink::Text, tr("Why? The author and the audit read it."));
  label->setBuddy(m_reason);
  body()->addWidget(label);
  body()->addWidget(m_reason);
  addCommand();
  auto* const act = addButtons(dangerButton(name("reject"), tr("Reject")));
  connect(act, &QPushButton::clicked, this, &RejectDialog::send);
  connect(m_reason, &QLineEdit::textChanged, this, &RejectDialog::look);
  m_reason->setFocus();
  look();
}

QString RejectDialog::refusal() const {
  if (m_request.isRunning()) return {};
  return current().rights.reject ? QString() : asSentence(current().rights.reject.error().message());
}

QString RejectDialog::reason() const { return m_reason->text().trimmed(); }

QString RejectDialog::missing() const { return reason().isEmpty() ? tr("The reason is not written yet.") : QString(); }

void RejectDialog::draw() { showCommand({QStringLiteral("plan"), QStringLiteral("reject"), text(plan().text()), QStringLiteral("--reason"), reason()}); }

void RejectDialog::send() {
  m_request.start(
      Lane::Catalog, tr("Reject %1").arg(text(plan().text())),
      [id = plan(), reason = reason().toStdString()](ShardManager& manager, Job&) { return manager.plans().reject(id, reason); },
      [this](const Done& done) {
        session().facts().refresh();
        if (done) {
          close();
          return;
        }
        setBusy(false);
        say(QStringLiteral("error"), Ink::Danger, asSentence(done.error().message()));
      });
  setBusy(true);
}

}  // namespace shardwright::ui
