// LoadMonitor: reads from the databases how heavy each part of a keyspace is, and whether its tables are alike. Shards are
// read side by side, each through a session of its own that is closed afterwards; a shard that cannot be read is named
// in the result and does not spoil the others. Blocks; any thread.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/map/shard_map.h"
#include "core/monitor/placement_survey.h"
#include "core/monitor/schema_report.h"

namespace shardwright {

class LoadMonitor {
 public:
  using Open = std::function<Result<std::unique_ptr<ShardSession>>(const Shard&)>;  // called from any thread
  explicit LoadMonitor(Open open, std::size_t sideBySide = 8) : m_open(std::move(open)), m_sideBySide(sideBySide) {}

  // Rows and bytes of every range and pin of the map. Cancelled.
  Result<PlacementSurvey> survey(const Keyspace& keyspace, std::shared_ptr<const ShardMap> map, std::span<const Shard> shards,
                                 std::stop_token stop) const;

  // Up to `count` keys of a range on its owner, spread evenly over its rows.
  Result<std::vector<SampledKey>> sampleKeys(const Keyspace& keyspace, const Shard& owner, const TokenRange& range,
                                             std::int64_t count, std::stop_token stop) const;

  // Every table of the keyspace over all the shards. Cancelled.
  Result<SchemaReport> compareSchemas(const Keyspace& keyspace, std::span<const Shard> shards, std::stop_token stop) const;

 private:
  // `visit` for every shard, at most m_sideBySide at a time; it must only touch what is its shard's own.
  Done forEach(std::size_t shards, const std::function<void(std::size_t)>& visit, const std::stop_token& stop) const;

  Open m_open;
  std::size_t m_sideBySide;
};

}  // namespace shardwright
