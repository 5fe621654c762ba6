// StopListener: while it lives, what runs on the connection ends with Cancelled soon after a stop is asked for - also
// where it was asked for before the statement began, which sqlite3_interrupt alone would miss.
#pragma once

#include <stop_token>
#include <utility>

#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

class StopListener {
 public:
  StopListener(Database& db, std::stop_token stop) : m_db(db.handle()), m_stop(std::move(stop)) {
    constexpr int instructions = 1000;  // a few microseconds
    if (m_stop.stop_possible()) sqlite3_progress_handler(m_db, instructions, isAskedToStop, &m_stop);
  }
  ~StopListener() { sqlite3_progress_handler(m_db, 0, nullptr, nullptr); }
  StopListener(const StopListener&) = delete;
  StopListener& operator=(const StopListener&) = delete;

  Done check() const { return m_stop.stop_requested() ? Done(cancelled("stopped before it was finished")) : Done(); }

 private:
  static int isAskedToStop(void* stop) { return static_cast<std::stop_token*>(stop)->stop_requested() ? 1 : 0; }

  sqlite3* m_db;
  std::stop_token m_stop;
};

}  // namespace shardwright::sqlite
