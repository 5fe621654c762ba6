// RunProgress: what is known of a run from its events, and how that is told - as lines, as a bar, as JSON. Prints nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/cli/estimate.h"
#include "core/base/json.h"
#include "core/manager/run_verbs.h"

namespace shardwright::cli {

class RunProgress {
 public:
  using Time = Estimate::Clock::time_point;

  // How an event is told; the forms that say nothing new, or nothing new enough, are empty.
  struct Told {
    Json object;           // for scripts
    std::string line;      // for a log
    bool lasting = false;  // the line is worth keeping above a bar
  };

  // `wanted`: the state that the plan is to reach.
  RunProgress(const std::vector<MoveStatus>& moves, PlanState wanted);

  Told take(const RunEvent& event, Time now);

  // One line that fits into `columns`. Says 100 % when every move has come to rest, and not before.
  std::string bar(std::size_t columns) const;

 private:
  struct OfMove {
    std::string route;  // north -> south
    std::string source, target;
    Phase phase = Phase::Queued;
    std::int64_t rows = 0, rowsTotal = 0;
    std::int64_t rowsBefore = 0;  // when its copy began, or went on
    std::string reason;
    bool opened = false;  // told already
    Time begun{};         // its phase
    Time toldObject{}, toldLine{};
    Estimate estimate;
  };

  Told takeMove(const MoveEvent& event, Time now);
  Told takePhase(const MoveEvent& event, OfMove& move, Time now);
  Told takeProgress(const MoveEvent& event, OfMove& move, Time now);
  Told takeCutOver(const MoveEvent& event, OfMove& move);
  double doneOf(const OfMove& move) const;  // 0 to 1
  std::int64_t rowsTotal() const;
  std::int64_t rowsDone() const;  // of all moves, each by doneOf

  bool m_forward;
  std::map<MoveId, OfMove> m_moves;
  MoveId m_latest;
  Estimate m_overall;
};

}  // namespace shardwright::cli
