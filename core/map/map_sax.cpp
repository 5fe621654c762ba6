#include "core/map/map_sax.h"

#include <utility>

#include "core/base/text.h"

namespace shardwright {

std::span<const std::string_view> MapSax::fieldsOf(Place place) {
  static constexpr std::string_view top[] = {"schema", "keyspace", "version", "strategy", "ranges", "pins", "checksum"};
  static constexpr std::string_view strategy[] = {"kind", "keyType", "dialect", "slots"};
  static constexpr std::string_view range[] = {"from", "until", "shard"};
  static constexpr std::string_view pin[] = {"key", "shard"};
  switch (place) {
    case Place::Top:
      return top;
    case Place::Strategy:
      return strategy;
    case Place::Range:
      return range;
    case Place::Pin:
      return pin;
    default:
      return {};
  }
}

std::string MapSax::where() const {
  switch (m_place) {
    case Place::Outside:
      return "at the top";
    case Place::Top:
      return std::string(m_field);
    case Place::Strategy:
      return fmt::format("strategy.{}", m_field);
    case Place::Ranges:
      return fmt::format("ranges[{}]", m_raw.owners.size());
    case Place::Range:
      return fmt::format("ranges[{}].{}", m_raw.owners.size(), m_field);
    case Place::Pins:
      return fmt::format("pins[{}]", m_raw.pins.size());
    case Place::Pin:
      return fmt::format("pins[{}].{}", m_raw.pins.size(), m_field);
  }
  return {};
}

bool MapSax::oneMore() {
  if (m_raw.owners.size() + m_raw.pins.size() < m_limits.elements) return true;
  return fail(fmt::format("more than {} ranges and pins; a map of that size is not accepted", m_limits.elements));
}

bool MapSax::start_object(std::size_t) {
  if (m_place == Place::Outside) {
    m_place = Place::Top;
  } else if (m_place == Place::Top && is("strategy")) {
    m_place = Place::Strategy;
    m_raw.hasStrategy = true;
  } else if (m_place == Place::Ranges) {
    if (!oneMore()) return false;
    m_place = Place::Range;
    m_shard.reset();
  } else if (m_place == Place::Pins) {
    if (!oneMore()) return false;
    m_place = Place::Pin;
    m_shard.reset();
  } else {
    return unexpected(is("ranges") || is("pins") ? "a list" : "a plain value");
  }
  m_seen[static_cast<std::size_t>(m_place)] = 0;
  m_field = {};
  return true;
}

bool MapSax::key(string_t& name) {
  const auto fields = fieldsOf(m_place);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] != name) continue;
    unsigned& seen = m_seen[static_cast<std::size_t>(m_place)];
    m_field = fields[i];
    if (seen & 1u << i) return fail(fmt::format("{} stands twice in one object", where()));
    seen |= 1u << i;
    return true;
  }
  return fail(fmt::format("\"{}\" is no field of shardwright.map/1{}; take it out", printable(name, 60),
                          m_place == Place::Top ? "" : " in " + where().substr(0, where().find('.'))));
}

bool MapSax::end_object() {
  const Place ended = std::exchange(m_place, Place::Top);
  switch (ended) {
    case Place::Range:
      m_place = ended;
      return endRange();
    case Place::Pin:
      m_place = ended;
      return endPin();
    case Place::Top:
      m_place = Place::Outside;
      return true;
    default:
      return true;
  }
}

bool MapSax::start_array(std::size_t) {
  if (m_place == Place::Top && is("ranges")) {
    m_place = Place::Ranges;
    m_raw.hasRanges = true;
    return true;
  }
  if (m_place == Place::Top && is("pins")) {
    m_place = Place::Pins;
    return true;
  }
  if (m_place == Place::Outside) return fail("a map is a JSON object; a list stands there");
  return unexpected(m_place == Place::Ranges || m_place == Place::Pins || is("strategy") ? "an object"
                                                                                         : "a plain value");
}

bool MapSax::end_array() {
  m_place = Place::Top;
  return true;
}

bool MapSax::scalar(Scalar value) {
  switch (m_place) {
    case Place::Top:
      return topScalar(value);
    case Place::Strategy:
      return strategyScalar(value);
    case Place::Range:
      return rangeScalar(std::move(value));
    case Place::Pin:
      return pinScalar(std::move(value));
    case Place::Outside:
      return fail("a map is a JSON object; a plain value stands there");
    default:
      return unexpected("an object");
  }
}

bool MapSax::text(const Scalar& value, std::optional<std::string>& to) {
  if (value.kind != Scalar::Kind::Text) return unexpected("a string");
  to = value.text;
  return true;
}

bool MapSax::integer(const Scalar& value, std::optional<std::int64_t>& to) {
  if (value.kind == Scalar::Kind::Number) to = parseInt64(value.text);
  return to ? true : unexpected("a 64-bit integer");
}

bool MapSax::topScalar(const Scalar& value) {
  if (is("schema")) return text(value, m_raw.schema);
  if (is("keyspace")) return text(value, m_raw.keyspace);
  if (is("checksum")) return text(value, m_raw.checksum);
  if (is("version")) return integer(value, m_raw.version);
  return unexpected(is("strategy") ? "an object" : "a list");
}

bool MapSax::strategyScalar(const Scalar& value) {
  if (is("kind")) return text(value, m_raw.kind);
  if (is("keyType")) return text(value, m_raw.keyType);
  if (value.kind == Scalar::Kind::Null) return true;
  return is("dialect") ? text(value, m_raw.dialect) : integer(value, m_raw.slots);
}

bool MapSax::rangeScalar(Scalar value) {
  if (is("shard")) return value.kind == Scalar::Kind::Null || text(value, m_shard);
  if (value.kind == Scalar::Kind::Other) return unexpected("a string, a 64-bit integer or null");
  (is("from") ? m_from : m_until) = std::move(value);
  return true;
}

bool MapSax::pinScalar(Scalar value) {
  if (is("shard")) return text(value, m_shard);
  if (value.kind != Scalar::Kind::Text && value.kind != Scalar::Kind::Number)
    return unexpected("a string or a 64-bit integer");
  m_key = std::move(value);
  return true;
}

std::uint32_t MapSax::indexOfShard(const std::string& name) {
  const auto [found, fresh] = m_shardIndex.try_emplace(name, static_cast<std::uint32_t>(m_raw.shards.size()));
  if (fresh) m_raw.shards.emplace_back(name);
  return found->second;
}

bool MapSax::endRange() {
  const std::size_t index = m_raw.owners.size();
  if (m_seen[static_cast<std::size_t>(Place::Range)] != 7)
    return fail(fmt::format(
        "ranges[{}]: from, until and shard must all stand there (null: the beginning, the end, nobody)", index));
  if (index > 0 && (m_raw.lastUntil.kind == Scalar::Kind::Null || m_raw.lastUntil != m_from))
    m_raw.seams.push_back({index - 1, m_raw.lastUntil});
  m_raw.froms.append(m_from.text);
  m_raw.fromKinds.push_back(m_from.kind);
  m_raw.owners.push_back(m_shard ? indexOfShard(*m_shard) : MapLine::nobody);
  std::swap(m_raw.lastUntil, m_until);
  m_place = Place::Ranges;
  return true;
}

bool MapSax::endPin() {
  if (m_seen[static_cast<std::size_t>(Place::Pin)] != 3)
    return fail(fmt::format("pins[{}]: key and shard must both stand there", m_raw.pins.size()));
  m_raw.pins.push_back({std::move(m_key), *std::move(m_shard)});
  m_place = Place::Pins;
  return true;
}

}  // namespace shardwright
