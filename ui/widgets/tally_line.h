// TallyLine: what a plan amounts to, in one line that wraps: symbol, figure and word for each.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/theme/theme.h"

namespace shardwright::ui {

struct TallyItem {
  QString text;
  QString icon;          // symbol in front; empty: none
  Ink ink = Ink::Text2;
  bool strong = false;
  bool joined = false;   // belongs to the one before it: no wide gap
  friend bool operator==(const TallyItem&, const TallyItem&) = default;
};

class TallyLine : public QWidget {
  Q_OBJECT

 public:
  explicit TallyLine(const QString& name, QWidget* parent = nullptr);
  void show(std::vector<TallyItem> items);
  QString words() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {160, 22}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<QPointF> places(double width) const;  // of each item; one more: the end of the last line
  double widthOf(const TallyItem& item) const;
  std::vector<TallyItem> m_items;
};

}  // namespace shardwright::ui
