// The plan as a diff for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "core/plan/plan_words.h"

namespace shardwright {

namespace {

std::string name(const ShardId& shard) { return printable(shard.text(), 40); }

void addBounds(std::string& out, const MigrationPlan& plan, const ShardingStrategy& strategy) {
  if (plan.splits.empty() && plan.merges.empty()) return;
  out += "\nBounds\n";
  for (const Token& at : plan.splits) out += fmt::format("  + split at {}\n", printable(strategy.formatToken(at), 80));
  for (const Token& at : plan.merges) out += fmt::format("  - merge at {}\n", printable(strategy.formatToken(at), 80));
}

void addMove(std::string& out, const PlannedMove& move, const ShardingStrategy& strategy) {
  out += fmt::format("    {:<5} wave {:<3} {}  {}, {} rows\n", move.id.text(), move.wave,
                     printable(subjectText(move, strategy), 80), formatBytes(move.bytes), formatCount(move.rows));
  if (!move.reason.empty()) out += fmt::format("          {}\n", printable(move.reason));
}

void addMoves(std::string& out, const MigrationPlan& plan, const ShardingStrategy& strategy) {
  if (plan.moves.empty()) return;
  std::map<std::pair<ShardId, ShardId>, std::vector<const PlannedMove*>> pairs;
  for (const PlannedMove& move : plan.moves) pairs[{move.source, move.target}].push_back(&move);
  out += "\nMoves\n";
  for (const auto& [ends, moves] : pairs) {
    std::int64_t bytes = 0, rows = 0;
    for (const PlannedMove* move : moves) {
      bytes += move->bytes;
      rows += move->rows;
    }
    out += fmt::format("  {} -> {}: {} {}, {}, {} rows\n", name(ends.first), name(ends.second), moves.size(),
                       moves.size() == 1 ? "move" : "moves", formatBytes(bytes), formatCount(rows));
    for (const PlannedMove* move : moves) addMove(out, *move, strategy);
  }
}

void addShards(std::string& out, const MigrationPlan& plan) {
  const std::vector<ShardChange> changes = shardChanges(plan);
  if (changes.empty()) return;
  std::size_t width = 5;
  for (const ShardChange& change : changes) width = std::max(width, name(change.shard).size());
  out += fmt::format("\nUtilisation\n  {:<{}}    {:>9}  {:>9}\n", "shard", width, "before", "after");
  for (const ShardChange& change : changes)
    out += fmt::format("  {:<{}}  {} {:>9}  {:>9}\n", name(change.shard), width, change.worse() ? "!" : " ",
                       percentText(change.before), percentText(change.after));
}

}  // namespace

std::string formatPlan(const MigrationPlan& plan) {
  const auto strategy = ShardingStrategy::make(plan.strategy);
  if (!strategy) return strategy.error().message() + "\n";
  std::string out = fmt::format("Plan {}: {} of {}, made for map version {}\n{}\n", printable(plan.id.text(), 60), plan.goal,
                                printable(plan.keyspace.text(), 63), plan.baseVersion, tallyText(plan));
  addBounds(out, plan, *strategy);
  addMoves(out, plan, *strategy);
  addShards(out, plan);
  out += fmt::format("\n{}\n", utilisationSentence(plan));
  if (!plan.moves.empty()) out += fmt::format("{}\n", bytesSentence(plan));
  if (!plan.risks.empty()) out += "\nRisks\n";
  for (const PlanRisk& risk : plan.risks) out += fmt::format("  ! {}: {}\n", risk.id, printable(risk.sentence));
  if (!plan.refused.empty()) out += "\nNot done\n";
  for (const RefusedCandidate& one : plan.refused)
    out += fmt::format("  - {}: {}\n", printable(one.subject, 80), printable(one.reason));
  out += fmt::format("\nFingerprint {}\n", fingerprintOf(plan));
  return out;
}

}  // namespace shardwright
