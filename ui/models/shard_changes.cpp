#include "ui/models/shard_changes.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <map>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("changes", words); }

struct Measure {
  std::optional<double> before, after;
};

std::optional<double> measureOf(const ShardLoad& load, std::optional<std::size_t> dimension) {
  if (!dimension) return load.utilisation;
  if (*dimension >= load.loads.size()) return std::nullopt;
  return static_cast<double>(load.loads[*dimension]);
}

std::map<ShardId, Measure> measures(const MigrationPlan& plan, std::optional<std::size_t> dimension) {
  std::map<ShardId, Measure> all;
  for (const ShardLoad& load : plan.before.perShard) all[load.shard].before = measureOf(load, dimension);
  for (const ShardLoad& load : plan.after.perShard) all[load.shard].after = measureOf(load, dimension);
  return all;
}

QString amountText(double amount, const std::string& dimension) {
  if (dimension.empty()) return percentText(amount, 1);
  if (dimension == "bytes") return bytesText(std::llround(amount));
  return countText(std::llround(amount));
}

QString changeText(double change, const std::string& dimension) {
  const QString size = dimension.empty() ? QString::number(std::abs(change) * 100, 'f', 1) : amountText(std::abs(change), dimension);
  return (change < 0 ? QStringLiteral("−") : QStringLiteral("+")) + size;
}

ShardChangeRow rowOf(const ShardId& shard, const Measure& measure, double most, const std::string& dimension) {
  ShardChangeRow row;
  row.shard = text(shard.text());
  row.before = measure.before;
  row.after = measure.after;
  const auto words = [&](double amount) { return amountText(amount, dimension); };
  row.beforeText = orDash(measure.before, words);
  row.afterText = orDash(measure.after, words);
  if (most > 0) {
    if (measure.before) row.shareBefore = *measure.before / most;
    if (measure.after) row.shareAfter = *measure.after / most;
  }
  if (measure.before && measure.after) {
    const double change = *measure.after - *measure.before;
    row.changed = std::abs(change) > (dimension.empty() ? 5e-5 : 0.5);
    row.fuller = row.changed && change > 0;
    if (row.changed) row.changeText = changeText(change, dimension);
  }
  return row;
}

double rise(const ShardChangeRow& row) { return row.after.value_or(0) - row.before.value_or(0); }

}  // namespace

QString dimensionText(const std::string& dimension) {
  if (dimension.empty()) return tr("Utilisation");
  QString word = text(dimension);
  word[0] = word[0].toUpper();
  return word;
}

std::vector<ShardChangeRow> shardChangeRows(const MigrationPlan& plan, const std::string& dimension) {
  std::optional<std::size_t> number;
  if (!dimension.empty()) {
    const auto at = std::ranges::find(plan.dimensions, dimension);
    if (at == plan.dimensions.end()) return {};
    number = static_cast<std::size_t>(at - plan.dimensions.begin());
  }
  const auto all = measures(plan, number);
  double most = number ? 0 : 1;  // utilisation: a full bar is a full shard
  for (const auto& [shard, measure] : all) most = std::max({most, measure.before.value_or(0), measure.after.value_or(0)});
  std::vector<ShardChangeRow> rows;
  for (const auto& [shard, measure] : all) rows.push_back(rowOf(shard, measure, most, dimension));
  std::ranges::stable_sort(rows, [](const ShardChangeRow& a, const ShardChangeRow& b) {
    if (a.fuller != b.fuller) return a.fuller;
    if (a.changed != b.changed) return a.changed;
    return a.fuller ? rise(a) > rise(b) : rise(a) < rise(b);
  });
  return rows;
}

std::vector<Column<ShardChangeRow>> shardChangeColumns(bool compact) {
  const auto bar = [compact](const std::optional<double>& share, const QString& words, Ink ink) {
    return compact ? Cell{.text = words, .kind = CellKind::Figure, .ink = Ink::Text2} : Cell{.text = words, .kind = CellKind::Bar, .ink = ink, .share = share};
  };
  std::vector<Column<ShardChangeRow>> columns;
  columns.push_back({tr("Shard"), {}, [](const ShardChangeRow& row) { return Cell{.text = row.shard, .strong = row.fuller}; }, lessBy<ShardChangeRow>(&ShardChangeRow::shard)});
  columns.push_back({tr("Before"), {}, [bar](const ShardChangeRow& row) { return bar(row.shareBefore, row.beforeText, Ink::Text3); }, lessBy<ShardChangeRow>(&ShardChangeRow::before), compact});
  columns.push_back({tr("After"), {}, [bar](const ShardChangeRow& row) { return bar(row.shareAfter, row.afterText, Ink::Accent); }, lessBy<ShardChangeRow>(&ShardChangeRow::after), compact});
  columns.push_back({tr("Change"), tr("Of the measure; a utilisation changes by points of a hundred"),
                     [](const ShardChangeRow& row) {
                       if (!row.changed) return Cell{.text = dash, .kind = CellKind::Figure, .ink = Ink::Text3};
                       return Cell{.text = row.changeText, .kind = CellKind::Figure, .icon = row.fuller ? QStringLiteral("rising") : QStringLiteral("falling"),
                                   .ink = row.fuller ? Ink::Warn : Ink::Ok, .tip = row.fuller ? tr("gets fuller") : tr("gets emptier")};
                     },
                     lessBy<ShardChangeRow>(rise), true});
  return columns;
}

std::size_t shardsThatGetFuller(const MigrationPlan& plan) {
  const auto rows = shardChangeRows(plan);
  return static_cast<std::size_t>(std::ranges::count_if(rows, &ShardChangeRow::fuller));
}

}  // namespace shardwright::ui
