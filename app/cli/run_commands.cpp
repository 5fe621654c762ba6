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
  bool detach = false;
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

// A piece of work on a plan.
struct Work {
  PlanId plan;
  std::string_view verb;
  PlanState wanted;    // that the plan is to reach
  std::string effect;  // what is destroyed or reversed, for the question before it; empty: nothing
  RunRequest request;
  std::function<Result<WishOutcome>(RunVerbs&, const RunRequest&)> act;
  std::optional<std::string> move = {};
  bool detach = false;  // in a process of its own, which needs no terminal
};

Result<WishOutcome> alone(Result<RunOutcome> outcome) {
  if (!outcome) return outcome.error();
  return WishOutcome{{}, *std::move(outcome)};
}

// The verb that goes on with work which did not come to its end.
std::string_view goingOn(PlanState wanted, PlanState state) {
  switch (wanted) {
    case PlanState::RolledBack: return "rollback";
    case PlanState::Done: return "cleanup";
    case PlanState::Cancelled: return "cancel";
    default: return state == PlanState::Approved ? "run" : "resume";  // approved: it did not even begin
  }
}

Error withTheWayOn(const Error& error, const PlanRecord& plan, PlanState wanted) {
  const ErrorCode code = error.code();
  if (plan.state != PlanState::Failed && code != ErrorCode::Cancelled && code != ErrorCode::Unavailable) return error;
  return Error(code, fmt::format("{}{} What was done is kept: {} {} goes on from there.", error.message(),
                                 error.message().ends_with('.') ? "" : ".", goingOn(wanted, plan.state), plan.id.text()));
}

// The same command for the detached process, which must not ask anything.
std::vector<std::string> detachedArguments(const Session& session, const Work& piece) {
  std::vector<std::string> words{"--catalog", session.catalog, "--yes"};
  if (session.actor) words.insert(words.end(), {"--actor", *session.actor});
  words.insert(words.end(), {std::string(piece.verb), piece.plan.text()});
  if (piece.move) words.push_back(*piece.move);
  if (piece.request.holdCutOver) words.emplace_back("--hold-cutover");
  if (piece.request.throttle > 0) words.insert(words.end(), {"--throttle", std::to_string(piece.request.throttle)});
  return words;
}

// Waits until the detached process holds the plan, or has ended with an answer of its own.
Result<Exit> detach(Session& session, ShardManager& manager, const Work& piece) {
  using namespace std::chrono_literals;
  const PlanId& id = piece.plan;
  const std::string log = fmt::format("{}.{}.log", session.catalog, id.text());
  const auto started = TRY(startDetached(detachedArguments(session, piece), log));
  const std::string own = fmt::format("process {} on", started.pid);
  for (;;) {
    if (const auto exit = exitOfDetached(started.pid)) {
      const auto said = readFile(log, fileLimit);
      if (said) session.terminal.remark(std::string_view(*said).substr(std::min(said->size(), started.logBegins)));
      return static_cast<Exit>(*exit);
    }
    const auto holder = TRY(manager.catalog().leaseHolder(id));
    if (holder && holder->starts_with(own)) break;
    if (session.stop.stop_requested()) return cancelled("stopped waiting; the detached process goes on.");
    std::this_thread::sleep_for(20ms);
  }
  if (session.terminal.json) session.terminal.document({{"detached", true}, {"pid", started.pid}, {"log", log}});
  session.terminal.remark(fmt::format("Process {} executes plan {}; status {} --follow shows it, {} is its log.", started.pid, id.text(), id.text(), log));
  return Exit::Done;
}

// Does it with its progress shown; says how it ended, and how to go on if it did not.
Result<Exit> work(Session& session, Work piece) {
  const Terminal& terminal = session.terminal;
  auto manager = TRY(openManager(session));
  auto runs = manager.runs();
  const auto standing = runs.status(piece.plan);
  if (!standing && standing.error().code() == ErrorCode::Corrupt && piece.effect.empty()) {
    // Of a plan that is not what was approved, its verb knows more to say.
    const auto refusal = piece.act(runs, piece.request);
    return refusal ? standing.error() : refusal.error();
  }
  if (!standing) return standing.error();
  const PlanStatus& status = *standing;
  // A plan that has ended has nothing to lose, and its verb says so better than a question.
  if (!piece.effect.empty() && !isFinal(status.record.state)) TRY(terminal.confirm(piece.effect, piece.plan.text()));
  if (piece.detach) return detach(session, manager, piece);
  const Result<WishOutcome> outcome = [&] {
    Progress progress(terminal, status.moves, piece.wanted);
    piece.request.onEvent = [&](const RunEvent& event) { progress.show(event); };
    return piece.act(runs, piece.request);
  }();
  if (outcome && !outcome->outcome) {
    if (terminal.json) terminal.document({{"event", "told"}, {"sentence", outcome->sentence}});
    terminal.remark(outcome->sentence);
    return Exit::Done;
  }
  const auto record = TRY(manager.catalog().planRecord(piece.plan));
  if (terminal.json) {
    Json last{{"event", "finished"}, {"state", planStateName(record.state)}};
    if (!outcome) last["error"] = outcome.error().message();
    terminal.document(last);
  }
  if (!outcome) return withTheWayOn(outcome.error(), record, piece.wanted);
  terminal.remark(endOf(*outcome->outcome));
  return exitOf(*outcome->outcome, piece.wanted);
}

