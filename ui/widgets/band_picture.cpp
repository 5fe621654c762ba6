#include "ui/widgets/band_picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace shardwright::ui {

namespace {

enum CellBit : std::uint8_t { Has = 1, Shown = 2, Hole = 4, Move = 8, Lost = 16 };

struct Cell {
  HeatCode code = notMeasured;
  std::uint8_t bits = 0;
};

// One cell a pixel column and lane that is shown.
class Columns {
 public:
  Columns(const MapScene& scene, const BandLayout& layout, int width) : m_scene(scene), m_layout(layout), m_width(width) {
    m_cells.resize(layout.shownLanes * static_cast<std::size_t>(width));
    m_scale = width / layout.view.width();
  }

  Cell* lane(std::size_t shown) { return m_cells.data() + shown * static_cast<std::size_t>(m_width); }
  int columnOf(double position) const { return static_cast<int>(std::floor((position - m_layout.view.from) * m_scale)); }

  bool isShown(std::uint32_t lane) const { return lane >= m_layout.firstLane && lane < m_layout.firstLane + m_layout.shownLanes; }
  Cell* laneOf(std::uint32_t lane) { return this->lane(lane - m_layout.firstLane); }

  void add(std::size_t range, int gap) {
    const std::uint32_t lane = m_scene.lane(range);
    if (!isShown(lane)) return;
    int from = columnOf(m_scene.axis().begin(range)), until = columnOf(m_scene.axis().end(range));
    if (until - from >= 4 * gap) until -= gap;
    from = std::max(from, 0);
    until = std::clamp(until, from + 1, std::max(from + 1, m_width));
    if (from >= m_width) return;
    const std::uint8_t marks = m_scene.marks(range);
    std::uint8_t bits = Has;
    if ((marks & mark::Hidden) == 0) bits |= Shown;
    if ((marks & mark::Nobody) != 0) bits |= Hole;
    if ((marks & mark::Moving) != 0) bits |= Move;
    const HeatCode code = (bits & Shown) != 0 ? m_scene.code(range) : notMeasured;
    Cell* const cells = laneOf(lane);
    for (int x = from; x < until; ++x) {
      cells[x].code = std::max(cells[x].code, code);
      cells[x].bits |= bits;
    }
  }

  void addLost(const LaneChange& change) {
    if (!isShown(change.before)) return;
    const int from = std::max(0, columnOf(change.from)), until = std::clamp(columnOf(change.until), from + 1, std::max(from + 1, m_width));
    Cell* const cells = laneOf(change.before);
    for (int x = from; x < std::min(until, m_width); ++x)
      if (cells[x].bits == 0) cells[x].bits = Lost;
  }

 private:
  const MapScene& m_scene;
  const BandLayout& m_layout;
  int m_width;
  double m_scale;
  std::vector<Cell> m_cells;
};

Pattern patternOf(const Cell& cell) {
  if ((cell.bits & Lost) != 0) return Pattern::Lost;
  if ((cell.bits & Shown) == 0) return Pattern::None;
  if ((cell.bits & Hole) != 0) return Pattern::Nobody;
  return cell.code == notMeasured ? Pattern::NotMeasured : Pattern::None;
}

// A lane's pixels are alike from top to bottom but for patterns and the stripe of what moves.
void drawLane(QImage& image, const Cell* cells, int top, int bottom, const MapInk& ink) {
  const int width = image.width(), stripe = 3 * ink.pixel;
  std::vector<QRgb> plain(static_cast<std::size_t>(width));
  bool varies = false;
  for (int x = 0; x < width; ++x) {
    const Cell& cell = cells[x];
    plain[static_cast<std::size_t>(x)] = (cell.bits & Shown) != 0 ? ink.heat[cell.code] : (cell.bits & Has) != 0 ? ink.hatch : ink.empty;
    varies = varies || patternOf(cell) != Pattern::None || (cell.bits & Move) != 0;
  }
  for (int y = std::max(0, top); y < std::min(bottom, image.height()); ++y) {
    auto* const line = reinterpret_cast<QRgb*>(image.scanLine(y));
    std::memcpy(line, plain.data(), sizeof(QRgb) * static_cast<std::size_t>(width));
    if (!varies) continue;
    for (int x = 0; x < width; ++x) {
      const Pattern pattern = patternOf(cells[x]);
      if (pattern != Pattern::None) line[x] = patterned(ink, pattern, x, y);
      if ((cells[x].bits & Move) != 0 && (y < top + stripe || y >= bottom - stripe)) line[x] = ink.moving;
    }
  }
}

// A small diamond on a light edge, at the top of the lane.
void drawPin(QImage& image, int x, int y, const MapInk& ink) {
  const int arm = 4 * ink.pixel;
  for (int dy = -arm; dy <= arm; ++dy)
    for (int dx = -arm; dx <= arm; ++dx) {
      const int away = std::abs(dx) + std::abs(dy);
      if (away > arm || x + dx < 0 || x + dx >= image.width() || y + dy < 0 || y + dy >= image.height()) continue;
      reinterpret_cast<QRgb*>(image.scanLine(y + dy))[x + dx] = away > arm - 2 * ink.pixel ? ink.surface : ink.pin;
    }
}

void drawPins(QImage& image, const MapScene& scene, const BandLayout& layout, const Columns& columns, const MapInk& ink) {
  const int apart = 6 * ink.pixel;
  std::vector<int> last(scene.lanes().size(), -apart);
  const auto first = std::ranges::lower_bound(scene.pins(), layout.view.from, {}, &PinMark::position);
  for (auto pin = first; pin != scene.pins().end() && pin->position <= layout.view.until; ++pin) {
    const int x = columns.columnOf(pin->position);
    if (!columns.isShown(pin->lane) || x - last[pin->lane] < apart) continue;
    last[pin->lane] = x;
    const double top = layout.laneRect(pin->lane).top() - layout.plot.top();
    drawPin(image, x, static_cast<int>(top * ink.pixel) + 5 * ink.pixel, ink);
  }
}

}  // namespace

