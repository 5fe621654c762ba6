// Readings of runs, made by hand: every phase, with and without an executor.
#pragma once

#include "ui/bridge/run_reading.h"

namespace shardwright::test {

// One move for each phase, in waves as given (all in wave 1 if none).
inline ui::RunReading readingOf(const std::vector<Phase>& phases, bool executed, PlanState state = PlanState::Running, const std::vector<int>& waves = {}) {
  ui::RunReading reading;
  reading.status.record.id = PlanId("calm-otter-17");
  reading.status.record.state = state;
  reading.status.record.startedAt = 1'000;
  if (executed) reading.status.executor = "process 7 on here (since then)";
  for (std::size_t i = 0; i < phases.size(); ++i) {
    MoveStatus move;
    move.move.id = MoveId("m" + std::to_string(i + 1));
    move.move.source = ShardId("s1");
    move.move.target = ShardId("s2");
    move.move.rows = 1000;
    move.move.bytes = 1'000'000;
    move.move.wave = i < waves.size() ? waves[i] : 1;
    move.row = MoveRow{};
    move.row->plan = reading.status.record.id;
    move.row->move = move.move.id;
    move.row->phase = phases[i];
    move.row->rowsTotal = 1000;
    move.row->changedAt = 2'000;
    reading.status.waves = std::max(reading.status.waves, move.move.wave);
    reading.status.moves.push_back(std::move(move));
  }
  reading.past = std::make_shared<const ui::RunPast>();
  reading.at = 3'000;
  reading.now = 3'000;
  return reading;
}

}  // namespace shardwright::test
