#include "tests/support/write_session.h"

#include <fmt/format.h>

#include <thread>

#include "core/engines/sqlite/native_key.h"

namespace shardwright::test {

namespace {

constexpr int lockWaits = 20000;  // of at most half a millisecond each

Answer::Kind kindOf(int extendedCode, const std::string& message) {
  if (message.find("shardwright: moving") != std::string::npos) return Answer::Kind::Moving;
  if (message.find("shardwright: moved") != std::string::npos) return Answer::Kind::Moved;
  // A row that REPLACE would push out has moved away and is kept here for the way back: the newest map says so.
  if (message.find("shardwright: in use") != std::string::npos) return Answer::Kind::Moved;
  switch (extendedCode & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Answer::Kind::Busy;
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
    case SQLITE_READONLY: return Answer::Kind::Rejected;
    default: return Answer::Kind::Unknown;
  }
}

}  // namespace

WriteSession::WriteSession(Setup setup, std::stop_token stop) : m_setup(std::move(setup)), m_stop(std::move(stop)) {
  const std::string table = sqlite::quoteName(m_setup.table.name);
  const std::string key = sqlite::quoteName(m_setup.table.keyColumn);
  m_update = fmt::format("UPDATE {} SET v = v + 1, hist = hist || ? WHERE {} = ? AND v = ?", table, key);
  m_insert = fmt::format("INSERT INTO {}({}, v, hist, tag) VALUES(?, ?, ?, ?)", table, key);
  m_erase = fmt::format("DELETE FROM {} WHERE {} = ? AND v = ?", table, key);
  m_tagOf = fmt::format("SELECT tag FROM {} WHERE {} = ? AND v = ?", table, key);
  m_replace = fmt::format("INSERT OR REPLACE INTO {}({}, v, hist, tag) VALUES(?, ?, ?, ?)", table, key);
  m_rename = fmt::format("UPDATE {} SET {} = ?, v = ?, hist = ? WHERE {} = ? AND v = ?", table, key, key);
  m_version = fmt::format("SELECT v FROM {} WHERE {} = ?", table, key);
}

WriteSession::~WriteSession() = default;

Answer WriteSession::update(const ShardId& shard, const KnownKey& row, const std::string& op) {
  return run(shard, m_update, {op + ",", native(row.key), row.version});
}

Answer WriteSession::insert(const ShardId& shard, const KnownKey& row, const std::string& op) {
  return run(shard, m_insert, {native(row.key), row.version + 1, op + ",", op});
}

Answer WriteSession::erase(const ShardId& shard, const KnownKey& row) {
  return run(shard, m_erase, {native(row.key), row.version});
}

Answer WriteSession::rename(const ShardId& shard, const KnownKey& from, const KnownKey& to, const std::string& op) {
  return run(shard, m_rename, {native(to.key), to.version + 1, op + ",", native(from.key), from.version});
}

Answer WriteSession::heldUpdate(const ShardId& shard, const KnownKey& row, const std::string& op,
                                std::chrono::microseconds hold) {
  return inTransaction(shard, [&](Connection&) {
    Answer answer = update(shard, row, op);
    if (answer.kind == Answer::Kind::Changed) std::this_thread::sleep_for(hold);  // what a slow application does
    return answer;
  });
}

Answer WriteSession::replace(const ShardId& shard, const KnownKey& row, const KnownKey& loser, const std::string& op) {
  return inTransaction(shard, [&](Connection& to) -> Answer {
    auto find = statement(to, m_tagOf);
    if (!find) return failed(shard, find.error());
    (*find)->bind(1, native(loser.key)).bind(2, loser.version);
    const auto there = (*find)->step();
    if (!there) return failed(shard, there.error());
    if (!*there) return {};
    const Value tag = (*find)->value(0);
    (*find)->reset();
    return run(shard, m_replace, {native(row.key), row.version + 1, op + ",", tag});
  });
}

Result<std::optional<std::int64_t>> WriteSession::version(const ShardId& shard, const Key& key) {
  Connection* const to = TRY(connection(shard));
  sqlite::Statement* const read = TRY(statement(*to, m_version));
  read->bind(1, native(key));
  const auto there = read->step();
  if (!there) {
    const Answer answer = failed(shard, there.error());
    return unavailable(answer.message);
  }
  if (!*there) return std::optional<std::int64_t>();
  const std::int64_t found = read->integer(0);
  read->reset();
  return std::optional(found);
}

void WriteSession::backOff() {
  std::this_thread::sleep_for(std::chrono::microseconds(200 + m_random() % 600));
}

// ---- How a statement gets to a shard

Result<WriteSession::Connection*> WriteSession::connection(const ShardId& shard) {
  const auto known = m_connections.find(shard);
  if (known != m_connections.end() && !known->second.broken) return &known->second;
  if (known != m_connections.end()) m_connections.erase(known);
  for (const ShardFile& file : m_setup.shards) {
    if (file.id != shard) continue;
    Connection to{TRY(openShard(file, m_setup.vfs, m_setup.prepare)), {}};
    // SQLite's own waits grow to 100 ms, which would be measured as a pause of the move.
    sqlite3_busy_handler(to.db.handle(), waitForLock, this);
    return &m_connections.emplace(shard, std::move(to)).first->second;
  }
  return notFound("the map names shard " + shard.text() + ", which this client does not know");
}

int WriteSession::waitForLock(void* self, int attempts) {
  auto& session = *static_cast<WriteSession*>(self);
  if (attempts >= lockWaits || session.m_stop.stop_requested()) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(100 + session.m_random() % 400));
  return 1;
}

Result<sqlite::Statement*> WriteSession::statement(Connection& to, const std::string& sql) {
  const auto known = to.statements.find(sql);
  if (known != to.statements.end()) return &known->second;
  return &to.statements.emplace(sql, TRY(to.db.prepare(sql))).first->second;
}

Answer WriteSession::run(const ShardId& shard, const std::string& sql, const std::vector<Value>& values) {
  const auto to = connection(shard);
  if (!to) return {Answer::Kind::Busy, 0, to.error().message()};
  const auto prepared = statement(**to, sql);
  if (!prepared) return failed(shard, prepared.error());
  int position = 0;
  for (const Value& value : values) (*prepared)->bind(++position, value);
  const auto done = (*prepared)->run();
  if (!done) return failed(shard, done.error());
  return {Answer::Kind::Changed, (*to)->db.changes(), {}};
}

template <class Work>
Answer WriteSession::inTransaction(const ShardId& shard, Work work) {
  const auto to = connection(shard);
  if (!to) return {Answer::Kind::Busy, 0, to.error().message()};
  auto transaction = sqlite::Transaction::write((*to)->db, "application");
  if (!transaction) return failed(shard, transaction.error());
  const Answer answer = work(**to);
  if (answer.kind != Answer::Kind::Changed || answer.rows == 0) return answer;  // rolls back
  const auto committed = transaction->commit();
  return committed ? answer : failed(shard, committed.error());
}

Answer WriteSession::failed(const ShardId& shard, const Error& error) {
  Connection& to = m_connections.at(shard);
  const Answer answer{kindOf(sqlite3_extended_errcode(to.db.handle()), error.message()), 0, error.message()};
  to.broken = answer.kind == Answer::Kind::Unknown;
  return answer;
}

Value WriteSession::native(const Key& key) const { return sqlite::nativeValue(key, m_setup.table.keyForm); }

}  // namespace shardwright::test
