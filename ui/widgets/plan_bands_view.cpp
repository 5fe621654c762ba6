#include "ui/widgets/plan_bands_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>

#include "ui/models/range_text.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr double sideWidth = 64, bandHeight = 28, axisHeight = 26, bandTop = 4;
constexpr double leastRibbon = 18, mostRibbon = 72;
constexpr double leastWord = 16;       // pixels under which a part has no word
constexpr qsizetype leastLetters = 5;
constexpr double mostZoom = 64, bundleGap = 6;

QString ownerText(const std::optional<ShardId>& shard) { return shard ? text(shard->text()) : PlanBandsView::tr("nobody"); }

QString foldText(std::size_t count) { return PlanBandsView::tr("… %1 ranges unchanged").arg(countText(static_cast<std::int64_t>(count))); }

}  // namespace

PlanPicture pictureOf(std::shared_ptr<const MigrationPlan> plan, std::shared_ptr<const ShardMap> base, std::shared_ptr<const ShardMap> target) {
  PlanPicture picture{plan, base, target, bandParts(*base, *target, *plan), {}, 0};
  picture.unchanged = rangesUnchanged(picture.parts);
  if (plan->moves.size() > bundleAbove) {
    picture.parts.clear();
    picture.bundles = bundled(*plan);
  }
  return picture;
}

PlanBandsView::PlanBandsView(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  setAccessibleName(tr("Placement before and after"));
}

void PlanBandsView::show(std::shared_ptr<const PlanPicture> picture) {
  if (picture == m_picture) return;
  m_picture = std::move(picture);
  m_parts = m_picture ? m_picture->parts : std::vector<BandPart>();
  m_over.reset();
  m_current.reset();
  m_zoom = 1;
  m_offset = 0;
  if (m_picture)
    setAccessibleDescription(tr("%1 moves, %2 ranges unchanged").arg(m_picture->plan->moves.size()).arg(m_picture->unchanged));
  Q_EMIT foldsChanged();
  update();
}

void PlanBandsView::highlight(std::set<MoveId> moves) {
  if (moves == m_highlighted) return;
  m_highlighted = std::move(moves);
  update();
}

void PlanBandsView::choose(std::set<MoveId> moves) {
  if (moves == m_chosen) return;
  m_chosen = std::move(moves);
  update();
}

bool PlanBandsView::hasOpenFolds() const { return m_picture && m_parts.size() != m_picture->parts.size(); }

void PlanBandsView::foldAgain() {
  if (!m_picture) return;
  m_parts = m_picture->parts;
  m_over.reset();
  m_current.reset();
  m_zoom = 1;
  m_offset = 0;
  Q_EMIT foldsChanged();
  update();
}

double PlanBandsView::ribbonHeight() const { return std::clamp(height() - bandTop - 2 * bandHeight - axisHeight, leastRibbon, mostRibbon); }

QRectF PlanBandsView::band(Side side) const {
  const double top = side == Side::Before ? bandTop : bandTop + bandHeight + ribbonHeight();
  return {sideWidth, top, width() - sideWidth - 2, bandHeight};
}

std::vector<double> PlanBandsView::edges() const {
  const QRectF box = band(Side::Before);
  std::vector<double> at = bandEdges(m_parts, box.width() * m_zoom);
  for (double& x : at) x += box.left() - m_offset;
  return at;
}

bool PlanBandsView::isMarked(const std::set<MoveId>& marked, std::size_t move) const {
  return !marked.empty() && marked.contains(m_picture->plan->moves[move].id);
}

// ---- painting

void PlanBandsView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  if (!m_picture) return;
  painter.setFont(typeface(Type::Body));
  painter.setPen(inked(Ink::Text2));
  painter.drawText(QRectF(0, band(Side::Before).top(), sideWidth, bandHeight), Qt::AlignVCenter, tr("Before"));
  painter.drawText(QRectF(0, band(Side::After).top(), sideWidth, bandHeight), Qt::AlignVCenter, tr("After"));
  painter.save();
  painter.setClipRect(QRectF(sideWidth - 1, 0, width() - sideWidth + 1, height()));
  if (m_picture->bundles.empty()) paintParts(painter);
  else paintBundles(painter);
  painter.restore();
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), grid::smallRadius, grid::smallRadius);
  }
}

