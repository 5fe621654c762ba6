// ProblemList: rows of what needs attention: symbol, what, where, since, and the button of the next action. The first few;
// a button shows the others.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/pages/problems.h"

class QPushButton;
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
  void draw();
  QWidget* makeRow(const Problem& problem, bool first, std::vector<QWidget*>& actions);
  QWidget* makeAction(const Problem& problem, bool first);

  std::vector<Problem> m_problems;
  bool m_all = false;
  QVBoxLayout* m_rows;
  Text* m_nothing;
  QPushButton* m_more;
};

}  // namespace shardwright::ui
