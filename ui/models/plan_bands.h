// PlanBands: a plan as a line of keys, before and after, on one scale. Plain values and arithmetic; the widget that draws
// them is ui/widgets/plan_bands_view.h.
//
// The line is cut wherever something begins or ends that the plan changes; what lies between and stays is folded, and every
// fold knows how many ranges it hides. So the picture of a map with 1,000,000 ranges has as many parts as the plan has moves.
// Widths are not to scale: a moved part is as wide as its rows are many (by the square root), folds are short.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/map/shard_map.h"
#include "core/plan/plan.h"

namespace shardwright::ui {

// Whether a bound stands in the map before and after: at Came the plan splits, at Gone it merges. None: neither, such as
// around a pinned key.
enum class BoundKind { Both, Came, Gone, None };

struct BandPart {
  enum class Kind { Kept, Fold, Move, Pin };
  Kind kind = Kind::Kept;
  TokenRange range;                      // of a pin: empty at its token
  std::optional<ShardId> before, after;  // none: nobody; of a fold: not one owner
  BoundKind left = BoundKind::Both;      // the bound at its beginning
  std::size_t first = 0, count = 1;      // ranges of the base map: of a fold those it hides
  std::size_t move = 0;                  // Move, Pin: its place among the plan's moves
  std::int64_t rows = 0;
  friend bool operator==(const BandPart&, const BandPart&) = default;
};

std::vector<BandPart> bandParts(const ShardMap& base, const ShardMap& target, const MigrationPlan& plan);
// The fold at `index` replaced by what it hides: its ranges, or smaller folds where they are many.
std::vector<BandPart> opened(const std::vector<BandPart>& parts, std::size_t index, const ShardMap& base);
std::size_t rangesUnchanged(const std::vector<BandPart>& parts);

// Where each part begins, in pixels from the left of the band, and one past the last. Ascending, the last is `width`.
std::vector<double> bandEdges(const std::vector<BandPart>& parts, double width);
std::optional<std::size_t> partAt(const std::vector<double>& edges, double x);

// All moves from one shard to another as one. For plans with so many moves that ribbons would be a grey cloth.
struct MoveBundle {
  ShardId source, target;
  std::vector<std::size_t> moves;  // their places among the plan's moves
  std::int64_t rows = 0, bytes = 0;
};
std::vector<MoveBundle> bundled(const MigrationPlan& plan);  // by source, then target

// Two rows of segments, one above for the sources and one below for the targets, each as wide as its bytes.
struct BundleSpan {
  double left = 0, right = 0;
};
struct BundleLayout {
  std::vector<BundleSpan> above, below;  // one a bundle
  struct Shard {
    ShardId shard;
    BundleSpan span;
  };
  std::vector<Shard> sources, targets;
};
BundleLayout bundleLayout(const std::vector<MoveBundle>& bundles, double width, double gap);

inline constexpr std::size_t bundleAbove = 500;  // moves

}  // namespace shardwright::ui
