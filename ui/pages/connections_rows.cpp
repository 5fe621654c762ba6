#include "ui/pages/connections_rows.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/text.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("connections", words); }

Cell stateCell(ShardState state) {
  Cell cell{.text = text(shardStateName(state)), .kind = CellKind::Chip, .ink = Ink::Text2};
  if (state == ShardState::Draining) {
    cell.icon = QStringLiteral("drain");
    cell.ink = Ink::Warn;
    cell.tip = tr("It takes no new ranges");
  } else if (state == ShardState::ReadOnly) {
    cell.icon = QStringLiteral("lock");
    cell.ink = Ink::Warn;
    cell.tip = tr("Nothing is moved to it or away from it");
  }
  return cell;
}

Cell usedCell(const ConnectionRow& row) {
  if (row.health.answeredAt == 0) return {.text = dash, .ink = Ink::Text3, .tip = tr("Not seen yet")};
  Cell cell{.text = bytesText(row.health.bytes), .tip = tr("Counted %1").arg(fullTimeText(row.health.answeredAt))};
  if (!row.shard.capacity || *row.shard.capacity <= 0) return cell;
  const double share = static_cast<double>(row.health.bytes) / static_cast<double>(*row.shard.capacity);
  cell.kind = CellKind::Bar;
  cell.share = share;
  cell.ink = share > 0.9 ? Ink::Danger : share > 0.8 ? Ink::Warn : Ink::Accent;
  cell.text = percentText(share);
  cell.tip = tr("%1 of %2, counted %3").arg(bytesText(row.health.bytes), bytesText(*row.shard.capacity), fullTimeText(row.health.answeredAt));
  return cell;
}

}  // namespace

QString engineOf(const Shard& shard) { return text(shard.url.substr(0, shard.url.find(':'))); }
QString addressOf(const Shard& shard) { return text(printable(shard.url)); }

Cell answerCell(const ConnectionRow& row) {
  const QString tip = answerSentence(row);
  if (row.waitingSince != 0) return {.text = tr("no answer yet"), .kind = CellKind::Chip, .icon = QStringLiteral("waiting"), .ink = Ink::Warn, .tip = tip};
  switch (row.health.state) {
    case ShardHealth::State::Unknown: return {.text = tr("not seen yet"), .kind = CellKind::Chip, .icon = QStringLiteral("queued"), .ink = Ink::Text2, .tip = tip};
    case ShardHealth::State::Answers: return {.text = tr("answers"), .kind = CellKind::Chip, .icon = QStringLiteral("ok"), .ink = Ink::Ok, .tip = tip};
    case ShardHealth::State::Findings:
      return {.text = counted(std::ssize(row.health.findings), tr("finding"), tr("findings")), .kind = CellKind::Chip, .icon = QStringLiteral("warning"), .ink = Ink::Warn, .tip = tip};
    case ShardHealth::State::Unreachable: break;
  }
  return {.text = tr("unreachable since %1").arg(timeText(row.health.since)), .kind = CellKind::Chip, .icon = QStringLiteral("failed"), .ink = Ink::Danger, .tip = tip};
}

QString answerSentence(const ConnectionRow& row) {
  const ShardHealth& health = row.health;
  if (row.waitingSince != 0) return tr("Asked at %1; the database has not answered yet.").arg(fullTimeText(row.waitingSince));
  if (health.state == ShardHealth::State::Unreachable)
    return tr("Unreachable since %1: %2").arg(fullTimeText(health.since), said(printable(health.error)));
  if (health.state == ShardHealth::State::Unknown) return tr("It has not been looked at yet.");
  QStringList sentences;
  for (const Finding& finding : health.findings) sentences << asSentence(printable(finding.subject) + ": " + printable(finding.sentence)) + QLatin1Char('.');
  return sentences.isEmpty() ? tr("It answers, and nothing stands against moves.") : sentences.join(QLatin1Char('\n'));
}

QString searchText(const ConnectionRow& row) {
  return QStringList{text(row.shard.id.text()), addressOf(row.shard), text(row.shard.zone), text(shardStateName(row.shard.state)), answerCell(row).text}.join(QLatin1Char('\n'));
}

QStringList ownedBy(const ClusterFacts& facts, const ShardId& shard) {
  QStringList owned;
  for (const KeyspaceFacts& keyspace : facts.keyspaces)
    if (std::ranges::binary_search(keyspace.map->shards(), shard)) owned << text(keyspace.keyspace.name.text());
  return owned;
}

std::vector<Column<ConnectionRow>> connectionColumns() {
  const auto member = [](auto projection) {
    return [projection](const ConnectionRow& a, const ConnectionRow& b) { return std::invoke(projection, a.shard) < std::invoke(projection, b.shard); };
  };
  return {
      {tr("Shard"), {}, [](const ConnectionRow& row) { return Cell{.text = text(printable(row.shard.id.text())), .strong = true, .tip = tr("Identity %1").arg(text(printable(row.shard.identity)))}; }, member(&Shard::id)},
      {tr("Connection"), tr("Whether its database answers, seen from here"), answerCell,
       [](const ConnectionRow& a, const ConnectionRow& b) { return a.health.state < b.health.state; }},
      {tr("State"), tr("What the planner may do with it"), [](const ConnectionRow& row) { return stateCell(row.shard.state); }, member(&Shard::state)},
      {tr("Engine"), {}, [](const ConnectionRow& row) { return Cell{.text = engineOf(row.shard), .ink = Ink::Text2}; }, member(&Shard::url)},
      {tr("Address"), tr("Passwords never stand in it"), [](const ConnectionRow& row) { return Cell{.text = addressOf(row.shard), .kind = CellKind::Mono, .ink = Ink::Text2, .tip = addressOf(row.shard)}; },
       member(&Shard::url)},
      {tr("Zone"), tr("Where it stands"), [](const ConnectionRow& row) { return Cell{.text = row.shard.zone.empty() ? dash : text(row.shard.zone)}; }, member(&Shard::zone)},
      {tr("Weight"), tr("Its share of the load, relative to its siblings"), [](const ConnectionRow& row) { return Cell{.text = QString::number(row.shard.weight), .kind = CellKind::Figure}; },
       member(&Shard::weight), true},
      {tr("Capacity"), tr("Bytes it may hold"), [](const ConnectionRow& row) { return Cell{.text = orDash(row.shard.capacity, bytesText), .kind = CellKind::Figure}; }, member(&Shard::capacity), true},
      {tr("Used"), tr("Bytes in use, of its capacity where that is declared"), usedCell, [](const ConnectionRow& a, const ConnectionRow& b) { return a.health.bytes < b.health.bytes; }},
      {tr("Last check"), {},
       [](const ConnectionRow& row) {
         if (row.health.checkedAt == 0) return Cell{.text = dash, .ink = Ink::Text3};
         return Cell{.text = timeText(row.health.checkedAt), .ink = Ink::Text2, .tip = fullTimeText(row.health.checkedAt)};
       },
       [](const ConnectionRow& a, const ConnectionRow& b) { return a.health.checkedAt < b.health.checkedAt; }},
  };
}

}  // namespace shardwright::ui