void PlanBandsView::paintParts(QPainter& painter) const {
  const std::vector<double> at = edges();
  for (std::size_t i = 0; i < m_parts.size(); ++i) {
    if (at[i + 1] < sideWidth || at[i] > width()) continue;
    const BandPart& part = m_parts[i];
    if (part.kind == BandPart::Kind::Move || part.kind == BandPart::Kind::Pin) paintRibbon(painter, part, at[i], at[i + 1]);
    for (const Side side : {Side::Before, Side::After}) {
      const bool joined = part.left == BoundKind::None || part.left == (side == Side::Before ? BoundKind::Came : BoundKind::Gone);
      const QRectF row = band(side);
      paintPart(painter, part, QRectF(at[i] + (joined ? 0 : 0.75), row.top(), at[i + 1] - at[i] - (joined ? 0 : 0.75), row.height()), side, joined);
    }
  }
  paintBounds(painter, at);
}

void PlanBandsView::paintRibbon(QPainter& painter, const BandPart& part, double left, double right) const {
  const bool marked = isMarked(m_highlighted, part.move) || isMarked(m_chosen, part.move);
  painter.setPen(Qt::NoPen);
  painter.setBrush(Theme::instance().mixed(Ink::Move, Ink::Surface, marked ? 0.42 : 0.2));
  painter.drawRect(QRectF(left + 0.75, band(Side::Before).bottom(), right - left - 0.75, ribbonHeight()));
  if (right - left < 14) return;
  const QRectF arrow((left + right) / 2 - 7, band(Side::Before).bottom() + ribbonHeight() / 2 - 7, 14, 14);
  painter.save();
  painter.translate(arrow.center());
  painter.rotate(90);
  paintIcon(painter, QRectF(-7, -7, 14, 14), part.kind == BandPart::Kind::Pin ? QStringLiteral("isolate") : QStringLiteral("move"), inked(Ink::Move));
  painter.restore();
}

void PlanBandsView::paintPart(QPainter& painter, const BandPart& part, const QRectF& box, Side side, bool joined) const {
  const bool moves = part.kind == BandPart::Kind::Move || part.kind == BandPart::Kind::Pin;
  const bool fold = part.kind == BandPart::Kind::Fold;
  const bool chosen = moves && isMarked(m_chosen, part.move);
  const bool lit = moves && isMarked(m_highlighted, part.move);
  const bool current = m_current && *m_current < m_parts.size() && &m_parts[*m_current] == &part && hasFocus();
  painter.setBrush(moves ? (lit ? Theme::instance().mixed(Ink::Text, Ink::Move, 0.15) : inked(Ink::Move)) : inked(fold ? Ink::Surface : Ink::Sunken));
  painter.setPen(moves ? QPen(Qt::NoPen) : QPen(inked(Ink::Border), 1, fold ? Qt::DashLine : Qt::SolidLine));
  const QRectF inner = moves ? box : box.adjusted(joined ? 0 : 0.5, 0.5, -0.5, -0.5);
  if (box.width() > 6) painter.drawRoundedRect(inner, 2.5, 2.5);
  else painter.drawRect(inner);
  if (chosen || current) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(current ? Ink::Accent : Ink::Text), 2));
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2.5, 2.5);
  }
  if (box.width() < leastWord) return;
  painter.setFont(typeface(moves ? Type::CaptionStrong : Type::Caption));
  painter.setPen(moves ? inked(Ink::Surface) : inked(Ink::Text2));
  QString words = fold ? foldText(part.count) : ownerText(side == Side::Before ? part.before : part.after);
  const QFontMetricsF metrics(painter.font());
  if (fold && metrics.horizontalAdvance(words) > box.width() - 8) words = QStringLiteral("… ") + countText(static_cast<std::int64_t>(part.count));
  if (fold && metrics.horizontalAdvance(words) > box.width() - 4) words = QStringLiteral("…");
  const QString shown = metrics.elidedText(words, Qt::ElideMiddle, box.width() - 4);
  if (shown != words && shown.size() < leastLetters) return;  // says nothing; the tooltip says all
  painter.drawText(box.adjusted(2, 0, -2, 0), Qt::AlignCenter | Qt::TextSingleLine, shown);
}

