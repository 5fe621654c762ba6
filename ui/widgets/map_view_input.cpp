// MapView: what a person does with it, by mouse and by keys.
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/theme/format.h"
#include "ui/widgets/key_text.h"
#include "ui/widgets/map_view.h"

namespace shardwright::ui {

namespace {

constexpr double dragFrom = 4;            // pixels
constexpr double nearerByTurn = 0.8;      // of a turn of the wheel by 15 degrees
constexpr double nearerByKey = 0.5;

// Ends with a range that is found or with the end of the lane.
std::optional<std::size_t> nextShown(const MapScene& scene, std::size_t range, int direction) {
  for (auto at = static_cast<std::ptrdiff_t>(range) + direction; at >= 0 && at < static_cast<std::ptrdiff_t>(scene.ranges()); at += direction)
    if (scene.isShown(static_cast<std::size_t>(at))) return static_cast<std::size_t>(at);
  return std::nullopt;
}

}  // namespace

void MapView::wheelEvent(QWheelEvent* event) {
  event->accept();
  if (!m_scene) return;
  const double turns = event->angleDelta().y() / 120.0, sideways = event->angleDelta().x() / 120.0;
  if (event->modifiers().testFlag(Qt::ShiftModifier) || (sideways != 0 && turns == 0)) {
    panBy(-(turns + sideways) * plotRect().width() / 10);
    return;
  }
  if (!plotRect().contains(event->position())) {
    m_bar->setValue(m_bar->value() - static_cast<int>(std::lround(turns * m_bar->singleStep() * 3)));
    return;
  }
  if (turns != 0) zoomAt(std::pow(nearerByTurn, turns), event->position());
  setHovered(rangeUnder(event->position()));
}

void MapView::panBy(double pixels) {
  if (m_mode == Mode::Grid) {
    m_bar->setValue(m_bar->value() + static_cast<int>(pixels));
    return;
  }
  setView(panned(m_view, pixels * band().perPixel(), m_scene->axis().total()));
}

void MapView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !m_scene) return;
  m_pressed = event->position();
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
  if (!m_scene) return;
  if (m_pressed && event->buttons().testFlag(Qt::LeftButton)) {
    const QPointF from = m_dragged.value_or(*m_pressed);
    if (!m_dragged && (event->position() - *m_pressed).manhattanLength() < dragFrom) return;
    const QPointF by = event->position() - from;
    m_dragged = event->position();
    setCursor(Qt::ClosedHandCursor);
    if (m_mode == Mode::Band) panBy(-by.x());
    else panBy(-by.y());
    return;
  }
  setHovered(rangeUnder(event->position()));
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !m_pressed) return;
  const bool wasDrag = m_dragged.has_value();
  m_pressed.reset();
  m_dragged.reset();
  unsetCursor();
  if (wasDrag || !m_scene) return;
  if (event->position().x() < plotRect().left()) {
    if (const auto lane = laneUnder(event->position())) Q_EMIT laneChosen(*lane);
    return;
  }
  if (const auto range = rangeUnder(event->position())) pick(*range, event->modifiers());
  else if (event->modifiers() == Qt::NoModifier) setChosen({});
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (const auto range = rangeUnder(event->position())) zoomTo({*range, *range});
}

void MapView::leaveEvent(QEvent*) { setHovered(std::nullopt); }

void MapView::setHovered(std::optional<std::size_t> range) {
  if (range == m_hovered) return;
  m_hovered = range;
  update();
  Q_EMIT hoveredChanged(range);
}

// Ctrl adds or takes away, Shift reaches from where the last choice began.
void MapView::pick(std::size_t range, Qt::KeyboardModifiers modifiers) {
  m_current = range;
  if (modifiers.testFlag(Qt::ShiftModifier) && m_anchor) return setChosen({{std::min(*m_anchor, range), std::max(*m_anchor, range)}});
  m_anchor = range;
  if (!modifiers.testFlag(Qt::ControlModifier)) return setChosen({{range, range}});
  Spans spans;
  bool was = false;
  for (const Span& span : m_chosen) {
    if (range < span.first || range > span.last) {
      spans.push_back(span);
      continue;
    }
    was = true;
    if (span.first < range) spans.push_back({span.first, range - 1});
    if (range < span.last) spans.push_back({range + 1, span.last});
  }
  if (!was) spans.push_back({range, range});
  setChosen(std::move(spans));
}

void MapView::setChosen(Spans spans) {
  m_chosen = tidied(std::move(spans));
  describe();
  update();
  Q_EMIT chosenChanged();
}

void MapView::keyPressEvent(QKeyEvent* event) {
  if (!m_scene || m_scene->ranges() == 0) return QWidget::keyPressEvent(event);
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End: return walk(event->key(), event->modifiers());
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoomBy(nearerByKey);
    case Qt::Key_Minus: return zoomBy(1 / nearerByKey);
    case Qt::Key_0: return zoomOut();
    case Qt::Key_Backspace: return zoomBack();
    case Qt::Key_PageUp: return panBy(m_mode == Mode::Band ? -plotRect().width() * 0.8 : -plotRect().height() * 0.8);
    case Qt::Key_PageDown: return panBy(m_mode == Mode::Band ? plotRect().width() * 0.8 : plotRect().height() * 0.8);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_current) zoomTo(m_chosen.size() == 1 ? m_chosen.front() : Span{*m_current, *m_current});
      return;
    case Qt::Key_Escape: return setChosen({});
    default: QWidget::keyPressEvent(event);
  }
}

