// The guard of a shard, for who changes a map without a move.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/engines/sqlite/guard.h"
#include "core/engines/sqlite/keyed_table.h"
#include "core/engines/sqlite/predicate.h"
#include "core/engines/sqlite/published_map.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/engines/sqlite/stop_listener.h"

namespace shardwright::sqlite {

namespace {

Done refuseWhileMoved(Database& db, const KeyspaceName& keyspace) {
  if (TRY(db.singleInteger("SELECT count(*) FROM main.sqlite_schema WHERE name = 'shardwright_guard_move'")) == 0) return {};
  auto find = TRY(db.prepare("SELECT move FROM main.shardwright_guard_move WHERE keyspace = ? LIMIT 1"));
  find.bind(1, keyspace.text());
  if (!TRY(find.step())) return {};
  return refused(fmt::format("move {} is under way there and has a say in the guard of {}; let it end first", printable(find.text(0), 80),
                             printable(keyspace.text())));
}

}  // namespace

// Names as the tables spell them, whatever the keyspace was declared with.
Result<Keyspace> SqliteSession::asSpelled(const Keyspace& keyspace) {
  Keyspace spelled = keyspace;
  for (TableRef& ref : spelled.tables) {
    const auto table = TRY(keyedTable(keyspace, ref));
    ref = table->ref();
  }
  return spelled;
}

Done SqliteSession::closeParts(const Keyspace& keyspace, const ShardPlacement& owned, std::span<const PlacedPart> parts) {
  const auto close = [&]() -> Done {
    const Keyspace spelled = TRY(asSpelled(keyspace));
    const auto strategy = TRY(ShardingStrategy::make(keyspace.strategy));
    const Guard guard(spelled, strategy);
    auto transaction = TRY(Transaction::write(m_db, "shard.close-parts"));
    TRY(Guard::makeTables(m_db));
    TRY(refuseWhileMoved(m_db, keyspace.name));
    TRY(guard.install(m_db, owned));
    for (const PlacedPart& part : parts) TRY(guard.setGate(m_db, part, Gate::Moving));
    return transaction.commit();
  };
  return here(close());
}

Result<std::optional<Key>> SqliteSession::keyIn(const Keyspace& keyspace, const PlacedPart& part, std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto find = [&]() -> Result<std::optional<Key>> {
    TRY(listener.check());
    for (const TableRef& ref : keyspace.tables) {
      const auto table = TRY(keyedTable(keyspace, ref));
      const Predicate isIn = TRY(partPredicate(keyspace, table->strategy(), table->ref(), part));
      auto rows = TRY(m_db.prepare(fmt::format("SELECT {} FROM {} WHERE {}", table->leadingColumns(), table->name(), isIn.sql)));
      isIn.bind(rows, 1);
      while (TRY(rows.step()))
        if (auto key = table->keyAt(rows)) return key;
    }
    return std::optional<Key>();
  };
  return here(find());
}

Done SqliteSession::placeBy(const Keyspace& keyspace, const ShardPlacement& owned, const PublishedMap& map) {
  const auto place = [&]() -> Done {
    const auto strategy = TRY(ShardingStrategy::make(keyspace.strategy));
    const Guard guard(keyspace, strategy);
    auto transaction = TRY(Transaction::write(m_db, "shard.place"));
    const auto published = TRY(publishedVersion(m_db, map.keyspace));
    if (published && *published > map.version)
      return conflict(fmt::format("version {} of the map of {} is published there, later than {}", *published,
                                  printable(map.keyspace.text()), map.version));
    if (TRY(guard.isThere(m_db))) {
      TRY(refuseWhileMoved(m_db, keyspace.name));
      TRY(guard.placeBy(m_db, owned));
    }
    TRY(writePublishedMap(m_db, map));
    return transaction.commit();
  };
  return here(place());
}

Result<bool> SqliteSession::isPlacedBy(const Keyspace& keyspace, const ShardPlacement& owned) {
  const auto look = [&]() -> Result<bool> {
    const auto strategy = TRY(ShardingStrategy::make(keyspace.strategy));
    const Guard guard(keyspace, strategy);
    auto snapshot = TRY(Transaction::read(m_db));
    if (!TRY(guard.isThere(m_db))) return true;
    return guard.isPlacedBy(m_db, owned);
  };
  return here(look());
}

}  // namespace shardwright::sqlite
