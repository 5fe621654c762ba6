// The short drawn text of a map, and CSV.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

std::vector<std::string> wordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : splitText(text, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<ShardId> drawnOwner(const std::string& word) {
  if (word == "nobody") return std::nullopt;
  return ShardId(word);
}

// "- 40 a", "40 - 80 b", "80 - c" or "- d": the words before and after the dash are the bounds, the last the owner.
struct DrawnRange {
  std::optional<std::string> from, until;
  std::string owner;
};

Result<DrawnRange> drawnRange(std::string_view text) {
  const std::vector<std::string> words = wordsOf(text);
  const std::size_t dash = words.size() > 1 && words[0] != "-" ? 1 : 0;
  const std::size_t untils = words.size() - dash - 2;
  if (words.size() < dash + 2 || words[dash] != "-" || untils > 1)
    return invalidInput(
        fmt::format("\"{}\" draws no range; write FROM - UNTIL SHARD with blanks between", printable(text, 80)));
  DrawnRange range;
  if (dash == 1) range.from = words[0];
  if (untils == 1) range.until = words[dash + 1];
  range.owner = words.back();
  return range;
}

Done drawRanges(MapBuilder& builder, const ShardingStrategy& strategy, std::string_view drawing) {
  std::optional<std::string> bound;  // where the range at hand has to begin
  bool first = true;
  for (const std::string& part : splitText(drawing, '|')) {
    const DrawnRange range = TRY(drawnRange(part));
    if (range.from != bound || (!first && !bound))
      return invalidInput(fmt::format("\"{}\" does not begin where the range before it ends", printable(part, 80)));
    Token from;
    if (range.from) from = TRY(strategy.parseToken(*range.from));
    TRY(builder.append(from, drawnOwner(range.owner)));
    bound = range.until;
    first = false;
  }
  if (bound) return invalidInput(fmt::format("the last range ends at {}; leave its end out", printable(*bound, 80)));
  return {};
}

std::string csvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

Result<ShardMap> drawnMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy, std::string_view drawing) {
  MapBuilder builder(keyspace, strategy);
  const std::vector<std::string> parts = splitText(drawing, ';');
  TRY(drawRanges(builder, strategy, parts[0]));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::vector<std::string> words = wordsOf(parts[i]);
    if (words.size() != 3 || words[0] != "pin")
      return invalidInput(fmt::format("\"{}\" draws no pin; write pin KEY SHARD", printable(parts[i], 80)));
    const Key key = TRY(Key::parse(strategy.keyType(), words[1]));
    TRY(builder.pin(key, ShardId(words[2])));
  }
  return builder.build();
}

std::string drawMap(const ShardMap& map) {
  std::string out;
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    const MapRange range = map.range(i);
    if (i > 0) out += " | " + map.strategy().formatToken(range.tokens.from) + ' ';
    out += "- ";
    if (range.tokens.until) out += map.strategy().formatToken(*range.tokens.until) + ' ';
    out += range.shard ? range.shard->text() : "nobody";
  }
  for (const Pin& pin : map.pins()) out += fmt::format("; pin {} {}", pin.key.toText(), pin.shard.text());
  return out;
}

std::string mapToCsv(const ShardMap& map) {
  std::string out = "from,until,shard\n";
  std::string from;
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    const MapRange range = map.range(i);
    std::string until = range.tokens.until ? csvField(map.strategy().formatToken(*range.tokens.until)) : "";
    out += fmt::format("{},{},{}\n", from, until, range.shard ? csvField(range.shard->text()) : "");
    from = std::move(until);
  }
  for (const Pin& pin : map.pins())
    out += fmt::format("pin,{},{}\n", csvField(pin.key.toText()), csvField(pin.shard.text()));
  return out;
}

}  // namespace shardwright
