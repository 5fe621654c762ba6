// LoadGrid: load samples as a heat picture has them - shards or stretches of the line over time - with the exact values and
// the words behind each cell. Made on a worker, immutable, shared.
//
// Samples may be of several versions of the map. The line of buckets has every bound of any of them; what a sample says of a
// range that others cut is divided evenly over its parts, as everywhere (RangeLoads).
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/load/load_sample.h"
#include "ui/widgets/heat_store.h"

namespace shardwright::ui {

enum class HeatMetric { Accesses, Reads, Writes, Rows, Bytes };
bool isRate(HeatMetric metric);            // a second; the others are amounts
QString heatUnit(HeatMetric metric);       // accesses/s
QString heatText(HeatMetric metric, double value);  // with its unit

struct LoadGridInput {
  enum class Axis { Keys, Shards };
  std::shared_ptr<const std::vector<LoadSample>> samples;  // in order of time
  std::shared_ptr<const ShardMap> map;                     // in force
  Axis axis = Axis::Keys;
  HeatMetric metric = HeatMetric::Accesses;
  friend bool operator==(const LoadGridInput&, const LoadGridInput&) = default;
};

class LoadGrid {
 public:
  static std::shared_ptr<const LoadGrid> make(LoadGridInput input, std::stop_token stop);  // none: it was stopped

  const LoadGridInput& input() const { return m_input; }
  const HeatStore& store() const { return *m_store; }
  std::size_t buckets() const { return m_store->buckets(); }
  bool isKeys() const { return m_input.axis == LoadGridInput::Axis::Keys; }
  bool hasGenerated() const { return m_generated; }
  const HeatScale& fitting() const { return m_fitting; }  // what the values there are span
  bool isMeasured() const { return !m_store->slots().empty(); }

  QString bucketText(std::size_t bucket, bool brief) const;                   // range or shard
  QString boundText(std::size_t bucket) const;                                // where it begins, for an axis
  TokenRange tokens(std::size_t first, std::size_t last) const;               // Keys: of buckets first to last
  std::size_t bucketOf(const Token& token) const;                             // Keys
  const ShardId& shard(std::size_t bucket) const { return m_shards[bucket]; }  // Shards
  std::optional<std::size_t> bucketOf(const ShardId& shard) const;            // Shards

  std::optional<double> value(std::size_t slot, std::size_t bucket) const;    // exact
  std::optional<ShardId> ownerAt(std::size_t slot, std::size_t bucket) const; // at that time
  const LoadSample& sample(std::size_t slot) const { return (*m_input.samples)[m_samples[slot]]; }

 private:
  explicit LoadGrid(LoadGridInput input) : m_input(std::move(input)) {}
  void findBuckets();
  bool fill(std::stop_token stop);
  void fit();
  std::vector<float> valuesOf(const LoadSample& sample) const;
  std::optional<double> amountOf(const LoadSample& sample, const RangeLoad& range) const;
  std::size_t rangeOf(const LoadSample& sample, const Token& token) const;

  LoadGridInput m_input;
  std::vector<Token> m_bounds;          // Keys: where each bucket begins
  std::vector<ShardId> m_shards;        // Shards: sorted
  std::vector<std::size_t> m_samples;   // of each slot
  std::unique_ptr<HeatStore> m_store;
  HeatScale m_fitting;
  bool m_generated = false;
};

}  // namespace shardwright::ui
