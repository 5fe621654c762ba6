#include "core/manager/keyspace_verbs.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/manager/placement_scan.h"
#include "core/map/map_json.h"
#include "core/map/map_rules.h"

namespace shardwright {

namespace {

constexpr std::int64_t examplesOfEach = 5;

std::string placeOf(const OpenShard& shard, const TableRef& table) {
  return fmt::format("shard {}: table {}", shard.id.text(), formatTableRef(table));
}

// Blocking findings as one refusal, all of them listed.
Done refuseBlocking(const std::vector<Finding>& findings) {
  std::vector<std::string> sentences;
  for (const Finding& finding : findings) {
    if (finding.blocking) sentences.push_back(fmt::format("{}: {}", finding.subject, finding.sentence));
  }
  if (sentences.empty()) return {};
  return refused(fmt::format("{}", fmt::join(sentences, "\n")));
}

bool hasColumn(const TableSchema& schema, const std::string& name) {
  return std::ranges::any_of(schema.columns, [&](const ColumnSchema& column) { return column.name == name; });
}

// The table as it must be for rows of it to be moved at all.
Done checkShape(const TableSchema& schema, const TableRef& table, const std::string& place) {
  if (!hasColumn(schema, table.keyColumn)) {
    return unavailable(fmt::format("{}: there is no column {}.", place, table.keyColumn));
  }
  if (table.tokenColumn && !hasColumn(schema, *table.tokenColumn)) {
    return unavailable(fmt::format("{}: there is no token column {}.", place, *table.tokenColumn));
  }
  if (schema.primaryKey.empty()) {
    return refused(fmt::format("{}: the table has no primary key, so its rows cannot be told apart. Give it one.", place));
  }
  return {};
}

Result<TableSchema> schemaOf(const OpenShard& shard, const TableRef& table) {
  auto schema = shard.session->tableSchema(table);
  if (schema || schema.error().code() != ErrorCode::NotFound) return schema;
  return unavailable(schema.error().message());
}

void chooseDialect(StrategySpec& spec, const std::vector<Shard>& shards) {
  if (spec.kind != StrategyKind::Hash || !spec.dialect.empty()) return;
  const bool postgres = !shards.empty() && std::ranges::all_of(shards, [](const Shard& shard) {
    return shard.url.starts_with("postgresql:");
  });
  spec.dialect = postgres ? "pg64" : "md5-64";
}

Done checkDraft(const KeyspaceDraft& draft) {
  TRY(checkName("keyspace", draft.keyspace.name.text()));
  if (draft.keyspace.tables.empty()) return invalidInput("name at least one table: --table TABLE:KEYCOLUMN.");
  const int ways = !draft.on.empty() + draft.map.has_value() + draft.adopt;
  if (ways != 1) return invalidInput("say where the rows are, in one of three ways: --on SHARD..., --map FILE or --adopt.");
  return {};
}

// A shard that has none of the tables is no part of the keyspace that is adopted.
Done leaveOutWithoutTables(std::vector<OpenShard>& shards, const Keyspace& keyspace) {
  std::erase_if(shards, [&](const OpenShard& shard) {
    return std::ranges::all_of(keyspace.tables, [&](const TableRef& table) {
      const auto schema = shard.session->tableSchema(table);
      return !schema && schema.error().code() == ErrorCode::NotFound;
    });
  });
  if (!shards.empty()) return {};
  return unavailable(fmt::format("no shard has a table {}.", keyspace.tables[0].name));
}

// A map that came in a file, as version 1 of this keyspace.
Result<ShardMap> importedMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy, const std::string& document,
                             const std::vector<Shard>& registry) {
  const MapExpectation expected{keyspace, strategy.spec()};
  auto read = TRY(mapFromJson(document, {}, &expected));
  auto findings = checkMap(read, registry);
  std::erase_if(findings, [](const MapFinding& finding) { return finding.rule == "version"; });
  if (!findings.empty()) return invalidInput(fmt::format("rule {}: {}", findings[0].rule, findings[0].sentence));
  return MapBuilder(read).build(1);
}

}  // namespace

Result<std::vector<OpenShard>> KeyspaceVerbs::openAll(const std::vector<ShardId>& names) {
  const auto shards = TRY(m_workspace.shardsNamed(names));
  std::vector<OpenShard> opened;
  for (const Shard& shard : shards) {
    auto session = TRY(m_workspace.open(shard));
    opened.push_back({shard.id, std::move(session)});
  }
  return opened;
}

Result<std::vector<ShardId>> KeyspaceVerbs::everyShard() {
  const auto shards = TRY(m_workspace.catalog().shards());
  std::vector<ShardId> names;
  for (const Shard& shard : shards) names.push_back(shard.id);
  if (names.empty()) return refused("the catalog has no shards yet: shard add NAME URL.");
  return names;
}

Result<std::vector<Finding>> KeyspaceVerbs::examine(const Keyspace& keyspace, std::vector<OpenShard>& shards,
                                                    const std::stop_token& stop) {
  std::vector<Finding> findings;
  for (const TableRef& table : keyspace.tables) {
    std::optional<TableSchema> first;
    for (OpenShard& shard : shards) {
      const std::string place = placeOf(shard, table);
      const auto schema = TRY(schemaOf(shard, table));
      TRY(checkShape(schema, table, place));
      if (!first) first = schema;
      for (const std::string& difference : compareSchemas(*first, schema)) {
        findings.push_back({place, "differs from shard " + shards[0].id.text() + ": " + difference, true});
      }
      const auto keys = TRY(shard.session->checkKeys(keyspace, table, examplesOfEach, stop).in(place));
      for (const Finding& finding : keys) {
        findings.push_back({place + ": " + finding.subject, finding.sentence, finding.blocking});
      }
    }
  }
  TRY(refuseBlocking(findings));
  return findings;
}