void MapView::walk(int key, Qt::KeyboardModifiers modifiers) {
  std::optional<std::size_t> next;
  if (!m_current) {
    const std::size_t first = m_mode == Mode::Band ? m_scene->axis().rangeAt(m_view.from) : 0;
    next = m_scene->isShown(first) ? std::optional(first) : nextShown(*m_scene, first, 1);
  } else {
    next = neighbour(*m_current, key);
  }
  if (!next) return;
  if (!modifiers.testFlag(Qt::ShiftModifier)) m_anchor = next;
  pick(*next, modifiers & Qt::ShiftModifier);
  reveal(*next);
}

std::optional<std::size_t> MapView::neighbour(std::size_t range, int key) const {
  switch (key) {
    case Qt::Key_Home: return m_scene->isShown(0) ? std::optional<std::size_t>(0) : nextShown(*m_scene, 0, 1);
    case Qt::Key_End: {
      const std::size_t last = m_scene->ranges() - 1;
      return m_scene->isShown(last) ? std::optional(last) : nextShown(*m_scene, last, -1);
    }
    case Qt::Key_Left: return nextShown(*m_scene, range, -1);
    case Qt::Key_Right: return nextShown(*m_scene, range, 1);
    case Qt::Key_Up: return besideInLanes(range, -1);
    default: return besideInLanes(range, 1);
  }
}

// In the next lane that has one, the range nearest on the line.
std::optional<std::size_t> MapView::besideInLanes(std::size_t range, int direction) const {
  const auto lanes = static_cast<std::ptrdiff_t>(m_scene->lanes().size());
  for (auto lane = static_cast<std::ptrdiff_t>(m_scene->lane(range)) + direction; lane >= 0 && lane < lanes; lane += direction) {
    const auto ranges = m_scene->rangesOf(static_cast<std::uint32_t>(lane));
    if (ranges.empty()) continue;
    auto after = std::ranges::lower_bound(ranges, range);
    if (after == ranges.end() || (after != ranges.begin() && range - *(after - 1) < *after - range)) --after;
    if (m_scene->isShown(*after)) return *after;
  }
  return std::nullopt;
}

// Brings a range to sight, no further than needed.
void MapView::reveal(std::size_t range) {
  if (m_mode == Mode::Grid) {
    const QRectF plot = plotRect(), cell = rangeRect(range);
    if (cell.top() < plot.top()) m_bar->setValue(m_bar->value() - static_cast<int>(plot.top() - cell.top()));
    if (cell.bottom() > plot.bottom()) m_bar->setValue(m_bar->value() + static_cast<int>(cell.bottom() - plot.bottom()));
    return;
  }
  const double from = m_scene->axis().begin(range), until = m_scene->axis().end(range);
  if (from < m_view.from) setView(panned(m_view, from - m_view.from - m_view.width() * 0.1, m_scene->axis().total()));
  else if (until > m_view.until) setView(panned(m_view, until - m_view.until + m_view.width() * 0.1, m_scene->axis().total()));
  const BandLayout layout = band();
  const std::size_t lane = m_scene->lane(range);
  if (lane < layout.firstLane) m_bar->setValue(static_cast<int>(lane));
  else if (lane >= layout.firstLane + layout.shownLanes) m_bar->setValue(static_cast<int>(lane - layout.shownLanes + 1));
}

void MapView::contextMenuEvent(QContextMenuEvent* event) {
  if (!m_scene) return;
  const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
  const auto range = byKey ? m_current : rangeUnder(event->pos());
  if (!range) return;
  if (!byKey && std::ranges::none_of(m_chosen, [&](const Span& span) { return span.first <= *range && *range <= span.last; })) pick(*range, Qt::NoModifier);
  std::optional<double> share;
  const QRectF rect = rangeRect(*range);
  if (!byKey && m_mode == Mode::Band && rect.width() > 2) share = std::clamp((event->pos().x() - rect.left()) / rect.width(), 0.0, 1.0);
  Q_EMIT menuAsked(byKey ? mapToGlobal(rect.center().toPoint()) : event->globalPos(), range, share);
}

bool MapView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || !m_scene) return QWidget::event(event);
  const auto* const help = static_cast<QHelpEvent*>(event);
  const auto range = rangeUnder(help->pos());
  if (!range) {
    QToolTip::hideText();
    return true;
  }
  const auto count = [](std::int64_t n) { return countText(n); };
  QString words = rangeText(m_scene->map().strategy(), m_scene->map().tokens(*range)) + QLatin1Char('\n') + m_scene->lanes()[m_scene->lane(*range)].name;
  words += tr("\n%1 rows · %2 · %3 accesses").arg(orDash(m_scene->rowsOf(*range), count), orDash(m_scene->bytesOf(*range), bytesText), orDash(m_scene->accessesOf(*range), count));
  const QString problem = m_scene->problemOf(*range);
  if (!problem.isEmpty()) words += QLatin1Char('\n') + problem;
  QToolTip::showText(help->globalPos(), plainTip(words), this);
  return true;
}

}  // namespace shardwright::ui
