// Value: one cell of a row as a database gave it. Equality is of the representation: 1 is not 1.0, "a" is not x'61'.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.h"

namespace shardwright {

struct Null {
  friend bool operator==(Null, Null) = default;
  friend auto operator<=>(Null, Null) = default;
};

using Value = std::variant<Null, std::int64_t, double, std::string, Blob>;
using Row = std::vector<Value>;

// For people and messages: NULL, numbers as they are, text printable, blobs as x'..'.
std::string describe(const Value& value);

}  // namespace shardwright
