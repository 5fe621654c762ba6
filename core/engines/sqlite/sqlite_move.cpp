#include "core/engines/sqlite/sqlite_move.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/db/url.h"
#include "core/engines/sqlite/published_map.h"
#include "core/engines/sqlite/schema_reader.h"
#include "core/engines/sqlite/identity.h"
#include "core/engines/sqlite/token_function.h"

namespace shardwright::sqlite {

namespace {

std::string uriOf(const std::string& path, const std::string& vfs) {
  std::string uri = "file:";
  for (unsigned char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      uri += fmt::format("%{:02x}", c);
    } else {
      uri += static_cast<char>(c);
    }
  }
  uri += "?mode=ro";
  return vfs.empty() ? uri : uri + "&vfs=" + vfs;
}

Result<Database> openEnd(const Shard& here, const Shard& there, std::string_view role, const MoveEnvironment& environment) {
  const DatabaseUrl hereUrl = TRY(parseDatabaseUrl(here.url));
  const DatabaseUrl thereUrl = TRY(parseDatabaseUrl(there.url));
  Database::Options options;
  options.busyMilliseconds = environment.busyMilliseconds;
  options.role = role;
  options.vfs = environment.vfs;
  options.watch = environment.watch;
  Database db = TRY(Database::open(hereUrl.path, options).in("shard " + here.id.text()));
  if (registerTokenFunction(db.handle()) != SQLITE_OK) return db.error("shardwright_token cannot be registered");
  // The mover writes in bulk: fewer, larger checkpoints, and room for a chunk's pages.
  TRY(db.execute("PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-16000"));
  auto attach = TRY(db.prepare("ATTACH DATABASE ? AS other"));
  TRY(attach.bind(1, uriOf(thereUrl.path, environment.vfs)).run().in("shard " + there.id.text()));
  return db;
}

}  // namespace

Result<std::unique_ptr<MoveEngine>> openSqliteMove(const MoveTask& task, const MoveRules& rules, const MoveEnvironment& environment) {
  return std::unique_ptr<MoveEngine>(TRY(SqliteMove::open(task, rules, environment)));
}

SqliteMove::SqliteMove(MoveTask task, ShardingStrategy strategy, const MoveRules& rules, Database source, Database target)
    : m_task(std::move(task)),
      m_strategy(std::move(strategy)),
      m_rules(rules),
      m_ends{std::move(source), std::move(target)},
      m_guard(m_task.keyspace, m_strategy),
      m_mark(m_task.plan.text() + "/" + m_task.move.text()),
      m_copyTable(quoteName("shardwright_copy_" + moveStem(m_task))) {}

Result<std::unique_ptr<SqliteMove>> SqliteMove::open(const MoveTask& task, const MoveRules& rules, const MoveEnvironment& environment) {
  MoveTask own = task;
  if (!rules.pinsExcluded) own.part.withoutPins.clear();
  auto strategy = TRY(ShardingStrategy::make(task.keyspace.strategy));
  Database source = TRY(openEnd(task.source, task.target, "source", environment));
  Database target = TRY(openEnd(task.target, task.source, "target", environment));
  std::unique_ptr<SqliteMove> move(
      new SqliteMove(std::move(own), std::move(strategy), rules, std::move(source), std::move(target)));
  int ordinal = 0;
  for (TableRef& ref : move->m_task.keyspace.tables) {
    auto schema = TRY(readTableSchema(move->end(Side::Source), ref).in("shard " + task.source.id.text()));
    if (schema.primaryKey.empty())
      return refused(fmt::format("table {} has no primary key: its rows cannot be told apart, so it cannot be moved online; give "
                                 "it one", ref.name));
    // As the table spells them, whatever the keyspace was declared with.
    ref.name = schema.name;
    ref.keyColumn = TRY(columnNamed(schema, ref.keyColumn));
    move->m_tables.push_back(TRY(makeMovedTable(move->m_task, move->m_strategy, ref, std::move(schema), ++ordinal)));
  }
  move->m_touched.resize(move->m_tables.size());
  for (auto& removed : move->m_removed) removed.resize(move->m_tables.size());
  return move;
}

Result<std::vector<std::string>> SqliteMove::schemaFingerprints(Side side) {
  known(side).schemaVersion.reset();
  auto snapshot = TRY(Transaction::read(end(side)));
  const std::int64_t version = TRY(schemaVersion(side));
  std::vector<std::string> fingerprints;
  for (const MovedTable& table : m_tables) fingerprints.push_back(TRY(readTableSchema(end(side), table.ref)).fingerprint());
  known(side).schemaVersion = version;
  return fingerprints;
}

Result<std::string> SqliteMove::identity(Side side) {
  const std::string identity = TRY(identityOf(end(side)));
  known(side).identity = identity;
  return identity;
}

