// Query: where does this go, and what does it return? While a question is typed, the page says which shards it needs and
// why; it asks them only when told to. Shards that hang hold nothing up: what has come is there, the rest is named.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <memory>

#include "ui/pages/page.h"
#include "ui/pages/query_draft.h"
#include "ui/pages/query_rows.h"
#include "ui/pages/query_run.h"

class QPushButton;

namespace shardwright::ui {

class CommandStrip;
class PageHeader;
class QueryAnswerCard;
class QueryForm;
class RoutingPicture;
class TableView;
class Text;
struct QueryView;

class QueryPage : public Page {
  Q_OBJECT

 public:
  QueryPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  void open(const Place& place) override;  // item: a key, to see where it lives
  void refresh() override;
  void shown(bool isShown) override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 private:
  enum class Phase { Asking, Running, Answered, Failed, Stopped };  // Asking: nothing has been run for this question

  QWidget* makeRouting();
  QWidget* makeConsent();
  void addShortcuts();

  void onKeyspace();
  void showOpened();
  void onEdited();
  void explain();
  void recall(const QueryDraft& draft);
  void run();
  void start();
  void stop();
  void look();
  void take(const Result<QueryAnswer>& answer);

  void draw();
  void drawHeader();
  void drawShards();
  void drawButtons();
  QueryView view() const;
  const Keyspace* keyspace();
  QString whyNot() const;  // the query cannot be run; empty: it can
  bool needsConsent();
  double elapsed() const;

  QString m_opened;  // a key that waits until the keyspace is known
  QueryDraft m_draft;
  ReadDraft m_read;
  std::vector<QueryDraft> m_recent;  // the newest first
  std::optional<QueryPlan> m_plan;
  std::shared_ptr<const ShardMap> m_map;  // by which m_plan was made
  std::optional<Error> m_planError;
  bool m_consented = false;
  bool m_isKnown = false;  // which keyspaces there are

  Phase m_phase = Phase::Asking;
  std::shared_ptr<QueryRun> m_current;
  std::vector<ShardShare> m_shares;
  QElapsedTimer m_since;
  double m_took = 0;  // seconds, once it is over
  QTimer m_debounce, m_poll;
  Request m_explain, m_run;

  PageHeader* m_header;
  QPushButton *m_runButton, *m_stopButton, *m_consentButton;
  QWidget* m_consent;
  Text *m_consentText, *m_merging;
  QueryForm* m_form;
  RoutingPicture* m_picture;
  RowModel<ShardLine> m_shardRows;
  TableView* m_shardTable;
  QueryAnswerCard* m_answer;
  CommandStrip* m_command;
};

}  // namespace shardwright::ui
