// One client's connections to the shards, and the statements with which it writes to a witness table. Each answers with
// what the shard said, sorted by what a client does next.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "tests/support/witness_table.h"

namespace shardwright::test {

struct Answer {
  enum class Kind {
    Changed,   // acknowledged; `rows` may be 0
    Moving,    // the shard says: try again in a moment
    Moved,     // the shard says: reload the map
    Busy,      // somebody else is writing or was first, or the shard cannot be opened; nothing happened
    Rejected,  // any other refusal; nothing happened
    Unknown,   // the connection is gone, and nobody knows
  };
  Kind kind = Kind::Changed;
  std::int64_t rows = 0;
  std::string message;
};

// A key as the client knows it.
struct KnownKey {
  Key key = Key::ofInt(0);
  std::int64_t version = 0;  // of the last write to it; 0: never written
};

// Not thread-safe.
class WriteSession {
 public:
  struct Setup {
    std::vector<ShardFile> shards;
    WitnessTable table;
    PrepareConnection prepare;  // on each connection; note that Database::open has set synchronous=FULL
    std::string vfs;
  };
  // `stop` ends the waiting for a lock.
  WriteSession(Setup setup, std::stop_token stop);
  ~WriteSession();

  Answer update(const ShardId& shard, const KnownKey& row, const std::string& op);
  Answer insert(const ShardId& shard, const KnownKey& row, const std::string& op);
  Answer erase(const ShardId& shard, const KnownKey& row);
  // An update in a transaction that stays open for a while before it commits.
  Answer heldUpdate(const ShardId& shard, const KnownKey& row, const std::string& op, std::chrono::microseconds hold);
  // INSERT OR REPLACE of `row` with the tag of `loser`, which goes. 0 rows: the loser is not there as it is known.
  Answer replace(const ShardId& shard, const KnownKey& row, const KnownKey& loser, const std::string& op);
  // UPDATE of the key itself.
  Answer rename(const ShardId& shard, const KnownKey& from, const KnownKey& to, const std::string& op);

  Result<std::optional<std::int64_t>> version(const ShardId& shard, const Key& key);  // none: no row

  // At most a millisecond, as a polite client does between two tries.
  void backOff();

 private:
  struct Connection {
    sqlite::Database db;
    std::map<std::string, sqlite::Statement> statements;  // by SQL; go before the connection
    bool broken = false;                                  // replaced before its next use
  };

  Result<Connection*> connection(const ShardId& shard);
  Result<sqlite::Statement*> statement(Connection& to, const std::string& sql);
  Answer run(const ShardId& shard, const std::string& sql, const std::vector<Value>& values);
  template <class Work>
  Answer inTransaction(const ShardId& shard, Work work);
  Answer failed(const ShardId& shard, const Error& error);
  Value native(const Key& key) const;
  static int waitForLock(void* self, int attempts);

  Setup m_setup;
  std::stop_token m_stop;
  std::string m_update, m_insert, m_erase, m_tagOf, m_replace, m_rename, m_version;
  std::map<ShardId, Connection> m_connections;
  std::minstd_rand m_random;
};

}  // namespace shardwright::test
