#include "ui/widgets/heat_view.h"

#include <QEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/latest.h"

namespace shardwright::ui {

namespace {

constexpr double keyAxis = 104, timeAxis = 22, markWidth = 16;
constexpr qint64 oneZoom = 600;  // milliseconds within which turns of the wheel are one step back
constexpr std::size_t mostZooms = 50;
constexpr double leastTime = 120;  // seconds that fill the picture at the nearest

}  // namespace

HeatView::HeatView(const QString& name, QWidget* parent) : QWidget(parent), m_latest(new Latest(this)) {
  setObjectName(name);
  setAccessibleName(tr("Load over time"));
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HeatView::show(std::shared_ptr<const LoadGrid> grid) {
  const bool alike = m_grid && grid && m_grid->input().axis == grid->input().axis && m_grid->input().map->keyspace() == grid->input().map->keyspace();
  const bool sameLine = alike && m_grid->buckets() == grid->buckets();
  m_grid = std::move(grid);
  if (!sameLine) {
    m_window.buckets = {0, total()};
    m_zooms.clear();
    m_chosen.clear();
    m_marks.clear();
    m_cursor = m_anchor = std::nullopt;
    m_image = QImage();
    m_values.reset();
  }
  m_hovered.reset();
  ask();
  update();
}

void HeatView::setMerge(HeatStore::Merge merge) {
  if (std::exchange(m_merge, merge) != merge) ask();
}

void HeatView::setScale(const HeatScale& shown) {
  if (shown == m_shown) return;
  m_shown = shown;
  recolour();
}

void HeatView::setTime(const AxisView& time) { setWindow({time, m_window.buckets}); }

void HeatView::choose(std::vector<Rows> rows) {
  m_chosen = std::move(rows);
  update();
}

void HeatView::point(std::optional<std::size_t> bucket) {
  if (std::exchange(m_pointed, bucket) != bucket) update();
}

void HeatView::setMarks(std::vector<std::size_t> buckets) {
  m_marks = std::move(buckets);
  update();
}

QRectF HeatView::plotRect() const {
  return {keyAxis, 2, std::max(1.0, std::floor(width() - keyAxis - markWidth)), std::max(1.0, std::floor(height() - timeAxis - 4))};
}

AxisView HeatView::timeReach() const {
  const auto& slots = m_grid->store().slots();
  if (slots.empty()) return m_window.time;
  return {std::min(static_cast<double>(slots.front().from), m_window.time.from), std::max(static_cast<double>(slots.back().until), m_window.time.until)};
}

double HeatView::xOf(double time) const {
  const QRectF plot = plotRect();
  return plot.left() + (time - m_window.time.from) / m_window.time.width() * plot.width();
}

double HeatView::yOf(double bucket) const {
  const QRectF plot = plotRect();
  return plot.top() + (bucket - m_window.buckets.from) / m_window.buckets.width() * plot.height();
}

QPointF HeatView::placeOf(const Cell& cell) const { return {xOf(cell.time), (yOf(static_cast<double>(cell.bucket)) + yOf(static_cast<double>(cell.bucket) + 1)) / 2}; }

std::optional<HeatView::Cell> HeatView::cellAt(const QPointF& place) const {
  const QRectF plot = plotRect();
  if (!m_grid || !plot.contains(place)) return std::nullopt;
  const double bucket = m_window.buckets.from + (place.y() - plot.top()) / plot.height() * m_window.buckets.width();
  const double time = m_window.time.from + (place.x() - plot.left()) / plot.width() * m_window.time.width();
  if (bucket < 0 || bucket >= total()) return std::nullopt;
  return Cell{time, static_cast<std::size_t>(bucket)};
}

HeatView::Rows HeatView::rowsAt(std::size_t bucket) const {
  const double step = bucketsPerPixel();
  if (step <= 1) return {bucket, bucket};
  const double row = std::floor((static_cast<double>(bucket) - m_window.buckets.from) / step);
  const auto first = static_cast<std::size_t>(std::max(0.0, m_window.buckets.from + row * step));
  const auto last = static_cast<std::size_t>(std::max(0.0, std::ceil(m_window.buckets.from + (row + 1) * step) - 1));
  return {first, std::clamp(last, first, m_grid->buckets() - 1)};
}

HeatInk HeatView::ink() const {
  HeatInk ink;
  ink.ground = inked(Ink::Sunken).rgb();
  ink.hatch = Theme::instance().mixed(Ink::Text3, Ink::Sunken, 0.35).rgb();
  ink.palette = heatPalette(m_grid->store().scale(), m_shown, ink.ground);
  ink.pixel = std::max(1, qRound(devicePixelRatioF()));
  return ink;
}

void HeatView::ask() {
  m_wanted = m_grid != nullptr;
  if (!m_grid || !isVisible() || m_window.time.width() <= 0) return;
  const HeatInk colours = ink();
  const QSize size = (plotRect().size() * colours.pixel).toSize();
  m_latest->ask([this, grid = m_grid, window = m_window, size, merge = m_merge, colours](std::stop_token stop) -> Latest::Deliver {
    auto values = std::make_shared<const HeatValues>(heatValues(grid->store(), window, size, merge, stop));
    QImage image = heatImage(*values, colours);
    return [this, values = std::move(values), image = std::move(image), window] {
      m_values = values;
      m_image = image;
      m_imageWindow = window;
      m_wanted = m_latest->isBusy();
      update();
      Q_EMIT drawn();
    };
  });
}

// Other colours for the values there are.
void HeatView::recolour() {
  if (!m_values || m_wanted) return ask();
  m_wanted = true;
  m_latest->ask([this, values = m_values, window = m_imageWindow, colours = ink()](std::stop_token) -> Latest::Deliver {
    QImage image = heatImage(*values, colours);
    return [this, image = std::move(image), window] {
      m_image = image;
      m_imageWindow = window;
      m_wanted = m_latest->isBusy();
      update();
      Q_EMIT drawn();
    };
  });
}

bool HeatView::isDrawn() const { return m_grid != nullptr && !m_wanted && !m_image.isNull(); }

void HeatView::resizeEvent(QResizeEvent*) { ask(); }
void HeatView::showEvent(QShowEvent*) { ask(); }

void HeatView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && m_grid) recolour();
  QWidget::changeEvent(event);
}

