#include "core/manager/demo_teller.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/db/url.h"
#include "core/engines/sqlite/token_function.h"

namespace shardwright {

namespace {

// The guards' answers, as every application meets them.
Result<DemoTry> refusalOf(const Error& error) {
  using Outcome = DemoTry::Outcome;
  const std::string& message = error.message();
  if (message.find("shardwright: moving") != std::string::npos) return DemoTry{Outcome::Moving, 0};
  if (message.find("shardwright: moved") != std::string::npos) return DemoTry{Outcome::Moved, 0};
  if (message.find("UNIQUE constraint failed: blocks.height") != std::string::npos) return DemoTry{Outcome::Taken, 0};
  if (message.find("locked") != std::string::npos) return DemoTry{Outcome::Busy, 0};
  return error;
}

}  // namespace

Result<DemoTeller> DemoTeller::open(const Shard& shard) {
  const auto url = TRY(parseDatabaseUrl(shard.url));
  sqlite::Database::Options options;
  options.role = "shard " + shard.id.text();
  options.busyMilliseconds = 0;  // SQLite's own waiting backs off to 100 ms, which would be counted as a pause
  auto db = TRY(sqlite::Database::open(url.path, std::move(options)));
  // The accounts keep no token column, so their guard needs the token function on every connection that writes.
  if (sqlite::registerTokenFunction(db.handle()) != 0) return db.error("the token function cannot be added");
  auto deposit = TRY(db.prepare(
      "UPDATE accounts SET balance = balance + ?3, version = version + 1 WHERE address = ?1 RETURNING version"));
  auto append = TRY(db.prepare("INSERT INTO blocks(height, hash, producer, transactions, payload) "
                               "VALUES (?2, hex(randomblob(16)), 'writer', ?3, '') RETURNING version"));
  auto touch = TRY(db.prepare("UPDATE blocks SET transactions = transactions + ?3, version = version + 1 "
                              "WHERE height = ?2 RETURNING version"));
  auto store = TRY(db.prepare("UPDATE contracts SET storage = 'amount ' || ?3, version = version + 1 "
                              "WHERE owner = ?1 AND id = ?2 RETURNING version"));
  return DemoTeller(std::move(db), {std::move(deposit), std::move(append), std::move(touch), std::move(store)});
}

Result<DemoTry> DemoTeller::attempt(const DemoWrite& write) {
  auto& statement = write.kind == DemoWrite::Kind::Deposit       ? m_statements.deposit
                    : write.kind == DemoWrite::Kind::AppendBlock ? m_statements.append
                    : write.kind == DemoWrite::Kind::TouchBlock  ? m_statements.touch
                                                                 : m_statements.store;
  statement.bind(1, std::string_view(write.text)).bind(2, write.number).bind(3, write.amount);
  DemoTry result{DemoTry::Outcome::NoRow, 0};
  for (;;) {
    const auto row = statement.step();
    if (!row) return refusalOf(row.error().in(m_db.options().role));
    if (!*row) return result;  // only now the transaction has ended
    result = {DemoTry::Outcome::Acknowledged, statement.integer(0)};
  }
}

}  // namespace shardwright
