// Progress: what a run does, for whoever looks on - a bar that redraws itself on a terminal, plain lines where stderr is
// none, or one JSON object an event on stdout.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/terminal.h"
#include "core/plan/plan.h"
#include "core/run/shard_rebalancer.h"

namespace shardwright::cli {

// How long the rest will take, from the pace of the last seconds and of the whole: the truth is mostly between them.
class Estimate {
 public:
  using Clock = std::chrono::steady_clock;

  void add(Clock::time_point now, std::int64_t rows);
  double rate() const;  // rows a second over the last ten seconds
  // Seconds, the shorter first; none while there is no pace to go by.
  std::optional<std::pair<double, double>> remaining(std::int64_t rows) const;

 private:
  struct Point {
    Clock::time_point at;
    std::int64_t rows;
  };
  std::optional<Point> m_first;
  std::deque<Point> m_recent;
};

std::string formatEta(const std::optional<std::pair<double, double>>& eta);  // "12 s to 40 s"

class Progress {
 public:
  // `moves` of the plan that is run, for the total.
  Progress(const Terminal& terminal, const std::vector<PlannedMove>& moves);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const RunEvent& event);  // one at a time, from any thread
  void finish();                     // the bar is wiped away

 private:
  using Clock = Estimate::Clock;
  struct OfMove {
    std::string route;  // north -> south
    Phase phase = Phase::Queued;
    std::int64_t rows = 0, rowsTotal = 0;
    std::string reason;
    Clock::time_point told{};
    Estimate estimate;
  };

  void showMove(const MoveEvent& event);
  void tellPhase(const MoveEvent& event, OfMove& move);
  void tellProgress(const MoveEvent& event, OfMove& move);
  void tellCutOver(const MoveEvent& event, OfMove& move);
  void plain(const std::string& line);
  void draw(const MoveId& id, const OfMove& move);
  std::pair<std::int64_t, std::int64_t> total() const;

  const Terminal& m_terminal;
  bool m_bar;
  bool m_drawn = false;
  std::map<MoveId, OfMove> m_moves;
  Estimate m_overall;
  Clock::time_point m_lastDraw{};
};

}  // namespace shardwright::cli