Result<std::int64_t> SqliteMove::schemaVersion(Side side) { return end(side).singleInteger("PRAGMA main.schema_version"); }

Result<bool> SqliteMove::schemaIsKnown(Side side) {
  const std::int64_t version = TRY(schemaVersion(side));
  return known(side).schemaVersion == version;
}

Result<bool> SqliteMove::unchanged(Side side) {
  if (!TRY(schemaIsKnown(side))) return false;
  if (!known(side).identity) return true;
  const std::string identity = TRY(identityOf(end(side)));
  return identity == *known(side).identity;
}

std::vector<MoveObject> SqliteMove::objects() const {
  std::vector<MoveObject> objects;
  for (const Side side : {Side::Source, Side::Target})
    for (const MovedTable& table : m_tables) std::ranges::copy(captureObjects(table, side), std::back_inserter(objects));
  objects.push_back({Side::Target, "table", "shardwright_copy_" + moveStem(m_task)});
  return objects;
}

Done SqliteMove::check(Side side) {
  if (!m_rules.tokenCheck) return {};
  return m_mark.check(end(side), m_token);
}

Done SqliteMove::takeOver(Side side, FencingToken token) {
  Database& db = end(side);
  auto transaction = TRY(Transaction::write(db, "take over"));
  TRY(Guard::makeTables(db));
  TRY(m_mark.takeOver(db, m_task.keyspace.name, m_task.catalogUuid, token));
  TRY(transaction.commit());
  m_token = token;
  return {};
}

Result<GateState> SqliteMove::state(Side side) {
  GateState state;
  const auto token = TRY(m_mark.token(end(side)));
  state.known = token.has_value();
  state.token = token.value_or(FencingToken{});
  state.gate = TRY(m_guard.gateOf(end(side), m_task.part));
  state.captureArmed = !m_tables.empty();
  for (const MovedTable& table : m_tables) state.captureArmed = TRY(captureArmed(end(side), table)) && state.captureArmed;
  return state;
}

Done SqliteMove::arm(Side from) {
  Database& db = end(from);
  auto transaction = TRY(Transaction::write(db, "arm"));
  TRY(check(from));
  TRY(m_guard.install(db, placement(from)));
  for (const MovedTable& table : m_tables) TRY(armCapture(db, table, m_rules));
  return transaction.commit();
}

Done SqliteMove::disarm(Side from) {
  Database& db = end(from);
  auto transaction = TRY(Transaction::write(db, "disarm"));
  TRY(check(from));
  for (const MovedTable& table : m_tables) TRY(disarmCapture(db, table));
  return transaction.commit();
}

Done SqliteMove::closeTarget() {
  Database& db = end(Side::Target);
  auto transaction = TRY(Transaction::write(db, "close target"));
  TRY(check(Side::Target));
  TRY(m_guard.install(db, placement(Side::Target)));
  TRY(m_guard.setGate(db, m_task.part, Gate::Elsewhere));
  return transaction.commit();
}

// What the application may write to the part on this side, and with it the map that says so, in one transaction.
Done SqliteMove::turn(Side side, std::string_view name, Gate gate, const PublishedMap* map) {
  Database& db = end(side);
  auto transaction = TRY(Transaction::write(db, std::string(name)));
  TRY(check(side));
  TRY(m_guard.setGate(db, m_task.part, gate));
  if (map != nullptr) TRY(writePublishedMap(db, *map));
  return transaction.commit();
}

Done SqliteMove::fence(Side side) { return turn(side, "fence", Gate::Moving, nullptr); }

Done SqliteMove::unfence(Side side) { return turn(side, "unfence", Gate::Open, nullptr); }

Done SqliteMove::open(Side side, const PublishedMap& map) { return turn(side, "open", Gate::Open, &map); }

Done SqliteMove::close(Side side, const PublishedMap& map) { return turn(side, "close", Gate::Elsewhere, &map); }

Done SqliteMove::forget(Side side) {
  Database& db = end(side);
  auto transaction = TRY(Transaction::write(db, "forget"));
  const bool known = TRY(m_mark.token(db)).has_value();
  if (known) TRY(check(side));
  for (const MovedTable& table : m_tables) TRY(disarmCapture(db, table));
  TRY(db.execute("DROP TABLE IF EXISTS main." + m_copyTable));
  if (known) TRY(m_mark.erase(db));
  return transaction.commit();
}

Result<std::vector<MoveObject>> SqliteMove::leftovers(Side side) {
  std::vector<MoveObject> left;
  auto there = TRY(end(side).prepare("SELECT 1 FROM main.sqlite_schema WHERE name = ?"));
  for (const MoveObject& object : objects()) {
    if (object.side != side) continue;
    there.bind(1, object.name);
    if (TRY(there.step())) left.push_back(object);
    there.reset();
  }
  return left;
}

}  // namespace shardwright::sqlite
