#include "ui/widgets/map_scene.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("map", words); }

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& amount) {
  if (amount) sum = sum.value_or(0) + *amount;
}

std::optional<std::int64_t> accesses(const RangeLoad& load) {
  if (!load.reads && !load.writes) return std::nullopt;
  return load.reads.value_or(0) + load.writes.value_or(0);
}

}  // namespace

std::shared_ptr<const MapScene> MapScene::make(MapSceneInput input, std::stop_token stop) {
  std::shared_ptr<MapScene> scene(new MapScene(std::move(input)));
  scene->m_axis = LineScale(scene->map(), scene->m_input.measure);
  for (const auto step : {&MapScene::addLanes, &MapScene::addRanges, &MapScene::sortByLane, &MapScene::addChanges, &MapScene::addMarks, &MapScene::addHeat,
                          &MapScene::addPins, &MapScene::hideOthers}) {
    if (stop.stop_requested()) return nullptr;
    (scene.get()->*step)();
  }
  return scene;
}

void MapScene::addLanes() {
  std::set<ShardId> names;
  bool holes = false;
  for (const Shard& shard : m_input.shards) names.insert(shard.id);
  for (const ShardMap* map : {m_input.map.get(), m_input.before.get()}) {
    if (map == nullptr) continue;
    for (const ShardId& shard : map->shards()) names.insert(shard);
    holes = holes || std::ranges::find(map->line().owners, MapLine::nobody) != map->line().owners.end();
  }
  for (const ShardId& name : names) m_lanes.push_back({text(name.text()), name, 0, {}, {}, {}});
  if (holes) m_lanes.push_back({tr("nobody"), std::nullopt, 0, {}, {}, {}});
}

std::optional<std::uint32_t> MapScene::laneOf(const ShardId& shard) const {
  const auto end = m_lanes.end() - (m_lanes.empty() || m_lanes.back().shard ? 0 : 1);
  const auto at = std::lower_bound(m_lanes.begin(), end, shard, [](const MapLane& lane, const ShardId& name) { return *lane.shard < name; });
  if (at == end || *at->shard != shard) return std::nullopt;
  return static_cast<std::uint32_t>(at - m_lanes.begin());
}

void MapScene::addRanges() {
  const MapLine& line = map().line();
  const auto nobody = static_cast<std::uint32_t>(m_lanes.size() - 1);
  std::vector<std::uint32_t> lanes;
  for (const ShardId& shard : line.shards) lanes.push_back(laneOf(shard).value_or(nobody));
  m_laneOf.resize(line.size());
  m_marks.assign(line.size(), 0);
  for (std::size_t range = 0; range < line.size(); ++range) {
    const bool hole = line.owners[range] == MapLine::nobody;
    m_laneOf[range] = hole ? nobody : lanes[line.owners[range]];
    if (hole) m_marks[range] = mark::Nobody;
    MapLane& lane = m_lanes[m_laneOf[range]];
    ++lane.ranges;
    if (const RangeLoad* load = loadOf(range)) {
      add(lane.rows, load->rows);
      add(lane.bytes, load->bytes);
      add(lane.accesses, accesses(*load));
    }
  }
}

void MapScene::sortByLane() {
  std::size_t begin = 0;
  for (const MapLane& lane : m_lanes) {
    m_laneBegins.push_back(begin);
    begin += lane.ranges;
  }
  m_byLane.resize(ranges());
  m_placeInLane.resize(ranges());
  std::vector<std::uint32_t> filled(m_lanes.size(), 0);
  for (std::size_t range = 0; range < ranges(); ++range) {
    const std::uint32_t lane = m_laneOf[range];
    m_placeInLane[range] = filled[lane]++;
    m_byLane[m_laneBegins[lane] + m_placeInLane[range]] = static_cast<std::uint32_t>(range);
  }
}

void MapScene::addChanges() {
  if (!m_input.before) return;
  auto diff = diffMaps(*m_input.before, map());
  if (!diff) return;
  m_diff = *std::move(diff);
  const auto nobody = static_cast<std::uint32_t>(m_lanes.size() - 1);
  const auto laneOrNobody = [&](const std::optional<ShardId>& shard) { return shard ? laneOf(*shard).value_or(nobody) : nobody; };
  for (const OwnerChange& change : m_diff.owners) {
    const double until = change.tokens.until ? m_axis.positionOf(map(), *change.tokens.until) : m_axis.total();
    m_changes.push_back({m_axis.positionOf(map(), change.tokens.from), until, laneOrNobody(change.before), laneOrNobody(change.after)});
    const Span span = spanOf(change.tokens);
    for (std::size_t range = span.first; range <= span.last; ++range) m_marks[range] |= mark::Changed;
  }
}

void MapScene::addMarks() {
  const auto put = [this](const TokenRange& tokens, mark::Mark what) {
    const Span span = spanOf(tokens);
    for (std::size_t range = span.first; range <= span.last; ++range) m_marks[range] |= what;
  };
  for (const TokenRange& tokens : m_input.moving) put(tokens, mark::Moving);
  for (const RangeProblem& problem : m_input.problems) put(problem.tokens, mark::Problem);
  for (std::size_t range = 0; range < ranges(); ++range)
    if ((m_marks[range] & mark::Nobody) != 0) m_marks[range] |= mark::Problem;
  for (const Shard& shard : m_input.shards) {
    if (shard.state != ShardState::Draining) continue;
    const auto lane = laneOf(shard.id);
    for (std::size_t range = 0; range < ranges(); ++range)
      if (lane == m_laneOf[range]) m_marks[range] |= mark::Problem | mark::Draining;
  }
}

