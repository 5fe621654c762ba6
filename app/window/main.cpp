// shardwright-window: the window on a catalog, or one page of it drawn into a file. The command line starts it.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>
#include <cstdio>
#include <cstdlib>

#include "app/window/arguments.h"
#include "ui/bridge/workers.h"
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

int runWindow(const WindowArguments& arguments) {
  if (arguments.mode) Theme::instance().setMode(*arguments.mode);
  Session session({.catalog = arguments.catalog, .actor = arguments.actor});
  MainWindow window(session, {arguments.picture ? QString() : QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/window.ini")});
  if (arguments.picture) return drawPicture(window, arguments);
  window.QMainWindow::show();
  return QCoreApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  // A picture needs no display; the font rendering of the offscreen platform is the same everywhere.
  if (WindowArguments::isForPicture(argc, argv)) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  QApplication::setApplicationName(QStringLiteral("shardwright"));
  QApplication::setDesktopFileName(QStringLiteral("shardwright"));
  Theme::instance().install();
  const auto arguments = WindowArguments::read(QCoreApplication::arguments());
  if (!arguments) return exitOf(arguments.error());
  const int exit = runWindow(*arguments);
  // Threads that hang in a system call would meet destroyed objects.
  if (Workers::abandoned() > 0) std::_Exit(exit);
  return exit;
}
