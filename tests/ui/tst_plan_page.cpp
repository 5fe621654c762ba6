// Plans from the problem to the run, by mouse and keyboard, and everything that must be refused on the way.
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QCheckBox>
#include <QFile>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <atomic>

#include "core/base/json.h"
#include "core/manager/shard_manager.h"
#include "tests/support/need.h"
#include "tests/ui/console.h"
#include "tests/ui/walk.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/dialogs/approval_dialog.h"
#include "ui/models/move_tree.h"
#include "ui/pages/plan_export.h"
#include "ui/pages/plan_page.h"
#include "ui/theme/format.h"
#include "ui/widgets/plan_bands_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/tally_line.h"
#include "ui/widgets/tree_view.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

constexpr int slow = 30'000;  // milliseconds, for a run on a slow machine

// Counts what a person does: presses on buttons and rows, Enter and Space. Typing a name is none.
class ActivationCount : public QObject {
 public:
  ActivationCount() { qApp->installEventFilter(this); }
  int count() const { return m_count; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::MouseButtonPress) {
      const auto* const widget = qobject_cast<QWidget*>(watched);
      const bool row = widget != nullptr && qobject_cast<QAbstractItemView*>(widget->parentWidget()) != nullptr;
      if (qobject_cast<QAbstractButton*>(watched) != nullptr || row) ++m_count;
    }
    if (event->type() == QEvent::KeyPress && watched->isWidgetType()) {
      const int key = static_cast<QKeyEvent*>(event)->key();
      if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) ++m_count;
    }
    return false;
  }

 private:
  int m_count = 0;
};

ShardManager managerOf(const DemoCluster& cluster, const std::string& actor) {
  return need(ShardManager::open({.catalog = cluster.catalog(), .actor = actor}));
}

PlanId planOn(const DemoCluster& cluster, const std::string& author) {
  auto manager = managerOf(cluster, author);
  PlanRequest request;
  request.metrics = {"bytes"};
  return need(manager.plans().create(need(manager.catalog().keyspaces()).front().name, request, {})).plan->id;
}

void approvePlan(const DemoCluster& cluster, const PlanId& plan, const std::string& approver) {
  auto manager = managerOf(cluster, approver);
  need(manager.plans().approve(plan, need(manager.plans().show(plan)).record.fingerprint, {}, false));
}

// Another version of the map, by somebody else.
void moveMapOn(const DemoCluster& cluster, const PlanId& plan) {
  auto manager = managerOf(cluster, "somebody");
  const auto sheet = need(manager.plans().sheet(plan, nullptr));
  MapBuilder builder(*sheet.base);
  builder.split(sheet.plan->moves.front().range.from);
  const auto& line = sheet.base->tokens(0);
  if (line.until) {
    std::string middle = line.until->bytes;
    middle.back() = static_cast<char>(middle.back() - 1);
    builder.split(Token{middle});
  }
  need(manager.catalog().publishMap(need(builder.build()), "a test"));
}

PlanState stateOf(Console& console, const PlanId& plan) {
  const auto& facts = console.session().facts().value();
  const PlanRecord* const record = facts ? facts->plan(plan) : nullptr;
  return record == nullptr ? PlanState::Draft : record->state;
}

// Until the process that executes the plan has brought it to an end and is gone.
void waitForTheRun(Console& console, const PlanId& plan) {
  QTRY_COMPARE_WITH_TIMEOUT(stateOf(console, plan), PlanState::Watching, slow);
  QTRY_VERIFY_WITH_TIMEOUT(std::ranges::none_of(console.session().facts().value()->runs, [](const PlanStatus& run) { return run.executor.has_value(); }), slow);
}

template <class Dialog = QDialog>
Dialog* dialogOf(Console& console, const QString& name) {
  return console.window().findChild<Dialog*>(name);
}

void typeName(Console& console, const PlanId& plan) {
  auto* const field = console.find<QLineEdit>(QStringLiteral("approval.name"));
  field->setFocus();
  QTest::keyClicks(field, text(plan.text()));
}

// Ticks what has to be ticked; a cluster of this size has no high risk, so this is no activation.
void tickRisks(Console& console) {
  for (QCheckBox* tick : dialogOf(console, QStringLiteral("approval"))->findChildren<QCheckBox*>()) QTest::mouseClick(tick, Qt::LeftButton, {}, QPoint(8, 8));
}

// For looking at: SHARDWRIGHT_PICTURES names a folder.
void keepPicture(Console& console, const QString& dialog) {
  const QString folder = qEnvironmentVariable("SHARDWRIGHT_PICTURES");
  if (!folder.isEmpty()) QVERIFY(dialogOf(console, dialog)->grab().save(folder + QLatin1Char('/') + dialog + QStringLiteral(".png")));
}