// Under the bands: where what moves begins and ends, and the bounds that come and go.
void PlanBandsView::paintBounds(QPainter& painter, const std::vector<double>& at) const {
  const ShardingStrategy& strategy = m_picture->base->strategy();
  const double top = band(Side::After).bottom() + 4;
  painter.setFont(typeface(Type::Caption));
  const QFontMetricsF metrics(painter.font());
  double taken = sideWidth - 40;
  for (std::size_t i = 0; i <= m_parts.size(); ++i) {
    const bool last = i == m_parts.size();
    const BoundKind kind = last ? BoundKind::Both : m_parts[i].left;
    const bool edgeOfMove = (!last && m_parts[i].kind == BandPart::Kind::Move) || (i > 0 && m_parts[i - 1].kind == BandPart::Kind::Move);
    const bool changed = kind == BoundKind::Came || kind == BoundKind::Gone;
    if (i != 0 && !last && !edgeOfMove && !changed) continue;
    const double x = at[i];
    if (changed) {
      painter.setPen(QPen(inked(Ink::Split), 2));
      const QRectF row = band(kind == BoundKind::Came ? Side::After : Side::Before);
      painter.drawLine(QPointF(x, row.top() - 3), QPointF(x, row.bottom() + 3));
    }
    const QString words = i == 0 ? tr("beginning") : last ? tr("end") : tokenText(strategy, m_parts[i].range.from);
    const double wide = std::min(metrics.horizontalAdvance(words), 150.0) + (changed ? 16 : 0);
    const double left = std::clamp(x - wide / 2, sideWidth, std::max(sideWidth, width() - wide - 2));
    const bool room = left >= taken + 10 && (last || width() - (left + wide) > 40);
    if (!room) continue;
    taken = left + wide;
    if (changed) paintIcon(painter, QRectF(left, top + 3, 12, 12), kind == BoundKind::Came ? QStringLiteral("split") : QStringLiteral("merge"), inked(Ink::Split));
    painter.setPen(inked(changed ? Ink::Split : Ink::Text3));
    painter.drawText(QRectF(left + (changed ? 16 : 0), top, wide, 18), Qt::AlignVCenter | Qt::TextSingleLine, metrics.elidedText(words, Qt::ElideMiddle, wide));
  }
}

void PlanBandsView::paintBundles(QPainter& painter) const {
  const QRectF above = band(Side::Before), below = band(Side::After);
  const BundleLayout layout = bundleLayout(m_picture->bundles, above.width(), bundleGap);
  for (std::size_t i = 0; i < m_picture->bundles.size(); ++i) {
    const MoveBundle& bundle = m_picture->bundles[i];
    const bool lit = m_over == i || std::ranges::any_of(bundle.moves, [&](std::size_t move) { return isMarked(m_chosen, move) || isMarked(m_highlighted, move); });
    const double x1 = above.left() + layout.above[i].left, x2 = above.left() + layout.above[i].right;
    const double y1 = below.left() + layout.below[i].left, y2 = below.left() + layout.below[i].right;
    const double middle = (above.bottom() + below.top()) / 2;
    QPainterPath ribbon(QPointF(x1, above.bottom()));
    ribbon.cubicTo(x1, middle, y1, middle, y1, below.top());
    ribbon.lineTo(y2, below.top());
    ribbon.cubicTo(y2, middle, x2, middle, x2, above.bottom());
    ribbon.closeSubpath();
    QColor wash = inked(Ink::Move);
    wash.setAlphaF(lit ? 0.55F : 0.22F);
    painter.fillPath(ribbon, wash);
  }
  painter.setFont(typeface(Type::CaptionStrong));
  const QFontMetricsF metrics(painter.font());
  const auto row = [&](const std::vector<BundleLayout::Shard>& shards, const QRectF& box) {
    for (const auto& [shard, span] : shards) {
      const QRectF segment(box.left() + span.left, box.top(), std::max(span.right - span.left, 1.0), box.height());
      painter.setPen(Qt::NoPen);
      painter.setBrush(inked(Ink::Move));
      painter.drawRect(segment);
      painter.setPen(inked(Ink::Surface));
      if (segment.width() >= leastWord) painter.drawText(segment, Qt::AlignCenter, metrics.elidedText(text(shard.text()), Qt::ElideRight, segment.width() - 4));
    }
  };
  row(layout.sources, above);
  row(layout.targets, below);
  painter.setFont(typeface(Type::Caption));
  painter.setPen(inked(Ink::Text3));
  painter.drawText(QRectF(sideWidth, below.bottom() + 4, below.width(), 18), Qt::AlignVCenter,
                   tr("%1 moves, bundled from shard to shard by bytes · … %2 ranges unchanged")
                       .arg(countText(static_cast<std::int64_t>(m_picture->plan->moves.size())), countText(static_cast<std::int64_t>(m_picture->unchanged))));
}

