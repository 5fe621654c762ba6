#include <fmt/format.h>

#include "app/cli/files.h"
#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

struct None {};

struct Create {
  std::string name, strategy, keyType, dialect;
  std::optional<std::string> keyForm, tokenColumn, map;
  std::vector<std::string> tables, on;
  bool adopt = false;
};

struct Named {
  std::string name;
};

struct NamedTable {
  std::string name, table;
  std::optional<std::string> tokenColumn;
};

Result<TableRef> tableOf(const std::string& text, const std::optional<std::string>& tokenColumn) {
  auto table = TRY(parseTableRef(text));
  table.tokenColumn = tokenColumn;
  return table;
}

Result<KeyspaceDraft> draftOf(const Create& arguments) {
  KeyspaceDraft draft;
  draft.keyspace.name = KeyspaceName(arguments.name);
  StrategySpec& spec = draft.keyspace.strategy;
  spec.kind = TRY(parseStrategyKind(arguments.strategy));
  spec.keyType = TRY(parseKeyType(arguments.keyType));
  spec.dialect = arguments.dialect;
  if (!spec.dialect.empty() && spec.kind != StrategyKind::Hash) return invalidInput("--hash goes with --strategy hash only.");
  draft.keyspace.keyForm = defaultKeyForm(spec.keyType);
  if (arguments.keyForm) draft.keyspace.keyForm = TRY(parseKeyForm(*arguments.keyForm));
  for (const std::string& text : arguments.tables) {
    auto table = TRY(tableOf(text, arguments.tokenColumn));
    draft.keyspace.tables.push_back(std::move(table));
  }
  for (const std::string& shard : arguments.on) draft.on.emplace_back(shard);
  if (arguments.map) draft.map = TRY(readFile(*arguments.map, mapFileLimit));
  draft.adopt = arguments.adopt;
  return draft;
}

std::string strategyText(const StrategySpec& spec) {
  const std::string dialect = spec.dialect.empty() ? "" : " (" + spec.dialect + ")";
  return fmt::format("{}{} over {} keys", strategyName(spec.kind), dialect, keyTypeName(spec.keyType));
}

