#include "core/load/load_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/load/range_loads.h"
#include "core/load/shell_word.h"

namespace shardwright {

std::string_view loadMetricName(LoadMetric metric) {
  switch (metric) {
    case LoadMetric::Bytes: return "bytes";
    case LoadMetric::Rows: return "rows";
    case LoadMetric::Ops: return "ops";
  }
  return "";
}

Result<LoadMetric> parseLoadMetric(std::string_view name) {
  for (const LoadMetric metric : {LoadMetric::Bytes, LoadMetric::Rows, LoadMetric::Ops})
    if (loadMetricName(metric) == name) return metric;
  return invalidInput(fmt::format("\"{}\" is no metric; choose bytes, rows or ops", printable(name, 40)));
}

std::string_view loadCauseName(LoadCause cause) {
  switch (cause) {
    case LoadCause::Balanced: return "balanced";
    case LoadCause::NotMeasured: return "not-measured";
    case LoadCause::OneKey: return "one-key";
    case LoadCause::OneRange: return "one-range";
    case LoadCause::Growth: return "growth";
    case LoadCause::Skew: return "skew";
  }
  return "";
}

namespace {

std::optional<std::int64_t> sum(const std::optional<std::int64_t>& a, const std::optional<std::int64_t>& b) {
  if (!a && !b) return std::nullopt;
  return a.value_or(0) + b.value_or(0);
}

template <class Part>  // RangeLoad or PinLoad
std::optional<std::int64_t> amountOf(const Part& range, LoadMetric metric) {
  switch (metric) {
    case LoadMetric::Bytes: return range.bytes;
    case LoadMetric::Rows: return range.rows;
    case LoadMetric::Ops: return sum(range.reads, range.writes);
  }
  return std::nullopt;
}

std::string shown(std::int64_t amount, LoadMetric metric) {
  if (metric == LoadMetric::Bytes) return formatBytes(amount);
  return formatCount(amount) + (metric == LoadMetric::Rows ? " rows" : " operations");
}

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string rangeWord(const TokenRange& tokens, const ShardingStrategy& strategy) {
  return (tokens.from.isBeginning() ? "" : strategy.formatToken(tokens.from)) + ".." + (tokens.until ? strategy.formatToken(*tokens.until) : "");
}

class Analysis {
 public:
  Analysis(std::span<const LoadSample> samples, const ShardMap& map, std::span<const Shard> shards, const LoadReportOptions& options)
      : m_samples(samples), m_map(map), m_shards(shards), m_options(options), m_loads(loadsUnder(map, samples)) {
    m_out.keyspace = map.keyspace();
    m_out.metric = options.metric;
    m_out.threshold = options.threshold;
    m_out.at = m_loads.at;
    m_out.generated = m_loads.generated;
  }

  LoadReport run() {
    standings();
    shares();
    judge();
    otherProblems();
    std::stable_sort(m_out.shards.begin(), m_out.shards.end(),
                     [](const ShardBurden& a, const ShardBurden& b) { return a.ratio.value_or(-1) > b.ratio.value_or(-1); });
    return std::move(m_out);
  }

 private:
  std::string command(std::string_view rest) const { return fmt::format("shardwright {}", rest); }
  std::string keyspace() const { return shellWord(m_map.keyspace().text()); }

  void standings() {
    std::map<ShardId, std::size_t> index;
    for (const Shard& shard : m_shards) {
      index[shard.id] = m_out.shards.size();
      ShardBurden& standing = m_out.shards.emplace_back();
      standing.shard = shard.id;
      standing.state = shard.state;
    }
    std::vector<char> partly(m_out.shards.size(), 0);
    for (const RangeLoad& range : m_loads.ranges) {
      if (!range.shard || !index.contains(*range.shard)) continue;
      const std::size_t s = index[*range.shard];
      ++m_out.shards[s].ranges;
      carry(m_out.shards[s], range);
      if (!amountOf(range, m_options.metric)) partly[s] = 1;
    }
    // A pin that no sample knows yet weighs nothing here; the range around it was counted with it.
    for (const PinLoad& pin : m_loads.pins) {
      if (!index.contains(pin.shard)) continue;
      ShardBurden& standing = m_out.shards[index[pin.shard]];
      ++standing.pins;
      carry(standing, pin);
    }
    const bool anything = std::any_of(m_out.shards.begin(), m_out.shards.end(), [](const ShardBurden& s) { return s.amount.has_value(); });
    for (std::size_t s = 0; s < m_out.shards.size(); ++s) {
      // Half a measurement would look like a light shard.
      if (partly[s]) m_out.shards[s].amount.reset();
      if (anything && m_out.shards[s].ranges == 0) m_out.shards[s].amount = m_out.shards[s].amount.value_or(0);
      if (m_shards[s].capacity && *m_shards[s].capacity > 0 && m_out.shards[s].bytes)
        m_out.shards[s].filled = static_cast<double>(*m_out.shards[s].bytes) / static_cast<double>(*m_shards[s].capacity);
    }
  }

