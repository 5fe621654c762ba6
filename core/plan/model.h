// PlanModel: a snapshot as a placement problem, and the way back from items to ranges.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/plan/bounds.h"
#include "core/plan/placement.h"
#include "core/plan/planner.h"
#include "core/plan/snapshot.h"

namespace shardwright {

// A part of a range between two of its cuts: cut 0 is its beginning, cut splitPoints.size() + 1 its end.
struct Slice {
  std::uint32_t range = 0;
  std::uint32_t from = 0;
  std::uint32_t until = 1;
};

// One dimension of the problem.
struct ModelDimension {
  std::size_t snapshot = 0;  // index in the snapshot's dimensions
  int shift = 0;             // loads are scaled by 2^shift, so that fair shares of small loads are not rounded away
  bool byWeight = false;     // no capacities declared: fair shares by weight, of which 100 % is an even load
};

struct PlanModel {
  const ClusterSnapshot* snapshot = nullptr;
  std::vector<ModelDimension> dims;
  PlacementProblem problem;
  std::vector<std::uint32_t> firstRange;               // of an item
  std::vector<std::vector<std::uint32_t>> groups;      // members of an item that stands for a group; empty for others
  std::vector<std::uint32_t> groupOf;                  // item -> index into groups, or noGroup
  bool scattered = false;                              // a group lies on several shards and has to come together
  std::vector<RefusedCandidate> refused;

  static constexpr std::uint32_t noGroup = 0xffffffff;

  bool isGroup(ItemIndex i) const { return groupOf[i] != noGroup; }
  const SnapshotRange& rangeOf(ItemIndex i) const { return snapshot->ranges[firstRange[i]]; }
  bool divisible(ItemIndex i) const { return !isGroup(i) && !problem.fixed[i] && !rangeOf(i).splitPoints.empty(); }
  std::int64_t sliceLoad(const Slice& slice, std::size_t d) const;  // in units of the problem
  std::int64_t sliceCost(const Slice& slice) const;
};

// `draining`: shards that must end empty beside those the snapshot says so of.
Result<PlanModel> modelOf(const ClusterSnapshot& snapshot, const PlanOptions& options, const std::vector<ShardId>& draining);

// Loads of what no split can take apart, in the layout of problem.load.
std::vector<std::int64_t> smallestParts(const PlanModel& model, bool splits);

// The problem with every divisible item taken apart at all its split points: what bounds hold for when cuts are allowed.
PlacementProblem finestProblem(const PlanModel& model);

// A slice's part of a range's amount, such that the parts of a range add up to it exactly.
std::int64_t shareOf(const SnapshotRange& range, const Slice& slice, std::size_t dimension, std::int64_t amount);
std::int64_t sliceAmount(const SnapshotRange& range, const Slice& slice, std::size_t dimension);
std::optional<TokenRange> sliceTokens(const SnapshotRange& range, const Slice& slice);
std::string partName(const SnapshotRange& range);  // "range A..B", or "key K" of a pin; printable
std::optional<std::size_t> dimensionNamed(const ClusterSnapshot& snapshot, std::string_view name);
std::int64_t sliceBytes(const ClusterSnapshot& snapshot, const Slice& slice);  // that a move of it carries
std::int64_t sliceRows(const ClusterSnapshot& snapshot, const Slice& slice);   // 0 where rows are not measured

}  // namespace shardwright
