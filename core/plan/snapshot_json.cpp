// shardwright.snapshot/1, written as canonical JSON and read as a stream.
#include <fmt/format.h>

#include <unordered_set>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/load/fields.h"
#include "core/plan/snapshot.h"
#include "core/plan/strategy_json.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright {

namespace {

constexpr std::string_view schemaName = "shardwright.snapshot/1";

Json limitsJson(const std::vector<std::optional<std::int64_t>>& limits) {
  Json out = Json::array();
  for (const auto& limit : limits) out.push_back(limit ? Json(*limit) : Json());
  return out;
}

Json toJson(const SnapshotShard& shard) {
  Json json = {{"name", shard.name.text()},
               {"zone", shard.zone.empty() ? Json() : Json(shard.zone)},
               {"state", shardStateName(shard.state)},
               {"capacity", limitsJson(shard.capacity)},
               {"cap", shard.cap.empty() ? Json() : limitsJson(shard.cap)},
               {"weight", shard.weight},
               {"allow", Json()},
               {"slotsIn", shard.slotsIn},
               {"slotsOut", shard.slotsOut}};
  if (shard.allow) json["allow"] = *shard.allow;
  return json;
}

void addTokens(Json& json, const SnapshotRange& range, const ShardingStrategy& strategy) {
  if (range.tokens) {
    json["from"] = range.tokens->from.isBeginning() ? Json() : strategy.tokenJson(range.tokens->from);
    json["until"] = range.tokens->until ? strategy.tokenJson(*range.tokens->until) : Json();
  }
  if (range.pin) json["pin"] = range.pin->toText();
  if (range.hotKey) json["hotKey"] = {{"key", range.hotKey->key.toText()}, {"loads", range.hotKey->loads}};
  if (range.splitPoints.empty()) return;
  Json points = Json::array();
  for (const SplitPoint& point : range.splitPoints) points.push_back({{"at", strategy.tokenJson(point.at)}, {"below", point.below}});
  json["splitPoints"] = std::move(points);
}

Json toJson(const SnapshotRange& range, const std::optional<ShardingStrategy>& strategy) {
  Json json = {{"id", range.id},
               {"shard", range.shard ? Json(range.shard->text()) : Json()},
               {"loads", range.loads},
               {"moveBytes", range.moveBytes},
               {"tag", range.tag.empty() ? Json() : Json(range.tag)},
               {"group", range.group.empty() ? Json() : Json(range.group)}};
  if (range.pinned) json["pinned"] = true;
  if (range.cooldownUntil) json["cooldownUntil"] = formatUtc(*range.cooldownUntil);
  if (strategy) addTokens(json, range, *strategy);
  return json;
}

Result<std::vector<std::optional<std::int64_t>>> readLimits(const Fields& fields, std::string_view name) {
  std::vector<std::optional<std::int64_t>> out;
  const Json* list = TRY(fields.list(name));
  for (const Json& one : *list) {
    const auto number = integerOf(one);
    if (!one.is_null() && !number) return fields.wrong(name, "a list of 64-bit integers and nulls");
    out.push_back(number);
  }
  return out;
}

Done readSlots(const Fields& fields, std::string_view name, int& out) {
  std::int64_t slots = 1;
  TRY(fields.readIf(name, slots, 1));
  if (slots > 1000) return fields.wrong(name, "between 1 and 1000");
  out = static_cast<int>(slots);
  return {};
}

Result<SnapshotShard> readShard(const Json& json, std::string where) {
  const Fields fields = TRY(Fields::of(json, std::move(where)));
  TRY(fields.onlyThese({"name", "zone", "state", "capacity", "cap", "weight", "allow", "slotsIn", "slotsOut"}));
  SnapshotShard shard;
  std::string state = "active";
  TRY(fields.read("name", shard.name));
  TRY(fields.readIf("zone", shard.zone));
  TRY(fields.readIf("state", state));
  shard.state = TRY(parseShardState(state).in(fields.where()));
  shard.capacity = TRY(readLimits(fields, "capacity"));
  if (fields.has("cap")) shard.cap = TRY(readLimits(fields, "cap"));
  TRY(fields.readIf("weight", shard.weight));
  if (fields.has("allow")) TRY(fields.read("allow", shard.allow.emplace()));
  TRY(readSlots(fields, "slotsIn", shard.slotsIn));
  TRY(readSlots(fields, "slotsOut", shard.slotsOut));
  return shard;
}

Result<std::vector<SplitPoint>> readSplitPoints(const Fields& range, const ShardingStrategy& strategy) {
  std::vector<SplitPoint> points;
  const Json* list = TRY(range.list("splitPoints"));
  points.reserve(list->size());
  for (const Json& one : *list) {
    const Fields fields = TRY(Fields::of(one, fmt::format("{}.splitPoints[{}]", range.where(), points.size())));
    TRY(fields.onlyThese({"at", "below"}));
    const Json* at = TRY(fields.any("at"));
    SplitPoint point;
    point.at = TRY(strategy.tokenFromJson(*at).in(fields.where()));
    TRY(fields.read("below", point.below, 0));
    points.push_back(std::move(point));
  }
  return points;
}

Result<HotKey> readHotKey(const Fields& range, const ShardingStrategy& strategy) {
  const Json* json = TRY(range.any("hotKey"));
  const Fields fields = TRY(Fields::of(*json, range.where() + ".hotKey"));
  TRY(fields.onlyThese({"key", "loads"}));
  std::string text;
  std::vector<std::int64_t> loads;
  TRY(fields.read("key", text));
  TRY(fields.read("loads", loads, 0));
  const Key key = TRY(Key::parse(strategy.keyType(), text).in(fields.where()));
  return HotKey{key, std::move(loads)};
}

Result<Token> readToken(const Fields& fields, std::string_view name, const ShardingStrategy& strategy) {
  const Json* json = TRY(fields.any(name));
  return strategy.tokenFromJson(*json).in(fields.where());
}

Done readTokens(const Fields& fields, const std::optional<ShardingStrategy>& strategy, bool placed, SnapshotRange& range) {
  if (!strategy) {
    for (const char* name : {"from", "until", "pin", "hotKey", "splitPoints"})
      if (fields.has(name))
        return invalidInput(fmt::format("{}: \"{}\" needs the snapshot's \"strategy\", which must stand before the ranges",
                                        fields.where(), name));
    return {};
  }
  if (placed) {
    range.tokens.emplace();
    if (fields.has("from")) range.tokens->from = TRY(readToken(fields, "from", *strategy));
    if (fields.has("until")) range.tokens->until = TRY(readToken(fields, "until", *strategy));
  }
  std::optional<std::string> pin;
  TRY(fields.readIf("pin", pin));
  if (pin) range.pin = TRY(Key::parse(strategy->keyType(), *pin).in(fields.where()));
  if (fields.has("hotKey")) range.hotKey = TRY(readHotKey(fields, *strategy));
  if (fields.has("splitPoints")) range.splitPoints = TRY(readSplitPoints(fields, *strategy));
  return {};
}

Result<SnapshotRange> readRange(const Json& json, std::string where, const std::optional<ShardingStrategy>& strategy) {
  const Fields fields = TRY(Fields::of(json, std::move(where)));
  TRY(fields.onlyThese({"id", "shard", "loads", "moveBytes", "tag", "group", "pinned", "cooldownUntil", "from", "until", "pin",
                        "hotKey", "splitPoints"}));
  SnapshotRange range;
  TRY(fields.read("id", range.id));
  if (fields.has("shard")) TRY(fields.read("shard", range.shard.emplace()));
  TRY(fields.read("loads", range.loads, 0));
  TRY(fields.read("moveBytes", range.moveBytes, 0));
  TRY(fields.readIf("tag", range.tag));
  TRY(fields.readIf("group", range.group));
  TRY(fields.readIf("pinned", range.pinned));
  std::optional<std::string> cooldown;
  TRY(fields.readIf("cooldownUntil", cooldown));
  if (cooldown) {
    range.cooldownUntil = parseUtc(*cooldown);
    if (!range.cooldownUntil) return fields.wrong("cooldownUntil", "a time such as 2026-11-24T10:00:00Z");
  }
  TRY(readTokens(fields, strategy, json.contains("from") && json.contains("until"), range));
  return range;
}

// Builds one element of "shards" or "ranges" at a time, hands it on and forgets it, so that a snapshot of millions of
// ranges never stands in memory as JSON. Depth, size and doubled fields are refused on the way.
class SnapshotReader {
 public:
  explicit SnapshotReader(const SnapshotReadLimits& limits) : m_limits(limits) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > m_limits.depth) return fail(fmt::format("the snapshot is nested deeper than {} levels", m_limits.depth));
    if (event == Event::object_start) m_keys.emplace_back();
    if (event == Event::object_end) m_keys.pop_back();
    if (event == Event::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!m_keys.back().insert(key).second) return fail(fmt::format("the field \"{}\" stands twice in one object", printable(key, 60)));
      if (depth == 1) m_field = key;
    }
    if (event == Event::value && ++m_values > m_limits.elements * 32) return fail("the snapshot has too many values");
    if (depth == 1 && (event == Event::value || event == Event::array_end || event == Event::object_end) && m_field == "strategy")
      return takeStrategy(parsed);
    if (depth == 2 && event == Event::object_end && (m_field == "ranges" || m_field == "shards")) return takeElement(parsed);
    return true;
  }

  ClusterSnapshot& snapshot() { return m_snapshot; }
  const std::optional<Error>& error() const { return m_error; }
  struct Stop {};

 private:
  bool takeStrategy(const Json& json) {
    if (json.is_null()) return true;
    if (!m_snapshot.ranges.empty()) return fail("\"strategy\" must stand before \"ranges\"");
    auto spec = strategyFromJson(json);
    if (!spec) return fail(spec.error());
    auto strategy = ShardingStrategy::make(*spec);
    if (!strategy) return fail(strategy.error());
    m_snapshot.strategy = *spec;
    m_strategy = *std::move(strategy);
    return true;
  }

  bool takeElement(const Json& json) {
    if (m_snapshot.ranges.size() + m_snapshot.shards.size() >= m_limits.elements)
      return fail(fmt::format("the snapshot has more than {} elements", m_limits.elements));
    if (m_field == "shards") {
      auto shard = readShard(json, fmt::format("shards[{}]", m_snapshot.shards.size()));
      if (!shard) return fail(shard.error());
      m_snapshot.shards.push_back(*std::move(shard));
    } else {
      auto range = readRange(json, fmt::format("ranges[{}]", m_snapshot.ranges.size()), m_strategy);
      if (!range) return fail(range.error());
      m_snapshot.ranges.push_back(*std::move(range));
    }
    return false;
  }

  bool fail(std::string sentence) { return fail(invalidInput(std::move(sentence))); }
  bool fail(Error error) {
    m_error = std::move(error);
    throw Stop{};
  }

  SnapshotReadLimits m_limits;
  ClusterSnapshot m_snapshot;
  std::optional<ShardingStrategy> m_strategy;
  std::string m_field;
  std::size_t m_values = 0;
  std::optional<Error> m_error;
  std::vector<std::unordered_set<std::string>> m_keys;
};

