// Keys: a sample spread evenly over the rows of a range, every distinct one of a stretch, and some at random.
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/engines/sqlite/key_function.h"
#include "core/engines/sqlite/keyed_table.h"
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/predicate.h"
#include "core/engines/sqlite/schema_reader.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/engines/sqlite/stop_listener.h"

namespace shardwright::sqlite {

namespace {

constexpr const char* placeFunction = "shardwright_place";

// Distinct keys of one table with their rows, in order of tokens.
class KeyCursor {
 public:
  static Result<KeyCursor> open(Database& db, std::shared_ptr<const KeyedTable> table, const TokenRange& range) {
    auto rows = TRY(computesTokens(*table) ? hashedKeys(db, *table, range) : keptKeys(db, *table, range));
    KeyCursor cursor(std::move(table), std::move(rows));
    TRY(cursor.advance());
    return cursor;
  }

  const std::optional<SampledKey>& current() const { return m_current; }

  Done advance() {
    m_current.reset();
    while (!m_current && TRY(m_rows.step())) {
      auto key = m_table->keyAt(m_rows);
      auto token = computesTokens(*m_table) ? Token{std::get<Blob>(m_rows.value(1)).bytes} : m_table->tokenAt(m_rows);
      if (key && token) m_current = SampledKey{*std::move(token), *std::move(key), m_rows.integer(m_rows.columns() - 1)};
    }
    return {};
  }

 private:
  KeyCursor(std::shared_ptr<const KeyedTable> table, Statement rows) : m_table(std::move(table)), m_rows(std::move(rows)) {}

  static bool computesTokens(const KeyedTable& table) { return !table.strategy().keepsOrder() && !table.ref().tokenColumn; }

  // The order is one of columns: an index serves.
  static Result<Statement> keptKeys(Database& db, const KeyedTable& table, const TokenRange& range) {
    const Predicate inRange = TRY(partPredicate(table.keyspace(), table.strategy(), table.ref(), PlacedPart{range, {}, {}}));
    const std::string order = table.ref().tokenColumn ? table.tokenOrder() + ", " + table.keyOrder() : table.keyOrder();
    auto rows = TRY(db.prepare(fmt::format("SELECT {0}, count(*) FROM {1} WHERE {2} GROUP BY {3} ORDER BY {3}",
                                           table.leadingColumns(), table.name(), inRange.sql, order)));
    inRange.bind(rows, 1);
    return rows;
  }

  // Each token is computed once, and SQLite sorts them (beyond memory, too).
  static Result<Statement> hashedKeys(Database& db, const KeyedTable& table, const TokenRange& range) {
    auto rows = TRY(db.prepare(fmt::format(
        "WITH placed(k, t, n) AS MATERIALIZED (SELECT {0}, {1}({0}), count(*) FROM {2} GROUP BY {3}) "
        "SELECT k, t, n FROM placed WHERE t >= ?1 AND (?2 IS NULL OR t < ?2) ORDER BY t, k COLLATE BINARY",
        quoteName(table.ref().keyColumn), placeFunction, table.name(), table.keyOrder())));
    rows.bind(1, Value(Blob{range.from.bytes}));
    rows.bind(2, range.until ? Value(Blob{range.until->bytes}) : Value(Null{}));
    return rows;
  }

  std::shared_ptr<const KeyedTable> m_table;
  Statement m_rows;
  std::optional<SampledKey> m_current;
};

bool comesBefore(const SampledKey& a, const SampledKey& b) {
  return a.token != b.token ? a.token < b.token : a.key < b.key;
}

// The next key over all cursors, with its rows added up.
Result<std::optional<SampledKey>> nextKey(std::vector<KeyCursor>& cursors) {
  std::optional<SampledKey> least;
  for (const KeyCursor& cursor : cursors)
    if (cursor.current() && (!least || comesBefore(*cursor.current(), *least))) least = cursor.current();
  if (!least) return least;
  least->rows = 0;
  for (KeyCursor& cursor : cursors) {
    if (!cursor.current() || cursor.current()->key != least->key) continue;
    least->rows += cursor.current()->rows;
    TRY(cursor.advance());
  }
  return least;
}

// A sample that stays small while keys stream by: each key in it stands for the rows from it up to the next one. A key
// with more rows than a step stands alone, so that a hot key is seen for what it is.
class EvenSample {
 public:
  explicit EvenSample(std::size_t most) : m_most(most) {}

