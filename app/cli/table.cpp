#include "app/cli/table.h"

#include <algorithm>

#include "core/base/text.h"

namespace shardwright::cli {

namespace {

constexpr std::size_t widestCell = 120;  // bytes; longer text is cut, but for the last column, whose sentences flow

bool combining(char32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
         (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f);
}

bool wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
         (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

void pad(std::string& line, const std::string& cell, std::size_t width, Table::Align align) {
  const std::string blanks(width - displayWidth(cell), ' ');
  line += align == Table::Align::Right ? blanks + cell : cell + blanks;
}

}  // namespace

std::size_t displayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    char32_t code = length == 1 ? first : first & (0x7f >> length);
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3f);
    }
    width += combining(code) ? 0 : wide(code) ? 2 : 1;
    i += length;
  }
  return width;
}

std::string fitted(std::string text, std::size_t columns) {
  while (displayWidth(text) > columns) {
    while ((static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
    text.pop_back();
  }
  return text;
}

std::string counted(std::int64_t n, std::string_view noun) {
  return formatCount(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(m_columns.size());
  for (std::string& cell : cells) cell = printable(cell, &cell == &cells.back() ? 0 : widestCell);
  m_rows.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const Column& column : m_columns) widths.push_back(displayWidth(column.title));
  for (const auto& row : m_rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], displayWidth(row[i]));
  }
  std::string out;
  const auto addLine = [&](const auto& cellAt) {
    std::string line;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      if (i != 0) line += "  ";
      pad(line, cellAt(i), widths[i], m_columns[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  addLine([&](std::size_t i) -> const std::string& { return m_columns[i].title; });
  for (const auto& row : m_rows) addLine([&](std::size_t i) -> const std::string& { return row[i]; });
  return out;
}

}  // namespace shardwright::cli
