#include "core/monitor/load_monitor.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/base/clock.h"

namespace shardwright {

Done LoadMonitor::forEach(std::size_t shards, const std::function<void(std::size_t)>& visit, const std::stop_token& stop) const {
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> readers;
    for (std::size_t i = 0; i < std::min(std::max<std::size_t>(m_sideBySide, 1), shards); ++i)
      readers.emplace_back([&] {
        for (std::size_t at = next++; at < shards && !stop.stop_requested(); at = next++) visit(at);
      });
  }
  if (stop.stop_requested()) return cancelled("stopped before every shard was read");
  return {};
}

Result<PlacementSurvey> LoadMonitor::survey(const Keyspace& keyspace, std::shared_ptr<const ShardMap> map,
                                            std::span<const Shard> shards, std::stop_token stop) const {
  const Stopwatch watch;
  PlacementSurvey survey;
  survey.ranges.resize(map->rangeCount());
  survey.pins.resize(map->pins().size());
  survey.shards.resize(shards.size());
  survey.map = std::move(map);
  const auto readOne = [&](const Shard& shard) -> Result<ShardSurvey> {
    const auto session = TRY(m_open(shard));
    return surveyShard(*session, shard.id, keyspace, survey, stop);
  };
  TRY(forEach(shards.size(), [&](std::size_t i) {
    auto read = readOne(shards[i]);
    survey.shards[i] = read ? *std::move(read) : ShardSurvey{.shard = shards[i].id, .problem = read.error()};
  }, stop));
  survey.seconds = watch.seconds();
  return survey;
}

Result<std::vector<SampledKey>> LoadMonitor::sampleKeys(const Keyspace& keyspace, const Shard& owner, const TokenRange& range,
                                                        std::int64_t count, std::stop_token stop) const {
  const auto session = TRY(m_open(owner));
  return session->sampleKeys(keyspace, range, count, stop);
}

Result<SchemaReport> LoadMonitor::compareSchemas(const Keyspace& keyspace, std::span<const Shard> shards,
                                                 std::stop_token stop) const {
  // One list a shard, one entry a table.
  std::vector<std::vector<Result<TableSchema>>> read(shards.size());
  TRY(forEach(shards.size(), [&](std::size_t i) {
    const auto session = m_open(shards[i]);
    for (const TableRef& table : keyspace.tables)
      read[i].push_back(session ? (*session)->tableSchema(table) : Result<TableSchema>(session.error()));
  }, stop));
  SchemaReport report;
  for (std::size_t t = 0; t < keyspace.tables.size(); ++t) {
    std::vector<ReadSchema> ofTable;
    for (std::size_t i = 0; i < shards.size(); ++i) ofTable.push_back({shards[i].id, std::move(read[i][t])});
    report.tables.push_back(compareTable(keyspace.tables[t], std::move(ofTable)));
  }
  return report;
}

}  // namespace shardwright
