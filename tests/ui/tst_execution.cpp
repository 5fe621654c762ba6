// The pages of executions on real runs: the executor is the real command line in a process of its own, and every click goes
// to the real window.
#include <QDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSlider>
#include <QAbstractItemModelTester>
#include <QTableView>
#include <QtTest>
#include <csignal>

#include "core/engines/sqlite/database.h"
#include "core/manager/shard_manager.h"
#include "tests/support/need.h"
#include "tests/ui/console.h"
#include "tests/ui/walk.h"
#include "ui/bridge/run_choices.h"
#include "ui/bridge/source.h"

using namespace shardwright;
using namespace shardwright::test;
using namespace shardwright::ui;

namespace {

constexpr int soon = 20'000;  // milliseconds; for slow machines, it takes a fraction

// A demo cluster of its own, and plans on its keyspace of blocks, of which the shard north has four ranges of 37 rows.
class RunScene {
 public:
  RunScene() : m_cluster(2000, 4), m_manager(need(ShardManager::open({.catalog = m_cluster.catalog(), .actor = "ops"}))) {}
  ~RunScene() {
    // Executors that a test left holding a move are told to let go of it.
    for (const PlanStatus& run : need(m_manager.runs().statusOfAll()))
      if (run.executor) [[maybe_unused]] const auto told = m_manager.runs().cancel(run.record.id, {}, {}, {});
  }

  const DemoCluster& cluster() const { return m_cluster; }
  ShardManager& manager() { return m_manager; }

  PlanId approved(const std::string& range) {
    PlanRequest request;
    request.goal = "move";
    request.range = range;
    request.to = "west";
    const MadePlan made = need(m_manager.plans().create(KeyspaceName("blocks"), request, {}));
    if (!made.plan) qFatal("no plan was made: %s", made.sentence.c_str());
    need(m_manager.plans().approve(made.plan->id, fingerprintOf(*made.plan), "", false));
    return made.plan->id;
  }
  // On the command line, as somebody else would. Answers its process.
  qint64 start(const QStringList& words) {
    QProcess process;
    process.start(QCoreApplication::applicationDirPath() + "/../shardwright", QStringList{"--catalog", QString::fromStdString(m_cluster.catalog()), "--json"} + words);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) qFatal("%s: %s", qPrintable(words.join(' ')), process.readAllStandardError().constData());
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object().value("pid").toInteger();
  }
  PlanStatus status(const PlanId& plan) { return need(m_manager.runs().status(plan)); }
  Phase phase(const PlanId& plan, std::size_t move = 0) { return phaseOf(status(plan).moves[move]); }
  PlanState state(const PlanId& plan) { return status(plan).record.state; }

 private:
  DemoCluster m_cluster;
  ShardManager m_manager;
};

QString name(const PlanId& plan) { return QString::fromStdString(plan.text()); }

QString textOf(Console& console, const char* widget) { return console.find<QLabel>(QString::fromLatin1(widget))->text(); }

// All that the page says, in its labels.
QString said(Console& console) {
  QStringList words;
  for (const QLabel* label : console.window().current()->findChildren<QLabel*>())
    if (label->isVisible()) words << label->text();
  return words.join('\n');
}

void typeName(Console& console, const QString& typed) {
  auto* const field = console.find<QLineEdit>("execution.confirm.name");
  field->clear();
  QTest::keyClicks(field, typed);
}

// Clicks an action that asks for the name, types it and goes on.
void confirm(Console& console, const QString& button, const PlanId& plan) {
  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>(button)->isEnabled(), soon);
  console.click(button);
  QTRY_VERIFY(console.window().findChild<QDialog*>("execution.confirm") != nullptr);
  typeName(console, name(plan));
  console.click("execution.confirm.act");
}

// The action that the page proposes, once it is the one meant.
void goOn(Console& console, const QString& word) {
  const auto* const action = console.find<QPushButton>("execution.notice.action");
  QTRY_VERIFY_WITH_TIMEOUT(action->isVisible() && action->isEnabled() && action->text() == word, soon);
  console.click("execution.notice.action");
}

struct ButtonOf {
  const char* name;
  RunAct act;
};
constexpr ButtonOf runButtons[] = {{"pause", RunAct::Pause},   {"resume", RunAct::Resume},     {"afterWave", RunAct::StopAfterWave},
                                   {"cancel", RunAct::Cancel}, {"rollback", RunAct::RollBack}, {"cleanup", RunAct::CleanUp}};
