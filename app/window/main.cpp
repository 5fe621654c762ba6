// shardwright-window: the window on a catalog, or one page of it drawn into a file. The command line starts it.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>
#include <cstdio>
#include <cstdlib>

#include "app/window/arguments.h"
#include "core/manager/load_verbs.h"
#include "ui/bridge/source.h"
#include "ui/bridge/workers.h"
#include "ui/pages/page_list.h"
#include "ui/shell/main_window.h"
#include "ui/shell/picture.h"
#include "ui/theme/theme.h"

namespace {

using namespace shardwright;
using namespace shardwright::ui;

constexpr int done = 0, usage = 2, refusedExit = 3, failed = 4;

int exitOf(const Error& error) {
  std::fprintf(stderr, "shardwright: %s\n", error.message().c_str());
  return error.code() == ErrorCode::InvalidInput || error.code() == ErrorCode::NotFound ? usage : error.code() == ErrorCode::Refused ? refusedExit : failed;
}

// Where there is no login session, as on a build machine, Qt says on every start that it made a folder instead.
void passOn(QtMsgType type, const QMessageLogContext& context, const QString& message) {
  if (!message.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set"))) std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, message)));
}

int listPages() {
  for (const PageInfo& info : allPages()) std::printf("%s\n", qPrintable(info.id));
  return done;
}

int drawPicture(MainWindow& window, const WindowArguments& arguments) {
  int exit = done;
  Picture picture(window, *arguments.picture);
  QObject::connect(&picture, &Picture::finished, &window, [&exit](const Done& outcome) {
    if (!outcome) exit = exitOf(outcome.error());
    QCoreApplication::quit();
  });
  window.setAttribute(Qt::WA_DontShowOnScreen);
  window.QMainWindow::show();
  QCoreApplication::exec();
  return exit;
}

// For who measures the start: a line on standard output once the first page stands there with real data.
void sayWhenPainted(MainWindow& window) {
  const auto look = [&window, said = false]() mutable {
    if (said || !window.session().load().value() || !window.current()->isSettled()) return;
    said = true;
    window.repaint();
    std::printf("painted\n");
    std::fflush(stdout);
  };
  QObject::connect(window.current(), &Page::changed, &window, look);
}

int runWindow(const WindowArguments& arguments) {
  if (arguments.mode) Theme::instance().setMode(*arguments.mode);
  Session session({.catalog = arguments.catalog, .actor = arguments.actor});
  MainWindow window(session, {arguments.picture ? QString() : QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/window.ini")});
  if (arguments.picture) return drawPicture(window, arguments);
  if (arguments.saysWhenPainted) sayWhenPainted(window);
  window.QMainWindow::show();
  return QCoreApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  // A picture needs no display; the font rendering of the offscreen platform is the same everywhere.
  if (WindowArguments::needsNoDisplay(argc, argv)) qputenv("QT_QPA_PLATFORM", "offscreen");
  qInstallMessageHandler(passOn);
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("shardwright"));
  QApplication::setDesktopFileName(QStringLiteral("shardwright"));
  Theme::instance().install();
  const auto arguments = WindowArguments::read(QCoreApplication::arguments());
  if (!arguments) return exitOf(arguments.error());
  const int exit = arguments->listsPages ? listPages() : runWindow(*arguments);
  // Threads that hang in a system call would meet destroyed objects.
  if (Workers::abandoned() > 0) std::_Exit(exit);
  return exit;
}
