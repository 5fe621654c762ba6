// The window: how fast it comes up, changes pages and answers while a shard hangs, and what it takes - beside another
// program that opens a database of the same size on the same display.
#include <fmt/format.h>

#include <QApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "core/base/clock.h"
#include "core/engines/sqlite/database.h"
#include "core/manager/demo.h"
#include "tests/bench/contest.h"
#include "tests/bench/sections.h"
#include "tests/support/need.h"
#include "tests/ui/hanging_file.h"
#include "tests/ui/stall_watch.h"
#include "ui/bridge/source.h"
#include "ui/pages/page_list.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

namespace shardwright::bench {

namespace {

using test::need;

constexpr int starts = 7, rounds = 5;
constexpr std::int64_t demoRows = 200'000;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::string besideThisProgram(const char* name) { return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string(); }

// Resident memory of a process, in MB.
double megabytesOf(std::int64_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) * 1024 / 1e6;
  return 0;
}

// Turns the events of this program's windows until it is so, or 20 seconds have passed.
bool waitFor(const std::function<bool()>& so) {
  const Stopwatch watch;
  while (!so() && watch.seconds() < 20) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
  return so();
}

// A display of its own, so that both programs draw for real and nobody's screen is needed.
class Display {
 public:
  Display() {
    m_server.start(QStringLiteral("Xvfb"), {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"), QStringLiteral("1600x1000x24")});
    if (m_server.waitForStarted() && m_server.waitForReadyRead(10'000)) m_name = QStringLiteral(":") + QString::fromLatin1(m_server.readAllStandardOutput().trimmed());
  }
  ~Display() {
    m_server.terminate();
    m_server.waitForFinished();
  }
  const QString& name() const { return m_name; }  // empty: there is no Xvfb
  bool shows(const char* title) const {
    QProcess list;
    list.start(QStringLiteral("xwininfo"), {QStringLiteral("-display"), m_name, QStringLiteral("-root"), QStringLiteral("-tree")});
    list.waitForFinished();
    return list.readAllStandardOutput().contains(title);
  }

 private:
  QProcess m_server;
  QString m_name;
};

struct Start {
  double milliseconds = 0, megabytes = 0;
};

QProcessEnvironment environmentOf(const Display& display, const QTemporaryDir& home) {
  auto environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("DISPLAY"), display.name());
  environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
  for (const char* place : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"}) environment.insert(QString::fromLatin1(place), home.path());
  return environment;
}

void end(QProcess& process) {
  process.terminate();
  if (!process.waitForFinished(5000)) process.kill();
  process.waitForFinished();
}

// From the start of the process until it says that its page stands, with real data, on the display.
std::optional<Start> startOurs(const Display& display, const QTemporaryDir& home, const QString& catalog) {
  QProcess window;
  window.setProcessEnvironment(environmentOf(display, home));
  const Stopwatch watch;
  window.start(QString::fromStdString(besideThisProgram("shardwright-window")), {QStringLiteral("--catalog"), catalog, QStringLiteral("--say-when-painted")});
  if (!window.waitForReadyRead(20'000)) return std::nullopt;
  const double took = watch.seconds() * 1000;
  std::this_thread::sleep_for(std::chrono::seconds(1));  // until the shards are read, too
  const Start start{took, megabytesOf(window.processId())};
  end(window);
  return start;
}

// From the start of the process until its title says that the file is open; looked at about every 10 ms.
std::optional<Start> startBrowser(const Display& display, const QTemporaryDir& home, const QString& file) {
  QProcess browser;
  browser.setProcessEnvironment(environmentOf(display, home));
  const QByteArray title = QByteArray("DB Browser for SQLite - ") + file.toUtf8();
  const Stopwatch watch;
  browser.start(QStringLiteral("sqlitebrowser"), {file});
  if (!browser.waitForStarted()) return std::nullopt;
  bool open = false;
  while (!open && watch.seconds() < 20) open = display.shows(title.constData());
  const double took = watch.seconds() * 1000;
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const Start start{took, megabytesOf(browser.processId())};
  end(browser);
  return open ? std::optional(start) : std::nullopt;
}

// The rows of all shards in one file, as somebody without shards would have them.
void copyTogether(const DemoReport& demo, const std::string& file) {
  auto db = need(sqlite::Database::open(file, {.mode = sqlite::Database::Mode::Create}));
  bool first = true;
  for (const DemoShard& shard : demo.shards) {
    need(db.execute("ATTACH '" + shard.file + "' AS shard"));
    for (const std::string table : {"accounts", "blocks", "contracts"})
      need(db.execute((first ? "CREATE TABLE " + table + " AS" : "INSERT INTO " + table) + " SELECT * FROM shard." + table));
    need(db.execute("DETACH shard"));
    first = false;
  }
}

void benchStart(const DemoReport& demo, const QTemporaryDir& folder) {
  const Display display;
  if (display.name().isEmpty()) {
    fmt::print("Xvfb is not there; starts are not measured.\n");
    return;
  }
  const QString single = folder.filePath(QStringLiteral("single.db"));
  copyTogether(demo, single.toStdString());
  std::vector<double> ours, theirs, ourMemory, theirMemory;
  for (int i = 0; i < starts; ++i) {
    if (const auto start = startOurs(display, folder, QString::fromStdString(demo.catalogFile))) {
      ours.push_back(start->milliseconds);
      ourMemory.push_back(start->megabytes);
    }
    if (const auto start = startBrowser(display, folder, single)) {
      theirs.push_back(start->milliseconds);
      theirMemory.push_back(start->megabytes);
    }
  }
  fmt::print("Starts on a display of their own, by turns (medians of {}); {} rows in four shards, and in one file of {:.0f} MB\n", starts, demo.rows,
             static_cast<double>(std::filesystem::file_size(single.toStdString())) / 1e6);
  printFigure("window: start to first full paint", median(ours), "ms", 500);
  printFigure("sqlitebrowser: start until its title names the file", median(theirs), "ms");
  printFigure("window: resident memory", median(ourMemory), "MB", 150);
  printFigure("sqlitebrowser: resident memory", median(theirMemory), "MB");
}

void benchPages(const DemoReport& demo) {
  ui::Session session({.catalog = demo.catalogFile});
  ui::MainWindow window(session, {});
  window.resize(1440, 900);
  window.QMainWindow::show();
  waitFor([&] { return session.load().value() && !session.load().isAsking(); });
  std::vector<double> first, again;
  for (int round = 0; round < rounds; ++round)
    for (const ui::PageInfo& info : ui::allPages()) {
      const Stopwatch watch;
      window.go({info.id, {}, {}});
      window.repaint();
      (round == 0 ? first : again).push_back(watch.seconds() * 1000);
      waitFor([&] { return window.current()->isSettled(); });
    }
  fmt::print("\n{} pages, 1440x900\n", ui::allPages().size());
  printFigure("a page opened for the first time: median", median(first), "ms", 100);
  printFigure("a page opened for the first time: worst", *std::ranges::max_element(first), "ms", 100);
  printFigure("a page opened again: median", median(again), "ms", 100);
  printFigure("a page opened again: worst", *std::ranges::max_element(again), "ms", 100);
}

void benchStall(const DemoReport& demo) {
  std::vector<double> stalls;
  for (int round = 0; round < rounds; ++round) {
    const test::HangingFile file(demo.shards.front().file);
    ui::Session session({.catalog = demo.catalogFile});
    ui::MainWindow window(session, {});
    window.resize(1440, 900);
    window.QMainWindow::show();
    waitFor([] { return test::HangingFile::waiting() > 0; });
    const test::StallWatch watch;
    for (const ui::PageInfo& info : ui::allPages()) {
      window.go({info.id, {}, {}});
      session.refreshAll();
      waitFor([&] { return !session.facts().isAsking(); });
    }
    stalls.push_back(static_cast<double>(watch.longest()));
  }
  printFigure("longest stall while a shard hangs, every page opened", median(stalls), "ms", 100);
}

}  // namespace

void runWindow() {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  int argc = 1;
  char name[] = "bench";
  char* argv[] = {name, nullptr};
  QApplication application(argc, argv);
  ui::Theme::instance().install();
  const QTemporaryDir folder;
  DemoOptions options;
  options.folder = folder.filePath(QStringLiteral("demo")).toStdString();
  options.rows = demoRows;
  const DemoReport demo = need(createDemo(options));
  benchStart(demo, folder);
  benchPages(demo);
  benchStall(demo);
}

}  // namespace shardwright::bench
