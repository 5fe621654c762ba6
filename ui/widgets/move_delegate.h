// MoveDelegate: draws the lines of a run's moves: what moves, its steps with the reason under them, and how far it is.
#pragma once

#include <QStyledItemDelegate>

#include "ui/widgets/stepper.h"

namespace shardwright::ui {

// What the column of steps and the column of progress answer to moveCellRole.
struct MoveCell {
  std::vector<Step> steps;  // drawn as steps, if there are any
  QString reason;           // under them
  bool failed = false;
  double share = 0;         // otherwise a bar with words under it
  Ink ink = Ink::Accent;
  QString words;
};

inline constexpr int moveCellRole = Qt::UserRole + 110;  // MoveCell, as a QVariant

class MoveDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

// A bar of which `share` is filled.
void paintShare(QPainter& painter, const QRectF& track, double share, Ink ink);

}  // namespace shardwright::ui

Q_DECLARE_METATYPE(shardwright::ui::MoveCell)
