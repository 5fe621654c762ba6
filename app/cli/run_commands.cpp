#include <fmt/format.h>

#include <thread>

#include "app/cli/detach.h"
#include "app/cli/files.h"
#include "app/cli/progress.h"
#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

struct Run {
  std::string id;
  bool hold = false, detach = false;
  std::int64_t throttle = 0;
};

struct Move {
  std::string id;
  std::optional<std::string> move;
  std::optional<MoveId> moveId() const { return move ? std::optional(MoveId(*move)) : std::nullopt; }
};

struct Pause {
  std::string id;
  bool afterWave = false;
};

struct Throttle {
  std::string id;
  std::int64_t rate = 0;
};

// ---- what every piece of work ends with

double longestPause(const RunOutcome& outcome) {
  double longest = 0;
  for (const MoveRow& row : outcome.moves) longest = std::max(longest, row.pauseMs);
  return longest;
}

std::string endOf(const RunOutcome& outcome) {
  const std::string id = outcome.plan.text();
  switch (outcome.state) {
    case PlanState::Watching:
      return fmt::format("Plan {} is open on its targets (longest pause {:.1f} ms) and watched: rollback {} takes it back, "
                         "cleanup {} ends the way back.", id, longestPause(outcome), id, id);
    case PlanState::RolledBack: return fmt::format("Plan {} is rolled back; every write made meanwhile is on its source.", id);
    case PlanState::Done: return fmt::format("Plan {} is done.", id);
    case PlanState::Cancelled: return fmt::format("Plan {} is cancelled; every range is open on its source.", id);
    default: return fmt::format("Plan {} is {}; status {} says where each move stands.", id, planStateName(outcome.state), id);
  }
}

Exit exitOf(const RunOutcome& outcome, PlanState wanted) {
  return outcome.state == PlanState::Cancelled && wanted != PlanState::Cancelled ? Exit::Refused : Exit::Done;
}

// The verb that goes on with work which did not come to its end.
std::string_view goingOn(PlanState wanted) {
  switch (wanted) {
    case PlanState::RolledBack: return "rollback";
    case PlanState::Done: return "cleanup";
    case PlanState::Cancelled: return "cancel";
    default: return "resume";
  }
}

// Does a piece of work with its progress shown; says how it ended, and how to go on if it did not.
Result<Exit> work(Session& session, ShardManager& manager, const PlanId& id, RunRequest request, PlanState wanted,
                  const std::function<Result<WishOutcome>(const RunRequest&)>& act) {
  const Terminal& terminal = session.terminal;
  const auto status = TRY(manager.runs().status(id));
  std::vector<PlannedMove> moves;
  for (const MoveStatus& move : status.moves) moves.push_back(move.move);
  Result<WishOutcome> outcome = [&] {
    Progress progress(terminal, moves);
    request.onEvent = [&](const RunEvent& event) { progress.show(event); };
    return act(request);
  }();
  if (outcome && !outcome->outcome) {
    if (terminal.json) terminal.document({{"event", "told"}, {"sentence", outcome->sentence}});
    terminal.remark(outcome->sentence);
    return Exit::Done;
  }
  if (terminal.json) {
    const auto record = TRY(manager.catalog().planRecord(id));
    Json last{{"event", "finished"}, {"state", planStateName(record.state)}};
    if (!outcome) last["error"] = outcome.error().message();
    terminal.document(last);
  }
  if (outcome) {
    terminal.remark(endOf(*outcome->outcome));
    return exitOf(*outcome->outcome, wanted);
  }
  const ErrorCode code = outcome.error().code();
  const bool failed = TRY(manager.catalog().planRecord(id)).state == PlanState::Failed;
  if (failed || code == ErrorCode::Cancelled || code == ErrorCode::Unavailable) {
    const std::string& message = outcome.error().message();
    return Error(code, fmt::format("{}{} What was done is kept: {} {} goes on from there.", message, message.ends_with('.') ? "" : ".",
                                   goingOn(wanted), id.text()));
  }
  return outcome.error();
}

// ---- run, resume, rollback, cleanup

