#include "core/plan/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/strategy/sharding_strategy.h"

namespace shardwright {

namespace {

std::uint32_t cutsOf(const SnapshotRange& range) { return static_cast<std::uint32_t>(range.splitPoints.size()) + 1; }

std::vector<Part> joined(std::vector<Part> parts) {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return a.slice.range != b.slice.range ? a.slice.range < b.slice.range : a.slice.from < b.slice.from;
  });
  std::vector<Part> out;
  for (const Part& part : parts) {
    if (!out.empty() && out.back().slice.range == part.slice.range && out.back().at == part.at) {
      out.back().slice.until = part.slice.until;
    } else {
      out.push_back(part);
    }
  }
  return out;
}

bool holdsKey(const SnapshotRange& piece, const ClusterSnapshot& snapshot) {
  if (!snapshot.strategy || !piece.tokens) return false;
  const auto strategy = ShardingStrategy::make(*snapshot.strategy);
  if (!strategy) return false;
  const auto token = strategy->tokenOf(piece.hotKey->key);
  return token && piece.tokens->contains(*token);
}

SnapshotRange pieceOf(const ClusterSnapshot& snapshot, const Slice& slice) {
  const SnapshotRange& range = snapshot.ranges[slice.range];
  if (slice.from == 0 && slice.until == cutsOf(range)) return range;
  SnapshotRange piece = range;
  piece.id = fmt::format("{}\n{}", range.id, slice.from);  // no id of a file has a line break beside another like it
  piece.tokens = sliceTokens(range, slice);
  piece.moveBytes = sliceBytes(snapshot, slice);
  piece.splitPoints.clear();
  for (std::size_t d = 0; d < piece.loads.size(); ++d) piece.loads[d] = sliceAmount(range, slice, d);
  for (std::uint32_t cut = slice.from + 1; cut < slice.until; ++cut) {
    SplitPoint& point = piece.splitPoints.emplace_back();
    point.at = range.splitPoints[cut - 1].at;
    for (std::size_t d = 0; d < piece.loads.size(); ++d) point.below.push_back(sliceAmount(range, {slice.range, slice.from, cut}, d));
  }
  if (piece.hotKey && !holdsKey(piece, snapshot)) piece.hotKey.reset();
  return piece;
}

}  // namespace

std::vector<Part> partsOf(const PlanModel& model, const CutPlacement& placement) {
  std::vector<Part> parts;
  parts.reserve(placement.at.size());
  for (ItemIndex i = 0; i < placement.at.size(); ++i) {
    if (i < model.problem.items() && model.isGroup(i)) {
      for (const std::uint32_t r : model.groups[model.groupOf[i]])
        parts.push_back({{r, 0, cutsOf(model.snapshot->ranges[r])}, placement.at[i]});
    } else {
      parts.push_back({placement.slices[i], placement.at[i]});
    }
  }
  return joined(std::move(parts));
}

ClusterSnapshot snapshotOf(const ClusterSnapshot& snapshot, const std::vector<Part>& parts) {
  ClusterSnapshot out = snapshot;
  out.ranges.clear();
  out.ranges.reserve(parts.size());
  for (const Part& part : parts) {
    out.ranges.push_back(pieceOf(snapshot, part.slice));
    out.ranges.back().shard = snapshot.shards[part.at].name;
  }
  return out;
}

std::vector<Part> composed(const std::vector<Part>& parts, const std::vector<Part>& further) {
  std::vector<Part> out;
  out.reserve(further.size());
  for (const Part& part : further) {
    const Slice& of = parts[part.slice.range].slice;
    out.push_back({{of.range, of.from + part.slice.from, of.from + part.slice.until}, part.at});
  }
  return joined(std::move(out));
}

}  // namespace shardwright
