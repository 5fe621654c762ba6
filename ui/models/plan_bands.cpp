#include "ui/models/plan_bands.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace shardwright::ui {

namespace {

constexpr std::size_t foldAbove = 3;      // ranges in a row that stay before they are folded
constexpr std::size_t openedAtOnce = 24;  // parts that an opened fold turns into at most
constexpr std::size_t fewMoves = 8;       // up to so many, the neighbours of what moves are shown, too

class Cutting {
 public:
  Cutting(const ShardMap& base, const ShardMap& target, const MigrationPlan& plan) : m_base(base), m_target(target), m_plan(plan) {
    for (std::size_t at = 0; at < plan.moves.size(); ++at) {
      const PlannedMove& move = plan.moves[at];
      if (move.pin) {
        const auto token = base.strategy().tokenOf(*move.pin);
        if (token) m_pins.emplace(*token, at);
        if (token) m_cuts.insert(*token);
        continue;
      }
      m_moves.push_back(at);
      m_cuts.insert(move.range.from);
      if (move.range.until) m_cuts.insert(*move.range.until);
    }
    m_cuts.insert(plan.splits.begin(), plan.splits.end());
    m_cuts.insert(plan.merges.begin(), plan.merges.end());
    m_cuts.insert(Token::beginning());
    std::ranges::sort(m_moves, {}, [&](std::size_t at) { return plan.moves[at].range.from; });
  }

  std::vector<BandPart> parts() {
    for (auto cut = m_cuts.begin(); cut != m_cuts.end(); ++cut) {
      addPins(*cut);
      const auto next = std::next(cut);
      addStretch({*cut, next == m_cuts.end() ? std::nullopt : std::optional(*next)});
    }
    return std::move(m_parts);
  }

 private:
  void addPins(const Token& token) {
    const auto [from, to] = m_pins.equal_range(token);
    for (auto at = from; at != to; ++at) {
      const PlannedMove& move = m_plan.moves[at->second];
      m_parts.push_back({BandPart::Kind::Pin, {token, token}, move.source, move.target, BoundKind::None, m_base.indexOf(token), 1, at->second, move.rows});
    }
  }

  void addStretch(const TokenRange& stretch) {
    while (m_next < m_moves.size() && endsBefore(m_plan.moves[m_moves[m_next]].range, stretch.from)) ++m_next;
    if (m_next < m_moves.size() && m_plan.moves[m_moves[m_next]].range.contains(stretch.from)) {
      const PlannedMove& move = m_plan.moves[m_moves[m_next]];
      m_parts.push_back({BandPart::Kind::Move, stretch, move.source, move.target, boundAt(stretch.from), m_base.indexOf(stretch.from), 1, m_moves[m_next], move.rows});
      return;
    }
    addKept(stretch);
  }

  static bool endsBefore(const TokenRange& range, const Token& token) { return range.until && *range.until <= token; }

  void addKept(const TokenRange& stretch) {
    const std::size_t first = m_base.indexOf(stretch.from);
    std::size_t last = m_base.rangeCount() - 1;
    if (stretch.until) {
      last = m_base.indexOf(*stretch.until);
      if (m_base.tokens(last).from == *stretch.until) --last;
    }
    const bool atBeginning = stretch.from.isBeginning(), atEnd = !stretch.until;
    const bool many = m_moves.size() + m_pins.size() > fewMoves;
    if (last - first + 1 <= (many ? 1 : foldAbove)) {
      for (std::size_t at = first; at <= last; ++at) addRange(at, stretch);
      return;
    }
    // A neighbour of what changes stays in sight; at the ends of the line there is none.
    const std::size_t from = atBeginning || many ? first : first + 1, to = atEnd || many ? last : last - 1;
    if (from > first) addRange(first, stretch);
    TokenRange folded{m_base.tokens(from).from, m_base.tokens(to).until};
    if (folded.from < stretch.from) folded.from = stretch.from;
    if (stretch.until && (!folded.until || *stretch.until < *folded.until)) folded.until = stretch.until;
    m_parts.push_back({BandPart::Kind::Fold, folded, {}, {}, boundAt(folded.from), from, to - from + 1, 0, 0});
    if (to < last) addRange(last, stretch);
  }

