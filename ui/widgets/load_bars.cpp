#include "ui/widgets/load_bars.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/theme/figures.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr double axisHeight = 22, figureHeight = 20, nameGap = 8;

// As wide as the longest of its lines.
double linesWidth(const QString& lines) {
  const QFontMetricsF metrics(typeface(Type::Caption));
  double widest = 0;
  for (const QString& line : lines.split(QLatin1Char('\n'))) widest = std::max(widest, metrics.horizontalAdvance(line));
  return std::ceil(widest);
}

// Around `middle`, and within the widget.
QRectF boxAround(double middle, double width, double top, double height, double room) {
  return {std::clamp(middle - width / 2, 0.0, std::max(0.0, room - width)), top, width, height};
}

}  // namespace

LoadBars::LoadBars(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Load per shard"));
}

void LoadBars::show(std::vector<LoadBar> bars, double threshold, const QString& meanText) {
  if (bars == m_bars && threshold == m_threshold && meanText == m_meanText) return;
  m_bars = std::move(bars);
  m_threshold = threshold;
  m_meanText = meanText;
  m_first = m_current = 0;
  m_hovered.reset();
  QStringList words;
  for (const LoadBar& bar : m_bars) words << text(bar.shard.text()) + QLatin1Char(' ') + (bar.ratio ? bar.figure : tr("not measured"));
  setAccessibleDescription(words.join(QStringLiteral(", ")));
  update();
}

void LoadBars::choose(const std::set<ShardId>& shards) {
  m_chosen = shards;
  update();
}

BarLayout LoadBars::layout() const {
  const double side = m_meanText.isEmpty() ? 0 : linesWidth(m_meanText) + grid::m;
  double top = 1 + m_threshold;
  for (const LoadBar& bar : m_bars) top = std::max(top, bar.ratio.value_or(0));
  return BarLayout::of(QRectF(rect()).adjusted(0, figureHeight, -side, -axisHeight), m_bars.size(), m_first, top * 1.04);
}

std::optional<std::size_t> LoadBars::barAt(const QPointF& place) const {
  if (m_bars.empty()) return std::nullopt;
  const BarLayout at = layout();
  if (place.x() < at.plot.left()) return std::nullopt;
  const auto index = at.first + static_cast<std::size_t>((place.x() - at.plot.left()) / at.step);
  return index < at.first + at.count ? std::optional(index) : std::nullopt;
}

// What is looked at, then what is outside the band, the heaviest first, then the others by equal steps.
std::vector<std::size_t> LoadBars::byImportance(const BarLayout& at) const {
  std::vector<std::size_t> order(at.count);
  std::iota(order.begin(), order.end(), at.first);
  const auto rank = [this](std::size_t index) { return isLooked(index) ? 0 : m_bars[index].outside ? 1 : 2; };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return rank(a) == 1 && valueOf(a) > valueOf(b);
  });
  return order;
}

void LoadBars::paintBand(QPainter& painter, const BarLayout& at) const {
  const double low = at.y(1 - m_threshold), high = at.y(1 + m_threshold), mean = at.y(1);
  painter.fillRect(QRectF(at.plot.left(), high, at.plot.width(), low - high), inked(Ink::AccentWeak));
  painter.setPen(QPen(inked(Ink::Text3), 1, Qt::DashLine));
  painter.drawLine(QPointF(at.plot.left(), mean), QPointF(at.plot.right(), mean));
  painter.setFont(typeface(Type::Caption));
  painter.setPen(inked(Ink::Text2));
  const double y = std::min(mean - 20, height() - 40.0);
  painter.drawText(QRectF(at.plot.right(), y, width() - at.plot.right(), 40), Qt::AlignVCenter | Qt::AlignRight, m_meanText);
}

void LoadBars::paintBar(QPainter& painter, const BarLayout& at, std::size_t index) const {
  const LoadBar& bar = m_bars[index];
  const QRectF box = at.box(index, valueOf(index));
  const Ink ink = bar.outside ? Ink::Danger : Ink::Accent;
  painter.setPen(Qt::NoPen);
  painter.setBrush(bar.ratio ? QBrush(inked(ink)) : QBrush(inked(Ink::Border), Qt::BDiagPattern));
  if (bar.ratio && bar.old) {
    painter.setBrush(inked(Ink::Sunken));
    painter.setPen(QPen(inked(Ink::Text3), 1, Qt::DashLine));
  } else if (bar.ratio && m_hovered == index) painter.setBrush(Theme::instance().mixed(Ink::Text, ink, 0.15));
  painter.drawRoundedRect(box, 2, 2);
  if (!m_chosen.contains(bar.shard)) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(inked(Ink::Text), 1.5));
  painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 0), 3, 3);
}

void LoadBars::paintFigures(QPainter& painter, const BarLayout& at) const {
  painter.setFont(typeface(Type::Caption));
  std::vector<QRectF> wanted(m_bars.size()), bars;
  std::vector<std::size_t> order;
  for (const std::size_t index : byImportance(at)) {
    const QRectF box = at.box(index, valueOf(index));
    bars.push_back(box);
    if (!isLooked(index) && !m_bars[index].outside && !m_bars[index].old) continue;
    wanted[index] = boxAround(at.middle(index), figuresWidth(painter.font(), m_bars[index].figure), box.top() - figureHeight, figureHeight - 3, width());
    order.push_back(index);
  }
  for (const std::size_t index : withoutOverlap(wanted, order, bars)) {
    painter.setPen(m_bars[index].outside && !m_bars[index].old ? inked(Ink::Danger) : inked(Ink::Text2));
    drawFigures(painter, wanted[index], Qt::AlignHCenter | Qt::AlignBottom, m_bars[index].figure);
  }
}

