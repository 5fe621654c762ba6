#include "ui/theme/figures.h"

#include <QFontMetricsF>

namespace shardwright::ui {

namespace {

double digitWidth(const QFontMetricsF& metrics) {
  double widest = 0;
  for (char digit = '0'; digit <= '9'; ++digit) widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
  return widest;
}

double widthOf(const QFontMetricsF& metrics, const QString& text) {
  const double digit = digitWidth(metrics);
  double width = 0;
  for (const QChar sign : text) width += sign.isDigit() ? digit : metrics.horizontalAdvance(sign);
  return width;
}

}  // namespace

double figuresWidth(const QFont& font, const QString& text) { return widthOf(QFontMetricsF(font), text); }

void drawFigures(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text) {
  const QFontMetricsF metrics(painter.font());
  const double width = widthOf(metrics, text);
  if (width > rect.width() + 0.5) {
    painter.drawText(rect, alignment | Qt::TextSingleLine, metrics.elidedText(text, Qt::ElideRight, rect.width()));
    return;
  }
  double x = rect.left();
  if (alignment & Qt::AlignRight) x = rect.right() - width;
  else if (alignment & Qt::AlignHCenter) x = rect.center().x() - width / 2;
  double y = rect.top() + metrics.ascent();
  if (alignment & Qt::AlignVCenter) y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
  else if (alignment & Qt::AlignBottom) y = rect.bottom() - metrics.descent();
  const double digit = digitWidth(metrics);
  for (const QChar sign : text) {
    const double own = metrics.horizontalAdvance(sign);
    const double cell = sign.isDigit() ? digit : own;
    painter.drawText(QPointF(x + (cell - own) / 2, y), QString(sign));
    x += cell;
  }
}

}  // namespace shardwright::ui
