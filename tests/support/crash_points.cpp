#include "tests/support/crash_points.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "core/base/text.h"

namespace shardwright::test {

namespace {

constexpr std::array<std::string_view, 4> actNames = {"none", "kill-before", "kill-after", "reply-lost"};

[[noreturn]] void killThisProcess() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

}  // namespace

std::string CrashOrder::text() const {
  return fmt::format("{}:{}:{}", actNames[static_cast<std::size_t>(act)], nth, point);
}

Result<CrashOrder> parseCrashOrder(std::string_view text) {
  const auto first = text.find(':');
  const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second != std::string_view::npos) {
    const auto nth = parseInt64(text.substr(first + 1, second - first - 1));
    for (std::size_t i = 0; i < actNames.size(); ++i)
      if (nth && *nth >= 1 && actNames[i] == text.substr(0, first))
        return CrashOrder{static_cast<CrashOrder::Act>(i), std::string(text.substr(second + 1)), *nth};
  }
  return invalidInput(fmt::format("\"{}\" is no crash order; write kill-before:N:ROLE/TRANSACTION", printable(text, 80)));
}

std::vector<CrashOrder> ordersAt(std::span<const std::string> commits) {
  std::vector<CrashOrder> orders;
  std::map<std::string, std::int64_t> seen;
  for (const std::string& point : commits) {
    const std::int64_t nth = ++seen[point];
    for (const auto act : {CrashOrder::Act::KillBefore, CrashOrder::Act::KillAfter, CrashOrder::Act::ReplyLost})
      orders.push_back({act, point, nth});
  }
  return orders;
}

CrashPoints::CrashPoints(CrashOrder order, std::string recordPath) : m_order(std::move(order)) {
  if (!recordPath.empty()) m_record = ::open(recordPath.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

CrashPoints::~CrashPoints() {
  if (m_record >= 0) ::close(m_record);
}

sqlite::TransactionWatch::Outcome CrashPoints::beforeCommit(std::string_view connection, std::string_view transaction) {
  const std::string point = fmt::format("{}/{}", connection, transaction);
  const std::lock_guard lock(m_mutex);
  record("before", point);
  const std::int64_t ofPoint = ++m_begun[point];
  const std::int64_t ofAll = ++m_begun[""];
  const bool meant = m_order.point.empty() ? ofAll == m_order.nth : point == m_order.point && ofPoint == m_order.nth;
  if (!meant || m_order.act == CrashOrder::Act::None) return Outcome::Go;
  m_reached = true;
  switch (m_order.act) {
    case CrashOrder::Act::None: return Outcome::Go;
    case CrashOrder::Act::KillBefore: killThisProcess();
    case CrashOrder::Act::KillAfter: m_killAfter = point; return Outcome::Go;
    case CrashOrder::Act::ReplyLost: return Outcome::ReplyLost;
  }
  return Outcome::Go;
}

void CrashPoints::afterCommit(std::string_view connection, std::string_view transaction) {
  const std::string point = fmt::format("{}/{}", connection, transaction);
  const std::lock_guard lock(m_mutex);
  if (!m_killAfter.empty() && m_killAfter == point) killThisProcess();
  record("after", point);
  m_commits.push_back(point);
}

std::vector<std::string> CrashPoints::commits() const {
  const std::lock_guard lock(m_mutex);
  return m_commits;
}

bool CrashPoints::wasReached() const {
  const std::lock_guard lock(m_mutex);
  return m_reached;
}

// One write a line: what is written is there even if the next instruction is a kill.
void CrashPoints::record(std::string_view instant, const std::string& point) const {
  if (m_record < 0) return;
  const std::string line = fmt::format("{} {}\n", instant, point);
  if (::write(m_record, line.data(), line.size()) != static_cast<ssize_t>(line.size())) killThisProcess();
}

Result<RecordedCommits> readCommits(const std::string& recordPath) {
  std::ifstream in(recordPath);
  if (!in) return notFound("crash record " + recordPath + ": cannot be read");
  RecordedCommits commits;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("before ")) {
      commits.last = line.substr(7);
    } else if (line.starts_with("after ")) {
      commits.done.push_back(line.substr(6));
      if (commits.last == commits.done.back()) commits.last.clear();
    } else {
      return corrupt("crash record " + recordPath + ": " + printable(line, 80));
    }
  }
  return commits;
}

}  // namespace shardwright::test
