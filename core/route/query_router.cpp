#include "core/route/query_router.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/route/merge.h"

namespace shardwright {

namespace {

// Each run of a query uses one map; a map changes as often as moves end, so a query outruns them soon.
constexpr int maxReloads = 8;

Done checkMapIsOf(const Keyspace& keyspace, const ShardMap* map) {
  if (map == nullptr) return notFound(fmt::format("keyspace {} has no map", printable(keyspace.name.text())));
  if (map->keyspace() != keyspace.name || map->strategy().spec() != keyspace.strategy)
    return refused(fmt::format("the map at hand is of keyspace {}, not of {}, or of another strategy",
                               printable(map->keyspace().text()), printable(keyspace.name.text())));
  return {};
}

// What no other shard can make up for: the question is wrong, or the caller wants no answer.
bool failsEverything(const Error& error) {
  return error.code() == ErrorCode::InvalidInput;
}

// With the shard in front, unless its session has put it there.
Error named(const Error& error, const ShardId& shard) {
  const auto name = "shard " + printable(shard.text());
  return error.message().starts_with(name + ":") ? error : error.in(name);
}

ShardShare shareOf(const ShardId& shard, const ShardReply& reply) {
  ShardShare share{shard, reply.seconds, 0, {}, {}};
  if (reply.answer) {
    share.rows = static_cast<std::int64_t>(reply.answer->rows.size());
    share.publishedVersion = reply.answer->publishedVersion;
  } else {
    share.missing = named(reply.answer.error(), shard);
  }
  return share;
}

std::optional<MapVersion> newestPublished(const std::vector<ShardReply>& replies) {
  std::optional<MapVersion> newest;
  for (const auto& reply : replies)
    if (reply.answer && reply.answer->publishedVersion) newest = std::max(newest, reply.answer->publishedVersion);
  return newest;
}

// The failure that explains the others: those that were stopped because of it come last.
const Error* firstFailure(const std::vector<ShardShare>& shards, const QueryRouter::Options& options) {
  const Error* found = nullptr;
  for (const auto& share : shards) {
    if (!share.missing || (options.partialOk && !failsEverything(*share.missing))) continue;
    if (found == nullptr || (found->code() == ErrorCode::Cancelled && share.missing->code() != ErrorCode::Cancelled))
      found = &*share.missing;
  }
  return found;
}

}  // namespace

bool QueryAnswer::partial() const {
  return std::ranges::any_of(shards, [](const auto& share) { return share.missing.has_value(); });
}

Result<std::unique_ptr<QueryRouter>> QueryRouter::make(Keyspace keyspace, LoadMap loadMap,
                                                       std::shared_ptr<SessionPool> pool) {
  auto map = TRY(loadMap());
  TRY(checkMapIsOf(keyspace, map.get()));
  return std::unique_ptr<QueryRouter>(
      new QueryRouter(std::move(keyspace), std::move(loadMap), std::move(pool), std::move(map)));
}

QueryRouter::QueryRouter(Keyspace keyspace, LoadMap loadMap, std::shared_ptr<SessionPool> pool,
                         std::shared_ptr<const ShardMap> map)
    : m_keyspace(std::move(keyspace)),
      m_loadMap(std::move(loadMap)),
      m_inForce(std::make_shared<const InForce>(InForce{map, RoutingTable::build(*map)})),
      m_accesses(map),
      m_scatter(std::move(pool)) {}

std::shared_ptr<const ShardMap> QueryRouter::map() const { return m_inForce.load()->map; }

Result<std::shared_ptr<const ShardMap>> QueryRouter::reload() {
  const std::lock_guard lock(m_reloading);
  auto map = TRY(m_loadMap());
  TRY(checkMapIsOf(m_keyspace, map.get()));
  const auto before = m_inForce.load();
  if (map->version() <= before->map->version()) return before->map;
  m_inForce.exchange(std::make_shared<const InForce>(InForce{map, RoutingTable::build(*map)}));
  m_accesses.use(map);
  return map;
}

Result<Placement> QueryRouter::placementOf(const Key& key) const { return map()->placementOf(key); }

Result<ShardId> QueryRouter::determineShard(const Key& key) const {
  auto placement = TRY(placementOf(key));
  if (!placement.shard)
    return notFound(fmt::format("key {} of keyspace {} belongs to nobody", printable(key.toText(), 80),
                                printable(m_keyspace.name.text())));
  return *std::move(placement.shard);
}

Result<QueryPlan> QueryRouter::explain(const Query& query) const { return planQuery(*map(), m_keyspace, query); }

Result<QueryAnswer> QueryRouter::run(const Query& query, const Options& options, std::stop_token stop) {
  const Stopwatch watch;
  for (int reloads = 0;; ++reloads) {
    const auto inForce = m_inForce.load();
    auto plan = TRY(planQuery(*inForce->map, m_keyspace, query));
    auto replies = askAll(plan, inForce, options, stop);
    if (stop.stop_requested()) return cancelled("the query was stopped");
    const auto newest = newestPublished(replies);
    if (!newest || *newest <= inForce->map->version()) {
      auto answer = TRY(gather(query, std::move(plan), std::move(replies), options));
      countReads(query, answer.plan);
      answer.reloads = reloads;
      answer.seconds = watch.seconds();
      return answer;
    }
    const auto map = TRY(reload());
    if (map->version() < *newest)
      return conflict(fmt::format("a shard has version {} of the map of keyspace {}, while the newest that can be read "
                                  "is {}: the catalog is older than the databases",
                                  *newest, printable(m_keyspace.name.text()), map->version()));
    if (reloads == maxReloads)
      return conflict(fmt::format("the map of keyspace {} changed {} times during one query; ask again",
                                  printable(m_keyspace.name.text()), reloads + 1));
  }
}

std::vector<ShardReply> QueryRouter::askAll(const QueryPlan& plan, std::shared_ptr<const InForce> inForce,
                                            const Options& options, std::stop_token stop) {
  std::vector<ShardCall> calls;
  for (const auto& step : plan.steps) {
    const auto& shards = inForce->table.shards();
    const auto index = static_cast<std::uint32_t>(std::ranges::find(shards, step.shard) - shards.begin());
    ShardCall call{step.shard, plan.shardQuery};
    call.query.owned = [inForce, index](const Key& key) { return inForce->table.shardOf(key) == index; };
    calls.push_back(std::move(call));
  }
  ScatterOptions scatter{options.deadline, options.parallel, !options.partialOk};
  if (options.onShare)
    scatter.settled = [&](std::size_t call, const ShardReply& reply) { options.onShare(shareOf(plan.steps[call].shard, reply)); };
  return m_scatter.ask(std::move(calls), scatter, std::move(stop));
}

Result<QueryAnswer> QueryRouter::gather(const Query& query, QueryPlan plan, std::vector<ShardReply> replies,
                                        const Options& options) {
  QueryAnswer out;
  std::vector<ShardAnswer> answers;
  std::vector<ShardId> answering;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const auto& shard = plan.steps[i].shard;
    out.shards.push_back(shareOf(shard, replies[i]));
    if (!replies[i].answer) continue;
    answers.push_back(*std::move(replies[i].answer));
    answering.push_back(shard);
  }
  if (const auto* failure = firstFailure(out.shards, options)) return *failure;
  if (answers.empty() && !out.shards.empty()) return *out.shards.front().missing;  // nobody answered: no partial answer

