#include "app/cli/run_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/cli/table.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto objectEvery = 100ms;
constexpr auto lineEvery = 5s;  // of one move, while nothing changes but its numbers
constexpr std::size_t barWidth = 20;

// The last tenth of a move is its comparison and its cut-over.
constexpr double copiedShare = 0.9;

std::string barOf(double share) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(barWidth));
  return "[" + std::string(full, '#') + std::string(barWidth - full, '-') + "]";
}

Json etaJson(const std::optional<Estimate::Range>& eta) {
  if (!eta) return {};
  return Json::array({std::llround(eta->first), std::llround(eta->second)});
}

std::string paceText(const Estimate& estimate, std::int64_t left) {
  std::string text;
  if (const auto rate = estimate.rate()) text += fmt::format(", {} rows/s", formatCount(std::llround(*rate)));
  if (const auto eta = formatEta(estimate.remaining(left)); !eta.empty() && left > 0) text += ", left " + eta;
  return text;
}

bool goesBackOrCleans(const MoveStatus& move) {
  const Phase phase = move.row ? move.row->phase : Phase::Queued;
  return phase == Phase::RollBack || phase == Phase::BackDecided || phase == Phase::RolledBack || phase == Phase::CleanUp;
}

}  // namespace

RunProgress::RunProgress(const std::vector<MoveStatus>& moves, PlanState wanted)
    : m_forward(wanted == PlanState::Watching && std::ranges::none_of(moves, goesBackOrCleans)) {
  for (const MoveStatus& status : moves) {
    OfMove& mine = m_moves[status.move.id];
    mine.source = printable(status.move.source.text(), 30);
    mine.target = printable(status.move.target.text(), 30);
    mine.route = mine.source + " -> " + mine.target;
    mine.rowsTotal = status.move.rows;
    if (!status.row) continue;
    mine.phase = status.row->phase;
    mine.rows = mine.rowsBefore = status.row->rows;
    mine.rowsTotal = std::max({mine.rowsTotal, mine.rows, status.row->rowsTotal});
  }
}

RunProgress::Told RunProgress::take(const RunEvent& event, Time now) {
  switch (event.kind) {
    case RunEvent::Kind::Wave:
      return {{{"event", "wave"}, {"wave", event.wave}, {"waves", event.waves}},
              event.waves > 1 ? fmt::format("wave {} of {}", event.wave, event.waves) : std::string(), true};
    case RunEvent::Kind::Waiting: return {{{"event", "waiting"}, {"reason", event.reason}}, "waiting: " + printable(event.reason), true};
    case RunEvent::Kind::Move: return takeMove(event.move, now);
    case RunEvent::Kind::Finished: break;  // whoever started the run says how it ended
  }
  return {};
}

RunProgress::Told RunProgress::takeMove(const MoveEvent& event, Time now) {
  OfMove& move = m_moves[event.move];
  m_latest = event.move;
  Told told;
  switch (event.kind) {
    case MoveEvent::Kind::Phase: told = takePhase(event, move, now); break;
    case MoveEvent::Kind::Progress: told = takeProgress(event, move, now); break;
    case MoveEvent::Kind::CutOver: told = takeCutOver(event, move); break;
  }
  m_overall.add(now, rowsDone());
  if (!told.line.empty()) told.line = fmt::format("{}  {}: {}", event.move.text(), move.route, told.line);
  return told;
}

RunProgress::Told RunProgress::takePhase(const MoveEvent& event, OfMove& move, Time now) {
  const Phase before = std::exchange(move.phase, event.phase);
  const Time begun = std::exchange(move.begun, now);
  move.reason = event.reason;
  Told told;
  told.object = {{"event", "phase"}, {"move", event.move.text()}, {"phase", phaseName(event.phase)}};
  if (!event.reason.empty()) told.object["reason"] = event.reason;
  told.lasting = !event.reason.empty();
  // That it is open was told with its cut-over.
  const bool known = before == event.phase || (move.opened && (event.phase == Phase::Watching || event.phase == Phase::RolledBack));
  if (!known || told.lasting) told.line = phaseName(event.phase);
  if (before == Phase::Copy && event.phase == Phase::CatchUp && begun != Time{}) {
    told.line += fmt::format(", {} rows copied in {}", formatCount(move.rows - move.rowsBefore),
                             formatDuration(std::chrono::duration<double>(now - begun).count()));
  }
  if (told.lasting) told.line += ", " + printable(event.reason);
  if (event.phase == Phase::CleanUp) move.rows = 0;
  move.rowsBefore = move.rows;
  move.toldLine = now;
  move.estimate = {};
  move.estimate.add(now, move.rows);
  return told;
}

