// A TransactionWatch of functions, for tests that act at exactly one instant of the executor's work.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/engines/sqlite/database.h"

namespace shardwright::test {

// Not thread-safe: for moves that run one at a time.
class Watching : public sqlite::TransactionWatch {
 public:
  using Act = std::function<void()>;

  // Each runs once, at the n-th commit of a point such as "target/copy", before or after it.
  void before(const std::string& point, Act act, int nth = 1) { m_before[point][nth] = std::move(act); }
  void after(const std::string& point, Act act, int nth = 1) { m_after[point][nth] = std::move(act); }
  void loseReplyOf(const std::string& point, int nth = 1) { m_lost[point][nth] = [] {}; }
  int count(const std::string& point) const {
    const auto found = m_count.find(point);
    return found == m_count.end() ? 0 : found->second;
  }

  Outcome beforeCommit(std::string_view connection, std::string_view transaction) override {
    const std::string point = std::string(connection) + "/" + std::string(transaction);
    const int nth = ++m_count[point];
    run(m_before, point, nth);
    return run(m_lost, point, nth) ? Outcome::ReplyLost : Outcome::Go;
  }
  void afterCommit(std::string_view connection, std::string_view transaction) override {
    const std::string point = std::string(connection) + "/" + std::string(transaction);
    run(m_after, point, m_count[point]);
  }

 private:
  using Acts = std::map<std::string, std::map<int, Act>>;
  static bool run(Acts& acts, const std::string& point, int nth) {
    const auto found = acts.find(point);
    if (found == acts.end()) return false;
    const auto act = found->second.find(nth);
    if (act == found->second.end()) return false;
    const Act once = std::move(act->second);
    found->second.erase(act);
    once();
    return true;
  }
  Acts m_before, m_after, m_lost;
  std::map<std::string, int> m_count;
};

}  // namespace shardwright::test