std::string tablesText(const Keyspace& keyspace) {
  std::vector<std::string> names;
  for (const TableRef& table : keyspace.tables) names.push_back(formatTableRef(table));
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<Exit> create(Session& session, const Create& arguments) {
  auto draft = TRY(draftOf(arguments));
  auto manager = TRY(openManager(session));
  const auto created = TRY(manager.keyspaces().create(std::move(draft), session.stop));
  const Terminal& terminal = session.terminal;
  for (const Finding& f : created.remarks) terminal.remark(fmt::format("{}: {}", f.subject, f.sentence));
  if (terminal.json) {
    Json document = toJson(created.keyspace);
    document["mapVersion"] = created.map->version();
    document["ranges"] = created.map->rangeCount();
    terminal.document(document);
  }
  terminal.remark(fmt::format("Made keyspace {}: {}, {} on {}.", created.keyspace.name.text(),
                              strategyText(created.keyspace.strategy), counted(static_cast<std::int64_t>(created.map->rangeCount()), "range"),
                              counted(std::ssize(created.map->shards()), "shard")));
  if (created.notPublished) return *created.notPublished;
  return Exit::Done;
}

Result<Exit> list(Session& session, const None&) {
  auto manager = TRY(openManager(session));
  const auto keyspaces = TRY(manager.keyspaces().list());
  const Terminal& terminal = session.terminal;
  Json all = Json::array();
  Table table({{"keyspace"}, {"strategy"}, {"map", Table::Align::Right}, {"ranges", Table::Align::Right}, {"tables"}});
  for (const Keyspace& keyspace : keyspaces) {
    const auto map = TRY(manager.maps().show(keyspace.name));
    Json entry = toJson(keyspace);
    entry["mapVersion"] = map->version();
    all.push_back(std::move(entry));
    table.add({keyspace.name.text(), strategyText(keyspace.strategy), fmt::format("v{}", map->version()),
               formatCount(static_cast<std::int64_t>(map->rangeCount())), tablesText(keyspace)});
    if (terminal.quiet && !terminal.json) terminal.line(printable(keyspace.name.text()));
  }
  if (terminal.json) {
    terminal.document({{"keyspaces", std::move(all)}});
  } else if (!terminal.quiet) {
    terminal.print(table.text());
  }
  return Exit::Done;
}

Result<Exit> show(Session& session, const Named& arguments) {
  auto manager = TRY(openManager(session));
  const auto keyspace = TRY(manager.keyspaces().show(KeyspaceName(arguments.name)));
  const auto map = TRY(manager.maps().show(keyspace.name));
  const Terminal& terminal = session.terminal;
  if (terminal.json) {
    Json document = toJson(keyspace);
    document["mapVersion"] = map->version();
    document["ranges"] = map->rangeCount();
    document["pins"] = map->pins().size();
    Json shards = Json::array();
    for (const ShardId& shard : map->shards()) shards.push_back(shard.text());
    document["shards"] = std::move(shards);
    terminal.document(document);
    return Exit::Done;
  }
  std::vector<std::string> shards;
  for (const ShardId& shard : map->shards()) shards.push_back(shard.text());
  terminal.print(fmt::format("keyspace  {}\nstrategy  {}\nkey form  {}\ntables    {}\nmap       version {}, {}, {}\n"
                             "shards    {}\n",
                             printable(keyspace.name.text()), strategyText(keyspace.strategy), keyFormName(keyspace.keyForm),
                             printable(tablesText(keyspace)), map->version(),
                             counted(static_cast<std::int64_t>(map->rangeCount()), "range"), counted(std::ssize(map->pins()), "pin"),
                             printable(fmt::format("{}", fmt::join(shards, ", ")))));
  return Exit::Done;
}

Json toJson(const TableReport& report) {
  Json variants = Json::array(), problems = Json::array();
  for (const SchemaVariant& variant : report.variants) {
    Json shards = Json::array();
    for (const ShardId& shard : variant.shards) shards.push_back(shard.text());
    variants.push_back({{"fingerprint", variant.fingerprint}, {"shards", std::move(shards)}, {"differences", variant.differences}});
  }
  for (const auto& problem : report.problems) problems.push_back({{"shard", problem.shard.text()}, {"problem", problem.error.message()}});
  return {{"table", formatTableRef(report.table)}, {"alike", report.alike()}, {"variants", std::move(variants)}, {"problems", std::move(problems)}};
}

void addRows(Table& table, const TableReport& report) {
  const std::string name = formatTableRef(report.table);
  for (const SchemaVariant& variant : report.variants) {
    std::vector<std::string> shards;
    for (const ShardId& shard : variant.shards) shards.push_back(shard.text());
    const std::string where = fmt::format("{}", fmt::join(shards, ", "));
    const std::string fingerprint = variant.fingerprint.substr(0, 12);
    if (variant.differences.empty()) table.add({name, where, fingerprint, "none"});
    for (const std::string& difference : variant.differences) table.add({name, where, fingerprint, difference});
  }
  for (const auto& problem : report.problems) table.add({name, problem.shard.text(), "-", problem.error.message()});
}

Result<Exit> schema(Session& session, const Named& arguments) {
  auto manager = TRY(openManager(session));
  const auto report = TRY(manager.keyspaces().compareTables(KeyspaceName(arguments.name), session.stop));
  Json document = Json::array();
  Table table({{"table"}, {"shards"}, {"fingerprint"}, {"difference"}});
  for (const TableReport& one : report.tables) {
    document.push_back(toJson(one));
    addRows(table, one);
  }
  if (session.terminal.json) {
    session.terminal.document({{"keyspace", arguments.name}, {"alike", report.alike()}, {"tables", std::move(document)}});
  } else {
    session.terminal.print(table.text());
  }
  return report.alike() ? Exit::Done : Exit::Findings;
}

Result<Exit> addTable(Session& session, const NamedTable& arguments) {
  const auto table = TRY(tableOf(arguments.table, arguments.tokenColumn));
  auto manager = TRY(openManager(session));
  const auto keyspace = TRY(manager.keyspaces().addTable(KeyspaceName(arguments.name), table, session.stop));
  if (session.terminal.json) session.terminal.document(toJson(keyspace));
  session.terminal.remark(fmt::format("Keyspace {} has the tables {}.", keyspace.name.text(), tablesText(keyspace)));
  return Exit::Done;
}

Result<Exit> removeTable(Session& session, const NamedTable& arguments) {
  const auto table = TRY(parseTableRef(arguments.table));
  auto manager = TRY(openManager(session));
  TRY(session.terminal.confirm(fmt::format("Table {} leaves keyspace {}: its rows stay where they are and move no more.",
                                           table.name, arguments.name), table.name));
  const auto keyspace = TRY(manager.keyspaces().removeTable(KeyspaceName(arguments.name), table));
  if (session.terminal.json) session.terminal.document(toJson(keyspace));
  session.terminal.remark(fmt::format("Keyspace {} has the tables {}.", keyspace.name.text(), tablesText(keyspace)));
  return Exit::Done;
}

Result<Exit> remove(Session& session, const Named& arguments) {
  auto manager = TRY(openManager(session));
  const KeyspaceName name(arguments.name);
  TRY(manager.keyspaces().show(name));
  TRY(session.terminal.confirm(
      fmt::format("Keyspace {} is forgotten with its maps; its rows stay where they are.", name.text()), name.text()));
  TRY(manager.keyspaces().remove(name));
  if (session.terminal.json) session.terminal.document({{"removed", name.text()}});
  session.terminal.remark(fmt::format("Removed keyspace {}.", name.text()));
  return Exit::Done;
}

void declareCreate(Command& command, Create& a) {
  command.option("NAME", a.name, "How the keyspace is called").required();
  command.option("--strategy", a.strategy, "range, hash or directory").required().placeholder("KIND");
  command.option("--key-type", a.keyType, "int, text, uuid or timestamp").required().placeholder("TYPE");
  command.option("--hash", a.dialect, "Hash dialect: md5-64 or pg64; default pg64 where every shard is PostgreSQL, else md5-64")
      .placeholder("DIALECT");
  command.option("--key-form", a.keyForm, "How keys stand in SQLite: uuid-text, uuid-blob, micros, iso-text").placeholder("FORM");
  command.option("--table", a.tables, "[SCHEMA.]TABLE:KEYCOLUMN; several are moved together").required().placeholder("TABLE");
  command.option("--token-column", a.tokenColumn, "Column in which the application keeps the token (8 bytes)").placeholder("COL");
  command.option("--on", a.on, "Equal parts of the line over these shards").placeholder("SHARD");
  command.option("--map", a.map, "The first map, shardwright.map/1").placeholder("FILE");
  command.flag("--adopt", a.adopt, "Take the map from where the rows are");
}

}  // namespace

