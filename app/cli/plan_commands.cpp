#include <fmt/format.h>

#include <algorithm>

#include "app/cli/files.h"
#include "app/cli/plan_arguments.h"
#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/plan/plan_words.h"

namespace shardwright::cli {

namespace {

struct Create {
  std::string keyspace;
  PlanArguments goal;
};

struct List {
  std::vector<std::string> states;
};

struct Show {
  std::string id, format = "text";
};

struct Approve {
  std::string id, fingerprint, comment;
  bool cleanup = false;
};

struct Reject {
  std::string id, reason;
};

struct Two {
  std::string first, second;
};

struct ToFile {
  std::string subject, file;
};

struct Simulate {
  std::string file;
  PlanArguments goal;
  std::optional<std::int64_t> pareto;
};

constexpr auto planAlone = [](Command& command, Show& a) { command.option("ID", a.id, "The plan").required(); };

Json documentOf(const PlanView& view) { return planDocument(view.plan, view.record, view.approvals); }

// What to say and do when a plan was made, or none was needed.
Result<Exit> answerMade(Session& session, ShardManager& manager, const MadePlan& made) {
  const Terminal& terminal = session.terminal;
  if (!made.plan) {
    if (terminal.json) terminal.document({{"plan", Json()}, {"reason", made.sentence}});
    if (!terminal.json && !terminal.quiet) terminal.line("No plan: " + printable(made.sentence));
    return Exit::Done;
  }
  const std::string id = made.plan->id.text();
  if (terminal.json) {
    const auto view = TRY(manager.plans().show(made.plan->id));
    terminal.document(documentOf(view));
  } else if (terminal.quiet) {
    terminal.line(id);
  } else {
    terminal.print(formatPlan(*made.plan));
    terminal.remark(fmt::format("Nothing has been changed. To let it run: plan approve {} --fingerprint {}", id,
                                fingerprintOf(*made.plan)));
  }
  return Exit::Done;
}

Result<Exit> create(Session& session, const Create& arguments) {
  const auto request = TRY(requestOf(arguments.goal));
  auto manager = TRY(openManager(session));
  const auto made = TRY(manager.plans().create(KeyspaceName(arguments.keyspace), request, session.stop));
  return answerMade(session, manager, made);
}

Result<Exit> list(Session& session, const List& arguments) {
  std::vector<PlanState> states;
  for (const std::string& name : arguments.states) {
    const auto state = TRY(parsePlanState(name));
    states.push_back(state);
  }
  auto manager = TRY(openManager(session));
  auto records = TRY(manager.plans().list());
  if (!states.empty()) {
    std::erase_if(records, [&](const PlanRecord& r) { return std::ranges::find(states, r.state) == states.end(); });
  }
  const Terminal& terminal = session.terminal;
  Json all = Json::array();
  Table table({{"plan"}, {"state"}, {"keyspace"}, {"goal"}, {"map"}, {"author"}, {"made"}, {"reason"}});
  for (const PlanRecord& r : records) {
    all.push_back({{"id", r.id.text()}, {"state", planStateName(r.state)}, {"keyspace", r.keyspace.text()}, {"goal", r.goal},
                   {"baseVersion", r.baseVersion}, {"fingerprint", r.fingerprint}, {"author", r.author},
                   {"createdAt", formatUtc(r.createdAt)}, {"reason", r.reason}});
    table.add({r.id.text(), std::string(planStateName(r.state)), r.keyspace.text(), r.goal, fmt::format("v{}", r.baseVersion),
               r.author, formatUtc(r.createdAt), r.reason});
    if (terminal.quiet && !terminal.json) terminal.line(r.id.text());
  }
  if (terminal.json) {
    terminal.document({{"plans", std::move(all)}});
  } else if (!terminal.quiet) {
    terminal.print(table.text());
  }
  return Exit::Done;
}

void printState(const Terminal& terminal, const PlanView& view) {
  terminal.print(fmt::format("\nstate        {}{}\nfingerprint  {}\n", planStateName(view.record.state),
                             view.record.reason.empty() ? "" : ": " + printable(view.record.reason), view.record.fingerprint));
  for (const Approval& a : view.approvals) {
    terminal.print(fmt::format("approved     by {} at {}, until {}{}{}\n", printable(a.approver), formatUtc(a.at), formatUtc(a.expires),
                               a.forCleanup ? ", for clean-up" : "", a.comment.empty() ? "" : ": " + printable(a.comment)));
  }
  const bool waiting = view.record.state == PlanState::Draft || view.record.state == PlanState::Approved;
  if (waiting && view.record.baseVersion != view.currentVersion) {
    terminal.remark(fmt::format("It was made for version {} of the map and version {} is in force: plan rebase {}",
                                view.record.baseVersion, view.currentVersion, view.plan.id.text()));
  }
}

Result<Exit> show(Session& session, const Show& arguments) {
  if (arguments.format != "text" && arguments.format != "json" && arguments.format != "html") {
    return invalidInput(fmt::format("\"{}\" is no format of plans; there are text, json and html.", arguments.format));
  }
  auto manager = TRY(openManager(session));
  const auto view = TRY(manager.plans().show(PlanId(arguments.id)));
  const Terminal& terminal = session.terminal;
  if (terminal.json || arguments.format == "json") {
    terminal.document(documentOf(view));
  } else if (arguments.format == "html") {
    terminal.print(planToHtml(view.plan));
  } else {
    terminal.print(formatPlan(view.plan));
    printState(terminal, view);
  }
  return Exit::Done;
}

Result<Exit> answerState(Session& session, ShardManager& manager, const PlanId& id, std::string_view sentence) {
  if (session.terminal.json) {
    const auto view = TRY(manager.plans().show(id));
    session.terminal.document({{"id", id.text()}, {"state", planStateName(view.record.state)}, {"fingerprint", view.record.fingerprint}});
  }
  session.terminal.remark(fmt::format("Plan {} {}", id.text(), sentence));
  return Exit::Done;
}

Result<Exit> approve(Session& session, const Approve& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  TRY(manager.plans().approve(id, arguments.fingerprint, arguments.comment, arguments.cleanup));
  return answerState(session, manager, id, arguments.cleanup ? "may be cleaned up: cleanup " + id.text() : "is approved: run " + id.text());
}

Result<Exit> reject(Session& session, const Reject& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  TRY(manager.plans().reject(id, arguments.reason));
  return answerState(session, manager, id, "is rejected.");
}

Result<Exit> withdraw(Session& session, const Show& arguments) {
  auto manager = TRY(openManager(session));
  const PlanId id(arguments.id);
  TRY(manager.plans().withdraw(id));
  return answerState(session, manager, id, "is withdrawn.");
}

Result<Exit> rebase(Session& session, const Show& arguments) {
  auto manager = TRY(openManager(session));
  const auto made = TRY(manager.plans().rebase(PlanId(arguments.id), session.stop));
  return answerMade(session, manager, made);
}

Result<Exit> copy(Session& session, const Show& arguments) {
  auto manager = TRY(openManager(session));
  const auto made = TRY(manager.plans().copy(PlanId(arguments.id), session.stop));
  return answerMade(session, manager, made);
}

Json tally(const MigrationPlan& plan) {
  return {{"id", plan.id.text()}, {"moves", plan.moves.size()}, {"rows", plan.movedRows()}, {"bytes", plan.movedBytes()},
          {"waves", plan.waves()}, {"maxUtilisation", plan.after.maxUtilisation ? Json(*plan.after.maxUtilisation) : Json()}};
}

Result<Exit> compare(Session& session, const Two& arguments) {
  auto manager = TRY(openManager(session));
  const auto comparison = TRY(manager.plans().compare(PlanId(arguments.first), PlanId(arguments.second)));
  const Terminal& terminal = session.terminal;
  if (terminal.json) {
    terminal.document({{"first", tally(comparison.first)}, {"second", tally(comparison.second)}, {"onlyFirst", comparison.onlyFirst},
                       {"onlySecond", comparison.onlySecond}, {"both", comparison.both}});
    return Exit::Done;
  }
  Table table({{"plan"}, {"moves", Table::Align::Right}, {"rows", Table::Align::Right}, {"bytes", Table::Align::Right},
               {"highest after", Table::Align::Right}});
  for (const MigrationPlan* plan : {&comparison.first, &comparison.second}) {
    table.add({plan->id.text(), std::to_string(plan->moves.size()), formatCount(plan->movedRows()), formatBytes(plan->movedBytes()),
               plan->after.maxUtilisation ? fmt::format("{:.1f} %", *plan->after.maxUtilisation * 100) : "-"});
  }
  terminal.print(table.text());
  for (const std::string& move : comparison.onlyFirst) terminal.line("- " + move);
  for (const std::string& move : comparison.onlySecond) terminal.line("+ " + move);
  terminal.remark(fmt::format("{} moves are in both.", comparison.both));
  return Exit::Done;
}

Result<Exit> exportPlan(Session& session, const ToFile& arguments) {
  auto manager = TRY(openManager(session));
  const auto view = TRY(manager.plans().show(PlanId(arguments.subject)));
  TRY(writeFile(arguments.file, canonicalJson(documentOf(view)) + "\n", session.terminal.yes));
  if (session.terminal.json) session.terminal.document({{"file", arguments.file}, {"fingerprint", view.record.fingerprint}});
  session.terminal.remark(fmt::format("Plan {} is in {}.", arguments.subject, arguments.file));
  return Exit::Done;
}

std::string frontText(const FrontSimulation& simulation) {
  const ParetoFront& front = simulation.front;
  std::string out = fmt::format("{} of {}, now at {}. Proven: no placement can be below {} ({}).\n", goalName(simulation.goals.kind),
                                printable(simulation.snapshot.keyspace.text(), 63), percentText(front.now),
                                percentText(front.bounds.maxUtilisation), printable(front.bounds.reason));
  if (front.points.empty()) return out + printable(front.sentence) + "\n";
  Table table({{"highest", Table::Align::Right}, {"moved", Table::Align::Right}, {"at least", Table::Align::Right},
               {"moves", Table::Align::Right}, {"splits", Table::Align::Right}, {"to have this plan"}});
  for (std::size_t k = 0; k < front.points.size(); ++k) {
    const auto& [threshold, plan] = front.points[k];
    table.add({percentText(plan.after.maxUtilisation), formatBytes(plan.movedBytes()), formatBytes(plan.bounds.movedBytes),
               formatCount(static_cast<std::int64_t>(plan.moves.size())), formatCount(static_cast<std::int64_t>(plan.splits.size())),
               fmt::format("--threshold {}{}", threshold, front.knee == k ? "  (from here on bytes pay less)" : "")});
  }
  return out + table.text();
}

Result<Exit> simulateFrontOf(Session& session, std::string_view snapshot, const PlanRequest& request, std::int64_t points) {
  const auto simulation = TRY(simulateFront(snapshot, request, points));
  if (session.terminal.json) {
    session.terminal.document(paretoToJson(simulation.front, simulation.goals, simulation.options, simulation.snapshot));
  } else {
    session.terminal.print(frontText(simulation));
    session.terminal.remark(fmt::format("Read in {}, planned in {}.", formatDuration(simulation.readSeconds), formatDuration(simulation.planSeconds)));
  }
  return Exit::Done;
}

Result<Exit> simulatePlan(Session& session, const Simulate& arguments) {
  const auto request = TRY(requestOf(arguments.goal));
  const auto text = TRY(readFile(arguments.file, mapFileLimit));
  if (arguments.pareto) return simulateFrontOf(session, text, request, *arguments.pareto);
  const auto simulation = TRY(simulate(text, request));
  if (session.terminal.json) {
    session.terminal.document(simulationToJson(simulation.proposal, simulation.goals, simulation.options, simulation.snapshot));
  } else {
    session.terminal.print(formatProposal(simulation.proposal, simulation.goals, simulation.snapshot));
    session.terminal.remark(fmt::format("Read in {}, planned in {}.", formatDuration(simulation.readSeconds),
                                        formatDuration(simulation.planSeconds)));
  }
  return Exit::Done;
}

Result<Exit> takeSnapshot(Session& session, const ToFile& arguments) {
  auto manager = TRY(openManager(session));
  const auto snapshot = TRY(manager.plans().snapshot(KeyspaceName(arguments.subject), session.stop));
  TRY(writeFile(arguments.file, snapshotToJson(snapshot) + "\n", session.terminal.yes));
  if (session.terminal.json) session.terminal.document({{"file", arguments.file}, {"ranges", snapshot.ranges.size()}, {"shards", snapshot.shards.size()}});
  session.terminal.remark(fmt::format("The cluster as the planner sees it is in {}.", arguments.file));
  return Exit::Done;
}

void addMaking(Command& plan, Session& session) {
  addVerb<Create>(plan, session, "create", "Has a plan made; changes nothing", [](Command& command, Create& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    declareGoal(command, a.goal);
  }, create);
  addVerb<List>(plan, session, "list", "All plans", [](Command& command, List& a) {
    command.option("--state", a.states, "Only those: draft, approved, running, watching, done, rolledback, ...").placeholder("STATE");
  }, list);
  addVerb<Show>(plan, session, "show", "A plan as a diff", [](Command& command, Show& a) {
    planAlone(command, a);
    command.option("--format", a.format, "text, json or html; default text").placeholder("F");
  }, show);
  addVerb<Show>(plan, session, "rebase", "Makes a plan again on the map in force", planAlone, rebase);
  addVerb<Show>(plan, session, "copy", "The same moves as a new draft", planAlone, copy);
  addVerb<Two>(plan, session, "compare", "Two plans of one keyspace", [](Command& command, Two& a) {
    command.option("ID1", a.first, "A plan").required();
    command.option("ID2", a.second, "Another").required();
  }, compare);
  addVerb<ToFile>(plan, session, "export", "Writes the plan document", [](Command& command, ToFile& a) {
    command.option("ID", a.subject, "The plan").required();
    command.option("FILE", a.file, "Where to; replaced with --yes only").required();
  }, exportPlan);
  addVerb<Simulate>(plan, session, "simulate", "The planner on a recorded cluster; no database needed", [](Command& command, Simulate& a) {
    command.option("SNAPSHOT", a.file, "shardwright.snapshot/1").required();
    declareGoal(command, a.goal);
    command.option("--pareto", a.pareto, "Up to N plans, from the fewest bytes to the lowest utilisation").placeholder("N");
  }, simulatePlan);
}

void addDeciding(Command& plan, Session& session) {
  addVerb<Approve>(plan, session, "approve", "Lets exactly this plan run", [](Command& command, Approve& a) {
    command.option("ID", a.id, "The plan").required();
    command.option("--fingerprint", a.fingerprint, "Of the plan as you read it").required().placeholder("HEX");
    command.option("--comment", a.comment, "For the audit").placeholder("T");
    command.flag("--cleanup", a.cleanup, "Approves its clean-up, after which there is no way back");
  }, approve);
  addVerb<Reject>(plan, session, "reject", "Says no", [](Command& command, Reject& a) {
    command.option("ID", a.id, "The plan").required();
    command.option("--reason", a.reason, "Why").required().placeholder("T");
  }, reject);
  addVerb<Show>(plan, session, "withdraw", "Takes a plan back that has not begun", planAlone, withdraw);
}

}  // namespace

void addPlanCommands(Command& root, Session& session) {
  Command plan = root.group("plan", "What to move where, and why, before anything moves");
  addMaking(plan, session);
  addDeciding(plan, session);
  addVerb<ToFile>(root, session, "snapshot", "Writes the cluster as the planner sees it; no rows, no secrets", [](Command& command, ToFile& a) {
    command.option("KEYSPACE", a.subject, "The keyspace").required();
    command.option("FILE", a.file, "Where to; replaced with --yes only").required();
  }, takeSnapshot);
}

}  // namespace shardwright::cli
