#include "core/engines/sqlite/database.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "core/base/text.h"

namespace shardwright::sqlite {

namespace {

ErrorCode codeOf(int extended) {
  switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return ErrorCode::Unavailable;
    case SQLITE_INTERRUPT: return ErrorCode::Cancelled;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::Corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CONSTRAINT: return ErrorCode::Refused;
    default: return ErrorCode::InvalidInput;
  }
}

// SQLite's own handler sleeps longer and longer, up to 100 ms a try: beside a busy writer it would hardly ever get a turn.
int waitAMillisecond(void* limit, int tries) {
  if (tries >= reinterpret_cast<std::intptr_t>(limit)) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 1;
}

}  // namespace

std::string quoteName(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

// ---- Statement

Statement& Statement::bind(int position, const Value& value) {
  struct Binder {
    Statement& s;
    int at;
    void operator()(Null) const { s.bindNull(at); }
    void operator()(std::int64_t v) const { sqlite3_bind_int64(s.handle(), at, v); }
    void operator()(double v) const { sqlite3_bind_double(s.handle(), at, v); }
    void operator()(const std::string& v) const { s.bind(at, std::string_view(v)); }
    void operator()(const Blob& v) const { s.bindBlob(at, v.bytes); }
  };
  std::visit(Binder{*this, position}, value);
  return *this;
}

Statement& Statement::bind(int position, std::int64_t value) {
  sqlite3_bind_int64(handle(), position, value);
  return *this;
}

Statement& Statement::bind(int position, std::string_view text) {
  sqlite3_bind_text64(handle(), position, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bindBlob(int position, std::string_view bytes) {
  sqlite3_bind_blob64(handle(), position, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bindNull(int position) {
  sqlite3_bind_null(handle(), position);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle());
    return false;
  }
  sqlite3* db = sqlite3_db_handle(handle());
  Error error(codeOf(sqlite3_extended_errcode(db)), sqlite3_errmsg(db));
  sqlite3_reset(handle());
  return error;
}

Done Statement::run() {
  while (TRY(step())) {
  }
  return {};
}

void Statement::reset() { sqlite3_reset(handle()); }

Value Statement::value(int column) const {
  sqlite3_stmt* s = handle();
  switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(s, column);
    case SQLITE_FLOAT: return sqlite3_column_double(s, column);
    case SQLITE_TEXT: return text(column);
    case SQLITE_BLOB: {
      const void* data = sqlite3_column_blob(s, column);
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(s, column));
      return Blob{size == 0 ? std::string() : std::string(static_cast<const char*>(data), size)};
    }
    default: return Null{};
  }
}

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle(), column));
  return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))) : std::string();
}

Row Statement::row() const {
  Row out;
  out.reserve(static_cast<std::size_t>(columns()));
  for (int i = 0; i < columns(); ++i) out.push_back(value(i));
  return out;
}

// ---- Database

Result<Database> Database::open(const std::string& path, Options options) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
  flags |= options.mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.mode == Mode::Create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database db(handle, path, std::move(options));
  if (code != SQLITE_OK) return db.error("cannot be opened");
  sqlite3_busy_handler(handle, waitAMillisecond, reinterpret_cast<void*>(static_cast<std::intptr_t>(db.m_options.busyMilliseconds)));
  // Reading the schema is what finds out whether this is a database.
  auto probe = db.singleInteger("SELECT count(*) FROM sqlite_schema");
  if (!probe) return std::move(probe).error();
  TRY(db.execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA trusted_schema=ON"));
  return db;
}

Error Database::error(std::string_view what) const {
  const int extended = sqlite3_extended_errcode(handle());
  const std::string place = m_options.role.empty() ? m_path : m_options.role + " " + m_path;
  if (extended == SQLITE_BUSY) {
    return Error(codeOf(extended), fmt::format("{}: another connection kept it locked for {}", printable(place),
                                               formatDuration(m_options.busyMilliseconds / 1000.0)));
  }
  return Error(codeOf(extended), fmt::format("{}: {}: {}", printable(place), what, sqlite3_errmsg(handle())));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return error("statement refused");
  return Statement(statement);
}

Done Database::execute(std::string_view sql) {
  if (sqlite3_exec(handle(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error("statement failed");
  return {};
}

Result<Value> Database::single(std::string_view sql) {
  auto statement = TRY(prepare(sql));
  auto row = statement.step();
  if (!row) return error("statement failed");
  return *row ? statement.value(0) : Value(Null{});
}

Result<std::int64_t> Database::singleInteger(std::string_view sql) {
  const Value value = TRY(single(sql));
  const auto* integer = std::get_if<std::int64_t>(&value);
  return integer ? *integer : 0;
}

std::unique_ptr<std::stop_callback<std::function<void()>>> Database::stopOn(const std::stop_token& stop) {
  return std::make_unique<std::stop_callback<std::function<void()>>>(
      stop, [db = handle()] { sqlite3_interrupt(db); });
}

// ---- Transaction

Result<Transaction> Transaction::write(Database& db, std::string name) {
  TRY(db.execute("BEGIN IMMEDIATE"));
  return Transaction(&db, std::move(name));
}

Result<Transaction> Transaction::read(Database& db) {
  TRY(db.execute("BEGIN"));
  return Transaction(&db, {});
}

Transaction::Transaction(Transaction&& other) noexcept : m_db(other.m_db), m_name(std::move(other.m_name)) {
  other.m_db = nullptr;
}

Transaction::~Transaction() {
  if (m_db != nullptr && m_db->inTransaction()) sqlite3_exec(m_db->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Done Transaction::commit() {
  Database& db = *m_db;
  TransactionWatch* watch = m_name.empty() ? nullptr : db.options().watch.get();  // reading changes nothing
  auto outcome = TransactionWatch::Outcome::Go;
  if (watch != nullptr) outcome = watch->beforeCommit(db.options().role, m_name);
  TRY(db.execute("COMMIT"));  // on failure the destructor rolls back
  m_db = nullptr;
  if (watch != nullptr) watch->afterCommit(db.options().role, m_name);
  if (outcome == TransactionWatch::Outcome::ReplyLost)
    return unavailable(fmt::format("{}: the reply to the commit of \"{}\" was lost", db.options().role, m_name));
  return {};
}

}  // namespace shardwright::sqlite
