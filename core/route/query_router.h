// QueryRouter: a query of one keyspace to its shards and back.
//
// Ownership. A shard holds rows that it does not own: copies before a cut-over, retained rows after it. Each shard is
// therefore asked with the filter "the router's map places this key here". One map decides for all shards of a query, so
// every key is seen on exactly one of them: never twice.
//
// Never not at all, while ranges move. Let v be the version of the router's map, and p the version that a shard has
// published, read in the snapshot of its answer. A move of a part from S to T by version f does, in this order: T's copy
// complete and equal under a fence; f decided in the catalog (K7); f published on T, with its opening (K8); f published
// on S (K9); long after, S's rows removed, in batches. So
//   - p <= v on the owner of a part, by a map older than f: the owner is S, which has not published f in this snapshot,
//     so it has removed nothing: the part is there.
//   - p <= v where the map is f or newer: the owner is T. The map was read after K7, so T's copy was complete before the
//     snapshot began, even if T has not published f yet: the part is there. A shard that lags behind is fine; S's rows
//     are not asked for any more, whatever S has published.
//   - p > v: the shard may have given a part away and removed it, or T may have taken writes that S does not know. Only
//     then is the map read again and the whole query run again, from the start, with one map for all.
// A roll back is the same with S and T exchanged and a version of its own. A shard that is not asked cannot matter: what
// the query needs is asked from its owner by v, and that owner publishes f before it removes a row.
// What this does not give: one instant for all shards. Each answers in a snapshot of its own, a little apart in time;
// and between K8 and K9 a reader with the old map sees S's rows as they were at the fence.
//
// Any thread; a query blocks its caller.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/map/routing_table.h"
#include "core/map/shard_map.h"
#include "core/route/access_counter.h"
#include "core/route/published.h"
#include "core/route/query_plan.h"
#include "core/route/scatter.h"
#include "core/route/session_pool.h"

namespace shardwright {

struct AnswerRow {
  Row values;
  std::optional<ShardId> shard;  // none: made of several shards' rows
};

// What one shard contributed; or that it did not, and why.
struct ShardShare {
  ShardId shard;
  double seconds = 0;
  std::int64_t rows = 0;  // that it sent
  std::optional<MapVersion> publishedVersion;
  std::optional<Error> missing;
};

struct QueryAnswer {
  QueryPlan plan;                    // that was run
  std::vector<std::string> columns;  // aggregates as formatAggregate writes them
  std::vector<AnswerRow> rows;
  std::vector<ShardShare> shards;  // in the order of the plan
  int reloads = 0;                 // how often a shard knew a newer map
  double seconds = 0;              // all of it

  bool partial() const;            // some shard is missing: rows may be missing, and every aggregate is of the rest
};

class QueryRouter {
 public:
  // The map in force, read anew: from the catalog, or from what is published. Called from any thread.
  using LoadMap = std::function<Result<std::shared_ptr<const ShardMap>>()>;

  struct Options {
    std::chrono::milliseconds deadline{5000};  // a shard
    std::size_t parallel = 32;                 // shards asked at once
    bool partialOk = false;                    // answer without the shards that fail, marked; else any failure fails all
    // Told of each shard as it answers or fails, by run()'s thread; again where a newer map makes the query run again.
    std::function<void(const ShardShare&)> onShare = {};
  };

  // Refused: the map is of another keyspace.
  static Result<std::unique_ptr<QueryRouter>> make(Keyspace keyspace, LoadMap loadMap, std::shared_ptr<SessionPool> pool);

  const Keyspace& keyspace() const { return m_keyspace; }
  std::shared_ptr<const ShardMap> map() const;
  // Reads the map again; keeps the newest that was seen.
  Result<std::shared_ptr<const ShardMap>> reload();

  Result<Placement> placementOf(const Key& key) const;
  Result<ShardId> determineShard(const Key& key) const;  // NotFound: it belongs to nobody

  Result<QueryPlan> explain(const Query& query) const;
  // Conflict: shards know a newer map than can be read. Unavailable: a shard did not answer (with partialOk: none did);
  // the sentence names it. InvalidInput: the question is wrong, which no partialOk makes up for. Cancelled: `stop`.
  Result<QueryAnswer> run(const Query& query, const Options& options, std::stop_token stop = {});

  // What was read through run(), and what the application says it wrote.
  AccessCounter& accesses() { return m_accesses; }

 private:
  struct InForce {
    std::shared_ptr<const ShardMap> map;
    RoutingTable table;
  };
  QueryRouter(Keyspace keyspace, LoadMap loadMap, std::shared_ptr<SessionPool> pool,
              std::shared_ptr<const ShardMap> map);
  std::vector<ShardReply> askAll(const QueryPlan& plan, std::shared_ptr<const InForce> inForce, const Options& options,
                                 std::stop_token stop);
  Result<QueryAnswer> gather(const Query& query, QueryPlan plan, std::vector<ShardReply> replies, const Options& options);
  void countReads(const Query& query, const QueryPlan& plan);

  Keyspace m_keyspace;
  LoadMap m_loadMap;
  std::mutex m_reloading;  // one reload at a time: the others take its map
  Published<const InForce> m_inForce;
  AccessCounter m_accesses;
  Scatter m_scatter;
};

Json toJson(const QueryAnswer& answer, const ShardingStrategy& strategy);

}  // namespace shardwright
