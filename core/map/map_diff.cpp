#include "core/map/map_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace shardwright {

namespace {

std::optional<ShardId> nameOf(const MapLine& line, std::uint32_t owner) {
  if (owner == MapLine::nobody) return std::nullopt;
  return line.shards[owner];
}

// For each shard of `a` its index in `b`, or a number that stands for no shard of b.
std::vector<std::uint32_t> places(const MapLine& a, const MapLine& b) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < a.shards.size(); ++i) {
    const auto found = std::ranges::lower_bound(b.shards, a.shards[i]);
    const bool known = found != b.shards.end() && *found == a.shards[i];
    out.push_back(known ? static_cast<std::uint32_t>(found - b.shards.begin())
                        : static_cast<std::uint32_t>(b.shards.size()) + i);
  }
  return out;
}

// Walks both lines side by side, bound by bound.
class LineWalk {
 public:
  LineWalk(const MapLine& a, const MapLine& b, MapDiff& diff)
      : m_a(a), m_b(b), m_diff(diff), m_placeInB(places(a, b)) {}

  void run() {
    std::size_t i = 0, j = 0;  // the next bound of each; those before are behind the walk
    while (i < m_a.size() || j < m_b.size()) {
      const int order = i == m_a.size() ? 1 : j == m_b.size() ? -1 : m_a.froms[i].compare(m_b.froms[j]);
      const std::string_view at = order > 0 ? m_b.froms[j] : m_a.froms[i];
      if (order > 0) m_diff.splits.push_back(Token{std::string(at)});
      if (order < 0) m_diff.merges.push_back(Token{std::string(at)});
      if (order <= 0) ++i;
      if (order >= 0) ++j;
      stretch(at, m_a.owners[i - 1], m_b.owners[j - 1]);
    }
    close(std::nullopt);
  }

 private:
  // From `at` on, until the next call, `before` owns the line in a and `after` in b.
  void stretch(std::string_view at, std::uint32_t before, std::uint32_t after) {
    if (m_open && before == m_before && after == m_after) return;
    close(Token{std::string(at)});
    const bool same = before == MapLine::nobody ? after == MapLine::nobody : m_placeInB[before] == after;
    if (same) return;
    m_open = true;
    m_before = before;
    m_after = after;
    OwnerChange& change = m_diff.owners.emplace_back();
    change.tokens.from.bytes = at;
    change.before = nameOf(m_a, before);
    change.after = nameOf(m_b, after);
  }

  void close(std::optional<Token> until) {
    if (m_open) m_diff.owners.back().tokens.until = std::move(until);
    m_open = false;
  }

  const MapLine& m_a;
  const MapLine& m_b;
  MapDiff& m_diff;
  std::vector<std::uint32_t> m_placeInB;
  bool m_open = false;  // the last of m_diff.owners still grows
  std::uint32_t m_before = 0;
  std::uint32_t m_after = 0;
};

void diffPins(std::span<const Pin> a, std::span<const Pin> b, std::vector<PinChange>& out) {
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() || y != b.end()) {
    if (y == b.end() || (x != a.end() && x->key < y->key)) {
      out.push_back({x->key, x->shard, std::nullopt});
      ++x;
    } else if (x == a.end() || y->key < x->key) {
      out.push_back({y->key, std::nullopt, y->shard});
      ++y;
    } else {
      if (x->shard != y->shard) out.push_back({x->key, x->shard, y->shard});
      ++x;
      ++y;
    }
  }
}

// Goes along the owner changes of a diff with a walk over the line.
class OwnerChanges {
 public:
  explicit OwnerChanges(const std::vector<OwnerChange>& changes) : m_changes(changes) {}

  // Who owns what begins at `from`, where `owner` did; `from` never goes back.
  std::optional<ShardId> ownerFrom(const Token& from, std::optional<ShardId> owner) {
    while (m_next < m_changes.size() && m_changes[m_next].tokens.until && *m_changes[m_next].tokens.until <= from)
      ++m_next;
    if (m_next < m_changes.size() && m_changes[m_next].tokens.contains(from)) return m_changes[m_next].after;
    return owner;
  }

