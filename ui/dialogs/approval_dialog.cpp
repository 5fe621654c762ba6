#include "ui/dialogs/approval_dialog.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <algorithm>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/models/plan_standing.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

QString titleOf(ApprovalDialog::Purpose purpose, const PlanId& plan) {
  const QString name = text(plan.text());
  switch (purpose) {
    case ApprovalDialog::Purpose::Approve: return ApprovalDialog::tr("Approve %1").arg(name);
    case ApprovalDialog::Purpose::ApproveAndRun: return ApprovalDialog::tr("Approve and run %1").arg(name);
    case ApprovalDialog::Purpose::CleanUp: return ApprovalDialog::tr("Approve the clean-up of %1").arg(name);
  }
  return {};
}

QString actText(ApprovalDialog::Purpose purpose) {
  switch (purpose) {
    case ApprovalDialog::Purpose::Approve: return ApprovalDialog::tr("Approve");
    case ApprovalDialog::Purpose::ApproveAndRun: return ApprovalDialog::tr("Approve and run");
    case ApprovalDialog::Purpose::CleanUp: return ApprovalDialog::tr("Approve clean-up");
  }
  return {};
}

}  // namespace

ApprovalDialog::ApprovalDialog(Session& session, std::shared_ptr<const PlanSheet> asRead, Purpose purpose, QWidget* parent)
    : PlanDialog(QStringLiteral("approval"), titleOf(purpose, asRead->line.record.id), session, asRead, parent), m_purpose(purpose), m_request(session) {
  addSection(tr("What happens"));
  const QStringList effects = purpose == Purpose::CleanUp ? cleanUpEffectsOf(*asRead->plan) : effectsOf(*asRead->plan);
  const QStringList icons{purpose == Purpose::CleanUp ? QStringLiteral("cleanup") : QStringLiteral("move"), QStringLiteral("person"), QStringLiteral("rollback")};
  for (int at = 0; at < effects.size(); ++at) addLine(icons.value(at), at == 0 ? Ink::Move : Ink::Text2, effects[at]);
  if (purpose != Purpose::CleanUp) addRisks();
  addPeople();
  addFields();
  addCommand();
  auto* const act = addButtons(primaryButton(name("approve"), actText(purpose)));
  connect(act, &QPushButton::clicked, this, &ApprovalDialog::approve);
  setTabOrder(m_name, m_comment);
  m_name->setFocus();
  look();
}

void ApprovalDialog::addRisks() {
  const auto& risks = asRead().plan->risks;
  const auto high = std::ranges::count_if(risks, isHigh);
  if (high > 0) addSection(tr("High risks: tick each that you take"));
  for (const PlanRisk& risk : risks) {
    if (!isHigh(risk)) continue;
    auto* const line = new QHBoxLayout;
    line->setSpacing(grid::s);
    auto* const tick = new QCheckBox;
    tick->setObjectName(name("risk.") + text(risk.id) + (m_risks.isEmpty() ? QString() : QString::number(m_risks.size())));
    tick->setAccessibleName(asSentence(risk.sentence));
    auto* const sentence = new Text(Type::Body, Ink::Text, asSentence(risk.sentence));
    sentence->setWordWrap(true);
    sentence->setBuddy(tick);
    line->addWidget(tick, 0, Qt::AlignTop);
    line->addWidget(sentence, 1);
    body()->addLayout(line);
    connect(tick, &QCheckBox::toggled, this, &ApprovalDialog::look);
    m_risks << tick;
  }
  const auto quiet = static_cast<int>(risks.size()) - static_cast<int>(high);
  if (quiet > 0) addCaption(quiet == 1 ? tr("One more note stands under Risks.") : tr("%1 more notes stand under Risks.").arg(quiet));
}

void ApprovalDialog::addPeople() {
  const QString author = text(asRead().line.record.author), me = text(asRead().actor);
  addSection(tr("Who"));
  addCaption(needsSecondPerson(asRead().environment) ? tr("Made by %1; you approve as %2. In production nobody approves a plan of their own.").arg(author, me)
                                                     : tr("Made by %1; you approve as %2. Here the author may approve.").arg(author, me));
}