QString noticeOf(Console& console, const QString& dialog) { return console.find<QLabel>(dialog + QStringLiteral(".notice"))->text(); }

}  // namespace

class TestPlanPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void fromTheProblemToTheRunInFourActivations();
  void twoPeopleOnProductionNeedAtMostNine();
  void theAuthorMayNotApproveInProductionAndIsToldWhy();
  void nothingIsApprovedBeforeTheNameIsRight();
  void anApprovalThatIsOverStartsNothing();
  void aMapThatMovesOnTakesTheButtonAway();
  void aStalePlanIsMadeAgain();
  void whatIsPointedAtInTheBandsIsPointedAtInTheTree();
  void aRejectionNeedsItsReason();
  void optionsThatMakeNoSenseForAGoalAreNotShown();
  void thePreviewSaysWhatIsMade();
  void theListFindsAPlanAndOpensIt();
  void aPlanIsWrittenAsDocumentPaperAndPicture();
};

void TestPlanPage::fromTheProblemToTheRunInFourActivations() {
  const DemoCluster cluster(3000, 3);
  Console console(cluster);
  console.open(QStringLiteral("overview"));
  QTRY_VERIFY_WITH_TIMEOUT(console.window().findChild<QPushButton*>(QStringLiteral("overview.problems.unbalanced")) != nullptr, slow);
  const ActivationCount activations;
  console.click(QStringLiteral("overview.problems.unbalanced"));
  QCOMPARE(console.window().currentId(), QStringLiteral("plans"));
  console.click(QStringLiteral("plans.builder.make"));
  QTRY_COMPARE_WITH_TIMEOUT(console.window().currentId(), QStringLiteral("plan"), slow);
  const PlanId plan = console.session().selection().plan();
  auto* const go = console.find<QPushButton>(QStringLiteral("plan.header.go"));
  QTRY_VERIFY_WITH_TIMEOUT(go->isVisible() && go->isEnabled(), slow);
  QTest::mouseClick(go, Qt::LeftButton);
  QTRY_VERIFY(dialogOf(console, QStringLiteral("approval")) != nullptr);
  typeName(console, plan);
  console.click(QStringLiteral("approval.approve"));
  QTRY_VERIFY_WITH_TIMEOUT(stateOf(console, plan) == PlanState::Running || stateOf(console, plan) == PlanState::Watching, slow);
  QVERIFY2(activations.count() <= 4, qPrintable(QString::number(activations.count())));
  waitForTheRun(console, plan);
}

void TestPlanPage::twoPeopleOnProductionNeedAtMostNine() {
  const DemoCluster cluster(3000, 3, Environment::Production);
  Console author(cluster, "ops-a"), second(cluster, "ops-b");
  author.open(QStringLiteral("overview"));
  second.open(QStringLiteral("overview"));
  QTRY_VERIFY_WITH_TIMEOUT(author.window().findChild<QPushButton*>(QStringLiteral("overview.problems.unbalanced")) != nullptr, slow);
  const ActivationCount activations;
  author.click(QStringLiteral("overview.problems.unbalanced"));
  author.click(QStringLiteral("plans.builder.make"));
  QTRY_COMPARE_WITH_TIMEOUT(author.window().currentId(), QStringLiteral("plan"), slow);
  const PlanId plan = author.session().selection().plan();

  second.click(QStringLiteral("shell.rail.plans"));
  auto* const table = second.find<TableView>(QStringLiteral("plans.list.table"));
  QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 1, slow);
  table->setCurrentIndex(table->model()->index(0, 0));
  QTest::keyClick(table, Qt::Key_Return);
  auto* const approve = second.find<QPushButton>(QStringLiteral("plan.header.approve"));
  QTRY_VERIFY_WITH_TIMEOUT(approve->isVisible() && approve->isEnabled(), slow);
  QTest::mouseClick(approve, Qt::LeftButton);
  typeName(second, plan);
  second.click(QStringLiteral("approval.approve"));
  QTRY_COMPARE_WITH_TIMEOUT(stateOf(second, plan), PlanState::Approved, slow);

  auto* const go = author.find<QPushButton>(QStringLiteral("plan.header.go"));
  QTRY_VERIFY_WITH_TIMEOUT(go->isEnabled(), slow);
  QTest::mouseClick(go, Qt::LeftButton);
  author.click(QStringLiteral("run.start"));
  QTRY_VERIFY_WITH_TIMEOUT(stateOf(author, plan) == PlanState::Running || stateOf(author, plan) == PlanState::Watching, slow);
  QVERIFY2(activations.count() <= 9, qPrintable(QString::number(activations.count())));
  waitForTheRun(author, plan);
}

