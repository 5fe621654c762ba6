#include "ui/widgets/map_view.h"

#include <QEvent>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "ui/theme/format.h"
#include "ui/widgets/key_text.h"
#include "ui/widgets/latest.h"

namespace shardwright::ui {

namespace {

constexpr double leastLabels = 72, mostLabels = 150, axisHeight = 24, barWidth = 12;
constexpr qint64 oneZoom = 600;        // milliseconds within which turns of the wheel are one step back
constexpr std::size_t mostZooms = 50;

}  // namespace

MapView::Spans tidied(MapView::Spans spans) {
  std::ranges::sort(spans, {}, &MapScene::Span::first);
  MapView::Spans out;
  for (const auto& span : spans) {
    if (!out.empty() && span.first <= out.back().last + 1) out.back().last = std::max(out.back().last, span.last);
    else out.push_back(span);
  }
  return out;
}

MapView::MapView(const QString& name, QWidget* parent) : QWidget(parent), m_latest(new Latest(this)), m_bar(new QScrollBar(Qt::Vertical, this)) {
  setObjectName(name);
  setAccessibleName(tr("Shard map"));
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  m_bar->setObjectName(name + QStringLiteral(".scroll"));
  m_bar->setAccessibleName(tr("Scroll over the shards"));
  m_bar->hide();
  connect(m_bar, &QScrollBar::valueChanged, this, [this](int value) {
    if (m_mode == Mode::Band) m_firstLane = static_cast<std::size_t>(value);
    else m_scrolled = value;
    ask();
    update();
  });
}

MapView::~MapView() = default;

void MapView::show(std::shared_ptr<const MapScene> scene) {
  const bool alike = m_scene && scene && m_scene->map().keyspace() == scene->map().keyspace() && m_scene->axis().measure() == scene->axis().measure();
  const double grown = alike ? scene->axis().total() / m_scene->axis().total() : 1;
  m_scene = std::move(scene);
  if (!alike) {
    m_view = {0, m_scene ? m_scene->axis().total() : 1};
    m_zooms.clear();
    m_gridZooms.clear();
    m_gridZoom.reset();
    m_scrolled = 0;
    m_firstLane = 0;
  } else if (grown != 1) {
    m_view = within({m_view.from * grown, m_view.until * grown}, m_scene->axis().total());
  }
  m_hovered.reset();
  double names = leastLabels;
  const QFontMetricsF metrics(typeface(Type::CaptionStrong));
  if (m_scene)
    for (const MapLane& lane : m_scene->lanes()) names = std::max(names, metrics.horizontalAdvance(lane.name) + grid::xl + grid::xs);
  m_labels = std::floor(std::min(names, mostLabels));
  m_fitting.reset();
  if (!m_scene || (m_current && *m_current >= m_scene->ranges())) m_current.reset();
  m_anchor = m_current;
  m_image = alike ? m_image : QImage();
  updateScrollBar();
  ask();
  describe();
  update();
  Q_EMIT viewChanged();
}

void MapView::setMode(Mode mode) {
  if (mode == m_mode) return;
  m_mode = mode;
  m_scrolled = 0;
  m_fitting.reset();
  updateScrollBar();
  ask();
  update();
  Q_EMIT viewChanged();
}

void MapView::choose(Spans spans) {
  m_chosen = tidied(std::move(spans));
  if (!m_chosen.empty() && (!m_current || std::ranges::none_of(m_chosen, [&](const Span& span) { return span.first <= *m_current && *m_current <= span.last; })))
    m_current = m_anchor = m_chosen.front().first;
  describe();
  update();
}

void MapView::chooseLanes(std::set<std::uint32_t> lanes) {
  m_lanes = std::move(lanes);
  update();
}

void MapView::hover(std::optional<std::size_t> range) {
  if (range == m_hovered) return;
  m_hovered = range;
  update();
}

QRectF MapView::plotRect() const {
  const double right = m_bar->isVisibleTo(this) ? barWidth + grid::xs : 0;
  const double bottom = m_mode == Mode::Band ? axisHeight : grid::xs;
  const double left = std::min(m_labels, std::floor(width() * 0.25));
  return QRectF(left, 2, std::max(1.0, std::floor(width() - left - right - 2)), std::max(1.0, std::floor(height() - bottom - 4)));
}

BandLayout MapView::band() const { return BandLayout::make(plotRect(), m_view, m_scene ? m_scene->lanes().size() : 0, m_firstLane); }

GridLayout MapView::gridLayout() const {
  const QRectF plot = plotRect();
  if (!m_gridZoom && !m_fitting) m_fitting = GridLayout::fitting(*m_scene, plot);
  return GridLayout(*m_scene, plot, m_gridZoom ? *m_gridZoom : *m_fitting, m_scrolled);
}

double MapView::rangesPerPixel() const {
  if (!m_scene) return 0;
  if (m_mode == Mode::Grid) return gridLayout().zoom().perCell;
  const auto shown = m_scene->axis().rangeAt(m_view.until) - m_scene->axis().rangeAt(m_view.from);
  return static_cast<double>(shown) / plotRect().width();
}

// One range fills half of the picture: nearer there is nothing to see.
double MapView::leastWidth() const {
  if (m_scene->axis().measure() == LineScale::Measure::Ranges) return std::min(2.0, m_scene->axis().total());
  return m_scene->axis().total() * 1e-12;
}

// The picture reaches beyond the plot at both sides, so that a drag shows what comes before the next picture is there.
void MapView::ask() {
  if (!m_scene || !isVisible()) {
    m_wanted = m_scene != nullptr;
    return;
  }
  m_wanted = true;
  const MapInk ink = m_ink = mapInk(*m_scene, std::max(1, qRound(devicePixelRatioF())));
  if (m_mode == Mode::Grid) {
    m_latest->ask([this, scene = m_scene, layout = gridLayout(), ink](std::stop_token stop) -> Latest::Deliver {
      QImage image = gridPicture(*scene, layout, ink, stop);
      return [this, image = std::move(image), scrolled = layout.scrolled(), zoom = layout.zoom()] { take(image, {}, scrolled, Mode::Grid, zoom); };
    });
    return;
  }
  BandLayout layout = band();
  const double beyond = std::floor(layout.plot.width() / 4);
  layout.view = {layout.positionAt(layout.plot.left() - beyond), layout.positionAt(layout.plot.right() + beyond)};
  layout.plot.adjust(-beyond, 0, beyond, 0);
  m_latest->ask([this, scene = m_scene, layout, ink](std::stop_token stop) -> Latest::Deliver {
    QImage image = bandPicture(*scene, layout, ink, stop);
    return [this, image = std::move(image), view = layout.view, first = layout.firstLane] { take(image, view, static_cast<double>(first), Mode::Band, {}); };
  });
}

void MapView::take(QImage image, const AxisView& view, double scrolled, Mode mode, GridZoom zoom) {
  m_image = std::move(image);
  m_imageView = view;
  m_imageScrolled = scrolled;
  m_imageMode = mode;
  m_imageZoom = zoom;
  m_wanted = m_latest->isBusy();
  update();
  Q_EMIT drawn();
}

bool MapView::isDrawn() const { return m_scene != nullptr && !m_wanted && !m_image.isNull(); }

void MapView::updateScrollBar() {
  if (!m_scene) return m_bar->hide();
  const QSignalBlocker quiet(m_bar);
  const QRectF plot = plotRect();
  if (m_mode == Mode::Band) {
    const BandLayout layout = band();
    m_firstLane = layout.firstLane;
    m_bar->setRange(0, static_cast<int>(layout.lanes - layout.shownLanes));
    m_bar->setPageStep(static_cast<int>(layout.shownLanes));
    m_bar->setSingleStep(1);
    m_bar->setValue(static_cast<int>(m_firstLane));
  } else {
    const GridLayout layout = gridLayout();
    m_scrolled = layout.scrolled();
    m_bar->setRange(0, static_cast<int>(std::max(0.0, layout.height() - plot.height())));
    m_bar->setPageStep(static_cast<int>(plot.height()));
    m_bar->setSingleStep(layout.rowHeight());
    m_bar->setValue(static_cast<int>(m_scrolled));
  }
  m_bar->setVisible(m_bar->maximum() > 0);
  m_bar->setGeometry(width() - static_cast<int>(barWidth), 2, static_cast<int>(barWidth), static_cast<int>(plot.height()));
}

void MapView::resizeEvent(QResizeEvent*) {
  m_fitting.reset();
  updateScrollBar();
  ask();
}

void MapView::showEvent(QShowEvent*) { ask(); }

void MapView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) ask();
  QWidget::changeEvent(event);
}

