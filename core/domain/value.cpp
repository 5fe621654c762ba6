#include "core/domain/value.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace shardwright {

std::string describe(const Value& value) {
  struct Describer {
    std::string operator()(Null) const { return "NULL"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const {
      std::string text = fmt::format("{}", v);
      return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
    }
    std::string operator()(const std::string& v) const { return printable(v); }
    std::string operator()(const Blob& v) const { return "x'" + toHex(v.bytes) + "'"; }
  };
  return std::visit(Describer{}, value);
}

}  // namespace shardwright