void TestPlanPage::theAuthorMayNotApproveInProductionAndIsToldWhy() {
  const DemoCluster cluster(2000, 3, Environment::Production);
  const PlanId plan = planOn(cluster, "ops-a");
  Console console(cluster, "Ops-A ");  // the same person
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto* const approve = console.find<QPushButton>(QStringLiteral("plan.header.approve"));
  QTRY_VERIFY(approve->isVisible());
  QVERIFY(!approve->isEnabled());
  QVERIFY(approve->toolTip().contains(QStringLiteral("somebody else has to approve it")));
  QVERIFY(console.find<QLabel>(QStringLiteral("plan.facts.notice"))->text().contains(QStringLiteral("somebody else has to approve it")));
  QVERIFY(!console.find<QPushButton>(QStringLiteral("plan.header.go"))->isEnabled());
  // Not by the catalog either, whatever the window shows.
  auto manager = managerOf(cluster, "OPS-a");
  const Done done = manager.plans().approve(plan, need(manager.plans().show(plan)).record.fingerprint, {}, false);
  QVERIFY(!done && done.error().code() == ErrorCode::Refused);
}

void TestPlanPage::nothingIsApprovedBeforeTheNameIsRight() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  Console console(cluster, "ops-b");
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto* const open = console.find<QPushButton>(QStringLiteral("plan.header.approve"));
  QTRY_VERIFY(open->isEnabled());
  QTest::mouseClick(open, Qt::LeftButton);
  auto* const name = console.find<QLineEdit>(QStringLiteral("approval.name"));
  auto* const approve = console.find<QPushButton>(QStringLiteral("approval.approve"));
  for (const QString& wrong : {QString(), QStringLiteral("calm"), text(plan.text()).chopped(1), text(plan.text()) + QLatin1Char('1')}) {
    name->setText(wrong);
    QVERIFY(!approve->isEnabled());
    QTest::keyClick(name, Qt::Key_Return);
    QTest::mouseClick(approve, Qt::LeftButton);
  }
  QCOMPARE(stateOf(console, plan), PlanState::Draft);
  QVERIFY(!approve->isDefault() && !approve->autoDefault());
  const QStringList complaints = complaintsAbout(*dialogOf(console, QStringLiteral("approval")));
  QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
  keepPicture(console, QStringLiteral("approval"));
  name->setText(QStringLiteral("  %1 ").arg(text(plan.text()).toUpper()));  // capitals and blanks at the ends do not matter
  tickRisks(console);
  QVERIFY(approve->isEnabled());
  console.find<QLineEdit>(QStringLiteral("approval.comment"))->setText(QStringLiteral("looks right"));
  QTest::keyClick(name, Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(stateOf(console, plan), PlanState::Approved, slow);
  auto manager = managerOf(cluster, "reader");
  const auto approvals = need(manager.catalog().approvals(plan));
  QCOMPARE(approvals.size(), std::size_t{1});
  QCOMPARE(approvals.front().approver, std::string("ops-b"));
  QCOMPARE(approvals.front().comment, std::string("looks right"));
}

void TestPlanPage::anApprovalThatIsOverStartsNothing() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  approvePlan(cluster, plan, "ops-b");
  const auto ahead = std::make_shared<std::atomic<UnixSeconds>>(0);
  Console console(cluster, "ops-a", {}, [ahead] { return systemSeconds() + ahead->load(); });
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto* const go = console.find<QPushButton>(QStringLiteral("plan.header.go"));
  QTRY_VERIFY(go->isEnabled());
  QTest::mouseClick(go, Qt::LeftButton);
  auto* const start = console.find<QPushButton>(QStringLiteral("run.start"));
  QVERIFY(start->isVisible() && start->isEnabled());
  keepPicture(console, QStringLiteral("run"));
  *ahead = approvalLasts + 1;
  QTRY_VERIFY(!start->isVisible());
  QVERIFY(noticeOf(console, QStringLiteral("run")).contains(QStringLiteral("expired at")));
  QTest::keyClick(dialogOf(console, QStringLiteral("run")), Qt::Key_Return);
  console.click(QStringLiteral("run.close"));
  QTRY_VERIFY(console.find<QLabel>(QStringLiteral("plan.facts.notice"))->text().contains(QStringLiteral("expired at")));
  QCOMPARE(stateOf(console, plan), PlanState::Approved);
}

