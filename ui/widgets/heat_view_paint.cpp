// HeatView: what is on the screen, and what a person does with it.
#include <QDateTime>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/widgets/heat_view.h"

namespace shardwright::ui {

namespace {

constexpr double nearerByTurn = 0.8, nearerByKey = 0.5;
constexpr double dragFrom = 4;  // pixels
constexpr std::array<int, 14> timeSteps = {60, 120, 300, 600, 900, 1800, 3600, 7200, 10'800, 21'600, 43'200, 86'400, 172'800, 604'800};

QColor inkOn(const QColor& ground) { return Theme::colour(Ink::Text, qGray(ground.rgb()) < 128); }

}  // namespace

void HeatView::paintEvent(QPaintEvent*) {
  QElapsedTimer timer;
  timer.start();
  QPainter painter(this);
  painter.fillRect(rect(), inked(Ink::Surface));
  if (m_grid) {
    paintPicture(painter);
    paintKeyAxis(painter);
    paintTimeAxis(painter);
    paintChosen(painter);
    const auto cell = m_hovered ? m_hovered : hasFocus() ? m_cursor : std::nullopt;
    if (cell && plotRect().adjusted(-1, -1, 1, 1).contains(placeOf(*cell))) {
      paintCrosshair(painter, *cell);
      paintTip(painter, *cell);
    }
  }
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), grid::smallRadius, grid::smallRadius);
  }
  m_longestFrame = std::max(m_longestFrame, timer.nsecsElapsed() / 1000);
}

void HeatView::paintPicture(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.fillRect(plot, inked(Ink::Sunken));
  if (m_image.isNull()) return;
  painter.save();
  painter.setClipRect(plot);
  if (m_imageWindow == m_window) {
    painter.drawImage(plot.topLeft(), m_image);
  } else {
    const QPointF from(xOf(m_imageWindow.time.from), yOf(m_imageWindow.buckets.from)), until(xOf(m_imageWindow.time.until), yOf(m_imageWindow.buckets.until));
    painter.drawImage(QRectF(from, until), m_image);
  }
  painter.restore();
}

// Names of rows that have room, else bounds at even distances.
void HeatView::paintKeyAxis(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.setFont(typeface(Type::Caption));
  const double rowHeight = plot.height() / m_window.buckets.width();
  const auto first = static_cast<std::size_t>(std::max(0.0, m_window.buckets.from));
  const auto last = static_cast<std::size_t>(std::clamp(std::ceil(m_window.buckets.until) - 1, 0.0, total() - 1));
  const double apart = m_grid->isKeys() ? 44 : 16;
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(apart / rowHeight)));
  for (std::size_t bucket = first; bucket <= last; bucket += every) {
    const double top = std::max(plot.top(), yOf(static_cast<double>(bucket)));
    const bool whole = rowHeight >= 16 && (!m_grid->isKeys() || rowHeight >= 30);
    const double middle = whole ? top + std::min(rowHeight, plot.bottom() - top) / 2 : top + 7;
    if (middle > plot.bottom() - 4) break;
    painter.setPen(inked(Ink::Text2));
    const QString words = painter.fontMetrics().elidedText(m_grid->boundText(bucket), Qt::ElideMiddle, static_cast<int>(plot.left()) - 12);
    painter.drawText(QRectF(0, middle - 8, plot.left() - 8, 16), Qt::AlignRight | Qt::AlignVCenter, words);
    if (m_grid->isKeys()) painter.fillRect(QRectF(plot.left() - 5, top, 4, 1), inked(Ink::Border));
  }
  for (const std::size_t bucket : m_marks) {
    const double y = yOf(static_cast<double>(bucket) + 0.5);
    if (y < plot.top() || y > plot.bottom()) continue;
    paintIcon(painter, QRectF(plot.right() + 2, y - 6, 12, 12), QStringLiteral("rising"), inked(Ink::Danger));
  }
}

void HeatView::paintTimeAxis(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.setFont(typeface(Type::Caption));
  const double wanted = m_window.time.width() / std::max(1.0, plot.width() / 96);
  const auto step = std::ranges::find_if(timeSteps, [&](int seconds) { return seconds >= wanted; });
  const double every = step == timeSteps.end() ? timeSteps.back() : *step;
  const double zone = QDateTime::fromSecsSinceEpoch(static_cast<qint64>(m_window.time.until)).offsetFromUtc();
  for (double at = std::ceil((m_window.time.from + zone) / every) * every - zone; at <= m_window.time.until; at += every) {
    const double x = std::floor(xOf(at)) + 0.5;
    if (x > plot.right() - 14) break;
    painter.setPen(QPen(inked(Ink::Border), 1));
    painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4));
    painter.setPen(inked(Ink::Text2));
    const QDateTime time = QDateTime::fromSecsSinceEpoch(static_cast<qint64>(at));
    const bool midnight = time.time() == QTime(0, 0);
    painter.drawText(QRectF(x - 40, plot.bottom() + 4, 80, 16), Qt::AlignHCenter | Qt::AlignVCenter, time.toString(midnight ? QStringLiteral("ddd d") : QStringLiteral("HH:mm")));
  }
}