  template <class Part>
  void carry(ShardBurden& standing, const Part& part) const {
    standing.rows = sum(standing.rows, part.rows);
    standing.bytes = sum(standing.bytes, part.bytes);
    standing.reads = sum(standing.reads, part.reads);
    standing.writes = sum(standing.writes, part.writes);
    standing.amount = sum(standing.amount, amountOf(part, m_options.metric));
  }

  void shares() {
    double weights = 0;
    std::size_t sharing = 0;
    for (std::size_t s = 0; s < m_shards.size(); ++s) {
      if (!m_out.shards[s].amount) continue;
      m_out.total = m_out.total.value_or(0) + *m_out.shards[s].amount;
      if (!takesShare(s)) continue;
      weights += m_shards[s].weight;
      ++sharing;
    }
    if (!m_out.total || sharing == 0) return;
    m_out.mean = static_cast<double>(*m_out.total) / static_cast<double>(sharing);
    for (std::size_t s = 0; s < m_shards.size(); ++s) {
      ShardBurden& standing = m_out.shards[s];
      if (!standing.amount || !takesShare(s)) continue;
      standing.fair = static_cast<double>(*m_out.total) * m_shards[s].weight / weights;
      standing.ratio = *standing.fair > 0 ? static_cast<double>(*standing.amount) / *standing.fair : 1.0;
      standing.outside = *standing.ratio > 1 + m_options.threshold;
      m_out.highestRatio = std::max(m_out.highestRatio.value_or(0), *standing.ratio);
    }
  }

  bool takesShare(std::size_t s) const { return m_shards[s].state != ShardState::Draining && m_shards[s].weight > 0; }

  const ShardBurden* fullest() const {
    const ShardBurden* out = nullptr;
    for (const ShardBurden& standing : m_out.shards)
      if (standing.ratio && (!out || *standing.ratio > *out->ratio)) out = &standing;
    return out;
  }

  void judge() {
    const ShardBurden* worst = fullest();
    const std::string_view metric = loadMetricName(m_options.metric);
    if (!worst) {
      m_out.cause = LoadCause::NotMeasured;
      m_out.sentence = fmt::format("{} is not measured in {}.", m_map.keyspace().text(), metric);
      m_out.problems.push_back({"not-measured", m_out.sentence, command(measuring())});
      return;
    }
    if (!worst->outside) {
      m_out.cause = LoadCause::Balanced;
      m_out.sentence = fmt::format("{} is balanced in {}: the fullest shard, {}, carries {:.2f} times its fair share (limit {:.2f}).",
                                   m_map.keyspace().text(), metric, worst->shard.text(), *worst->ratio, 1 + m_options.threshold);
      return;
    }
    m_out.because = causeOf(*worst);
    m_out.sentence = fmt::format("{} is unbalanced in {}: {} carries {:.2f} times its fair share ({} of {}): {}.", m_map.keyspace().text(), metric,
                                 worst->shard.text(), *worst->ratio, shown(*worst->amount, m_options.metric), shown(*m_out.total, m_options.metric), m_out.because);
    m_out.problems.insert(m_out.problems.begin(), {m_out.cause == LoadCause::OneKey ? "hot-key" : "unbalanced", m_out.sentence, command(m_action)});
  }

  std::string measuring() const {
    if (m_options.metric == LoadMetric::Ops) return fmt::format("load import {} TRACE.csv", keyspace());
    return fmt::format("load sample {}", keyspace());
  }