  void add(SampledKey key) {
    m_total += key.rows;
    push(m_keys, std::move(key), m_step);
    // Four times too many on the way, so that the last thinning still has a choice.
    while (m_keys.size() > 4 * m_most) thin(m_step *= 2);
  }

  std::vector<SampledKey> take() && {
    const auto most = static_cast<std::int64_t>(m_most);
    if (m_keys.size() > m_most) thin(std::max(m_step, (m_total + most - 1) / most));
    for (std::int64_t step = std::max<std::int64_t>(m_step, m_total / most); m_keys.size() > m_most;) thin(step += step / 8 + 1);
    return std::move(m_keys);
  }

 private:
  static void push(std::vector<SampledKey>& keys, SampledKey key, std::int64_t step) {
    if (keys.empty() || keys.back().rows >= step || key.rows >= step)
      keys.push_back(std::move(key));
    else
      keys.back().rows += key.rows;
  }

  void thin(std::int64_t step) {
    std::vector<SampledKey> fewer;
    for (SampledKey& key : m_keys) push(fewer, std::move(key), step);
    m_keys = std::move(fewer);
  }

  std::size_t m_most;
  std::int64_t m_step = 1;
  std::int64_t m_total = 0;
  std::vector<SampledKey> m_keys;
};

Result<Statement> distinctKeys(Database& db, const KeyedTable& table, const KeySpan& span) {
  std::string where;
  std::vector<Value> bounds;
  const auto bound = [&](std::string_view comparison, const std::optional<Key>& key) {
    if (!key) return;
    where += fmt::format(" {} {} {} ?", where.empty() ? "WHERE" : "AND", table.keyOrder(), comparison);
    bounds.push_back(keyBound(*key, table.keyspace().keyForm));
  };
  bound(">=", span.from);
  bound("<", span.until);
  auto keys = TRY(db.prepare(fmt::format("SELECT {}, count(*) FROM {}{} GROUP BY {}", quoteName(table.ref().keyColumn), table.name(),
                                         where, table.keyOrder())));
  for (std::size_t i = 0; i < bounds.size(); ++i) keys.bind(static_cast<int>(i) + 1, bounds[i]);
  return keys;
}

// The name by which SQL can ask for the row id; empty: the table has none, or columns of its own hide it.
std::string rowIdName(const TableSchema& schema) {
  if (schema.withoutRowid) return {};
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (std::ranges::none_of(schema.columns, [&](const ColumnSchema& column) { return sameName(column.name, name); })) return name;
  }
  return {};
}

Result<std::set<Key>> keysByRowId(Database& db, const KeyedTable& table, std::int64_t count, std::uint64_t seed) {
  std::set<Key> keys;
  const std::string id = rowIdName(table.schema());
  if (id.empty()) return keys;
  // Two statements: together SQLite would answer neither from the ends of the tree.
  auto least = TRY(db.prepare(fmt::format("SELECT min({}) FROM {}", id, table.name())));
  auto greatest = TRY(db.prepare(fmt::format("SELECT max({}) FROM {}", id, table.name())));
  if (!TRY(least.step()) || !TRY(greatest.step()) || least.isNull(0)) return keys;
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> anywhere(least.integer(0), greatest.integer(0));
  auto row = TRY(db.prepare(
      fmt::format("SELECT {0} FROM {1} WHERE {2} >= ? ORDER BY {2} LIMIT 1", quoteName(table.ref().keyColumn), table.name(), id)));
  for (std::int64_t i = 0; i < count; ++i) {
    row.reset();
    row.bind(1, Value(anywhere(random)));
    if (!TRY(row.step())) continue;
    if (auto key = table.keyAt(row)) keys.insert(*std::move(key));
  }
  return keys;
}

Result<std::set<Key>> everyFewKeys(Database& db, const KeyedTable& table, std::int64_t count) {
  const std::int64_t rows = TRY(db.singleInteger(fmt::format("SELECT count(*) FROM {}", table.name())));
  const std::int64_t step = std::max<std::int64_t>(1, (rows + count - 1) / count);
  auto row = TRY(db.prepare(fmt::format("SELECT {0} FROM {1} ORDER BY {2}", quoteName(table.ref().keyColumn), table.name(), table.keyOrder())));
  std::set<Key> keys;
  for (std::int64_t i = 0; TRY(row.step()); ++i) {
    if (i % step != 0) continue;
    if (auto key = table.keyAt(row)) keys.insert(*std::move(key));
  }
  return keys;
}

}  // namespace