void addKeyspaceCommands(Command& root, Session& session) {
  Command keyspace = root.group("keyspace", "Tables that are sharded alike by one key");
  const auto name = [](Command& command, Named& a) { command.option("NAME", a.name, "The keyspace").required(); };
  const auto table = [](Command& command, NamedTable& a) {
    command.option("NAME", a.name, "The keyspace").required();
    command.option("TABLE", a.table, "[SCHEMA.]TABLE:KEYCOLUMN").required();
  };
  addVerb<Create>(keyspace, session, "create", "Makes a keyspace of tables that are there", declareCreate, create);
  addVerb<None>(keyspace, session, "list", "All of them", [](Command&, None&) {}, list);
  addVerb<Named>(keyspace, session, "show", "One of them", name, show);
  addVerb<Named>(keyspace, session, "schema", "Compares its tables over the shards; exit 1 where they differ", name, schema);
  addVerb<NamedTable>(keyspace, session, "add-table", "Lets a table move with the others", [&](Command& command, NamedTable& a) {
    table(command, a);
    command.option("--token-column", a.tokenColumn, "Column in which the application keeps the token").placeholder("COL");
  }, addTable);
  addVerb<NamedTable>(keyspace, session, "remove-table", "Lets a table move no more", table, removeTable);
  addVerb<Named>(keyspace, session, "remove", "Forgets a keyspace", name, remove);
}

}  // namespace shardwright::cli