void HeatView::paintChosen(QPainter& painter) const {
  const QRectF plot = plotRect();
  painter.save();
  painter.setClipRect(plot.adjusted(-6, -2, 2, 2));
  for (const Rows& rows : m_chosen) {
    const double top = yOf(static_cast<double>(rows.first)), bottom = std::max(top + 3, yOf(static_cast<double>(rows.last) + 1));
    const QRectF band(plot.left(), top, plot.width(), bottom - top);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Surface), 4));
    painter.drawRect(band);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRect(band);
    painter.fillRect(QRectF(plot.left() - 6, top, 4, bottom - top), inked(Ink::Accent));
  }
  if (m_pointed) {
    painter.setPen(QPen(inked(Ink::Text), 1.5));
    painter.drawRect(QRectF(plot.left(), yOf(static_cast<double>(*m_pointed)), plot.width(), std::max(3.0, plot.height() / m_window.buckets.width())));
  }
  painter.restore();
}

void HeatView::paintCrosshair(QPainter& painter, const Cell& cell) const {
  const QRectF plot = plotRect();
  const QPointF place = placeOf(cell);
  const double x = std::floor(place.x()) + 0.5, y = std::floor(place.y()) + 0.5;
  for (const auto& [ink, style] : {std::pair{Ink::Surface, Qt::SolidLine}, std::pair{Ink::Text, Qt::DotLine}}) {
    painter.setPen(QPen(inked(ink), 1, style));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
  }
}

// A card with the value in the colour of its cell, at the side of the pointer where there is room.
void HeatView::paintTip(QPainter& painter, const Cell& cell) const {
  const std::vector<QString> words = cellWords(cell);
  const QFont strong = typeface(Type::CaptionStrong), plain = typeface(Type::Caption);
  double width = QFontMetricsF(strong).horizontalAdvance(words[0]) + 18;
  for (std::size_t line = 1; line < words.size(); ++line) width = std::max(width, QFontMetricsF(plain).horizontalAdvance(words[line]));
  const QSizeF size(std::min(width + 2 * grid::m, plotRect().width()), 26 + 17.0 * static_cast<double>(words.size() - 1) + grid::s);
  const QPointF place = placeOf(cell);
  QPointF corner = place + QPointF(14, 14);
  if (corner.x() + size.width() > this->width()) corner.setX(std::max(0.0, place.x() - 14 - size.width()));
  if (corner.y() + size.height() > height()) corner.setY(std::max(0.0, place.y() - 14 - size.height()));
  const QRectF card(corner, size);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(inked(Ink::Border), 1));
  painter.setBrush(inked(Ink::Surface));
  painter.drawRoundedRect(card, 6, 6);
  const HeatCode code = codeAt(cell);
  const QColor ground = code == notMeasured ? inked(Ink::Sunken) : QColor(ink().palette[code]);
  const QRectF chip(card.left() + grid::m - 2, card.top() + 8, std::min(QFontMetricsF(strong).horizontalAdvance(words[0]) + 14, size.width() - 20), 19);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(chip, 3, 3);
  painter.setPen(code == notMeasured ? inked(Ink::Text2) : inkOn(ground));
  painter.setFont(strong);
  painter.drawText(chip, Qt::AlignCenter, words[0]);
  painter.setFont(plain);
  painter.setPen(inked(Ink::Text2));
  for (std::size_t line = 1; line < words.size(); ++line)
    painter.drawText(QRectF(card.left() + grid::m, card.top() + 13 + 17.0 * static_cast<double>(line), size.width() - 2 * grid::m, 17), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(plain).elidedText(words[line], Qt::ElideMiddle, size.width() - 2 * grid::m));
  painter.restore();
}

void HeatView::wheelEvent(QWheelEvent* event) {
  event->accept();
  const double turns = event->angleDelta().y() / 120.0;
  if (!m_grid || turns == 0) return;
  const double factor = std::pow(nearerByTurn, turns);
  const bool time = !event->modifiers().testFlag(Qt::ShiftModifier), keys = !event->modifiers().testFlag(Qt::ControlModifier);
  zoomAt(time ? factor : 1, keys ? factor : 1, event->position());
  setHovered(cellAt(event->position()));
}

void HeatView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !m_grid) return;
  m_pressed = event->position();
  m_choosing = event->modifiers().testFlag(Qt::AltModifier);
}

void HeatView::mouseMoveEvent(QMouseEvent* event) {
  if (!m_grid) return;
  if (!m_pressed || !event->buttons().testFlag(Qt::LeftButton)) return setHovered(cellAt(event->position()));
  if (!m_dragged && (event->position() - *m_pressed).manhattanLength() < dragFrom) return;
  if (m_choosing) {
    m_dragged = event->position();
    const auto from = cellAt(*m_pressed), until = cellAt(event->position());
    if (from && until) setChosen({{rowsAt(std::min(from->bucket, until->bucket)).first, rowsAt(std::max(from->bucket, until->bucket)).last}});
    return;
  }
  const QPointF by = event->position() - m_dragged.value_or(*m_pressed);
  m_dragged = event->position();
  setCursor(Qt::ClosedHandCursor);
  const QRectF plot = plotRect();
  const AxisView reach = timeReach();
  const AxisView time = panned({m_window.time.from - reach.from, m_window.time.until - reach.from}, -by.x() / plot.width() * m_window.time.width(), reach.width());
  if (by.x() != 0) Q_EMIT timeMoved();
  setWindow({{time.from + reach.from, time.until + reach.from}, panned(m_window.buckets, -by.y() / plot.height() * m_window.buckets.width(), total())});
}

