#include "core/load/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright {

std::optional<std::int64_t> integerOf(const Json& json) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(value);
  }
  if (json.is_number_integer()) return json.get<std::int64_t>();
  return std::nullopt;
}

namespace {

std::string integerWords(std::string_view plural, std::int64_t least) {
  if (least == INT64_MIN) return std::string(plural);
  return fmt::format("{} of at least {}", plural, least);
}

}  // namespace

Result<Fields> Fields::of(const Json& json, std::string where) {
  if (!json.is_object()) return invalidInput(fmt::format("{}: an object is expected, not {}", where, json.type_name()));
  return Fields(json, std::move(where));
}

const Json* Fields::find(std::string_view name) const {
  const auto found = m_json->find(std::string(name));
  return found == m_json->end() ? nullptr : &*found;
}

Error Fields::wrong(std::string_view name, std::string_view expected) const {
  return invalidInput(fmt::format("{}: \"{}\" must be {}", m_where, name, expected));
}

bool Fields::has(std::string_view name) const {
  const Json* value = find(name);
  return value && !value->is_null();
}

Result<const Json*> Fields::any(std::string_view name) const {
  const Json* value = find(name);
  if (!value) return invalidInput(fmt::format("{}: the field \"{}\" is missing", m_where, name));
  return value;
}

Result<const Json*> Fields::list(std::string_view name) const {
  const Json* value = TRY(any(name));
  if (!value->is_array()) return wrong(name, "a list");
  return value;
}

Result<const Json*> Fields::object(std::string_view name) const {
  const Json* value = TRY(any(name));
  if (!value->is_object()) return wrong(name, "an object");
  return value;
}

Done Fields::read(std::string_view name, std::string& out) const {
  const Json* value = TRY(any(name));
  if (!value->is_string()) return wrong(name, "a text");
  out = value->get<std::string>();
  return {};
}

Done Fields::read(std::string_view name, std::int64_t& out, std::int64_t least) const {
  const Json* value = TRY(any(name));
  const auto number = integerOf(*value);
  if (!number || *number < least) return wrong(name, integerWords("a 64-bit integer", least));
  out = *number;
  return {};
}

Done Fields::read(std::string_view name, std::vector<std::int64_t>& out, std::int64_t least) const {
  const Json* value = TRY(list(name));
  out.clear();
  out.reserve(value->size());
  for (const Json& one : *value) {
    const auto number = integerOf(one);
    if (!number || *number < least) return wrong(name, integerWords("a list of 64-bit integers", least));
    out.push_back(*number);
  }
  return {};
}

Done Fields::read(std::string_view name, std::vector<std::string>& out) const {
  const Json* value = TRY(list(name));
  out.clear();
  for (const Json& one : *value) {
    if (!one.is_string()) return wrong(name, "a list of texts");
    out.push_back(one.get<std::string>());
  }
  return {};
}

Done Fields::readIf(std::string_view name, std::string& out) const {
  if (!has(name)) return {};
  return read(name, out);
}

Done Fields::readIf(std::string_view name, std::optional<std::string>& out) const {
  if (!has(name)) return {};
  return read(name, out.emplace());
}

Done Fields::readIf(std::string_view name, std::int64_t& out, std::int64_t least) const {
  if (!has(name)) return {};
  return read(name, out, least);
}

Done Fields::readIf(std::string_view name, std::optional<std::int64_t>& out, std::int64_t least) const {
  if (!has(name)) return {};
  return read(name, out.emplace(), least);
}

Done Fields::readIf(std::string_view name, double& out) const {
  if (!has(name)) return {};
  const Json* value = TRY(any(name));
  if (!value->is_number() || !std::isfinite(value->get<double>())) return wrong(name, "a number");
  out = value->get<double>();
  return {};
}

Done Fields::readIf(std::string_view name, std::optional<double>& out) const {
  if (!has(name)) return {};
  return readIf(name, out.emplace());
}

Done Fields::readIf(std::string_view name, bool& out) const {
  if (!has(name)) return {};
  const Json* value = TRY(any(name));
  if (!value->is_boolean()) return wrong(name, "true or false");
  out = value->get<bool>();
  return {};
}

Done Fields::onlyThese(std::initializer_list<std::string_view> names) const {
  for (const auto& [name, value] : m_json->items())
    if (std::find(names.begin(), names.end(), name) == names.end())
      return invalidInput(fmt::format("{}: the field \"{}\" is unknown here; remove it, or correct its name", m_where,
                                      printable(name, 60)));
  return {};
}

}  // namespace shardwright
