// Console: the real window on a real demo cluster, for tests. The cluster is made once a program; tests that change one make
// a DemoCluster of their own.
//
//   Console console;                                  // or Console console(cluster)
//   console.open("overview");                         // returns when the page has settled
//   QTest::mouseClick(console.find<QPushButton>("overview.problems.unbalanced"), Qt::LeftButton);
//
// A program begins with CONSOLE_TEST_MAIN(TestClass), which makes the application and installs the theme.
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>
#include <memory>

#include "tests/ui/stall_watch.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

namespace shardwright::test {

class DemoCluster {
 public:
  explicit DemoCluster(std::int64_t rows = 2000, int shards = 4, Environment environment = Environment::Development);
  std::string catalog() const { return m_folder.filePath(QStringLiteral("cluster/catalog.db")).toStdString(); }
  QString folder() const { return m_folder.filePath(QStringLiteral("cluster")); }
  static DemoCluster& shared();  // read it, do not change it

 private:
  QTemporaryDir m_folder;
};

class Console {
 public:
  explicit Console(const DemoCluster& cluster = DemoCluster::shared(), std::optional<std::string> actor = {}, QString settings = {},
                   WallClock clock = systemSeconds);
  ~Console();

  ui::MainWindow& window() { return *m_window; }
  ui::Session& session() { return *m_session; }

  // Goes there and waits until real data is shown. Fails the program's current test if that never happens.
  void open(const QString& page, const QString& item = {});
  bool hasSettled();

  template <class Widget>
  Widget* find(const QString& name) {  // by object name, visible or not; the test fails if there is none
    auto* const found = m_window->findChild<Widget*>(name);
    if (found == nullptr) QTest::qFail(qPrintable(QStringLiteral("no widget is called ") + name), __FILE__, __LINE__);
    return found;
  }
  void click(const QString& name);  // with the mouse, in its middle

 private:
  std::unique_ptr<ui::Session> m_session;
  std::unique_ptr<ui::MainWindow> m_window;
};

}  // namespace shardwright::test

#define CONSOLE_TEST_MAIN(TestClass)                         \
  int main(int argc, char** argv) {                          \
    qputenv("QT_QPA_PLATFORM", "offscreen");                 \
    QApplication app(argc, argv);                            \
    shardwright::ui::Theme::instance().install();            \
    TestClass test;                                          \
    return QTest::qExec(&test, argc, argv);                  \
  }
