#include "ui/widgets/heat_legend.h"

#include <QPainter>
#include <algorithm>

#include "ui/widgets/map_ink.h"

namespace shardwright::ui {

namespace {

constexpr double barWidth = 180, barHeight = 8, box = 12, legendHeight = 34;

MapInk patternInk() {
  MapInk ink{};
  ink.surface = inked(Ink::Surface).rgb();
  ink.empty = inked(Ink::Sunken).rgb();
  ink.hatch = Theme::instance().mixed(Ink::Text3, Ink::Sunken, 0.35).rgb();
  ink.hole = Theme::instance().mixed(Ink::Text3, Ink::Sunken, 0.7).rgb();
  ink.lost = Theme::instance().mixed(Ink::Removed, Ink::Surface, 0.8).rgb();
  return ink;
}

void paintPattern(QPainter& painter, const QRectF& rect, Pattern pattern) {
  const MapInk ink = patternInk();
  QImage image(rect.size().toSize(), QImage::Format_RGB32);
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) image.setPixel(x, y, patterned(ink, pattern, x, y));
  painter.drawImage(rect.topLeft(), image);
}

}  // namespace

HeatLegend::HeatLegend(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setAccessibleName(tr("Legend"));
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void HeatLegend::show(const HeatScale& scale, const QString& unit, std::function<QString(double)> figure, std::vector<Swatch> swatches, bool isBytes) {
  m_scale = scale;
  m_isBytes = isBytes;
  m_unit = unit;
  m_figure = std::move(figure);
  m_swatches = std::move(swatches);
  describe();
}

void HeatLegend::show(std::vector<Swatch> swatches) {
  m_figure = nullptr;
  m_swatches = std::move(swatches);
  describe();
}

void HeatLegend::describe() {
  QString words;
  if (m_figure) words = tr("%1 from %2 to %3; ").arg(m_unit, m_figure(m_scale.low), m_figure(m_scale.high));
  for (const Swatch& swatch : m_swatches) words += swatch.words + QStringLiteral("; ");
  setAccessibleDescription(words);
  setToolTip(words.chopped(2));
  updateGeometry();
  update();
}

double HeatLegend::swatchWidth(const Swatch& swatch) const {
  return box + 6 + QFontMetricsF(typeface(Type::Caption)).horizontalAdvance(swatch.words) + grid::l;
}

QSize HeatLegend::sizeHint() const {
  double width = m_figure ? barWidth + 24 + QFontMetricsF(typeface(Type::Caption)).horizontalAdvance(m_unit) + grid::l : 0;
  for (const Swatch& swatch : m_swatches) width += swatchWidth(swatch);
  return {static_cast<int>(width), static_cast<int>(legendHeight)};
}

double HeatLegend::paintBar(QPainter& painter) const {
  const QRectF bar(12, 5, barWidth, barHeight);
  for (int x = 0; x < static_cast<int>(barWidth); ++x) painter.fillRect(QRectF(bar.left() + x, bar.top(), 1, barHeight), Theme::heat(x / (barWidth - 1)));
  painter.setPen(inked(Ink::Text2));
  double free = -20;
  double unit1024 = 1;
  while (m_isBytes && m_scale.high / unit1024 >= 1024) unit1024 *= 1024;
  for (const double tick : m_scale.ticks(4, unit1024)) {
    const double x = bar.left() + m_scale.shareOf(tick) * barWidth;
    const QString words = m_figure(tick);
    const double width = painter.fontMetrics().horizontalAdvance(words);
    const double left = std::max(0.0, x - width / 2);
    if (left < free) continue;
    painter.fillRect(QRectF(x - 0.5, bar.bottom(), 1, 4), inked(Ink::Text3));
    painter.drawText(QRectF(left, bar.bottom() + 3, width + 2, 15), Qt::AlignLeft | Qt::AlignVCenter, words);
    free = left + width + grid::s;
  }
  const double unit = bar.right() + grid::s;
  painter.drawText(QRectF(unit, 0, 400, 18), Qt::AlignLeft | Qt::AlignVCenter, m_unit);
  return unit + painter.fontMetrics().horizontalAdvance(m_unit) + grid::l;
}

void HeatLegend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(typeface(Type::Caption));
  double x = m_figure ? paintBar(painter) : 0;
  for (const Swatch& swatch : m_swatches) {
    const QRectF square(x, 3, box, box);
    switch (swatch.fill) {
      case Swatch::Fill::Solid: painter.fillRect(square, Theme::instance().mixed(swatch.ink, Ink::Surface, swatch.share)); break;
      case Swatch::Fill::NotMeasured: paintPattern(painter, square, Pattern::NotMeasured); break;
      case Swatch::Fill::Nobody: paintPattern(painter, square, Pattern::Nobody); break;
      case Swatch::Fill::Lost: paintPattern(painter, square, Pattern::Lost); break;
    }
    painter.setPen(QPen(inked(Ink::Border), 1));
    painter.drawRect(square.adjusted(-0.5, -0.5, 0.5, 0.5));
    painter.setPen(inked(Ink::Text2));
    painter.drawText(QRectF(x + box + 6, 0, swatchWidth(swatch), 18), Qt::AlignLeft | Qt::AlignVCenter, swatch.words);
    x += swatchWidth(swatch);
  }
}

}  // namespace shardwright::ui
