// RunHistory: how fast a run copies and how many changes wait, from successive readings of its journal. The journal is
// written about five times a second, so a rate is taken over a window of some seconds. Plain; any one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/domain/ids.h"
#include "ui/bridge/run_reading.h"

namespace shardwright::ui {

struct TimedValue {
  double at = 0;     // seconds since 1970 UTC
  double value = 0;
  friend bool operator==(const TimedValue&, const TimedValue&) = default;
};

// Rows over time, and how fast they came.
class Pace {
 public:
  void add(double at, std::int64_t rows);         // fewer rows than before: it begins anew
  std::optional<double> rate() const;             // rows a second over the last `window`; none: too little is known
  // Seconds that `rows` more may take: by the last window and by all that was seen. None: nothing moves, or nothing is known.
  std::optional<std::pair<double, double>> remaining(std::int64_t rows) const;

  static constexpr double window = 3;    // seconds
  static constexpr double atLeast = 1;   // seconds of readings before anything is said

 private:
  struct Point {
    double at;
    std::int64_t rows;
  };
  std::optional<Point> m_first;
  std::vector<Point> m_recent;
};

class RunHistory {
 public:
  void add(const RunReading& reading);  // of one plan, in order of time

  const std::vector<TimedValue>& rates() const { return m_rates; }    // rows a second, over all moves
  const std::vector<TimedValue>& waiting() const { return m_waiting; }  // changes that are not on the other side yet
  std::optional<double> rate() const { return m_all.rate(); }
  std::optional<double> rateOf(const MoveId& move) const;
  std::optional<std::pair<double, double>> remaining(std::int64_t rows) const { return m_all.remaining(rows); }
  std::optional<std::pair<double, double>> remainingOf(const MoveId& move, std::int64_t rows) const;
  double since() const { return m_rates.empty() && m_waiting.empty() ? m_until : m_since; }
  double until() const { return m_until; }

  static constexpr std::size_t mostPoints = 3600;  // then every second one is let go

 private:
  static void thin(std::vector<TimedValue>& points);

  Pace m_all;
  std::map<MoveId, Pace> m_moves;
  std::vector<TimedValue> m_rates, m_waiting;
  double m_since = 0, m_until = 0;
};

}  // namespace shardwright::ui
