#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/text.h"
#include "core/map/map_json.h"
#include "core/map/shard_map.h"

namespace shardwright {

namespace {

std::shared_ptr<MapLine> emptyLine() {
  auto line = std::make_shared<MapLine>();
  line->froms.append("");
  line->owners.push_back(MapLine::nobody);
  return line;
}

// The shards that own something, sorted, with the owners pointing to them.
void tidyShards(MapLine& line) {
  std::vector<bool> used(line.shards.size());
  for (const std::uint32_t owner : line.owners)
    if (owner != MapLine::nobody) used[owner] = true;
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < line.shards.size(); ++i)
    if (used[i]) order.push_back(i);
  std::ranges::sort(order, {}, [&](std::uint32_t i) -> const ShardId& { return line.shards[i]; });
  std::vector<std::uint32_t> place(line.shards.size());
  std::vector<ShardId> sorted;
  for (const std::uint32_t i : order) {
    place[i] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(line.shards[i]);
  }
  for (std::uint32_t& owner : line.owners)
    if (owner != MapLine::nobody) owner = place[owner];
  line.shards = std::move(sorted);
}

Result<std::shared_ptr<const MapPins>> tidyPins(std::vector<Pin> pins, const ShardingStrategy& strategy) {
  auto made = std::make_shared<MapPins>();
  made->pins = std::move(pins);
  for (const Pin& pin : made->pins)
    if (made->owners.empty() || made->owners.back() != pin.shard) made->owners.push_back(pin.shard);
  std::ranges::sort(made->owners);
  made->owners.erase(std::ranges::unique(made->owners).begin(), made->owners.end());
  if (!strategy.keepsOrder()) {
    for (std::uint32_t i = 0; i < made->pins.size(); ++i) {
      const Token token = TRY(strategy.tokenOf(made->pins[i].key));
      made->byToken.push_back({readBigEndian64(token.bytes).value_or(0), i});
    }
    std::ranges::sort(made->byToken, {}, [](const MapPins::AtToken& at) { return std::pair(at.token, at.pin); });
  }
  return std::shared_ptr<const MapPins>(std::move(made));
}

}  // namespace

MapBuilder::MapBuilder(KeyspaceName keyspace, ShardingStrategy strategy)
    : m_keyspace(std::move(keyspace)),
      m_strategy(std::move(strategy)),
      m_own(emptyLine()),
      m_pins(std::make_shared<MapPins>()) {
  m_line = m_own;
}

MapBuilder::MapBuilder(const ShardMap& base)
    : m_keyspace(base.m_keyspace),
      m_version(base.m_version),
      m_strategy(base.m_strategy),
      m_line(base.m_line),
      m_begun(true),
      m_shards(base.m_line->shards),
      m_pins(base.m_pins) {
  for (std::uint32_t i = 0; i < m_shards.size(); ++i) m_shardIndex.emplace(m_shards[i], i);
}

std::uint32_t MapBuilder::indexOfShard(const std::optional<ShardId>& shard) {
  if (!shard) return MapLine::nobody;
  const auto [found, fresh] = m_shardIndex.try_emplace(*shard, static_cast<std::uint32_t>(m_shards.size()));
  if (fresh) m_shards.push_back(*shard);
  return found->second;
}

bool MapBuilder::isLifted(std::size_t index) const {
  const auto after = m_lifted.upper_bound(index);
  return after != m_lifted.begin() && std::prev(after)->second > index;
}

void MapBuilder::markLifted(std::size_t first, std::size_t last) {
  auto run = m_lifted.upper_bound(first);
  if (run != m_lifted.begin() && std::prev(run)->second >= first) {
    --run;
    first = run->first;
  }
  while (run != m_lifted.end() && run->first <= last) {
    last = std::max(last, run->second);
    run = m_lifted.erase(run);
  }
  m_lifted.emplace_hint(run, first, last);
}

void MapBuilder::lift(std::size_t index) {
  if (isLifted(index)) return;
  m_bounds.emplace(Token{std::string(m_line->froms[index])}, m_line->owners[index]);
  markLifted(index, index + 1);
}

MapBuilder& MapBuilder::split(const Token& at) {
  lift(m_line->froms.upperBound(at.bytes) - 1);
  const auto after = m_bounds.upper_bound(at);
  const auto floor = std::prev(after);
  if (floor->first != at) m_bounds.emplace_hint(after, at, floor->second);
  return *this;
}

MapBuilder& MapBuilder::assign(const TokenRange& range, std::optional<ShardId> shard) {
  if (range.until && *range.until <= range.from) {
    if (!m_problem)
      m_problem = fmt::format("the range from {} until {} is empty or the wrong way round",
                              printable(m_strategy.formatToken(range.from), 80),
                              printable(m_strategy.formatToken(*range.until), 80));
    return *this;
  }
  split(range.from);
  if (range.until) split(*range.until);
  const std::size_t first = m_line->froms.upperBound(range.from.bytes) - 1;
  const std::size_t last = range.until ? m_line->froms.upperBound(range.until->bytes) : m_line->size();
  markLifted(first, last);
  const auto from = m_bounds.find(range.from);
  from->second = indexOfShard(shard);
  m_bounds.erase(std::next(from), range.until ? m_bounds.find(*range.until) : m_bounds.end());
  return *this;
}

