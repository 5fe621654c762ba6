#include "core/map/shard_map.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/text.h"

namespace shardwright {

namespace {

std::string quoted(const ShardingStrategy& strategy, std::string_view token) {
  return token.empty() ? "the beginning" : printable(strategy.formatToken(Token{std::string(token)}), 80);
}

// One bound that is not the beginning.
std::optional<std::string> boundProblem(std::string_view token, const ShardingStrategy& strategy) {
  if (const auto width = strategy.tokenWidth()) {
    if (token.size() == *width) return std::nullopt;
    return fmt::format("the bound x'{}' has {} bytes; tokens of this keyspace have {}", printable(toHex(token), 80),
                       token.size(), *width);
  }
  if (isUtf8(token) && token.find('\0') == std::string_view::npos) return std::nullopt;
  return fmt::format("the bound \"{}\" is no valid UTF-8 without NUL, so no text key can stand there",
                     printable(token, 80));
}

}  // namespace

std::optional<std::string> lineProblem(const MapLine& line, const ShardingStrategy& strategy) {
  if (line.size() == 0 || !line.froms[0].empty())
    return "the first range does not begin at the beginning of the line; let its \"from\" be null";
  if (!strategy.keepsOrder())
    if (const auto hole = std::ranges::find(line.owners, MapLine::nobody); hole != line.owners.end())
      return fmt::format("the range from {} belongs to nobody, which a hash keyspace does not allow; give it a shard",
                         quoted(strategy, line.froms[static_cast<std::size_t>(hole - line.owners.begin())]));
  for (std::size_t i = 1; i < line.size(); ++i) {
    const std::string_view from = line.froms[i];
    if (auto problem = boundProblem(from, strategy)) return problem;
    if (from <= line.froms[i - 1])
      return fmt::format("the bound {} stands after {}; bounds must ascend, each once", quoted(strategy, from),
                         quoted(strategy, line.froms[i - 1]));
  }
  return std::nullopt;
}

TokenRange ShardMap::tokens(std::size_t index) const {
  TokenRange range{Token{std::string(m_line->froms[index])}, std::nullopt};
  if (index + 1 < m_line->size()) range.until = Token{std::string(m_line->froms[index + 1])};
  return range;
}

std::optional<ShardId> ShardMap::owner(std::size_t index) const {
  const std::uint32_t shard = m_line->owners[index];
  if (shard == MapLine::nobody) return std::nullopt;
  return m_line->shards[shard];
}

MapRange ShardMap::range(std::size_t index) const { return {tokens(index), owner(index)}; }

std::size_t ShardMap::indexOf(const Token& token) const { return m_line->froms.upperBound(token.bytes) - 1; }

std::optional<std::size_t> ShardMap::indexOf(const TokenRange& range) const {
  const std::size_t index = indexOf(range.from);
  if (m_line->froms[index] != range.from.bytes) return std::nullopt;
  const bool last = index + 1 == m_line->size();
  if (last != !range.until) return std::nullopt;
  if (!last && m_line->froms[index + 1] != range.until->bytes) return std::nullopt;
  return index;
}

const Pin* ShardMap::pinOf(const Key& key) const {
  const auto& pins = m_pins->pins;
  const auto found = std::ranges::lower_bound(pins, key, {}, &Pin::key);
  return found != pins.end() && found->key == key ? &*found : nullptr;
}

std::vector<Key> ShardMap::pinsIn(const TokenRange& range) const {
  std::vector<Key> keys;
  const auto& pins = m_pins->pins;
  if (m_strategy.keepsOrder()) {
    const auto before = [&](const Token& token) {
      return std::ranges::partition_point(pins, [&](const Pin& pin) {
        const auto at = m_strategy.tokenOf(pin.key);
        return at && *at < token;
      });
    };
    const auto end = range.until ? before(*range.until) : pins.end();
    for (auto pin = before(range.from); pin < end; ++pin) keys.push_back(pin->key);
    return keys;
  }
  const auto before = [&](const Token& token) {
    return std::ranges::lower_bound(m_pins->byToken, readBigEndian64(token.bytes).value_or(0), {},
                                    &MapPins::AtToken::token);
  };
  const auto end = range.until ? before(*range.until) : m_pins->byToken.end();
  for (auto at = before(range.from); at < end; ++at) keys.push_back(pins[at->pin].key);
  std::ranges::sort(keys);
  return keys;
}

Result<Placement> ShardMap::placementOf(const Key& key) const {
  Placement placement;
  placement.token = TRY(m_strategy.tokenOf(key));
  if (const Pin* pin = pinOf(key)) {
    placement.shard = pin->shard;
    placement.reason = Placement::Reason::Pin;
    return placement;
  }
  placement.shard = owner(indexOf(placement.token));
  placement.reason = placement.shard ? Placement::Reason::Range : Placement::Reason::Nobody;
  return placement;
}

PlacedPart ShardMap::partOf(const TokenRange& range) const { return {range, pinsIn(range), std::nullopt}; }

std::vector<ShardId> ShardMap::shards() const {
  std::vector<ShardId> all;
  std::ranges::set_union(m_line->shards, m_pins->owners, std::back_inserter(all));
  return all;
}

std::size_t ShardMap::bytes() const { return m_line->bytes(); }

bool operator==(const ShardMap& a, const ShardMap& b) {
  return a.m_keyspace == b.m_keyspace && a.m_version == b.m_version && a.m_strategy == b.m_strategy &&
         (a.m_line == b.m_line || *a.m_line == *b.m_line) && (a.m_pins == b.m_pins || a.m_pins->pins == b.m_pins->pins);
}

namespace {

// floor(index * 2^64 / count), for index < count.
std::uint64_t evenBound(std::uint64_t index, std::uint64_t count) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(index) << 64) / count);
}

}  // namespace

Result<ShardMap> evenMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy,
                         std::span<const ShardId> shards) {
  if (shards.empty()) return invalidInput(fmt::format("keyspace {}: a map needs at least one shard", keyspace.text()));
  MapBuilder builder(keyspace, strategy);
  TRY(builder.append(Token::beginning(), shards[0]));
  const auto width = strategy.tokenWidth();
  for (std::size_t i = 1; width && i < shards.size(); ++i) {
    std::string bound = bigEndian64(evenBound(i, shards.size()));
    bound.resize(*width, '\0');
    TRY(builder.append(Token{std::move(bound)}, shards[i]));
  }
  return builder.build();
}

}  // namespace shardwright
