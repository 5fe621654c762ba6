#include "core/manager/demo_file.h"

namespace shardwright {

Result<DemoFile> DemoFile::create(const std::string& path) {
  sqlite::Database::Options options;
  options.mode = sqlite::Database::Mode::Create;
  options.role = "demo";
  auto db = TRY(sqlite::Database::open(path, std::move(options)));
  TRY(db.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; "
                 "PRAGMA cache_size=-32000; BEGIN"));
  TRY(db.execute(DemoLedger::tablesSql()));
  auto account = TRY(db.prepare("INSERT INTO accounts(address, balance, memo) VALUES (?, ?, ?)"));
  auto block = TRY(db.prepare("INSERT INTO blocks(height, hash, producer, transactions, payload) VALUES (?, ?, ?, ?, ?)"));
  auto contract = TRY(db.prepare("INSERT INTO contracts(owner, id, kind, storage) VALUES (?, ?, ?, ?)"));
  return DemoFile(std::move(db), {std::move(account), std::move(block), std::move(contract)});
}

Done DemoFile::add(const DemoAccount& account) {
  ++m_rows.accounts;
  return m_statements->account.bind(1, std::string_view(account.address)).bind(2, account.balance).bind(3, account.memo).run();
}

Done DemoFile::add(const DemoBlock& block) {
  ++m_rows.blocks;
  return m_statements->block.bind(1, block.height)
      .bind(2, std::string_view(block.hash))
      .bind(3, std::string_view(block.producer))
      .bind(4, block.transactions)
      .bind(5, block.payload)
      .run();
}

Done DemoFile::add(const DemoContract& contract) {
  ++m_rows.contracts;
  return m_statements->contract.bind(1, std::string_view(contract.owner))
      .bind(2, contract.id)
      .bind(3, std::string_view(contract.kind))
      .bind(4, contract.storage)
      .run();
}

Done DemoFile::close() {
  m_statements.reset();
  // Going to WAL writes the file's first page with a sync, which carries everything written before it.
  return m_db.execute("COMMIT; PRAGMA synchronous=FULL; PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=WAL");
}

}  // namespace shardwright
