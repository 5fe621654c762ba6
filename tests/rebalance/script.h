// A script for one executor: what happens around it at exactly one commit, or before exactly one step of its engine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/db/engine.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::test {

// Each act happens once, at the n-th time. Commits are named as crash points are, "source/fence"; steps by operation and
// side, "fence source". An act runs on the thread that has come there, and that thread waits for it.
class Script : public sqlite::TransactionWatch {
 public:
  using Act = std::function<void()>;

  // All before the executor begins, or from within an act.
  void beforeStep(const std::string& step, Act act, int nth = 1) { m_steps.add(step, nth, std::move(act)); }
  void afterCommitOf(const std::string& point, Act act, int nth = 1) { m_commits.add(point, nth, std::move(act)); }
  void loseReplyOf(const std::string& point, int nth = 1) { m_lost.add(point, nth, [] {}); }
  int commitsOf(const std::string& point) const { return m_commits.count(point); }

  void reach(const std::string& step) { m_steps.play(step); }
  Outcome beforeCommit(std::string_view connection, std::string_view transaction) override;
  void afterCommit(std::string_view connection, std::string_view transaction) override;

 private:
  class Scenes {
   public:
    void add(const std::string& at, int nth, Act act);
    bool play(const std::string& at);
    int count(const std::string& at) const;

   private:
    mutable std::mutex m_mutex;  // the executor's heartbeat commits too
    std::map<std::string, std::map<int, Act>> m_acts;
    std::map<std::string, int> m_count;
  };
  Scenes m_steps, m_commits, m_lost;
};

// `real`, whose moves tell the script of each step before they take it.
std::unique_ptr<Engine> scripted(Engine& real, std::shared_ptr<Script> script);

}  // namespace shardwright::test
