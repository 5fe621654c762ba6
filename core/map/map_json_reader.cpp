// Reading a map from JSON: from what the file says to a map.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/map/map_json.h"
#include "core/map/map_sax.h"

namespace shardwright {

namespace {

// From what was read to a map.
class MapAssembler {
 public:
  MapAssembler(RawMap& raw, ShardingStrategy strategy) : m_raw(raw), m_strategy(std::move(strategy)) {}

  Result<ShardMap> map(const KeyspaceName& keyspace);

 private:
  Result<Token> token(Scalar::Kind kind, std::string_view text) const;
  Result<Token> from(std::size_t range) const;
  Done addRanges(MapBuilder& builder) const;
  Done checkSeam(const Seam& seam) const;
  Done addPins(MapBuilder& builder) const;

  RawMap& m_raw;
  ShardingStrategy m_strategy;
};

std::string at(std::string_view list, std::size_t index) { return fmt::format("{}[{}]", list, index); }

Result<Token> MapAssembler::token(Scalar::Kind kind, std::string_view text) const {
  if (kind == Scalar::Kind::Number && !(m_strategy.keepsOrder() && m_strategy.keyType() == KeyType::Int))
    return invalidInput(fmt::format("{} is a number; tokens of a {} keyspace over {} keys are strings", text,
                                    strategyName(m_strategy.kind()), keyTypeName(m_strategy.keyType())));
  return m_strategy.parseToken(text);
}

Result<Token> MapAssembler::from(std::size_t range) const {
  if (m_raw.fromKinds[range] != Scalar::Kind::Null) {
    auto found = token(m_raw.fromKinds[range], m_raw.froms[range]);
    // The place is only made up where it is told: there may be millions of them.
    if (!found) return found.error().in(at("ranges", range) + ".from");
    return found;
  }
  if (range == 0) return Token::beginning();
  return invalidInput(
      fmt::format("ranges[{}].from is null, the beginning of the line; only the first range begins there", range));
}

Done MapAssembler::checkSeam(const Seam& seam) const {
  const std::size_t next = seam.range + 1;
  if (seam.until.kind == Scalar::Kind::Null)
    return invalidInput(
        fmt::format("overlap: ranges[{}] reaches the end of the line, but ranges[{}] follows it", seam.range, next));
  const Token until = TRY(token(seam.until.kind, seam.until.text).in(at("ranges", seam.range) + ".until"));
  const Token begin = TRY(from(next));
  if (until == begin) return {};
  return invalidInput(fmt::format("{}: ranges[{}] ends at {} and ranges[{}] begins at {}; let both name one bound",
                                  until < begin ? "gap" : "overlap", seam.range,
                                  printable(m_strategy.formatToken(until), 80), next,
                                  printable(m_strategy.formatToken(begin), 80)));
}

Done MapAssembler::addRanges(MapBuilder& builder) const {
  if (m_raw.owners.empty()) return invalidInput("ranges has no range; write one from null until null at least");
  for (const Seam& seam : m_raw.seams) TRY(checkSeam(seam));
  for (std::size_t i = 0; i < m_raw.owners.size(); ++i) {
    const Token begin = TRY(from(i));
    if (i == 0 && !begin.isBeginning())
      return invalidInput(fmt::format("gap: the first range begins at {}; the line begins at null",
                                      printable(m_strategy.formatToken(begin), 80)));
    std::optional<ShardId> shard;
    if (m_raw.owners[i] != MapLine::nobody) shard = m_raw.shards[m_raw.owners[i]];
    if (const Done added = builder.append(begin, std::move(shard)); !added) return added.error().in(at("ranges", i));
  }
  if (m_raw.lastUntil.kind != Scalar::Kind::Null)
    return invalidInput(
        fmt::format("gap: the last range ends at {}; the line ends at null", printable(m_raw.lastUntil.text, 80)));
  return {};
}

Done MapAssembler::addPins(MapBuilder& builder) const {
  std::vector<std::pair<Key, std::size_t>> keys;
  keys.reserve(m_raw.pins.size());
  for (std::size_t i = 0; i < m_raw.pins.size(); ++i) {
    const Scalar& key = m_raw.pins[i].key;
    if (key.kind == Scalar::Kind::Number && m_strategy.keyType() != KeyType::Int)
      return invalidInput(fmt::format("pins[{}].key: {} is a number; {} keys are strings", i, key.text,
                                      keyTypeName(m_strategy.keyType())));
    auto parsed = Key::parse(m_strategy.keyType(), key.text);
    if (!parsed) return parsed.error().in(at("pins", i) + ".key");
    keys.emplace_back(*std::move(parsed), i);
  }
  std::ranges::sort(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0 && keys[i - 1].first == keys[i].first)
      return invalidInput(fmt::format("pins[{}] and pins[{}] both pin the key {}; leave one", keys[i - 1].second,
                                      keys[i].second, printable(keys[i].first.toText(), 80)));
    TRY(builder.pin(keys[i].first, ShardId(m_raw.pins[keys[i].second].shard)));
  }
  return {};
}

Result<ShardMap> MapAssembler::map(const KeyspaceName& keyspace) {
  MapBuilder builder(keyspace, m_strategy);
  TRY(addRanges(builder));
  TRY(addPins(builder));
  return builder.build(m_raw.version.value_or(0));
}

Result<StrategySpec> strategyOf(const RawMap& raw, const MapExpectation* expected) {
  if (!raw.hasStrategy) {
    if (expected) return expected->strategy;
    return invalidInput("the strategy is missing");
  }
  if (!raw.kind || !raw.keyType) return invalidInput("strategy: kind and keyType must both stand there");
  StrategySpec spec;
  spec.kind = TRY(parseStrategyKind(*raw.kind).in("strategy.kind"));
  spec.keyType = TRY(parseKeyType(*raw.keyType).in("strategy.keyType"));
  spec.dialect = raw.dialect.value_or("");
  spec.slotCount = raw.slots;
  if (expected && spec != expected->strategy)
    return invalidInput(fmt::format("the map is for a {} strategy over {} keys{}; the keyspace has {} over {}{}",
                                    strategyName(spec.kind), keyTypeName(spec.keyType),
                                    spec.dialect.empty() ? "" : " by " + printable(spec.dialect, 40),
                                    strategyName(expected->strategy.kind), keyTypeName(expected->strategy.keyType),
                                    expected->strategy.dialect.empty() ? "" : " by " + expected->strategy.dialect));
  return spec;
}

Result<KeyspaceName> keyspaceOf(const RawMap& raw, const MapExpectation* expected) {
  if (!raw.keyspace) {
    if (expected) return expected->keyspace;
    return invalidInput("the keyspace is missing");
  }
  if (expected && *raw.keyspace != expected->keyspace.text())
    return invalidInput(fmt::format("the map is of keyspace \"{}\", not of \"{}\"", printable(*raw.keyspace, 80),
                                    printable(expected->keyspace.text(), 80)));
  return KeyspaceName(*raw.keyspace);
}

Result<ShardMap> assemble(RawMap& raw, const MapExpectation* expected) {
  if (raw.schema != "shardwright.map/1")
    return invalidInput(fmt::format("the schema is {}; this program reads \"shardwright.map/1\"",
                                    raw.schema ? '"' + printable(*raw.schema, 60) + '"' : "missing"));
  const KeyspaceName keyspace = TRY(keyspaceOf(raw, expected));
  const StrategySpec spec = TRY(strategyOf(raw, expected));
  ShardingStrategy strategy = TRY(ShardingStrategy::make(spec).in("strategy"));
  if (!raw.hasRanges) return invalidInput("the ranges are missing");
  if (raw.version && *raw.version < 0) return invalidInput("version: a version is 1 or more, or left out");
  ShardMap map = TRY(MapAssembler(raw, std::move(strategy)).map(keyspace));
  if (raw.checksum && *raw.checksum != map.checksum())
    return invalidInput(
        fmt::format("the checksum does not fit: the file says {}, its content has {}. It was changed after it was "
                    "written: fetch it again or, if the change is meant, take the checksum out",
                    printable(*raw.checksum, 64), map.checksum()));
  return map;
}

}  // namespace

Result<ShardMap> mapFromJson(std::string_view text, const MapReadLimits& limits, const MapExpectation* expected) {
  if (text.size() > limits.bytes)
    return invalidInput(fmt::format("map: {} bytes of JSON; at most {} are accepted", text.size(), limits.bytes));
  MapSax reader(limits);
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) return invalidInput("map: " + reader.problem());
  return assemble(reader.raw(), expected).in("map");
}

}  // namespace shardwright
