// A script for one executor: what happens around it at exactly one commit, or before exactly one step of its engine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/db/engine.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::test {

// Each act happens once, at the n-th time. Commits are named as crash points are, "source/fence"; steps by operation and
// side, "fence source". Not thread-safe: for executors that run on one thread.
class Script : public sqlite::TransactionWatch {
 public:
  using Act = std::function<void()>;

  void beforeStep(const std::string& step, Act act, int nth = 1) { m_steps.acts[step][nth] = std::move(act); }
  void afterCommitOf(const std::string& point, Act act, int nth = 1) { m_commits.acts[point][nth] = std::move(act); }
  void loseReplyOf(const std::string& point, int nth = 1) { m_lost.acts[point][nth] = [] {}; }
  int commitsOf(const std::string& point) const;

  void reach(const std::string& step) { m_steps.play(step); }
  Outcome beforeCommit(std::string_view connection, std::string_view transaction) override;
  void afterCommit(std::string_view connection, std::string_view transaction) override;

 private:
  struct Scenes {
    std::map<std::string, std::map<int, Act>> acts;
    std::map<std::string, int> count;
    bool play(const std::string& at);
  };
  Scenes m_steps, m_commits, m_lost;
};

// `real`, whose moves tell the script of each step before they take it.
std::unique_ptr<Engine> scripted(Engine& real, std::shared_ptr<Script> script);

}  // namespace shardwright::test
