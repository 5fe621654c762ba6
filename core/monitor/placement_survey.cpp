#include "core/monitor/placement_survey.h"

#include <algorithm>

#include "core/base/clock.h"

namespace shardwright {

namespace {

RangeCount& operator+=(RangeCount& sum, const RangeCount& count) {
  sum.rows += count.rows;
  sum.bytes += count.bytes;
  return sum;
}

RangeCount& operator-=(RangeCount& rest, const RangeCount& count) {
  // The two were counted one after the other, while an application may be writing.
  rest.rows = std::max<std::int64_t>(rest.rows - count.rows, 0);
  rest.bytes = std::max<std::int64_t>(rest.bytes - count.bytes, 0);
  return rest;
}

std::vector<Token> boundsOf(const ShardMap& map) {
  std::vector<Token> bounds;
  bounds.reserve(map.rangeCount());
  for (std::size_t i = 0; i < map.rangeCount(); ++i) bounds.push_back(map.tokens(i).from);
  return bounds;
}

}  // namespace

bool PlacementSurvey::complete() const {
  return std::ranges::none_of(shards, [](const ShardSurvey& shard) { return shard.problem.has_value(); });
}

std::optional<RangeCount> PlacementSurvey::total() const {
  if (!complete()) return std::nullopt;
  RangeCount sum;
  for (const ShardSurvey& shard : shards) sum += shard.owned;
  return sum;
}

std::vector<std::string> PlacementSurvey::problems() const {
  std::vector<std::string> sentences;
  for (const ShardSurvey& shard : shards)
    if (shard.problem) sentences.push_back(shard.problem->message());
  return sentences;
}

Result<ShardSurvey> surveyShard(ShardSession& session, const ShardId& shard, const Keyspace& keyspace, PlacementSurvey& survey,
                                std::stop_token stop) {
  const Stopwatch watch;
  const ShardMap& map = *survey.map;
  ShardSurvey result;
  result.shard = shard;
  const auto bounds = boundsOf(map);
  auto counts = TRY(session.countRanges(keyspace, bounds, stop));
  for (std::size_t i = 0; i < map.pins().size(); ++i) {
    const Pin& pin = map.pins()[i];
    const std::size_t around = map.indexOf(TRY(map.strategy().tokenOf(pin.key)));
    const bool isHere = pin.shard == shard;
    // Elsewhere the key's rows are strangers already, whatever they are counted as.
    if (!isHere && map.owner(around) != shard) continue;
    const RangeCount ofPin = TRY(session.countKey(keyspace, pin.key, stop));
    counts[around] -= ofPin;
    (isHere ? result.owned : result.notOwned) += ofPin;
    if (isHere) survey.pins[i] = ofPin;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const bool isHere = map.owner(i) == shard;
    (isHere ? result.owned : result.notOwned) += counts[i];
    if (isHere) survey.ranges[i] = counts[i];
  }
  result.databaseBytes = TRY(session.databaseBytes());
  if (const auto published = TRY(session.publishedMap(keyspace.name))) result.publishedVersion = published->version;
  result.seconds = watch.seconds();
  return result;
}

}  // namespace shardwright
