#include "core/plan/plan_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"

namespace shardwright {

std::string rangeText(const TokenRange& range, const ShardingStrategy& strategy) {
  return (range.from.isBeginning() ? "" : strategy.formatToken(range.from)) + ".." +
         (range.until ? strategy.formatToken(*range.until) : "");
}

std::string subjectText(const PlannedMove& move, const ShardingStrategy& strategy) {
  if (move.pin) return "key " + move.pin->toText();
  return rangeText(move.range, strategy);
}

std::string percentText(double share) { return fmt::format("{:.1f} %", share * 100); }
std::string percentText(const std::optional<double>& share) { return share ? percentText(*share) : "-"; }

namespace {

std::string counted(std::size_t n, std::string_view one) { return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s"); }

std::int64_t totalBytes(const MigrationPlan& plan) {
  const auto bytes = std::find(plan.dimensions.begin(), plan.dimensions.end(), "bytes");
  if (bytes == plan.dimensions.end()) return 0;
  const auto d = static_cast<std::size_t>(bytes - plan.dimensions.begin());
  std::int64_t total = 0;
  for (const ShardLoad& load : plan.before.perShard)
    if (d < load.loads.size()) total += load.loads[d];
  return total;
}

}  // namespace

bool isHigh(const PlanRisk& risk) {
  for (const std::string_view quiet : {"generated-load", "no-capacity", "search-cut-short"})
    if (risk.id == quiet) return false;
  return true;
}

std::string tallyText(const MigrationPlan& plan) {
  std::string out = counted(plan.moves.size(), "move");
  if (!plan.splits.empty()) out += ", " + counted(plan.splits.size(), "split");
  if (!plan.merges.empty()) out += ", " + counted(plan.merges.size(), "merge");
  if (plan.moves.empty()) return out + ", no data moves";
  out += ", " + formatBytes(plan.movedBytes());
  if (const std::int64_t total = totalBytes(plan); total > 0)
    out += fmt::format(" ({} of the data)", percentText(static_cast<double>(plan.movedBytes()) / static_cast<double>(total)));
  return out + " in " + counted(static_cast<std::size_t>(plan.waves()), "wave");
}

std::string utilisationSentence(const MigrationPlan& plan) {
  if (!plan.before.maxUtilisation || !plan.after.maxUtilisation) return "Utilisation: not measured.";
  const double after = *plan.after.maxUtilisation;
  std::string out = fmt::format("Highest utilisation {} -> {}.", percentText(*plan.before.maxUtilisation), percentText(after));
  if (!plan.bounds.maxUtilisation) return out;
  out += fmt::format(" Proven: no placement can be below {} ({}).", percentText(*plan.bounds.maxUtilisation), plan.bounds.reason);
  if (*plan.bounds.maxUtilisation > 0) out += fmt::format(" Gap {}.", percentText(after / *plan.bounds.maxUtilisation - 1));
  return out;
}

std::string bytesSentence(const MigrationPlan& plan) {
  std::string out = fmt::format("Bytes moved {}; proven minimum for the target {}.", formatBytes(plan.movedBytes()),
                                formatBytes(plan.bounds.movedBytes));
  if (plan.bounds.movedBytes > 0)
    out += fmt::format(" Gap {:.2f} %.", (static_cast<double>(plan.movedBytes()) / static_cast<double>(plan.bounds.movedBytes) - 1) * 100);
  return out;
}

std::vector<ShardChange> shardChanges(const MigrationPlan& plan) {
  std::map<ShardId, ShardChange> changes;
  for (const ShardLoad& load : plan.before.perShard) changes[load.shard] = {load.shard, load.utilisation, {}};
  for (const ShardLoad& load : plan.after.perShard) {
    changes[load.shard].shard = load.shard;
    changes[load.shard].after = load.utilisation;
  }
  std::vector<ShardChange> out;
  for (auto& [shard, change] : changes) out.push_back(std::move(change));
  const auto rise = [](const ShardChange& c) { return c.after.value_or(0) - c.before.value_or(0); };
  std::stable_sort(out.begin(), out.end(), [&](const ShardChange& a, const ShardChange& b) {
    if (a.worse() != b.worse()) return a.worse();
    return a.worse() ? rise(a) > rise(b) : rise(a) < rise(b);
  });
  return out;
}

}  // namespace shardwright
