// What a file says about its place in the cluster by itself: published maps, closed parts, moves. No catalog is needed.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/engines/sqlite/sqlite_session.h"

namespace shardwright::sqlite {

namespace {

Result<bool> tableExists(Database& db, std::string_view name) {
  auto find = TRY(db.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?"));
  find.bind(1, name);
  return find.step();
}

Done readMaps(Database& db, ShardMarks& marks) {
  if (!TRY(tableExists(db, "shardwright_map"))) return {};
  auto read = TRY(db.prepare("SELECT keyspace, version, document, checksum FROM main.shardwright_map ORDER BY keyspace"));
  while (TRY(read.step())) marks.maps.push_back({KeyspaceName(read.text(0)), read.integer(1), read.text(2), read.text(3)});
  return {};
}

Done readClosed(Database& db, ShardMarks& marks, std::string_view table, std::string_view sql) {
  if (!TRY(tableExists(db, table))) return {};
  auto read = TRY(db.prepare(sql));
  while (TRY(read.step())) {
    marks.closed.push_back({KeyspaceName(read.text(0)), printable(read.text(1), 200), read.text(2) == "moving"});
  }
  return {};
}

Done readMoves(Database& db, ShardMarks& marks) {
  if (!TRY(tableExists(db, "shardwright_guard_move"))) return {};
  auto read = TRY(db.prepare("SELECT move, keyspace, catalog, token FROM main.shardwright_guard_move ORDER BY move"));
  while (TRY(read.step())) {
    marks.moves.push_back({read.text(0), KeyspaceName(read.text(1)), read.text(2), FencingToken{read.integer(3)}});
  }
  return {};
}

// The statements of resources/docs/fenced-and-the-console-is-gone.md.
void addStatements(ShardMarks& marks) {
  const std::string overtake = "UPDATE shardwright_guard_move SET token = token + 1000000000;";
  marks.onTarget = {overtake};
  marks.onSourceGivingBack = {"BEGIN IMMEDIATE;", overtake, "DELETE FROM shardwright_guard_range WHERE gate = 'moving';",
                                 "UPDATE shardwright_guard_pin SET gate = 'open' WHERE gate = 'moving';", "COMMIT;"};
  marks.onSourceLeaving = {"BEGIN IMMEDIATE;", overtake,
                              "UPDATE shardwright_guard_range SET gate = 'elsewhere' WHERE gate = 'moving';",
                              "UPDATE shardwright_guard_pin SET gate = 'elsewhere' WHERE gate = 'moving';", "COMMIT;"};
}

}  // namespace

Result<ShardMarks> SqliteSession::marks() {
  const auto read = [&]() -> Result<ShardMarks> {
    auto snapshot = TRY(Transaction::read(m_db));
    ShardMarks marks;
    TRY(readMaps(m_db, marks));
    TRY(readClosed(m_db, marks, "shardwright_guard_range",
                   "SELECT keyspace, quote(lo) || ' .. ' || CASE WHEN hi IS NULL THEN '' ELSE quote(hi) END, gate "
                   "FROM main.shardwright_guard_range ORDER BY keyspace, lo"));
    TRY(readClosed(m_db, marks, "shardwright_guard_pin",
                   "SELECT keyspace, 'key ' || quote(key), gate FROM main.shardwright_guard_pin WHERE gate <> 'open' "
                   "ORDER BY keyspace, key"));
    TRY(readMoves(m_db, marks));
    addStatements(marks);
    return marks;
  };
  return here(read());
}

}  // namespace shardwright::sqlite
