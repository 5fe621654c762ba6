#include "core/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/plan/plan_words.h"

namespace shardwright {

std::int64_t MigrationPlan::movedBytes() const {
  std::int64_t sum = 0;
  for (const PlannedMove& move : moves) sum += move.bytes;
  return sum;
}

std::int64_t MigrationPlan::movedRows() const {
  std::int64_t sum = 0;
  for (const PlannedMove& move : moves) sum += move.rows;
  return sum;
}

int MigrationPlan::waves() const {
  int last = 0;
  for (const PlannedMove& move : moves) last = std::max(last, move.wave);
  return last;
}

std::string fingerprintOf(const MigrationPlan& plan) { return planToJson(plan)["fingerprint"].get<std::string>(); }

namespace {

// The line of a map as bounds and owners side by side, for edits of many ranges at once.
struct Line {
  std::vector<Token> froms;
  std::vector<std::optional<ShardId>> owners;

  explicit Line(const ShardMap& map) {
    froms.reserve(map.rangeCount());
    owners.reserve(map.rangeCount());
    for (std::size_t i = 0; i < map.rangeCount(); ++i) {
      froms.push_back(map.tokens(i).from);
      owners.push_back(map.owner(i));
    }
  }

  std::size_t indexOf(const Token& token) const {
    return static_cast<std::size_t>(std::upper_bound(froms.begin(), froms.end(), token) - froms.begin()) - 1;
  }

  // One pass over the whole line, so that many new bounds cost no more than one.
  void addBounds(std::vector<Token> bounds) {
    std::sort(bounds.begin(), bounds.end());
    std::vector<Token> newFroms;
    std::vector<std::optional<ShardId>> newOwners;
    std::size_t next = 0;
    for (std::size_t i = 0; i < froms.size(); ++i) {
      newFroms.push_back(froms[i]);
      newOwners.push_back(owners[i]);
      for (; next < bounds.size() && (i + 1 == froms.size() || bounds[next] < froms[i + 1]); ++next) {
        if (bounds[next] <= newFroms.back()) continue;
        newFroms.push_back(bounds[next]);
        newOwners.push_back(owners[i]);
      }
    }
    froms = std::move(newFroms);
    owners = std::move(newOwners);
  }

  Done removeBounds(const std::vector<Token>& bounds, const ShardingStrategy& strategy) {
    std::vector<bool> gone(froms.size(), false);
    for (const Token& bound : bounds) {
      const std::size_t i = indexOf(bound);
      if (froms[i] != bound || i == 0)
        return conflict(fmt::format("the bound {} that the plan takes away does not stand on the map", strategy.formatToken(bound)));
      if (owners[i] != owners[i - 1])
        return conflict(fmt::format("the ranges on the two sides of {} do not belong to one shard, so they cannot be merged",
                                    strategy.formatToken(bound)));
      gone[i] = true;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < froms.size(); ++i) {
      if (gone[i]) continue;
      if (kept != i) {
        froms[kept] = std::move(froms[i]);
        owners[kept] = std::move(owners[i]);
      }
      ++kept;
    }
    froms.resize(kept);
    owners.resize(kept);
    return {};
  }

  // The bounds of `range` must stand on the line already.
  Done give(const PlannedMove& move, const ShardingStrategy& strategy) {
    for (std::size_t i = indexOf(move.range.from); i < froms.size() && (!move.range.until || froms[i] < *move.range.until); ++i) {
      if (owners[i] != move.source)
        return conflict(fmt::format("{}: {} belongs to {}, not to {} any more; rebase the plan", move.id.text(),
                                    rangeText(move.range, strategy), owners[i] ? owners[i]->text() : "nobody",
                                    move.source.text()));
      owners[i] = move.target;
    }
    return {};
  }
};

void collectBounds(const PlannedMove& move, std::vector<Token>& bounds) {
  if (move.pin) return;
  if (!move.range.from.isBeginning()) bounds.push_back(move.range.from);
  if (move.range.until) bounds.push_back(*move.range.until);
}

Done givePin(const ShardMap& map, const PlannedMove& move, MapBuilder& builder) {
  const Placement now = TRY(map.placementOf(*move.pin));
  if (now.shard != move.source)
    return conflict(fmt::format("{}: the key {} belongs to {}, not to {} any more; rebase the plan", move.id.text(),
                                printable(move.pin->toText(), 80), now.shard ? now.shard->text() : "nobody",
                                move.source.text()));
  return builder.pin(*move.pin, move.target);
}

Result<ShardMap> rebuilt(const ShardMap& base, const Line& line, std::span<const PlannedMove> moves) {
  MapBuilder builder(base.keyspace(), base.strategy());
  for (std::size_t i = 0; i < line.froms.size(); ++i) TRY(builder.append(line.froms[i], line.owners[i]));
  for (const Pin& pin : base.pins()) TRY(builder.pin(pin.key, pin.shard));
  for (const PlannedMove& move : moves)
    if (move.pin) TRY(givePin(base, move, builder));
  return builder.build(base.version() + 1);
}

}  // namespace

Result<ShardMap> applyMove(const ShardMap& map, const PlannedMove& move) {
  Line line(map);
  std::vector<Token> bounds;
  collectBounds(move, bounds);
  line.addBounds(std::move(bounds));
  if (!move.pin) TRY(line.give(move, map.strategy()));
  return rebuilt(map, line, {&move, 1});
}

Result<ShardMap> applyBounds(const ShardMap& map, const MigrationPlan& plan) {
  Line line(map);
  line.addBounds(plan.splits);
  return rebuilt(map, line, {});
}

Result<ShardMap> applyPlan(const ShardMap& map, const MigrationPlan& plan) {
  Line line(map);
  std::vector<Token> bounds = plan.splits;
  for (const PlannedMove& move : plan.moves) collectBounds(move, bounds);
  line.addBounds(std::move(bounds));
  for (const PlannedMove& move : plan.moves)
    if (!move.pin) TRY(line.give(move, map.strategy()));
  TRY(line.removeBounds(plan.merges, map.strategy()));
  return rebuilt(map, line, plan.moves);
}

PlacedPart partOf(const ShardMap& map, const PlannedMove& move) {
  if (move.pin) return PlacedPart::ofPin(*move.pin);
  return map.partOf(move.range);
}

}  // namespace shardwright
