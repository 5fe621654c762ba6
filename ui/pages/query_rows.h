// The rows of the two tables of the query page: the shards with their reason and, once asked, what they did; and the
// answer with the shard of each row.
#pragma once

#include <memory>

#include "core/route/query_router.h"
#include "ui/models/row_model.h"

namespace shardwright::ui {

struct ShardLine {
  enum class State { Planned, Waiting, Answered, Missing, Stopped };
  QString shard;
  State state = State::Planned;
  bool pinned = false;
  QString why;
  std::optional<double> seconds;
  std::optional<std::int64_t> rows;
  double share = 0;  // of the slowest, for its bar
  QString error;
  friend bool operator==(const ShardLine&, const ShardLine&) = default;
};

// The plan's shards with what is known of each. `running`: those without an answer are waited for, since `elapsed` seconds.
std::vector<ShardLine> shardLines(const QueryPlan& plan, const std::vector<ShardShare>& shares, bool running, bool stopped, double elapsed);
std::vector<Column<ShardLine>> shardLineColumns();

struct AnswerLine {
  std::shared_ptr<const QueryAnswer> answer;
  std::size_t number = 0;
  const AnswerRow& row() const { return answer->rows[number]; }
  friend bool operator==(const AnswerLine&, const AnswerLine&) = default;
};

std::vector<AnswerLine> answerLines(const std::shared_ptr<const QueryAnswer>& answer);
std::vector<Column<AnswerLine>> answerColumns(const QueryAnswer& answer);

QString rowsText(std::int64_t rows);               // 1 row, 212 rows
QString missingText(const QueryAnswer& answer);    // which shards are missing, and why
std::string answerCsv(const QueryAnswer& answer);  // with the shard of each row as the last column

}  // namespace shardwright::ui