void MapScene::addHeat() {
  m_codes.assign(ranges(), notMeasured);
  std::vector<double> values;
  values.reserve(ranges());
  for (std::size_t range = 0; range < ranges(); ++range)
    if (const auto amount = amountOf(range)) {
      values.push_back(static_cast<double>(*amount));
      m_total += values.back();
      m_most = std::max(m_most, values.back());
    }
  if (m_input.colour == MapColour::Change) {
    for (std::size_t range = 0; range < ranges(); ++range) m_codes[range] = (m_marks[range] & mark::Changed) != 0 ? changed : stayed;
    return;
  }
  m_heat = HeatScale::fitting(values);
  for (std::size_t range = 0; range < ranges(); ++range)
    if (const auto amount = amountOf(range)) m_codes[range] = m_heat.codeOf(static_cast<double>(*amount));
}

void MapScene::addPins() {
  const auto pins = map().pins();
  const auto nobody = static_cast<std::uint32_t>(m_lanes.size() - 1);
  for (std::size_t at = 0; at < pins.size(); ++at) {
    const auto token = map().strategy().tokenOf(pins[at].key);
    if (!token) continue;
    m_pins.push_back({m_axis.positionOf(map(), *token), laneOf(pins[at].shard).value_or(nobody), static_cast<std::uint32_t>(at)});
  }
  std::ranges::sort(m_pins, {}, &PinMark::position);
}

void MapScene::hideOthers() {
  std::vector<char> laneShown(m_lanes.size(), m_input.onlyShards.empty() ? 1 : 0);
  for (const ShardId& shard : m_input.onlyShards)
    if (const auto lane = laneOf(shard)) laneShown[*lane] = 1;
  m_shown = 0;
  for (std::size_t range = 0; range < ranges(); ++range) {
    const bool shown = laneShown[m_laneOf[range]] != 0 && (!m_input.onlyMoving || (m_marks[range] & mark::Moving) != 0) &&
                       (!m_input.onlyProblems || (m_marks[range] & mark::Problem) != 0);
    if (shown) ++m_shown;
    else m_marks[range] |= mark::Hidden;
  }
}

const RangeLoad* MapScene::loadOf(std::size_t range) const {
  return m_input.loads && range < m_input.loads->ranges.size() ? &m_input.loads->ranges[range] : nullptr;
}

std::optional<std::int64_t> MapScene::rowsOf(std::size_t range) const {
  const RangeLoad* const load = loadOf(range);
  return load == nullptr ? std::nullopt : load->rows;
}

std::optional<std::int64_t> MapScene::bytesOf(std::size_t range) const {
  const RangeLoad* const load = loadOf(range);
  return load == nullptr ? std::nullopt : load->bytes;
}

std::optional<std::int64_t> MapScene::accessesOf(std::size_t range) const {
  const RangeLoad* const load = loadOf(range);
  return load == nullptr ? std::nullopt : accesses(*load);
}

std::optional<std::int64_t> MapScene::amountOf(std::size_t range) const {
  switch (m_input.colour) {
    case MapColour::Rows: return rowsOf(range);
    case MapColour::Accesses: return accessesOf(range);
    case MapColour::Bytes:
    case MapColour::Change: return bytesOf(range);
  }
  return {};
}

std::optional<double> MapScene::shareOf(std::size_t range) const {
  const auto amount = amountOf(range);
  if (!amount || m_total <= 0) return std::nullopt;
  return static_cast<double>(*amount) / m_total;
}

std::optional<double> MapScene::partOfMost(std::size_t range) const {
  const auto amount = amountOf(range);
  if (!amount || m_most <= 0) return std::nullopt;
  return static_cast<double>(*amount) / m_most;
}

QString MapScene::problemOf(std::size_t range) const {
  QStringList words;
  const TokenRange tokens = map().tokens(range);
  for (const RangeProblem& problem : m_input.problems)
    if (problem.tokens.overlaps(tokens)) words << problem.words;
  if ((m_marks[range] & mark::Nobody) != 0) words << tr("belongs to nobody: its keys cannot be read or written");
  if ((m_marks[range] & mark::Draining) != 0) words << tr("its shard is being drained");
  return words.join(QStringLiteral(" · "));
}

QString MapScene::beforeOf(std::size_t range) const {
  QStringList names;
  const TokenRange tokens = map().tokens(range);
  const auto first = std::ranges::lower_bound(m_diff.owners, tokens.from, {}, [](const OwnerChange& change) { return change.tokens.from; });
  for (auto at = first == m_diff.owners.begin() ? first : first - 1; at != m_diff.owners.end(); ++at) {
    if (tokens.until && *tokens.until <= at->tokens.from) break;
    const QString name = at->before ? text(at->before->text()) : tr("nobody");
    if (at->tokens.overlaps(tokens) && !names.contains(name)) names << name;
  }
  return names.join(QStringLiteral(", "));
}

MapScene::Span MapScene::spanOf(const TokenRange& tokens) const {
  const std::size_t first = map().indexOf(tokens.from);
  if (!tokens.until) return {first, ranges() - 1};
  const std::size_t last = map().indexOf(*tokens.until);
  const bool excluded = last > first && map().tokens(last).from == *tokens.until;
  return {first, excluded ? last - 1 : last};
}

TokenRange MapScene::tokensOf(const Span& span) const { return {map().tokens(span.first).from, map().tokens(span.last).until}; }

}  // namespace shardwright::ui
