// Rows from file to file: the chunked copy, dirty keys, and the removal of what lives elsewhere.
#include <fmt/format.h>

#include <algorithm>

#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/sqlite_move.h"

namespace shardwright::sqlite {

namespace {

int bindRow(Statement& statement, int position, const Row& row) {
  for (const Value& value : row) statement.bind(position++, value);
  return position;
}

std::string positionColumns(std::size_t count) {
  std::string out;
  for (std::size_t i = 1; i <= count; ++i) out += fmt::format(", p{}", i);
  return out;
}

}  // namespace

Result<SqliteMove::CopyPosition> SqliteMove::copyPosition(std::size_t table) {
  Database& db = end(Side::Target);
  CopyPosition position;
  auto there = TRY(db.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?"));
  there.bind(1, "shardwright_copy_" + moveStem(m_task));
  if (!TRY(there.step())) return position;
  const std::size_t width = m_tables[table].walk.size();
  auto read = TRY(db.prepare(fmt::format("SELECT rows, done, careful, begun{} FROM main.{} WHERE tbl = ?", positionColumns(width),
                                         m_copyTable)));
  read.bind(1, static_cast<std::int64_t>(table));
  if (!TRY(read.step())) return position;
  position.rows = read.integer(0);
  position.done = read.integer(1) != 0;
  position.careful = read.integer(2) != 0;
  if (read.integer(3) != 0)
    for (std::size_t i = 0; i < width; ++i) position.at.push_back(read.value(static_cast<int>(4 + i)));
  return position;
}

Done SqliteMove::saveCopyPosition(std::size_t table, const CopyPosition& position) {
  Database& db = end(Side::Target);
  std::size_t widest = 0;
  for (const MovedTable& moved : m_tables) widest = std::max(widest, moved.walk.size());
  TRY(db.execute(fmt::format("CREATE TABLE IF NOT EXISTS main.{}(tbl INTEGER PRIMARY KEY, rows, done, careful, begun{})", m_copyTable,
                             positionColumns(widest))));
  std::string marks;
  for (std::size_t i = 0; i < position.at.size(); ++i) marks += ", ?";
  auto put = TRY(db.prepare(fmt::format("INSERT OR REPLACE INTO main.{}(tbl, rows, done, careful, begun{}) VALUES (?, ?, ?, ?, ?{})",
                                        m_copyTable, positionColumns(position.at.size()), marks)));
  put.bind(1, static_cast<std::int64_t>(table)).bind(2, position.rows);
  put.bind(3, std::int64_t{position.done}).bind(4, std::int64_t{position.careful}).bind(5, std::int64_t{!position.at.empty()});
  bindRow(put, 6, position.at);
  return put.run();
}

// Where a stretch of `rows` rows behind `after` ends; empty: it takes all that is left.
Result<Row> SqliteMove::stretchEnd(Side at, std::string_view schema, const MovedTable& table, const Row& after, std::int64_t rows) {
  const Predicate left = table.stretch(after, {});
  auto read = TRY(end(at).prepare(fmt::format("SELECT {} FROM {}.{} WHERE {} ORDER BY {} LIMIT 1 OFFSET ?",
                                              MovedTable::list(table.walk), schema, table.name, left.sql, table.walkOrder())));
  read.bind(left.bind(read, 1), rows - 1);
  Row last;
  if (TRY(read.step())) last = read.row();
  return last;
}

// OR ROLLBACK: whatever fails ends the whole chunk, so SQLite need not keep what the statement alone would undo.
Result<std::int64_t> SqliteMove::insertChunk(const MovedTable& table, const CopyPosition& position, const Row& upTo) {
  Database& db = end(Side::Target);
  const Predicate chunk = table.stretch(position.at, upTo);
  if (position.careful) {
    TRY(eraseDirty(Side::Source, table));
    auto clear = TRY(db.prepare(fmt::format("DELETE FROM main.{} WHERE {}", table.name, chunk.sql)));
    chunk.bind(clear, 1);
    TRY(clear.run());
  }
  const std::string columns = MovedTable::list(table.columns);
  auto insert = TRY(db.prepare(fmt::format("INSERT OR ROLLBACK INTO main.{0}({1}) SELECT {1} FROM other.{0} WHERE {2} ORDER BY {3}",
                                           table.name, columns, chunk.sql, table.walkOrder())));
  chunk.bind(insert, 1);
  TRY(insert.run());
  return db.changes();
}

// One chunk and its position, in one transaction of the target.
Result<std::int64_t> SqliteMove::copyChunk(std::size_t table, CopyPosition& position, std::int64_t rows) {
  Database& db = end(Side::Target);
  auto transaction = TRY(Transaction::write(db, "copy"));
  TRY(check(Side::Target));
  position = TRY(copyPosition(table));
  const Row bound = TRY(stretchEnd(Side::Target, "other", m_tables[table], position.at, rows));
  auto lifted = TRY(TriggersLifted::off(db, m_task.keyspace.tables));
  const std::int64_t copied = TRY(insertChunk(m_tables[table], position, bound));
  TRY(lifted.restore(db));
  position.rows += copied;
  position.done = bound.empty();
  if (!bound.empty()) position.at = bound;
  if (m_rules.positionWithData) {
    TRY(saveCopyPosition(table, position));
    TRY(transaction.commit());
    return copied;
  }
  TRY(transaction.commit());
  auto later = TRY(Transaction::write(db, "copy position"));
  TRY(saveCopyPosition(table, position));
  TRY(later.commit());
  return copied;
}

// A row of the chunk met another by a unique index. It may be an older state of a row that has changed since: from now on
// such rows go before each chunk comes, and are brought over as dirty keys.
Done SqliteMove::becomeCareful(std::size_t table) {
  Database& db = end(Side::Target);
  auto transaction = TRY(Transaction::write(db, "copy carefully"));
  TRY(check(Side::Target));
  CopyPosition position = TRY(copyPosition(table));
  position.careful = true;
  TRY(saveCopyPosition(table, position));
  return transaction.commit();
}

// Takes every row away that the dirty keys of `from` make doubtful, as of the snapshot in which the caller goes on to
// read `from`. What is left is as it is there, and rows of one database do not meet by its unique indexes. The keys stay
// dirty, so the rows come back.
Done SqliteMove::eraseDirty(Side from, const MovedTable& table) {
  Database& db = end(otherSide(from));
  auto erase = TRY(db.prepare(fmt::format("DELETE FROM main.{} WHERE {} AND {}", table.name, MovedTable::matches(table.key), table.part.sql)));
  for (const DirtyKey& dirty : TRY(dirtyKeys(db, table, -1, "other"))) {
    table.part.bind(erase, bindRow(erase, 1, dirty.key));
    TRY(erase.run());
  }
  return {};
}

Result<CopyStep> SqliteMove::copy(std::int64_t rows, std::stop_token stop) {
  const auto stopping = end(Side::Target).stopOn(stop);
  CopyStep step;
  for (std::size_t table = 0; table < m_tables.size(); ++table) {
    CopyPosition position = TRY(copyPosition(table));
    if (position.done) continue;
    auto copied = copyChunk(table, position, rows);
    if (!copied && copied.error().code() == ErrorCode::Refused) {
      TRY(becomeCareful(table));
      copied = copyChunk(table, position, rows);
    }
    if (!copied)
      return copied.error().in(fmt::format("copying {} from {} to {}", m_tables[table].ref.name, m_task.source.id.text(),
                                           m_task.target.id.text()));
    step.rows = *copied;
    step.done = position.done && table + 1 == m_tables.size();
    return step;
  }
  step.done = true;
  return step;
}

Result<CopyStep> SqliteMove::copied() {
  CopyStep step;
  step.done = true;
  for (std::size_t table = 0; table < m_tables.size(); ++table) {
    const CopyPosition position = TRY(copyPosition(table));
    step.rows += position.rows;
    step.done = step.done && position.done;
  }
  return step;
}

Done SqliteMove::discardCopy(std::stop_token stop) {
  // Without this move's own record nothing there was copied by it, whoever else put rows into the part.
  if (TRY(end(Side::Target).singleInteger("SELECT count(*) FROM main.sqlite_schema WHERE name = " +
                                          literal("shardwright_copy_" + moveStem(m_task)))) == 0)
    return {};
  while (!TRY(remove(Side::Target, 1000, stop)).done) {
  }
  return {};
}

Result<std::int64_t> SqliteMove::backlog(Side from) {
  std::int64_t waiting = 0;
  for (const MovedTable& table : m_tables)
    if (TRY(captureArmed(end(from), table))) waiting += TRY(dirtyCount(end(from), table));
  return waiting;
}

// The rows as they are now at `from`, to the other side. A row may have taken a unique value over from another whose key
// is dirty too, but not among these: then that one's old state has to go as well.
Done SqliteMove::bring(Side from, const MovedTable& table, const std::vector<DirtyKey>& keys) {
  auto brought = bringRows(from, table, keys, false);
  if (!brought && brought.error().code() == ErrorCode::Refused) return bringRows(from, table, keys, true);
  return brought;
}

// All old states away first, so that rows may swap unique values.
Done SqliteMove::bringRows(Side from, const MovedTable& table, const std::vector<DirtyKey>& keys, bool careful) {
  Database& db = end(otherSide(from));
  auto transaction = TRY(Transaction::write(db, "apply"));
  TRY(check(otherSide(from)));
  const bool isKnown = TRY(schemaIsKnown(otherSide(from)));
  auto lifted = TRY(TriggersLifted::off(db, m_task.keyspace.tables));
  if (careful) TRY(eraseDirty(from, table));
  const std::string row = fmt::format("{} AND {}", MovedTable::matches(table.key), table.part.sql);
  auto erase = TRY(db.prepare(fmt::format("DELETE FROM main.{} WHERE {}", table.name, row)));
  auto insert = TRY(db.prepare(fmt::format("INSERT INTO main.{0}({1}) SELECT {1} FROM other.{0} WHERE {2}", table.name,
                                           MovedTable::list(table.columns), row)));
  for (Statement* statement : {&erase, &insert})
    for (const DirtyKey& dirty : keys) {
      table.part.bind(*statement, bindRow(*statement, 1, dirty.key));
      TRY(statement->run().in("table " + table.ref.name));
    }
  TRY(lifted.restore(db));
  const std::int64_t version = TRY(schemaVersion(otherSide(from)));
  TRY(transaction.commit());
  if (isKnown) known(otherSide(from)).schemaVersion = version;
  return {};
}

Result<ApplyStep> SqliteMove::apply(Side from, std::int64_t keys, std::stop_token stop) {
  Database& db = end(from);
  ApplyStep step;
  for (std::size_t i = 0; i < m_tables.size() && step.keys < keys; ++i) {
    if (stop.stop_requested()) return cancelled("stopped while catching up");
    const MovedTable& table = m_tables[i];
    if (!TRY(captureArmed(db, table))) continue;
    const std::vector<DirtyKey> dirty = TRY(dirtyKeys(db, table, keys - step.keys));
    if (dirty.empty()) continue;
    for (const DirtyKey& key : dirty) m_touched[i].insert(key.key);
    TRY(bring(from, table, dirty));
    auto transaction = TRY(Transaction::write(db, "forget keys"));
    TRY(check(from));
    TRY(forgetKeys(db, table, dirty, m_rules));
    TRY(transaction.commit());
    step.keys += static_cast<std::int64_t>(dirty.size());
  }
  step.remaining = TRY(backlog(from));
  return step;
}

// A batch in the order of the walk, from where this executor has got to: what lies before is gone, and the closed guard
// lets nothing come back.
Result<std::int64_t> SqliteMove::removeBatch(Side side, std::size_t i, std::int64_t rows) {
  const MovedTable& table = m_tables[i];
  Database& db = end(side);
  Row& removed = m_removed[static_cast<std::size_t>(side)][i];
  const Row upTo = TRY(stretchEnd(side, "main", table, removed, rows));
  const Predicate batch = table.stretch(removed, upTo);
  const std::string elsewhere = m_rules.ownershipAtCleanUp ? fmt::format(" AND {} = 'elsewhere'", m_guard.gateExpression(table.ref, table.name)) : "";
  auto erase = TRY(db.prepare(fmt::format("DELETE FROM main.{} WHERE {}{}", table.name, batch.sql, elsewhere)));
  batch.bind(erase, 1);
  TRY(erase.run());
  removed = upTo;
  return db.changes();
}

Result<RemoveStep> SqliteMove::remove(Side side, std::int64_t rows, std::stop_token stop) {
  Database& db = end(side);
  const auto stopping = db.stopOn(stop);
  auto& removed = m_removed[static_cast<std::size_t>(side)];
  const auto before = removed;
  auto transaction = TRY(Transaction::write(db, "remove"));
  TRY(check(side));
  auto lifted = TRY(TriggersLifted::off(db, m_task.keyspace.tables));
  RemoveStep step;
  step.done = true;
  for (std::size_t i = 0; i < m_tables.size() && step.done; ++i) {
    step.rows += TRY(removeBatch(side, i, rows));
    step.done = removed[i].empty();  // the end of this table
  }
  TRY(lifted.restore(db));
  if (auto committed = transaction.commit(); !committed) {
    removed = before;  // nobody knows: begin there again
    return std::move(committed).error();
  }
  return step;
}

Result<std::int64_t> SqliteMove::retained(Side side) {
  std::int64_t rows = 0;
  for (const MovedTable& table : m_tables) {
    auto count = TRY(end(side).prepare(fmt::format("SELECT count(*) FROM main.{} WHERE {}", table.name, table.part.sql)));
    table.part.bind(count, 1);
    TRY(count.step());
    rows += count.integer(0);
  }
  return rows;
}

}  // namespace shardwright::sqlite
