// PlanBuilder: asks for a plan, and shows at once what would come out. The preview is the planner on the cluster as it was
// measured when the builder was opened; making the plan measures again and remembers a draft. Nothing moves by it.
#pragma once

#include <QTimer>
#include <QWidget>
#include <memory>

#include "core/manager/plan_verbs.h"
#include "ui/bridge/session.h"

class QPushButton;

namespace shardwright::ui {

class CommandStrip;
class PageHeader;
class PlanBandsView;
class PlanOptionsForm;
struct PlanPicture;
struct ShardChangeRow;
class StateView;
class TableView;
class TallyLine;
class Text;
template <class Row>
class RowModel;

class PlanBuilder : public QWidget {
  Q_OBJECT

 public:
  explicit PlanBuilder(Session& session, QWidget* parent = nullptr);
  ~PlanBuilder() override;

  void fill(const PlanRequest& request);
  void setActive(bool active);  // measures and previews only while it is looked at
  void measureAgain();
  bool isSettled() const;

 Q_SIGNALS:
  void made(const shardwright::PlanId& plan);
  void leaving();
  void changed();

 private:
  struct Preview {
    PlanPreview answer;
    std::shared_ptr<const PlanPicture> picture;  // none: no plan is needed
  };
  QWidget* makeForm();
  QWidget* makePreview();
  void onFacts();
  void ask();
  void preview();
  void take(Result<Preview> preview);
  void showPlan(const Preview& preview);
  void make();
  void drawButtons();

  Session& m_session;
  Request m_asking, m_making;
  QTimer m_soon;
  bool m_active = false;
  PlanRequest m_asked;
  std::shared_ptr<const ClusterSnapshot> m_measured;
  UnixSeconds m_measuredAt = 0;
  QString m_refusal;  // why no plan comes out of what is asked for

  PageHeader* m_header;
  PlanOptionsForm* m_form;
  StateView* m_state;
  Text *m_sentence, *m_measuredText, *m_reason;
  TallyLine* m_tally;
  PlanBandsView* m_bands;
  TableView* m_table;
  RowModel<ShardChangeRow>* m_rows;
  CommandStrip* m_command;
  QPushButton *m_make, *m_back;
};

}  // namespace shardwright::ui
