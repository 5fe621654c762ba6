#include "ui/pages/shard_holdings.h"

#include <QCoreApplication>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("shard_holdings", words); }

Cell stateCell(const ShardHolding& line) {
  Cell cell{text(shardStateName(line.state)), CellKind::Chip};
  switch (line.state) {
    case ShardState::Active: cell.icon = QStringLiteral("ok"); cell.ink = Ink::Ok; break;
    case ShardState::Draining: cell.icon = QStringLiteral("drain"); cell.ink = Ink::Warn; break;
    case ShardState::ReadOnly: cell.icon = QStringLiteral("lock"); cell.ink = Ink::Text2; break;
  }
  return cell;
}

Cell shareCell(const ShardHolding& line) {
  Cell cell{orDash(line.ratio, [](double ratio) { return factorText(ratio) + thinSpace + QStringLiteral("×"); }), CellKind::Figure};
  if (line.outside) {
    cell.icon = QStringLiteral("rising");
    cell.ink = Ink::Danger;
  }
  return cell;
}

Cell figure(const QString& words) { return {words, CellKind::Figure}; }

Column<ShardHolding> counts(const QString& title, const QString& tip, std::optional<std::int64_t> ShardHolding::*member) {
  return {title, tip, [member](const ShardHolding& line) { return figure(orDash(line.*member, countText)); }, lessBy<ShardHolding>(member), true};
}

}  // namespace

std::vector<ShardHolding> shardHoldings(const LoadReport& report) {
  std::vector<ShardHolding> lines;
  for (const ShardBurden& b : report.shards) lines.push_back({b.shard, b.state, b.ranges, b.rows, b.bytes, b.reads, b.writes, b.ratio, b.filled, b.outside});
  std::ranges::sort(lines, {}, &ShardHolding::shard);
  return lines;
}

std::vector<Column<ShardHolding>> holdingColumns() {
  return {
      {tr("Shard"), {}, [](const ShardHolding& line) { return Cell{.text = text(line.shard.text()), .strong = true}; }, lessBy<ShardHolding>(&ShardHolding::shard)},
      {tr("State"), tr("Active, draining (takes no new ranges) or read-only"), stateCell, lessBy<ShardHolding>(&ShardHolding::state)},
      {tr("Fair share"), tr("How many times its fair share it carries, in the metric chosen above"), shareCell, lessBy<ShardHolding>(&ShardHolding::ratio), true},
      {tr("Ranges"), tr("Of the keyspace's map, owned by the shard"),
       [](const ShardHolding& line) { return figure(countText(static_cast<std::int64_t>(line.ranges))); }, lessBy<ShardHolding>(&ShardHolding::ranges), true},
      counts(tr("Rows"), tr("Of the keyspace"), &ShardHolding::rows),
      {tr("Bytes"), tr("Of the keyspace"), [](const ShardHolding& line) { return figure(orDash(line.bytes, bytesText)); }, lessBy<ShardHolding>(&ShardHolding::bytes), true},
      counts(tr("Reads"), tr("Of the last day, from the samples"), &ShardHolding::reads),
      counts(tr("Writes"), tr("Of the last day, from the samples"), &ShardHolding::writes),
      {tr("Filled"), tr("Part of the declared capacity that the keyspace takes"),
       [](const ShardHolding& line) { return figure(orDash(line.filled, [](double share) { return percentText(share); })); }, lessBy<ShardHolding>(&ShardHolding::filled), true},
  };
}

}  // namespace shardwright::ui
