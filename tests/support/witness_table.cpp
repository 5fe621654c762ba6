#include "tests/support/witness_table.h"

#include <fmt/format.h>

#include "core/engines/sqlite/native_key.h"

namespace shardwright::test {

namespace {

std::string_view columnType(KeyType type, KeyForm form) {
  if (type == KeyType::Int || form == KeyForm::MicrosInteger) return "INTEGER";
  return form == KeyForm::UuidBlob ? "BLOB" : "TEXT";
}

}  // namespace

std::string WitnessTable::createSql() const {
  return fmt::format("CREATE TABLE {}({} {} PRIMARY KEY NOT NULL, v INTEGER NOT NULL, hist TEXT NOT NULL, tag TEXT UNIQUE)",
                     sqlite::quoteName(name), sqlite::quoteName(keyColumn), columnType(keyType, keyForm));
}

Result<sqlite::Database> openShard(const ShardFile& shard, const std::string& vfs, const PrepareConnection& prepare) {
  sqlite::Database::Options options;
  options.role = "application";
  options.vfs = vfs;
  auto db = TRY(sqlite::Database::open(shard.path, std::move(options)).in("shard " + shard.id.text()));
  if (prepare) TRY(prepare(db));
  return db;
}

Result<std::vector<FinalRow>> witnessRows(sqlite::Database& db, const WitnessTable& table, const ShardId& shard) {
  auto read = TRY(db.prepare(
      fmt::format("SELECT {}, v, hist FROM {}", sqlite::quoteName(table.keyColumn), sqlite::quoteName(table.name))));
  std::vector<FinalRow> rows;
  while (TRY(read.step())) {
    const Key key = TRY(sqlite::keyOfValue(read.value(0), table.keyType, table.keyForm));
    auto history = TRY(parseHistory(read.text(2)));
    rows.push_back({key.toText(), read.integer(1), std::move(history), shard});
  }
  return rows;
}

Result<std::vector<FinalRow>> witnessRows(const std::vector<ShardFile>& shards, const WitnessTable& table,
                                          const std::string& vfs) {
  std::vector<FinalRow> all;
  for (const ShardFile& shard : shards) {
    auto db = TRY(openShard(shard, vfs));
    auto rows = TRY(witnessRows(db, table, shard.id));
    all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  }
  return all;
}

}  // namespace shardwright::test
