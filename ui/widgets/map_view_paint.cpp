// MapView: what is on the screen. The picture is copied; only what is few is drawn here - names, ticks, what is chosen.
#include <QElapsedTimer>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme/figures.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/widgets/key_text.h"
#include "ui/widgets/map_view.h"

namespace shardwright::ui {

namespace {

constexpr double leastCellText = 46;      // pixels of a range that may have words in it
constexpr std::size_t mostOutlines = 400;  // chosen ranges that are outlined one by one
constexpr double tickStep = 150;

// Dark words on bright heat, bright ones on dark heat, whatever the mode of the window.
QColor inkOn(QRgb ground) { return Theme::colour(Ink::Text, qGray(ground) < 128); }

QString amountText(const MapScene& scene, std::size_t range) {
  const auto amount = scene.amountOf(range);
  if (!amount) return {};
  return scene.input().colour == MapColour::Bytes || scene.input().colour == MapColour::Change ? bytesText(*amount) : shortCount(static_cast<double>(*amount));
}

}  // namespace

void MapView::paintEvent(QPaintEvent*) {
  QElapsedTimer timer;
  timer.start();
  QPainter painter(this);
  painter.fillRect(rect(), inked(Ink::Surface));
  if (m_scene && m_scene->ranges() > 0) {
    paintPicture(painter);
    paintLabels(painter);
    paintChosen(painter);
    paintLanes(painter);
    if (m_mode == Mode::Band) paintAxis(painter);
  }
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), grid::smallRadius, grid::smallRadius);
  }
  m_longestFrame = std::max(m_longestFrame, timer.nsecsElapsed() / 1000);
}

// The picture there is, moved and stretched to the view, until the one of this view comes.
void MapView::paintPicture(QPainter& painter) const {
  if (m_image.isNull() || m_imageMode != m_mode) return;
  const QRectF plot = plotRect();
  painter.save();
  painter.setClipRect(plot);
  if (m_mode == Mode::Grid) {
    painter.drawImage(plot.topLeft() + QPointF(0, m_imageScrolled - m_scrolled), m_image);
  } else {
    const BandLayout layout = band();
    const double left = layout.xOf(m_imageView.from), right = layout.xOf(m_imageView.until);
    const double top = plot.top() + (m_imageScrolled - static_cast<double>(layout.firstLane)) * layout.laneStep;
    const QSizeF natural = m_image.deviceIndependentSize();
    if (std::fabs(right - left - natural.width()) < 0.5) painter.drawImage(QPointF(std::round(left), top), m_image);
    else painter.drawImage(QRectF(left, top, right - left, natural.height()), m_image);
  }
  painter.restore();
}

void MapView::paintLanes(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.save();
  painter.setClipRect(QRectF(0, 0, plot.left(), plot.bottom()));
  const std::optional<BandLayout> layout = m_mode == Mode::Band ? std::optional(band()) : std::nullopt;
  const GridLayout blocks = m_mode == Mode::Grid ? gridLayout() : GridLayout();
  for (std::uint32_t at = 0; at < m_scene->lanes().size(); ++at) {
    if (layout && (at < layout->firstLane || at >= layout->firstLane + layout->shownLanes)) continue;
    const QRectF row = layout ? layout->laneRect(at) : blocks.blockRect(at);
    if (row.bottom() < plot.top() || row.top() > plot.bottom()) continue;
    const MapLane& lane = m_scene->lanes()[at];
    const bool chosen = m_lanes.contains(at);
    const QRectF cell(grid::s, row.top(), plot.left() - grid::s - grid::m, std::min(row.height(), 44.0));
    if (chosen) painter.fillRect(QRectF(0, row.top(), 3, row.height()), inked(Ink::Accent));
    const bool two = cell.height() >= 32;
    painter.setFont(typeface(chosen || two ? Type::CaptionStrong : Type::Caption));
    painter.setPen(inked(chosen ? Ink::Accent : lane.shard ? Ink::Text : Ink::Text2));
    const QRectF first = two ? QRectF(cell.left(), cell.center().y() - 15, cell.width(), 15) : cell;
    painter.drawText(first, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, painter.fontMetrics().elidedText(lane.name, Qt::ElideMiddle, static_cast<int>(first.width())));
    if (!two) continue;
    painter.setFont(typeface(Type::Caption));
    painter.setPen(inked(Ink::Text3));
    painter.drawText(QRectF(cell.left(), cell.center().y(), cell.width(), 15), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     tr("%1 ranges").arg(shortCount(static_cast<double>(lane.ranges))));
  }
  painter.restore();
}

