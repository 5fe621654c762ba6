#include "app/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/cli/table.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto window = 10s;         // of the recent pace
constexpr auto redrawEvery = 100ms;
constexpr auto lineEvery = 5s;       // plain lines of one move while nothing changes but its rows
constexpr std::size_t barWidth = 24;

double seconds(Estimate::Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

std::size_t terminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string barOf(double share) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(barWidth));
  return "[" + std::string(full, '#') + std::string(barWidth - full, '-') + "]";
}

Json etaJson(const std::optional<std::pair<double, double>>& eta) {
  if (!eta) return {};
  return Json::array({std::llround(eta->first), std::llround(eta->second)});
}

}  // namespace

// ---- Estimate

void Estimate::add(Clock::time_point now, std::int64_t rows) {
  if (!m_first || rows < m_first->rows) {
    m_first = Point{now, rows};
    m_recent.clear();
  }
  m_recent.push_back({now, rows});
  while (m_recent.size() > 2 && now - m_recent.front().at > window) m_recent.pop_front();
}

double Estimate::rate() const {
  if (m_recent.size() < 2) return 0;
  const double time = seconds(m_recent.back().at - m_recent.front().at);
  return time > 0 ? static_cast<double>(m_recent.back().rows - m_recent.front().rows) / time : 0;
}

std::optional<std::pair<double, double>> Estimate::remaining(std::int64_t rows) const {
  if (m_recent.size() < 2) return std::nullopt;
  const double time = seconds(m_recent.back().at - m_first->at);
  const double whole = time > 0 ? static_cast<double>(m_recent.back().rows - m_first->rows) / time : 0;
  if (rate() <= 0 || whole <= 0) return std::nullopt;
  const auto left = static_cast<double>(std::max<std::int64_t>(0, rows));
  return std::minmax(left / rate(), left / whole);
}

std::string formatEta(const std::optional<std::pair<double, double>>& eta) {
  if (!eta) return "";
  const std::string low = formatDuration(std::max(1.0, eta->first)), high = formatDuration(std::max(1.0, eta->second));
  return low == high ? "about " + low : low + " to " + high;
}

// ---- Progress

Progress::Progress(const Terminal& terminal, const std::vector<PlannedMove>& moves)
    : m_terminal(terminal), m_bar(!terminal.json && !terminal.quiet && Terminal::errorsOnTerminal()) {
  for (const PlannedMove& move : moves) {
    OfMove& mine = m_moves[move.id];
    mine.route = fmt::format("{} -> {}", printable(move.source.text(), 30), printable(move.target.text(), 30));
    mine.rowsTotal = move.rows;
  }
}

Progress::~Progress() { finish(); }

void Progress::finish() {
  if (m_drawn) std::fputs("\r\033[K", stderr);
  m_drawn = false;
}

void Progress::plain(const std::string& line) {
  finish();
  m_terminal.remark(line);
}

void Progress::show(const RunEvent& event) {
  switch (event.kind) {
    case RunEvent::Kind::Wave:
      if (m_terminal.json) m_terminal.document({{"event", "wave"}, {"wave", event.wave}, {"waves", event.waves}});
      if (!m_terminal.json) plain(fmt::format("wave {} of {}", event.wave, event.waves));
      return;
    case RunEvent::Kind::Waiting:
      if (m_terminal.json) m_terminal.document({{"event", "waiting"}, {"reason", event.reason}});
      if (!m_terminal.json) plain("waiting: " + event.reason);
      return;
    case RunEvent::Kind::Move: showMove(event.move); return;
    case RunEvent::Kind::Finished: return;  // whoever started the run says how it ended
  }
}

void Progress::showMove(const MoveEvent& event) {
  OfMove& move = m_moves[event.move];
  switch (event.kind) {
    case MoveEvent::Kind::Phase: tellPhase(event, move); return;
    case MoveEvent::Kind::Progress: tellProgress(event, move); return;
    case MoveEvent::Kind::CutOver: tellCutOver(event, move); return;
  }
}

