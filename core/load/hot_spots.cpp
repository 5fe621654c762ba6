#include "core/load/hot_spots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/load/range_loads.h"
#include "core/load/shell_word.h"

namespace shardwright {

namespace {

std::string rangeWord(const TokenRange& tokens, const ShardingStrategy& strategy) {
  return (tokens.from.isBeginning() ? "" : strategy.formatToken(tokens.from)) + ".." + (tokens.until ? strategy.formatToken(*tokens.until) : "");
}

double medianOf(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// A rate that follows with a half-life, whatever the distances of the samples.
class Ewma {
 public:
  void add(double rate, double seconds, double halfLife) {
    m_rate = m_started ? m_rate + (1 - std::exp2(-seconds / halfLife)) * (rate - m_rate) : rate;
    m_started = true;
  }
  double rate() const { return m_rate; }

 private:
  double m_rate = 0;
  bool m_started = false;
};

// Whether something has been hot over the samples: enters when the gates held often enough lately, leaves when cool for long.
class Heat {
 public:
  void window(bool hot, bool cool, UnixSeconds at, const HotSpotOptions& options) {
    m_recent.push_back(hot);
    if (m_recent.size() > static_cast<std::size_t>(options.windows)) m_recent.erase(m_recent.begin());
    if (hot && !m_first) m_first = at;
    m_cool = cool ? m_cool + 1 : 0;
    const auto held = static_cast<int>(std::count(m_recent.begin(), m_recent.end(), true));
    if (!m_hot && held >= options.held) m_hot = true;
    if (m_hot && m_cool >= options.coolWindows) m_hot = false;
    if (!m_hot && held == 0) m_first.reset();
  }
  bool hot() const { return m_hot; }
  UnixSeconds since() const { return m_first.value_or(0); }
  double heldShare() const {
    return m_recent.empty() ? 0 : static_cast<double>(std::count(m_recent.begin(), m_recent.end(), true)) / static_cast<double>(m_recent.size());
  }

 private:
  std::vector<bool> m_recent;
  std::optional<UnixSeconds> m_first;
  int m_cool = 0;
  bool m_hot = false;
};

struct KeyHeat {
  Heat heat;
  Ewma rate;
  std::int64_t events = 0;
};

class Detector {
 public:
  Detector(const ShardMap& map, const HotSpotOptions& options)
      : m_map(map), m_options(options), m_rates(map.rangeCount()), m_heat(map.rangeCount()), m_events(map.rangeCount(), 0) {}

  void add(const LoadSample& sample) {
    if (sample.seconds <= 0) return;
    const RangeLoads now = loadsUnder(m_map, std::span(&sample, 1));
    bool counted = false;
    for (std::size_t i = 0; i < now.ranges.size(); ++i) {
      const RangeLoad& range = now.ranges[i];
      if (!range.reads && !range.writes) continue;
      counted = true;
      const std::int64_t events = range.reads.value_or(0) + range.writes.value_or(0);
      m_events[i] += events;
      m_rates[i].add(static_cast<double>(events) / sample.seconds, sample.seconds, m_options.fastHalfLife);
    }
    if (!counted) return;
    sums();
    judgeRanges(sample.at);
    judgeKeys(sample);
  }

  std::vector<HotSpot> spots() const {
    std::vector<HotSpot> out;
    std::vector<char> explained(m_map.rangeCount(), 0);
    for (const auto& [key, heat] : m_keys) {
      if (!heat.heat.hot()) continue;
      const auto placement = m_map.placementOf(key);
      if (!placement || !placement->shard) continue;
      const std::size_t i = m_map.indexOf(placement->token);
      // A key that is half of its range is what makes the range hot.
      if (placement->reason == Placement::Reason::Range && heat.rate.rate() * 2 >= m_rates[i].rate()) explained[i] = 1;
      out.push_back(spotOf(key, heat, *placement, i));
    }
    for (std::size_t i = 0; i < m_heat.size(); ++i)
      if (m_heat[i].hot() && !explained[i] && m_map.owner(i)) out.push_back(spotOf(i));
    std::stable_sort(out.begin(), out.end(), [](const HotSpot& a, const HotSpot& b) { return a.share > b.share; });
    return out;
  }

 private:
  void sums() {
    m_total = 0;
    m_perShard.clear();
    for (std::size_t i = 0; i < m_rates.size(); ++i) {
      m_total += m_rates[i].rate();
      if (const auto owner = m_map.owner(i)) m_perShard[*owner] += m_rates[i].rate();
    }
  }

  double onShard(const std::optional<ShardId>& shard) const {
    const auto found = shard ? m_perShard.find(*shard) : m_perShard.end();
    return found == m_perShard.end() ? 0 : found->second;
  }

  void judgeRanges(UnixSeconds at) {
    std::vector<double> rates;
    for (const Ewma& rate : m_rates) rates.push_back(rate.rate());
    const double median = medianOf(rates);
    std::vector<double> away;
    for (const double rate : rates) away.push_back(std::abs(rate - median));
    const double spread = 1.4826 * medianOf(std::move(away)) + 0.05 * median + 1e-12;
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const auto gates = [&](double factor) {
        if (m_total <= 0 || rates[i] < factor * m_options.keyspaceShare * m_total) return false;
        // On a shard of few ranges each has a large share: it must stand out among its peers as well.
        const bool ofShard = rates[i] >= factor * m_options.shardShare * onShard(m_map.owner(i)) && rates[i] >= factor * 2 * median;
        return (ofShard || (rates[i] - median) / spread >= factor * m_options.peers) && rates.size() > 1;
      };
      m_heat[i].window(gates(1) && m_events[i] >= m_options.events, !gates(m_options.cool), at, m_options);
    }
  }

  void judgeKeys(const LoadSample& sample) {
    for (const KeyLoad& key : sample.hotKeys) m_keys.try_emplace(key.key);
    for (auto& [key, heat] : m_keys) {
      const auto found = std::find_if(sample.hotKeys.begin(), sample.hotKeys.end(), [&](const KeyLoad& k) { return k.key == key; });
      const std::int64_t least = found == sample.hotKeys.end() ? 0 : found->count - found->error;
      heat.events += least;
      heat.rate.add(static_cast<double>(least) / sample.seconds, sample.seconds, m_options.fastHalfLife);
      const auto placement = m_map.placementOf(key);
      const double shard = placement ? onShard(placement->shard) : 0;
      const auto gates = [&](double factor) {
        return heat.rate.rate() >= factor * m_options.keyspaceShare * m_total && heat.rate.rate() >= factor * m_options.shardShare * shard && m_total > 0;
      };
      heat.heat.window(gates(1) && heat.events >= m_options.events, !gates(m_options.cool), sample.at, m_options);
    }
  }

  double confidenceOf(std::int64_t events, const Heat& heat) const {
    const double counted = events > 0 ? std::max(0.0, 1 - 2 / std::sqrt(static_cast<double>(events))) : 0;
    return std::round(counted * heat.heldShare() * 1000) / 1000;
  }

  static double rounded(double share) { return std::round(share * 1e6) / 1e6; }

  HotSpot spotOf(std::size_t i) const {
    HotSpot spot;
    spot.kind = HotSpot::Kind::Range;
    spot.range = m_map.tokens(i);
    spot.shard = *m_map.owner(i);
    spot.share = rounded(m_rates[i].rate() / m_total);
    spot.shardShare = rounded(m_rates[i].rate() / onShard(m_map.owner(i)));
    spot.since = m_heat[i].since();
    spot.confidence = confidenceOf(m_events[i], m_heat[i]);
    spot.advice = fmt::format("No single key explains it; cut the range and spread its parts: shardwright plan create {} --goal split --range {}",
                              shellWord(m_map.keyspace().text()), shellWord(rangeWord(spot.range, m_map.strategy())));
    return spot;
  }

  HotSpot spotOf(const Key& key, const KeyHeat& heat, const Placement& placement, std::size_t i) const {
    HotSpot spot;
    spot.kind = HotSpot::Kind::Key;
    spot.key = key;
    spot.range = m_map.tokens(i);
    spot.shard = *placement.shard;
    const double shard = onShard(placement.shard);
    spot.share = rounded(std::min(1.0, heat.rate.rate() / m_total));
    spot.shardShare = rounded(shard > 0 ? std::min(1.0, heat.rate.rate() / shard) : 0);
    spot.since = heat.heat.since();
    spot.confidence = confidenceOf(heat.events, heat.heat);
    const std::string keyspace = shellWord(m_map.keyspace().text());
    const std::string word = shellWord(key.toText());
    if (placement.reason == Placement::Reason::Pin)
      spot.advice = fmt::format("It is pinned already; if its shard suffers, move it to one with room: shardwright plan create {} --goal move --key {}", keyspace, word);
    else
      spot.advice = fmt::format("One key: no split takes it apart; give it a place of its own: shardwright plan create {} --goal isolate --key {}", keyspace, word);
    return spot;
  }

  const ShardMap& m_map;
  const HotSpotOptions& m_options;
  std::vector<Ewma> m_rates;
  std::vector<Heat> m_heat;
  std::vector<std::int64_t> m_events;
  std::map<Key, KeyHeat> m_keys;
  double m_total = 0;
  std::map<ShardId, double> m_perShard;
};

}  // namespace

std::vector<HotSpot> findHotSpots(std::span<const LoadSample> samples, const ShardMap& map, const HotSpotOptions& options) {
  Detector detector(map, options);
  for (const LoadSample& sample : samples) detector.add(sample);
  return detector.spots();
}

Json hotSpotsToJson(std::span<const HotSpot> spots, const ShardingStrategy& strategy) {
  Json list = Json::array();
  for (const HotSpot& spot : spots) {
    Json json = {{"kind", spot.kind == HotSpot::Kind::Key ? "key" : "range"},
                 {"shard", spot.shard.text()},
                 {"share", spot.share},
                 {"shardShare", spot.shardShare},
                 {"since", formatUtc(spot.since)},
                 {"confidence", spot.confidence},
                 {"advice", spot.advice}};
    if (spot.kind == HotSpot::Kind::Key) {
      json["key"] = spot.key->toText();
    } else {
      json["from"] = spot.range.from.isBeginning() ? Json() : strategy.tokenJson(spot.range.from);
      json["until"] = spot.range.until ? strategy.tokenJson(*spot.range.until) : Json();
    }
    list.push_back(std::move(json));
  }
  return {{"hot", std::move(list)}};
}

std::string formatHotSpots(std::span<const HotSpot> spots, const ShardingStrategy& strategy) {
  if (spots.empty()) return "Nothing is hot.\n";
  std::string out;
  for (const HotSpot& spot : spots) {
    const std::string what = spot.kind == HotSpot::Kind::Key ? "key " + spot.key->toText() : "range " + rangeWord(spot.range, strategy);
    out += fmt::format("! {} on {}: {:.1f} % of the keyspace's accesses, {:.1f} % of its shard's, since {} (confidence {:.2f})\n  {}\n",
                       printable(what, 120), printable(spot.shard.text(), 60), spot.share * 100, spot.shardShare * 100, formatUtc(spot.since),
                       spot.confidence, printable(spot.advice));
  }
  return out;
}

}  // namespace shardwright