  auto merged = TRY(mergeAnswers(query, std::move(answers)));
  out.plan = std::move(plan);
  out.columns = std::move(merged.columns);
  for (auto& row : merged.rows)
    out.rows.push_back({std::move(row.values), row.source ? std::optional(answering[*row.source]) : std::nullopt});
  return out;
}

void QueryRouter::countReads(const Query& query, const QueryPlan& plan) {
  if (const auto* point = std::get_if<PointQuery>(&query.what)) {
    m_accesses.count(point->key, plan.tokens.front().from, Access::Read);
  } else if (plan.shape == QueryPlan::Shape::Scatter) {
    m_accesses.countEverywhere();
  } else if (!plan.tokens.empty()) {
    m_accesses.countStretch(plan.tokens.front());
  }
}

namespace {

Json valueJson(const Value& value) {
  struct Visitor {
    Json operator()(Null) const { return nullptr; }
    Json operator()(std::int64_t v) const { return v; }
    Json operator()(double v) const { return v; }
    Json operator()(const std::string& v) const { return isUtf8(v) ? Json(v) : Json{{"hex", toHex(v)}}; }
    Json operator()(const Blob& v) const { return Json{{"hex", toHex(v.bytes)}}; }
  };
  return std::visit(Visitor(), value);
}

}  // namespace

Json toJson(const QueryAnswer& answer, const ShardingStrategy& strategy) {
  Json rows = Json::array();
  for (const auto& row : answer.rows) {
    Json values = Json::array();
    for (const auto& value : row.values) values.push_back(valueJson(value));
    rows.push_back({{"shard", row.shard ? Json(row.shard->text()) : Json()}, {"values", std::move(values)}});
  }
  Json shards = Json::array();
  for (const auto& share : answer.shards)
    shards.push_back({{"shard", share.shard.text()},
                      {"seconds", share.seconds},
                      {"rows", share.rows},
                      {"mapVersion", share.publishedVersion ? Json(*share.publishedVersion) : Json()},
                      {"missing", share.missing ? Json(share.missing->message()) : Json()}});
  return {{"plan", toJson(answer.plan, strategy)}, {"columns", answer.columns},  {"rows", std::move(rows)},
          {"shards", std::move(shards)},           {"partial", answer.partial()}, {"reloads", answer.reloads},
          {"seconds", answer.seconds}};
}

}  // namespace shardwright
