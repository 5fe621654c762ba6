#include "core/plan/waves.h"

#include <algorithm>
#include <map>
#include <optional>

namespace shardwright {

namespace {

class Scheduler {
 public:
  Scheduler(const std::vector<WaveMove>& moves, std::vector<WaveShard> shards)
      : m_moves(moves), m_shards(std::move(shards)), m_leaving(m_shards.size(), 0), m_arriving(m_shards.size(), 0), m_queues(m_shards.size()) {
    m_out.wave.assign(moves.size(), 0);
    for (std::size_t k = 0; k < moves.size(); ++k) {
      ++m_leaving[moves[k].source];
      ++m_arriving[moves[k].target];
      m_queues[moves[k].source][moves[k].target].push_back(k);
    }
    // Longest first at the back, where moves are taken from: moves of one size then share their waves.
    for (auto& targets : m_queues)
      for (auto& [target, queue] : targets)
        std::sort(queue.begin(), queue.end(), [&](std::size_t a, std::size_t b) {
          return moves[a].bytes != moves[b].bytes ? moves[a].bytes < moves[b].bytes : a > b;
        });
  }

  WaveSchedule run() {
    std::size_t left = m_moves.size();
    while (left > 0) {
      const std::vector<std::size_t> started = oneWave();
      if (started.empty()) break;
      ++m_out.waves;
      for (const std::size_t k : started) {
        m_out.wave[k] = m_out.waves;
        change(m_moves[k].source, k, -1);
      }
      left -= started.size();
    }
    reportBlocked();
    return std::move(m_out);
  }

 private:
  void change(std::uint32_t shard, std::size_t move, int sign) {
    for (std::size_t d = 0; d < m_moves[move].load.size(); ++d) m_shards[shard].held[d] += sign * m_moves[move].load[d];
  }

  bool hasRoom(std::size_t move) const {
    const WaveShard& target = m_shards[m_moves[move].target];
    for (std::size_t d = 0; d < target.cap.size(); ++d) {
      const std::int64_t load = m_moves[move].load[d];
      if (load > 0 && target.held[d] + load > target.cap[d]) return false;
    }
    return true;
  }

  // The busiest sources first, each to its busiest targets: what is left over is then spread evenly.
  std::vector<std::size_t> oneWave() {
    std::vector<std::uint32_t> sources;
    for (std::uint32_t s = 0; s < m_shards.size(); ++s)
      if (m_leaving[s] > 0) sources.push_back(s);
    std::stable_sort(sources.begin(), sources.end(), [&](std::uint32_t a, std::uint32_t b) { return m_leaving[a] > m_leaving[b]; });
    std::vector<int> taken(m_shards.size(), 0);
    std::vector<std::size_t> started;
    for (const std::uint32_t s : sources) {
      for (int slot = 0; slot < m_shards[s].slotsOut; ++slot) {
        const auto move = nextOf(s, taken);
        if (!move) break;
        ++taken[m_moves[*move].target];
        change(m_moves[*move].target, *move, 1);
        started.push_back(*move);
      }
    }
    for (const std::size_t k : started) {
      --m_leaving[m_moves[k].source];
      --m_arriving[m_moves[k].target];
    }
    return started;
  }

  std::optional<std::size_t> nextOf(std::uint32_t source, const std::vector<int>& taken) {
    std::map<std::uint32_t, std::vector<std::size_t>>& targets = m_queues[source];
    auto best = targets.end();
    std::ptrdiff_t bestAt = 0;
    for (auto it = targets.begin(); it != targets.end(); ++it) {
      if (taken[it->first] >= m_shards[it->first].slotsIn) continue;
      if (best != targets.end() && m_arriving[it->first] <= m_arriving[best->first]) continue;
      // Largest first; where it finds no room, a smaller one may.
      const auto found = std::find_if(it->second.rbegin(), it->second.rend(), [&](std::size_t k) { return hasRoom(k); });
      if (found == it->second.rend()) continue;
      best = it;
      bestAt = it->second.rend() - found - 1;
    }
    if (best == targets.end()) return std::nullopt;
    const std::size_t move = best->second[static_cast<std::size_t>(bestAt)];
    best->second.erase(best->second.begin() + bestAt);
    if (best->second.empty()) targets.erase(best);
    return move;
  }

  void reportBlocked() {
    for (std::size_t k = 0; k < m_moves.size(); ++k) {
      if (m_out.wave[k] != 0) continue;
      const WaveShard& target = m_shards[m_moves[k].target];
      std::int64_t missing = 0;
      std::size_t tight = 0;
      for (std::size_t d = 0; d < target.cap.size(); ++d) {
        const std::int64_t lacks = target.held[d] + m_moves[k].load[d] - target.cap[d];
        if (m_moves[k].load[d] > 0 && lacks > missing) {
          missing = lacks;
          tight = d;
        }
      }
      m_out.blocked.push_back(k);
      m_out.missing.push_back(missing);
      m_out.tight.push_back(tight);
    }
  }

  const std::vector<WaveMove>& m_moves;
  std::vector<WaveShard> m_shards;
  std::vector<std::int64_t> m_leaving, m_arriving;
  std::vector<std::map<std::uint32_t, std::vector<std::size_t>>> m_queues;
  WaveSchedule m_out;
};

}  // namespace

WaveSchedule scheduleWaves(const std::vector<WaveMove>& moves, const std::vector<WaveShard>& shards) {
  return Scheduler(moves, shards).run();
}

}  // namespace shardwright
