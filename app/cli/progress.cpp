#include "app/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "core/base/clock.h"
#include "core/base/json.h"

namespace shardwright::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto redrawEvery = 100ms;

std::size_t terminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace

Progress::Progress(const Terminal& terminal, const std::vector<MoveStatus>& moves, PlanState wanted)
    : m_terminal(terminal), m_bar(!terminal.json && !terminal.quiet && Terminal::errorsOnTerminal()), m_run(moves, wanted) {}

Progress::~Progress() { wipe(); }

void Progress::show(const RunEvent& event) {
  const auto now = Estimate::Clock::now();
  const RunProgress::Told told = m_run.take(event, now);
  if (m_terminal.json) {
    if (!told.object.is_null()) m_terminal.document(told.object);
  } else if (!m_bar) {
    if (!told.line.empty()) m_terminal.remark(fmt::format("{}  {}", formatUtc(systemSeconds()), told.line));
  } else {
    if (told.lasting && !told.line.empty()) {
      wipe();
      m_terminal.remark(told.line);
    }
    draw(now);
  }
}

void Progress::draw(RunProgress::Time now) {
  if (m_drawn && now - m_lastDraw < redrawEvery) return;
  m_lastDraw = now;
  // A line that wraps cannot be drawn over.
  std::fputs(("\r" + m_run.bar(terminalColumns() - 1) + "\033[K").c_str(), stderr);
  std::fflush(stderr);
  m_drawn = true;
}

void Progress::wipe() {
  if (m_drawn) std::fputs("\r\033[K", stderr);
  m_drawn = false;
}

}  // namespace shardwright::cli