void MapView::setView(const AxisView& view) {
  if (!m_scene) return;
  const AxisView next = within(view, m_scene->axis().total());
  if (next == m_view) return;
  m_view = next;
  ask();
  update();
  Q_EMIT viewChanged();
}

// Turns of the wheel that follow each other are one step back.
void MapView::rememberZoom() {
  const bool goesOn = m_sinceZoom.isValid() && m_sinceZoom.elapsed() < oneZoom;
  m_sinceZoom.start();
  if (goesOn) return;
  if (m_mode == Mode::Grid) m_gridZooms.push_back(gridLayout().zoom());
  else m_zooms.push_back(m_view);
  if (m_zooms.size() > mostZooms) m_zooms.erase(m_zooms.begin());
  if (m_gridZooms.size() > mostZooms) m_gridZooms.erase(m_gridZooms.begin());
}

void MapView::zoomAt(double factor, const QPointF& place) {
  if (!m_scene) return;
  if (m_mode == Mode::Grid) return zoomGridAt(factor < 1, place);
  rememberZoom();
  setView(zoomed(m_view, factor, band().positionAt(place.x()), m_scene->axis().total(), leastWidth()));
}

// The range under the pointer stays there.
void MapView::zoomGridAt(bool nearer, const QPointF& place) {
  rememberZoom();
  const auto anchor = rangeUnder(place);
  const GridZoom zoom = gridLayout().zoom();
  m_gridZoom = nearer ? zoom.nearer() : zoom.farther();
  if (!nearer && GridLayout(*m_scene, plotRect(), *m_gridZoom, 0).height() <= plotRect().height()) m_gridZoom.reset();
  if (anchor) {
    m_scrolled = 0;
    const GridLayout top(*m_scene, plotRect(), m_gridZoom.value_or(zoom), 0);
    m_scrolled = std::max(0.0, top.cellRect(*m_scene, *anchor).center().y() - place.y());
  }
  updateScrollBar();
  ask();
  update();
  Q_EMIT viewChanged();
}