// ---- run, resume, rollback, cleanup

Result<Exit> workOf(Session& session, const Run& arguments, Work piece) {
  if (arguments.throttle < 0) return invalidInput("--throttle takes rows a second, from 1; 0 is no throttle.");
  piece.request = {arguments.hold, arguments.throttle, {}};
  piece.detach = arguments.detach;
  return work(session, std::move(piece));
}

Result<Exit> workOf(Session& session, const Move& arguments, Work piece) {
  piece.move = arguments.move;
  piece.detach = arguments.detach;
  return work(session, std::move(piece));
}

Result<Exit> run(Session& session, const Run& arguments) {
  const PlanId id(arguments.id);
  return workOf(session, arguments, {id, "run", PlanState::Watching, {}, {},
                                     [&](RunVerbs& runs, const RunRequest& request) { return alone(runs.run(id, request, session.stop)); }});
}

Result<Exit> resume(Session& session, const Run& arguments) {
  const PlanId id(arguments.id);
  return workOf(session, arguments, {id, "resume", PlanState::Watching, {}, {},
                                     [&](RunVerbs& runs, const RunRequest& request) { return runs.resume(id, request, session.stop); }});
}

std::string movesOf(const Move& arguments) {
  return fmt::format("{} of plan {}", arguments.move ? "Move " + *arguments.move : "Every move", arguments.id);
}

Result<Exit> rollBack(Session& session, const Move& arguments) {
  const PlanId id(arguments.id);
  return workOf(session, arguments, {id, "rollback", PlanState::RolledBack, movesOf(arguments) + " goes back to its source, with every write made meanwhile.", {},
                                     [&](RunVerbs& runs, const RunRequest& request) { return alone(runs.rollBack(id, arguments.moveId(), request, session.stop)); }});
}

Result<Exit> cleanUp(Session& session, const Run& arguments) {
  const PlanId id(arguments.id);
  return workOf(session, arguments, {id, "cleanup", PlanState::Done,
                                     fmt::format("The rows that plan {} left on its sources are removed; there is no way back after that.", id.text()), {},
                                     [&](RunVerbs& runs, const RunRequest& request) { return alone(runs.cleanUp(id, request, session.stop)); }});
}

Result<Exit> cancel(Session& session, const Move& arguments) {
  const PlanId id(arguments.id);
  return workOf(session, arguments, {id, "cancel", PlanState::Cancelled, movesOf(arguments) + " that is not open on its target is dropped, with what it has copied.", {},
                                     [&](RunVerbs& runs, const RunRequest& request) { return runs.cancel(id, arguments.moveId(), request, session.stop); }});
}

Result<Exit> retry(Session& session, const Move& arguments) {
  const PlanId id(arguments.id);
  return workOf(session, arguments, {id, "retry", PlanState::Watching, {}, {},
                                     [&](RunVerbs& runs, const RunRequest& request) { return runs.retry(id, arguments.moveId(), request, session.stop); }});
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

void declareDetach(Command& command, bool& detach) { command.flag("--detach", detach, "Goes on without this terminal"); }

void declareRun(Command& command, Run& a) {
  command.option("ID", a.id, "The plan").required();
  command.flag("--hold-cutover", a.hold, "Stops each move when it is verified; cutover ID goes on");
  command.option("--throttle", a.throttle, "Rows a second for each move").placeholder("RATE");
  declareDetach(command, a.detach);
}

void declareMove(Command& command, Move& a) {
  command.option("ID", a.id, "The plan").required();
  command.option("MOVE", a.move, "One move of it; default all");
}

void declareWork(Command& command, Move& a) {
  declareMove(command, a);
  declareDetach(command, a.detach);
}

}  // namespace

void addRunCommands(Command& root, Session& session) {
  addVerb<Run>(root, session, "run", "Carries an approved plan out while the application keeps writing", declareRun, run);
  addVerb<Run>(root, session, "resume", "Goes on where a run stopped or was paused", declareRun, resume);
  addVerb<Pause>(root, session, "pause", "Holds a run", [](Command& command, Pause& a) {
    command.option("ID", a.id, "The plan").required();
    command.flag("--after-wave", a.afterWave, "When the wave is done");
  }, pause);
  addVerb<Throttle>(root, session, "throttle", "Limits a run's copying", [](Command& command, Throttle& a) {
    command.option("ID", a.id, "The plan").required();
    command.option("RATE", a.rate, "Rows a second for each move; 0: no limit").required();
  }, throttle);
  addVerb<Move>(root, session, "cutover", "Lets a held move cut over", declareMove, cutOver);
  addVerb<Move>(root, session, "retry", "Tries again what failed", declareWork, retry);
  addVerb<Move>(root, session, "cancel", "Drops what is not open on its target yet", declareWork, cancel);
  addVerb<Move>(root, session, "rollback", "Back to the source, with every write made meanwhile", declareWork, rollBack);
  addVerb<Run>(root, session, "cleanup", "Ends the way back and removes what is left on the sources", [](Command& command, Run& a) {
    command.option("ID", a.id, "The plan").required();
    declareDetach(command, a.detach);
  }, cleanUp);
}

}  // namespace shardwright::cli
