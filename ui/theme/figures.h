// Figures: numbers that stand under each other. Inter's digits have widths of their own and Qt 6.4 cannot ask a font for
// its tabular ones, so each digit is set in a cell as wide as the widest.
#pragma once

#include <QPainter>
#include <QString>

namespace shardwright::ui {

double figuresWidth(const QFont& font, const QString& text);
// In the painter's font and pen, cut off with an ellipsis where it does not fit.
void drawFigures(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text);

}  // namespace shardwright::ui
