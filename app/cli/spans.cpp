#include "app/cli/spans.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace shardwright::cli {

Result<std::pair<std::optional<std::string>, std::optional<std::string>>> splitSpan(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return invalidInput(fmt::format("\"{}\" is no stretch; write LO..HI, LO.. or ..HI.", printable(text, 60)));
  }
  const auto side = [](std::string_view part) { return part.empty() ? std::nullopt : std::optional(std::string(part)); };
  return std::pair(side(text.substr(0, dots)), side(text.substr(dots + 2)));
}

Result<KeySpan> parseKeySpan(KeyType type, std::string_view text) {
  const auto sides = TRY(splitSpan(text));
  KeySpan span;
  if (sides.first) span.from = TRY(Key::parse(type, *sides.first));
  if (sides.second) span.until = TRY(Key::parse(type, *sides.second));
  return span;
}

}  // namespace shardwright::cli
