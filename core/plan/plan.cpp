#include "core/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
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

TokenRange common(const TokenRange& a, const TokenRange& b) {
  TokenRange out{std::max(a.from, b.from), a.until};
  if (b.until && (!out.until || *b.until < *out.until)) out.until = b.until;
  return out;
}

// Range by range, so that bounds inside of what moves stay where they are.
Done giveRange(const ShardMap& map, const PlannedMove& move, MapBuilder& builder) {
  for (std::size_t i = map.indexOf(move.range.from); i < map.rangeCount(); ++i) {
    const TokenRange tokens = map.tokens(i);
    if (move.range.until && tokens.from >= *move.range.until) break;
    const std::optional<ShardId> owner = map.owner(i);
    if (owner != move.source)
      return conflict(fmt::format("{}: {} belongs to {}, not to {} any more; rebase the plan", move.id.text(),
                                  printable(rangeText(tokens, map.strategy()), 120), owner ? owner->text() : "nobody",
                                  move.source.text()));
    builder.assign(common(tokens, move.range), move.target);
  }
  return {};
}

Done givePin(const ShardMap& map, const PlannedMove& move, MapBuilder& builder) {
  const Placement now = TRY(map.placementOf(*move.pin));
  if (now.shard != move.source)
    return conflict(fmt::format("{}: the key {} belongs to {}, not to {} any more; rebase the plan", move.id.text(),
                                printable(move.pin->toText(), 80), now.shard ? now.shard->text() : "nobody",
                                move.source.text()));
  return builder.pin(*move.pin, move.target);
}

Done give(const ShardMap& map, const PlannedMove& move, MapBuilder& builder) {
  return move.pin ? givePin(map, move, builder) : giveRange(map, move, builder);
}

// Each part of the line moves at most once.
Done checkDisjoint(const MigrationPlan& plan) {
  std::vector<const PlannedMove*> ranges;
  for (const PlannedMove& move : plan.moves)
    if (!move.pin) ranges.push_back(&move);
  std::sort(ranges.begin(), ranges.end(), [](const auto* a, const auto* b) { return a->range.from < b->range.from; });
  for (std::size_t k = 1; k < ranges.size(); ++k)
    if (ranges[k - 1]->range.overlaps(ranges[k]->range))
      return invalidInput(fmt::format("{} and {} move the same part of the line; a plan moves each part once",
                                      ranges[k - 1]->id.text(), ranges[k]->id.text()));
  return {};
}

}  // namespace

Result<ShardMap> applyMove(const ShardMap& map, const PlannedMove& move) {
  MapBuilder builder(map);
  TRY(give(map, move, builder));
  return builder.build();
}

Result<ShardMap> applyBounds(const ShardMap& map, const MigrationPlan& plan) {
  MapBuilder builder(map);
  for (const Token& at : plan.splits) builder.split(at);
  return builder.build();
}

Result<ShardMap> applyPlan(const ShardMap& map, const MigrationPlan& plan) {
  TRY(checkDisjoint(plan));
  MapBuilder builder(map);
  for (const PlannedMove& move : plan.moves) TRY(give(map, move, builder));
  for (const Token& at : plan.splits) builder.split(at);
  for (const Token& at : plan.merges) TRY(builder.merge(at));
  return builder.build();
}

PlacedPart partOf(const ShardMap& map, const PlannedMove& move) {
  if (move.pin) return PlacedPart::ofPin(*move.pin);
  return map.partOf(move.range);
}

}  // namespace shardwright
