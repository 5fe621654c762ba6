// Rows and bytes: of ranges, of one key, and a sample of the keys.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/engines/sqlite/keyed_table.h"
#include "core/engines/sqlite/predicate.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/engines/sqlite/stop_listener.h"

namespace shardwright::sqlite {

namespace {

Done checkBounds(std::span<const Token> bounds) {
  if (bounds.empty() || !bounds[0].isBeginning() || std::ranges::adjacent_find(bounds, std::greater_equal()) != bounds.end())
    return invalidInput("the bounds to count between must begin at the beginning and ascend");
  return {};
}

// Which stretch a token lies in; neighbours in a table often lie in the same one.
class StretchFinder {
 public:
  explicit StretchFinder(std::span<const Token> bounds) : m_bounds(bounds) {}
  std::size_t operator()(const Token& token) {
    const bool same = m_bounds[m_last] <= token && (m_last + 1 == m_bounds.size() || token < m_bounds[m_last + 1]);
    if (!same) m_last = static_cast<std::size_t>(std::ranges::upper_bound(m_bounds, token) - m_bounds.begin()) - 1;
    return m_last;
  }

 private:
  std::span<const Token> m_bounds;
  std::size_t m_last = 0;
};

// In storage order: sizes need the rows themselves, and an index would only say where they are.
Done countTable(Database& db, const KeyedTable& table, std::span<const Token> bounds, std::vector<RangeCount>& counts) {
  auto rows = TRY(db.prepare(fmt::format("SELECT {}, {} FROM {} NOT INDEXED", table.leadingColumns(),
                                         fmt::join(table.storedColumns(), ", "), table.name())));
  StretchFinder stretchOf(bounds);
  while (TRY(rows.step())) {
    const auto token = table.tokenAt(rows);
    if (!token) continue;
    RangeCount& count = counts[stretchOf(*token)];
    count.rows += 1;
    count.bytes += recordBytes(rows, table.leadingCount());
  }
  return {};
}

}  // namespace

Result<std::vector<RangeCount>> SqliteSession::countRanges(const Keyspace& keyspace, std::span<const Token> bounds,
                                                           std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto count = [&]() -> Result<std::vector<RangeCount>> {
    TRY(listener.check());
    TRY(checkBounds(bounds));
    std::vector<RangeCount> counts(bounds.size());
    auto snapshot = TRY(Transaction::read(m_db));
    for (const TableRef& ref : keyspace.tables) {
      const auto table = TRY(keyedTable(keyspace, ref));
      TRY(countTable(m_db, *table, bounds, counts));
    }
    TRY(snapshot.commit());
    return counts;
  };
  return here(count());
}

Result<RangeCount> SqliteSession::countKey(const Keyspace& keyspace, const Key& key, std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto count = [&]() -> Result<RangeCount> {
    TRY(listener.check());
    if (key.type() != keyspace.strategy.keyType)
      return invalidInput(fmt::format("{} is no key of type {}", printable(key.toText(), 60), keyTypeName(keyspace.strategy.keyType)));
    RangeCount total;
    auto snapshot = TRY(Transaction::read(m_db));
    for (const TableRef& ref : keyspace.tables) {
      const auto table = TRY(keyedTable(keyspace, ref));
      const Predicate isKey = TRY(partPredicate(keyspace, table->strategy(), table->ref(), PlacedPart::ofPin(key)));
      auto rows = TRY(m_db.prepare(
          fmt::format("SELECT {} FROM {} WHERE {}", fmt::join(table->storedColumns(), ", "), table->name(), isKey.sql)));
      isKey.bind(rows, 1);
      while (TRY(rows.step())) {
        total.rows += 1;
        total.bytes += recordBytes(rows, 0);
      }
    }
    TRY(snapshot.commit());
    return total;
  };
  return here(count());
}

}  // namespace shardwright::sqlite
