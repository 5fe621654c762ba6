// Exact comparison, by representation, in one walk over both sides.
#include <fmt/format.h>

#include <cstring>

#include "core/engines/sqlite/sqlite_move.h"

namespace shardwright::sqlite {

namespace {

constexpr std::size_t mostExamples = 5;

int rank(int type) {
  switch (type) {
    case SQLITE_NULL: return 0;
    case SQLITE_INTEGER:
    case SQLITE_FLOAT: return 1;
    case SQLITE_TEXT: return 2;
    default: return 3;
  }
}

int compareBytes(sqlite3_stmt* a, sqlite3_stmt* b, int column) {
  const void* left = sqlite3_column_blob(a, column);
  const void* right = sqlite3_column_blob(b, column);
  const int leftSize = sqlite3_column_bytes(a, column);
  const int rightSize = sqlite3_column_bytes(b, column);
  const int common = leftSize < rightSize ? leftSize : rightSize;
  const int order = common == 0 ? 0 : std::memcmp(left, right, static_cast<std::size_t>(common));
  return order != 0 ? order : leftSize - rightSize;
}

// SQLite's own order of two cells under the BINARY collation: what ORDER BY has sorted both walks by.
int compareOrder(sqlite3_stmt* a, sqlite3_stmt* b, int column) {
  const int left = sqlite3_column_type(a, column);
  const int right = sqlite3_column_type(b, column);
  if (rank(left) != rank(right)) return rank(left) - rank(right);
  if (left == SQLITE_NULL) return 0;
  if (left == SQLITE_INTEGER && right == SQLITE_INTEGER) {
    const auto x = sqlite3_column_int64(a, column);
    const auto y = sqlite3_column_int64(b, column);
    return x < y ? -1 : x > y;
  }
  if (rank(left) == 1) {
    // Mixed numbers: the long double holds every 64-bit integer and every double exactly.
    const auto number = [column](sqlite3_stmt* s, int type) {
      return type == SQLITE_INTEGER ? static_cast<long double>(sqlite3_column_int64(s, column))
                                    : static_cast<long double>(sqlite3_column_double(s, column));
    };
    const long double x = number(a, left);
    const long double y = number(b, right);
    return x < y ? -1 : x > y;
  }
  return compareBytes(a, b, column);
}

bool sameCell(sqlite3_stmt* a, sqlite3_stmt* b, int column) {
  const int type = sqlite3_column_type(a, column);
  if (type != sqlite3_column_type(b, column)) return false;
  switch (type) {
    case SQLITE_NULL: return true;
    case SQLITE_INTEGER: return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
    case SQLITE_FLOAT: {
      const double x = sqlite3_column_double(a, column);
      const double y = sqlite3_column_double(b, column);
      return std::memcmp(&x, &y, sizeof x) == 0;
    }
    default: return compareBytes(a, b, column) == 0;
  }
}

// Both sides of one table in the same order, row by row.
class Walk {
 public:
  Walk(const MovedTable& table, Statement from, Statement to)
      : m_table(table), m_from(std::move(from)), m_to(std::move(to)), m_walk(static_cast<int>(table.walk.size())) {}

  Done begin() {
    m_fromRow = TRY(m_from.step());
    m_toRow = TRY(m_to.step());
    return {};
  }
  bool ended() const { return !m_fromRow && !m_toRow; }

  // Which side is at the lesser row: -1 only at from, 1 only at to, 0 both at one row.
  int side() const {
    if (!m_fromRow || !m_toRow) return m_fromRow ? -1 : 1;
    for (int column = 0; column < m_walk; ++column)
      if (const int order = compareOrder(m_from.handle(), m_to.handle(), column); order != 0) return order < 0 ? -1 : 1;
    return 0;
  }
  bool same() const {
    const int end = m_walk + static_cast<int>(m_table.columns.size());
    for (int column = m_walk; column < end; ++column)
      if (!sameCell(m_from.handle(), m_to.handle(), column)) return false;
    return true;
  }
  Row position(int side) const {
    const Statement& at = side <= 0 ? m_from : m_to;
    Row position;
    for (int column = 0; column < m_walk; ++column) position.push_back(at.value(column));
    return position;
  }
  // The primary key stands behind walk and columns.
  Row key(int side) const {
    const Statement& at = side <= 0 ? m_from : m_to;
    Row key;
    const int first = m_walk + static_cast<int>(m_table.columns.size());
    for (std::size_t i = 0; i < m_table.key.size(); ++i) key.push_back(at.value(first + static_cast<int>(i)));
    return key;
  }
  Done advance(int side) {
    if (side <= 0) m_fromRow = TRY(m_from.step());
    if (side >= 0) m_toRow = TRY(m_to.step());
    return {};
  }

