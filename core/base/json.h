// JSON: one library, one canonical form. Canonical = sorted keys, no white space, UTF-8 as it is, integers exact.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/json_fwd.h"
#include "core/base/result.h"

namespace shardwright {

struct JsonLimits {
  std::size_t bytes = std::size_t{64} << 20;
  int depth = 64;
};

std::string canonicalJson(const Json& value);

// Parses untrusted text. Refuses what is too large or too deep, duplicate keys, invalid UTF-8 and trailing text with a
// sentence that says where; never throws.
Result<Json> parseJson(std::string_view text, const JsonLimits& limits = {});

}  // namespace shardwright