  // Why the shard carries too much: whatever alone makes up half of the excess, the smallest thing first.
  std::string causeOf(const ShardBurden& worst) {
    const double excess = static_cast<double>(*worst.amount) - *worst.fair;
    m_action = fmt::format("plan create {} --goal balance --metric {}", keyspace(), loadMetricName(m_options.metric));
    if (m_options.metric == LoadMetric::Ops) {
      for (const KeyLoad& key : m_loads.keys) {
        const auto placement = m_map.placementOf(key.key);
        if (!placement || placement->shard != worst.shard) continue;
        const auto least = static_cast<double>(key.count - key.error);
        if (least < excess / 2) break;
        m_out.cause = LoadCause::OneKey;
        // A key that has its place already is left there, and the rest of the shard goes.
        if (placement->reason != Placement::Reason::Pin)
          m_action = fmt::format("plan create {} --goal isolate --key {}", keyspace(), shellWord(key.key.toText()));
        return fmt::format("the key {} alone has at least {} of its operations", printable(key.key.toText(), 60),
                           percent(least / static_cast<double>(*worst.amount)));
      }
    }
    const RangeLoad* heaviest = nullptr;
    for (const RangeLoad& range : m_loads.ranges)
      if (range.shard == worst.shard && (!heaviest || amountOf(range, m_options.metric) > amountOf(*heaviest, m_options.metric))) heaviest = &range;
    if (heaviest && static_cast<double>(*amountOf(*heaviest, m_options.metric)) >= excess / 2 && worst.ranges > 0 && dominates(*heaviest, worst)) {
      m_out.cause = LoadCause::OneRange;
      if (m_map.rangeCount() == 1) return std::string("everything is one range");
      return fmt::format("the range {} alone is {} of it", printable(rangeWord(heaviest->tokens, m_map.strategy()), 120),
                         percent(static_cast<double>(*amountOf(*heaviest, m_options.metric)) / static_cast<double>(*worst.amount)));
    }
    if (const auto grown = growthOf(worst.shard); grown && static_cast<double>(*grown) >= excess / 2) {
      m_out.cause = LoadCause::Growth;
      return fmt::format("it has grown by {} since {}, faster than the others", shown(*grown, m_options.metric), formatUtc(m_since));
    }
    m_out.cause = LoadCause::Skew;
    return fmt::format("its {} ranges together are too many", worst.ranges);
  }

  // One range is the cause only if it stands out among the shard's ranges.
  bool dominates(const RangeLoad& range, const ShardBurden& shard) const {
    return shard.ranges == 1 || static_cast<double>(*amountOf(range, m_options.metric)) * static_cast<double>(shard.ranges) >= 2 * static_cast<double>(*shard.amount);
  }

  // What the shard has gained since the first sample, beyond what the others gained on average.
  std::optional<std::int64_t> growthOf(const ShardId& shard) {
    if (m_options.metric == LoadMetric::Ops || m_samples.size() < 2) return std::nullopt;
    const RangeLoads before = loadsUnder(m_map, m_samples.subspan(0, 1));
    if (m_loads.at - before.at < 3600) return std::nullopt;
    m_since = before.at;
    std::map<ShardId, std::int64_t> gained;
    for (std::size_t i = 0; i < before.ranges.size(); ++i) {
      const auto then = amountOf(before.ranges[i], m_options.metric), now = amountOf(m_loads.ranges[i], m_options.metric);
      if (!then || !now) return std::nullopt;
      if (before.ranges[i].shard) gained[*before.ranges[i].shard] += *now - *then;
    }
    if (gained.size() < 2) return gained[shard];
    std::int64_t others = 0;
    for (const auto& [other, amount] : gained)
      if (other != shard) others += amount;
    return gained[shard] - others / static_cast<std::int64_t>(gained.size() - 1);
  }

  void otherProblems() {
    for (std::size_t s = 0; s < m_shards.size(); ++s) {
      const ShardBurden& standing = m_out.shards[s];
      const std::string& name = standing.shard.text();
      if (standing.state == ShardState::Draining && standing.ranges + standing.pins > 0)
        m_out.problems.push_back({"draining", fmt::format("{} is draining and still has {}.", name, holdings(standing)),
                                  command(fmt::format("plan create {} --goal drain --shard {}", keyspace(), shellWord(name)))});
      if (standing.filled && *standing.filled > 0.8)
        m_out.problems.push_back({"nearly-full", fmt::format("{} is {} full.", name, percent(*standing.filled)),
                                  command(fmt::format("load forecast {}", keyspace()))});
      if (m_out.total && !standing.amount && standing.ranges > 0)
        m_out.problems.push_back({"not-measured", fmt::format("{} is not measured in {}; it may be out of reach.", name, loadMetricName(m_options.metric)),
                                  command(fmt::format("shard check {}", shellWord(name)))});
    }
  }

