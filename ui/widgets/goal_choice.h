// GoalChoice: one of several things that can be wanted, as a box with symbol and word; one of a group is chosen.
#pragma once

#include <QAbstractButton>

namespace shardwright::ui {

class GoalChoice : public QAbstractButton {
  Q_OBJECT

 public:
  GoalChoice(const QString& name, const QString& icon, const QString& title, QWidget* parent = nullptr);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {56, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_icon;
};

}  // namespace shardwright::ui
