#include "core/route/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace shardwright {

namespace {

struct FunctionName {
  Aggregate::Function function;
  std::string_view name;
};
constexpr std::array functionNames = {
    FunctionName{Aggregate::Function::Count, "COUNT"}, FunctionName{Aggregate::Function::Sum, "SUM"},
    FunctionName{Aggregate::Function::Min, "MIN"},     FunctionName{Aggregate::Function::Max, "MAX"},
    FunctionName{Aggregate::Function::Avg, "AVG"},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool isPlainName(std::string_view name) {
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
         std::ranges::all_of(name, [](char c) {
           return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

// A comma or bracket inside double quotes belongs to a name.
std::vector<std::string_view> piecesOf(std::string_view text) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ',' && !quoted) {
      pieces.push_back(trimmed(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  pieces.push_back(trimmed(text.substr(begin)));
  return pieces;
}

std::optional<std::string> columnOf(std::string_view text) {
  if (isPlainName(text)) return std::string(text);
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    name += text[i];
    if (text[i] != '"') continue;
    if (i + 1 == text.size() || text[i + 1] != '"') return std::nullopt;
    ++i;
  }
  return name;
}

Result<Aggregate> parseAggregate(std::string_view piece) {
  const auto refusal = [&] {
    return invalidInput(fmt::format("\"{}\" is no aggregate: write COUNT(*), COUNT(c), SUM(c), MIN(c), MAX(c) or AVG(c)",
                                    printable(piece, 80)));
  };
  const auto open = piece.find('(');
  if (open == std::string_view::npos || piece.back() != ')') return refusal();
  const auto name = trimmed(piece.substr(0, open));
  const auto* known = std::ranges::find_if(functionNames, [&](const auto& f) { return sameColumn(f.name, name); });
  if (known == functionNames.end()) return refusal();
  const auto argument = trimmed(piece.substr(open + 1, piece.size() - open - 2));
  if (argument == "*" && known->function == Aggregate::Function::Count) return Aggregate{known->function, {}};
  auto column = columnOf(argument);
  if (!column) return refusal();
  return Aggregate{known->function, std::move(*column)};
}

}  // namespace

bool sameColumn(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

Result<std::vector<Aggregate>> parseAggregates(std::string_view text) {
  std::vector<Aggregate> out;
  for (const auto piece : piecesOf(text)) {
    auto aggregate = TRY(parseAggregate(piece));
    out.push_back(std::move(aggregate));
  }
  return out;
}

std::string formatAggregate(const Aggregate& aggregate) {
  const auto* known =
      std::ranges::find_if(functionNames, [&](const auto& f) { return f.function == aggregate.function; });
  if (aggregate.column.empty()) return fmt::format("{}(*)", known->name);
  if (isPlainName(aggregate.column)) return fmt::format("{}({})", known->name, aggregate.column);
  std::string quoted;
  for (char c : aggregate.column) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return fmt::format("{}(\"{}\")", known->name, quoted);
}

}  // namespace shardwright
