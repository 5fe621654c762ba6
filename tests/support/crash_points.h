// Crash points: the commits at which a test stops the world. A dry pass counts them; then each is hit by a child process
// that kills itself before the commit, after it, or goes on without its reply.
//
// A point is a connection's role and a transaction's name, "source/fence"; its n-th commit is meant by (point, n), which
// stays the same from run to run even where other transactions come more or less often.
#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::test {

struct CrashOrder {
  enum class Act {
    None,        // only watch
    KillBefore,  // SIGKILL to this process; the commit never happens
    KillAfter,   // SIGKILL; the commit is done, and nobody was told
    ReplyLost,   // the commit is done, and the caller is told that nobody knows
  };
  Act act = Act::None;
  std::string point;     // empty: the n-th commit of any point
  std::int64_t nth = 1;

  std::string text() const;  // "kill-before:2:source/fence", for a child's arguments
  friend bool operator==(const CrashOrder&, const CrashOrder&) = default;
};
Result<CrashOrder> parseCrashOrder(std::string_view text);  // InvalidInput

// The three instants at every one of these commits, as a dry pass has seen them.
std::vector<CrashOrder> ordersAt(std::span<const std::string> commits);

// Watches connections of any threads. With a record file, each commit stands there before and after it happens, so the
// parent can read what a killed child had done.
class CrashPoints : public sqlite::TransactionWatch {
 public:
  explicit CrashPoints(CrashOrder order = {}, std::string recordPath = {});
  ~CrashPoints() override;

  Outcome beforeCommit(std::string_view connection, std::string_view transaction) override;
  void afterCommit(std::string_view connection, std::string_view transaction) override;

  std::vector<std::string> commits() const;  // done so far, in order
  bool wasReached() const;                   // the ordered one

 private:
  void record(std::string_view instant, const std::string& point) const;

  const CrashOrder m_order;
  int m_record = -1;
  mutable std::mutex m_mutex;
  std::map<std::string, std::int64_t> m_begun;  // commits, by point; "" counts all
  std::vector<std::string> m_commits;
  std::string m_killAfter;  // the point whose next end is the process's
  bool m_reached = false;
};

struct RecordedCommits {
  std::vector<std::string> done;  // in order
  std::string last;               // begun and not recorded as done; empty: none
};
Result<RecordedCommits> readCommits(const std::string& recordPath);

}  // namespace shardwright::test