RunProgress::Told RunProgress::takeProgress(const MoveEvent& event, OfMove& move, Time now) {
  const bool newReason = event.reason != std::exchange(move.reason, event.reason);
  move.phase = event.phase;
  const bool counts = event.phase == Phase::Copy || event.phase == Phase::CleanUp;
  if (event.phase == Phase::Copy) {
    move.rows = event.rows;
    move.rowsTotal = std::max(event.rowsTotal, event.rows);
  } else if (event.phase == Phase::CleanUp) {
    move.rows += event.rows;  // those of one batch
    move.rowsTotal = std::max(move.rowsTotal, move.rows);
  }
  if (counts) move.estimate.add(now, move.rows);
  const std::int64_t left = move.rowsTotal - move.rows;
  Told told;
  if (now - move.toldObject >= objectEvery || newReason || (counts && left == 0)) {
    move.toldObject = now;
    told.object = {{"event", "progress"}, {"move", event.move.text()}, {"phase", phaseName(event.phase)}, {"rows", move.rows},
                   {"rowsTotal", move.rowsTotal}, {"bytes", event.bytes}, {"rate", std::llround(move.estimate.rate().value_or(event.rate))},
                   {"lag", event.backlog}, {"eta", etaJson(move.estimate.remaining(left))},
                   {"reason", event.reason.empty() ? Json() : Json(event.reason)}};
  }
  if (now - move.toldLine < lineEvery && !newReason) return told;
  move.toldLine = now;
  told.lasting = newReason && !event.reason.empty();
  told.line = counts ? fmt::format("{}, {} of {} rows{}", phaseName(event.phase), formatCount(move.rows), formatCount(move.rowsTotal),
                                   paceText(move.estimate, left))
                     : fmt::format("{}, {} changed keys to bring over", phaseName(event.phase), formatCount(event.backlog));
  if (!event.reason.empty()) told.line += "; " + printable(event.reason);
  return told;
}

RunProgress::Told RunProgress::takeCutOver(const MoveEvent& event, OfMove& move) {
  move.opened = true;
  const bool back = event.phase == Phase::BackDecided;
  return {{{"event", "cutover"}, {"move", event.move.text()}, {"pauseMs", event.pauseMs}, {"mapVersion", event.mapVersion}},
          fmt::format("open on {}{}, map version {}; writes waited {:.1f} ms", back ? move.source : move.target, back ? " again" : "",
                      event.mapVersion, event.pauseMs),
          true};
}

double RunProgress::doneOf(const OfMove& move) const {
  if (isFinal(move.phase)) return 1;
  if (move.phase == (m_forward ? Phase::Copy : Phase::CleanUp) && move.rowsTotal > 0)
    return copiedShare * static_cast<double>(move.rows) / static_cast<double>(move.rowsTotal);
  if (!m_forward || move.phase <= Phase::Copy) return 0;
  return move.phase == Phase::Watching ? 1 : copiedShare;
}

std::int64_t RunProgress::rowsTotal() const {
  std::int64_t sum = 0;
  for (const auto& [id, move] : m_moves) sum += std::max<std::int64_t>(1, move.rowsTotal);
  return sum;
}

std::int64_t RunProgress::rowsDone() const {
  double sum = 0;
  for (const auto& [id, move] : m_moves) sum += doneOf(move) * static_cast<double>(std::max<std::int64_t>(1, move.rowsTotal));
  return static_cast<std::int64_t>(sum);
}

std::string RunProgress::bar(std::size_t columns) const {
  const auto atRest = std::ranges::count_if(m_moves, [&](const auto& entry) { return doneOf(entry.second) >= 1; });
  const std::int64_t done = rowsDone(), all = std::max<std::int64_t>(1, rowsTotal());
  const double share = static_cast<double>(done) / static_cast<double>(all);
  std::string line = fmt::format("{} {:3.0f} %", barOf(share), std::floor(share * 100));
  if (m_moves.size() > 1) line += fmt::format("  {} of {} moves", atRest, m_moves.size());
  if (const auto latest = m_moves.find(m_latest); latest != m_moves.end()) {
    const OfMove& move = latest->second;
    line += fmt::format("  {} {}", latest->first.text(), phaseName(move.phase));
    if (!move.reason.empty()) line += ": " + printable(move.reason);
    const auto rate = move.estimate.rate();
    if (rate && move.reason.empty()) line += fmt::format("  {} rows/s", formatCount(std::llround(*rate)));
  }
  if (const auto eta = formatEta(m_overall.remaining(all - done)); !eta.empty() && done < all) line += "  left " + eta;
  return fitted(line, columns);
}

}  // namespace shardwright::cli
