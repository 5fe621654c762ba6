#include "core/manager/load_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "core/base/json.h"
#include "core/load/trace.h"
#include "core/manager/shard_opening.h"
#include "core/monitor/patient_open.h"

namespace shardwright {

namespace {

constexpr UnixSeconds day = 24 * 3600;
constexpr UnixSeconds forecastReach = 28 * day;
constexpr std::chrono::seconds openingPatience{10};

void addNotMeasured(LoadReport& report, const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) report.problems.push_back({"not-measured", sentence, "shardwright shard check"});
}

HotSpotReport hotSpotsIn(std::span<const LoadSample> samples, const ShardMap& map) {
  HotSpotReport report;
  for (const LoadSample& sample : samples) {
    report.generated = report.generated || sample.generated;
    for (const RangeLoad& range : sample.ranges) report.measured = report.measured || range.reads || range.writes;
  }
  report.spots = findHotSpots(samples, map);
  return report;
}

std::span<const LoadSample> since(const std::vector<LoadSample>& samples, UnixSeconds from) {
  const auto first = std::ranges::lower_bound(samples, from, {}, &LoadSample::at);
  return {first, samples.end()};
}

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
  const auto engines = std::make_shared<const EngineSet>(EngineSet::ofThisBuild(catalog.uuid()));  // a shard that hangs keeps them
  const LoadMonitor monitor(patientOpen([engines](const Shard& shard) { return openShard(*engines, shard); }, openingPatience));
  const auto survey = TRY(monitor.survey(keyspace, map, owners, stop));
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
  for (std::size_t i = 0; i < map->pins().size(); ++i) {
    const Pin& pin = map->pins()[i];
    PinLoad& load = sample.pins.emplace_back(PinLoad{pin.key, pin.shard, {}, {}, {}, {}});
    if (const auto& count = survey.pins[i]) {
      load.rows = count->rows;
      load.bytes = count->bytes;
    }
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
  for (const PinLoad& pin : sample.pins) {
    taken.rows += pin.rows.value_or(0);
    taken.bytes += pin.bytes.value_or(0);
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
  addNotMeasured(report, notMeasured);
  return report;
}

Result<LoadOverview> LoadVerbs::overview(const KeyspaceName& name, LoadFrom from, double threshold, std::stop_token stop) {
  Catalog& catalog = m_workspace.catalog();
  LoadOverview overview;
  overview.keyspace = name;
  overview.from = from;
  std::vector<LoadSample> known = TRY(samples(name, catalog.now() - forecastReach));
  overview.map = TRY(catalog.currentMap(name));
  const ShardMap& map = *overview.map;
  const auto shards = TRY(catalog.shards());
  overview.forecast = forecastLoad(known, map, shards);
  overview.hot = hotSpotsIn(since(known, catalog.now() - day), map);
  if (from == LoadFrom::Databases) known.push_back(TRY(measure(name, overview.notMeasured, stop)));
  const auto recent = since(known, catalog.now() - day);
  overview.ranges = loadsUnder(map, recent);
  for (const LoadMetric metric : {LoadMetric::Bytes, LoadMetric::Rows, LoadMetric::Ops}) {
    LoadReport& report = overview.reports[static_cast<std::size_t>(metric)];
    report = analyzeLoadDistribution(recent, map, shards, {metric, threshold});
    addNotMeasured(report, overview.notMeasured);
  }
  return overview;
}

Result<HotSpotReport> LoadVerbs::hotSpots(const KeyspaceName& name) {
  Catalog& catalog = m_workspace.catalog();
  const auto known = TRY(samples(name, catalog.now() - day));
  const auto map = TRY(catalog.currentMap(name));
  return hotSpotsIn(known, *map);
}

Result<LoadForecast> LoadVerbs::forecast(const KeyspaceName& name) {
  Catalog& catalog = m_workspace.catalog();
  const auto known = TRY(samples(name, catalog.now() - forecastReach));
  const auto map = TRY(catalog.currentMap(name));
  const auto shards = TRY(catalog.shards());
  return forecastLoad(known, *map, shards);
}

}  // namespace shardwright
