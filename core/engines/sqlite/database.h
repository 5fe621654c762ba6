// The SQLite C interface as values that clean up after themselves. Used by the SQLite engine and by the catalog.
// One connection belongs to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/value.h"

namespace shardwright::sqlite {

std::string quoteName(std::string_view name);  // "name", quotes doubled: the one way an identifier gets into SQL

// Sees every named transaction of a connection. Tests stop the world there; the product hands in none.
class TransactionWatch {
 public:
  enum class Outcome { Go, ReplyLost };  // ReplyLost: the commit happens, and the caller is told that nobody knows
  virtual ~TransactionWatch() = default;
  virtual Outcome beforeCommit(std::string_view connection, std::string_view transaction) = 0;
  virtual void afterCommit(std::string_view connection, std::string_view transaction) = 0;
};

// A prepared statement. Bind by position from 1; step; read by column from 0.
class Statement {
 public:
  Statement(Statement&&) = default;
  Statement& operator=(Statement&&) = default;

  Statement& bind(int position, const Value& value);
  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, std::string_view text);
  Statement& bind(int position, const std::string& text) { return bind(position, std::string_view(text)); }
  Statement& bindBlob(int position, std::string_view bytes);
  Statement& bindNull(int position);

  Result<bool> step();  // true: a row is there; false: done (and reset)
  Done run();           // steps to the end
  void reset();         // bindings stay

  int columns() const { return sqlite3_column_count(m_handle.get()); }
  Value value(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(m_handle.get(), column); }
  std::string text(int column) const;
  bool isNull(int column) const { return sqlite3_column_type(m_handle.get(), column) == SQLITE_NULL; }
  Row row() const;
  std::string columnName(int column) const { return sqlite3_column_name(m_handle.get(), column); }
  sqlite3_stmt* handle() const { return m_handle.get(); }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  explicit Statement(sqlite3_stmt* handle) : m_handle(handle) {}
  std::unique_ptr<sqlite3_stmt, Finalize> m_handle;
};

class Database {
 public:
  enum class Mode { ReadOnly, ReadWrite, Create };
  struct Options {
    Mode mode = Mode::ReadWrite;
    int busyMilliseconds = 5000;
    std::string role;  // how this connection is called in points and errors: catalog, source, target, ...
    std::string vfs;   // empty: the system's
    std::shared_ptr<TransactionWatch> watch;
  };

  // Opens and checks that it is an SQLite database at all (Corrupt otherwise; NotFound, Unavailable).
  // Sets synchronous=FULL, foreign_keys=OFF (a mover's deletes must not cascade), trusted_schema on.
  static Result<Database> open(const std::string& path, Options options);

  Database(Database&&) = default;
  Database& operator=(Database&&) = default;

  Result<Statement> prepare(std::string_view sql);
  Done execute(std::string_view sql);  // fixed SQL of our own, several statements allowed
  Result<Value> single(std::string_view sql);             // first column of the first row; Null if no row
  Result<std::int64_t> singleInteger(std::string_view sql);
  std::int64_t changes() const { return sqlite3_changes64(m_handle.get()); }
  bool inTransaction() const { return sqlite3_get_autocommit(m_handle.get()) == 0; }

  // Interrupts what runs on this connection when a stop is asked for, while the returned object lives.
  [[nodiscard]] std::unique_ptr<std::stop_callback<std::function<void()>>> stopOn(const std::stop_token& stop);

  const std::string& path() const { return m_path; }
  const Options& options() const { return m_options; }
  sqlite3* handle() const { return m_handle.get(); }
  Error error(std::string_view what) const;  // from the connection's last error code, in the caller's terms

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  Database(sqlite3* handle, std::string path, Options options)
      : m_handle(handle), m_path(std::move(path)), m_options(std::move(options)) {}
  std::unique_ptr<sqlite3, Close> m_handle;
  std::string m_path;
  Options m_options;
};

// A transaction with a name; rolls back when dropped. Every write of the product happens in one: the names are the
// points that the crash tests visit.
class Transaction {
 public:
  static Result<Transaction> write(Database& db, std::string name);  // BEGIN IMMEDIATE
  static Result<Transaction> read(Database& db);                     // one snapshot
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Done commit();  // Unavailable: nobody knows whether it happened

 private:
  Transaction(Database* db, std::string name) : m_db(db), m_name(std::move(name)) {}
  Database* m_db;
  std::string m_name;
};

}  // namespace shardwright::sqlite
