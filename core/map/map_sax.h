// What a map file says, before it is known what its tokens mean: in the canonical order of the fields the strategy
// comes after the ranges, so bounds are kept as they stand in the file until the whole of it has been read. Private to
// map_json.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/json.h"
#include "core/map/map_json.h"

namespace shardwright {

// One value of the file that is no object or array.
struct Scalar {
  enum class Kind : std::uint8_t { Null, Text, Number, Other };
  Kind kind = Kind::Null;
  std::string text;  // of a number: its decimal digits
  friend bool operator==(const Scalar&, const Scalar&) = default;
};

struct RawPin {
  Scalar key;
  std::string shard;
};

// Two neighbours that do not name one bound in the same characters.
struct Seam {
  std::size_t range;  // the one before
  Scalar until;
};

// The file as it was read.
struct RawMap {
  std::optional<std::string> schema, keyspace, checksum, kind, keyType, dialect;
  std::optional<std::int64_t> version, slots;
  TokenColumn froms;
  std::vector<Scalar::Kind> fromKinds;
  std::vector<std::uint32_t> owners;
  std::vector<ShardId> shards;
  std::vector<Seam> seams;
  Scalar lastUntil;
  std::vector<RawPin> pins;
  bool hasStrategy = false;
  bool hasRanges = false;
};

class MapSax : public nlohmann::json_sax<Json> {
 public:
  explicit MapSax(const MapReadLimits& limits) : m_limits(limits) {}

  RawMap& raw() { return m_raw; }
  const std::string& problem() const { return m_problem; }

  bool null() override { return scalar({Scalar::Kind::Null, {}}); }
  bool boolean(bool) override { return scalar({Scalar::Kind::Other, {}}); }
  bool number_integer(number_integer_t value) override { return scalar({Scalar::Kind::Number, std::to_string(value)}); }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar({Scalar::Kind::Number, std::to_string(value)});
  }
  bool number_float(number_float_t, const string_t&) override { return scalar({Scalar::Kind::Other, {}}); }
  bool string(string_t& value) override { return scalar({Scalar::Kind::Text, std::move(value)}); }
  bool binary(binary_t&) override { return scalar({Scalar::Kind::Other, {}}); }

  bool start_object(std::size_t) override;
  bool key(string_t& name) override;
  bool end_object() override;
  bool start_array(std::size_t) override;
  bool end_array() override;
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& problem) override {
    return fail(fmt::format("not JSON: {}", problem.what()));
  }

 private:
  enum class Place { Outside, Top, Strategy, Ranges, Range, Pins, Pin };

  static std::span<const std::string_view> fieldsOf(Place place);
  bool is(std::string_view field) const { return m_field == field; }
  bool scalar(Scalar value);
  bool topScalar(const Scalar& value);
  bool strategyScalar(const Scalar& value);
  bool rangeScalar(Scalar value);
  bool pinScalar(Scalar value);
  bool endRange();
  bool endPin();
  bool text(const Scalar& value, std::optional<std::string>& to);
  bool integer(const Scalar& value, std::optional<std::int64_t>& to);
  std::uint32_t indexOfShard(const std::string& name);
  bool oneMore();
  std::string where() const;
  bool unexpected(std::string_view wanted) { return fail(fmt::format("{}: {} is expected there", where(), wanted)); }
  bool fail(std::string problem) {
    m_problem = std::move(problem);
    return false;
  }

  MapReadLimits m_limits;
  RawMap m_raw;
  std::string m_problem;
  Place m_place = Place::Outside;
  std::string_view m_field;          // of the object at hand; one of fieldsOf(m_place)
  std::array<unsigned, 7> m_seen{};  // by place: which fields its object has had, as bits
  Scalar m_from, m_until, m_key;
  std::optional<std::string> m_shard;
  std::unordered_map<std::string, std::uint32_t> m_shardIndex;
};

}  // namespace shardwright