// ---- what is where

std::optional<std::size_t> PlanBandsView::itemAt(const QPointF& place) const {
  if (!m_picture || place.x() < sideWidth || place.y() < band(Side::Before).top() || place.y() > band(Side::After).bottom()) return std::nullopt;
  if (m_picture->bundles.empty()) return partAt(edges(), place.x());
  const QRectF above = band(Side::Before);
  const BundleLayout layout = bundleLayout(m_picture->bundles, above.width(), bundleGap);
  const double down = std::clamp((place.y() - above.bottom()) / ribbonHeight(), 0.0, 1.0);
  // The ribbon is a smooth step from above to below.
  const double step = down * down * (3 - 2 * down), x = place.x() - sideWidth;
  for (std::size_t i = 0; i < m_picture->bundles.size(); ++i) {
    const double left = layout.above[i].left + (layout.below[i].left - layout.above[i].left) * step;
    const double right = layout.above[i].right + (layout.below[i].right - layout.above[i].right) * step;
    if (x >= left && x < right) return i;
  }
  return std::nullopt;
}

std::set<MoveId> PlanBandsView::movesOf(std::size_t item) const {
  std::set<MoveId> moves;
  if (!m_picture->bundles.empty()) {
    for (const std::size_t move : m_picture->bundles[item].moves) moves.insert(m_picture->plan->moves[move].id);
  } else if (m_parts[item].kind == BandPart::Kind::Move || m_parts[item].kind == BandPart::Kind::Pin) {
    moves.insert(m_picture->plan->moves[m_parts[item].move].id);
  }
  return moves;
}

QString PlanBandsView::tipOf(std::size_t item) const {
  const auto amounts = [](std::int64_t rows, std::int64_t bytes) { return tr("%1 rows, %2").arg(countText(rows), bytesText(bytes)); };
  if (!m_picture->bundles.empty()) {
    const MoveBundle& bundle = m_picture->bundles[item];
    return tr("%1 → %2\n%3 moves · %4").arg(text(bundle.source.text()), text(bundle.target.text())).arg(bundle.moves.size()).arg(amounts(bundle.rows, bundle.bytes));
  }
  const BandPart& part = m_parts[item];
  const ShardingStrategy& strategy = m_picture->base->strategy();
  if (part.kind == BandPart::Kind::Fold) return tr("%1\n%2\nA click opens them.").arg(foldText(part.count), tokenRangeText(strategy, part.range));
  if (part.kind == BandPart::Kind::Kept) return tr("%1\nstays on %2").arg(tokenRangeText(strategy, part.range), ownerText(part.before));
  const PlannedMove& move = m_picture->plan->moves[part.move];
  return tr("%1\n%2 → %3 · %4\n%5").arg(subjectText(strategy, move), ownerText(part.before), ownerText(part.after), amounts(move.rows, move.bytes), said(move.reason));
}

// ---- hands

