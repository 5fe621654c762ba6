#include "core/manager/load_verbs.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/load/trace.h"

namespace shardwright {

namespace {

constexpr UnixSeconds day = 24 * 3600;
constexpr UnixSeconds forecastReach = 28 * day;

}  // namespace

Result<ShardingStrategy> LoadVerbs::strategyOf(const KeyspaceName& name) {
  return ShardingStrategy::make(TRY(m_workspace.catalog().keyspace(name)).strategy);
}

Result<std::vector<LoadSample>> LoadVerbs::samples(const KeyspaceName& name, UnixSeconds since) {
  Catalog& catalog = m_workspace.catalog();
  const ShardingStrategy strategy = TRY(strategyOf(name));
  std::vector<LoadSample> samples;
  for (const LoadSampleRow& row : TRY(catalog.loadSamples(name, since, catalog.now() + 1))) {
    const Json document = TRY(parseJson(row.document));
    samples.push_back(TRY(loadSampleFromJson(document, strategy)));
  }
  return samples;
}

Result<std::vector<LoadSample>> LoadVerbs::samplesOfTheDay(const KeyspaceName& name) {
  return samples(name, m_workspace.catalog().now() - day);
}

// An instant: rows and bytes are counted, accesses are not.
Result<LoadSample> LoadVerbs::measure(const KeyspaceName& name, std::vector<std::string>& notMeasured, std::stop_token stop) {
  Catalog& catalog = m_workspace.catalog();
  const Keyspace keyspace = TRY(catalog.keyspace(name));
  const auto map = TRY(catalog.currentMap(name));
  const auto owners = TRY(m_workspace.shardsNamed(map->shards()));
  const auto survey = TRY(m_workspace.monitor().survey(keyspace, map, owners, stop));
  notMeasured = survey.problems();
  LoadSample sample;
  sample.keyspace = name;
  sample.mapVersion = map->version();
  sample.at = catalog.now();
  sample.source = "databases";
  for (std::size_t i = 0; i < map->rangeCount(); ++i) {
    RangeLoad load;
    load.tokens = map->tokens(i);
    load.shard = map->owner(i);
    if (const auto& count = survey.ranges[i]) {
      load.rows = count->rows;
      load.bytes = count->bytes;
    }
    sample.ranges.push_back(std::move(load));
  }
  return sample;
}

Result<SampleTaken> LoadVerbs::sample(const KeyspaceName& name, std::stop_token stop) {
  SampleTaken taken;
  const LoadSample sample = TRY(measure(name, taken.notMeasured, stop));
  taken.at = sample.at;
  for (const RangeLoad& range : sample.ranges) {
    taken.rows += range.rows.value_or(0);
    taken.bytes += range.bytes.value_or(0);
  }
  const ShardingStrategy strategy = TRY(strategyOf(name));
  Catalog& catalog = m_workspace.catalog();
  TRY(catalog.addLoadSample({name, sample.at, canonicalJson(loadSampleToJson(sample, strategy)), false}));
  TRY(catalog.thinLoadSamples(name));
  return taken;
}

Result<std::int64_t> LoadVerbs::importTrace(const KeyspaceName& name, std::string_view csv) {
  Catalog& catalog = m_workspace.catalog();
  const ShardingStrategy strategy = TRY(strategyOf(name));
  const auto map = TRY(catalog.currentMap(name));
  const auto events = TRY(parseTrace(csv, strategy.keyType()));
  std::vector<LoadSampleRow> rows;
  for (const LoadSample& sample : TRY(samplesFromTrace(events, *map)))
    rows.push_back({name, sample.at, canonicalJson(loadSampleToJson(sample, strategy)), sample.generated});
  TRY(catalog.addLoadSamples(rows));
  return static_cast<std::int64_t>(rows.size());
}

Result<LoadReport> LoadVerbs::report(const KeyspaceName& name, const LoadReportOptions& options, std::stop_token stop) {
  Catalog& catalog = m_workspace.catalog();
  std::vector<LoadSample> known = TRY(samples(name, catalog.now() - day));
  std::vector<std::string> notMeasured;
  known.push_back(TRY(measure(name, notMeasured, stop)));
  const auto map = TRY(catalog.currentMap(name));
  const auto shards = TRY(catalog.shards());
  LoadReport report = analyzeLoadDistribution(known, *map, shards, options);
  for (const std::string& sentence : notMeasured) report.problems.push_back({"not-measured", sentence, "shardwright shard check"});
  return report;
}

Result<HotSpotReport> LoadVerbs::hotSpots(const KeyspaceName& name) {
  Catalog& catalog = m_workspace.catalog();
  const auto known = TRY(samples(name, catalog.now() - day));
  const auto map = TRY(catalog.currentMap(name));
  HotSpotReport report;
  for (const LoadSample& sample : known) {
    report.generated = report.generated || sample.generated;
    for (const RangeLoad& range : sample.ranges) report.measured = report.measured || range.reads || range.writes;
  }
  report.spots = findHotSpots(known, *map);
  return report;
}

Result<LoadForecast> LoadVerbs::forecast(const KeyspaceName& name) {
  Catalog& catalog = m_workspace.catalog();
  const auto known = TRY(samples(name, catalog.now() - forecastReach));
  const auto map = TRY(catalog.currentMap(name));
  const auto shards = TRY(catalog.shards());
  return forecastLoad(known, *map, shards);
}

}  // namespace shardwright