// The same command for the detached process, which must not ask anything.
std::vector<std::string> detachedArguments(const Session& session, const Run& arguments, std::string_view verb) {
  std::vector<std::string> words{"--catalog", session.catalog, "--yes"};
  if (session.actor) words.insert(words.end(), {"--actor", *session.actor});
  words.insert(words.end(), {std::string(verb), arguments.id});
  if (arguments.hold) words.emplace_back("--hold-cutover");
  if (arguments.throttle > 0) words.insert(words.end(), {"--throttle", std::to_string(arguments.throttle)});
  return words;
}

// Waits until the detached process holds the plan, or has ended with an answer of its own.
Result<Exit> detach(Session& session, ShardManager& manager, const Run& arguments, std::string_view verb) {
  using namespace std::chrono_literals;
  const PlanId id(arguments.id);
  const auto record = TRY(manager.catalog().planRecord(id));
  const std::string log = fmt::format("{}.{}.log", session.catalog, record.id.text());
  const auto started = TRY(startDetached(detachedArguments(session, arguments, verb), log));
  for (;;) {
    if (const auto exit = exitOfDetached(started.pid)) {
      const auto said = readFile(log, fileLimit);
      if (said) session.terminal.remark(*said);
      return static_cast<Exit>(*exit);
    }
    const auto holder = TRY(manager.catalog().leaseHolder(id));
    if (holder) break;
    if (session.stop.stop_requested()) return cancelled("stopped waiting; the detached process goes on.");
    std::this_thread::sleep_for(20ms);
  }
  if (session.terminal.json) session.terminal.document({{"detached", true}, {"pid", started.pid}, {"log", log}});
  session.terminal.remark(fmt::format("Process {} executes plan {}; status {} --follow shows it, {} is its log.", started.pid, id.text(), id.text(), log));
  return Exit::Done;
}

WishOutcome done(RunOutcome outcome) { return {{}, std::move(outcome)}; }

Result<Exit> run(Session& session, const Run& arguments) {
  if (arguments.throttle < 0) return invalidInput("--throttle takes rows a second, from 1; 0 is no throttle.");
  auto manager = TRY(openManager(session));
  if (arguments.detach) return detach(session, manager, arguments, "run");
  const PlanId id(arguments.id);
  return work(session, manager, id, {arguments.hold, arguments.throttle, {}}, PlanState::Watching, [&](const RunRequest& request) -> Result<WishOutcome> {
    auto outcome = TRY(manager.runs().run(id, request, session.stop));
    return done(std::move(outcome));
  });
}

Result<Exit> resume(Session& session, const Run& arguments) {
  if (arguments.throttle < 0) return invalidInput("--throttle takes rows a second, from 1; 0 is no throttle.");
  auto manager = TRY(openManager(session));
  if (arguments.detach) return detach(session, manager, arguments, "resume");
  const PlanId id(arguments.id);
  return work(session, manager, id, {arguments.hold, arguments.throttle, {}}, PlanState::Watching,
              [&](const RunRequest& request) { return manager.runs().resume(id, request, session.stop); });
}

Result<Exit> rollBack(Session& session, const Move& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  TRY(manager.catalog().planRecord(id));
  TRY(session.terminal.confirm(fmt::format("{} of plan {} goes back to its source, with every write made meanwhile.",
                                           arguments.move ? "Move " + *arguments.move : "Every move", id.text()), id.text()));
  return work(session, manager, id, {}, PlanState::RolledBack, [&](const RunRequest& request) -> Result<WishOutcome> {
    auto outcome = TRY(manager.runs().rollBack(id, arguments.moveId(), request, session.stop));
    return done(std::move(outcome));
  });
}

Result<Exit> cleanUp(Session& session, const Run& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  TRY(manager.catalog().planRecord(id));
  TRY(session.terminal.confirm(fmt::format("The rows that plan {} left on its sources are removed; there is no way back after that.", id.text()), id.text()));
  return work(session, manager, id, {}, PlanState::Done, [&](const RunRequest& request) -> Result<WishOutcome> {
    auto outcome = TRY(manager.runs().cleanUp(id, request, session.stop));
    return done(std::move(outcome));
  });
}

