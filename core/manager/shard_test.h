// ShardTest: one shard tried step by step, as an operator would: is the address understood, does the database open, is it
// the right one, do its settings and rights allow moves, are the tables there, does it know the map in force. Each step
// is told as it ends; what cannot be tried any more is told as skipped. Nothing is written to the database.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/db/shard_session.h"
#include "core/manager/workspace.h"

namespace shardwright {

struct ShardTestStep {
  enum class Outcome { Passed, Warned, Failed, Skipped };
  std::string name;      // open the database
  Outcome outcome = Outcome::Skipped;
  std::string sentence;  // what was found
  std::vector<std::string> remedies;  // what is missing or wrong, and what to do, a sentence each
  double seconds = 0;
};

class ShardTest {
 public:
  using Tell = std::function<void(const ShardTestStep&)>;

  // `shard` may be one that is not added yet: it has no identity then.
  ShardTest(Workspace& workspace, Shard shard, Tell tell) : m_workspace(workspace), m_shard(std::move(shard)), m_tell(std::move(tell)) {}

  std::vector<ShardTestStep> run(std::stop_token stop);  // all steps, in order
  static bool passed(const std::vector<ShardTestStep>& steps);  // nothing failed

 private:
  using Found = Result<ShardTestStep>;  // outcome, sentence and remedies; an error: it failed, and nothing more can be tried
  void step(std::string name, const std::function<Found()>& look, const std::stop_token& stop);
  Found tryAddress();
  Found tryOpen();
  Found tryIdentity();
  Found trySettings();
  Found tryTables();
  Found tryMaps();

  Workspace& m_workspace;
  Shard m_shard;
  Tell m_tell;
  std::vector<ShardTestStep> m_steps;
  bool m_isOver = false;  // nothing more can be tried
  std::unique_ptr<ShardSession> m_session;
  std::vector<Finding> m_findings;
};

}  // namespace shardwright
