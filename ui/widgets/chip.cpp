#include "ui/widgets/chip.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/theme/icons.h"

namespace shardwright::ui {

namespace {

constexpr double chipHeight = 22, chipIcon = 12;

void hatch(QPainter& painter, const QRectF& rect, const QColor& colour) {
  painter.save();
  QPainterPath clip;
  clip.addRoundedRect(rect, grid::smallRadius, grid::smallRadius);
  painter.setClipPath(clip);
  painter.setPen(QPen(colour, 1));
  for (double x = rect.left() - rect.height(); x < rect.right(); x += 5) painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
  painter.restore();
}

void paintBox(QPainter& painter, const QRectF& box, const QString& text, Ink ink, const QString& icon, bool hatched) {
  const Theme& theme = Theme::instance();
  const bool quiet = ink == Ink::Text || ink == Ink::Text2 || ink == Ink::Text3;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  if (hatched) hatch(painter, box, theme.mixed(ink, Ink::Surface, 0.16));
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(quiet ? theme.colour(Ink::Border) : theme.colour(ink), 1));
  painter.drawRoundedRect(box, grid::smallRadius, grid::smallRadius);
  double x = box.left() + grid::s;
  if (!icon.isEmpty()) {
    paintIcon(painter, QRectF(x, box.center().y() - chipIcon / 2, chipIcon, chipIcon), icon, theme.colour(ink));
    x += chipIcon + grid::xs;
  }
  painter.setFont(typeface(quiet ? Type::Caption : Type::CaptionStrong));
  painter.setPen(theme.colour(ink));
  painter.drawText(QRectF(x, box.top(), box.right() - x - grid::xs, box.height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
  painter.restore();
}

}  // namespace

double chipWidth(const QString& text, bool withIcon) {
  const QFontMetricsF metrics(typeface(Type::CaptionStrong));
  return std::ceil(metrics.horizontalAdvance(text)) + 2 * grid::s + (withIcon ? chipIcon + grid::xs : 0);
}

void paintChip(QPainter& painter, const QRectF& rect, const QString& text, Ink ink, const QString& icon) {
  const double width = std::min(rect.width(), chipWidth(text, !icon.isEmpty()));
  const QRectF box(rect.left() + 0.5, std::floor(rect.center().y() - chipHeight / 2) + 0.5, width - 1, chipHeight - 1);
  paintBox(painter, box, text, ink, icon, false);
}

Chip::Chip(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); }

void Chip::show(const QString& text, Ink ink, const QString& icon) {
  const bool moved = text != m_text || icon.isEmpty() != m_icon.isEmpty();
  m_text = text;
  m_ink = ink;
  m_icon = icon;
  setAccessibleName(text);
  setVisible(!text.isEmpty());
  if (moved) updateGeometry();
  update();
}

void Chip::setHatched(bool hatched) {
  m_hatched = hatched;
  update();
}

QSize Chip::sizeHint() const { return {static_cast<int>(chipWidth(m_text, !m_icon.isEmpty())), static_cast<int>(chipHeight) + 2}; }

void Chip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintBox(painter, QRectF(rect()).adjusted(0.5, 1.5, -0.5, -1.5), m_text, m_ink, m_icon, m_hatched);
}

void EnvironmentChip::show(Environment environment) {
  setHatched(environment == Environment::Production);
  switch (environment) {
    case Environment::Production:
      Chip::show(tr("PRODUCTION"), Ink::Danger);
      setToolTip(tr("A production cluster: plans need a second person's approval."));
      return;
    case Environment::Test: Chip::show(tr("TEST"), Ink::Warn); setToolTip(tr("A test cluster: the author of a plan may approve it.")); return;
    case Environment::Development:
      Chip::show(tr("DEVELOPMENT"), Ink::Ok);
      setToolTip(tr("A development cluster: the author of a plan may approve it."));
      return;
  }
}

}  // namespace shardwright::ui