Result<std::vector<SampledKey>> SqliteSession::sampleKeys(const Keyspace& keyspace, const TokenRange& range, std::int64_t count,
                                                          std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto sample = [&]() -> Result<std::vector<SampledKey>> {
    TRY(listener.check());
    if (count < 1) return invalidInput("a sample of keys needs room for at least one");
    const auto strategy = TRY(ShardingStrategy::make(keyspace.strategy));
    const auto place = TRY(KeyFunction::install(m_db, placeFunction, keyspace, [&](const Key& key) -> Value {
      const auto token = strategy.tokenOf(key);
      return token ? Value(Blob{token->bytes}) : Value(Null{});
    }));
    auto snapshot = TRY(Transaction::read(m_db));
    std::vector<KeyCursor> cursors;
    for (const TableRef& ref : keyspace.tables) {
      auto table = TRY(keyedTable(keyspace, ref));
      cursors.push_back(TRY(KeyCursor::open(m_db, std::move(table), range)));
    }
    EvenSample keys(static_cast<std::size_t>(count));
    while (auto key = TRY(nextKey(cursors))) keys.add(*std::move(key));
    cursors.clear();
    TRY(snapshot.commit());
    return std::move(keys).take();
  };
  return here(sample());
}

Done SqliteSession::scanKeys(const Keyspace& keyspace, const TableRef& ref, const KeySpan& span,
                             const std::function<bool(const Key&, std::int64_t rows)>& each, std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto scan = [&]() -> Done {
    TRY(listener.check());
    const auto table = TRY(keyedTable(keyspace, ref));
    auto keys = TRY(distinctKeys(m_db, *table, span));
    while (TRY(keys.step())) {
      TRY(listener.check());
      const auto key = table->keyAt(keys);
      if (key && !each(*key, keys.integer(1))) break;
    }
    keys.reset();
    return {};
  };
  return here(scan());
}

Result<std::vector<Key>> SqliteSession::randomKeys(const Keyspace& keyspace, const TableRef& ref, std::int64_t count,
                                                   std::uint64_t seed, std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto pick = [&]() -> Result<std::vector<Key>> {
    TRY(listener.check());
    if (count < 1) return invalidInput("keys at random: at least one has to be asked for");
    const auto table = TRY(keyedTable(keyspace, ref));
    auto snapshot = TRY(Transaction::read(m_db));
    auto keys = TRY(keysByRowId(m_db, *table, count, seed));
    // Row ids that lie far apart lead to the same few rows again and again.
    if (std::ssize(keys) < count / 2) keys = TRY(everyFewKeys(m_db, *table, count));
    TRY(snapshot.commit());
    return std::vector<Key>(keys.begin(), keys.end());
  };
  return here(pick());
}

}  // namespace shardwright::sqlite