Done readRest(const Json& rest, ClusterSnapshot& snapshot) {
  const Fields fields = TRY(Fields::of(rest, "snapshot"));
  TRY(fields.onlyThese({"schema", "keyspace", "mapVersion", "strategy", "dimensions", "shards", "ranges", "generated", "options"}));
  std::string schema;
  TRY(fields.read("schema", schema));
  if (schema != schemaName)
    return invalidInput(fmt::format("this is a \"{}\" document; a snapshot says \"schema\": \"{}\"", printable(schema, 60), schemaName));
  TRY(fields.read("keyspace", snapshot.keyspace));
  TRY(fields.readIf("mapVersion", snapshot.mapVersion, 0));
  TRY(fields.readIf("generated", snapshot.generated));
  TRY(fields.read("dimensions", snapshot.dimensions));
  // What was read as elements has been taken out; anything left is no object.
  for (const char* name : {"shards", "ranges"}) {
    const Json* left = TRY(fields.list(name));
    if (!left->empty()) return fields.wrong(name, "a list of objects");
  }
  if (fields.has("options")) {
    const Json* options = TRY(fields.object("options"));
    snapshot.options = canonicalJson(*options);
  }
  return checkSnapshot(snapshot);
}

}  // namespace

std::string snapshotToJson(const ClusterSnapshot& snapshot) {
  std::optional<ShardingStrategy> strategy;
  if (snapshot.strategy)
    if (auto made = ShardingStrategy::make(*snapshot.strategy)) strategy = *std::move(made);
  // Keys in the order of the alphabet but for "strategy", which a streaming reader needs before the ranges.
  std::string out = "{\"dimensions\":" + canonicalJson(snapshot.dimensions);
  if (snapshot.generated) out += ",\"generated\":true";
  out += ",\"keyspace\":" + canonicalJson(snapshot.keyspace.text());
  out += fmt::format(",\"mapVersion\":{}", snapshot.mapVersion);
  if (snapshot.options != "{}") out += ",\"options\":" + snapshot.options;
  if (strategy) out += ",\"strategy\":" + canonicalJson(strategyToJson(*snapshot.strategy));
  out += ",\"shards\":[";
  for (std::size_t s = 0; s < snapshot.shards.size(); ++s) {
    if (s > 0) out += ',';
    out += canonicalJson(toJson(snapshot.shards[s]));
  }
  out += "],\"ranges\":[";
  for (std::size_t i = 0; i < snapshot.ranges.size(); ++i) {
    if (i > 0) out += ',';
    out += canonicalJson(toJson(snapshot.ranges[i], strategy));
  }
  out += fmt::format("],\"schema\":\"{}\"}}\n", schemaName);
  return out;
}

Result<ClusterSnapshot> snapshotFromJson(std::string_view text, const SnapshotReadLimits& limits) {
  if (text.size() > limits.bytes)
    return invalidInput(fmt::format("the snapshot has {} bytes; at most {} are accepted", text.size(), limits.bytes));
  const auto reader = std::make_shared<SnapshotReader>(limits);
  try {
    const Json rest = Json::parse(text.begin(), text.end(), [reader](int depth, Json::parse_event_t event, Json& parsed) {
      return (*reader)(depth, event, parsed);
    });
    TRY(readRest(rest, reader->snapshot()));
  } catch (const SnapshotReader::Stop&) {
    return *reader->error();
  } catch (const Json::exception& problem) {
    return invalidInput(std::string("the snapshot is not JSON: ") + problem.what());
  }
  return std::move(reader->snapshot());
}

}  // namespace shardwright