void TestPlanPage::aMapThatMovesOnTakesTheButtonAway() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  Console console(cluster, "ops-b");
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto* const open = console.find<QPushButton>(QStringLiteral("plan.header.approve"));
  QTRY_VERIFY(open->isEnabled());
  QTest::mouseClick(open, Qt::LeftButton);
  typeName(console, plan);
  auto* const approve = console.find<QPushButton>(QStringLiteral("approval.approve"));
  QTRY_VERIFY(approve->isVisible());
  moveMapOn(cluster, plan);
  QTRY_VERIFY_WITH_TIMEOUT(!approve->isVisible(), slow);
  QVERIFY2(noticeOf(console, QStringLiteral("approval")).contains(QStringLiteral("in force")), qPrintable(noticeOf(console, QStringLiteral("approval"))));
  QTest::keyClick(console.find<QLineEdit>(QStringLiteral("approval.name")), Qt::Key_Return);
  auto manager = managerOf(cluster, "ops-b");
  QCOMPARE(need(manager.catalog().planRecord(plan)).state, PlanState::Draft);
}

void TestPlanPage::aStalePlanIsMadeAgain() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  moveMapOn(cluster, plan);
  Console console(cluster, "ops-a");
  console.open(QStringLiteral("plan"), text(plan.text()));
  QTRY_VERIFY(console.find<QLabel>(QStringLiteral("plan.facts.notice"))->text().startsWith(QStringLiteral("Stale")));
  QVERIFY(!console.find<QPushButton>(QStringLiteral("plan.header.approve"))->isEnabled());
  QVERIFY(!console.find<QPushButton>(QStringLiteral("plan.header.go"))->isEnabled());
  console.click(QStringLiteral("plan.facts.rebase"));
  QTRY_VERIFY_WITH_TIMEOUT(console.session().selection().plan() != plan, slow);
  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>(QStringLiteral("plan.header.approve"))->isEnabled(), slow);
  auto manager = managerOf(cluster, "ops-a");
  QCOMPARE(need(manager.catalog().planRecord(plan)).state, PlanState::Withdrawn);
}

void TestPlanPage::whatIsPointedAtInTheBandsIsPointedAtInTheTree() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  Console console(cluster, "ops-b");
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto* const bands = console.find<PlanBandsView>(QStringLiteral("plan.bands"));
  auto* const tree = console.find<TreeView>(QStringLiteral("plan.moves.tree"));
  QTRY_VERIFY(tree->model()->rowCount() > 0);
  bands->setFocus();
  const std::size_t moves = need(managerOf(cluster, "reader").plans().show(plan)).plan.moves.size();
  for (std::size_t step = 0; step < 4 * moves && console.session().selection().moves().empty(); ++step) {
    QTest::keyClick(bands, Qt::Key_Right);
    QTest::keyClick(bands, Qt::Key_Return);
  }
  QCOMPARE(console.session().selection().moves().size(), std::size_t{1});
  const MoveId chosen = *console.session().selection().moves().begin();
  const auto rows = tree->selectionModel()->selectedRows();
  QCOMPARE(rows.size(), 1);
  QCOMPARE(rows.front().data(rowIdRole).toString(), text(chosen.text()));
  // And back: a row of the tree is chosen for everybody.
  auto* const model = qobject_cast<MoveTree*>(tree->model());
  tree->setCurrentIndex(model->index(0, 0));
  const auto all = model->movesAt(model->index(0, 0));
  QCOMPARE(console.session().selection().moves(), (std::set<MoveId>{all.begin(), all.end()}));
}

void TestPlanPage::aRejectionNeedsItsReason() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  Console console(cluster, "ops-b");
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto* const open = console.find<QPushButton>(QStringLiteral("plan.header.reject"));
  QTRY_VERIFY(open->isEnabled());
  QTest::mouseClick(open, Qt::LeftButton);
  auto* const reject = console.find<QPushButton>(QStringLiteral("reject.reject"));
  QVERIFY(!reject->isEnabled());
  QTest::keyClicks(console.find<QLineEdit>(QStringLiteral("reject.reason")), QStringLiteral("not today"));
  keepPicture(console, QStringLiteral("reject"));
  QTest::mouseClick(reject, Qt::LeftButton);
  QTRY_COMPARE_WITH_TIMEOUT(stateOf(console, plan), PlanState::Rejected, slow);
  QTRY_VERIFY(console.find<QLabel>(QStringLiteral("plan.facts.notice"))->text().contains(QStringLiteral("not today")));
  QTRY_VERIFY(!console.find<QPushButton>(QStringLiteral("plan.header.approve"))->isVisible());
}

