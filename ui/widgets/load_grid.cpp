#include "ui/widgets/load_grid.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "ui/theme/format.h"
#include "ui/widgets/key_text.h"

namespace shardwright::ui {

namespace {

constexpr UnixSeconds countReach = 900;  // how long before its time a count without a stretch of its own is drawn, at most
constexpr float none = std::numeric_limits<float>::quiet_NaN();

QString tr(const char* words) { return QCoreApplication::translate("load", words); }

// Fixed for a metric, so that new values fit into a store that is there.
HeatScale scaleOf(HeatMetric metric) {
  if (isRate(metric)) return {1e-3, 1e6, true};
  return metric == HeatMetric::Rows ? HeatScale{1, 1e10, true} : HeatScale{1, 1e14, true};
}

void add(float& sum, double amount) { sum = std::isnan(sum) ? static_cast<float>(amount) : sum + static_cast<float>(amount); }

}  // namespace

bool isRate(HeatMetric metric) { return metric == HeatMetric::Accesses || metric == HeatMetric::Reads || metric == HeatMetric::Writes; }

QString heatUnit(HeatMetric metric) {
  switch (metric) {
    case HeatMetric::Accesses: return tr("accesses/s");
    case HeatMetric::Reads: return tr("reads/s");
    case HeatMetric::Writes: return tr("writes/s");
    case HeatMetric::Rows: return tr("rows");
    case HeatMetric::Bytes: return tr("bytes");
  }
  return {};
}

QString heatText(HeatMetric metric, double value) {
  if (metric == HeatMetric::Bytes) return bytesText(std::llround(value));
  const QString figure = value > 0 && value < 10 ? QString::number(value, 'f', value < 0.1 ? 3 : value < 1 ? 2 : 1) : shortCount(value);
  return figure + thinSpace + heatUnit(metric);
}

std::shared_ptr<const LoadGrid> LoadGrid::make(LoadGridInput input, std::stop_token stop) {
  std::shared_ptr<LoadGrid> grid(new LoadGrid(std::move(input)));
  grid->findBuckets();
  grid->m_store = std::make_unique<HeatStore>(scaleOf(grid->m_input.metric), grid->isKeys() ? grid->m_bounds.size() : grid->m_shards.size());
  if (!grid->fill(stop)) return nullptr;
  grid->fit();
  return grid;
}

// The highest of each of some thousand stretches: that is what the picture shows of a long line.
void LoadGrid::fit() {
  constexpr std::size_t stretches = 2000;
  const std::size_t width = std::max<std::size_t>(1, buckets() / stretches);
  std::vector<double> values;
  for (std::size_t slot = 0; slot < m_store->slots().size(); ++slot)
    for (std::size_t first = 0; first < buckets(); first += width) {
      const HeatCode code = m_store->code(slot, first, std::min(first + width, buckets()), HeatStore::Merge::Max);
      if (code >= firstHeat) values.push_back(m_store->scale().valueOf(code));
    }
  m_fitting = HeatScale::fitting(values);
}

void LoadGrid::findBuckets() {
  if (!isKeys()) {
    std::set<ShardId> names;
    for (const ShardId& shard : m_input.map->shards()) names.insert(shard);
    for (const LoadSample& sample : *m_input.samples)
      for (const RangeLoad& range : sample.ranges)
        if (range.shard) names.insert(*range.shard);
    m_shards.assign(names.begin(), names.end());
    return;
  }
  std::vector<MapVersion> seen;
  for (std::size_t range = 0; range < m_input.map->rangeCount(); ++range) m_bounds.push_back(m_input.map->tokens(range).from);
  seen.push_back(m_input.map->version());
  for (const LoadSample& sample : *m_input.samples) {
    if (std::ranges::find(seen, sample.mapVersion) != seen.end()) continue;
    seen.push_back(sample.mapVersion);
    for (const RangeLoad& range : sample.ranges) m_bounds.push_back(range.tokens.from);
  }
  std::ranges::sort(m_bounds);
  m_bounds.erase(std::ranges::unique(m_bounds).begin(), m_bounds.end());
}

std::optional<double> LoadGrid::amountOf(const LoadSample& sample, const RangeLoad& range) const {
  const auto rate = [&](const std::optional<std::int64_t>& count) { return count && sample.seconds > 0 ? std::optional(static_cast<double>(*count) / sample.seconds) : std::nullopt; };
  const auto amount = [](const std::optional<std::int64_t>& count) { return count ? std::optional(static_cast<double>(*count)) : std::nullopt; };
  switch (m_input.metric) {
    case HeatMetric::Reads: return rate(range.reads);
    case HeatMetric::Writes: return rate(range.writes);
    case HeatMetric::Rows: return amount(range.rows);
    case HeatMetric::Bytes: return amount(range.bytes);
    case HeatMetric::Accesses: break;
  }
  const auto reads = rate(range.reads), writes = rate(range.writes);
  if (!reads && !writes) return std::nullopt;
  return reads.value_or(0) + writes.value_or(0);
}

std::vector<float> LoadGrid::valuesOf(const LoadSample& sample) const {
  std::vector<float> values(isKeys() ? m_bounds.size() : m_shards.size(), none);
  std::size_t at = 0;
  for (const RangeLoad& range : sample.ranges) {
    const auto amount = amountOf(sample, range);
    if (!isKeys()) {
      if (amount && range.shard) add(values[*bucketOf(*range.shard)], *amount);
      continue;
    }
    const std::size_t first = at;
    while (at < m_bounds.size() && (!range.tokens.until || m_bounds[at] < *range.tokens.until)) ++at;
    if (amount)
      for (std::size_t bucket = first; bucket < at; ++bucket) add(values[bucket], *amount / static_cast<double>(at - first));
  }
  return values;
}

// Samples that say nothing about the metric are no slots: they would look like a measured nothing.
bool LoadGrid::fill(std::stop_token stop) {
  for (std::size_t at = 0; at < m_input.samples->size(); ++at) {
    if (stop.stop_requested()) return false;
    const LoadSample& sample = (*m_input.samples)[at];
    if (std::ranges::none_of(sample.ranges, [&](const RangeLoad& range) { return amountOf(sample, range).has_value(); })) continue;
    const UnixSeconds reach = sample.seconds > 0 ? static_cast<UnixSeconds>(std::ceil(sample.seconds)) : countReach;
    HeatSlot slot{sample.at - reach, sample.at, sample.generated};
    if (!m_store->slots().empty()) slot.from = std::max(slot.from, m_store->slots().back().until);
    if (!m_store->append(slot, valuesOf(sample))) continue;  // of the same moment as the one before it
    m_samples.push_back(at);
    m_generated = m_generated || sample.generated;
  }
  return true;
}

QString LoadGrid::bucketText(std::size_t bucket, bool brief) const {
  if (!isKeys()) return text(m_shards[bucket].text());
  const TokenRange range = tokens(bucket, bucket);
  return brief ? shortRange(m_input.map->strategy(), range) : rangeText(m_input.map->strategy(), range);
}

QString LoadGrid::boundText(std::size_t bucket) const {
  return isKeys() ? shortBound(m_input.map->strategy(), m_bounds[bucket], 12) : text(m_shards[bucket].text());
}

TokenRange LoadGrid::tokens(std::size_t first, std::size_t last) const {
  return {m_bounds[first], last + 1 < m_bounds.size() ? std::optional(m_bounds[last + 1]) : std::nullopt};
}

std::size_t LoadGrid::bucketOf(const Token& token) const {
  const auto after = std::ranges::upper_bound(m_bounds, token);
  return after == m_bounds.begin() ? 0 : static_cast<std::size_t>(after - m_bounds.begin()) - 1;
}

std::optional<std::size_t> LoadGrid::bucketOf(const ShardId& shard) const {
  const auto at = std::ranges::lower_bound(m_shards, shard);
  if (at == m_shards.end() || *at != shard) return std::nullopt;
  return static_cast<std::size_t>(at - m_shards.begin());
}

std::size_t LoadGrid::rangeOf(const LoadSample& sample, const Token& token) const {
  const auto after = std::ranges::upper_bound(sample.ranges, token, {}, [](const RangeLoad& range) { return range.tokens.from; });
  return after == sample.ranges.begin() ? 0 : static_cast<std::size_t>(after - sample.ranges.begin()) - 1;
}

std::optional<double> LoadGrid::value(std::size_t slot, std::size_t bucket) const {
  const LoadSample& from = sample(slot);
  if (!isKeys()) {
    std::optional<double> sum;
    for (const RangeLoad& range : from.ranges)
      if (range.shard == m_shards[bucket])
        if (const auto amount = amountOf(from, range)) sum = sum.value_or(0) + *amount;
    return sum;
  }
  const RangeLoad& range = from.ranges[rangeOf(from, m_bounds[bucket])];
  const auto amount = amountOf(from, range);
  if (!amount) return std::nullopt;
  const auto before = [&](const Token& token) { return std::ranges::lower_bound(m_bounds, token) - m_bounds.begin(); };
  const auto parts = (range.tokens.until ? before(*range.tokens.until) : static_cast<std::ptrdiff_t>(m_bounds.size())) - before(range.tokens.from);
  return *amount / static_cast<double>(std::max<std::ptrdiff_t>(1, parts));
}

std::optional<ShardId> LoadGrid::ownerAt(std::size_t slot, std::size_t bucket) const {
  if (!isKeys()) return m_shards[bucket];
  const LoadSample& from = sample(slot);
  return from.ranges[rangeOf(from, m_bounds[bucket])].shard;
}

}  // namespace shardwright::ui
