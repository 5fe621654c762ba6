#include "app/cli/estimate.h"

#include <algorithm>

#include "core/base/text.h"

namespace shardwright::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto window = 10s;  // of the recent pace

std::optional<double> pace(Estimate::Clock::duration duration, std::int64_t amount) {
  const double time = std::chrono::duration<double>(duration).count();
  if (time <= 0 || amount <= 0) return std::nullopt;
  return static_cast<double>(amount) / time;
}

}  // namespace

void Estimate::add(Clock::time_point now, std::int64_t amount) {
  if (!m_first || amount < m_recent.back().amount) {
    m_first = Point{now, amount};
    m_recent.clear();
  }
  m_recent.push_back({now, amount});
  while (m_recent.size() > 2 && now - m_recent.front().at > window) m_recent.pop_front();
}

std::optional<double> Estimate::rate() const {
  if (m_recent.size() < 2) return std::nullopt;
  const Point& last = m_recent.back();
  const auto recent = std::min<Clock::duration>(window, (last.at - m_first->at) / 2);
  const auto isRecent = [&](const Point& point) { return last.at - point.at <= recent; };
  const auto from = std::min(std::find_if(m_recent.begin(), m_recent.end(), isRecent), m_recent.end() - 2);
  return pace(last.at - from->at, last.amount - from->amount);
}

std::optional<Estimate::Range> Estimate::remaining(std::int64_t amount) const {
  if (m_recent.size() < 2) return std::nullopt;
  const auto recent = rate();
  const auto whole = pace(m_recent.back().at - m_first->at, m_recent.back().amount - m_first->amount);
  if (!recent || !whole) return std::nullopt;
  const auto left = static_cast<double>(std::max<std::int64_t>(0, amount));
  return std::minmax(left / *recent, left / *whole);
}

std::string formatEta(const std::optional<Estimate::Range>& eta) {
  if (!eta) return "";
  const std::string low = formatDuration(std::max(1.0, eta->first)), high = formatDuration(std::max(1.0, eta->second));
  return low == high ? "about " + low : low + " to " + high;
}

}  // namespace shardwright::cli
