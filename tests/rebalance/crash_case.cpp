#include "tests/rebalance/crash_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "tests/rebalance/cluster_check.h"
#include "tests/support/child_process.h"

namespace shardwright::test {

namespace {

constexpr auto childLimit = std::chrono::seconds(30);
constexpr auto writeLimit = std::chrono::seconds(10);
constexpr std::int64_t leastWrites = 20;
constexpr std::size_t mostProcesses = 8;
constexpr int tries = 10;
constexpr double writesPerSecond = 2000;

PlanState stateOf(const MoveCluster& cluster) { return need(cluster.catalog().planRecord(MoveCluster::planId)).state; }

// The processes of one case, one after the other.
class Processes {
 public:
  Processes(const CrashCase& what, std::string executable, std::string folder)
      : m_what(what), m_executable(std::move(executable)), m_folder(std::move(folder)) {}

  void runAll(MoveCluster& cluster, CaseEnd& end) {
    for (std::size_t i = 0; i < mostProcesses; ++i) {
      runOne(i < m_what.orders.size() ? m_what.orders[i] : CrashOrder{}, end);
      if (i + 1 >= m_what.orders.size() && stateOf(cluster) == endOf(m_what.verb)) return;
    }
    end.faults.push_back(fmt::format("after {} processes the plan is still {}: {}", mostProcesses, planStateName(stateOf(cluster)), m_said));
  }

 private:
  void runOne(const CrashOrder& order, CaseEnd& end) {
    const std::string name = fmt::format("{}/process{}", m_folder, end.commits.size());
    const ChildEnd child = need(runChild(m_executable, {m_folder, std::string(movedName(m_what.moved)), std::string(verbName(m_what.verb)),
                                                        order.text(), name + ".commits"},
                                         childLimit, name + ".out"));
    m_said = child.output;
    if (child.timedOut) end.faults.push_back("a process did not end");
    if (child.wasKilled()) ++end.kills;
    const bool kills = order.act == CrashOrder::Act::KillBefore || order.act == CrashOrder::Act::KillAfter;
    if (!child.timedOut && !(kills && child.wasKilled()) && child.exitCode != 0 && child.exitCode != 4)
      end.faults.push_back(fmt::format("a process ended with {} (signal {}): {}", child.exitCode, child.signal, child.output));
    end.commits.push_back(need(readCommits(name + ".commits")).done);
    if (kills) end.reached = end.reached && child.wasKilled();
    if (order.act == CrashOrder::Act::ReplyLost)
      end.reached = end.reached && std::ranges::count(end.commits.back(), order.point) >= order.nth;
  }

