// One case of the crash proof: a cluster, an application that keeps writing, a process that is stopped at one commit, a
// fresh process that goes on, and the judgement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/rebalance/move_cluster.h"
#include "tests/rebalance/scratch_folder.h"

namespace shardwright::test {

enum class Verb { Run, RollBack, CleanUp, Cancel };
inline constexpr Verb allVerbs[] = {Verb::Run, Verb::RollBack, Verb::CleanUp, Verb::Cancel};
std::string_view verbName(Verb verb);
Result<Verb> parseVerb(std::string_view name);
PlanState endOf(Verb verb);  // where it leads: Watching, RolledBack, Done, Cancelled
// From an approved plan to where the verb begins: approved, watching, or verified and held.
void leadTo(MoveCluster& cluster, Verb verb);

// The verb, by the product's own ShardRebalancer on this cluster.
Result<RunOutcome> perform(MoveCluster& cluster, Verb verb, const MoveRules& rules = {}, std::stop_token stop = {});

// Orders for the processes that carry a verb out, one after the other; each that is stopped is followed by the next, and
// the last by one without an order, until the plan is where the verb leads.
struct CrashCase {
  Moved moved = Moved::Range;
  Verb verb = Verb::Run;
  std::vector<CrashOrder> orders;

  std::string text() const;  // "range run kill-before:1:source/fence"
};

struct CaseEnd {
  std::vector<std::string> faults;
  std::vector<std::vector<std::string>> commits;  // what each process is known to have done, in order
  bool reached = true;               // every order's commit came
  std::int64_t acknowledged = 0;     // writes while the case ran
  std::int64_t duringVerb = 0;       // of them, from the first process's start to the last one's end
  int kills = 0;
};

// Runs cases in folders of their own. Clusters to begin with are made once for each strategy and state, and copied.
// Any thread may run a case; prepare() comes before.
class CaseRunner {
 public:
  explicit CaseRunner(std::string executable) : m_executable(std::move(executable)) {}  // crash_runner

  void prepare(Moved moved, Verb verb);  // makes the cluster from which the verb begins
  CaseEnd run(const CrashCase& what) const;
  // What the process that follows the ordered ones commits, whatever the application does meanwhile: the commits that two
  // passes have in common, in order. Unavailable: a pass ended with a fault.
  Result<std::vector<std::string>> commitsBehind(const CrashCase& what) const;

 private:
  std::string templateOf(Moved moved, Verb verb) const;
  std::string m_executable;
  ScratchFolder m_folder;
};

// Many cases, two at a time.
struct Sweep {
  std::vector<CrashCase> missed;    // the application left an ordered commit out each time
  std::vector<std::string> faults;  // with the case in front
  std::size_t cases = 0;
  std::int64_t leastWrites = 0;     // of one case
  std::int64_t writes = 0, duringVerb = 0, kills = 0, processes = 0;
  double seconds = 0;

  Sweep& operator+=(const Sweep& other);
  std::string text() const;  // its figures
};
Sweep sweep(const CaseRunner& runner, const std::vector<CrashCase>& cases);

// Commits that come as often as the application's writes make them come: the only ones that a sweep may miss.
bool dependsOnTheApplication(const std::string& point);

}  // namespace shardwright::test