void HeatView::setWindow(const HeatWindow& window) {
  if (window == m_window) return;
  m_window = window;
  ask();
  update();
  Q_EMIT viewChanged();
}

void HeatView::rememberZoom() {
  const bool goesOn = m_sinceZoom.isValid() && m_sinceZoom.elapsed() < oneZoom;
  m_sinceZoom.start();
  if (goesOn) return;
  m_zooms.push_back(m_window);
  if (m_zooms.size() > mostZooms) m_zooms.erase(m_zooms.begin());
}

void HeatView::zoomAt(double timeFactor, double bucketFactor, const QPointF& place) {
  if (!m_grid) return;
  rememberZoom();
  const QRectF plot = plotRect();
  const double time = m_window.time.from + (place.x() - plot.left()) / plot.width() * m_window.time.width();
  const double bucket = m_window.buckets.from + (place.y() - plot.top()) / plot.height() * m_window.buckets.width();
  const AxisView reach = timeReach();
  HeatWindow next = m_window;
  if (timeFactor != 1) {
    // zoomed() counts from 0.
    const AxisView moved = zoomed({m_window.time.from - reach.from, m_window.time.until - reach.from}, timeFactor, time - reach.from, reach.width(), leastTime);
    next.time = {moved.from + reach.from, moved.until + reach.from};
    Q_EMIT timeMoved();
  }
  if (bucketFactor != 1) next.buckets = zoomed(m_window.buckets, bucketFactor, bucket, total(), std::min(1.0, total()));
  setWindow(next);
}

