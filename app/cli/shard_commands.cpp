#include <fmt/format.h>

#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

struct None {};

struct Add {
  std::string name, url, zone;
  std::optional<std::string> capacity;
  std::optional<std::string> weight;
};

struct Names {
  std::vector<std::string> names;
};

struct Set {
  std::string name;
  std::vector<std::string> settings;
};

Json toJson(const Shard& shard) {
  return {{"name", shard.id.text()},
          {"url", shard.url},
          {"capacity", shard.capacity ? Json(*shard.capacity) : Json()},
          {"weight", shard.weight},
          {"zone", shard.zone.empty() ? Json() : Json(shard.zone)},
          {"state", shardStateName(shard.state)},
          {"identity", shard.identity}};
}

Json toJson(const ShardCheck& check) {
  Json findings = Json::array();
  for (const Finding& f : check.findings) {
    findings.push_back({{"subject", f.subject}, {"sentence", f.sentence}, {"blocking", f.blocking}});
  }
  return {{"name", check.shard.id.text()},
          {"reachable", !check.unreachable.has_value()},
          {"problem", check.unreachable ? Json(check.unreachable->message()) : Json()},
          {"bytes", check.unreachable ? Json() : Json(check.bytes)},
          {"findings", std::move(findings)}};
}

Result<Exit> add(Session& session, const Add& arguments) {
  Shard shard;
  shard.id = ShardId(arguments.name);
  shard.url = arguments.url;
  ShardSettings settings;
  if (arguments.capacity) settings.emplace_back("capacity", *arguments.capacity);
  if (arguments.weight) settings.emplace_back("weight", *arguments.weight);
  if (!arguments.zone.empty()) settings.emplace_back("zone", arguments.zone);
  TRY(applySettings(shard, settings));
  auto manager = TRY(openManager(session));
  const auto added = TRY(manager.shards().add(shard));
  if (session.terminal.json) session.terminal.document(toJson(added));
  session.terminal.remark(fmt::format("Added shard {} at {}.", added.id.text(), added.url));
  return Exit::Done;
}

Result<Exit> list(Session& session, const None&) {
  auto manager = TRY(openManager(session));
  const auto shards = TRY(manager.shards().list());
  const Terminal& terminal = session.terminal;
  if (terminal.json) {
    Json all = Json::array();
    for (const Shard& shard : shards) all.push_back(toJson(shard));
    terminal.document({{"shards", std::move(all)}});
    return Exit::Done;
  }
  if (terminal.quiet) {
    for (const Shard& shard : shards) terminal.line(printable(shard.id.text()));
    return Exit::Done;
  }
  Table table({{"shard"}, {"state"}, {"zone"}, {"capacity", Table::Align::Right}, {"weight", Table::Align::Right}, {"url"}});
  for (const Shard& s : shards) {
    table.add({s.id.text(), std::string(shardStateName(s.state)), s.zone.empty() ? "-" : s.zone,
               s.capacity ? formatBytes(*s.capacity) : "-", fmt::format("{:g}", s.weight), s.url});
  }
  terminal.print(table.text());
  if (table.empty()) terminal.remark("No shards yet: shard add NAME URL");
  return Exit::Done;
}

Result<Exit> check(Session& session, const Names& arguments) {
  auto manager = TRY(openManager(session));
  std::vector<ShardId> names;
  for (const std::string& name : arguments.names) names.emplace_back(name);
  const auto checks = TRY(manager.shards().check(names));
  Json document = Json::array();
  Table table({{"shard"}, {"size", Table::Align::Right}, {"finding"}});
  bool found = false, unreachable = false;
  for (const ShardCheck& check : checks) {
    document.push_back(toJson(check));
    const std::string name = check.shard.id.text();
    if (check.unreachable) table.add({name, "-", check.unreachable->message()});
    for (const Finding& f : check.findings) table.add({name, formatBytes(check.bytes), f.subject + ": " + f.sentence});
    if (!check.unreachable && check.findings.empty()) table.add({name, formatBytes(check.bytes), "none"});
    unreachable = unreachable || check.unreachable.has_value();
    found = found || !check.findings.empty();
  }
  if (session.terminal.json) session.terminal.document({{"shards", std::move(document)}});
  if (!session.terminal.json) session.terminal.print(table.text());
  return unreachable ? Exit::Failed : found ? Exit::Findings : Exit::Done;
}

Result<ShardSettings> pairs(const std::vector<std::string>& settings) {
  ShardSettings split;
  for (const std::string& setting : settings) {
    const std::size_t at = setting.find('=');
    if (at == std::string::npos) {
      return invalidInput(fmt::format("\"{}\" is no setting; write NAME=VALUE, such as capacity=80GB.", setting));
    }
    split.emplace_back(setting.substr(0, at), setting.substr(at + 1));
  }
  return split;
}

Result<Exit> set(Session& session, const Set& arguments) {
  const auto settings = TRY(pairs(arguments.settings));
  auto manager = TRY(openManager(session));
  const auto shard = TRY(manager.shards().set(ShardId(arguments.name), settings));
  if (session.terminal.json) session.terminal.document(toJson(shard));
  session.terminal.remark(fmt::format("Shard {} is set.", shard.id.text()));
  return Exit::Done;
}

Result<Exit> remove(Session& session, const Add& arguments) {
  auto manager = TRY(openManager(session));
  const ShardId name(arguments.name);
  const auto shard = TRY(manager.catalog().shard(name));
  TRY(session.terminal.confirm(
      fmt::format("Shard {} is forgotten; its database {} stays as it is.", name.text(), shard.url), name.text()));
  const auto marked = TRY(manager.shards().remove(name));
  if (marked) {
    session.terminal.remark(fmt::format("Its database still bears this catalog's mark, so another catalog will refuse it: {}",
                                        marked->message()));
  }
  if (session.terminal.json) session.terminal.document({{"removed", name.text()}});
  session.terminal.remark(fmt::format("Removed shard {}.", name.text()));
  return Exit::Done;
}

void declareAdd(Command& command, Add& a) {
  command.option("NAME", a.name, "How the shard is called").required();
  command.option("URL", a.url, "sqlite:///path/file.db; no password").required();
  command.option("--capacity", a.capacity, "Bytes it may hold, such as 80GB").placeholder("SIZE");
  command.option("--weight", a.weight, "Its share of the load relative to its siblings; default 1").placeholder("W");
  command.option("--zone", a.zone, "Where it stands").placeholder("Z");
}

}  // namespace

void addShardCommands(Command& root, Session& session) {
  Command shard = root.group("shard", "The databases of the cluster");
  addVerb<Add>(shard, session, "add", "Adds a database", declareAdd, add);
  addVerb<None>(shard, session, "list", "All of them", [](Command&, None&) {}, list);
  addVerb<Names>(shard, session, "check", "Opens them and says what is wrong; exit 1 with findings",
                 [](Command& command, Names& a) { command.option("NAME", a.names, "Default: all"); }, check);
  addVerb<Set>(shard, session, "set", "Changes settings", [](Command& command, Set& a) {
    command.option("NAME", a.name, "The shard").required();
    command.option("SETTING", a.settings, "capacity=, weight=, zone=, state=active|draining|read-only, url=").required();
  }, set);
  addVerb<Add>(shard, session, "remove", "Forgets a shard that owns nothing", [](Command& command, Add& a) {
    command.option("NAME", a.name, "The shard").required();
  }, remove);
}

}  // namespace shardwright::cli
