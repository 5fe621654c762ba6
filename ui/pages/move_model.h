// MoveModel: the moves of a run as a table: what moves, its steps, how far it is. The last two are drawn by MoveDelegate.
#pragma once

#include "ui/models/row_model.h"
#include "ui/pages/run_lines.h"

namespace shardwright::ui {

class MoveModel : public RowModel<MoveLine> {
 public:
  static constexpr int wayColumn = 1, progressColumn = 2;

  explicit MoveModel(QObject* parent);
  QVariant data(const QModelIndex& index, int role) const override;
};

}  // namespace shardwright::ui
