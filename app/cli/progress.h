// Progress: what a run does, for whoever looks on - a bar that redraws itself where stderr is a terminal, lines with their
// time where it is none, or one JSON object an event on stdout.
#pragma once

#include <vector>

#include "app/cli/run_progress.h"
#include "app/cli/terminal.h"

namespace shardwright::cli {

class Progress {
 public:
  Progress(const Terminal& terminal, const std::vector<MoveStatus>& moves, PlanState wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const RunEvent& event);  // one at a time, from any thread

 private:
  void draw(RunProgress::Time now);
  void wipe();

  const Terminal& m_terminal;
  bool m_bar;
  bool m_drawn = false;
  RunProgress m_run;
  RunProgress::Time m_lastDraw{};
};

}  // namespace shardwright::cli