void LoadBars::paintNames(QPainter& painter, const BarLayout& at) const {
  const QFontMetricsF metrics(typeface(Type::CaptionStrong));
  const double widest = std::max(at.step, 96.0) - nameGap;
  std::vector<QRectF> wanted(m_bars.size());
  double needed = 0;
  for (std::size_t index = at.first; index < at.first + at.count; ++index) {
    const double name = std::min(widest, metrics.horizontalAdvance(text(m_bars[index].shard.text()))) + nameGap;
    needed = std::max(needed, name);
    wanted[index] = boxAround(at.middle(index), name, at.plot.bottom() + 3, axisHeight - 3, width());
  }
  const auto every = static_cast<std::size_t>(std::ceil(needed / at.step - 0.001));
  std::vector<std::size_t> order;
  for (const std::size_t index : byImportance(at))
    if (isLooked(index) || m_bars[index].outside || index % std::max<std::size_t>(every, 1) == 0) order.push_back(index);
  for (const std::size_t index : withoutOverlap(wanted, order)) {
    const bool chosen = m_chosen.contains(m_bars[index].shard);
    painter.setFont(typeface(chosen ? Type::CaptionStrong : Type::Caption));
    painter.setPen(chosen ? inked(Ink::Accent) : inked(Ink::Text2));
    const QString name = painter.fontMetrics().elidedText(text(m_bars[index].shard.text()), Qt::ElideMiddle, static_cast<int>(std::ceil(wanted[index].width())));
    painter.drawText(wanted[index], Qt::AlignCenter | Qt::TextSingleLine, name);
  }
}

void LoadBars::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  if (m_bars.empty()) return;
  const BarLayout at = layout();
  paintBand(painter, at);
  for (std::size_t index = at.first; index < at.first + at.count; ++index) paintBar(painter, at, index);
  paintFigures(painter, at);
  paintNames(painter, at);
  painter.setPen(QPen(inked(Ink::Border), 1));
  painter.drawLine(QPointF(at.plot.left(), at.plot.bottom() + 0.5), QPointF(at.plot.right(), at.plot.bottom() + 0.5));
  if (at.count < m_bars.size()) {
    painter.setFont(typeface(Type::Caption));
    painter.setPen(inked(Ink::Text3));
    painter.drawText(QRectF(0, 0, width(), figureHeight), Qt::AlignRight | Qt::AlignTop,
                     tr("%1 to %2 of %3 shards; the wheel shows the others").arg(at.first + 1).arg(at.first + at.count).arg(m_bars.size()));
  }
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), grid::smallRadius, grid::smallRadius);
  }
}

void LoadBars::pick(std::size_t index) {
  m_current = index;
  const BarLayout at = layout();
  if (index < at.first) m_first = index;
  if (at.count > 0 && index >= at.first + at.count) m_first = index + 1 - at.count;
  Q_EMIT chosen(m_bars[index].shard);
  update();
}

void LoadBars::mouseMoveEvent(QMouseEvent* event) {
  const auto over = barAt(event->position());
  if (over == m_hovered) return;
  m_hovered = over;
  update();
}

void LoadBars::mousePressEvent(QMouseEvent* event) {
  if (const auto at = barAt(event->position()); at && event->button() == Qt::LeftButton) pick(*at);
}

void LoadBars::mouseDoubleClickEvent(QMouseEvent* event) {
  if (const auto at = barAt(event->position())) Q_EMIT opened(m_bars[*at].shard);
}

void LoadBars::leaveEvent(QEvent*) {
  m_hovered.reset();
  update();
}

void LoadBars::keyPressEvent(QKeyEvent* event) {
  if (m_bars.empty()) return;
  switch (event->key()) {
    case Qt::Key_Left: pick(m_current == 0 ? 0 : m_current - 1); return;
    case Qt::Key_Right: pick(std::min(m_current + 1, m_bars.size() - 1)); return;
    case Qt::Key_Home: pick(0); return;
    case Qt::Key_End: pick(m_bars.size() - 1); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT opened(m_bars[m_current].shard); return;
    default: QWidget::keyPressEvent(event);
  }
}

void LoadBars::wheelEvent(QWheelEvent* event) {
  const BarLayout at = layout();
  const std::size_t last = m_bars.size() - at.count;
  if (last == 0) return;
  const int steps = -event->angleDelta().y() / 40;
  m_first = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(at.first) + steps, 0, static_cast<std::ptrdiff_t>(last)));
  event->accept();
  update();
}

bool LoadBars::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* const help = static_cast<QHelpEvent*>(event);
    const auto at = barAt(help->pos());
    QToolTip::showText(help->globalPos(), at ? m_bars[*at].tip : QString(), this);
    return true;
  }
  return QWidget::event(event);
}

}  // namespace shardwright::ui