void TestPlanPage::optionsThatMakeNoSenseForAGoalAreNotShown() {
  Console console;
  console.open(QStringLiteral("plans"), QStringLiteral("new"));
  const auto seen = [&](const char* thing) { return console.find<QWidget>(QStringLiteral("plans.builder.") + QLatin1String(thing))->isVisible(); };
  QVERIFY(seen("threshold") && seen("maxBytes") && !seen("range") && !seen("key") && !seen("shards") && !seen("to"));
  console.click(QStringLiteral("plans.builder.goal.isolate"));
  QVERIFY(seen("key") && seen("to") && !seen("threshold") && !seen("maxBytes") && !seen("range"));
  console.click(QStringLiteral("plans.builder.goal.split"));
  QVERIFY(seen("range") && seen("at") && !seen("to") && !seen("threshold"));
  console.click(QStringLiteral("plans.builder.goal.drain"));
  QVERIFY(seen("shards") && seen("threshold") && !seen("range"));
  auto* const make = console.find<QPushButton>(QStringLiteral("plans.builder.make"));
  QVERIFY(!make->isEnabled());
  QCOMPARE(make->toolTip(), QStringLiteral("Choose the shards."));
}

void TestPlanPage::thePreviewSaysWhatIsMade() {
  const DemoCluster cluster;
  Console console(cluster, "ops-a");
  console.open(QStringLiteral("plans"), QStringLiteral("new"));
  auto* const tally = console.find<TallyLine>(QStringLiteral("plans.builder.tally"));
  QTRY_VERIFY_WITH_TIMEOUT(!tally->words().isEmpty(), slow);
  const QString promised = tally->words();
  {
    auto manager = managerOf(cluster, "reader");
    QVERIFY(need(manager.plans().list()).empty());  // a preview is not remembered
  }
  console.click(QStringLiteral("plans.builder.make"));
  QTRY_COMPARE_WITH_TIMEOUT(console.window().currentId(), QStringLiteral("plan"), slow);
  QTRY_COMPARE_WITH_TIMEOUT(console.find<TallyLine>(QStringLiteral("plan.tally"))->words(), promised, slow);
}

void TestPlanPage::theListFindsAPlanAndOpensIt() {
  const DemoCluster cluster;
  const PlanId first = planOn(cluster, "ops-a"), other = planOn(cluster, "ops-b");
  Console console(cluster);
  console.open(QStringLiteral("plans"));
  auto* const table = console.find<TableView>(QStringLiteral("plans.list.table"));
  QTRY_COMPARE(table->model()->rowCount(), 2);
  console.find<QLineEdit>(QStringLiteral("plans.list.filter"))->setText(text(first.text()));
  QTRY_COMPARE(table->model()->rowCount(), 1);
  table->setCurrentIndex(table->model()->index(0, 0));
  QCOMPARE(console.session().selection().plan(), first);
  QTest::keyClick(table, Qt::Key_Return);
  QCOMPARE(console.window().currentId(), QStringLiteral("plan"));
  QTRY_VERIFY(console.hasSettled());
  const QStringList complaints = complaintsAbout(console.window());
  QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
}

void TestPlanPage::aPlanIsWrittenAsDocumentPaperAndPicture() {
  const DemoCluster cluster;
  const PlanId plan = planOn(cluster, "ops-a");
  Console console(cluster);
  console.open(QStringLiteral("plan"), text(plan.text()));
  auto manager = managerOf(cluster, "reader");
  const auto sheet = need(manager.plans().sheet(plan, nullptr));
  const QTemporaryDir folder;
  const PlanPaper paper = recordPaper(*console.window().current());
  for (const QString& ending : {QStringLiteral("json"), QStringLiteral("pdf"), QStringLiteral("svg")}) {
    const QString file = folder.filePath(QStringLiteral("plan.") + ending);
    need(writePlan(sheet, paper, file, ending));
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray content = written.readAll();
    if (ending == QStringLiteral("pdf")) QVERIFY(content.startsWith("%PDF"));
    else QVERIFY(content.contains(sheet.line.record.fingerprint.c_str()));
  }
  const Done nowhere = writePlan(sheet, paper, folder.filePath(QStringLiteral("no/such/folder.json")), QStringLiteral("json"));
  QVERIFY(!nowhere && nowhere.error().code() == ErrorCode::Unavailable);
}

CONSOLE_TEST_MAIN(TestPlanPage)
#include "tst_plan_page.moc"
