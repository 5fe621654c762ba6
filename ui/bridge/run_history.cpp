#include "ui/bridge/run_history.h"

#include <algorithm>

namespace shardwright::ui {

void Pace::add(double at, std::int64_t rows) {
  if (!m_first || rows < m_recent.back().rows || at < m_recent.back().at) {
    m_first = Point{at, rows};
    m_recent = {*m_first};
    return;
  }
  m_recent.push_back({at, rows});
  // One point stays at or before the window's beginning.
  const auto inside = std::ranges::find_if(m_recent, [&](const Point& point) { return at - point.at < window; });
  if (inside - m_recent.begin() > 1) m_recent.erase(m_recent.begin(), inside - 1);
}

std::optional<double> Pace::rate() const {
  if (m_recent.size() < 2) return std::nullopt;
  const double seconds = m_recent.back().at - m_recent.front().at;
  if (seconds < atLeast) return std::nullopt;
  return static_cast<double>(m_recent.back().rows - m_recent.front().rows) / seconds;
}

std::optional<std::pair<double, double>> Pace::remaining(std::int64_t rows) const {
  const auto recent = rate();
  if (!recent || *recent <= 0) return std::nullopt;
  const double whole = static_cast<double>(m_recent.back().rows - m_first->rows) / (m_recent.back().at - m_first->at);
  const auto left = static_cast<double>(std::max<std::int64_t>(0, rows));
  return std::minmax(left / *recent, left / whole);
}

void RunHistory::add(const RunReading& reading) {
  std::int64_t rows = 0, waiting = 0;
  bool copying = false;
  for (const MoveStatus& move : reading.status.moves) {
    if (!move.row) continue;
    rows += move.row->rows;
    waiting += move.row->backlog;
    copying = copying || move.row->phase == Phase::Copy;
    if (move.row->phase == Phase::Copy) m_moves[move.move.id].add(reading.at, move.row->rows);
  }
  m_all.add(reading.at, rows);
  m_until = reading.at;
  if (!reading.isExecuted()) return;
  if (m_rates.empty() && m_waiting.empty()) m_since = reading.at;
  if (const auto rate = m_all.rate(); rate && (copying || *rate > 0 || !m_rates.empty())) m_rates.push_back({reading.at, *rate});
  m_waiting.push_back({reading.at, static_cast<double>(waiting)});
  thin(m_rates);
  thin(m_waiting);
}

void RunHistory::thin(std::vector<TimedValue>& points) {
  if (points.size() <= mostPoints) return;
  std::vector<TimedValue> kept;
  for (std::size_t at = 0; at < points.size(); at += 2) kept.push_back(points[at]);
  points = std::move(kept);
}

std::optional<double> RunHistory::rateOf(const MoveId& move) const {
  const auto at = m_moves.find(move);
  return at == m_moves.end() ? std::nullopt : at->second.rate();
}

std::optional<std::pair<double, double>> RunHistory::remainingOf(const MoveId& move, std::int64_t rows) const {
  const auto at = m_moves.find(move);
  return at == m_moves.end() ? std::nullopt : at->second.remaining(rows);
}

}  // namespace shardwright::ui