void MapView::paintCellText(QPainter& painter, const QRectF& rect, std::size_t range) const {
  const QRectF room = rect.adjusted(5, 0, -4, 0);
  if (room.width() < leastCellText || room.height() < 15 || !m_scene->isShown(range)) return;
  const std::uint8_t marks = m_scene->marks(range);
  const HeatCode code = m_scene->code(range);
  QString words = (marks & mark::Nobody) != 0 ? tr("nobody") : amountText(*m_scene, range);
  QColor colour = inked(Ink::Text);
  if (code != notMeasured && (marks & mark::Nobody) == 0) colour = inkOn(m_ink.heat[code]);
  if (words.isEmpty()) words = tr("not measured");
  painter.setPen(colour);
  if ((marks & mark::Moving) != 0) {
    paintIcon(painter, QRectF(room.left(), room.center().y() - 6, 12, 12), QStringLiteral("move"), colour);
    painter.drawText(room.adjusted(16, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(room.width()) - 16));
    return;
  }
  painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(room.width())));
}

// Words in the ranges that have room for them: as many as fit on a screen, not as many as there are.
void MapView::paintLabels(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.save();
  painter.setClipRect(plot);
  painter.setFont(typeface(Type::Caption));
  if (m_mode == Mode::Grid) {
    const GridLayout layout = gridLayout();
    if (layout.cellWidth() >= leastCellText)
      for (std::uint32_t lane = 0; lane < m_scene->lanes().size(); ++lane) {
        const QRectF block = layout.blockRect(lane);
        if (block.bottom() < plot.top() || block.top() > plot.bottom()) continue;
        const auto ranges = m_scene->rangesOf(lane);
        const auto rows = static_cast<std::size_t>(std::max(0.0, (plot.top() - block.top()) / layout.rowHeight()));
        for (std::size_t at = rows * static_cast<std::size_t>(layout.columns()); at < ranges.size(); ++at) {
          const QRectF cell = layout.cellRect(*m_scene, ranges[at]);
          if (cell.top() > plot.bottom()) break;
          paintCellText(painter, cell, ranges[at]);
        }
      }
  } else if (band().perPixel() > 0) {
    const BandLayout layout = band();
    const std::size_t first = m_scene->axis().rangeAt(layout.view.from), last = m_scene->axis().rangeAt(layout.view.until);
    // Of ranges of one width either all have room or none; by keys only few can be wide.
    const bool alike = m_scene->axis().measure() == LineScale::Measure::Ranges;
    if (!alike || plot.width() / static_cast<double>(last - first + 1) >= leastCellText / 2)
      for (std::size_t range = first; range <= last && last - first < 20'000; ++range) {
        const std::uint32_t lane = m_scene->lane(range);
        if (lane < layout.firstLane || lane >= layout.firstLane + layout.shownLanes) continue;
        if (m_scene->axis().end(range) - m_scene->axis().begin(range) < leastCellText * layout.perPixel()) continue;
        QRectF rect = rangeRect(range);
        rect.setLeft(std::max(rect.left(), plot.left()));
        rect.setRight(std::min(rect.right(), plot.right()));
        paintCellText(painter, rect, range);
      }
  }
  painter.restore();
}

void MapView::paintOutline(QPainter& painter, const QRectF& rect, bool strong) const {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(inked(Ink::Surface), strong ? 4 : 3));
  painter.drawRect(rect.adjusted(-1, -1, 1, 1));
  painter.setPen(QPen(inked(strong ? Ink::Accent : Ink::Text), strong ? 2 : 1.5));
  painter.drawRect(rect.adjusted(-1, -1, 1, 1));
}

