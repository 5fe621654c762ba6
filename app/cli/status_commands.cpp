#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

using namespace std::chrono_literals;

struct Status {
  std::optional<std::string> id;
  bool follow = false;
};

std::string stageOf(const MoveRow& row) {
  std::string text(phaseName(row.phase));
  if (row.paused) text += ", paused";
  if (row.held) text += ", held";
  return text;
}

Json toJson(const MoveStatus& status) {
  const MoveRow row = status.row.value_or(MoveRow{});
  return {{"move", status.move.id.text()}, {"source", status.move.source.text()}, {"target", status.move.target.text()},
          {"wave", status.move.wave}, {"phase", phaseName(row.phase)}, {"rows", row.rows},
          {"rowsTotal", std::max({row.rowsTotal, row.rows, status.move.rows})}, {"bytes", row.bytes}, {"lag", row.backlog},
          {"pauseMs", row.pauseMs}, {"paused", row.paused}, {"held", row.held}, {"throttle", row.throttle},
          {"mapVersion", row.mapVersion == 0 ? Json() : Json(row.mapVersion)}, {"reason", row.reason.empty() ? Json() : Json(row.reason)}};
}

Json toJson(const PlanStatus& status) {
  Json moves = Json::array();
  for (const MoveStatus& move : status.moves) moves.push_back(toJson(move));
  return {{"id", status.record.id.text()}, {"keyspace", status.record.keyspace.text()}, {"state", planStateName(status.record.state)},
          {"reason", status.record.reason.empty() ? Json() : Json(status.record.reason)},
          {"executor", status.executor ? Json(*status.executor) : Json()}, {"waves", status.waves}, {"moves", std::move(moves)}};
}

void print(const Terminal& terminal, const PlanStatus& status) {
  terminal.print(fmt::format("{} of {}: {}\n", status.record.id.text(), printable(status.record.keyspace.text()), standingOf(status)));
  Table table({{"move"}, {"wave", Table::Align::Right}, {"from"}, {"to"}, {"phase"}, {"rows", Table::Align::Right},
               {"of", Table::Align::Right}, {"lag", Table::Align::Right}, {"pause", Table::Align::Right}, {"reason"}});
  for (const MoveStatus& move : status.moves) {
    const MoveRow row = move.row.value_or(MoveRow{});
    table.add({move.move.id.text(), std::to_string(move.move.wave), move.move.source.text(), move.move.target.text(), stageOf(row),
               formatCount(row.rows), formatCount(std::max({row.rowsTotal, row.rows, move.move.rows})), formatCount(row.backlog),
               row.pauseMs > 0 ? fmt::format("{:.1f} ms", row.pauseMs) : "-", row.reason});
  }
  terminal.print(table.text());
}

void rest(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any wake;
  wake.wait_for(lock, stop, time, [] { return false; });
}

// One object a line whenever something changed, or one line of text, until nothing can change by itself any more.
Result<Exit> follow(Session& session, ShardManager& manager, const PlanId& id) {
  std::string last;
  for (;;) {
    const auto status = TRY(manager.runs().status(id));
    const Json document = toJson(status);
    const std::string now = canonicalJson(document);
    if (now != last) {
      if (session.terminal.json) session.terminal.document(document);
      if (!session.terminal.json) print(session.terminal, status);
      std::fflush(stdout);
    }
    last = now;
    if (!status.executor) return Exit::Done;
    if (session.stop.stop_requested()) return cancelled("stopped looking on; the run goes on.");
    rest(250ms, session.stop);
  }
}

Result<Exit> status(Session& session, const Status& arguments) {
  auto manager = TRY(openManager(session));
  const Terminal& terminal = session.terminal;
  if (arguments.follow && !arguments.id) return invalidInput("--follow takes the plan to follow: status ID --follow.");
  if (arguments.follow) return follow(session, manager, PlanId(*arguments.id));
  if (arguments.id) {
    const auto one = TRY(manager.runs().status(PlanId(*arguments.id)));
    if (terminal.json) terminal.document(toJson(one));
    if (!terminal.json) print(terminal, one);
    return Exit::Done;
  }
  const auto all = TRY(manager.runs().statusOfAll());
  Json document = Json::array();
  for (const PlanStatus& one : all) {
    document.push_back(toJson(one));
    if (!terminal.json) print(terminal, one);
  }
  if (terminal.json) terminal.document({{"plans", std::move(document)}});
  if (all.empty()) terminal.remark("No plan is under way.");
  return Exit::Done;
}

}  // namespace

void addStatusCommands(Command& root, Session& session) {
  addVerb<Status>(root, session, "status", "Where plans that have begun stand", [](Command& command, Status& a) {
    command.option("ID", a.id, "One plan; default all that have begun and not ended");
    command.flag("--follow", a.follow, "Until nobody executes it any more");
  }, status);
}

}  // namespace shardwright::cli
