#include "core/engines/sqlite/sqlite_engine.h"

#include "core/engines/sqlite/sqlite_move.h"
#include "core/engines/sqlite/sqlite_session.h"

namespace shardwright {

Result<std::unique_ptr<ShardSession>> SqliteEngine::open(const Shard& shard) {
  sqlite::SqliteSession::Options options;
  options.catalogUuid = m_options.catalogUuid;
  options.vfs = m_options.vfs;
  options.watch = m_options.watch;
  options.busyMilliseconds = m_options.busyMilliseconds;
  return sqlite::SqliteSession::open(shard, options);
}

Result<std::unique_ptr<MoveEngine>> SqliteEngine::openMove(const MoveTask& task, const MoveRules& rules) {
  return sqlite::openSqliteMove(task, rules, {m_options.vfs, m_options.watch, m_options.busyMilliseconds});
}

}  // namespace shardwright