void MapView::paintChosen(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.save();
  painter.setClipRect(plot.adjusted(-3, -3, 3, 3));
  std::size_t outlines = 0;
  for (const Span& span : m_chosen) {
    if (m_mode == Mode::Band && span.last > span.first) {
      const BandLayout layout = band();
      const double left = layout.xOf(m_scene->axis().begin(span.first)), right = layout.xOf(m_scene->axis().end(span.last));
      QColor wash = inked(Ink::Accent);
      wash.setAlphaF(0.14F);
      painter.fillRect(QRectF(left, plot.top(), std::max(2.0, right - left), plot.height()).intersected(plot), wash);
      painter.fillRect(QRectF(left - 1, plot.top(), 2, plot.height()), inked(Ink::Accent));
      painter.fillRect(QRectF(right - 1, plot.top(), 2, plot.height()), inked(Ink::Accent));
    }
    for (std::size_t range = span.first; range <= span.last && outlines < mostOutlines; ++range, ++outlines) {
      const QRectF rect = rangeRect(range);
      if (rect.intersects(plot)) paintOutline(painter, rect, true);
    }
  }
  if (m_hovered) paintOutline(painter, rangeRect(*m_hovered), false);
  if (m_hovered && m_mode == Mode::Band) {
    painter.setPen(QPen(inked(Ink::Text3), 1, Qt::DotLine));
    const double x = std::floor(rangeRect(*m_hovered).center().x()) + 0.5;
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
  }
  painter.restore();
}

// Bounds of ranges, at even distances; then what part of the line is seen.
void MapView::paintAxis(QPainter& painter) const {
  const QRectF plot = plotRect();
  const BandLayout layout = band();
  painter.setFont(typeface(Type::Caption));
  const int ticks = std::max(1, static_cast<int>(plot.width() / tickStep));
  double free = plot.left() - 20;
  std::optional<std::size_t> last;
  for (int tick = 0; tick < ticks; ++tick) {
    std::size_t range = m_scene->axis().rangeAt(layout.positionAt(plot.left() + plot.width() * tick / ticks));
    if (m_scene->axis().begin(range) < layout.view.from && range + 1 < m_scene->ranges()) ++range;
    const double x = layout.xOf(m_scene->axis().begin(range));
    if (range == last || x < free || x > plot.right() - 24) continue;
    last = range;
    const Token from = m_scene->map().tokens(range).from;
    const QString words = shortBound(m_scene->map().strategy(), from);
    const double width = painter.fontMetrics().horizontalAdvance(words) + grid::s;
    painter.setPen(QPen(inked(Ink::Border), 1));
    painter.drawLine(QPointF(std::floor(x) + 0.5, plot.bottom() - 1), QPointF(std::floor(x) + 0.5, plot.bottom() + 4));
    painter.setPen(inked(Ink::Text2));
    painter.drawText(QRectF(x, plot.bottom() + 3, width, 15), Qt::AlignLeft | Qt::AlignVCenter, words);
    free = x + width + grid::s;
  }
  if (layout.view.until >= m_scene->axis().total() && free < plot.right() - 26) {
    painter.setPen(inked(Ink::Text2));
    painter.drawText(QRectF(plot.right() - 40, plot.bottom() + 3, 40, 15), Qt::AlignRight | Qt::AlignVCenter, tr("end"));
  }
  paintWindow(painter);
}

// A thin line for the whole and a thick one for what is seen of it.
void MapView::paintWindow(QPainter& painter) const {
  const double total = m_scene->axis().total();
  if (m_view.width() >= total) return;
  const QRectF plot = plotRect();
  const double y = height() - 4;
  painter.fillRect(QRectF(plot.left(), y, plot.width(), 3), inked(Ink::Sunken));
  const double width = std::max(6.0, plot.width() * m_view.width() / total);
  const double left = std::min(plot.left() + plot.width() * m_view.from / total, plot.right() - width);
  painter.fillRect(QRectF(left, y, width, 3), inked(Ink::Accent));
}

QImage MapView::image(int pixel) const {
  QImage out(size() * pixel, QImage::Format_RGB32);
  out.setDevicePixelRatio(pixel);
  const_cast<MapView*>(this)->render(&out);
  return out;
}

}  // namespace shardwright::ui
