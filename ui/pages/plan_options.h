// PlanOptions: the form of the plan builder - what a plan shall reach and within which limits. Options that make no sense for
// a goal are not shown and not part of what is asked for.
#pragma once

#include <QWidget>
#include <optional>

#include "core/manager/plan_verbs.h"
#include "ui/bridge/cluster_facts.h"

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QListWidget;
class QSpinBox;

namespace shardwright::ui {

class Text;

class PlanOptionsForm : public QWidget {
  Q_OBJECT

 public:
  explicit PlanOptionsForm(QWidget* parent = nullptr);

  void fill(const PlanRequest& request);
  void showShards(const std::vector<Shard>& shards);
  void suggestRange(const QString& range) { m_suggested = range; }  // taken where a range is wanted and none is written

  PlanRequest request() const;
  QString missing() const;  // what has to be filled in before a plan can be made; empty: nothing
  QString goal() const;

 Q_SIGNALS:
  void changed();

 private:
  QWidget* makeGoals();
  void makeFields();
  QWidget* row(const QString& label, QWidget* field, const QString& thing);
  void follow();

  QButtonGroup* m_goals;
  Text* m_about;
  QFormLayout* m_form;
  QListWidget* m_shards;
  QComboBox *m_what, *m_to;
  QLineEdit *m_range, *m_key, *m_at, *m_maxBytes;
  QCheckBox* m_metrics[3];
  QWidget* m_metricRow;
  QDoubleSpinBox* m_threshold;
  QSpinBox* m_maxMoves;
  QString m_suggested;
  std::vector<std::string> m_wanted;  // shards asked for before they were known
  bool m_quiet = false;
};

// The same on the command line: plan create KS --goal ...
QStringList createWords(const KeyspaceName& keyspace, const PlanRequest& request);

}  // namespace shardwright::ui
