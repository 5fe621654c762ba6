#include <fmt/format.h>

#include <algorithm>

#include "app/cli/files.h"
#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/map/map_json.h"

namespace shardwright::cli {

namespace {

constexpr std::size_t mostLines = 200;  // of a map on a terminal; the rest is counted

struct Show {
  std::string keyspace;
  std::optional<MapVersion> at;
};

struct Versions {
  std::string keyspace;
  MapVersion from = 0, to = 0;
};

struct Export {
  std::string keyspace, format = "json";
  std::optional<MapVersion> at;
};

struct Import {
  std::string keyspace, file;
};

struct Route {
  std::string keyspace;
  std::vector<std::string> keys;
};

std::string boundText(const ShardingStrategy& strategy, const Token& token, bool end) {
  if (end || token.isBeginning()) return "-";
  return strategy.formatToken(token);
}

Result<Exit> show(Session& session, const Show& arguments) {
  auto manager = TRY(openManager(session));
  const auto map = TRY(manager.maps().show(KeyspaceName(arguments.keyspace), arguments.at));
  const Terminal& terminal = session.terminal;
  if (terminal.json) {
    terminal.line(mapToJson(*map));
    return Exit::Done;
  }
  const StrategySpec& spec = map->strategy().spec();
  terminal.print(fmt::format("{}, version {}: {}{}, {} keys, {}, {}\n\n", printable(map->keyspace().text()),
                             map->version(), strategyName(spec.kind), spec.dialect.empty() ? "" : " " + spec.dialect,
                             keyTypeName(spec.keyType), counted(static_cast<std::int64_t>(map->rangeCount()), "range"),
                             counted(std::ssize(map->pins()), "pin")));
  Table ranges({{"from"}, {"until"}, {"shard"}});
  for (std::size_t i = 0; i < std::min(map->rangeCount(), mostLines); ++i) {
    const MapRange range = map->range(i);
    ranges.add({boundText(map->strategy(), range.tokens.from, false),
                boundText(map->strategy(), range.tokens.until.value_or(Token{}), !range.tokens.until),
                range.shard ? range.shard->text() : "nobody"});
  }
  terminal.print(ranges.text());
  if (map->rangeCount() > mostLines) terminal.remark(fmt::format("... and {} more; map export writes all of them.", map->rangeCount() - mostLines));
  if (map->pins().empty()) return Exit::Done;
  Table pins({{"pinned key"}, {"shard"}});
  for (const Pin& pin : map->pins().first(std::min(map->pins().size(), mostLines))) pins.add({pin.key.toText(), pin.shard.text()});
  terminal.print("\n" + pins.text());
  if (map->pins().size() > mostLines) terminal.remark(fmt::format("... and {} more pins.", map->pins().size() - mostLines));
  return Exit::Done;
}

Result<Exit> history(Session& session, const Show& arguments) {
  auto manager = TRY(openManager(session));
  const auto versions = TRY(manager.maps().history(KeyspaceName(arguments.keyspace)));
  Json all = Json::array();
  Table table({{"version", Table::Align::Right}, {"time"}, {"who"}, {"why"}, {"ranges", Table::Align::Right}, {"pins", Table::Align::Right}});
  for (const auto& v : versions) {
    all.push_back({{"version", v.version}, {"at", formatUtc(v.at)}, {"actor", v.actor}, {"cause", v.cause},
                   {"ranges", v.ranges}, {"pins", v.pins}, {"checksum", v.checksum}});
    table.add({std::to_string(v.version), formatUtc(v.at), v.actor, v.cause, formatCount(v.ranges), formatCount(v.pins)});
  }
  if (session.terminal.json) {
    session.terminal.document({{"keyspace", arguments.keyspace}, {"versions", std::move(all)}});
  } else {
    session.terminal.print(table.text());
  }
  return Exit::Done;
}

Json ownerJson(const std::optional<ShardId>& shard) { return shard ? Json(shard->text()) : Json(); }

Json toJson(const MapComparison& comparison) {
  const ShardingStrategy& strategy = comparison.strategy;
  const MapDiff& diff = comparison.diff;
  Json owners = Json::array(), splits = Json::array(), merges = Json::array(), pins = Json::array();
  for (const OwnerChange& change : diff.owners) {
    owners.push_back({{"from", change.tokens.from.isBeginning() ? Json() : strategy.tokenJson(change.tokens.from)},
                      {"until", change.tokens.until ? strategy.tokenJson(*change.tokens.until) : Json()},
                      {"before", ownerJson(change.before)},
                      {"after", ownerJson(change.after)}});
  }
  for (const Token& token : diff.splits) splits.push_back(strategy.tokenJson(token));
  for (const Token& token : diff.merges) merges.push_back(strategy.tokenJson(token));
  for (const PinChange& change : diff.pins) {
    pins.push_back({{"key", change.key.toText()}, {"before", ownerJson(change.before)}, {"after", ownerJson(change.after)}});
  }
  return {{"from", diff.from}, {"to", diff.to}, {"owners", owners}, {"splits", splits}, {"merges", merges}, {"pins", pins}};
}

Result<Exit> diff(Session& session, const Versions& arguments) {
  auto manager = TRY(openManager(session));
  const auto comparison = TRY(manager.maps().diff(KeyspaceName(arguments.keyspace), arguments.from, arguments.to));
  if (session.terminal.json) {
    session.terminal.document(toJson(comparison));
  } else {
    session.terminal.print(formatDiff(comparison.diff, comparison.strategy));
    if (comparison.diff.empty()) session.terminal.remark("The two versions are alike.");
  }
  return Exit::Done;
}

Result<Exit> check(Session& session, const Show& arguments) {
  auto manager = TRY(openManager(session));
  const auto findings = TRY(manager.maps().check(KeyspaceName(arguments.keyspace)));
  Json all = Json::array();
  Table table({{"rule"}, {"finding"}});
  for (const MapFinding& f : findings) {
    all.push_back({{"rule", f.rule}, {"sentence", f.sentence}});
    table.add({f.rule, f.sentence});
  }
  if (session.terminal.json) {
    session.terminal.document({{"keyspace", arguments.keyspace}, {"findings", std::move(all)}});
  } else if (findings.empty()) {
    session.terminal.remark("The map keeps every rule, and every shard holds the version in force.");
  } else {
    session.terminal.print(table.text());
  }
  return findings.empty() ? Exit::Done : Exit::Findings;
}

Result<Exit> exportMap(Session& session, const Export& arguments) {
  const auto format = TRY(parseMapFormat(arguments.format));
  auto manager = TRY(openManager(session));
  const auto text = TRY(manager.maps().exported(KeyspaceName(arguments.keyspace), format, arguments.at));
  session.terminal.print(text);
  return Exit::Done;
}

Result<Exit> importMap(Session& session, const Import& arguments) {
  const auto document = TRY(readFile(arguments.file, mapFileLimit));
  auto manager = TRY(openManager(session));
  const auto imported = TRY(manager.maps().import(KeyspaceName(arguments.keyspace), document, session.stop));
  if (session.terminal.json) {
    session.terminal.document({{"keyspace", arguments.keyspace}, {"version", imported.map->version()}, {"checksum", imported.map->checksum()}});
  }
  session.terminal.remark(fmt::format("Version {} of the map of {} is in force.", imported.map->version(), arguments.keyspace));
  if (imported.notPublished) return *imported.notPublished;
  return Exit::Done;
}

std::string_view reasonName(Placement::Reason reason) {
  switch (reason) {
    case Placement::Reason::Range: return "range";
    case Placement::Reason::Pin: return "pin";
    case Placement::Reason::Nobody: break;
  }
  return "nobody";
}

Result<Exit> route(Session& session, const Route& arguments) {
  auto manager = TRY(openManager(session));
  const KeyspaceName keyspace(arguments.keyspace);
  const auto map = TRY(manager.maps().show(keyspace));
  Json all = Json::array();
  Table table({{"key"}, {"token"}, {"shard"}, {"why"}});
  std::optional<std::string> nobodys;
  for (const std::string& key : arguments.keys) {
    const auto placement = TRY(manager.determineShard(keyspace, key));
    const std::string token = map->strategy().formatToken(placement.token);
    const std::string reason(reasonName(placement.reason));
    all.push_back({{"key", key}, {"token", token}, {"shard", ownerJson(placement.shard)}, {"reason", reason}});
    table.add({key, token, placement.shard ? placement.shard->text() : "-", reason});
    if (!placement.shard) nobodys = key;
  }
  if (session.terminal.json) session.terminal.document(all);
  if (!session.terminal.json) session.terminal.print(table.text());
  if (nobodys) return notFound(fmt::format("key {} of keyspace {} belongs to no shard.", printable(*nobodys, 60), keyspace.text()));
  return Exit::Done;
}

constexpr auto keyspaceAlone = [](Command& command, Show& a) {
  command.option("KEYSPACE", a.keyspace, "The keyspace").required();
};

}  // namespace

void addMapCommands(Command& root, Session& session) {
  Command map = root.group("map", "Which shard owns which part of a keyspace");
  addVerb<Show>(map, session, "show", "The ranges and pins", [](Command& command, Show& a) {
    keyspaceAlone(command, a);
    command.option("--at", a.at, "An older version").placeholder("VERSION");
  }, show);
  addVerb<Show>(map, session, "history", "All versions", keyspaceAlone, history);
  addVerb<Versions>(map, session, "diff", "What changed between two versions", [](Command& command, Versions& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("V1", a.from, "A version").required();
    command.option("V2", a.to, "Another").required();
  }, diff);
  addVerb<Show>(map, session, "check", "The rules of a map, and the shards' copies; exit 1 with findings", keyspaceAlone, check);
  addVerb<Export>(map, session, "export", "Writes a map to stdout", [](Command& command, Export& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("--format", a.format, "json (shardwright.map/1), csv or text; default json").placeholder("F");
    command.option("--at", a.at, "An older version").placeholder("VERSION");
  }, exportMap);
  addVerb<Import>(map, session, "import", "Puts a map in force that moves no rows", [](Command& command, Import& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("FILE", a.file, "shardwright.map/1").required();
  }, importMap);

  addVerb<Route>(root, session, "route", "The owner of keys, and why", [](Command& command, Route& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("KEY", a.keys, "Keys; with -- before them they may begin with -").required();
  }, route);
}

}  // namespace shardwright::cli