void ApprovalDialog::addFields() {
  auto* const form = new QFormLayout;
  form->setHorizontalSpacing(grid::m);
  form->setVerticalSpacing(grid::s);
  m_name = new QLineEdit;
  m_name->setObjectName(name("name"));
  m_name->setAccessibleName(tr("Name of the plan"));
  m_comment = new QLineEdit;
  m_comment->setObjectName(name("comment"));
  m_comment->setAccessibleName(tr("Comment for the audit"));
  m_comment->setPlaceholderText(tr("optional"));
  auto* const nameLabel = new Text(Type::Body, Ink::Text, tr("Type the plan's name"));
  nameLabel->setBuddy(m_name);
  auto* const commentLabel = new Text(Type::Body, Ink::Text, tr("Comment"));
  commentLabel->setBuddy(m_comment);
  form->addRow(nameLabel, m_name);
  form->addRow(commentLabel, m_comment);
  body()->addSpacing(grid::xs);
  body()->addLayout(form);
  m_expiry = addCaption({});
  connect(m_name, &QLineEdit::textChanged, this, &ApprovalDialog::look);
  connect(m_comment, &QLineEdit::textChanged, this, &ApprovalDialog::look);
  for (QLineEdit* field : {m_name, m_comment}) connect(field, &QLineEdit::returnPressed, this, &ApprovalDialog::approve);
}

QStringList ApprovalDialog::words() const {
  const PlanRecord& record = asRead().line.record;
  QStringList words{QStringLiteral("plan"), QStringLiteral("approve"), text(record.id.text()), QStringLiteral("--fingerprint"), text(record.fingerprint)};
  if (m_purpose == Purpose::CleanUp) words << QStringLiteral("--cleanup");
  if (!m_comment->text().isEmpty()) words << QStringLiteral("--comment") << m_comment->text();
  return words;
}

QString ApprovalDialog::refusal() const {
  if (m_deciding) return {};
  const QString changed = changedWords();
  if (!changed.isEmpty()) return changed;
  const Done& right = m_purpose == Purpose::CleanUp ? current().rights.approveCleanup : current().rights.approve;
  return right ? QString() : asSentence(right.error().message());
}

void ApprovalDialog::draw() {
  const UnixSeconds until = session().now() + approvalLasts;
  m_expiry->setText(tr("The approval holds for %1, until %2; it ends unused if no run begins before.").arg(durationText(static_cast<double>(approvalLasts)), timeText(until)));
  m_expiry->setToolTip(fullTimeText(until));
  showCommand(words());
}

QString ApprovalDialog::missing() const {
  const auto open = std::ranges::count_if(m_risks, [](const QCheckBox* tick) { return !tick->isChecked(); });
  if (open > 0) return open == 1 ? tr("One high risk is not ticked.") : tr("%1 high risks are not ticked.").arg(open);
  if (m_name->text().trimmed().isEmpty()) return tr("The name is not typed yet.");
  if (m_name->text().trimmed().compare(text(asRead().line.record.id.text()), Qt::CaseInsensitive) != 0) return tr("That is not the plan's name.");
  return {};
}

void ApprovalDialog::approve() {
  if (m_deciding || !refusal().isEmpty() || !missing().isEmpty()) return;
  m_deciding = true;
  const PlanRecord& record = asRead().line.record;
  m_request.start(
      Lane::Catalog, tr("Approve %1").arg(text(record.id.text())),
      [id = record.id, fingerprint = record.fingerprint, comment = m_comment->text().toStdString(), cleanUp = m_purpose == Purpose::CleanUp](ShardManager& manager, Job&) {
        return manager.plans().approve(id, fingerprint, comment, cleanUp);
      },
      [this](const Done& done) { onApproved(done); });
  setBusy(true);
}

void ApprovalDialog::onApproved(const Done& done) {
  session().facts().refresh();
  if (!done) {
    m_deciding = false;
    setBusy(false);
    say(QStringLiteral("error"), Ink::Danger, asSentence(done.error().message()));
    return;
  }
  Q_EMIT approved();
  if (m_purpose != Purpose::ApproveAndRun) {
    close();
    return;
  }
  const QString id = text(plan().text());
  session().launch(tr("Start %1").arg(id), session().command({QStringLiteral("run"), id, QStringLiteral("--detach")}), this, [this](const Result<QString>& answer) {
    if (answer) {
      Q_EMIT started();
      close();
      return;
    }
    m_deciding = false;
    setBusy(false);
    say(QStringLiteral("error"), Ink::Danger, tr("Approved, but not started: %1").arg(asSentence(answer.error().message())));
  });
}

}  // namespace shardwright::ui