  const CrashCase& m_what;
  std::string m_executable, m_folder, m_said;
};

}  // namespace

std::string_view verbName(Verb verb) {
  switch (verb) {
    case Verb::Run: return "run";
    case Verb::RollBack: return "rollback";
    case Verb::CleanUp: return "cleanup";
    case Verb::Cancel: return "cancel";
  }
  return "";
}

Result<Verb> parseVerb(std::string_view name) {
  for (const Verb verb : allVerbs)
    if (verbName(verb) == name) return verb;
  return invalidInput("not one of run, rollback, cleanup, cancel");
}

PlanState endOf(Verb verb) {
  switch (verb) {
    case Verb::Run: return PlanState::Watching;
    case Verb::RollBack: return PlanState::RolledBack;
    case Verb::CleanUp: return PlanState::Done;
    case Verb::Cancel: break;
  }
  return PlanState::Cancelled;
}

void leadTo(MoveCluster& cluster, Verb verb) {
  if (verb == Verb::Run) return;
  if (verb != Verb::Cancel) {
    need(perform(cluster, Verb::Run));
    return;
  }
  RunOptions options = MoveCluster::smallChunks();
  options.holdCutOver = true;
  std::stop_source stop;
  options.onEvent = [&](const RunEvent& event) {
    if (event.move.phase == Phase::Ready) stop.request_stop();
  };
  const auto held = cluster.rebalancer(options).run(MoveCluster::planId, stop.get_token());
  if (held || held.error().code() != ErrorCode::Cancelled) need(Done(unavailable("the move was not held")));
}

Result<RunOutcome> perform(MoveCluster& cluster, Verb verb, const MoveRules& rules, std::stop_token stop) {
  RunOptions options = MoveCluster::smallChunks();
  options.mover.rules = rules;
  if (verb == Verb::CleanUp) options.throttle = 800;  // in two batches
  auto rebalancer = cluster.rebalancer(std::move(options));
  switch (verb) {
    case Verb::Run: return rebalancer.run(MoveCluster::planId, stop);
    case Verb::RollBack: return rebalancer.rollBack(MoveCluster::planId, {}, stop);
    case Verb::CleanUp: return rebalancer.cleanUp(MoveCluster::planId, stop);
    case Verb::Cancel: break;
  }
  return rebalancer.cancel(MoveCluster::planId, {}, stop);
}

std::string CrashCase::text() const {
  std::string out = fmt::format("{} {}", movedName(moved), verbName(verb));
  for (const CrashOrder& order : orders) out += " " + order.text();
  return out;
}

std::string CaseRunner::templateOf(Moved moved, Verb verb) const {
  const std::string_view from = verb == Verb::Run ? "approved" : verb == Verb::Cancel ? "held" : "watching";
  return fmt::format("{}/{}-{}", m_folder.path(), movedName(moved), from);
}

void CaseRunner::prepare(Moved moved, Verb verb) {
  const std::string folder = templateOf(moved, verb);
  if (std::filesystem::exists(folder)) return;
  if (verb == Verb::Run) {
    std::filesystem::create_directory(folder);
    MoveCluster::create(folder, moved);
    return;
  }
  prepare(moved, Verb::Run);
  MoveCluster::copy(templateOf(moved, Verb::Run), folder);
  MoveCluster cluster(folder, moved);
  leadTo(cluster, verb);
}

CaseEnd CaseRunner::run(const CrashCase& what) const {
  static std::atomic<int> number{0};
  const std::string folder = fmt::format("{}/case{}", m_folder.path(), ++number);
  MoveCluster::copy(templateOf(what.moved, what.verb), folder);
  CaseEnd end;
  {
    MoveCluster cluster(folder, what.moved);
    WriterSetup setup = cluster.writer(1);
    setup.perSecond = writesPerSecond;
    auto writer = need(LiveWriter::start(std::move(setup)));
    if (!writer->waitForWrites(10, writeLimit)) end.faults.push_back("the writer did not get going");
    const std::int64_t before = writer->figures().acknowledged;
    Processes(what, m_executable, folder).runAll(cluster, end);
    end.duringVerb = writer->figures().acknowledged - before;
    if (!writer->waitForWrites(10, writeLimit) || !writer->waitForWrites(2, writeLimit, true))
      end.faults.push_back("the application is refused for ever");
    const WriterFigures figures = writer->stop();
    end.acknowledged = figures.acknowledged;
    if (figures.surprises > 0) end.faults.push_back("the writer was surprised: " + figures.surprise);
    if (!figures.trouble.empty()) end.faults.push_back(figures.trouble);
    for (std::string& fault : faultsOf(cluster, leastWrites)) end.faults.push_back(std::move(fault));
  }
  std::filesystem::remove_all(folder);
  return end;
}

Result<std::vector<std::string>> CaseRunner::commitsBehind(const CrashCase& what) const {
  std::map<std::string, int> there;
  std::vector<std::string> common;
  for (const bool isFirst : {true, false}) {
    const CaseEnd end = run(what);
    if (!end.faults.empty()) return unavailable(what.text() + ": " + end.faults.front());
    if (end.commits.size() <= what.orders.size()) return std::vector<std::string>();
    for (const std::string& point : end.commits[what.orders.size()]) {
      if (isFirst) ++there[point];
      else if (there[point]-- > 0) common.push_back(point);
    }
  }
  return common;
}

bool dependsOnTheApplication(const std::string& point) {
  return point.ends_with("/apply") || point.ends_with("/forget keys") || point.ends_with("/mark differing");
}

Sweep& Sweep::operator+=(const Sweep& other) {
  missed.insert(missed.end(), other.missed.begin(), other.missed.end());
  faults.insert(faults.end(), other.faults.begin(), other.faults.end());
  if (other.cases > 0) leastWrites = cases == 0 ? other.leastWrites : std::min(leastWrites, other.leastWrites);
  cases += other.cases;
  writes += other.writes;
  duringVerb += other.duringVerb;
  kills += other.kills;
  processes += other.processes;
  seconds += other.seconds;
  return *this;
}

std::string Sweep::text() const {
  return fmt::format("{:5} cases {:4} missed {:5} kills {:5} processes {:8} writes ({} or more a case, {} during the verb) {:4} faults {:6.1f} s",
                     cases, missed.size(), kills, processes, writes, leastWrites, duringVerb, faults.size(), seconds);
}

Sweep sweep(const CaseRunner& runner, const std::vector<CrashCase>& cases) {
  const auto begun = std::chrono::steady_clock::now();
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  Sweep all;
  const auto work = [&] {
    for (std::size_t i = next++; i < cases.size(); i = next++) {
      CaseEnd end = runner.run(cases[i]);
      // What the application has the mover do, such as bringing a key over once more, is not there every time.
      for (int again = 1; again < tries && end.faults.empty() && !end.reached; ++again) end = runner.run(cases[i]);
      Sweep one;
      one.cases = 1;
      if (!end.reached) one.missed.push_back(cases[i]);
      for (const std::string& fault : end.faults) one.faults.push_back(cases[i].text() + ": " + fault);
      one.writes = one.leastWrites = end.acknowledged;
      one.duringVerb = end.duringVerb;
      one.kills = end.kills;
      one.processes = static_cast<std::int64_t>(end.commits.size());
      std::lock_guard lock(mutex);
      all += one;
    }
  };
  {
    std::jthread second(work);
    work();
  }
  all.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return all;
}

}  // namespace shardwright::test
