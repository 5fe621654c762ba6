#include "app/cli/plan_arguments.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace shardwright::cli {

void declareGoal(Command& command, PlanArguments& a) {
  command.option("--goal", a.goal, "balance, drain, add, move, split, merge or isolate; default balance").placeholder("GOAL");
  command.option("--shard", a.shards, "drain: shards that shall be empty; add: shards that shall take load").placeholder("NAME");
  command.option("--range", a.range, "move, split, merge: tokens from A until B; a side may be left out").placeholder("A..B");
  command.option("--key", a.key, "move, isolate: this one key, which becomes a pin").placeholder("K");
  command.option("--to", a.to, "Where it goes; default the shard with the most room").placeholder("SHARD");
  command.option("--at", a.at, "split: where; default where the load halves").placeholder("KEY");
  command.option("--metric", a.metrics, "What is balanced: bytes, rows, ops, reads or writes; default bytes and rows").placeholder("M");
  command.option("--threshold", a.threshold, "How far above its bound the highest utilisation may stay; default 5%").placeholder("P");
  command.option("--max-bytes", a.maxBytes, "Move at most this much").placeholder("SIZE");
  command.option("--max-moves", a.maxMoves, "Make at most so many moves").placeholder("N");
}

Result<PlanRequest> requestOf(const PlanArguments& a) {
  PlanRequest request{a.goal, a.shards, a.range, a.key, a.to, a.at, a.metrics, 0.05, std::nullopt, a.maxMoves};
  if (a.threshold) {
    const auto threshold = parsePercent(*a.threshold);
    if (!threshold) return invalidInput(fmt::format("\"{}\" is no share; write 5% or 0.05.", printable(*a.threshold, 40)));
    request.threshold = *threshold;
  }
  if (a.maxBytes) {
    request.maxBytes = parseSize(*a.maxBytes);
    if (!request.maxBytes) return invalidInput(fmt::format("\"{}\" is no size; write bytes, or a number with a unit such as 2GB.", printable(*a.maxBytes, 40)));
  }
  return request;
}

}  // namespace shardwright::cli