constexpr ButtonOf moveButtons[] = {{"cutover", RunAct::CutOver}, {"retry", RunAct::Retry}, {"cancel", RunAct::Cancel}, {"rollback", RunAct::RollBack}};

// Every button is as core's table and the executor make it, and those that are disabled say why.
bool buttonsAreRight(Console& console, RunScene& scene, const PlanId& plan) {
  RunReading reading = need(readRun(scene.manager(), plan, nullptr));
  const auto right = [&](const char* group, const ButtonOf& button, const MoveStatus* move) {
    const auto* const shown = console.find<QPushButton>(QStringLiteral("execution.%1.%2").arg(group, button.name));
    const Choice choice = choiceOf(reading, button.act, move);
    return shown->isEnabled() == choice.allowed && (choice.allowed || !shown->toolTip().isEmpty());
  };
  return std::ranges::all_of(runButtons, [&](const ButtonOf& button) { return right("run", button, nullptr); }) &&
         std::ranges::all_of(moveButtons, [&](const ButtonOf& button) { return right("move", button, &reading.status.moves.front()); });
}

void executeIn(const RunScene& scene, const QString& shard, const std::string& sql) {
  auto db = need(sqlite::Database::open((scene.cluster().folder() + '/' + shard + ".db").toStdString(),
                                        {.mode = sqlite::Database::Mode::ReadWrite, .role = "test", .vfs = {}, .watch = {}}));
  need(db.execute(sql));
}

// This program once more, as a window that resumes `plan` by a click and stays until it is killed.
int beAWindow(const QString& catalog, const QString& plan) {
  Session session({.catalog = catalog.toStdString(), .actor = {}, .program = QCoreApplication::applicationDirPath() + "/../shardwright"});
  MainWindow window(session, {});
  window.QMainWindow::show();
  window.go({"execution", plan, {}});
  QTimer look;
  QObject::connect(&look, &QTimer::timeout, &window, [&] {
    auto* const resume = window.findChild<QPushButton*>("execution.run.resume");
    if (resume != nullptr && resume->isVisible() && resume->isEnabled()) QTest::mouseClick(resume, Qt::LeftButton);
  });
  look.start(20);
  return QCoreApplication::exec();
}

}  // namespace

class TestExecution : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aRunOfTheCommandLineIsSeenLiveAndSteered();
  void theWholeWayThereAndBackAndAgain();
  void aWrongNameDoesNothing();
  void aMoveIsCancelledByItsButton();
  void aStopAfterTheWaveIsSaidAndTakenBack();
  void whenTheExecutorIsKilledNobodyWorksOnItAndResumeGoesOn();
  void aWindowThatIsKilledStopsNothing();
  void aFailureSaysItsCauseAndTheWaysOn();
  void everyControlHasItsName();
};

void TestExecution::aRunOfTheCommandLineIsSeenLiveAndSteered() {
  RunScene scene;
  Console console(scene.cluster());
  console.open("executions");
  QVERIFY(said(console).contains("No plan has been run yet"));
  const PlanId plan = scene.approved("..38");
  scene.start({"run", name(plan), "--detach", "--hold-cutover", "--throttle", "4"});
  auto* const list = console.find<QTableView>("executions.list");
  QAbstractItemModelTester listTester(list->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, soon);
  QTRY_VERIFY_WITH_TIMEOUT(list->model()->index(0, 6).data().toString().startsWith("process"), soon);
  console.click("executions.list.open");
  QTRY_COMPARE(console.window().currentId(), QString("execution"));
  QTRY_VERIFY_WITH_TIMEOUT(console.hasSettled() && said(console).contains(name(plan)), soon);
  auto* const moves = console.find<QTableView>("execution.moves");
  QAbstractItemModelTester tester(moves->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Copy, soon);

  // Its rate appears, and stays under the throttle that is shown as asked by nobody here and in force.
  QTRY_VERIFY_WITH_TIMEOUT(textOf(console, "execution.throttle.words").contains("in force 4"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(moves->model()->index(0, 2).data().toString().contains("rows/s"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, plan), soon);

  console.click("execution.run.pause");
  QTRY_VERIFY_WITH_TIMEOUT(scene.status(plan).moves[0].row->paused, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("Paused by an operator"), soon);
  QVERIFY(moves->model()->index(0, 1).data().toString().contains("Copy: waiting"));
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, plan), soon);
  goOn(console, "Resume");
  QTRY_VERIFY_WITH_TIMEOUT(!scene.status(plan).moves[0].row->paused, soon);

  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>("execution.throttle.preset1000")->isEnabled(), soon);
  console.click("execution.throttle.preset1000");
  QTRY_VERIFY_WITH_TIMEOUT(textOf(console, "execution.throttle.words").contains("Asked 1"), soon);
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Ready, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("held for the signal"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, plan), soon);
  // And the other way round: the command line steers, the window shows it.
  scene.start({"cutover", name(plan)});
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("is watched"), soon);
}

