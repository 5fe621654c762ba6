// Waves: which moves may run side by side. In a wave a shard takes part in at most `slotsIn` arrivals and `slotsOut`
// departures; while a move runs both sides hold its data, so arrivals are counted before departures free anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shardwright {

struct WaveMove {
  std::uint32_t source = 0;
  std::uint32_t target = 0;
  std::int64_t bytes = 0;
  std::vector<std::int64_t> load;  // one a dimension
};

struct WaveShard {
  int slotsIn = 1;
  int slotsOut = 1;
  std::vector<std::int64_t> held;  // before the first move
  std::vector<std::int64_t> cap;   // never exceeded by an arrival
};

struct WaveSchedule {
  std::vector<int> wave;              // of each move, from 1; 0: it can never start
  int waves = 0;
  std::vector<std::size_t> blocked;   // moves that never find room; in order
  std::vector<std::int64_t> missing;  // for each blocked move: what its target lacks, at least, in its tightest dimension
  std::vector<std::size_t> tight;     // that dimension
};

WaveSchedule scheduleWaves(const std::vector<WaveMove>& moves, const std::vector<WaveShard>& shards);

}  // namespace shardwright