// Rows on shards that own nothing would belong to the keyspace too, and to another shard.
Done KeyspaceVerbs::refuseRowsOutside(const Keyspace& keyspace, const ShardMap& map, const std::vector<Shard>& registry,
                                      const std::stop_token& stop) {
  const auto owners = map.shards();
  for (const Shard& shard : registry) {
    if (std::ranges::find(owners, shard.id) != owners.end()) continue;
    auto session = TRY(m_workspace.open(shard));
    Keyspace there = keyspace;
    std::erase_if(there.tables, [&](const TableRef& table) {
      const auto schema = session->tableSchema(table);
      return !schema && schema.error().code() == ErrorCode::NotFound;
    });
    TRY(refuseStrays(*session, there, map, shard.id, stop));
  }
  return {};
}

Result<CreatedKeyspace> KeyspaceVerbs::create(KeyspaceDraft draft, std::stop_token stop) {
  TRY(checkDraft(draft));
  Keyspace& keyspace = draft.keyspace;
  const auto registry = TRY(m_workspace.catalog().shards());
  const auto named = TRY(draft.on.empty() ? everyShard() : Result<std::vector<ShardId>>(draft.on));
  const auto candidates = TRY(m_workspace.shardsNamed(named));
  chooseDialect(keyspace.strategy, candidates);
  const auto strategy = TRY(ShardingStrategy::make(keyspace.strategy));

  std::optional<ShardMap> map;
  if (!draft.on.empty()) map = TRY(evenMap(keyspace.name, strategy, draft.on));
  if (draft.map) map = TRY(importedMap(keyspace.name, strategy, *draft.map, registry));
  auto shards = TRY(openAll(map ? map->shards() : named));
  if (draft.adopt) TRY(leaveOutWithoutTables(shards, keyspace));
  auto remarks = TRY(examine(keyspace, shards, stop));
  if (draft.adopt) map = TRY(adoptedMap(keyspace, strategy, shards, stop));
  if (map->version() != 1) map = TRY(MapBuilder(*map).build(1));
  for (OpenShard& shard : shards) TRY(refuseStrays(*shard.session, keyspace, *map, shard.id, stop));
  TRY(refuseRowsOutside(keyspace, *map, registry, stop));

  TRY(m_workspace.catalog().addKeyspace(keyspace, *map));
  const Done published = m_workspace.publish(*map, registry);
  return CreatedKeyspace{keyspace, std::make_shared<const ShardMap>(*std::move(map)), std::move(remarks),
                         published ? std::nullopt : std::optional(published.error())};
}

Result<std::vector<Keyspace>> KeyspaceVerbs::list() { return m_workspace.catalog().keyspaces(); }

Result<Keyspace> KeyspaceVerbs::show(const KeyspaceName& name) { return m_workspace.catalog().keyspace(name); }

Result<SchemaReport> KeyspaceVerbs::compareTables(const KeyspaceName& name, std::stop_token stop) {
  const auto keyspace = TRY(m_workspace.catalog().keyspace(name));
  const auto map = TRY(m_workspace.catalog().currentMap(name));
  const auto shards = TRY(m_workspace.catalog().shards());
  auto report = TRY(m_workspace.monitor().compareSchemas(keyspace, shards, std::move(stop)));
  // A shard that owns nothing need not have the tables; if it has them, a plan may choose it as a target.
  const auto owners = map->shards();
  for (TableReport& table : report.tables) {
    std::erase_if(table.problems, [&](const TableReport::Problem& problem) {
      return problem.error.code() == ErrorCode::NotFound && std::ranges::find(owners, problem.shard) == owners.end();
    });
  }
  return report;
}

Result<Keyspace> KeyspaceVerbs::addTable(const KeyspaceName& name, const TableRef& table, std::stop_token stop) {
  auto keyspace = TRY(m_workspace.catalog().keyspace(name));
  TRY(m_workspace.refuseWhilePlansRun(name));
  const auto same = [&](const TableRef& other) { return other.schema == table.schema && other.name == table.name; };
  if (std::ranges::any_of(keyspace.tables, same)) {
    return refused(fmt::format("table {} is in keyspace {} already.", table.name, name.text()));
  }
  const auto map = TRY(m_workspace.catalog().currentMap(name));
  auto shards = TRY(openAll(map->shards()));
  Keyspace alone = keyspace;
  alone.tables = {table};
  TRY(examine(alone, shards, stop));
  for (OpenShard& shard : shards) TRY(refuseStrays(*shard.session, alone, *map, shard.id, stop));
  keyspace.tables.push_back(table);
  TRY(m_workspace.catalog().updateKeyspace(keyspace));
  return keyspace;
}

Result<Keyspace> KeyspaceVerbs::removeTable(const KeyspaceName& name, const TableRef& table) {
  auto keyspace = TRY(m_workspace.catalog().keyspace(name));
  TRY(m_workspace.refuseWhilePlansRun(name));
  const auto same = [&](const TableRef& other) { return other.schema == table.schema && other.name == table.name; };
  if (std::erase_if(keyspace.tables, same) == 0) {
    return notFound(fmt::format("keyspace {} has no table {}.", name.text(), table.name));
  }
  if (keyspace.tables.empty()) {
    return refused(fmt::format("{} is the last table of keyspace {}; remove the keyspace instead.", table.name, name.text()));
  }
  TRY(m_workspace.catalog().updateKeyspace(keyspace));
  return keyspace;
}

Done KeyspaceVerbs::remove(const KeyspaceName& name) { return m_workspace.catalog().removeKeyspace(name); }

}  // namespace shardwright
