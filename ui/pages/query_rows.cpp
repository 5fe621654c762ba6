#include "ui/pages/query_rows.h"

#include <fmt/format.h>

#include <QCoreApplication>
#include <algorithm>

#include "core/base/text.h"
#include "ui/theme/format.h"
#include "ui/widgets/export_button.h"

namespace shardwright::ui {

namespace {

constexpr std::size_t longestText = 300;  // bytes of a value in a cell

QString tr(const char* words) { return QCoreApplication::translate("query", words); }

Cell stateCell(const ShardLine& line) {
  switch (line.state) {
    case ShardLine::State::Planned: return {.text = tr("not asked"), .kind = CellKind::Chip, .icon = QStringLiteral("queued"), .ink = Ink::Text2};
    case ShardLine::State::Waiting: return {.text = tr("waiting"), .kind = CellKind::Chip, .icon = QStringLiteral("waiting"), .ink = Ink::Warn};
    case ShardLine::State::Answered: return {.text = tr("answered"), .kind = CellKind::Chip, .icon = QStringLiteral("ok"), .ink = Ink::Ok};
    case ShardLine::State::Missing: return {.text = tr("missing"), .kind = CellKind::Chip, .icon = QStringLiteral("failed"), .ink = Ink::Danger, .tip = line.error};
    case ShardLine::State::Stopped: return {.text = tr("stopped"), .kind = CellKind::Chip, .icon = QStringLiteral("stop"), .ink = Ink::Text2};
  }
  return {};
}

Ink barInk(const ShardLine& line) {
  return line.state == ShardLine::State::Missing ? Ink::Danger : line.state == ShardLine::State::Waiting ? Ink::Warn : Ink::Accent;
}

bool isNumber(const Value& value) { return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value); }

// A column of numbers stands right; NULLs go with either.
bool isFigureColumn(const QueryAnswer& answer, std::size_t column) {
  bool any = false;
  for (const AnswerRow& row : answer.rows) {
    const Value& value = row.values[column];
    if (isNumber(value)) any = true;
    else if (!std::holds_alternative<Null>(value)) return false;
  }
  return any;
}

Cell valueCell(const Value& value, bool figure) {
  if (std::holds_alternative<Null>(value)) return {.text = QStringLiteral("NULL"), .kind = figure ? CellKind::Figure : CellKind::Text, .ink = Ink::Text3};
  const auto* const words = std::get_if<std::string>(&value);
  const std::string shown = words != nullptr ? printable(*words, longestText) : printable(describe(value), longestText);
  Cell cell{.text = text(shown), .kind = figure ? CellKind::Figure : CellKind::Text};
  if (std::holds_alternative<Blob>(value)) cell.kind = CellKind::Mono;
  if (cell.text.size() > 40) cell.tip = cell.text;
  return cell;
}

// Numbers by their size whatever their kind; else as the variant has it.
bool valueLess(const Value& a, const Value& b) {
  const auto number = [](const Value& v) { return std::holds_alternative<double>(v) ? std::get<double>(v) : static_cast<double>(std::get<std::int64_t>(v)); };
  if (isNumber(a) && isNumber(b) && a.index() != b.index()) return number(a) < number(b);
  return a < b;
}

std::string exportText(const Value& value) {
  if (std::holds_alternative<Null>(value)) return {};
  if (const auto* words = std::get_if<std::string>(&value)) return *words;
  if (const auto* blob = std::get_if<Blob>(&value)) return toHex(blob->bytes);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return std::to_string(std::get<std::int64_t>(value));
}

}  // namespace

