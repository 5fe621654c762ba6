#include "ui/widgets/load_bars.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/theme/figures.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr double axisHeight = 22, figureHeight = 20, sideText = 128;
constexpr double narrowestStep = 26, widestBar = 56;

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

LoadBars::Layout LoadBars::layout() const {
  Layout at;
  const double side = m_meanText.isEmpty() ? 0 : sideText;
  at.plot = QRectF(rect()).adjusted(0, figureHeight, -side, -axisHeight);
  const auto total = std::max<std::size_t>(m_bars.size(), 1);
  const double even = at.plot.width() / static_cast<double>(total);
  at.step = std::max(even, narrowestStep);
  at.count = std::min<std::size_t>(m_bars.size(), static_cast<std::size_t>(at.plot.width() / at.step + 0.001));
  at.first = std::min(m_first, m_bars.size() - at.count);
  at.bar = std::min(widestBar, at.step * 0.6);
  at.top = 1 + m_threshold;
  for (const LoadBar& bar : m_bars) at.top = std::max(at.top, bar.ratio.value_or(0));
  at.top *= 1.04;
  return at;
}

double LoadBars::yOf(const Layout& at, double ratio) const { return at.plot.bottom() - at.plot.height() * ratio / at.top; }

QRectF LoadBars::barRect(const Layout& at, std::size_t index) const {
  const double middle = at.plot.left() + at.step * (static_cast<double>(index - at.first) + 0.5);
  const double top = yOf(at, m_bars[index].ratio.value_or(1));
  return {std::floor(middle - at.bar / 2), top, std::floor(at.bar), at.plot.bottom() - top};
}

std::optional<std::size_t> LoadBars::barAt(const QPointF& place) const {
  if (m_bars.empty()) return std::nullopt;
  const Layout at = layout();
  if (place.x() < at.plot.left()) return std::nullopt;
  const auto index = at.first + static_cast<std::size_t>((place.x() - at.plot.left()) / at.step);
  return index < at.first + at.count ? std::optional(index) : std::nullopt;
}

void LoadBars::paintBand(QPainter& painter, const Layout& at) const {
  const double low = yOf(at, 1 - m_threshold), high = yOf(at, 1 + m_threshold), mean = yOf(at, 1);
  painter.fillRect(QRectF(at.plot.left(), high, at.plot.width(), low - high), inked(Ink::AccentWeak));
  painter.setPen(QPen(inked(Ink::Text3), 1, Qt::DashLine));
  painter.drawLine(QPointF(at.plot.left(), mean), QPointF(at.plot.right(), mean));
  painter.setFont(typeface(Type::Caption));
  painter.setPen(inked(Ink::Text2));
  const QRectF side(at.plot.right() + grid::s, mean - 20, sideText - grid::s, 40);
  painter.drawText(side, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextWordWrap, m_meanText);
}

void LoadBars::paintBar(QPainter& painter, const Layout& at, std::size_t index) const {
  const LoadBar& bar = m_bars[index];
  const QRectF box = barRect(at, index);
  const Ink ink = bar.outside ? Ink::Danger : Ink::Accent;
  const bool chosen = m_chosen.contains(bar.shard);
  painter.setPen(Qt::NoPen);
  painter.setBrush(bar.ratio ? QBrush(inked(ink)) : QBrush(inked(Ink::Border), Qt::BDiagPattern));
  if (bar.ratio && m_hovered == index) painter.setBrush(Theme::instance().mixed(Ink::Text, ink, 0.15));
  painter.drawRoundedRect(box, 2, 2);
  const QRectF cell(at.plot.left() + at.step * static_cast<double>(index - at.first), 0, at.step, 0);
  if (bar.outside || chosen || m_hovered == index) {
    painter.setFont(typeface(Type::Caption));
    painter.setPen(bar.outside ? inked(Ink::Danger) : inked(Ink::Text2));
    drawFigures(painter, QRectF(cell.left() - 24, box.top() - figureHeight, cell.width() + 48, figureHeight - 3), Qt::AlignHCenter | Qt::AlignBottom, bar.figure);
  }
  painter.setFont(typeface(chosen ? Type::CaptionStrong : Type::Caption));
  painter.setPen(chosen ? inked(Ink::Accent) : inked(Ink::Text2));
  const QRectF name(cell.left(), at.plot.bottom() + 3, cell.width(), axisHeight - 3);
  painter.drawText(name, Qt::AlignCenter, painter.fontMetrics().elidedText(text(bar.shard.text()), Qt::ElideMiddle, static_cast<int>(at.step) - 2));
  if (chosen) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Text), 1.5));
    painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 0), 3, 3);
  }
}

void LoadBars::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  if (m_bars.empty()) return;
  const Layout at = layout();
  paintBand(painter, at);
  for (std::size_t index = at.first; index < at.first + at.count; ++index) paintBar(painter, at, index);
  painter.setPen(QPen(inked(Ink::Border), 1));
  painter.drawLine(QPointF(at.plot.left(), at.plot.bottom() + 0.5), QPointF(at.plot.right(), at.plot.bottom() + 0.5));
  if (at.count < m_bars.size()) {
    painter.setFont(typeface(Type::Caption));
    painter.setPen(inked(Ink::Text3));
    painter.drawText(QRectF(0, 0, width(), figureHeight), Qt::AlignRight | Qt::AlignVCenter,
                     tr("%1 to %2 of %3 shards; the wheel shows others").arg(at.first + 1).arg(at.first + at.count).arg(m_bars.size()));
  }
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), grid::smallRadius, grid::smallRadius);
  }
}

void LoadBars::pick(std::size_t index) {
  m_current = index;
  const Layout at = layout();
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
  const Layout at = layout();
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
