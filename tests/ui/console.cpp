#include "tests/ui/console.h"

#include "core/manager/demo.h"
#include "core/manager/load_verbs.h"
#include "tests/support/need.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"

namespace shardwright::test {

namespace {

constexpr int settleLimit = 20'000;  // milliseconds; for slow machines, a settled page takes a fraction

}  // namespace

DemoCluster::DemoCluster(std::int64_t rows, int shards, Environment environment) {
  DemoOptions options;
  options.folder = folder().toStdString();
  options.rows = rows;
  options.shards = shards;
  options.actor = currentActor("demo");
  options.environment = environment;
  need(createDemo(options));
}

DemoCluster& DemoCluster::shared() {
  static DemoCluster cluster;
  return cluster;
}

Console::Console(const DemoCluster& cluster, std::optional<std::string> actor, QString settings, WallClock clock) {
  const QString program = QCoreApplication::applicationDirPath() + QStringLiteral("/../shardwright");
  m_session = std::make_unique<ui::Session>(ui::Session::Options{.catalog = cluster.catalog(), .actor = std::move(actor), .program = program, .clock = std::move(clock)});
  m_window = std::make_unique<ui::MainWindow>(*m_session, ui::MainWindow::Options{std::move(settings)});
  m_window->resize(1440, 900);
  m_window->QMainWindow::show();
}

Console::~Console() = default;

bool Console::hasSettled() {
  const auto& load = m_session->load();
  return m_session->facts().value() && (!load.isAsking() || load.value()) && m_window->current()->isSettled();
}

void Console::open(const QString& page, const QString& item) {
  m_window->go({page, item, {}});
  QVERIFY2(QTest::qWaitForWindowExposed(m_window.get()), "the window never came to sight");
  QTRY_VERIFY_WITH_TIMEOUT(hasSettled(), settleLimit);
}

void Console::click(const QString& name) {
  auto* const widget = find<QWidget>(name);
  if (widget != nullptr) QTest::mouseClick(widget, Qt::LeftButton);
}

}  // namespace shardwright::test