std::vector<ShardLine> shardLines(const QueryPlan& plan, const std::vector<ShardShare>& shares, bool running, bool stopped, double elapsed) {
  std::vector<ShardLine> lines;
  double slowest = running ? elapsed : 0;
  for (const ShardShare& share : shares) slowest = std::max(slowest, share.seconds);
  for (const ShardStep& step : plan.steps) {
    ShardLine line{.shard = text(step.shard.text()), .pinned = step.pins > 0 && step.ranges == 0, .why = said(step.why)};
    const auto share = std::ranges::find(shares, step.shard, &ShardShare::shard);
    if (share != shares.end()) {
      const bool stoppedOne = share->missing && share->missing->code() == ErrorCode::Cancelled;
      line.state = stoppedOne ? ShardLine::State::Stopped : share->missing ? ShardLine::State::Missing : ShardLine::State::Answered;
      line.seconds = share->seconds;
      if (share->missing) line.error = asSentence(share->missing->message());
      else line.rows = share->rows;
    } else if (running || stopped) {
      line.state = running ? ShardLine::State::Waiting : ShardLine::State::Stopped;
      line.seconds = elapsed;
    }
    if (line.seconds && slowest > 0) line.share = *line.seconds / slowest;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<Column<ShardLine>> shardLineColumns() {
  return {
      {tr("Shard"), {},
       [](const ShardLine& line) {
         return Cell{.text = line.shard, .icon = line.pinned ? QStringLiteral("pin") : QStringLiteral("map"), .ink = Ink::Text, .strong = true, .tip = line.pinned ? tr("by a pin") : tr("by its ranges")};
       },
       lessBy<ShardLine>(&ShardLine::shard)},
      {tr("Why"), tr("What makes the query go there"),
       [](const ShardLine& line) { return Cell{.text = line.error.isEmpty() ? line.why : line.error, .ink = line.error.isEmpty() ? Ink::Text2 : Ink::Danger, .tip = line.error.isEmpty() ? line.why : line.error}; }},
      {tr("Rows"), tr("Rows that the shard sent"),
       [](const ShardLine& line) { return Cell{.text = orDash(line.rows, countText), .kind = CellKind::Figure}; }, lessBy<ShardLine>(&ShardLine::rows), true},
      {tr("Time"), tr("From asking the shard until its answer; the bar is of the slowest"),
       [](const ShardLine& line) {
         if (!line.seconds) return Cell{.text = dash, .ink = Ink::Text3};
         return Cell{.text = durationText(*line.seconds), .kind = CellKind::Bar, .ink = barInk(line), .share = line.share};
       },
       lessBy<ShardLine>(&ShardLine::seconds)},
      {tr("State"), {}, stateCell, lessBy<ShardLine>(&ShardLine::state)},
  };
}

std::vector<AnswerLine> answerLines(const std::shared_ptr<const QueryAnswer>& answer) {
  std::vector<AnswerLine> lines;
  lines.reserve(answer->rows.size());
  for (std::size_t at = 0; at < answer->rows.size(); ++at) lines.push_back({answer, at});
  return lines;
}

std::vector<Column<AnswerLine>> answerColumns(const QueryAnswer& answer) {
  std::vector<Column<AnswerLine>> columns;
  for (std::size_t at = 0; at < answer.columns.size(); ++at) {
    const bool figure = isFigureColumn(answer, at);
    columns.push_back({text(printable(answer.columns[at], 80)), {},
                       [at, figure](const AnswerLine& line) { return valueCell(line.row().values[at], figure); },
                       [at](const AnswerLine& a, const AnswerLine& b) { return valueLess(a.row().values[at], b.row().values[at]); }, figure});
  }
  columns.push_back({tr("Shard"), tr("Where the row comes from"),
                     [](const AnswerLine& line) {
                       if (!line.row().shard) return Cell{.text = tr("merged"), .icon = QStringLiteral("merge"), .ink = Ink::Text2, .tip = tr("Made of the rows of several shards")};
                       return Cell{.text = text(line.row().shard->text()), .ink = Ink::Text2};
                     },
                     [](const AnswerLine& a, const AnswerLine& b) { return a.row().shard < b.row().shard; }});
  return columns;
}

QString rowsText(std::int64_t rows) { return counted(rows, tr("row"), tr("rows")); }

QString missingText(const QueryAnswer& answer) {
  QStringList missing;
  for (const ShardShare& share : answer.shards)
    if (share.missing) missing << said(share.missing->message());
  return missing.join(QStringLiteral(" · "));
}

std::string answerCsv(const QueryAnswer& answer) {
  std::vector<std::string> names = answer.columns;
  names.push_back("shard");
  std::string out = csvLine(names);
  for (const AnswerRow& row : answer.rows) {
    std::vector<std::string> cells;
    for (const Value& value : row.values) cells.push_back(exportText(value));
    cells.push_back(row.shard ? row.shard->text() : "merged");
    out += csvLine(cells);
  }
  return out;
}

}  // namespace shardwright::ui