  void addRange(std::size_t index, const TokenRange& stretch) {
    MapRange range = m_base.range(index);
    if (range.tokens.from < stretch.from) range.tokens.from = stretch.from;
    if (stretch.until && (!range.tokens.until || *stretch.until < *range.tokens.until)) range.tokens.until = stretch.until;
    m_parts.push_back({BandPart::Kind::Kept, range.tokens, range.shard, range.shard, boundAt(range.tokens.from), index, 1, 0, 0});
  }

  BoundKind boundAt(const Token& token) const {
    const auto stands = [&](const ShardMap& map) { return map.tokens(map.indexOf(token)).from == token; };
    const bool before = stands(m_base), after = stands(m_target);
    return before ? (after ? BoundKind::Both : BoundKind::Gone) : after ? BoundKind::Came : BoundKind::None;
  }

  const ShardMap& m_base;
  const ShardMap& m_target;
  const MigrationPlan& m_plan;
  std::set<Token> m_cuts;
  std::multimap<Token, std::size_t> m_pins;
  std::vector<std::size_t> m_moves;  // of ranges, in order of the line
  std::size_t m_next = 0;
  std::vector<BandPart> m_parts;
};

double weightOf(const BandPart& part, double mostRows, bool many) {
  switch (part.kind) {
    case BandPart::Kind::Move: return 0.7 + (mostRows > 0 ? 1.6 * std::sqrt(static_cast<double>(part.rows) / mostRows) : 0);
    case BandPart::Kind::Fold: return many ? 0.55 : 1.5;
    case BandPart::Kind::Pin: return 0.35;
    case BandPart::Kind::Kept: break;
  }
  return many ? 0.4 : 0.9;
}

}  // namespace

std::vector<BandPart> bandParts(const ShardMap& base, const ShardMap& target, const MigrationPlan& plan) {
  return Cutting(base, target, plan).parts();
}

std::vector<BandPart> opened(const std::vector<BandPart>& parts, std::size_t index, const ShardMap& base) {
  if (index >= parts.size() || parts[index].kind != BandPart::Kind::Fold) return parts;
  const BandPart& fold = parts[index];
  std::vector<BandPart> out(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(index));
  const std::size_t pieces = std::min(fold.count, openedAtOnce);
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t from = fold.first + fold.count * piece / pieces, until = fold.first + fold.count * (piece + 1) / pieces;
    const MapRange range = base.range(from);
    // A range of which a part moves lies in the fold with the rest of it.
    const Token begin = piece == 0 ? fold.range.from : range.tokens.from;
    const std::optional<Token> end = piece + 1 == pieces ? fold.range.until : base.tokens(until - 1).until;
    const BoundKind left = piece == 0 ? fold.left : BoundKind::Both;
    if (until - from == 1) out.push_back({BandPart::Kind::Kept, {begin, end}, range.shard, range.shard, left, from, 1, 0, 0});
    else out.push_back({BandPart::Kind::Fold, {begin, end}, {}, {}, left, from, until - from, 0, 0});
  }
  out.insert(out.end(), parts.begin() + static_cast<std::ptrdiff_t>(index) + 1, parts.end());
  return out;
}

std::size_t rangesUnchanged(const std::vector<BandPart>& parts) {
  // Whether a bound of the base stands there; where none does, a range is cut and so not unchanged.
  const auto stood = [&](std::size_t at) { return at == parts.size() || parts[at].left == BoundKind::Both || parts[at].left == BoundKind::Gone; };
  const auto kept = [&](std::size_t at) { return at == parts.size() || parts[at].left == BoundKind::Both; };
  std::size_t count = 0;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (parts[at].kind == BandPart::Kind::Kept && kept(at) && kept(at + 1)) ++count;
    if (parts[at].kind != BandPart::Kind::Fold) continue;
    const std::size_t cut = (stood(at) ? 0 : 1) + (stood(at + 1) ? 0 : 1);
    count += parts[at].count - std::min(cut, parts[at].count);
  }
  return count;
}

