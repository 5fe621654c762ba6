// PlacementSurvey: what the shards really hold of a keyspace, measured against one version of its map. What could not be
// read is not measured, never 0.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/map/shard_map.h"

namespace shardwright {

// One shard's part of a survey.
struct ShardSurvey {
  ShardId shard;
  std::optional<Error> problem;             // set: it could not be read, and nothing below is known
  RangeCount owned;                         // by the map: its ranges without keys pinned elsewhere, and its pins
  RangeCount notOwned;                      // rows that it holds and does not own: on their way, kept for the way back, or misplaced
  std::int64_t databaseBytes = 0;           // pages in use, other tables included
  std::optional<MapVersion> publishedVersion;
  double seconds = 0;                       // that its database was kept busy
};

struct PlacementSurvey {
  std::shared_ptr<const ShardMap> map;
  // On the owner: one a range of the map, without pinned keys, and one a pin. None: it belongs to nobody, or its owner
  // could not be read.
  std::vector<std::optional<RangeCount>> ranges;
  std::vector<std::optional<RangeCount>> pins;
  std::vector<ShardSurvey> shards;  // as they were asked for
  double seconds = 0;

  bool complete() const;                         // every shard was read
  std::optional<RangeCount> total() const;       // owned rows over all shards; none unless complete
  std::vector<std::string> problems() const;     // a sentence for each shard that could not be read
};

// Counts one shard for a survey: the range and pin entries that it owns, and its own entry.
Result<ShardSurvey> surveyShard(ShardSession& session, const ShardId& shard, const Keyspace& keyspace, PlacementSurvey& survey,
                                std::stop_token stop);

}  // namespace shardwright