  static std::string holdings(const ShardBurden& standing) {
    std::string out = fmt::format("{} range{}", standing.ranges, standing.ranges == 1 ? "" : "s");
    if (standing.pins > 0) out += fmt::format(" and {} pin{}", standing.pins, standing.pins == 1 ? "" : "s");
    return out;
  }

  std::span<const LoadSample> m_samples;
  const ShardMap& m_map;
  std::span<const Shard> m_shards;
  const LoadReportOptions& m_options;
  RangeLoads m_loads;
  LoadReport m_out;
  std::string m_action;
  UnixSeconds m_since = 0;
};

template <class T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

LoadReport analyzeLoadDistribution(std::span<const LoadSample> samples, const ShardMap& map, std::span<const Shard> shards,
                                   const LoadReportOptions& options) {
  return Analysis(samples, map, shards, options).run();
}

bool requiresRebalancing(const LoadReport& report, double threshold) {
  if (report.highestRatio && *report.highestRatio > 1 + threshold) return true;
  return std::any_of(report.shards.begin(), report.shards.end(), [](const ShardBurden& s) { return s.state == ShardState::Draining && s.ranges + s.pins > 0; });
}

Json loadReportToJson(const LoadReport& report) {
  Json shards = Json::array(), problems = Json::array();
  for (const ShardBurden& s : report.shards)
    shards.push_back({{"shard", s.shard.text()}, {"state", shardStateName(s.state)}, {"ranges", s.ranges}, {"pins", s.pins}, {"amount", orNull(s.amount)},
                      {"rows", orNull(s.rows)}, {"bytes", orNull(s.bytes)}, {"reads", orNull(s.reads)}, {"writes", orNull(s.writes)},
                      {"fair", orNull(s.fair)}, {"ratio", orNull(s.ratio)}, {"filled", orNull(s.filled)}, {"outside", s.outside}});
  for (const LoadProblem& p : report.problems) problems.push_back({{"id", p.id}, {"sentence", p.sentence}, {"command", p.command}});
  return {{"keyspace", report.keyspace.text()},
          {"metric", loadMetricName(report.metric)},
          {"threshold", report.threshold},
          {"cause", loadCauseName(report.cause)},
          {"sentence", report.sentence},
          {"total", orNull(report.total)},
          {"mean", orNull(report.mean)},
          {"highestRatio", orNull(report.highestRatio)},
          {"at", report.at == 0 ? Json() : Json(formatUtc(report.at))},
          {"generated", report.generated},
          {"shards", std::move(shards)},
          {"problems", std::move(problems)}};
}

std::string formatLoadReport(const LoadReport& report) {
  std::string out = fmt::format("{}{}\n\n", report.generated ? "[generated samples] " : "", printable(report.sentence));
  std::size_t width = 5;
  for (const ShardBurden& s : report.shards) width = std::max(width, printable(s.shard.text(), 40).size());
  const auto count = [](const std::optional<std::int64_t>& n) { return n ? formatCount(*n) : std::string("-"); };
  out += fmt::format("  {:<{}}    {:>6}  {:>14}  {:>10}  {:>14}  {:>14}  {:>10}\n", "shard", width, "ranges", "rows", "bytes", "reads", "writes", "fair share");
  for (const ShardBurden& s : report.shards)
    out += fmt::format("  {:<{}}  {} {:>6}  {:>14}  {:>10}  {:>14}  {:>14}  {:>10}\n", printable(s.shard.text(), 40), width, s.outside ? "!" : " ",
                       s.ranges, count(s.rows), s.bytes ? formatBytes(*s.bytes) : "-", count(s.reads), count(s.writes),
                       s.ratio ? fmt::format("{:.2f}", *s.ratio) : std::string("-"));
  for (const LoadProblem& p : report.problems) {
    // The first thing said need not be said again.
    out += fmt::format("\n! {}\n  {}\n", p.sentence == report.sentence ? "What to do:" : printable(p.sentence), printable(p.command));
  }
  return out;
}

}  // namespace shardwright
