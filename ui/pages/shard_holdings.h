// The shards of a keyspace as rows of a table: what each holds, beside its fair share.
#pragma once

#include <vector>

#include "core/load/load_report.h"
#include "ui/models/row_model.h"

namespace shardwright::ui {

struct ShardHolding {
  ShardId shard;
  ShardState state = ShardState::Active;
  std::size_t ranges = 0;
  std::optional<std::int64_t> rows, bytes, reads, writes;
  std::optional<double> ratio, filled;
  bool outside = false;
  friend bool operator==(const ShardHolding&, const ShardHolding&) = default;
};

std::vector<ShardHolding> shardHoldings(const LoadReport& report);  // by name
std::vector<Column<ShardHolding>> holdingColumns();

}  // namespace shardwright::ui
