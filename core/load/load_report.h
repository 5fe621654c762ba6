// LoadReport: whether a keyspace is balanced, in one sentence with the number and the cause, and what to do about it.
// Pure: samples, map and shards in; no clock, no database.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/shard.h"
#include "core/load/load_sample.h"

namespace shardwright {

enum class LoadMetric { Bytes, Rows, Ops };
std::string_view loadMetricName(LoadMetric metric);  // bytes, rows, ops
Result<LoadMetric> parseLoadMetric(std::string_view name);

enum class LoadCause {
  Balanced,
  NotMeasured,  // no source for this metric: neither balanced nor unbalanced
  OneKey,       // a single key carries most of what is too much
  OneRange,     // a single range does
  Growth,       // the shard has grown faster than the others
  Skew,         // many ranges together
};
std::string_view loadCauseName(LoadCause cause);  // balanced, not-measured, one-key, one-range, growth, skew

// One shard in the metric of the report. `fair` is its part of the whole by weight; ratio 1 is even.
struct ShardBurden {
  ShardId shard;
  ShardState state = ShardState::Active;
  std::size_t ranges = 0, pins = 0;
  std::optional<std::int64_t> amount;  // none: not measured
  std::optional<std::int64_t> rows, bytes, reads, writes;
  std::optional<double> fair;          // none: takes no share (draining, weight 0), or nothing is measured
  std::optional<double> ratio;         // amount / fair
  std::optional<double> filled;        // bytes / declared capacity
  bool outside = false;                // above the band
};

struct LoadProblem {
  std::string id;        // unbalanced, hot-key, not-measured, draining, nearly-full; stable
  std::string sentence;
  std::string command;   // what to type next, ready to be copied
};

struct LoadReport {
  KeyspaceName keyspace;
  LoadMetric metric = LoadMetric::Bytes;
  double threshold = 0;                 // upper edge of the band: fair * (1 + threshold)
  LoadCause cause = LoadCause::NotMeasured;
  std::string sentence;
  std::string because;                  // the cause alone, as the end of a sentence; empty where it is balanced or not measured
  std::vector<ShardBurden> shards;    // the highest ratio first, those without one last
  std::optional<std::int64_t> total;
  std::optional<double> mean;           // of the shards that take a share
  std::optional<double> highestRatio;
  std::vector<LoadProblem> problems;
  UnixSeconds at = 0;                   // of the latest sample; 0: none
  bool generated = false;
};

struct LoadReportOptions {
  LoadMetric metric = LoadMetric::Bytes;
  double threshold = 0.05;
};

// `samples` in order of time: the present is taken from the latest that measured it, accesses are summed over all.
LoadReport analyzeLoadDistribution(std::span<const LoadSample> samples, const ShardMap& map, std::span<const Shard> shards,
                                   const LoadReportOptions& options = {});

// Whether some shard carries more than its fair share by over `threshold`, or holds what it should not (draining).
bool requiresRebalancing(const LoadReport& report, double threshold);

Json loadReportToJson(const LoadReport& report);
std::string formatLoadReport(const LoadReport& report);  // for a terminal: sentence, table, problems with their commands

}  // namespace shardwright