void HeatView::zoomBy(double factor) {
  if (!m_grid) return;
  m_sinceZoom.invalidate();
  zoomAt(factor, factor, m_cursor && plotRect().contains(placeOf(*m_cursor)) ? placeOf(*m_cursor) : plotRect().center());
}

void HeatView::zoomOut() {
  if (!m_grid) return;
  m_sinceZoom.invalidate();
  rememberZoom();
  setWindow({m_window.time, {0, total()}});
}

void HeatView::zoomBack() {
  if (m_zooms.empty()) return;
  m_sinceZoom.invalidate();
  const HeatWindow window = m_zooms.back();
  m_zooms.pop_back();
  setWindow(window);
}

void HeatView::zoomTo(const Rows& rows) {
  if (!m_grid) return;
  m_sinceZoom.invalidate();
  rememberZoom();
  const double height = std::max(8.0, static_cast<double>(rows.last - rows.first + 1) * 2), middle = static_cast<double>(rows.first + rows.last + 1) / 2;
  setWindow({m_window.time, within({middle - height / 2, middle + height / 2}, total())});
}

HeatCode HeatView::codeAt(const Cell& cell) const {
  const HeatStore& store = m_grid->store();
  const std::size_t slot = store.slotAfter(cell.time);
  if (slot >= store.slots().size() || static_cast<double>(store.slots()[slot].from) > cell.time) return notMeasured;
  const Rows rows = rowsAt(cell.bucket);
  return store.code(slot, rows.first, rows.last + 1, m_merge);
}

std::vector<QString> HeatView::cellWords(const Cell& cell) const {
  const HeatStore& store = m_grid->store();
  const HeatMetric metric = m_grid->input().metric;
  const std::size_t slot = store.slotAfter(cell.time);
  const bool measured = slot < store.slots().size() && static_cast<double>(store.slots()[slot].from) <= cell.time;
  const Rows rows = rowsAt(cell.bucket);
  const std::size_t count = rows.last - rows.first + 1;
  QString value = tr("not measured"), where = count == 1 ? m_grid->bucketText(cell.bucket, false) : QString();
  std::size_t shownBucket = cell.bucket;
  if (measured && codeAt(cell) != notMeasured) {
    // Of several the exact greatest, and whose it is; the mean is as exact as its code.
    std::optional<double> most;
    for (std::size_t bucket = rows.first; bucket <= rows.last && count <= 4096; ++bucket)
      if (const auto amount = m_grid->value(slot, bucket); amount && (!most || *amount > *most)) {
        most = amount;
        shownBucket = bucket;
      }
    const bool mean = m_merge == HeatStore::Merge::Mean && count > 1;
    value = heatText(metric, mean || !most ? store.scale().valueOf(codeAt(cell)) : *most);
    if (count > 1) value = (mean ? tr("%1, mean of %2 ranges") : tr("%1, highest of %2 ranges")).arg(value, countText(static_cast<std::int64_t>(count)));
  }
  if (count > 1) where = m_grid->bucketText(shownBucket, false);
  QString when = timeText(static_cast<UnixSeconds>(cell.time));
  if (measured) when = tr("%1 – %2").arg(timeText(store.slots()[slot].from), timeText(store.slots()[slot].until));
  QString owner;
  if (measured && m_grid->isKeys()) {
    const auto shard = m_grid->ownerAt(slot, shownBucket);
    owner = shard ? text(shard->text()) : tr("nobody");
  }
  QString source = measured ? (store.slots()[slot].generated ? tr("generated sample") : tr("from %1").arg(text(m_grid->sample(slot).source))) : QString();
  std::vector<QString> words{value, when, where};
  if (!owner.isEmpty()) words.push_back(tr("shard %1").arg(owner));
  if (!source.isEmpty()) words.push_back(source);
  return words;
}

}  // namespace shardwright::ui
