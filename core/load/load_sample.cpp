#include "core/load/load_sample.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/load/fields.h"

namespace shardwright {

namespace {

constexpr const char* schemaName = "shardwright.load/1";

void put(Json& object, const char* name, const std::optional<std::int64_t>& value) {
  if (value) object[name] = *value;
}

Json rangeToJson(const RangeLoad& range, const ShardingStrategy& strategy) {
  Json out = {{"from", range.tokens.from.isBeginning() ? Json() : strategy.tokenJson(range.tokens.from)},
              {"until", range.tokens.until ? strategy.tokenJson(*range.tokens.until) : Json()},
              {"shard", range.shard ? Json(range.shard->text()) : Json()}};
  put(out, "rows", range.rows);
  put(out, "bytes", range.bytes);
  put(out, "reads", range.reads);
  put(out, "writes", range.writes);
  return out;
}

Result<std::optional<Token>> readBound(const Fields& fields, std::string_view name, const ShardingStrategy& strategy) {
  if (!fields.has(name)) return std::optional<Token>();
  const Json* json = TRY(fields.any(name));
  auto token = TRY(strategy.tokenFromJson(*json).in(fields.where()));
  return std::optional(std::move(token));
}

Result<RangeLoad> rangeFromJson(const Json& json, std::string where, const ShardingStrategy& strategy) {
  const auto fields = TRY(Fields::of(json, std::move(where)));
  TRY(fields.onlyThese({"from", "until", "shard", "rows", "bytes", "reads", "writes"}));
  RangeLoad range;
  range.tokens.from = TRY(readBound(fields, "from", strategy)).value_or(Token::beginning());
  range.tokens.until = TRY(readBound(fields, "until", strategy));
  std::optional<std::string> shard;
  TRY(fields.readIf("shard", shard));
  if (shard) range.shard = ShardId(*std::move(shard));
  TRY(fields.readIf("rows", range.rows, 0));
  TRY(fields.readIf("bytes", range.bytes, 0));
  TRY(fields.readIf("reads", range.reads, 0));
  TRY(fields.readIf("writes", range.writes, 0));
  return range;
}

Json pinToJson(const PinLoad& pin) {
  Json out = {{"key", pin.key.toText()}, {"shard", pin.shard.text()}};
  put(out, "rows", pin.rows);
  put(out, "bytes", pin.bytes);
  return out;
}

Result<PinLoad> pinFromJson(const Json& json, std::string where, KeyType type) {
  const auto fields = TRY(Fields::of(json, std::move(where)));
  TRY(fields.onlyThese({"key", "shard", "rows", "bytes"}));
  std::string key, shard;
  TRY(fields.read("key", key));
  TRY(fields.read("shard", shard));
  PinLoad pin{TRY(Key::parse(type, key)), ShardId(std::move(shard)), {}, {}, {}, {}};
  TRY(fields.readIf("rows", pin.rows, 0));
  TRY(fields.readIf("bytes", pin.bytes, 0));
  return pin;
}

Result<KeyLoad> keyFromJson(const Json& json, std::string where, KeyType type) {
  const auto fields = TRY(Fields::of(json, std::move(where)));
  TRY(fields.onlyThese({"key", "count", "error"}));
  std::string text;
  TRY(fields.read("key", text));
  KeyLoad load{TRY(Key::parse(type, text)), 0, 0};
  TRY(fields.read("count", load.count, 0));
  TRY(fields.read("error", load.error, 0));
  return load;
}

// The ranges cover the line in its order: whoever adds them up by place relies on it.
Done checkLine(const std::vector<RangeLoad>& ranges) {
  std::optional<Token> next = Token::beginning();
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!next || ranges[i].tokens.from != *next || (ranges[i].tokens.until && *ranges[i].tokens.until <= *next))
      return invalidInput(fmt::format("ranges[{}]: it does not begin where the one before ends", i));
    next = ranges[i].tokens.until;
  }
  if (next) return invalidInput("ranges: they do not reach the end of the line");
  return {};
}

}  // namespace

Json loadSampleToJson(const LoadSample& sample, const ShardingStrategy& strategy) {
  Json ranges = Json::array(), pins = Json::array(), hotKeys = Json::array();
  for (const auto& range : sample.ranges) ranges.push_back(rangeToJson(range, strategy));
  for (const auto& pin : sample.pins) pins.push_back(pinToJson(pin));
  for (const auto& hot : sample.hotKeys)
    hotKeys.push_back({{"key", hot.key.toText()}, {"count", hot.count}, {"error", hot.error}});
  return {{"schema", schemaName},
          {"keyspace", sample.keyspace.text()},
          {"mapVersion", sample.mapVersion},
          {"at", formatUtc(sample.at)},
          {"seconds", sample.seconds},
          {"source", sample.source},
          {"generated", sample.generated},
          {"everywhere", sample.everywhere},
          {"ranges", std::move(ranges)},
          {"pins", std::move(pins)},
          {"hotKeys", std::move(hotKeys)}};
}

Result<LoadSample> loadSampleFromJson(const Json& json, const ShardingStrategy& strategy) {
  const auto fields = TRY(Fields::of(json, "load sample"));
  TRY(fields.onlyThese({"schema", "keyspace", "mapVersion", "at", "seconds", "source", "generated", "everywhere", "ranges",
                        "pins", "hotKeys"}));
  std::string schema, at;
  TRY(fields.read("schema", schema));
  if (schema != schemaName) return fields.wrong("schema", schemaName);
  LoadSample sample;
  TRY(fields.read("keyspace", sample.keyspace));
  TRY(fields.read("mapVersion", sample.mapVersion, 0));
  TRY(fields.read("at", at));
  const auto when = parseUtc(at);
  if (!when) return fields.wrong("at", "a time such as 2026-11-24T10:00:00Z");
  sample.at = *when;
  TRY(fields.readIf("seconds", sample.seconds));
  TRY(fields.read("source", sample.source));
  TRY(fields.readIf("generated", sample.generated));
  TRY(fields.readIf("everywhere", sample.everywhere, 0));
  const Json* ranges = TRY(fields.list("ranges"));
  for (const auto& range : *ranges) {
    auto load = TRY(rangeFromJson(range, fmt::format("ranges[{}]", sample.ranges.size()), strategy));
    sample.ranges.push_back(std::move(load));
  }
  TRY(checkLine(sample.ranges));
  if (fields.has("pins")) {
    const Json* pins = TRY(fields.list("pins"));
    for (const auto& pin : *pins) {
      auto load = TRY(pinFromJson(pin, fmt::format("pins[{}]", sample.pins.size()), strategy.keyType()));
      sample.pins.push_back(std::move(load));
    }
  }
  const Json* hotKeys = TRY(fields.list("hotKeys"));
  for (const auto& hot : *hotKeys) {
    auto load = TRY(keyFromJson(hot, fmt::format("hotKeys[{}]", sample.hotKeys.size()), strategy.keyType()));
    sample.hotKeys.push_back(std::move(load));
  }
  return sample;
}

}  // namespace shardwright