 private:
  const std::vector<OwnerChange>& m_changes;
  std::size_t m_next = 0;
};

Done applyToLine(const MapLine& line, const MapDiff& diff, MapBuilder& builder) {
  OwnerChanges changes(diff.owners);
  auto split = diff.splits.begin();
  auto merge = diff.merges.begin();
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Token from{std::string(line.froms[i])};
    const auto owner = nameOf(line, line.owners[i]);
    if (merge != diff.merges.end() && *merge == from)
      ++merge;
    else
      TRY(builder.append(from, changes.ownerFrom(from, owner)));
    const bool last = i + 1 == line.size();
    for (; split != diff.splits.end() && (last || split->bytes < line.froms[i + 1]); ++split)
      TRY(builder.append(*split, changes.ownerFrom(*split, owner)));
  }
  return {};
}

Done applyToPins(std::span<const Pin> pins, const MapDiff& diff, MapBuilder& builder) {
  for (const Pin& pin : pins) TRY(builder.pin(pin.key, pin.shard));
  for (const PinChange& change : diff.pins) {
    if (change.after)
      TRY(builder.pin(change.key, *change.after));
    else
      TRY(builder.unpin(change.key));
  }
  return {};
}

Error unfit(const ShardMap& a, const MapDiff& diff) {
  return conflict(fmt::format(
      "keyspace {}: the difference from version {} to {} does not fit this map of version {}; make it again "
      "from the map in force",
      a.keyspace().text(), diff.from, diff.to, a.version()));
}

}  // namespace

Result<MapDiff> diffMaps(const ShardMap& a, const ShardMap& b) {
  if (a.keyspace() != b.keyspace())
    return invalidInput(
        fmt::format("maps of two keyspaces, {} and {}, cannot be compared", a.keyspace().text(), b.keyspace().text()));
  if (!(a.strategy() == b.strategy()))
    return invalidInput(
        fmt::format("keyspace {}: versions {} and {} have different strategies, so their tokens cannot be compared",
                    a.keyspace().text(), a.version(), b.version()));
  MapDiff diff;
  diff.from = a.version();
  diff.to = b.version();
  if (&a.line() != &b.line()) LineWalk(a.line(), b.line(), diff).run();
  if (a.pins().data() != b.pins().data()) diffPins(a.pins(), b.pins(), diff.pins);
  return diff;
}

Result<ShardMap> applyDiff(const ShardMap& a, const MapDiff& diff) {
  if (a.version() != diff.from) return unfit(a, diff);
  MapBuilder builder(a.keyspace(), a.strategy());
  if (!applyToLine(a.line(), diff, builder) || !applyToPins(a.pins(), diff, builder)) return unfit(a, diff);
  ShardMap b = TRY(builder.build(diff.to));
  // One comparison holds the whole diff against the map: earlier owners, bounds that stand or are gone already.
  const MapDiff made = TRY(diffMaps(a, b));
  if (made != diff) return unfit(a, diff);
  return b;
}

std::string formatDiff(const MapDiff& diff, const ShardingStrategy& strategy) {
  const auto shown = [&](const Token& token) { return printable(strategy.formatToken(token), 80); };
  const auto owner = [](const std::optional<ShardId>& shard) {
    return shard ? printable(shard->text()) : std::string("nobody");
  };
  const auto pinned = [](const std::optional<ShardId>& shard) {
    return shard ? printable(shard->text()) : std::string("no pin");
  };
  std::string out;
  for (const Token& at : diff.splits) out += fmt::format("+ {}\n", shown(at));
  for (const Token& at : diff.merges) out += fmt::format("- {}\n", shown(at));
  for (const OwnerChange& change : diff.owners)
    out +=
        fmt::format("~ {} - {}: {} -> {}\n", change.tokens.from.isBeginning() ? "" : shown(change.tokens.from),
                    change.tokens.until ? shown(*change.tokens.until) : "", owner(change.before), owner(change.after));
  for (const PinChange& change : diff.pins)
    out += fmt::format("* {}: {} -> {}\n", printable(change.key.toText(), 80), pinned(change.before),
                       pinned(change.after));
  return out;
}

}  // namespace shardwright
