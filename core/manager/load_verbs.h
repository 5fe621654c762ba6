// How heavy each part of a keyspace is: samples taken and imported, and what they say.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/load/forecast.h"
#include "core/load/hot_spots.h"
#include "core/load/load_report.h"
#include "core/load/load_sample.h"
#include "core/load/range_loads.h"
#include "core/manager/workspace.h"

namespace shardwright {

struct SampleTaken {
  UnixSeconds at = 0;
  std::int64_t rows = 0, bytes = 0;
  std::vector<std::string> notMeasured;  // shards that could not be read, a sentence each
};

struct HotSpotReport {
  std::vector<HotSpot> spots;
  bool measured = false;   // false: no sample has accesses; then an empty list means nothing
  bool generated = false;  // some of the samples are made up
};

// Where the present is taken from: counted in the databases now, or the latest samples, for which no shard is opened.
enum class LoadFrom { Samples, Databases };

// All that is known about the load on a keyspace, from one reading.
struct LoadOverview {
  KeyspaceName keyspace;
  std::shared_ptr<const ShardMap> map;
  LoadFrom from = LoadFrom::Samples;
  std::array<LoadReport, 3> reports;     // by LoadMetric: bytes, rows, ops
  RangeLoads ranges;                     // of the map, in its order
  HotSpotReport hot;
  LoadForecast forecast;
  std::vector<std::string> notMeasured;  // shards that could not be read now, a sentence each

  const LoadReport& report(LoadMetric metric) const { return reports[static_cast<std::size_t>(metric)]; }
};

class LoadVerbs {
 public:
  explicit LoadVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // Rows and bytes of every range now, counted on its owner, into the catalog; older samples are thinned.
  Result<SampleTaken> sample(const KeyspaceName& keyspace, std::stop_token stop);
  // Accesses from a trace (trace.h), a sample a minute. How many were added.
  Result<std::int64_t> importTrace(const KeyspaceName& keyspace, std::string_view csv);

  // From the databases as they are now, with the accesses that samples know of the last day.
  Result<LoadReport> report(const KeyspaceName& keyspace, const LoadReportOptions& options, std::stop_token stop);
  // Every metric at once. Samples: what was measured before, and `not-measured` where nothing was.
  Result<LoadOverview> overview(const KeyspaceName& keyspace, LoadFrom from, double threshold, std::stop_token stop);
  Result<HotSpotReport> hotSpots(const KeyspaceName& keyspace);
  Result<LoadForecast> forecast(const KeyspaceName& keyspace);

  // Those of the catalog, in order of time.
  Result<std::vector<LoadSample>> samples(const KeyspaceName& keyspace, UnixSeconds since);
  Result<std::vector<LoadSample>> samplesOfTheDay(const KeyspaceName& keyspace);

  Result<ShardingStrategy> strategyOf(const KeyspaceName& keyspace);

 private:
  Result<LoadSample> measure(const KeyspaceName& keyspace, std::vector<std::string>& notMeasured, std::stop_token stop);
  Workspace& m_workspace;
};

}  // namespace shardwright
