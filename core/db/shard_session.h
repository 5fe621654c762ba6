// ShardSession: one open shard, for everything but moving rows: identity, schema, counting, sampling, asking, publishing.
// One thread at a time. Every call blocks, takes a stop_token, and answers Cancelled soon after a stop is requested
// (the server is told too).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/schema.h"
#include "core/db/shard_query.h"
#include "core/domain/keyspace.h"
#include "core/domain/placed_part.h"
#include "core/domain/shard.h"
#include "core/domain/token.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright {

// Something about a shard that an operator should know; `blocking` = no move may start.
struct Finding {
  std::string subject;   // table, key, setting
  std::string sentence;  // what is wrong and what to do
  bool blocking = true;
  friend bool operator==(const Finding&, const Finding&) = default;
};

// Rows and bytes of one stretch of a keyspace's line, over all its tables on this shard.
struct RangeCount {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  // payload as stored, estimated from the rows' own sizes
};

// A key with how many rows carry it in a sample.
struct SampledKey {
  Token token;
  Key key;
  std::int64_t rows = 0;
};

// What one shard owns of a keyspace under a map.
struct ShardPlacement {
  std::vector<TokenRange> owned;  // ascending; neighbours may touch
  std::vector<Key> pinsHere;      // pinned keys that live here
  std::vector<Key> pinsElsewhere;
};

struct PublishedMap {
  KeyspaceName keyspace;
  MapVersion version = 0;
  std::string document;  // shardwright.map/1
  std::string checksum;
  friend bool operator==(const PublishedMap&, const PublishedMap&) = default;
};

// What stands in a database that concerns its place in the cluster, read without any catalog.
struct ShardMarks {
  // A part that the application may not write to here.
  struct ClosedPart {
    KeyspaceName keyspace;
    std::string part;  // in the engine's own words: "10 .. 20", "key 7"
    bool moving = false;  // closed for a cut-over; else owned elsewhere
  };
  // A move under way here, with the greatest token seen.
  struct MoveMark {
    std::string move;
    KeyspaceName keyspace;
    std::string catalogUuid;
    FencingToken token;
  };
  std::vector<PublishedMap> maps;
  std::vector<ClosedPart> closed;
  std::vector<MoveMark> moves;

  // Statements for the engine's own shell, where a part is closed for a cut-over and neither console nor catalog is left:
  // for the target, and for the source if the target is closed (give the part back) or open (leave it).
  std::vector<std::string> onTarget, onSourceGivingBack, onSourceLeaving;
};

class ShardSession {
 public:
  virtual ~ShardSession() = default;

  // What makes this database itself and no copy of it: read, or planted by `plant` (SQLite: a UUID with path and inode).
  virtual Result<std::string> identity() = 0;
  virtual Result<std::string> plantIdentity(const std::string& catalogUuid) = 0;
  virtual Done releaseIdentity(const std::string& catalogUuid) = 0;  // the shard is removed: another catalog may take it

  virtual Result<std::vector<Finding>> checkDatabase() = 0;  // journal mode, page size limits, leftovers, foreign catalog
  virtual Result<std::int64_t> databaseBytes() = 0;
  virtual Result<TableSchema> tableSchema(const TableRef& table) = 0;  // NotFound
  // NULL keys, keys of another storage class, invalid UTF-8 or NUL in text, rows whose token column disagrees:
  // at most `limit` of each, with how many there are. Whether an index serves the key. Collation.
  virtual Result<std::vector<Finding>> checkKeys(const Keyspace& keyspace, const TableRef& table, std::int64_t limit,
                                                 std::stop_token stop) = 0;

  // Rows and bytes between consecutive bounds (bounds[0] is the beginning): one scan of each table.
  virtual Result<std::vector<RangeCount>> countRanges(const Keyspace& keyspace, std::span<const Token> bounds,
                                                      std::stop_token stop) = 0;
  virtual Result<RangeCount> countKey(const Keyspace& keyspace, const Key& key, std::stop_token stop) = 0;
  // Up to `count` keys of the range spread evenly over its rows, in order of tokens, each with rows it stands for.
  virtual Result<std::vector<SampledKey>> sampleKeys(const Keyspace& keyspace, const TokenRange& range,
                                                     std::int64_t count, std::stop_token stop) = 0;
  // Every distinct key of a stretch with its rows, in no order; the callback returns false to stop.
  virtual Done scanKeys(const Keyspace& keyspace, const TableRef& table, const KeySpan& span,
                        const std::function<bool(const Key&, std::int64_t rows)>& each, std::stop_token stop) = 0;
  // Up to `count` distinct keys of rows picked at random, in order of keys: bounds that cut the keys into stretches of about
  // as many rows each. Without reading the table where it has row ids that lie closely; else its keys are read once.
  virtual Result<std::vector<Key>> randomKeys(const Keyspace& keyspace, const TableRef& table, std::int64_t count,
                                              std::uint64_t seed, std::stop_token stop) = 0;

  virtual Result<ShardAnswer> ask(const ShardQuery& query, std::stop_token stop) = 0;

  virtual Done publishMap(const PublishedMap& map) = 0;  // monotone: an older version than the one there is a no-op
  virtual Result<std::optional<PublishedMap>> publishedMap(const KeyspaceName& keyspace) = 0;

  virtual Result<ShardMarks> marks() = 0;

  // The guard, for who changes a map without a move. `owned`: what the map in force gives this shard.
  // Refuses writes to the parts from now on, with "try again in a moment"; makes the guard where there is none.
  virtual Done closeParts(const Keyspace& keyspace, const ShardPlacement& owned, std::span<const PlacedPart> parts) = 0;
  // A key of the part that has a row here; nothing: no row of the part is here.
  virtual Result<std::optional<Key>> keyIn(const Keyspace& keyspace, const PlacedPart& part, std::stop_token stop) = 0;
  // The guard, where there is one, says this and nothing else from now on, and the map is published with it. Refused while
  // a move has a say in it; Conflict: a later map is published there.
  virtual Done placeBy(const Keyspace& keyspace, const ShardPlacement& owned, const PublishedMap& map) = 0;
  virtual Result<bool> isPlacedBy(const Keyspace& keyspace, const ShardPlacement& owned) = 0;  // true where there is no guard

  // Deletes rows of `keys` in `table` that this shard does not own (verify --repair); `owned` is asked again for each.
  virtual Result<std::int64_t> deleteMisplaced(const Keyspace& keyspace, const TableRef& table,
                                               std::span<const Key> keys) = 0;
};

}  // namespace shardwright