void PlanBandsView::mouseMoveEvent(QMouseEvent* event) {
  const auto over = itemAt(event->position());
  if (over == m_over) return;
  m_over = over;
  setCursor(over && m_picture->bundles.empty() && m_parts[*over].kind == BandPart::Kind::Kept ? Qt::ArrowCursor : over ? Qt::PointingHandCursor : Qt::ArrowCursor);
  Q_EMIT hovered(over ? movesOf(*over) : std::set<MoveId>());
  update();
}

void PlanBandsView::leaveEvent(QEvent*) {
  if (!m_over) return;
  m_over.reset();
  Q_EMIT hovered({});
  update();
}

void PlanBandsView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  if (const auto item = itemAt(event->position())) activate(*item);
  else Q_EMIT chosen({});
}

void PlanBandsView::activate(std::size_t item) {
  if (m_picture->bundles.empty() && m_parts[item].kind == BandPart::Kind::Fold) {
    m_parts = opened(m_parts, item, *m_picture->base);
    m_over.reset();
    Q_EMIT foldsChanged();
    update();
    return;
  }
  const std::set<MoveId> moves = movesOf(item);
  Q_EMIT chosen(moves == m_chosen ? std::set<MoveId>() : moves);
}

void PlanBandsView::walk(int step) {
  const std::size_t count = m_picture->bundles.empty() ? m_parts.size() : m_picture->bundles.size();
  auto at = m_current ? static_cast<std::ptrdiff_t>(*m_current) : step > 0 ? -1 : static_cast<std::ptrdiff_t>(count);
  do at += step;
  while (at >= 0 && at < static_cast<std::ptrdiff_t>(count) && m_picture->bundles.empty() && m_parts[static_cast<std::size_t>(at)].kind == BandPart::Kind::Kept);
  if (at < 0 || at >= static_cast<std::ptrdiff_t>(count)) return;
  m_current = static_cast<std::size_t>(at);
  setAccessibleDescription(tipOf(*m_current));
  Q_EMIT hovered(movesOf(*m_current));
  update();
}

void PlanBandsView::keyPressEvent(QKeyEvent* event) {
  if (!m_picture) return QWidget::keyPressEvent(event);
  const double middle = band(Side::Before).center().x();
  switch (event->key()) {
    case Qt::Key_Left: walk(-1); return;
    case Qt::Key_Right: walk(1); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      if (m_current && *m_current < (m_picture->bundles.empty() ? m_parts.size() : m_picture->bundles.size())) activate(*m_current);
      return;
    case Qt::Key_Plus: zoom(1.5, middle); return;
    case Qt::Key_Minus: zoom(1 / 1.5, middle); return;
    case Qt::Key_0: zoom(1 / mostZoom, middle); return;
    case Qt::Key_Escape:
      if (hasOpenFolds()) return foldAgain();
      break;
    default: break;
  }
  QWidget::keyPressEvent(event);
}

void PlanBandsView::wheelEvent(QWheelEvent* event) {
  if (!m_picture || !m_picture->bundles.empty()) return event->ignore();
  const QPoint turned = event->angleDelta();
  if (event->modifiers().testFlag(Qt::ControlModifier)) {
    zoom(turned.y() > 0 ? 1.25 : 0.8, event->position().x());
  } else if (m_zoom > 1) {
    m_offset = std::clamp(m_offset - (turned.x() != 0 ? turned.x() : turned.y()), 0.0, band(Side::Before).width() * (m_zoom - 1));
    update();
  } else {
    return event->ignore();
  }
  event->accept();
}

void PlanBandsView::zoom(double factor, double around) {
  const double before = m_zoom, wide = band(Side::Before).width();
  m_zoom = std::clamp(m_zoom * factor, 1.0, mostZoom);
  const double x = around - sideWidth;
  m_offset = std::clamp((m_offset + x) * m_zoom / before - x, 0.0, wide * (m_zoom - 1));
  update();
}

bool PlanBandsView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* const help = static_cast<QHelpEvent*>(event);
    const auto item = itemAt(help->pos());
    QToolTip::showText(help->globalPos(), item ? tipOf(*item).toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")) : QString(), this);
    return true;
  }
  return QWidget::event(event);
}

}  // namespace shardwright::ui
