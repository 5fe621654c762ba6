// Removing rows that this shard holds and does not own.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/engines/sqlite/guard.h"
#include "core/engines/sqlite/keyed_table.h"
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/sqlite_session.h"

namespace shardwright::sqlite {

namespace {

// The first column of the first row that `sql` gives for a keyspace; nothing where the guard's table is not there.
Result<std::optional<std::string>> guardEntry(Database& db, std::string_view table, std::string_view sql,
                                              const KeyspaceName& keyspace) {
  auto exists = TRY(db.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?"));
  exists.bind(1, table);
  if (!TRY(exists.step())) return std::optional<std::string>();
  auto find = TRY(db.prepare(sql));
  find.bind(1, keyspace.text());
  if (!TRY(find.step())) return std::optional<std::string>();
  return std::optional(find.text(0));
}

// A move's copied rows, and the rows it keeps for the way back, look misplaced and are not.
Done checkNoMove(Database& db, const KeyspaceName& keyspace) {
  const auto move = TRY(guardEntry(db, "shardwright_guard_move",
                                   "SELECT move FROM main.shardwright_guard_move WHERE keyspace = ? LIMIT 1", keyspace));
  if (!move) return {};
  return refused(fmt::format("the move {} is not finished here, and rows that it has copied or keeps look misplaced; finish it or "
                             "clean it up, and verify again",
                             printable(*move, 80)));
}

// Where a guard stands, the shard itself knows what it owns; the caller's map may be older.
Done checkNotOwned(Database& db, const KeyedTable& table, std::span<const Key> keys) {
  const auto guarded = TRY(guardEntry(db, "shardwright_guard_table",
                                      "SELECT tbl FROM main.shardwright_guard_table WHERE keyspace = ? LIMIT 1",
                                      table.keyspace().name));
  if (!guarded) return {};
  const Guard guard(table.keyspace(), table.strategy());
  for (const Key& key : keys)
    if (TRY(guard.gateOf(db, PlacedPart::ofPin(key))) != Gate::Elsewhere)
      return conflict(fmt::format("by its guard the shard owns the key {}; nothing was removed: verify again",
                                  printable(key.toText(), 60)));
  return {};
}

}  // namespace

Result<std::int64_t> SqliteSession::deleteMisplaced(const Keyspace& keyspace, const TableRef& ref, std::span<const Key> keys) {
  const auto remove = [&]() -> Result<std::int64_t> {
    const auto table = TRY(keyedTable(keyspace, ref));
    auto transaction = TRY(Transaction::write(m_db, "shard.repair"));
    TRY(checkNoMove(m_db, keyspace.name));
    TRY(checkNotOwned(m_db, *table, keys));
    auto lifted = TRY(TriggersLifted::off(m_db, {table->ref()}));
    std::int64_t rows = 0;
    auto erase = TRY(m_db.prepare(fmt::format("DELETE FROM {} WHERE {} = ?", table->name(), table->keyOrder())));
    for (const Key& key : keys) {
      TRY(erase.bind(1, nativeValue(key, keyspace.keyForm)).run());
      rows += m_db.changes();
    }
    TRY(lifted.restore(m_db));
    TRY(transaction.commit());
    return rows;
  };
  return here(remove());
}

}  // namespace shardwright::sqlite
