// MapScene: a map as it is to be drawn and listed - lanes, places on the axis, heat of each range, marks - worked out once,
// off the window's thread, and then shared by picture, table and text. Immutable.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <vector>

#include "core/domain/shard.h"
#include "core/load/range_loads.h"
#include "core/map/map_diff.h"
#include "core/map/shard_map.h"
#include "ui/widgets/heat_scale.h"
#include "ui/widgets/line_scale.h"

namespace shardwright::ui {

// Accesses: reads and writes of the last day.
enum class MapColour { Rows, Bytes, Accesses, Change };

struct RangeProblem {
  TokenRange tokens;
  QString words;
  friend bool operator==(const RangeProblem&, const RangeProblem&) = default;
};

struct MapSceneInput {
  std::shared_ptr<const ShardMap> map;
  std::shared_ptr<const RangeLoads> loads;       // of the map's ranges, in order; none: not measured
  std::vector<Shard> shards;                     // of the registry: each gets a lane, whether it owns anything or not
  std::vector<TokenRange> moving;                // ranges that a plan under way carries
  std::vector<RangeProblem> problems;
  std::shared_ptr<const ShardMap> before;        // an older version to compare with; none: no comparison
  MapColour colour = MapColour::Bytes;
  LineScale::Measure measure = LineScale::Measure::Ranges;
  bool onlyMoving = false, onlyProblems = false;
  std::set<ShardId> onlyShards;                  // empty: all
  friend bool operator==(const MapSceneInput&, const MapSceneInput&) = default;
};

struct MapLane {
  QString name;
  std::optional<ShardId> shard;  // none: nobody
  std::size_t ranges = 0;
  std::optional<std::int64_t> rows, bytes, accesses;  // of its ranges that were measured
};

// What a range is besides heavy or light.
namespace mark {
enum Mark : std::uint8_t { Hidden = 1, Moving = 2, Problem = 4, Changed = 8, Nobody = 16, Draining = 32 };
}

// A stretch that has another owner than before; in positions of the axis.
struct LaneChange {
  double from = 0, until = 0;
  std::uint32_t before = 0, after = 0;  // lanes
};

struct PinMark {
  double position = 0;
  std::uint32_t lane = 0;
  std::uint32_t pin = 0;  // index into the map's pins
};

class MapScene {
 public:
  // Where the colour is of a change: codes of a range that stayed, and of one that has another owner.
  static constexpr HeatCode stayed = 2, changed = 3;

  static std::shared_ptr<const MapScene> make(MapSceneInput input, std::stop_token stop);  // none: it was stopped

  const MapSceneInput& input() const { return m_input; }
  const ShardMap& map() const { return *m_input.map; }
  const LineScale& axis() const { return m_axis; }
  std::size_t ranges() const { return m_laneOf.size(); }
  const std::vector<MapLane>& lanes() const { return m_lanes; }
  std::optional<std::uint32_t> laneOf(const ShardId& shard) const;
  std::uint32_t lane(std::size_t range) const { return m_laneOf[range]; }
  // The ranges of a lane in the order of the line, and which of them a range is.
  std::span<const std::uint32_t> rangesOf(std::uint32_t lane) const { return {m_byLane.data() + m_laneBegins[lane], m_lanes[lane].ranges}; }
  std::size_t placeInLane(std::size_t range) const { return m_placeInLane[range]; }
  HeatCode code(std::size_t range) const { return m_codes[range]; }
  std::uint8_t marks(std::size_t range) const { return m_marks[range]; }
  bool isShown(std::size_t range) const { return (m_marks[range] & mark::Hidden) == 0; }
  std::size_t shown() const { return m_shown; }
  const HeatScale& heat() const { return m_heat; }
  const std::vector<PinMark>& pins() const { return m_pins; }           // by position
  const std::vector<LaneChange>& changes() const { return m_changes; }  // by position
  const MapDiff& diff() const { return m_diff; }                        // empty where nothing is compared

  std::optional<std::int64_t> rowsOf(std::size_t range) const;
  std::optional<std::int64_t> bytesOf(std::size_t range) const;
  std::optional<std::int64_t> accessesOf(std::size_t range) const;
  std::optional<std::int64_t> amountOf(std::size_t range) const;  // in the metric of the colour; of a change: bytes
  std::optional<double> shareOf(std::size_t range) const;         // of all that was measured, in that metric
  std::optional<double> partOfMost(std::size_t range) const;      // of the heaviest range
  QString problemOf(std::size_t range) const;
  QString beforeOf(std::size_t range) const;                      // owners before the change, for people

  // The ranges that a stretch of the line touches, first to last.
  struct Span {
    std::size_t first = 0, last = 0;
    friend bool operator==(const Span&, const Span&) = default;
  };
  Span spanOf(const TokenRange& tokens) const;
  TokenRange tokensOf(const Span& span) const;

 private:
  explicit MapScene(MapSceneInput input) : m_input(std::move(input)) {}
  void addLanes();
  void addRanges();
  void sortByLane();
  void addHeat();
  void addMarks();
  void addChanges();
  void addPins();
  void hideOthers();
  const RangeLoad* loadOf(std::size_t range) const;

  MapSceneInput m_input;
  LineScale m_axis;
  std::vector<MapLane> m_lanes;  // by name, nobody last
  std::vector<std::uint32_t> m_laneOf;
  std::vector<std::uint32_t> m_byLane, m_placeInLane;
  std::vector<std::size_t> m_laneBegins;
  std::vector<HeatCode> m_codes;
  std::vector<std::uint8_t> m_marks;
  std::size_t m_shown = 0;
  HeatScale m_heat;
  double m_total = 0, m_most = 0;
  std::vector<PinMark> m_pins;
  std::vector<LaneChange> m_changes;
  MapDiff m_diff;
};

}  // namespace shardwright::ui
