// ProblemList: rows of what needs attention: symbol, what, where, since, and the button of the next action.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/pages/problems.h"

class QVBoxLayout;

namespace shardwright::ui {

class Text;

class ProblemList : public QWidget {
  Q_OBJECT

 public:
  explicit ProblemList(const QString& name, QWidget* parent = nullptr);
  void show(const std::vector<Problem>& problems, const QString& nothing);  // `nothing`: said where there are none

 Q_SIGNALS:
  void acted(const shardwright::ui::Problem& problem);

 private:
  QWidget* makeRow(const Problem& problem, bool first);

  std::vector<Problem> m_shown;
  QVBoxLayout* m_rows;
  Text* m_nothing;
};

}  // namespace shardwright::ui
