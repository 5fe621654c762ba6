#include <fmt/format.h>

#include <algorithm>

#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/manager/doctor_verbs.h"

namespace shardwright::cli {

namespace {

struct Doctor {
  bool fix = false;
  std::vector<std::string> urls;
};

// ---- with the catalog

Result<Exit> examine(Session& session, bool fix) {
  auto manager = TRY(openManager(session));
  if (fix) {
    TRY(session.terminal.confirm("Lagging copies of the map are written again, and what ended moves have left in the shards is removed.",
                                 session.catalog));
  }
  const auto findings = TRY(manager.doctor().examine(fix, session.stop));
  Json all = Json::array();
  Table table({{"where"}, {"mended"}, {"finding"}});
  bool open = false;
  for (const DoctorFinding& f : findings) {
    all.push_back({{"subject", f.subject}, {"sentence", f.sentence}, {"fixable", f.fixable}, {"fixed", f.fixed}});
    table.add({f.subject, f.fixed ? "yes" : f.fixable ? "with --fix" : "no", f.sentence});
    open = open || !f.fixed;
  }
  if (session.terminal.json) {
    session.terminal.document({{"findings", std::move(all)}});
  } else if (findings.empty()) {
    session.terminal.remark("Nothing is left behind, nothing is half done, and catalog and shards belong together.");
  } else {
    session.terminal.print(table.text());
  }
  return open ? Exit::Findings : Exit::Done;
}

// ---- without

Json toJson(const ShardMarks& marks) {
  Json maps = Json::array(), closed = Json::array(), moves = Json::array();
  for (const PublishedMap& map : marks.maps) {
    maps.push_back({{"keyspace", map.keyspace.text()}, {"version", map.version}, {"checksum", map.checksum}});
  }
  for (const auto& part : marks.closed) {
    closed.push_back({{"keyspace", part.keyspace.text()}, {"part", part.part}, {"gate", part.moving ? "moving" : "elsewhere"}});
  }
  for (const auto& mark : marks.moves) {
    moves.push_back({{"move", mark.move}, {"keyspace", mark.keyspace.text()}, {"catalog", mark.catalogUuid}, {"token", mark.token.value}});
  }
  return {{"maps", std::move(maps)}, {"closed", std::move(closed)}, {"moves", std::move(moves)}};
}

void printStatements(const Terminal& terminal, std::string_view when, const std::vector<std::string>& statements) {
  terminal.print(fmt::format("  {}\n", when));
  for (const std::string& statement : statements) terminal.print(fmt::format("    {}\n", statement));
}

void print(const Terminal& terminal, const std::string& url, const ShardMarks& marks) {
  terminal.print(fmt::format("{}\n", printable(url)));
  for (const PublishedMap& map : marks.maps) {
    terminal.print(fmt::format("  map of {}: version {}\n", printable(map.keyspace.text()), map.version));
  }
  for (const auto& mark : marks.moves) {
    terminal.print(fmt::format("  move {} of {}, by catalog {}, token {}\n", printable(mark.move), printable(mark.keyspace.text()),
                               printable(mark.catalogUuid), mark.token.value));
  }
  for (const auto& part : marks.closed) {
    terminal.print(fmt::format("  {} {} of {}\n", part.moving ? "CLOSED FOR A CUT-OVER:" : "owned elsewhere:", printable(part.part),
                               printable(part.keyspace.text())));
  }
  if (std::ranges::none_of(marks.closed, [](const auto& part) { return part.moving; })) return;
  terminal.print("  If no console works on it and the catalog is lost, look at the move's target first; never open the source while\n"
                 "  the target is open (the part is not in the target's list).\n");
  printStatements(terminal, "The target is closed: on the target", marks.onTarget);
  printStatements(terminal, "and then here", marks.onSourceGivingBack);
  printStatements(terminal, "The target is open: only here", marks.onSourceLeaving);
}

Result<Exit> examineAlone(Session& session, const std::vector<std::string>& urls) {
  Json all = Json::array();
  bool unreachable = false, closed = false;
  for (const MarkedShard& shard : marksOf(urls)) {
    Json entry{{"url", shard.url}};
    if (!shard.marks) {
      unreachable = true;
      entry["problem"] = shard.marks.error().message();
      session.terminal.failure(shard.marks.error());
    } else {
      closed = closed || std::ranges::any_of(shard.marks->closed, [](const auto& part) { return part.moving; });
      entry.update(toJson(*shard.marks));
      if (!session.terminal.json) print(session.terminal, shard.url, *shard.marks);
    }
    all.push_back(std::move(entry));
  }
  if (session.terminal.json) session.terminal.document({{"shards", std::move(all)}});
  return unreachable ? Exit::Failed : closed ? Exit::Findings : Exit::Done;
}

Result<Exit> doctor(Session& session, const Doctor& arguments) {
  if (arguments.urls.empty()) return examine(session, arguments.fix);
  if (arguments.fix) return invalidInput("--fix needs the catalog; --shard looks at databases without one.");
  return examineAlone(session, arguments.urls);
}

}  // namespace

void addDoctorCommands(Command& root, Session& session) {
  addVerb<Doctor>(root, session, "doctor", "What moves have left behind and half-done cut-overs; exit 1 with findings",
                  [](Command& command, Doctor& a) {
    command.flag("--fix", a.fix, "Writes lagging copies of the map and removes what ended moves have left");
    command.option("--shard", a.urls, "Looks at these databases alone, without a catalog; prints how to open what is closed").placeholder("URL");
  }, doctor);
}

}  // namespace shardwright::cli
