// Table: rows for people, in aligned columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shardwright::cli {

class Table {
 public:
  enum class Align { Left, Right };
  struct Column {
    std::string title;
    Align align = Align::Left;
  };

  explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}

  // One text a column. Foreign text is made harmless here: no cell can move the cursor or break the line.
  void add(std::vector<std::string> cells);
  bool empty() const { return m_rows.empty(); }

  // Title line, then the rows; two blanks between columns, none at an end of line.
  std::string text() const;

 private:
  std::vector<Column> m_columns;
  std::vector<std::vector<std::string>> m_rows;
};

// Columns on a terminal that well-formed UTF-8 takes: one a character, two for the wide ones of East Asia, none for
// combining marks.
std::size_t displayWidth(std::string_view text);

std::string fitted(std::string text, std::size_t columns);  // cut to so many columns, between characters

std::string counted(std::int64_t n, std::string_view noun);  // 1 range, 2 ranges

}  // namespace shardwright::cli