void Progress::tellPhase(const MoveEvent& event, OfMove& move) {
  const bool again = move.phase == event.phase;
  move.phase = event.phase;
  move.reason = event.reason;
  move.estimate = {};
  if (m_terminal.json) {
    Json line{{"event", "phase"}, {"move", event.move.text()}, {"phase", phaseName(event.phase)}};
    if (!event.reason.empty()) line["reason"] = event.reason;
    m_terminal.document(line);
  } else if (!again || !event.reason.empty()) {
    plain(fmt::format("{}  {}: {}{}{}", event.move.text(), move.route, phaseName(event.phase), event.reason.empty() ? "" : ", ", event.reason));
  }
}

void Progress::tellProgress(const MoveEvent& event, OfMove& move) {
  const auto now = Clock::now();
  const bool newReason = event.reason != move.reason;
  move.phase = event.phase;
  move.reason = event.reason;
  if (event.phase == Phase::Copy) {
    move.rows = event.rows;
    move.rowsTotal = std::max(event.rowsTotal, event.rows);
    move.estimate.add(now, event.rows);
    m_overall.add(now, total().first);
  }
  if (m_terminal.json) {
    if (now - move.told < redrawEvery && event.rows < event.rowsTotal) return;
    move.told = now;
    m_terminal.document({{"event", "progress"}, {"move", event.move.text()}, {"phase", phaseName(event.phase)}, {"rows", move.rows},
                         {"rowsTotal", move.rowsTotal}, {"bytes", event.bytes}, {"rate", std::llround(move.estimate.rate())},
                         {"lag", event.backlog}, {"eta", etaJson(move.estimate.remaining(move.rowsTotal - move.rows))},
                         {"reason", event.reason.empty() ? Json() : Json(event.reason)}});
    return;
  }
  if (m_bar) {
    draw(event.move, move);
    return;
  }
  if (now - move.told < lineEvery && !newReason) return;
  move.told = now;
  const std::string eta = formatEta(move.estimate.remaining(move.rowsTotal - move.rows));
  plain(fmt::format("{}  {}: {} of {} rows, {} rows/s{}{}{}{}", event.move.text(), phaseName(event.phase), formatCount(move.rows),
                    formatCount(move.rowsTotal), formatCount(std::llround(move.estimate.rate())), eta.empty() ? "" : ", left ", eta,
                    move.reason.empty() ? "" : "; ", move.reason));
}

void Progress::tellCutOver(const MoveEvent& event, OfMove& move) {
  if (m_terminal.json) {
    m_terminal.document({{"event", "cutover"}, {"move", event.move.text()}, {"pauseMs", event.pauseMs}, {"mapVersion", event.mapVersion}});
    return;
  }
  const bool back = event.phase == Phase::BackDecided;
  plain(fmt::format("{}  {}: {}, map version {}, writes waited {:.1f} ms", event.move.text(), move.route,
                    back ? "open on its source again" : "open on its target", event.mapVersion, event.pauseMs));
}

std::pair<std::int64_t, std::int64_t> Progress::total() const {
  std::pair<std::int64_t, std::int64_t> sum{0, 0};
  for (const auto& [id, move] : m_moves) {
    sum.first += move.rows;
    sum.second += move.rowsTotal;
  }
  return sum;
}

void Progress::draw(const MoveId& id, const OfMove& move) {
  const auto now = Clock::now();
  if (now - m_lastDraw < redrawEvery) return;
  m_lastDraw = now;
  const auto [rows, rowsTotal] = total();
  const double share = rowsTotal > 0 ? static_cast<double>(rows) / static_cast<double>(rowsTotal) : 0;
  const std::string eta = formatEta(m_overall.remaining(rowsTotal - rows));
  std::string line = fmt::format("{} {:3.0f} %  {} {}  {} of {} rows  {} rows/s", barOf(share), share * 100, id.text(), phaseName(move.phase),
                                 formatCount(rows), formatCount(rowsTotal), formatCount(std::llround(m_overall.rate())));
  if (!eta.empty()) line += "  left " + eta;
  if (!move.reason.empty()) line += "  " + printable(move.reason);
  // A line that wraps cannot be drawn over.
  const std::size_t columns = terminalColumns();
  while (displayWidth(line) >= columns && !line.empty()) {
    do line.pop_back();
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80);
  }
  std::fputs(("\r" + line + "\033[K").c_str(), stderr);
  std::fflush(stderr);
  m_drawn = true;
}

}  // namespace shardwright::cli
