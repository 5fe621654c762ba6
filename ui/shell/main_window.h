// MainWindow: rail, context bar, the page that is shown, status line and activity, around one session. Pages are built when
// they are first opened. What a person arranged is kept per cluster, and nothing is executed when it is restored.
#pragma once

#include <QMainWindow>
#include <map>
#include <vector>

#include "ui/pages/page_list.h"

class QSettings;
class QStackedWidget;

namespace shardwright::ui {

class ActivityPanel;
class ContextBar;
class NavigationRail;
class Palette;
struct Hit;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  struct Options {
    QString settings;  // file in which the arrangement is kept; empty: it is not kept
  };

  MainWindow(Session& session, Options options);
  ~MainWindow() override;

  Session& session() { return m_session; }
  Navigator& navigator() { return m_navigator; }
  void go(const Place& place);
  void back();
  void forward();
  QString currentId() const { return m_history.empty() ? QString() : m_history[m_at].page; }
  Page* current() const;
  Page* page(const QString& id);  // built if it was not; none: there is no such page

 Q_SIGNALS:
  void pageChanged();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void addShortcuts();
  void show(const Place& place);
  void switchMode();
  void goTo(const Hit& hit);
  void drawFacts();
  void restoreArrangement();
  void keepArrangement();
  QString key(const QString& name) const;  // of a setting, per cluster

  Session& m_session;
  Options m_options;
  Navigator m_navigator;
  NavigationRail* m_rail;
  ContextBar* m_context;
  QStackedWidget* m_stack;
  ActivityPanel* m_activity;
  Palette* m_palette;
  std::map<QString, Page*> m_pages;
  std::vector<Place> m_history;
  std::size_t m_at = 0;
  bool m_restored = false;
};

}  // namespace shardwright::ui
