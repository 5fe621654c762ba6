// The plan page: one plan as a diff - what it amounts to, the line before and after, its moves, what each shard gains and
// loses, its risks, its commands - and what may be done with it now. Which of that is allowed is told by core
// (PlanRights); the page shows it with the reason.
#pragma once

#include <QTimer>

#include "core/manager/plan_reading.h"
#include "ui/bridge/source.h"
#include "ui/dialogs/approval_dialog.h"
#include "ui/models/row_model.h"
#include "ui/models/shard_changes.h"
#include "ui/pages/page.h"

class QAction;
class QComboBox;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace shardwright::ui {

class Card;
class MoveTree;
class PageHeader;
class PlanBandsView;
class PlanCommands;
class PlanFacts;
struct PlanPicture;
class StateView;
class TableView;
class TallyLine;
class Text;
class TreeView;

// A risk, or something that the planner left out.
struct PlanNote {
  enum class Kind { High, Note, NotDone } kind = Kind::Note;
  QString id, what, why;
  friend bool operator==(const PlanNote&, const PlanNote&) = default;
};
std::vector<PlanNote> notesOf(const MigrationPlan& plan);

class PlanPage : public Page {
  Q_OBJECT

 public:
  PlanPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  void open(const Place& place) override;
  void refresh() override { m_source.refresh(); }
  void shown(bool shown) override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Reading {
    PlanSheet sheet;
    std::shared_ptr<const PlanPicture> picture;
  };

  // plan_page.cpp: what is shown
  QWidget* makeBands();
  QWidget* makeTabs();
  QWidget* makeMoves();
  QWidget* makeLoad();
  QWidget* makeSide();
  void connectMoves();
  void watch();
  void read(const PlanId& id);
  void draw();
  void drawPlan(const Reading& reading);
  void tick();
  void follow();  // the selection
  std::shared_ptr<const PlanSheet> sheet() const;

  // plan_page_actions.cpp: what is done
  void makeActions();
  QPushButton* menuButton(const QString& name, const QString& icon, const QString& word, QList<QAction*> actions);
  QAction* menuAction(const QString& name, const QString& word);
  void drawActions(const PlanSheet& sheet);
  void drawGo(const PlanSheet& sheet);
  void go();
  void approve(ApprovalDialog::Purpose purpose);
  void run();
  void reject();
  void withdraw();
  void makeAgain(bool rebase);
  void showRun();
  void exportAs(const QString& ending);
  void write(const QString& file, const QString& ending);

  PlanId m_plan;
  Source<Reading> m_source;
  Request m_work;
  QTimer m_second;
  std::shared_ptr<const PlanPicture> m_drawn;

  StateView* m_state;
  QWidget* m_content;
  PageHeader* m_header;
  PlanFacts* m_facts;
  TallyLine* m_tally;
  Card *m_bandsCard, *m_side;
  PlanBandsView* m_bands;
  QPushButton* m_fold;
  QTabWidget* m_tabs;
  TreeView* m_tree;
  MoveTree* m_moves;
  QLineEdit* m_filter;
  QComboBox *m_grouping, *m_measure;
  TableView *m_load, *m_fuller, *m_notes;
  RowModel<ShardChangeRow> *m_loadRows, *m_fullerRows;
  RowModel<PlanNote>* m_noteRows;
  PlanCommands* m_commands;
  Text* m_scale;  // how the bands are to be read
  Text* m_quiet;  // of the side card: nobody gets fuller
  QPushButton *m_more, *m_export, *m_reject, *m_approve, *m_go;
  QAction *m_withdraw, *m_rebase, *m_copy;
  bool m_following = false;
};

}  // namespace shardwright::ui
