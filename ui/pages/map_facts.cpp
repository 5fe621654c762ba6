#include "ui/pages/map_facts.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/theme/format.h"
#include "ui/widgets/export_button.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("map", words); }

QString count(std::size_t n) { return countText(static_cast<std::int64_t>(n)); }

std::optional<std::int64_t> amountOf(const MapLane& lane, MapColour colour) {
  switch (colour) {
    case MapColour::Rows: return lane.rows;
    case MapColour::Accesses: return lane.accesses;
    case MapColour::Bytes:
    case MapColour::Change: return lane.bytes;
  }
  return {};
}

QString nameOf(MapColour colour) {
  return colour == MapColour::Rows ? tr("rows") : colour == MapColour::Accesses ? tr("accesses") : tr("bytes");
}

QString differences(const MapScene& scene) {
  const MapDiff& diff = scene.diff();
  if (diff.empty()) return tr("v%1 and v%2 are alike: same bounds, owners and pins").arg(scene.input().before->version()).arg(scene.map().version());
  std::size_t ranges = 0;
  for (std::size_t range = 0; range < scene.ranges(); ++range) ranges += (scene.marks(range) & mark::Changed) != 0 ? 1 : 0;
  return tr("From v%1 to v%2: %3 of %4 ranges have a new owner, %5 new bounds, %6 bounds gone, %7 pins changed")
      .arg(scene.input().before->version())
      .arg(scene.map().version())
      .arg(count(ranges), count(scene.ranges()), count(diff.splits.size()), count(diff.merges.size()), count(diff.pins.size()));
}

// The lane that holds most, as a share of all that was measured.
QString fullest(const MapScene& scene) {
  const MapColour colour = scene.input().colour;
  double total = 0;
  const MapLane* most = nullptr;
  for (const MapLane& lane : scene.lanes()) {
    const auto amount = amountOf(lane, colour);
    if (!amount) continue;
    total += static_cast<double>(*amount);
    if (lane.shard && (most == nullptr || *amount > amountOf(*most, colour).value_or(0))) most = &lane;
  }
  if (most == nullptr || total <= 0) return tr("%1 are not measured").arg(nameOf(colour));
  return tr("%1 holds %2 of the %3").arg(most->name, percentText(static_cast<double>(*amountOf(*most, colour)) / total), nameOf(colour));
}

}  // namespace

MapSaying sayingOf(const MapScene& scene, const KeyspaceFacts& facts) {
  MapSaying saying;
  std::size_t owning = 0, holes = 0;
  for (const MapLane& lane : scene.lanes()) {
    if (lane.shard) owning += lane.ranges > 0 ? 1 : 0;
    else holes = lane.ranges;
  }
  const QString name = text(facts.keyspace.name.text());
  saying.title = scene.input().before ? differences(scene)
                                      : tr("%1: %2 ranges on %3 shards; %4").arg(name, count(scene.ranges()), count(owning), fullest(scene));
  const StrategySpec& spec = facts.keyspace.strategy;
  QStringList words{text(strategyName(spec.kind)) + (spec.dialect.empty() ? QString() : QLatin1Char(' ') + text(spec.dialect))};
  const bool inForce = scene.map().version() == facts.map->version();
  words << (inForce ? tr("map v%1, in force").arg(scene.map().version()) : tr("map v%1 of the past; v%2 is in force").arg(scene.map().version()).arg(facts.map->version()));
  words << tr("%1 pinned keys").arg(count(scene.map().pins().size()));
  if (holes > 0) words << tr("%1 ranges belong to nobody").arg(count(holes));
  const auto& loads = scene.input().loads;
  if (!loads) words << tr("load is being measured");
  else if (loads->at > 0) words << tr("rows and bytes as of %1").arg(timeText(loads->at));
  saying.subtitle = words.join(QStringLiteral(" · "));
  return saying;
}

std::vector<TokenRange> movingRanges(const ClusterFacts& facts, const KeyspaceName& keyspace) {
  std::vector<TokenRange> ranges;
  for (const PlanStatus& run : facts.runs) {
    if (run.record.keyspace != keyspace) continue;
    for (const MoveStatus& status : run.moves) {
      if (!status.row || status.move.pin) continue;
      const Phase phase = status.row->phase;
      // A range that is watched has arrived; one that is queued has not left.
      const bool rests = isFinal(phase) || phase == Phase::Queued || phase == Phase::Watching || phase == Phase::CleanUp;
      if (!rests) ranges.push_back(status.move.range);
    }
  }
  return ranges;
}

std::vector<RangeProblem> hotRanges(const LoadOverview& load) {
  std::vector<RangeProblem> problems;
  for (const HotSpot& spot : load.hot.spots) {
    const QString part = percentText(spot.shardShare), shard = text(spot.shard.text());
    const QString words = spot.key ? tr("hot key %1: %2 of the accesses of %3").arg(text(spot.key->toText()), part, shard)
                                   : tr("hot: %1 of the accesses of %2").arg(part, shard);
    problems.push_back({spot.range, words});
  }
  return problems;
}

std::string rangesAsCsv(const MapScene& scene, std::stop_token stop) {
  std::string out = csvLine({"from", "until", "shard", "rows", "bytes", "accesses"});
  const ShardingStrategy& strategy = scene.map().strategy();
  const auto figure = [](const std::optional<std::int64_t>& amount) { return amount ? std::to_string(*amount) : std::string(); };
  for (std::size_t range = 0; range < scene.ranges() && !stop.stop_requested(); ++range) {
    if (!scene.isShown(range)) continue;
    const MapRange at = scene.map().range(range);
    out += csvLine({at.tokens.from.isBeginning() ? std::string() : strategy.formatToken(at.tokens.from), at.tokens.until ? strategy.formatToken(*at.tokens.until) : std::string(),
                    at.shard ? at.shard->text() : std::string(), figure(scene.rowsOf(range)), figure(scene.bytesOf(range)), figure(scene.accessesOf(range))});
  }
  return out;
}

}  // namespace shardwright::ui