void MapView::zoomBy(double factor) {
  if (!m_scene) return;
  QPointF place = plotRect().center();
  if (m_current && rect().toRectF().intersects(rangeRect(*m_current))) place = rangeRect(*m_current).center();
  m_sinceZoom.invalidate();
  zoomAt(factor, place);
}

void MapView::zoomOut() {
  if (!m_scene) return;
  m_sinceZoom.invalidate();
  rememberZoom();
  m_gridZoom.reset();
  m_scrolled = 0;
  updateScrollBar();
  if (m_mode == Mode::Band) return setView({0, m_scene->axis().total()});
  ask();
  update();
  Q_EMIT viewChanged();
}

void MapView::zoomBack() {
  m_sinceZoom.invalidate();
  if (m_mode == Mode::Grid) {
    if (m_gridZooms.empty()) return;
    m_gridZoom = m_gridZooms.back();
    m_gridZooms.pop_back();
    updateScrollBar();
    ask();
    update();
    Q_EMIT viewChanged();
    return;
  }
  if (m_zooms.empty()) return;
  const AxisView view = m_zooms.back();
  m_zooms.pop_back();
  setView(view);
}

void MapView::zoomTo(const Span& span) {
  if (!m_scene) return;
  m_sinceZoom.invalidate();
  rememberZoom();
  if (m_mode == Mode::Grid) {
    m_gridZoom = GridZoom{GridZoom::largest, 1};
    updateScrollBar();
    reveal(span.first);
    ask();
    update();
    Q_EMIT viewChanged();
    return;
  }
  const double from = m_scene->axis().begin(span.first), until = m_scene->axis().end(span.last), margin = (until - from) / 2;
  setView(within({from - margin, until + margin}, m_scene->axis().total()));
}

QRectF MapView::rangeRect(std::size_t range) const {
  if (!m_scene || range >= m_scene->ranges()) return {};
  if (m_mode == Mode::Grid) return gridLayout().cellRect(*m_scene, range);
  const BandLayout layout = band();
  const QRectF lane = layout.laneRect(m_scene->lane(range));
  const double from = layout.xOf(m_scene->axis().begin(range)), until = layout.xOf(m_scene->axis().end(range));
  return {from, lane.top(), std::max(1.0, until - from), lane.height()};
}

std::optional<std::size_t> MapView::rangeUnder(const QPointF& place) const {
  if (!m_scene) return std::nullopt;
  return m_mode == Mode::Band ? rangeAt(*m_scene, band(), place) : rangeAt(*m_scene, gridLayout(), place);
}

std::optional<std::uint32_t> MapView::laneUnder(const QPointF& place) const {
  if (!m_scene) return std::nullopt;
  if (m_mode == Mode::Band) {
    const auto lane = band().laneAt(place.y());
    return lane ? std::optional(static_cast<std::uint32_t>(*lane)) : std::nullopt;
  }
  const GridLayout layout = gridLayout();
  for (std::uint32_t lane = 0; lane < m_scene->lanes().size(); ++lane) {
    const QRectF block = layout.blockRect(lane);
    if (place.y() >= block.top() && place.y() < block.bottom()) return lane;
  }
  return std::nullopt;
}

void MapView::describe() {
  if (!m_scene) return setAccessibleDescription({});
  QString words = tr("%1 ranges on %2 lanes").arg(countText(static_cast<std::int64_t>(m_scene->ranges())), countText(static_cast<std::int64_t>(m_scene->lanes().size())));
  if (m_current)
    words += tr(". Range %1 on %2").arg(rangeText(m_scene->map().strategy(), m_scene->map().tokens(*m_current)), m_scene->lanes()[m_scene->lane(*m_current)].name);
  setAccessibleDescription(words);
}

}  // namespace shardwright::ui
