// What a plan does to each shard: its load before and after, those that get fuller first - a plan shows its losers.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/plan/plan.h"
#include "ui/models/row_model.h"

namespace shardwright::ui {

struct ShardChangeRow {
  QString shard;
  std::optional<double> before, after;       // the measure: a utilisation, or an amount
  std::optional<double> shareBefore, shareAfter;  // of the longest bar
  QString beforeText, afterText, changeText;
  bool fuller = false, changed = false;
  friend bool operator==(const ShardChangeRow&, const ShardChangeRow&) = default;
};

// `dimension`: one of the plan's, or empty for the utilisation.
std::vector<ShardChangeRow> shardChangeRows(const MigrationPlan& plan, const std::string& dimension = {});
std::vector<Column<ShardChangeRow>> shardChangeColumns(bool compact);
QString dimensionText(const std::string& dimension);  // Bytes, Rows, Reads, Writes
std::size_t shardsThatGetFuller(const MigrationPlan& plan);

}  // namespace shardwright::ui