void TestExecution::theWholeWayThereAndBackAndAgain() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId first = scene.approved("..76");
  scene.start({"run", name(first), "--detach", "--hold-cutover"});
  console.open("execution", name(first));
  for (const char* move : {"m1", "m2"}) {  // of two waves
    goOn(console, QStringLiteral("Cut over now: %1").arg(move));
    const auto place = static_cast<std::size_t>(move[1] - '1');
    QTRY_COMPARE_WITH_TIMEOUT(scene.phase(first, place), Phase::Watching, soon);
  }
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(first), PlanState::Watching, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("Roll back is possible until clean up"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, first), soon);

  confirm(console, "execution.run.rollback", first);
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(first), PlanState::RolledBack, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("with every write made meanwhile"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, first), soon);

  const PlanId second = scene.approved("..76");
  scene.start({"run", name(second), "--detach"});
  console.open("execution", name(second));
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(second), PlanState::Watching, soon);
  confirm(console, "execution.run.cleanup", second);
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(second), PlanState::Done, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("Done: every moved range"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, second), soon);
  const auto rows = need(scene.manager().verification().verify(KeyspaceName("blocks"), {}, {}));
  QCOMPARE(rows.missing, 0);
  QCOMPARE(rows.duplicated, 0);
}

void TestExecution::aWrongNameDoesNothing() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId plan = scene.approved("..38");
  scene.start({"run", name(plan), "--detach"});
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(plan), PlanState::Watching, soon);
  console.open("execution", name(plan));
  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>("execution.run.cleanup")->isEnabled(), soon);
  console.click("execution.run.cleanup");
  QTRY_VERIFY(console.window().findChild<QDialog*>("execution.confirm") != nullptr);
  const auto* const act = console.find<QPushButton>("execution.confirm.act");
  QVERIFY(!act->isEnabled() && !act->toolTip().isEmpty());
  for (const QString& typed : {QString("calm"), name(plan).toUpper(), name(plan) + ' '}) {
    typeName(console, typed);
    QVERIFY(!act->isEnabled());
    QTest::keyClick(console.find<QLineEdit>("execution.confirm.name"), Qt::Key_Return);
    QVERIFY(console.find<QDialog>("execution.confirm")->isVisible());
  }
  // While it is open somebody else rolls back: it says so, and the right name does nothing any more.
  scene.start({"--yes", "rollback", name(plan)});
  QTRY_VERIFY_WITH_TIMEOUT(textOf(console, "execution.confirm.hint").contains("Not possible any more"), soon);
  QVERIFY(!act->isEnabled());
  console.click("execution.confirm.close");
  QCOMPARE(scene.state(plan), PlanState::RolledBack);
}

void TestExecution::aMoveIsCancelledByItsButton() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId plan = scene.approved("..38");
  scene.start({"run", name(plan), "--detach", "--throttle", "3"});
  console.open("execution", name(plan));
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Copy, soon);
  confirm(console, "execution.move.cancel", plan);
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(plan), PlanState::Cancelled, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("Cancelled: every range is open on its source"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, plan), soon);
}

void TestExecution::aStopAfterTheWaveIsSaidAndTakenBack() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId plan = scene.approved("..76");
  scene.start({"run", name(plan), "--detach", "--hold-cutover"});
  console.open("execution", name(plan));
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Ready, soon);
  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>("execution.run.afterWave")->isEnabled(), soon);
  console.click("execution.run.afterWave");
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("It stops after this wave"), soon);
  scene.start({"cutover", name(plan)});
  QTRY_VERIFY_WITH_TIMEOUT(scene.status(plan).moves[1].row->paused, soon);
  const auto* const moves = console.find<QTableView>("execution.moves");
  QTRY_VERIFY_WITH_TIMEOUT(moves->model()->index(1, 1).data().toString().contains("paused after the wave by an operator", Qt::CaseInsensitive), soon);
  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>("execution.run.resume")->isEnabled(), soon);
  console.click("execution.run.resume");
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan, 1), Phase::Watching, soon);
}

