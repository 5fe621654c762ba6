// What a cell of a table shows beyond its text: the roles that our models answer and our delegate draws.
#pragma once

#include <QString>
#include <Qt>
#include <cstdint>
#include <optional>

#include "ui/theme/theme.h"

namespace shardwright::ui {

enum class CellKind {
  Text,    // left
  Figure,  // right, tabular figures
  Mono,    // keys and ranges
  Chip,    // a state: symbol, word and colour
  Bar,     // a share from 0 to 1, its text beside it
};

struct Cell {
  QString text;
  CellKind kind = CellKind::Text;
  QString icon;                  // symbol in front
  std::optional<Ink> ink;        // of text and symbol; none: Text
  bool strong = false;
  QString second;                // a second line, in Text3
  QString tip;
  std::optional<double> share;   // Bar
  friend bool operator==(const Cell&, const Cell&) = default;
};

inline constexpr int cellRole = Qt::UserRole + 100;  // Cell, as a QVariant
inline constexpr int rowIdRole = Qt::UserRole + 101; // QString, stable over refreshes

}  // namespace shardwright::ui

Q_DECLARE_METATYPE(shardwright::ui::Cell)
