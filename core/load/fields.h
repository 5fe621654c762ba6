// Fields: reads one JSON object of a file strictly. Every failure is InvalidInput and says where in the document it is
// and what was expected; fields that nobody asked for are refused, so that a misspelt one is not silently ignored.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/ids.h"

namespace shardwright {

class Fields {
 public:
  // `where` names the object in sentences: "moves[3]". The JSON must outlive the reader.
  static Result<Fields> of(const Json& json, std::string where);

  bool has(std::string_view name) const;  // there and not null

  // Required, not null.
  Done read(std::string_view name, std::string& out) const;
  Done read(std::string_view name, std::int64_t& out, std::int64_t least = INT64_MIN) const;
  Done read(std::string_view name, std::vector<std::int64_t>& out, std::int64_t least = INT64_MIN) const;
  Done read(std::string_view name, std::vector<std::string>& out) const;
  template <class Tag>
  Done read(std::string_view name, Name<Tag>& out) const {
    std::string text;
    TRY(read(name, text));
    out = Name<Tag>(std::move(text));
    return {};
  }

  // Absent or null leaves `out` as it is.
  Done readIf(std::string_view name, std::string& out) const;
  Done readIf(std::string_view name, std::optional<std::string>& out) const;
  Done readIf(std::string_view name, std::int64_t& out, std::int64_t least = INT64_MIN) const;
  Done readIf(std::string_view name, std::optional<std::int64_t>& out, std::int64_t least = INT64_MIN) const;
  Done readIf(std::string_view name, double& out) const;
  Done readIf(std::string_view name, std::optional<double>& out) const;
  Done readIf(std::string_view name, bool& out) const;

  Result<const Json*> any(std::string_view name) const;     // there, null or not
  Result<const Json*> list(std::string_view name) const;
  Result<const Json*> object(std::string_view name) const;

  Done onlyThese(std::initializer_list<std::string_view> names) const;

  const std::string& where() const { return m_where; }
  Error wrong(std::string_view name, std::string_view expected) const;

 private:
  Fields(const Json& json, std::string where) : m_json(&json), m_where(std::move(where)) {}
  const Json* find(std::string_view name) const;
  const Json* m_json;
  std::string m_where;
};

// An integer of JSON that fits; numbers with a fraction, and those beyond 64 bits, are none.
std::optional<std::int64_t> integerOf(const Json& json);

}  // namespace shardwright
