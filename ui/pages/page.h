// Page: one entry of the window's navigation, or a page that opens from one.
//
// How a page is written
//   1. A class of its own in ui/pages/NAME_page.{h,cpp}, derived from Page; what it draws that is not a stock widget goes to
//      ui/widgets or ui/pages/NAME_*.{h,cpp}. A line in page_list.cpp makes it known; until then it is absent.
//   2. BUILD  The constructor builds the widgets once: PageHeader, Cards, TableView over RowModel, all in a StateView.
//      Everything a person can touch has an object name `page.area.thing` and an accessible name (helpers in
//      ui/widgets/buttons.h take both), and lies in the tab order, top left to bottom right.
//   3. DATA   Never call core here. Draw from session().facts() (catalog, every 2 s) and session().load(), or make a
//      Source<T> member of your own: m_samples(session(), Lane::Shards, {}, [](ShardManager& m, Job& job, auto&) {...}).
//      connect(&source, &SourceBase::changed, this, &YourPage::draw) and draw what is there: StateView::follow() shows
//      loading, error and stale data alike. Sources that only this page needs run only while it is shown: see shown().
//      What core returns is a plain value; rows for tables are made from it anew and RowModel finds the difference.
//   4. ACT    A change is a Request member: m_approve.start(Lane::Catalog, tr("Approve %1"), work, then). It shows up in the
//      activity list, has a Stop, and its answer finds the page only if that still lives. Beside the control stands the
//      equivalent command: a CommandStrip with session().command({"plan", "approve", ...}). What executes a plan (run,
//      roll back, clean up) goes through session().launch(): a process of its own, so closing the window stops nothing.
//      Afterwards session().facts().refresh(). Dialogs: open(), never exec().
//   5. CHOOSE session().selection() is shared: set it when a person chooses, follow its changed() to highlight.
//      navigator().go({"plan", "calm-otter-17"}) opens another page; go() with a PlanRequest fills the plan builder.
//   6. TEST   tests/ui/tst_NAME_page.cpp with the Console fixture of tests/ui/console.h: a real demo cluster, the real window,
//      found by object name, driven by QTest mouse and keys, waited for with QTRY_*. The walk in tst_window.cpp visits
//      every page by itself and fails on unnamed controls. `shardwright picture NAME out.png` draws it: look at it, light
//      and dark, 1440x900 and 1024x640.
#pragma once

#include <QVariantMap>
#include <QWidget>
#include <optional>

#include "core/manager/plan_verbs.h"
#include "ui/bridge/session.h"

namespace shardwright::ui {

// Where the window is, or shall go; what back and forward remember.
struct Place {
  QString page;                        // id
  QString item;                        // what is shown there: a plan; empty: the page's own choice
  std::optional<PlanRequest> request;  // plans: fill the builder with this; not remembered
  bool isSame(const Place& other) const { return page == other.page && item == other.item; }
};

class Navigator : public QObject {
  Q_OBJECT

 public:
  void go(const Place& place) { Q_EMIT asked(place); }

 Q_SIGNALS:
  void asked(const shardwright::ui::Place& place);
};

class Page : public QWidget {
  Q_OBJECT

 public:
  Page(Session& session, Navigator& navigator) : m_session(session), m_navigator(navigator) {}

  // Real data is shown, or a final state that waits for nobody. Pictures and tests wait for it; changed() says when.
  virtual bool isSettled() const = 0;
  // Opened, perhaps for one thing.
  virtual void open(const Place&) {}
  // F5. The session's own sources are refreshed without it.
  virtual void refresh() {}
  // The page came to sight or left it: start and end what only it needs.
  virtual void shown(bool) {}
  // Columns, sort, filters, zoom: kept per cluster. Nothing that is restored may execute anything.
  virtual QVariantMap state() const { return {}; }
  virtual void restore(const QVariantMap&) {}

 Q_SIGNALS:
  void changed();

 protected:
  Session& session() { return m_session; }
  const Session& session() const { return m_session; }
  Navigator& navigator() { return m_navigator; }

 private:
  Session& m_session;
  Navigator& m_navigator;
};

}  // namespace shardwright::ui