void TestExecution::whenTheExecutorIsKilledNobodyWorksOnItAndResumeGoesOn() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId plan = scene.approved("..38");
  const qint64 executor = scene.start({"run", name(plan), "--detach", "--hold-cutover"});
  QVERIFY(executor > 1);
  console.open("execution", name(plan));
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Ready, soon);
  ::kill(static_cast<pid_t>(executor), SIGKILL);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("Nobody works on it"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, plan), soon);
  QVERIFY(!console.find<QSlider>("execution.throttle.slider")->isEnabled());
  console.click("execution.run.resume");
  QTRY_VERIFY_WITH_TIMEOUT(scene.status(plan).executor.has_value(), soon);
  // It was held, and is held again by who goes on.
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("held for the signal"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(console.find<QPushButton>("execution.move.cutover")->isEnabled(), soon);
  console.click("execution.move.cutover");
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(plan), PlanState::Watching, soon);
}

void TestExecution::aWindowThatIsKilledStopsNothing() {
  RunScene scene;
  const PlanId plan = scene.approved("..38");
  const qint64 first = scene.start({"run", name(plan), "--detach", "--hold-cutover"});
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Ready, soon);
  ::kill(static_cast<pid_t>(first), SIGKILL);
  QTRY_VERIFY_WITH_TIMEOUT(!scene.status(plan).executor, soon);
  QProcess window;
  window.start(QCoreApplication::applicationFilePath(), {"--be-a-window", QString::fromStdString(scene.cluster().catalog()), name(plan)});
  QTRY_VERIFY_WITH_TIMEOUT(scene.status(plan).executor.has_value(), soon);
  const std::string executor = *scene.status(plan).executor;
  ::kill(static_cast<pid_t>(window.processId()), SIGKILL);
  QVERIFY(window.waitForFinished(soon));
  QCOMPARE(window.exitStatus(), QProcess::CrashExit);

  Console again(scene.cluster());
  again.open("execution");  // nobody says which: it is the one that is under way
  QTRY_VERIFY_WITH_TIMEOUT(said(again).contains(name(plan)) && said(again).contains("held for the signal"), soon);
  QCOMPARE(*scene.status(plan).executor, executor);
  goOn(again, "Cut over now: m1");
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(plan), PlanState::Watching, soon);
}

void TestExecution::aFailureSaysItsCauseAndTheWaysOn() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId plan = scene.approved("..38");
  scene.start({"run", name(plan), "--detach", "--hold-cutover"});
  console.open("execution", name(plan));
  QTRY_COMPARE_WITH_TIMEOUT(scene.phase(plan), Phase::Ready, soon);
  executeIn(scene, "west", "ALTER TABLE blocks ADD COLUMN later TEXT");
  goOn(console, "Cut over now: m1");
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(plan), PlanState::Failed, soon);
  QTRY_VERIFY_WITH_TIMEOUT(said(console).contains("the schemas of source and target came apart"), soon);
  QTRY_VERIFY_WITH_TIMEOUT(buttonsAreRight(console, scene, plan), soon);
  QVERIFY(console.find<QTableView>("execution.moves")->model()->index(0, 1).data().toString().contains("failed"));
  executeIn(scene, "north", "ALTER TABLE blocks ADD COLUMN later TEXT");
  goOn(console, "Retry");
  QTRY_COMPARE_WITH_TIMEOUT(scene.state(plan), PlanState::Watching, soon);
}

void TestExecution::everyControlHasItsName() {
  RunScene scene;
  Console console(scene.cluster());
  const PlanId plan = scene.approved("..38");
  scene.start({"run", name(plan), "--detach", "--hold-cutover"});
  for (const char* page : {"executions", "execution"}) {
    console.open(page);
    QTRY_VERIFY_WITH_TIMEOUT(said(console).contains(page == std::string("execution") ? name(plan) : QString("under way")), soon);
    const QStringList complaints = complaintsAbout(console.window());
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join('\n')));
  }
}

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  shardwright::ui::Theme::instance().install();
  if (argc == 4 && QString::fromLatin1(argv[1]) == "--be-a-window") return beAWindow(QString::fromLocal8Bit(argv[2]), QString::fromLocal8Bit(argv[3]));
  TestExecution test;
  return QTest::qExec(&test, argc, argv);
}

#include "tst_execution.moc"