// ---- wishes

Result<Exit> answer(Session& session, const WishOutcome& told) {
  if (session.terminal.json) session.terminal.document({{"told", told.sentence}});
  session.terminal.remark(told.sentence);
  return Exit::Done;
}

Result<Exit> pause(Session& session, const Pause& arguments) {
  auto manager = TRY(openManager(session));
  const auto told = TRY(manager.runs().pause(PlanId(arguments.id), arguments.afterWave));
  return answer(session, told);
}

Result<Exit> throttle(Session& session, const Throttle& arguments) {
  if (arguments.rate < 0) return invalidInput("RATE is rows a second, from 1; 0 is no throttle.");
  auto manager = TRY(openManager(session));
  const auto told = TRY(manager.runs().throttle(PlanId(arguments.id), arguments.rate));
  return answer(session, told);
}

Result<Exit> cutOver(Session& session, const Move& arguments) {
  auto manager = TRY(openManager(session));
  const auto told = TRY(manager.runs().cutOver(PlanId(arguments.id), arguments.moveId()));
  return answer(session, told);
}

Result<Exit> cancel(Session& session, const Move& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  TRY(manager.catalog().planRecord(id));
  TRY(session.terminal.confirm(fmt::format("{} of plan {} that is not open on its target is dropped, with what it has copied.",
                                           arguments.move ? "Move " + *arguments.move : "Every move", id.text()), id.text()));
  return work(session, manager, id, {}, PlanState::Cancelled, [&](const RunRequest& request) {
    return manager.runs().cancel(id, arguments.moveId(), request, session.stop);
  });
}

Result<Exit> retry(Session& session, const Move& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  return work(session, manager, id, {}, PlanState::Watching, [&](const RunRequest& request) {
    return manager.runs().retry(id, arguments.moveId(), request, session.stop);
  });
}

void declareRun(CLI::App& command, Run& a) {
  command.add_option("ID", a.id, "The plan")->required();
  command.add_flag("--hold-cutover", a.hold, "Stops each move when it is verified; cutover ID goes on");
  command.add_option("--throttle", a.throttle, "Rows a second for each move")->type_name("RATE");
  command.add_flag("--detach", a.detach, "Goes on without this terminal");
}

void declareMove(CLI::App& command, Move& a) {
  command.add_option("ID", a.id, "The plan")->required();
  command.add_option("MOVE", a.move, "One move of it; default all");
}

}  // namespace

void addRunCommands(CLI::App& app, Session& session) {
  addVerb<Run>(app, session, "run", "Carries an approved plan out while the application keeps writing", declareRun, run);
  addVerb<Run>(app, session, "resume", "Goes on where a run stopped or was paused", declareRun, resume);
  addVerb<Pause>(app, session, "pause", "Holds a run", [](CLI::App& command, Pause& a) {
    command.add_option("ID", a.id, "The plan")->required();
    command.add_flag("--after-wave", a.afterWave, "When the wave is done");
  }, pause);
  addVerb<Throttle>(app, session, "throttle", "Limits a run's copying", [](CLI::App& command, Throttle& a) {
    command.add_option("ID", a.id, "The plan")->required();
    command.add_option("RATE", a.rate, "Rows a second for each move; 0: no limit")->required();
  }, throttle);
  addVerb<Move>(app, session, "cutover", "Lets a held move cut over", declareMove, cutOver);
  addVerb<Move>(app, session, "retry", "Tries again what failed", declareMove, retry);
  addVerb<Move>(app, session, "cancel", "Drops what is not open on its target yet", declareMove, cancel);
  addVerb<Move>(app, session, "rollback", "Back to the source, with every write made meanwhile", declareMove, rollBack);
  addVerb<Run>(app, session, "cleanup", "Ends the way back and removes what is left on the sources", [](CLI::App& command, Run& a) {
    command.add_option("ID", a.id, "The plan")->required();
  }, cleanUp);
}

}  // namespace shardwright::cli