Done MapBuilder::merge(const Token& at) {
  const auto wrong = [&](std::string_view why) {
    return fmt::format("{}: {}", printable(m_strategy.formatToken(at), 80), why);
  };
  const std::size_t index = m_line->froms.upperBound(at.bytes) - 1;
  // The range before comes along, for its owner and so that the run that loses `at` keeps its first bound.
  if (index > 0 && m_line->froms[index] == at.bytes) lift(index - 1);
  lift(index);
  const auto bound = m_bounds.find(at);
  if (at.isBeginning() || bound == m_bounds.end())
    return notFound(wrong("no bound stands there, so nothing can be merged"));
  if (std::prev(bound)->second != bound->second)
    return refused(wrong("the ranges on both sides have different owners; move one of them first"));
  m_bounds.erase(bound);
  return {};
}

Done MapBuilder::pin(const Key& key, const ShardId& shard) {
  if (key.type() != m_strategy.keyType())
    return invalidInput(fmt::format("the pin {} is a {} key; this keyspace is sharded by {}",
                                    printable(key.toText(), 80), keyTypeName(key.type()),
                                    keyTypeName(m_strategy.keyType())));
  m_pinEdits.insert_or_assign(m_pinEdits.end(), key, shard);
  return {};
}

Done MapBuilder::unpin(const Key& key) {
  const auto edit = m_pinEdits.find(key);
  const bool pinned =
      edit != m_pinEdits.end()
          ? edit->second.has_value()
          : std::ranges::binary_search(m_pins->pins, key, {}, [](const Pin& pin) -> const Key& { return pin.key; });
  if (!pinned) return notFound(fmt::format("the key {} is not pinned", printable(key.toText(), 80)));
  m_pinEdits.insert_or_assign(key, std::nullopt);
  return {};
}

MapLine& MapBuilder::ownLine() {
  if (!m_own || !m_lifted.empty()) {
    m_own = std::make_shared<MapLine>(*editedLine());
    m_line = m_own;
    m_begun = true;
    m_lifted.clear();
    m_bounds.clear();
    m_shards = m_own->shards;
    m_shardIndex.clear();
    for (std::uint32_t i = 0; i < m_shards.size(); ++i) m_shardIndex.emplace(m_shards[i], i);
  }
  return *m_own;
}

Done MapBuilder::append(const Token& from, std::optional<ShardId> shard) {
  MapLine& line = ownLine();
  if (from.isBeginning() && line.size() == 1 && !m_begun) {
    line.owners[0] = indexOfShard(shard);
    m_begun = true;
    return {};
  }
  if (from.bytes <= line.froms[line.size() - 1])
    return invalidInput(
        fmt::format("the range from {} does not lie after the one before it; ranges must ascend, each once",
                    printable(m_strategy.formatToken(from), 80)));
  m_begun = true;
  line.froms.append(from.bytes);
  line.owners.push_back(indexOfShard(shard));
  return {};
}

std::shared_ptr<const MapLine> MapBuilder::editedLine() const {
  if (!m_own && m_lifted.empty()) return m_line;
  auto line = std::make_shared<MapLine>();
  const std::size_t most = m_line->size() + m_bounds.size();
  line->shards = m_shards;
  line->owners.reserve(most);
  line->froms.reserve(most, m_line->froms.tokenBytes() + m_bounds.size() * 8);
  const auto keep = [&](std::size_t first, std::size_t last) {
    line->froms.append(m_line->froms, first, last);
    line->owners.insert(line->owners.end(), m_line->owners.begin() + static_cast<std::ptrdiff_t>(first),
                        m_line->owners.begin() + static_cast<std::ptrdiff_t>(last));
  };
  std::size_t next = 0;
  auto bound = m_bounds.begin();
  for (const auto& [first, last] : m_lifted) {
    keep(next, first);
    for (; bound != m_bounds.end() && (last == m_line->size() || bound->first.bytes < m_line->froms[last]); ++bound) {
      line->froms.append(bound->first.bytes);
      line->owners.push_back(bound->second);
    }
    next = last;
  }
  keep(next, m_line->size());
  tidyShards(*line);
  return line;
}

Result<std::shared_ptr<const MapPins>> MapBuilder::editedPins() const {
  if (m_pinEdits.empty()) return m_pins;
  std::vector<Pin> pins;
  pins.reserve(m_pins->pins.size() + m_pinEdits.size());
  auto kept = m_pins->pins.begin();
  for (const auto& [key, shard] : m_pinEdits) {
    for (; kept != m_pins->pins.end() && kept->key < key; ++kept) pins.push_back(*kept);
    if (kept != m_pins->pins.end() && kept->key == key) ++kept;
    if (shard) pins.push_back({key, *shard});
  }
  pins.insert(pins.end(), kept, m_pins->pins.end());
  return tidyPins(std::move(pins), m_strategy);
}

Result<ShardMap> MapBuilder::build() const { return build(m_version + 1); }

Result<ShardMap> MapBuilder::build(MapVersion version) const {
  const std::string place = "keyspace " + printable(m_keyspace.text(), 80);
  TRY(checkName("keyspace", m_keyspace.text()));
  if (m_problem) return invalidInput(*m_problem).in(place);
  if (version < 0) return invalidInput(fmt::format("{}: a map cannot have the version {}", place, version));
  ShardMap map(m_strategy);
  map.m_keyspace = m_keyspace;
  map.m_version = version;
  map.m_line = editedLine();
  map.m_pins = TRY(editedPins().in(place));
  if (map.m_line != m_line)
    if (const auto problem = lineProblem(*map.m_line, m_strategy)) return invalidInput(*problem).in(place);
  for (const ShardId& shard : map.shards()) TRY(checkName("shard", shard.text()).in(place));
  map.m_checksum = mapDigest(map);
  return map;
}

}  // namespace shardwright
