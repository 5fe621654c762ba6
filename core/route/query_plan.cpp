#include "core/route/query_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/route/merge.h"
#include "core/route/touched_ranges.h"

namespace shardwright {

namespace {

struct Touched {
  std::int64_t ranges = 0;
  std::int64_t pins = 0;
  std::size_t first = 0;  // place on the line
};

std::string plural(std::int64_t n, std::string_view thing) {
  return fmt::format("{} {}{}", formatCount(n), thing, n == 1 ? "" : "s");
}

Result<TableRef> tableOf(const Keyspace& keyspace, const std::optional<std::string>& name) {
  if (keyspace.tables.empty())
    return notFound(fmt::format("keyspace {} has no table", printable(keyspace.name.text())));
  if (!name) return keyspace.tables.front();
  std::vector<std::string> known;
  for (const auto& table : keyspace.tables) {
    if (sameColumn(table.name, *name) || formatTableRef(table) == *name) return table;
    known.push_back(printable(table.name));
  }
  return notFound(fmt::format("keyspace {} has no table {}; it has {}", printable(keyspace.name.text()),
                              printable(*name), fmt::join(known, ", ")));
}

Done checkSpan(const KeySpan& span, KeyType type) {
  for (const auto* key : {&span.from, &span.until})
    if (*key && (*key)->type() != type)
      return invalidInput(fmt::format("key {} is {}; this keyspace's keys are {}", printable((*key)->toText(), 80),
                                      keyTypeName((*key)->type()), keyTypeName(type)));
  if (span.from && span.until && *span.until < *span.from)
    return invalidInput(fmt::format("the stretch {}..{} ends before it begins", printable(span.from->toText(), 80),
                                    printable(span.until->toText(), 80)));
  return {};
}

bool isEmpty(const KeySpan& span) { return span.from && span.until && !(*span.from < *span.until); }
bool isWhole(const KeySpan& span) { return !span.from && !span.until; }

bool contains(const KeySpan& span, const Key& key) {
  return (!span.from || *span.from <= key) && (!span.until || key < *span.until);
}

Done planPoint(QueryPlan& plan, const ShardMap& map, const Key& key) {
  const auto placement = TRY(map.placementOf(key));
  plan.shape = QueryPlan::Shape::Point;
  const std::string name = printable(key.toText(), 80);
  if (!placement.shard)
    return notFound(fmt::format("key {} belongs to nobody in map version {} of keyspace {}", name, map.version(),
                                printable(map.keyspace().text())));
  const bool pinned = placement.reason == Placement::Reason::Pin;
  const auto range = map.tokens(map.indexOf(placement.token));
  plan.tokens = {range};
  const auto why =
      pinned ? fmt::format("key {} is pinned to it", name)
             : fmt::format("it owns the range {}..{}, where key {} lies",
                           range.from.isBeginning() ? "" : printable(map.strategy().formatToken(range.from), 80),
                           range.until ? printable(map.strategy().formatToken(*range.until), 80) : "", name);
  plan.steps.push_back({*placement.shard, pinned ? 0 : 1, pinned ? 1 : 0, why});
  return {};
}

// What of the line a span can touch. An order-keeping line has its keys in their own order; on any other, a stretch of
// keys may lie anywhere.
Result<std::optional<TokenRange>> tokensOf(const ShardMap& map, const KeySpan& span) {
  if (isEmpty(span)) return std::optional<TokenRange>();
  TokenRange range;
  if (map.strategy().keepsOrder()) {
    if (span.from) range.from = TRY(map.strategy().tokenOf(*span.from));
    if (span.until) range.until = TRY(map.strategy().tokenOf(*span.until));
  }
  return std::optional(range);
}

TokenRange clipped(TokenRange range, const TokenRange& to) {
  if (range.from < to.from) range.from = to.from;
  if (to.until && (!range.until || *to.until < *range.until)) range.until = to.until;
  return range;
}

// Who owns part of `tokens`; what nobody owns of it goes to `nobodys`. A map may have a million ranges: counted by number.
std::map<ShardId, Touched> touchedOwners(const ShardMap& map, const TokenRange& tokens, std::vector<TokenRange>& nobodys) {
  const MapLine& line = map.line();
  const auto [first, end] = touchedRanges(map, tokens);
  std::vector<Touched> byOwner(line.shards.size());
  for (std::size_t i = first; i < end; ++i) {
    const auto owner = line.owners[i];
    if (owner == MapLine::nobody) {
      nobodys.push_back(clipped(map.tokens(i), tokens));
    } else if (byOwner[owner].ranges++ == 0) {
      byOwner[owner].first = i;
    }
  }
  std::map<ShardId, Touched> touched;
  for (std::size_t owner = 0; owner < byOwner.size(); ++owner)
    if (byOwner[owner].ranges > 0) touched.emplace(line.shards[owner], byOwner[owner]);
  return touched;
}

std::string reasonOf(const QueryPlan& plan, const Touched& touched, bool keepsOrder) {
  const std::string owns = touched.ranges > 0 ? plural(touched.ranges, "range") : std::string();
  const std::string pins = touched.pins > 0 ? plural(touched.pins, "pinned key") : std::string();
  const std::string both = owns.empty() ? pins : pins.empty() ? owns : owns + " and " + pins;
  if (plan.shape == QueryPlan::Shape::Span) return fmt::format("owns {} in the stretch asked for", both);
  return keepsOrder ? fmt::format("owns {}, and the whole line is asked for", both)
                    : fmt::format("owns {}, and hashing scatters a stretch of keys over every shard", both);
}

Done planSpan(QueryPlan& plan, const ShardMap& map, const KeySpan& span) {
  TRY(checkSpan(span, map.strategy().keyType()));
  const bool keepsOrder = map.strategy().keepsOrder();
  plan.shape = keepsOrder && !isWhole(span) ? QueryPlan::Shape::Span : QueryPlan::Shape::Scatter;
  const auto tokens = TRY(tokensOf(map, span));
  if (!tokens) return {};
  plan.tokens = {*tokens};

  auto touched = touchedOwners(map, *tokens, plan.nobodys);
  for (const auto& pin : map.pins()) {
    if (!contains(span, pin.key)) continue;
    const auto token = TRY(map.strategy().tokenOf(pin.key));
    const auto [at, isNew] = touched.try_emplace(pin.shard, Touched{0, 0, map.indexOf(token)});
    ++at->second.pins;
  }

  for (const auto& [shard, what] : touched)
    plan.steps.push_back({shard, what.ranges, what.pins, reasonOf(plan, what, keepsOrder)});
  if (plan.shape == QueryPlan::Shape::Span)
    std::ranges::stable_sort(plan.steps, {}, [&](const ShardStep& step) { return touched.at(step.shard).first; });
  return {};
}

std::string_view shapeName(QueryPlan::Shape shape) {
  switch (shape) {
    case QueryPlan::Shape::Point: return "point";
    case QueryPlan::Shape::Span: return "span";
    case QueryPlan::Shape::Scatter: return "scatter";
  }
  return "";
}

}  // namespace

Result<QueryPlan> planQuery(const ShardMap& map, const Keyspace& keyspace, const Query& query) {
  QueryPlan plan;
  plan.keyspace = keyspace.name;
  plan.mapVersion = map.version();
  plan.table = TRY(tableOf(keyspace, query.table));
  plan.shardQuery = TRY(shardQueryOf(keyspace, plan.table, query));
  if (const auto* point = std::get_if<PointQuery>(&query.what)) {
    TRY(planPoint(plan, map, point->key));
  } else if (const auto* range = std::get_if<RangeQuery>(&query.what)) {
    TRY(planSpan(plan, map, range->span));
  } else {
    TRY(planSpan(plan, map, std::get<AggregateQuery>(query.what).span));
  }
  plan.merging = mergingOf(query, plan.steps.size());
  return plan;
}

std::string formatQueryPlan(const QueryPlan& plan, const ShardingStrategy& strategy) {
  std::string out = fmt::format("{} on {}, map version {}: {}\n", shapeName(plan.shape),
                                printable(plan.keyspace.text()), plan.mapVersion,
                                plan.steps.empty() ? "no shard" : plural(static_cast<std::int64_t>(plan.steps.size()), "shard"));
  for (const auto& step : plan.steps) out += fmt::format("  {}: {}\n", printable(step.shard.text()), step.why);
  constexpr std::size_t shown = 10;
  for (const auto& range : plan.nobodys | std::views::take(shown))
    out += fmt::format("  nobody: {}..{} belongs to no shard\n",
                       range.from.isBeginning() ? "" : printable(strategy.formatToken(range.from), 80),
                       range.until ? printable(strategy.formatToken(*range.until), 80) : "");
  if (plan.nobodys.size() > shown)
    out += fmt::format("  nobody: {} more stretches\n", formatCount(static_cast<std::int64_t>(plan.nobodys.size() - shown)));
  for (const auto& sentence : plan.merging) out += fmt::format("  {}\n", sentence);
  return out;
}

Json toJson(const QueryPlan& plan, const ShardingStrategy& strategy) {
  Json steps = Json::array();
  for (const auto& step : plan.steps)
    steps.push_back({{"shard", step.shard.text()}, {"ranges", step.ranges}, {"pins", step.pins}, {"why", step.why}});
  Json nobodys = Json::array();
  for (const auto& range : plan.nobodys)
    nobodys.push_back({{"from", range.from.isBeginning() ? Json() : strategy.tokenJson(range.from)},
                       {"until", range.until ? strategy.tokenJson(*range.until) : Json()}});
  return {{"keyspace", plan.keyspace.text()}, {"table", plan.table.name},   {"shape", shapeName(plan.shape)},
          {"mapVersion", plan.mapVersion},    {"shards", std::move(steps)}, {"nobody", std::move(nobodys)},
          {"merging", plan.merging}};
}

}  // namespace shardwright
