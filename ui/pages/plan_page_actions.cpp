// What may be done with the plan that is shown: the buttons, their reasons, and the doing.
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QMenu>
#include <QPushButton>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/dialogs/run_dialog.h"
#include "ui/models/plan_standing.h"
#include "ui/pages/page_list.h"
#include "ui/pages/plan_export.h"
#include "ui/pages/plan_facts.h"
#include "ui/pages/plan_page.h"
#include "ui/theme/format.h"
#include "ui/theme/style.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"

namespace shardwright::ui {

namespace {

QString reasonOf(const Done& right) { return right ? QString() : asSentence(right.error().message()); }

void setAllowed(QAction* action, bool allowed, const QString& tip) {
  action->setEnabled(allowed);
  action->setToolTip(tip);
}

bool mayBeRunByOne(const PlanSheet& sheet) { return !needsSecondPerson(sheet.environment); }

}  // namespace

QAction* PlanPage::menuAction(const QString& name, const QString& word) {
  auto* const action = new QAction(word, this);
  action->setObjectName(name);
  return action;
}

QPushButton* PlanPage::menuButton(const QString& name, const QString& icon, const QString& word, QList<QAction*> actions) {
  auto* const button = plainButton(name, word);
  button->setIcon(Theme::instance().icon(icon));
  auto* const menu = new QMenu(button);
  menu->setObjectName(name + QStringLiteral(".menu"));
  menu->setToolTipsVisible(true);
  menu->addActions(actions);
  connect(button, &QPushButton::clicked, menu, [button, menu] { menu->popup(button->mapToGlobal(QPoint(0, button->height() + 2))); });
  return button;
}

void PlanPage::makeActions() {
  m_withdraw = menuAction(QStringLiteral("plan.more.withdraw"), tr("Withdraw"));
  m_rebase = menuAction(QStringLiteral("plan.more.rebase"), tr("Rebase on the map in force"));
  m_copy = menuAction(QStringLiteral("plan.more.copy"), tr("Copy as a new draft"));
  auto* const document = menuAction(QStringLiteral("plan.export.json"), tr("The plan, as JSON…"));
  auto* const paper = menuAction(QStringLiteral("plan.export.pdf"), tr("To read, as PDF…"));
  auto* const picture = menuAction(QStringLiteral("plan.export.svg"), tr("This page, as SVG…"));
  m_more = menuButton(QStringLiteral("plan.header.more"), QStringLiteral("more"), tr("More"), {m_rebase, m_copy, m_withdraw});
  m_export = menuButton(QStringLiteral("plan.header.export"), QStringLiteral("export"), tr("Export"), {document, paper, picture});
  m_reject = plainButton(QStringLiteral("plan.header.reject"), tr("Reject…"));
  m_approve = plainButton(QStringLiteral("plan.header.approve"), tr("Approve…"));
  m_go = plainButton(QStringLiteral("plan.header.go"), tr("Run…"));
  for (QPushButton* button : {m_more, m_export, m_reject, m_approve, m_go}) m_header->actions()->addWidget(button);
  connect(m_withdraw, &QAction::triggered, this, &PlanPage::withdraw);
  connect(m_rebase, &QAction::triggered, this, [this] { makeAgain(true); });
  connect(m_copy, &QAction::triggered, this, [this] { makeAgain(false); });
  connect(document, &QAction::triggered, this, [this] { exportAs(QStringLiteral("json")); });
  connect(paper, &QAction::triggered, this, [this] { exportAs(QStringLiteral("pdf")); });
  connect(picture, &QAction::triggered, this, [this] { exportAs(QStringLiteral("svg")); });
  connect(m_reject, &QPushButton::clicked, this, &PlanPage::reject);
  connect(m_approve, &QPushButton::clicked, this, [this] { approve(ApprovalDialog::Purpose::Approve); });
  connect(m_go, &QPushButton::clicked, this, &PlanPage::go);
}

void PlanPage::drawActions(const PlanSheet& sheet) {
  const bool waits = sheet.line.waits(), working = m_work.isRunning();
  const QString busy = tr("Something is being done with this plan already.");
  const auto command = [&](const QString& verb) { return session().command({QStringLiteral("plan"), verb, text(m_plan.text())}).text(); };
  setAllowed(m_withdraw, sheet.rights.withdraw && !working, working ? busy : sheet.rights.withdraw ? command(QStringLiteral("withdraw")) : reasonOf(sheet.rights.withdraw));
  setAllowed(m_rebase, !working, working ? busy : command(QStringLiteral("rebase")));
  setAllowed(m_copy, !working, working ? busy : command(QStringLiteral("copy")));
  m_facts->setWorking(working);
  m_reject->setVisible(waits);
  m_approve->setVisible(waits);
  allow(m_reject, sheet.rights.reject && !working, working ? busy : reasonOf(sheet.rights.reject));
  allow(m_approve, sheet.rights.approve && !working, working ? busy : reasonOf(sheet.rights.approve));
  drawGo(sheet);
  // One filled button: the next step that this person can take.
  const bool goes = m_go->isVisibleTo(this) && m_go->isEnabled();
  setButtonRole(*m_go, goes ? ButtonRole::Primary : ButtonRole::Plain);
  setButtonRole(*m_approve, !goes && m_approve->isEnabled() ? ButtonRole::Primary : ButtonRole::Plain);
}

// The button at the right: approve and run where one person may do both, run what is approved, or go to the run.
void PlanPage::drawGo(const PlanSheet& sheet) {
  const bool waits = sheet.line.waits();
  const bool approved = sheet.line.record.state == PlanState::Approved && !sheet.line.isExpired(session().now());
  const auto show = [this](const QString& word, bool allowed, const QString& why) {
    m_go->setText(word);
    m_go->setAccessibleName(word);
    m_go->show();
    allow(m_go, allowed, why);
  };
  if (waits && approved) return show(tr("Run…"), sheet.rights.run.has_value(), reasonOf(sheet.rights.run));
  if (waits && mayBeRunByOne(sheet)) return show(tr("Approve and run…"), sheet.rights.approve.has_value(), reasonOf(sheet.rights.approve));
  if (waits) return show(tr("Run…"), false, reasonOf(sheet.rights.run));
  const bool begun = sheet.line.record.startedAt.has_value();
  if (begun && pageInfo(QStringLiteral("execution")) != nullptr) return show(tr("Show the run"), true, {});
  m_go->hide();
}

void PlanPage::go() {
  const auto read = sheet();
  if (!read) return;
  if (!read->line.waits()) return showRun();
  if (read->line.record.state == PlanState::Approved && !read->line.isExpired(session().now())) return run();
  approve(ApprovalDialog::Purpose::ApproveAndRun);
}

void PlanPage::approve(ApprovalDialog::Purpose purpose) {
  if (!sheet()) return;
  auto* const dialog = new ApprovalDialog(session(), sheet(), purpose, window());
  connect(dialog, &ApprovalDialog::approved, this, [this] { m_source.refresh(); });
  connect(dialog, &ApprovalDialog::started, this, &PlanPage::showRun);
  dialog->open();
}

void PlanPage::run() {
  if (!sheet()) return;
  auto* const dialog = new RunDialog(session(), sheet(), window());
  connect(dialog, &RunDialog::started, this, &PlanPage::showRun);
  dialog->open();
}

void PlanPage::reject() {
  if (!sheet()) return;
  auto* const dialog = new RejectDialog(session(), sheet(), window());
  connect(dialog, &QDialog::finished, this, [this] { m_source.refresh(); });
  dialog->open();
}

void PlanPage::showRun() {
  m_source.refresh();
  if (pageInfo(QStringLiteral("execution")) != nullptr) navigator().go({QStringLiteral("execution"), text(m_plan.text()), {}});
}

void PlanPage::withdraw() {
  m_work.start(
      Lane::Catalog, tr("Withdraw %1").arg(text(m_plan.text())), [id = m_plan](ShardManager& manager, Job&) { return manager.plans().withdraw(id); },
      [this](const Done& done) {
        session().facts().refresh();
        m_source.refresh();
        if (!done) m_state->showError(done.error(), 0, true);
      });
  draw();
}

// The same moves as a new draft, on the map in force; `rebase`: and this one is withdrawn.
void PlanPage::makeAgain(bool rebase) {
  const QString title = rebase ? tr("Rebase %1") : tr("Copy %1");
  m_work.start(
      Lane::Shards, title.arg(text(m_plan.text())),
      [id = m_plan, rebase](ShardManager& manager, Job& job) { return rebase ? manager.plans().rebase(id, job.token()) : manager.plans().copy(id, job.token()); },
      [this](Result<MadePlan> made) {
        session().facts().refresh();
        m_source.refresh();
        if (!made) m_state->showError(made.error(), 0, true);
        else if (!made->plan) m_state->showError(refused(made->sentence), 0, true);
        else navigator().go({QStringLiteral("plan"), text(made->plan->id.text()), {}});
      });
  draw();
}

void PlanPage::exportAs(const QString& ending) {
  const QString name = text(m_plan.text()) + QLatin1Char('.') + ending;
  auto* const dialog = new QFileDialog(window(), tr("Export %1").arg(text(m_plan.text())), name);
  dialog->setObjectName(QStringLiteral("plan.export.file"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(ending);
  dialog->selectFile(name);
  connect(dialog, &QFileDialog::fileSelected, this, [this, ending](const QString& file) { write(file, ending); });
  dialog->open();
}

void PlanPage::write(const QString& file, const QString& ending) {
  const auto read = sheet();
  if (!read) return;
  const PlanPaper paper = ending == QStringLiteral("json") ? PlanPaper() : recordPaper(*m_content);
  session().start(
      Lane::Own, tr("Write %1").arg(file), [read, file, ending, paper](ShardManager&, Job&) { return writePlan(*read, paper, file, ending); }, [](const Done&) {});
}

}  // namespace shardwright::ui