 private:
  const MovedTable& m_table;
  Statement m_from, m_to;
  int m_walk;
  bool m_fromRow = false, m_toRow = false;
};

std::string example(const MovedTable& table, const Row& key, std::string_view what) {
  std::string text = table.ref.name + " (";
  for (const Value& value : key) text += (text.back() == '(' ? "" : ", ") + describe(value);
  return text + ") " + std::string(what);
}

void note(VerifyReport& report, const MovedTable& table, const Row& key, int side) {
  ++report.differing;
  if (report.examples.size() < mostExamples)
    report.examples.push_back(example(table, key, side < 0 ? "is missing on the other side" : side > 0 ? "is there only on the other side" : "differs"));
}

}  // namespace

// The rows behind the position, at most so many, and the position behind them; returns the keys that differ. Every row up
// to a position has been seen on both sides: the walk is unique, and the lesser row comes first.
Result<std::vector<Row>> SqliteMove::compareStretch(Comparison& comparison, std::int64_t rows, std::stop_token stop) {
  Database& db = end(otherSide(comparison.from));
  const MovedTable& table = m_tables[comparison.table];
  const Predicate left = table.stretch(comparison.at, {});
  const auto reader = [&](std::string_view schema) -> Result<Statement> {
    auto statement = TRY(db.prepare(fmt::format("SELECT {}, {}, {} FROM {}.{} WHERE {} ORDER BY {}", MovedTable::list(table.walk),
                                                MovedTable::list(table.columns), MovedTable::list(table.key), schema, table.name,
                                                left.sql, table.walkOrder())));
    left.bind(statement, 1);
    return statement;
  };
  // The snapshot of `from` is not older than the one of the other side, so what differs is on its way or wrong.
  auto snapshot = TRY(Transaction::read(db));
  Walk walk(table, TRY(reader("other")), TRY(reader("main")));
  std::vector<Row> differing;
  TRY(walk.begin());
  comparison.at.clear();
  while (!walk.ended()) {
    if (stop.stop_requested()) return cancelled("stopped while verifying");
    const int side = walk.side();
    if (side == 0 && walk.same()) {
      ++comparison.report.rows;
    } else {
      differing.push_back(walk.key(side));
      note(comparison.report, table, differing.back(), side);
    }
    if (--rows == 0) {
      comparison.at = walk.position(side);
      return differing;
    }
    TRY(walk.advance(side));
  }
  return differing;
}

Done SqliteMove::markDiffering(Side from, std::size_t table, const std::vector<Row>& keys) {
  if (keys.empty()) return {};
  for (const Row& key : keys) m_touched[table].insert(key);
  auto transaction = TRY(Transaction::write(end(from), "mark differing"));
  TRY(check(from));
  TRY(markDirty(end(from), m_tables[table], keys));
  return transaction.commit();
}

Result<VerifyReport> SqliteMove::verify(Side from, std::int64_t rows, std::stop_token stop) {
  if (!m_comparison || m_comparison->from != from) {
    for (auto& touched : m_touched) touched.clear();
    m_comparison = Comparison{.from = from, .table = 0, .at = {}, .report = {}};
  }
  std::int64_t looked = 0;
  while (looked < rows && m_comparison->table < m_tables.size()) {
    // What fails is compared again: the position goes on only where what differs has been marked.
    Comparison next = *m_comparison;
    const auto differing = TRY(compareStretch(next, rows - looked, stop));
    TRY(markDiffering(from, next.table, differing));
    looked += next.report.rows + next.report.differing - m_comparison->report.rows - m_comparison->report.differing;
    if (next.at.empty()) ++next.table;
    m_comparison = std::move(next);
  }
  VerifyReport report = m_comparison->report;
  report.done = m_comparison->table == m_tables.size();
  if (report.done) m_comparison.reset();
  return report;
}

Result<bool> SqliteMove::compareKey(Side from, const MovedTable& table, const Row& key, VerifyReport& report) {
  Database& db = end(otherSide(from));
  const auto reader = [&](std::string_view schema) -> Result<Statement> {
    auto statement = TRY(db.prepare(fmt::format("SELECT {} FROM {}.{} WHERE {} AND {}", MovedTable::list(table.columns), schema,
                                                table.name, MovedTable::matches(table.key), table.part.sql)));
    int at = 1;
    for (const Value& value : key) statement.bind(at++, value);
    table.part.bind(statement, at);
    return statement;
  };
  auto there = TRY(reader("other"));
  auto here = TRY(reader("main"));
  const bool thereRow = TRY(there.step());
  const bool hereRow = TRY(here.step());
  if (thereRow != hereRow) {
    note(report, table, key, thereRow ? -1 : 1);
    return false;
  }
  for (int column = 0; thereRow && column < there.columns(); ++column)
    if (!sameCell(there.handle(), here.handle(), column)) {
      note(report, table, key, 0);
      return false;
    }
  ++report.rows;
  return true;
}

Result<VerifyReport> SqliteMove::verifyDirty(Side from) {
  VerifyReport report;
  const Side to = otherSide(from);
  auto snapshot = TRY(Transaction::read(end(to)));
  for (std::size_t i = 0; i < m_tables.size(); ++i) {
    // A key that is equal here needs no second look: whoever touches it again makes it dirty again.
    for (auto key = m_touched[i].begin(); key != m_touched[i].end();) {
      const bool equal = TRY(compareKey(from, m_tables[i], *key, report));
      key = equal ? m_touched[i].erase(key) : std::next(key);
    }
    // What anybody wrote past the closed guard of the other side was captured there.
    if (!TRY(captureArmed(end(to), m_tables[i]))) continue;
    for (const DirtyKey& dirty : TRY(dirtyKeys(end(to), m_tables[i], -1))) TRY(compareKey(from, m_tables[i], dirty.key, report));
  }
  return report;
}

}  // namespace shardwright::sqlite