std::vector<double> bandEdges(const std::vector<BandPart>& parts, double width) {
  std::int64_t mostRows = 0;
  std::size_t moves = 0;
  for (const BandPart& part : parts) {
    mostRows = std::max(mostRows, part.rows);
    moves += part.kind == BandPart::Kind::Move ? 1 : 0;
  }
  double total = 0;
  std::vector<double> edges{0};
  for (const BandPart& part : parts) {
    total += weightOf(part, static_cast<double>(mostRows), moves > fewMoves);
    edges.push_back(total);
  }
  for (double& edge : edges) edge = total > 0 ? edge / total * width : 0;
  return edges;
}

std::optional<std::size_t> partAt(const std::vector<double>& edges, double x) {
  if (edges.size() < 2 || x < edges.front() || x >= edges.back()) return std::nullopt;
  return static_cast<std::size_t>(std::ranges::upper_bound(edges, x) - edges.begin()) - 1;
}

std::vector<MoveBundle> bundled(const MigrationPlan& plan) {
  std::map<std::pair<ShardId, ShardId>, MoveBundle> pairs;
  for (std::size_t at = 0; at < plan.moves.size(); ++at) {
    const PlannedMove& move = plan.moves[at];
    MoveBundle& bundle = pairs[{move.source, move.target}];
    bundle.source = move.source;
    bundle.target = move.target;
    bundle.moves.push_back(at);
    bundle.rows += move.rows;
    bundle.bytes += move.bytes;
  }
  std::vector<MoveBundle> out;
  for (auto& [ends, bundle] : pairs) out.push_back(std::move(bundle));
  return out;
}

namespace {

// One row of segments: the bundles in `order`, those of one shard side by side and a gap between shards.
void layOut(const std::vector<MoveBundle>& bundles, const std::vector<std::size_t>& order, double width, double gap,
            const ShardId MoveBundle::*end, std::vector<BundleSpan>& spans, std::vector<BundleLayout::Shard>& shards) {
  double total = 0;
  std::set<ShardId> names;
  for (const MoveBundle& bundle : bundles) {
    total += static_cast<double>(std::max<std::int64_t>(bundle.bytes, 1));
    names.insert(bundle.*end);
  }
  const double room = std::max(width - gap * static_cast<double>(names.size() - std::min<std::size_t>(names.size(), 1)), 0.0);
  double x = 0;
  for (const std::size_t at : order) {
    const ShardId& shard = bundles[at].*end;
    if (shards.empty() || shards.back().shard != shard) {
      if (!shards.empty()) x += gap;
      shards.push_back({shard, {x, x}});
    }
    const double share = static_cast<double>(std::max<std::int64_t>(bundles[at].bytes, 1)) / total;
    spans[at] = {x, x + share * room};
    x = spans[at].right;
    shards.back().span.right = x;
  }
}

}  // namespace

BundleLayout bundleLayout(const std::vector<MoveBundle>& bundles, double width, double gap) {
  BundleLayout layout;
  layout.above.resize(bundles.size());
  layout.below.resize(bundles.size());
  std::vector<std::size_t> order(bundles.size());
  std::iota(order.begin(), order.end(), 0);
  layOut(bundles, order, width, gap, &MoveBundle::source, layout.above, layout.sources);
  std::ranges::stable_sort(order, {}, [&](std::size_t at) { return bundles[at].target; });
  layOut(bundles, order, width, gap, &MoveBundle::target, layout.below, layout.targets);
  return layout;
}

}  // namespace shardwright::ui