BandLayout BandLayout::make(const QRectF& plot, const AxisView& view, std::size_t lanes, std::size_t firstLane) {
  BandLayout layout{plot, view, lanes, 0, 0, 0};
  if (lanes == 0 || plot.height() <= 0) return layout;
  layout.laneStep = std::clamp(std::floor(plot.height() / static_cast<double>(lanes)), lowestLane + gap, highestLane + gap);
  layout.shownLanes = std::min(lanes, std::max<std::size_t>(1, static_cast<std::size_t>(plot.height() / layout.laneStep)));
  layout.firstLane = std::min(firstLane, lanes - layout.shownLanes);
  return layout;
}

QRectF BandLayout::laneRect(std::size_t lane) const {
  const double place = static_cast<double>(lane) - static_cast<double>(firstLane);
  return {plot.left(), plot.top() + place * laneStep, plot.width(), laneStep - gap};
}

std::optional<std::size_t> BandLayout::laneAt(double y) const {
  if (laneStep <= 0 || y < plot.top()) return std::nullopt;
  const auto shown = static_cast<std::size_t>((y - plot.top()) / laneStep);
  return shown < shownLanes ? std::optional(firstLane + shown) : std::nullopt;
}

std::optional<std::size_t> rangeAt(const MapScene& scene, const BandLayout& layout, const QPointF& place) {
  const auto lane = layout.laneAt(place.y());
  if (!lane || scene.ranges() == 0 || place.x() < layout.plot.left() || place.x() >= layout.plot.right()) return std::nullopt;
  const double column = std::floor(place.x() - layout.plot.left()) + layout.plot.left();
  const std::size_t first = scene.axis().rangeAt(layout.positionAt(column)), last = scene.axis().rangeAt(layout.positionAt(column + 1));
  const std::size_t exact = scene.axis().rangeAt(layout.positionAt(place.x()));
  // Ranges of a pixel and more are told apart exactly.
  if (last - first <= 1 && scene.lane(exact) == *lane && scene.isShown(exact)) return exact;
  // Of those within the pixel the hottest, which is the one whose colour is seen.
  std::optional<std::size_t> hottest;
  for (std::size_t range = first; range <= last; ++range) {
    if (scene.lane(range) != *lane || !scene.isShown(range)) continue;
    if (!hottest || scene.code(range) > scene.code(*hottest)) hottest = range;
  }
  return hottest;
}

QImage bandPicture(const MapScene& scene, const BandLayout& layout, const MapInk& ink, std::stop_token stop) {
  const QSize size = (layout.plot.size() * ink.pixel).toSize();
  if (size.isEmpty() || scene.ranges() == 0) return {};
  QImage image(size, QImage::Format_RGB32);
  image.fill(ink.surface);
  Columns columns(scene, layout, size.width());
  const std::size_t first = scene.axis().rangeAt(layout.view.from), last = scene.axis().rangeAt(layout.view.until);
  for (std::size_t range = first; range <= last; ++range) {
    if ((range & 0xffff) == 0 && stop.stop_requested()) return {};
    columns.add(range, ink.pixel);
  }
  for (const LaneChange& change : scene.changes())
    if (change.until >= layout.view.from && change.from <= layout.view.until) columns.addLost(change);
  for (std::size_t shown = 0; shown < layout.shownLanes; ++shown) {
    const QRectF rect = layout.laneRect(layout.firstLane + shown).translated(-layout.plot.topLeft());
    drawLane(image, columns.lane(shown), static_cast<int>(std::lround(rect.top() * ink.pixel)), static_cast<int>(std::lround(rect.bottom() * ink.pixel)), ink);
  }
  drawPins(image, scene, layout, columns, ink);
  image.setDevicePixelRatio(ink.pixel);
  return image;
}

}  // namespace shardwright::ui
