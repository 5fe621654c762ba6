// Audit: who did what and when, as one chain of events that cannot be changed without being found out. Read only.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "ui/models/row_model.h"
#include "ui/pages/audit_trail.h"
#include "ui/pages/page.h"
#include "ui/bridge/source.h"
#include "ui/widgets/event_timeline.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace shardwright::ui {

struct ExportJob;
class AuditDetail;
class CommandStrip;
class ExportButton;
class PageHeader;
class StateView;
class TableView;
class Text;

class AuditPage : public Page {
  Q_OBJECT

 public:
  AuditPage(Session& session, Navigator& navigator);

  bool isSettled() const override;
  void open(const Place& place) override;
  void refresh() override;
  void shown(bool isShown) override;
  QVariantMap state() const override;
  void restore(const QVariantMap& state) override;

 private:
  QWidget* makeTimeline();
  QWidget* makeEvents();
  QWidget* makeFilters();
  void onFacts();
  void draw();
  void drawHeader();
  void drawChoices();
  void drawRows();
  void drawTimeline();
  void choose(const QString& id);
  void openEvent(const QString& id);
  AuditFilter filter() const;
  ExportJob exportJob() const;

  std::shared_ptr<std::atomic<bool>> m_anew = std::make_shared<std::atomic<bool>>(false);  // the next reading is of everything
  Source<AuditTrail> m_trail;
  Source<ChainCheck> m_chain;
  std::optional<TimeSpan> m_span;
  std::shared_ptr<const AuditTrail> m_drawn;
  bool m_shown = false;

  PageHeader* m_header;
  StateView* m_state;
  QPushButton *m_check, *m_copyHead, *m_allTimes;
  ExportButton* m_export;
  EventTimeline* m_timeline;
  QComboBox *m_plan, *m_person;
  QLineEdit* m_words;
  Text* m_count;
  RowModel<AuditRow> m_rows;
  TableView* m_table;
  AuditDetail* m_detail;
  CommandStrip* m_command;
};

}  // namespace shardwright::ui
