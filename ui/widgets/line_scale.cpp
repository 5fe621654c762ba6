#include "ui/widgets/line_scale.h"

#include <algorithm>

#include "core/base/bytes.h"

namespace shardwright::ui {

namespace {

// The 8 bytes after the first `skip` of a token, as a number.
std::uint64_t numberAfter(std::string_view token, std::size_t skip) {
  std::uint64_t number = 0;
  for (std::size_t at = skip; at < skip + 8; ++at) number = number << 8 | (at < token.size() ? static_cast<unsigned char>(token[at]) : 0u);
  return number;
}

std::size_t commonPrefix(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < a.size() && length < b.size() && a[length] == b[length]) ++length;
  return length;
}

}  // namespace

LineScale::LineScale(const ShardMap& map, Measure measure) : m_measure(measure), m_ranges(map.rangeCount()) {
  if (measure == Measure::Ranges) return;
  const TokenColumn& froms = map.line().froms;
  m_begins.resize(m_ranges);
  if (m_ranges < 2) return;
  const bool hash = map.strategy().kind() == StrategyKind::Hash;
  const std::size_t skip = hash ? 0 : commonPrefix(froms[1], froms[m_ranges - 1]);
  const double first = hash ? 0 : static_cast<double>(numberAfter(froms[1], skip));
  const double last = hash ? 0x1p64 : static_cast<double>(numberAfter(froms[m_ranges - 1], skip));
  // The first and the last range of an ordered line have no end of their own: they get the width of an average one.
  const double open = hash ? 0 : std::max(1.0, (last - first) / static_cast<double>(std::max<std::size_t>(1, m_ranges - 2)));
  const double whole = last - first + 2 * open;
  for (std::size_t range = 1; range < m_ranges; ++range)
    m_begins[range] = (static_cast<double>(numberAfter(froms[range], skip)) - first + open) / whole;
}

std::size_t LineScale::rangeAt(double position) const {
  if (m_measure == Measure::Ranges) {
    if (!(position > 0)) return 0;
    return std::min(m_ranges - 1, static_cast<std::size_t>(position));
  }
  const auto after = std::ranges::upper_bound(m_begins, position);
  return after == m_begins.begin() ? 0 : static_cast<std::size_t>(after - m_begins.begin()) - 1;
}

double LineScale::positionOf(const ShardMap& map, const Token& token) const {
  const std::size_t range = map.indexOf(token);
  const TokenRange tokens = map.tokens(range);
  double share = 0.5;
  if (!tokens.until && map.strategy().kind() != StrategyKind::Hash) share = tokens.from == token ? 0.0 : 0.5;
  else if (!tokens.from.isBeginning() || map.strategy().kind() == StrategyKind::Hash) {
    const std::size_t skip = tokens.until ? commonPrefix(tokens.from.bytes, tokens.until->bytes) : 0;
    const double from = static_cast<double>(numberAfter(tokens.from.bytes, skip));
    const double until = tokens.until ? static_cast<double>(numberAfter(tokens.until->bytes, skip)) : 0x1p64;
    if (until > from) share = std::clamp((static_cast<double>(numberAfter(token.bytes, skip)) - from) / (until - from), 0.0, 1.0);
  }
  return begin(range) + (end(range) - begin(range)) * share;
}

std::optional<Token> LineScale::tokenAt(const ShardMap& map, std::size_t range, double share) {
  if (map.strategy().tokenWidth() != 8) return std::nullopt;
  const bool hash = map.strategy().kind() == StrategyKind::Hash;
  const TokenRange tokens = map.tokens(range);
  if (!hash && (tokens.from.isBeginning() || !tokens.until)) return std::nullopt;
  const std::uint64_t from = numberAfter(tokens.from.bytes, 0);
  const std::uint64_t last = tokens.until ? numberAfter(tokens.until->bytes, 0) - 1 : UINT64_MAX;
  if (last <= from) return std::nullopt;
  const auto along = static_cast<std::uint64_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(last - from));
  return Token{bigEndian64(from + std::clamp<std::uint64_t>(along, 1, last - from))};
}

AxisView within(AxisView view, double total) {
  const double width = std::min(view.width(), total);
  view.from = std::clamp(view.from, 0.0, total - width);
  view.until = view.from + width;
  return view;
}

AxisView zoomed(const AxisView& view, double factor, double position, double total, double least) {
  const double width = std::clamp(view.width() * factor, std::min(least, total), total);
  const double share = (position - view.from) / view.width();
  return within({position - share * width, position - share * width + width}, total);
}

AxisView panned(const AxisView& view, double by, double total) { return within({view.from + by, view.until + by}, total); }

}  // namespace shardwright::ui
