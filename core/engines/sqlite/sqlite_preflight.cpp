// What is looked at before anything is made, and the proof of the way back.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/engines/sqlite/schema_reader.h"
#include "core/engines/sqlite/sqlite_move.h"
#include "core/engines/sqlite/sqlite_session.h"

namespace shardwright::sqlite {

namespace {

// Keys of a table that would point from, or to, a row that goes away.
void findForeignKeys(const MovedTable& table, const Keyspace& keyspace, std::vector<Finding>& findings) {
  for (const ForeignKeySchema& key : table.schema.foreignKeys) {
    const bool outgoing = key.table == table.schema.name;
    const std::string& other = outgoing ? key.references : key.table;
    const bool together = std::ranges::any_of(keyspace.tables, [&](const TableRef& ref) { return ref.name == other; });
    if (together) continue;
    findings.push_back({table.ref.name,
                        fmt::format("a foreign key of {} points to {}; {} is not part of the keyspace, so after the move it would "
                                    "point to nothing: add the table to the keyspace, or drop the key",
                                    key.table, key.references, other),
                        true});
  }
}

void findTriggers(const MovedTable& table, std::vector<Finding>& findings) {
  for (const TriggerSchema& trigger : table.schema.triggers)
    findings.push_back({table.ref.name,
                        fmt::format("trigger {} does not fire for rows that the move copies or removes: what it would do has been "
                                    "done when the application wrote them",
                                    trigger.name),
                        false});
}

void findIndexes(const MovedTable& table, std::vector<Finding>& findings) {
  for (const IndexSchema& index : table.schema.indexes) {
    if (!index.unique) continue;
    const bool expression = std::ranges::any_of(index.columns, [](const std::string& column) { return column.starts_with('('); });
    if (expression)
      findings.push_back({table.ref.name,
                          fmt::format("the unique index {} is over an expression: rows that REPLACE removes by it cannot be followed; "
                                      "use a generated column instead",
                                      index.name),
                          true});
    const bool holdsKey = std::ranges::find(index.columns, table.ref.keyColumn) != index.columns.end();
    if (!holdsKey && index.columns != table.schema.primaryKey)
      findings.push_back({table.ref.name,
                          fmt::format("the unique index {} does not contain the shard key: it is unique on each shard only, and a row "
                                      "that is in use on the target already stops the move",
                                      index.name),
                          false});
  }
}

void findPrimaryKey(const MovedTable& table, std::vector<Finding>& findings) {
  for (const std::string& column : table.schema.primaryKey)
    for (const ColumnSchema& described : table.schema.columns)
      if (described.name == column && described.generated)
        findings.push_back({table.ref.name, fmt::format("the primary key column {} is generated; such a table cannot be moved", column), true});
  if (table.schema.rowidIsKey && table.ref.keyColumn != table.schema.primaryKey.front())
    findings.push_back({table.ref.name,
                        fmt::format("the primary key {} is given out by each shard on its own: a row whose number is in use on the "
                                    "target stops the move; keep the shards' numbers apart",
                                    table.schema.primaryKey.front()),
                        false});
}

}  // namespace

Done SqliteMove::preflightTable(std::size_t i, PreflightReport& report, std::stop_token stop) {
  const MovedTable& table = m_tables[i];
  const auto there = readTableSchema(end(Side::Target), table.ref);
  if (!there) {
    report.findings.push_back({table.ref.name, "on the target: " + there.error().message(), true});
    return {};
  }
  for (const std::string& difference : compareSchemas(table.schema, *there))
    report.findings.push_back({table.ref.name, "source and target are not alike: " + difference, true});
  report.schemaFingerprints.push_back(table.schema.fingerprint());
  findPrimaryKey(table, report.findings);
  findIndexes(table, report.findings);
  findForeignKeys(table, m_task.keyspace, report.findings);
  findTriggers(table, report.findings);

  if (stop.stop_requested()) return cancelled("stopped during preflight");
  auto count = TRY(end(Side::Source).prepare(fmt::format("SELECT count(*) FROM main.{} WHERE {}", table.name, table.part.sql)));
  table.part.bind(count, 1);
  TRY(count.step());
  report.rows += count.integer(0);
  auto stray = TRY(end(Side::Source).prepare(fmt::format("SELECT 1 FROM other.{} WHERE {} LIMIT 1", table.name, table.part.sql)));
  table.part.bind(stray, 1);
  if (TRY(stray.step()))
    report.findings.push_back({table.ref.name,
                               fmt::format("the target {} holds rows of this range already; nothing is overwritten: look at them with "
                                           "verify, remove or move them, and try again",
                                           m_task.target.id.text()),
                               true});
  return {};
}

Result<PreflightReport> SqliteMove::preflight(std::stop_token stop) {
  const auto stopSource = end(Side::Source).stopOn(stop);
  const auto stopTarget = end(Side::Target).stopOn(stop);
  PreflightReport report;
  for (const Side side : {Side::Source, Side::Target}) {
    const Shard& shard = side == Side::Source ? m_task.source : m_task.target;
    const Database::Options& options = end(side).options();
    auto session = TRY(SqliteSession::open(shard, {.vfs = options.vfs, .busyMilliseconds = options.busyMilliseconds}));
    for (Finding& finding : TRY(session->checkDatabase())) {
      finding.subject = shard.id.text();
      report.findings.push_back(std::move(finding));
    }
    for (const MovedTable& table : m_tables)
      for (Finding& finding : TRY(session->checkKeys(m_task.keyspace, table.ref, 5, stop)))
        report.findings.push_back({fmt::format("{} on {}", table.ref.name, shard.id.text()), finding.sentence, finding.blocking});
  }
  for (std::size_t i = 0; i < m_tables.size(); ++i) TRY(preflightTable(i, report, stop));
  return report;
}

Done SqliteMove::proveWayBack() {
  Database& target = end(Side::Target);
  for (const MovedTable& table : m_tables) {
    if (!TRY(captureArmed(target, table)))
      return refused(fmt::format("the way back of {} is not armed on {}", table.ref.name, m_task.target.id.text()));
    auto transaction = TRY(Transaction::write(target, "prove way back"));  // dropped below: it leaves nothing
    TRY(check(Side::Target));
    auto pick = TRY(target.prepare(fmt::format("SELECT {} FROM main.{} WHERE {} LIMIT 1", MovedTable::list(table.key), table.name,
                                               table.part.sql)));
    table.part.bind(pick, 1);
    if (!TRY(pick.step())) continue;
    const Row key = pick.row();
    pick.reset();
    // The guard would refuse the probe, as it should; capture must see it.
    TRY(m_guard.setGate(target, m_task.part, Gate::Open));
    const std::int64_t before = TRY(target.singleInteger("SELECT coalesce(sum(generation), 0) FROM main." + table.dirtyLog));
    auto touch = TRY(target.prepare(fmt::format("UPDATE main.{0} SET {1} = {1} WHERE {2}", table.name, table.key.front(),
                                                MovedTable::matches(table.key))));
    int at = 1;
    for (const Value& value : key) touch.bind(at++, value);
    TRY(touch.run());
    if (TRY(target.singleInteger("SELECT coalesce(sum(generation), 0) FROM main." + table.dirtyLog)) <= before)
      return refused(fmt::format("a write to {} on {} was not captured: the way back would lose it", table.ref.name,
                                 m_task.target.id.text()));
  }
  Database& source = end(Side::Source);
  auto transaction = TRY(Transaction::write(source, "prove way back"));
  auto lifted = TRY(TriggersLifted::off(source, m_task.keyspace.tables));
  for (const MovedTable& table : m_tables) {
    auto write = TRY(source.prepare(fmt::format("UPDATE main.{0} SET {1} = {1} WHERE 0", table.name, table.columns.front())));
    TRY(write.run());
  }
  return {};
}

}  // namespace shardwright::sqlite
