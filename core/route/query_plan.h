// QueryPlan: which shards a query goes to, and why, and what is merged where - decided from the map alone, before any
// shard is asked. `query --explain` prints it; the router runs exactly it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/domain/keyspace.h"
#include "core/map/shard_map.h"
#include "core/route/query.h"

namespace shardwright {

// One shard that must be asked.
struct ShardStep {
  ShardId shard;
  std::int64_t ranges = 0;  // of the map, owned by it, that the query can touch
  std::int64_t pins = 0;    // keys pinned to it that the query can touch
  std::string why;          // a sentence without its full stop
  friend bool operator==(const ShardStep&, const ShardStep&) = default;
};

struct QueryPlan {
  enum class Shape {
    Point,    // one key: its shard
    Span,     // a stretch of keys in their own order: the shards that own part of it
    Scatter,  // the keyspace does not keep the order of keys, or the whole line is asked for: every shard
  };
  Shape shape = Shape::Point;
  KeyspaceName keyspace;
  MapVersion mapVersion = 0;
  TableRef table;
  std::vector<ShardStep> steps;      // in the order of the line for a span, else by name; none: nobody owns any of it
  std::vector<TokenRange> tokens;    // what of the line is touched: one range of it, or none where the span is empty
  std::vector<TokenRange> nobodys;   // parts of it that belong to nobody
  ShardQuery shardQuery;             // the same for every shard, without `owned`
  std::vector<std::string> merging;  // what happens where, a sentence each

  bool oneShard() const { return steps.size() == 1; }
};

// InvalidInput: a key of another type, a span that ends before it begins, an order or limit that cannot be.
// NotFound: a table that is not in the keyspace; a point that belongs to nobody.
Result<QueryPlan> planQuery(const ShardMap& map, const Keyspace& keyspace, const Query& query);

std::string formatQueryPlan(const QueryPlan& plan, const ShardingStrategy& strategy);
Json toJson(const QueryPlan& plan, const ShardingStrategy& strategy);

}  // namespace shardwright