void HeatView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !m_pressed) return;
  const bool wasDrag = m_dragged.has_value();
  m_pressed.reset();
  m_dragged.reset();
  unsetCursor();
  if (wasDrag) return;
  const auto cell = cellAt(event->position());
  if (!cell) return setChosen({});
  m_cursor = m_anchor = cell;
  setChosen({rowsAt(cell->bucket)});
}

void HeatView::leaveEvent(QEvent*) { setHovered(std::nullopt); }

void HeatView::setHovered(std::optional<Cell> cell) {
  if (cell == m_hovered) return;
  m_hovered = cell;
  update();
  Q_EMIT pointedChanged(cell ? std::optional(cell->bucket) : std::nullopt);
}

void HeatView::setChosen(std::vector<Rows> rows) {
  m_chosen = std::move(rows);
  update();
  Q_EMIT chosenChanged();
}

void HeatView::setCursorCell(const Cell& cell) {
  m_cursor = cell;
  m_hovered.reset();
  const double bucket = static_cast<double>(cell.bucket);
  HeatWindow window = m_window;
  if (bucket < window.buckets.from) window.buckets = panned(window.buckets, bucket - window.buckets.from, total());
  if (bucket + 1 > window.buckets.until) window.buckets = panned(window.buckets, bucket + 1 - window.buckets.until, total());
  setWindow(window);
  QStringList words;
  for (const QString& each : cellWords(cell)) words << each;
  setAccessibleDescription(words.join(QStringLiteral(", ")));
  update();
  Q_EMIT pointedChanged(cell.bucket);
}

HeatView::Cell HeatView::stepped(const Cell& cell, int key) const {
  const auto& slots = m_grid->store().slots();
  Cell next = cell;
  const Rows rows = rowsAt(cell.bucket);
  if (key == Qt::Key_Up) next.bucket = rows.first == 0 ? cell.bucket : rows.first - 1;
  if (key == Qt::Key_Down) next.bucket = rows.last + 1 < m_grid->buckets() ? rows.last + 1 : cell.bucket;
  if (slots.empty() || key == Qt::Key_Up || key == Qt::Key_Down) return next;
  const std::size_t slot = m_grid->store().slotAfter(cell.time);
  std::size_t to = slot;
  if (key == Qt::Key_Left) to = slot == 0 ? 0 : slot - 1;
  else if (slot + 1 < slots.size()) to = static_cast<double>(slots[slot].from) > cell.time ? slot : slot + 1;
  to = std::min(to, slots.size() - 1);
  next.time = (static_cast<double>(slots[to].from) + static_cast<double>(slots[to].until)) / 2;
  return next;
}

void HeatView::walk(int key, Qt::KeyboardModifiers modifiers) {
  if (!m_cursor) {
    const QRectF plot = plotRect();
    if (const auto middle = cellAt(plot.center())) m_cursor = middle;
    else return;
    if (!m_anchor) m_anchor = m_cursor;
    return setCursorCell(stepped(stepped(*m_cursor, Qt::Key_Left), Qt::Key_Right));
  }
  if (!modifiers.testFlag(Qt::ShiftModifier)) m_anchor.reset();
  else if (!m_anchor) m_anchor = m_cursor;
  Cell next = stepped(*m_cursor, key);
  if (modifiers.testFlag(Qt::ControlModifier)) {
    // On to where it is hotter than before and after.
    for (Cell at = next; !(stepped(at, key) == at); at = stepped(at, key)) {
      next = stepped(at, key);
      if (codeAt(at) > codeAt(*m_cursor) && codeAt(next) < codeAt(at)) {
        next = at;
        break;
      }
    }
  }
  setCursorCell(next);
  if (modifiers.testFlag(Qt::ShiftModifier)) setChosen({{rowsAt(std::min(m_anchor->bucket, next.bucket)).first, rowsAt(std::max(m_anchor->bucket, next.bucket)).last}});
}

void HeatView::keyPressEvent(QKeyEvent* event) {
  if (!m_grid) return QWidget::keyPressEvent(event);
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: return walk(event->key(), event->modifiers());
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_cursor) setChosen({rowsAt(m_cursor->bucket)});
      return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoomBy(nearerByKey);
    case Qt::Key_Minus: return zoomBy(1 / nearerByKey);
    case Qt::Key_0: return zoomOut();
    case Qt::Key_Backspace: return zoomBack();
    case Qt::Key_Escape: return setChosen({});
    default: QWidget::keyPressEvent(event);
  }
}

}  // namespace shardwright::ui
