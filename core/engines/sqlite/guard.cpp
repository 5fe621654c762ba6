#include "core/engines/sqlite/guard.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/engines/sqlite/losers.h"
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/schema_reader.h"

namespace shardwright::sqlite {

namespace {

struct Stretch {
  Value lo, hi;
  std::string gate;
};

// What is between the owned ranges.
std::vector<TokenRange> complement(const std::vector<TokenRange>& owned) {
  std::vector<TokenRange> gaps;
  Token from = Token::beginning();
  for (const TokenRange& range : owned) {
    if (from < range.from) gaps.push_back({from, range.from});
    if (!range.until) return gaps;
    from = *range.until;
  }
  gaps.push_back({from, std::nullopt});
  return gaps;
}

Error overtaken(const std::string& tag, FencingToken seen, FencingToken mine) {
  return conflict(fmt::format("another executor (token {}) has taken move {} over; this one (token {}) stops", seen.value, tag,
                              mine.value));
}

std::string triggerName(const TableRef& table, std::string_view event) {
  return quoteName(fmt::format("shardwright_guard_{}_{}", table.name, event));
}

}  // namespace

std::string_view gateName(Gate gate) {
  switch (gate) {
    case Gate::Open: return "open";
    case Gate::Moving: return "moving";
    case Gate::Elsewhere: return "elsewhere";
  }
  return "";
}

Result<Gate> parseGate(std::string_view name) {
  for (const Gate gate : {Gate::Open, Gate::Moving, Gate::Elsewhere})
    if (gateName(gate) == name) return gate;
  return corrupt(fmt::format("\"{}\" is no state of a guard", name));
}

Done Guard::makeTables(Database& db) {
  return db.execute(
      "CREATE TABLE IF NOT EXISTS shardwright_guard_table(keyspace TEXT NOT NULL, tbl TEXT NOT NULL, "
      "PRIMARY KEY(keyspace, tbl)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS shardwright_guard_range(keyspace TEXT NOT NULL, lo NOT NULL, hi, gate TEXT NOT NULL, "
      "PRIMARY KEY(keyspace, lo)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS shardwright_guard_pin(keyspace TEXT NOT NULL, key NOT NULL, gate TEXT NOT NULL, "
      "PRIMARY KEY(keyspace, key)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS shardwright_guard_move(move TEXT PRIMARY KEY, keyspace TEXT NOT NULL, "
      "catalog TEXT NOT NULL, token INTEGER NOT NULL) WITHOUT ROWID;");
}

Done Guard::install(Database& db, const ShardPlacement& placement) const {
  TRY(makeTables(db));
  auto known = TRY(db.prepare("SELECT count(*) FROM shardwright_guard_table WHERE keyspace = ?"));
  known.bind(1, m_keyspace.name.text());
  TRY(known.step());
  const bool first = known.integer(0) == 0;
  known.reset();
  if (first) TRY(installList(db, placement));
  for (const Key& key : placement.pinsHere) TRY(setPinGate(db, key, Gate::Open, false));
  for (const Key& key : placement.pinsElsewhere) TRY(setPinGate(db, key, Gate::Elsewhere, false));
  for (const TableRef& table : m_keyspace.tables) TRY(installTriggers(db, table));
  return {};
}

Done Guard::remove(Database& db) const {
  TRY(makeTables(db));
  for (const TableRef& table : m_keyspace.tables)
    for (const char* event : {"insert", "update", "delete", "before_insert", "before_update"})
      TRY(db.execute("DROP TRIGGER IF EXISTS main." + triggerName(table, event)));
  for (const char* list : {"shardwright_guard_table", "shardwright_guard_range", "shardwright_guard_pin"}) {
    auto erase = TRY(db.prepare(fmt::format("DELETE FROM {} WHERE keyspace = ?", list)));
    TRY(erase.bind(1, m_keyspace.name.text()).run());
  }
  return {};
}

Done Guard::installList(Database& db, const ShardPlacement& placement) const {
  auto clear = TRY(db.prepare("DELETE FROM shardwright_guard_range WHERE keyspace = ?"));
  TRY(clear.bind(1, m_keyspace.name.text()).run());
  auto insert = TRY(db.prepare("INSERT INTO shardwright_guard_range(keyspace, lo, hi, gate) VALUES (?, ?, ?, 'elsewhere')"));
  for (const TokenRange& gap : complement(placement.owned)) {
    insert.bind(1, m_keyspace.name.text());
    insert.bind(2, TRY(boundValue(m_keyspace, m_strategy, gap.from)));
    insert.bind(3, gap.until ? TRY(boundValue(m_keyspace, m_strategy, *gap.until)) : Value(Null{}));
    TRY(insert.run());
  }
  return {};
}

Result<bool> Guard::isThere(Database& db) const {
  if (TRY(db.singleInteger("SELECT count(*) FROM main.sqlite_schema WHERE name = 'shardwright_guard_table'")) == 0) return false;
  auto known = TRY(db.prepare("SELECT 1 FROM main.shardwright_guard_table WHERE keyspace = ? LIMIT 1"));
  known.bind(1, m_keyspace.name.text());
  return known.step();
}

Done Guard::placeBy(Database& db, const ShardPlacement& placement) const {
  TRY(installList(db, placement));
  auto clear = TRY(db.prepare("DELETE FROM shardwright_guard_pin WHERE keyspace = ?"));
  TRY(clear.bind(1, m_keyspace.name.text()).run());
  for (const Key& key : placement.pinsHere) TRY(setPinGate(db, key, Gate::Open, true));
  for (const Key& key : placement.pinsElsewhere) TRY(setPinGate(db, key, Gate::Elsewhere, true));
  return {};
}

Result<bool> Guard::isPlacedBy(Database& db, const ShardPlacement& placement) const {
  if (!TRY(rangesAre(db, placement.owned))) return false;
  return pinsAre(db, placement);
}

Result<bool> Guard::rangesAre(Database& db, const std::vector<TokenRange>& owned) const {
  std::vector<std::pair<Value, Value>> expected, found;
  for (const TokenRange& gap : complement(owned))
    expected.emplace_back(TRY(boundValue(m_keyspace, m_strategy, gap.from)),
                          gap.until ? TRY(boundValue(m_keyspace, m_strategy, *gap.until)) : Value(Null{}));
  auto read = TRY(db.prepare("SELECT lo, hi, gate FROM main.shardwright_guard_range WHERE keyspace = ? ORDER BY lo"));
  read.bind(1, m_keyspace.name.text());
  while (TRY(read.step())) {
    if (read.text(2) != gateName(Gate::Elsewhere)) return false;
    if (!found.empty() && found.back().second == read.value(0)) found.back().second = read.value(1);
    else found.emplace_back(read.value(0), read.value(1));
  }
  return found == expected;
}

// A key with a gate of its own that is pinned no more does no harm where its range says the same.
Result<bool> Guard::pinsAre(Database& db, const ShardPlacement& placement) const {
  for (const Key& key : placement.pinsHere)
    if (TRY(gateOf(db, PlacedPart::ofPin(key))) != Gate::Open) return false;
  for (const Key& key : placement.pinsElsewhere)
    if (TRY(gateOf(db, PlacedPart::ofPin(key))) != Gate::Elsewhere) return false;
  auto read = TRY(db.prepare("SELECT key, gate FROM main.shardwright_guard_pin WHERE keyspace = ?"));
  read.bind(1, m_keyspace.name.text());
  while (TRY(read.step())) {
    const Key key = TRY(keyOfValue(read.value(0), m_keyspace.strategy.keyType, m_keyspace.keyForm));
    const auto isKey = [&](const Key& pinned) { return pinned == key; };
    if (std::ranges::any_of(placement.pinsHere, isKey) || std::ranges::any_of(placement.pinsElsewhere, isKey)) continue;
    const Token token = TRY(m_strategy.tokenOf(key));
    const Gate around = TRY(gateOf(db, PlacedPart{{token, std::nullopt}, {}, std::nullopt}));
    if (read.text(1) != gateName(around)) return false;
  }
  return true;
}

std::string Guard::refusal(const TableRef& table, std::string_view rows, std::string_view elsewhere) const {
  // RAISE takes a literal only, so each answer stands there as it goes out.
  const auto answer = [&](std::string_view word, std::string_view code, std::string_view advice) {
    return literal(fmt::format(R"(shardwright: {}: {} {{"keyspace":{},"table":{},"advice":"{}"}})", word, code,
                               Json(m_keyspace.name.text()).dump(), Json(table.name).dump(), advice));
  };
  return fmt::format("SELECT CASE gate WHEN 'moving' THEN RAISE(ABORT, {}) WHEN 'elsewhere' THEN RAISE(ABORT, {}) "
                     "WHEN 'nokey' THEN RAISE(ABORT, {}) END FROM ({});",
                     answer("moving", "40001", "the range is being cut over; try again in a few milliseconds"),
                     elsewhere == "moved" ? answer("moved", "SW001", "this shard does not own the key; reload the map and go to its owner")
                                          : answer("in use", "23505", "a unique value of the row is held by a row that lives on another shard"),
                     answer("no key", "23502", "the shard key is NULL or of another type"), rows);
}

Done Guard::installTriggers(Database& db, const TableRef& table) const {
  const TableSchema schema = TRY(readTableSchema(db, table));
  const auto row = [&](std::string_view name) { return refusal(table, fmt::format("SELECT {} AS gate", gateExpression(table, name)), "moved"); };
  const auto losers = [&](const std::string& besides) {
    std::string body;
    for (const std::string& meets : loserConditions(schema, "r."))
      body += refusal(table, fmt::format("SELECT {} AS gate FROM {} AS r WHERE {} AND {}", gateExpression(table, "r"),
                                         quoteName(table.name), meets, besides), "in use");
    return body;
  };
  const auto make = [&](std::string_view name, std::string_view when, const std::string& body) {
    return db.execute(fmt::format("CREATE TRIGGER IF NOT EXISTS main.{} {} ON {} BEGIN {} END", triggerName(table, name), when,
                                  quoteName(table.name), body));
  };
  TRY(make("insert", "AFTER INSERT", row("NEW")));
  TRY(make("update", "AFTER UPDATE", row("OLD") + row("NEW")));
  TRY(make("delete", "AFTER DELETE", row("OLD")));
  // A row that is itself refused says so first; what is left are rows of this shard that would push out others'.
  const std::string passes = fmt::format("{} = 'open'", gateExpression(table, "NEW"));
  TRY(make("before_insert", "BEFORE INSERT", losers(passes)));
  TRY(make("before_update", "BEFORE UPDATE", losers(passes + " AND " + notTheUpdatedRow(schema, "r."))));
  auto note = TRY(db.prepare("INSERT INTO shardwright_guard_table(keyspace, tbl) VALUES (?, ?) ON CONFLICT DO NOTHING"));
  return note.bind(1, m_keyspace.name.text()).bind(2, table.name).run();
}

std::string Guard::gateExpression(const TableRef& table, std::string_view prefix) const {
  // The unary plus takes the column's affinity away: with it, the index on (keyspace, lo) could not serve.
  const std::string key = fmt::format("(+{}.{} COLLATE BINARY)", prefix, quoteName(table.keyColumn));
  const std::string token =
      m_keyspace.strategy.kind == StrategyKind::Hash ? "(+" + tokenExpression(m_keyspace, table, prefix) + ")" : key;
  const std::string name = literal(m_keyspace.name.text());
  return fmt::format(
      "CASE WHEN typeof({0}) <> '{1}' THEN 'nokey' ELSE coalesce("
      "(SELECT gate FROM shardwright_guard_pin WHERE keyspace = {2} AND key = {0}), "
      "(SELECT gate FROM (SELECT hi, gate FROM shardwright_guard_range WHERE keyspace = {2} AND lo <= {3} "
      "ORDER BY lo DESC LIMIT 1) WHERE hi IS NULL OR {3} < hi), 'open') END",
      key, storageClass(m_keyspace.strategy.keyType, m_keyspace.keyForm), name, token);
}

Result<Gate> Guard::gateOf(Database& db, const PlacedPart& part) const {
  const auto there = TRY(db.singleInteger("SELECT count(*) FROM main.sqlite_schema WHERE name = 'shardwright_guard_range'"));
  if (there == 0) return Gate::Open;
  const std::string name = m_keyspace.name.text();
  Token at = part.range.from;
  if (part.pin) {
    auto pinned = TRY(db.prepare("SELECT gate FROM main.shardwright_guard_pin WHERE keyspace = ? AND key = ?"));
    pinned.bind(1, name).bind(2, nativeValue(*part.pin, m_keyspace.keyForm));
    if (TRY(pinned.step())) return parseGate(pinned.text(0));
    at = TRY(m_strategy.tokenOf(*part.pin));
  }
  auto read = TRY(db.prepare(
      "SELECT gate FROM (SELECT hi, gate FROM main.shardwright_guard_range WHERE keyspace = ?1 AND lo <= ?2 ORDER BY lo DESC "
      "LIMIT 1) WHERE hi IS NULL OR ?2 < hi"));
  read.bind(1, name).bind(2, TRY(boundValue(m_keyspace, m_strategy, at)));
  if (!TRY(read.step())) return Gate::Open;
  return parseGate(read.text(0));
}

Done Guard::setGate(Database& db, const PlacedPart& part, Gate gate) const {
  if (part.pin) return setPinGate(db, *part.pin, gate, true);
  return setRangeGate(db, part.range, gate);
}

Done Guard::setPinGate(Database& db, const Key& key, Gate gate, bool replace) const {
  auto put = TRY(db.prepare(std::string("INSERT INTO shardwright_guard_pin(keyspace, key, gate) VALUES (?, ?, ?) "
                                        "ON CONFLICT(keyspace, key) DO ") +
                            (replace ? "UPDATE SET gate = excluded.gate" : "NOTHING")));
  put.bind(1, m_keyspace.name.text()).bind(2, nativeValue(key, m_keyspace.keyForm)).bind(3, gateName(gate));
  return put.run();
}

// Cuts `range` out of the list and puts it back with its new gate; what sticks out at either end keeps its own.
Done Guard::setRangeGate(Database& db, const TokenRange& range, Gate gate) const {
  const Value lo = TRY(boundValue(m_keyspace, m_strategy, range.from));
  const Value hi = range.until ? TRY(boundValue(m_keyspace, m_strategy, *range.until)) : Value(Null{});
  const std::string name = m_keyspace.name.text();

  auto overlapping = TRY(db.prepare(
      "SELECT lo, hi, gate FROM shardwright_guard_range WHERE keyspace = ?1 AND (?3 IS NULL OR lo < ?3) "
      "AND (hi IS NULL OR hi > ?2) ORDER BY lo"));
  overlapping.bind(1, name).bind(2, lo).bind(3, hi);
  std::vector<Stretch> keep, gone;
  while (TRY(overlapping.step())) gone.push_back({overlapping.value(0), overlapping.value(1), overlapping.text(2)});

  auto erase = TRY(db.prepare("DELETE FROM shardwright_guard_range WHERE keyspace = ? AND lo = ?"));
  auto insert = TRY(db.prepare("INSERT INTO shardwright_guard_range(keyspace, lo, hi, gate) VALUES (?, ?, ?, ?)"));
  // Which of two values is the lesser is SQLite's to say, so the ends are cut in SQL too.
  auto sticksOut = TRY(db.prepare("SELECT ?1 < ?2, ?4 IS NOT NULL AND (?3 IS NULL OR ?3 > ?4)"));
  for (const Stretch& stretch : gone) {
    sticksOut.bind(1, stretch.lo).bind(2, lo).bind(3, stretch.hi).bind(4, hi);
    TRY(sticksOut.step());
    if (sticksOut.integer(0) != 0) keep.push_back({stretch.lo, lo, stretch.gate});
    if (sticksOut.integer(1) != 0) keep.push_back({hi, stretch.hi, stretch.gate});
    sticksOut.reset();
    TRY(erase.bind(1, name).bind(2, stretch.lo).run());
  }
  if (gate != Gate::Open) keep.push_back({lo, hi, std::string(gateName(gate))});
  for (const Stretch& stretch : keep) {
    insert.bind(1, name).bind(2, stretch.lo).bind(3, stretch.hi).bind(4, stretch.gate);
    TRY(insert.run());
  }
  return {};
}

// ---- MoveMark

Done MoveMark::takeOver(Database& db, const KeyspaceName& keyspace, const std::string& catalog, FencingToken mine) const {
  const auto seen = TRY(token(db));
  if (seen && mine < *seen) return overtaken(m_tag, *seen, mine);
  auto put = TRY(db.prepare(
      "INSERT INTO shardwright_guard_move(move, keyspace, catalog, token) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT(move) DO UPDATE SET token = excluded.token"));
  return put.bind(1, m_tag).bind(2, keyspace.text()).bind(3, catalog).bind(4, mine.value).run();
}

Done MoveMark::check(Database& db, FencingToken mine) const {
  const auto seen = TRY(token(db));
  if (!seen) return conflict(fmt::format("move {} is not known on this shard any more", m_tag));
  if (*seen != mine) return overtaken(m_tag, *seen, mine);
  return {};
}

Result<std::optional<FencingToken>> MoveMark::token(Database& db) const {
  const auto there = TRY(db.singleInteger("SELECT count(*) FROM main.sqlite_schema WHERE name = 'shardwright_guard_move'"));
  if (there == 0) return std::optional<FencingToken>();
  auto read = TRY(db.prepare("SELECT token FROM main.shardwright_guard_move WHERE move = ?"));
  read.bind(1, m_tag);
  if (!TRY(read.step())) return std::optional<FencingToken>();
  return std::optional(FencingToken{read.integer(0)});
}

Done MoveMark::erase(Database& db) const {
  auto remove = TRY(db.prepare("DELETE FROM shardwright_guard_move WHERE move = ?"));
  return remove.bind(1, m_tag).run();
}

// ---- TriggersLifted

Result<TriggersLifted> TriggersLifted::off(Database& db, const std::vector<TableRef>& tables) {
  TriggersLifted lifted;
  std::vector<std::string> names;
  auto read = TRY(db.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid"));
  for (const TableRef& table : tables) {
    read.bind(1, table.name);
    while (TRY(read.step())) {
      names.push_back(read.text(0));
      lifted.m_statements.push_back(read.text(1));
    }
  }
  for (const std::string& name : names) TRY(db.execute("DROP TRIGGER main." + quoteName(name)));
  return lifted;
}

Done TriggersLifted::restore(Database& db) {
  for (const std::string& statement : m_statements) TRY(db.execute(statement));
  return {};
}

}  // namespace shardwright::sqlite
